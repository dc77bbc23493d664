//! `POST /exchange/create-quota`

use citrn::ErrorCode;
use serde::Serialize;

use super::context::Context;
use crate::{
    clock::{self, Millis},
    coin::{Coin, Coins},
    decimal::{Decimal, Rounding},
    http::Response,
    parameters::Parameters,
    profile::{AmountValue, Form, IdValue},
    quote::{LIFETIME, Quote},
    refusal::Refusal,
};

/// Only `quote_id` is documented; the other fields are **invented**.
#[derive(Serialize)]
struct Reply<'a> {
    quote_id: IdValue<'a>,
    from_coin: &'a str,
    to_coin: &'a str,
    request_coin: &'a str,
    request_amount: AmountValue,
    from_amount: AmountValue,
    to_amount: AmountValue,
    fee_amount: AmountValue,
    fee_currency: &'a str,
    rate: AmountValue,
    #[serde(serialize_with = "clock::serialize")]
    expires_at: Millis,
}

pub(super) fn handle(context: &mut Context<'_>, parameters: &Parameters) -> Result<Response, Refusal> {
    let state = &mut *context.state;
    let (from_code, to_code) = (parameters.required_text("from_coin")?, parameters.required_text("to_coin")?);
    let request_coin = parameters.required_text("request_coin")?;
    let (from, to) = (find_coin(&state.coins, from_code)?, find_coin(&state.coins, to_code)?);
    if request_coin != from.code && request_coin != to.code {
        return Err(Refusal::field("request_coin", "must be equal to `from_coin` or to `to_coin`"));
    }
    let rate = state.rates.rate(from, to).ok_or(ErrorCode::CreateQuotaError)?;
    let amount = parameters.amount("request_amount")?;
    let requested = if request_coin == from.code { from } else { to };
    if amount.decimals() > i64::from(requested.precision) {
        return Err(ErrorCode::InvalidAmount.into());
    }
    let fee_percent = from.exchange_fee_percent.as_ref().ok_or(ErrorCode::CommissionNotFound)?;
    let (from_amount, to_amount, fee_amount) =
        amounts(&amount, request_coin == from.code, from, to, &rate, fee_percent)?;
    if from_amount < state.rates.minimum(from) {
        return Err(ErrorCode::AmountTooLow.into());
    }
    let quote = Quote {
        id: state.identity.draw(),
        from_coin: from.code,
        to_coin: to.code,
        request_coin: requested.code,
        request_amount: amount,
        from_amount,
        to_amount,
        fee_amount,
        fee_currency: to.code,
        rate,
        expires: context.now.saturating_add(LIFETIME),
        used: false,
    };
    let Form { ids, reply_amounts: amounts, .. } = context.form;
    let response = context.form.created(&Reply {
        quote_id: ids.of(&quote.id),
        from_coin: quote.from_coin,
        to_coin: quote.to_coin,
        request_coin: quote.request_coin,
        request_amount: amounts.of(&quote.request_amount),
        from_amount: amounts.of(&quote.from_amount),
        to_amount: amounts.of(&quote.to_amount),
        fee_amount: amounts.of(&quote.fee_amount),
        fee_currency: quote.fee_currency,
        rate: amounts.of(&quote.rate),
        expires_at: quote.expires,
    });
    state.quotes.add(&quote.id.clone(), quote);
    Ok(response)
}

fn find_coin<'a>(coins: &'a Coins, code: &str) -> Result<&'a Coin, ErrorCode> {
    coins.supported(code).map_err(|refused| match refused {
        // This endpoint is not documented to return `network_not_found`.
        ErrorCode::NetworkNotFound => ErrorCode::CoinNotFound,
        other => other,
    })
}

/// Returns the amount to give, the amount to receive, and the fee, which is deducted from the latter.
fn amounts(
    amount: &Decimal,
    is_amount_to_give: bool,
    from: &Coin,
    to: &Coin,
    rate: &Decimal,
    fee_percent: &Decimal,
) -> Result<(Decimal, Decimal, Decimal), ErrorCode> {
    if is_amount_to_give {
        let gross = (amount * rate).rounded(to.precision, Rounding::Down);
        let fee = (&gross * fee_percent).rounded(to.precision, Rounding::Up);
        let received = &gross - &fee;
        return if received.is_zero() || received.is_negative() {
            Err(ErrorCode::AmountTooLow)
        } else {
            Ok((amount.clone(), received, fee))
        };
    }
    let share_after_fee = &Decimal::constant(1, 0) - fee_percent;
    let gross = amount.divided_by(&share_after_fee, to.precision, Rounding::Up).ok_or(ErrorCode::CreateQuotaError)?;
    let given = gross.divided_by(rate, from.precision, Rounding::Up).ok_or(ErrorCode::CreateQuotaError)?;
    Ok((given, amount.clone(), &gross - amount))
}
