//! `POST /payments/create-payment`

use citrn::{ErrorCode, url::Url};
use serde::Serialize;

use super::context::Context;
use crate::{
    http::Response,
    parameters::Parameters,
    payment::{LIFETIME, Payment, Status},
    refusal::Refusal,
};

/// The documentation mentions both; their names in JSON are **invented**.
#[derive(Serialize)]
struct Reply<'a> {
    session_id: &'a str,
    redirect_url: String,
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
    let redirect_url = format!("{}/pay/{}", context.origin, payment.id.uuid);
    let response = Response::data(&Reply { session_id: &payment.id.uuid, redirect_url });
    state.payments.add(&payment.id.clone(), payment);
    Ok(response)
}
