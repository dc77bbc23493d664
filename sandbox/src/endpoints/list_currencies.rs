//! `POST /currencies/list`

use serde::Serialize;

use super::context::Context;
use crate::{
    coin::CoinType, decimal::Decimal, http::Response, parameters::Parameters, profile::AmountValue, refusal::Refusal,
};

/// The fields are named as in the CoinsPaid family.
#[derive(Serialize)]
struct Entry<'a> {
    id: u32,
    r#type: CoinType,
    currency: &'a str,
    minimum_amount: AmountValue,
    deposit_fee_percent: AmountValue,
    withdrawal_fee_percent: AmountValue,
    precision: u8,
}

pub(super) fn handle(context: &mut Context<'_>, parameters: &Parameters) -> Result<Response, Refusal> {
    let kind = match parameters.filled_text("type")? {
        None => None,
        Some("crypto") => Some(CoinType::Crypto),
        Some("fiat") => Some(CoinType::Fiat),
        Some(_) => return Err(Refusal::field("type", "must be `crypto` or `fiat`")),
    };
    let form = context.form;
    let fee = |fee: &Option<Decimal>| form.reply_amounts.fixed(fee.as_ref().unwrap_or(&Decimal::zero()), 6);
    let coins = context.state.coins.all_supported();
    let entries: Vec<Entry<'_>> = coins
        .into_iter()
        .filter(|coin| kind.is_none_or(|kind| kind == coin.kind))
        .map(|coin| Entry {
            id: coin.id,
            r#type: coin.kind,
            currency: coin.code,
            minimum_amount: form.reply_amounts.of(&coin.minimum_amount),
            deposit_fee_percent: fee(&coin.deposit_fee_percent),
            withdrawal_fee_percent: fee(&coin.withdrawal_fee_percent),
            precision: coin.precision,
        })
        .collect();
    Ok(form.reply(&entries))
}
