//! `POST /balances`

use serde::Serialize;

use super::context::Context;
use crate::{
    clock::{day, parse_date},
    coin::{Coin, CoinType},
    http::Response,
    ledger::Account,
    parameters::Parameters,
    profile::AmountValue,
    refusal::Refusal,
};

/// An entry, here and in `accounts/list`. Its fields are named as in the CoinsPaid family.
#[derive(Serialize)]
pub(super) struct Entry {
    currency: &'static str,
    r#type: CoinType,
    balance: AmountValue,
}

/// Returns the balances of the supported coins that pass a filter, at the end of a day.
pub(super) fn entries(context: &Context<'_>, day: i64, filter: impl Fn(&Coin) -> bool) -> Vec<Entry> {
    let Context { state, form, .. } = context;
    let coins = state.coins.all_supported().into_iter().filter(|coin| filter(coin));
    coins
        .map(|coin| Entry {
            currency: coin.code,
            r#type: coin.kind,
            balance: form.reply_amounts.of(&state.ledger.balance_on(Account::Merchant, coin.code, day)),
        })
        .collect()
}

pub(super) fn handle(context: &mut Context<'_>, parameters: &Parameters) -> Result<Response, Refusal> {
    let codes = parameters.codes("currencies")?;
    let today = day(context.now);
    let day = match parameters.filled_text("date")? {
        None => today,
        Some(date) => parse_date(date).ok_or_else(|| Refusal::field("date", "must be a date such as 2026-01-31"))?,
    };
    if day > today {
        return Err(Refusal::field("date", "must not be in the future"));
    }
    // The documentation's example has plain `USDT`, so a code without network means all its networks.
    let listed = |coin: &Coin| codes.is_empty() || codes.iter().any(|code| *code == coin.code || *code == coin.symbol);
    Ok(context.form.reply(&entries(context, day, listed)))
}
