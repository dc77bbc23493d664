//! `POST /addresses/take`

use citrn::ErrorCode;
use serde::Serialize;

use super::context::Context;
use crate::{
    http::Response,
    parameters::Parameters,
    profile::{IdValue, MemoField},
    refusal::Refusal,
};

/// The fields are as in the CoinsPaid family, and in Citron's callbacks.
#[derive(Serialize)]
struct Reply<'a> {
    id: IdValue<'a>,
    currency: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    convert_to: Option<&'a str>,
    address: &'a str,
    #[serde(flatten)]
    memo: MemoField<'a>,
    foreign_id: &'a str,
}

pub(super) fn handle(context: &mut Context<'_>, parameters: &Parameters) -> Result<Response, Refusal> {
    let foreign_id = parameters.foreign_id()?;
    let currency = parameters.required_text("currency")?;
    let state = &mut *context.state;
    let (coin, network) = state.coins.with_network(currency)?;
    let convert_to = match parameters.filled_text("convert_to")? {
        Some(code) => Some(state.coins.supported(code)?.code),
        None => None,
    };
    if state.networks_down.contains(&network) {
        return Err(ErrorCode::NetworkNotAvailable.into());
    }
    let taken =
        state.addresses.take(&mut state.identity, coin, network, foreign_id).ok_or(ErrorCode::NetworkNotAvailable)?;
    // The address never changes, but the last call sets the currency into which deposits are exchanged.
    taken.convert_to = convert_to;
    Ok(context.form.created(&Reply {
        id: context.form.ids.of(&taken.id),
        currency: taken.coin,
        convert_to: taken.convert_to,
        address: &taken.address,
        memo: context.form.memo.of(taken.memo.as_deref()),
        foreign_id: &taken.foreign_id,
    }))
}
