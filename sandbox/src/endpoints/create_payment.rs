//! `POST /payments/create-payment`

use citrn::{ErrorCode, url::Url};
use serde::Serialize;

use super::context::Context;
use crate::{
    http::Response,
    parameters::Parameters,
    payment::{LIFETIME, Payment, Status},
    profile::{IdValue, PaymentNames},
    refusal::Refusal,
};

/// The documentation mentions an id and a URL, but not their names in JSON.
#[derive(Serialize)]
#[serde(untagged)]
enum Reply<'a> {
    /// **Invented**.
    Session { session_id: IdValue<'a>, redirect_url: String },
    /// The fields are named as those of the CoinsPaid family's invoices.
    Invoice { id: IdValue<'a>, url: String, foreign_id: &'a str, status: &'static str },
}

pub(super) fn handle(context: &mut Context<'_>, parameters: &Parameters) -> Result<Response, Refusal> {
    let foreign_id = parameters.foreign_id()?;
    let coin_name = parameters.required_text("coin_name")?;
    let return_url = parameters.required_text("return_url")?;
    if !Url::parse(return_url).is_some_and(|url| matches!(url.scheme.as_str(), "http" | "https")) {
        return Err(Refusal::field("return_url", "must be an absolute http or https URL"));
    }
    let state = &mut *context.state;
    let (coin, network) = state.coins.with_network(coin_name).map_err(|code| match code {
        // This endpoint is not documented to return `network_not_found`.
        ErrorCode::NetworkNotFound => ErrorCode::CoinNotFound,
        other => other,
    })?;
    let taken =
        state.addresses.take(&mut state.identity, coin, network, foreign_id).ok_or(ErrorCode::CoinNotSupported)?;
    let payment = Payment {
        id: state.identity.draw(),
        status: Status::Open,
        foreign_id: foreign_id.to_owned(),
        coin: coin.code,
        address: taken.address.clone(),
        memo: taken.memo.clone(),
        return_url: return_url.to_owned(),
        deposit_id: None,
        created: context.now,
        expires: context.now.saturating_add(LIFETIME),
    };
    let id = context.form.ids.of(&payment.id);
    let url = format!("{}/pay/{}", context.origin, payment.id.uuid);
    let response = context.form.created(&match context.form.payment {
        PaymentNames::Session => Reply::Session { session_id: id, redirect_url: url },
        PaymentNames::Invoice => Reply::Invoice { id, url, foreign_id, status: "pending" },
    });
    state.payments.add(&payment.id.clone(), payment);
    Ok(response)
}
