//! `POST /currencies/pairs`

use citrn::ErrorCode;
use serde::Serialize;

use super::context::Context;
use crate::{
    coin::{Coin, CoinType, Coins},
    decimal::Decimal,
    http::Response,
    parameters::Parameters,
    profile::AmountValue,
    refusal::Refusal,
};

/// An entry, here and in `currencies/rates`. The fields are named as in the CoinsPaid family.
#[derive(Serialize)]
struct Entry {
    currency_from: From,
    currency_to: To,
    rate_from: AmountValue,
    rate_to: AmountValue,
}

#[derive(Serialize)]
struct From {
    currency: &'static str,
    r#type: CoinType,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_amount: Option<AmountValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_amount_deposit_with_exchange: Option<AmountValue>,
}

#[derive(Serialize)]
struct To {
    currency: &'static str,
    r#type: CoinType,
}

pub(super) fn handle(context: &mut Context<'_>, parameters: &Parameters) -> Result<Response, Refusal> {
    list(context, parameters, true)
}

/// Returns the pairs that pass the two filters, with or without minimum amounts.
pub(super) fn list(context: &Context<'_>, parameters: &Parameters, minimums: bool) -> Result<Response, Refusal> {
    let Context { state, form, .. } = context;
    let amounts = form.reply_amounts;
    let from = filter(&state.coins, parameters, "currency_from")?;
    let to = filter(&state.coins, parameters, "currency_to")?;
    let matches = |filter: Option<&Coin>, coin: &Coin| filter.is_none_or(|wanted| wanted.code == coin.code);
    let coins = state.coins.all_supported();
    let mut entries = Vec::new();
    for from_coin in coins.iter().filter(|coin| matches(from, coin)) {
        let min_amount = minimums.then(|| amounts.of(&state.rates.minimum(from_coin)));
        let min_amount_deposit_with_exchange =
            (minimums && from_coin.kind == CoinType::Crypto).then(|| amounts.of(&from_coin.minimum_amount));
        for to_coin in coins.iter().filter(|coin| matches(to, coin)) {
            let Some(rate_to) = state.rates.rate(from_coin, to_coin) else { continue };
            entries.push(Entry {
                currency_from: From {
                    currency: from_coin.code,
                    r#type: from_coin.kind,
                    min_amount: min_amount.clone(),
                    min_amount_deposit_with_exchange: min_amount_deposit_with_exchange.clone(),
                },
                currency_to: To { currency: to_coin.code, r#type: to_coin.kind },
                rate_from: amounts.fixed(&Decimal::constant(1, 0), 0),
                rate_to: amounts.of(&rate_to),
            });
        }
    }
    Ok(form.reply(&entries))
}

fn filter<'a>(coins: &'a Coins, parameters: &Parameters, name: &str) -> Result<Option<&'a Coin>, Refusal> {
    let Some(code) = parameters.filled_text(name)? else { return Ok(None) };
    coins.existing(code).map(Some).map_err(|_| ErrorCode::CoinNotFound.into())
}
