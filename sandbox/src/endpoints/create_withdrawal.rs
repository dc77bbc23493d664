//! `POST /withdrawal/crypto`
//!
//! The documentation of `convert_to` is unclear. A crypto currency there is handled as in the CoinsPaid family:
//! `currency` is debited and `convert_to` is sent. A fiat currency there is handled as Citron's wording suggests:
//! `currency` is sent and paid from the balance in `convert_to`. `amount` is in `currency` in both cases.

use citrn::ErrorCode;
use serde::Serialize;

use super::context::Context;
use crate::{
    clock::Millis,
    coin::{Coin, CoinType, Coins},
    decimal::{Decimal, Rounding},
    http::Response,
    identity::Identity,
    parameters::Parameters,
    profile::{AmountValue, Form, IdValue},
    refusal::Refusal,
    state::State,
    status::Status,
    withdrawal::Withdrawal,
};

/// The fields are named as in the CoinsPaid family; the two of the fee are **invented**.
#[derive(Serialize)]
struct Reply<'a> {
    id: IdValue<'a>,
    foreign_id: &'a str,
    r#type: &'a str,
    status: Status,
    amount: AmountValue,
    sender_amount: AmountValue,
    sender_currency: &'a str,
    receiver_amount: AmountValue,
    receiver_currency: &'a str,
    fee_amount: AmountValue,
    fee_currency: &'a str,
}

pub(super) fn handle(context: &mut Context<'_>, parameters: &Parameters) -> Result<Response, Refusal> {
    let mut identity = context.state.identity.clone();
    let taken = withdrawal(context.state, &mut identity, parameters, context.now)?;
    let Form { ids, reply_amounts: amounts, .. } = context.form;
    let response = context.form.created(&Reply {
        id: ids.of(&taken.id),
        foreign_id: &taken.foreign_id,
        r#type: taken.r#type,
        status: taken.status,
        amount: amounts.of(&taken.amount),
        sender_amount: amounts.of(&taken.sender_amount),
        sender_currency: taken.sender_currency,
        receiver_amount: amounts.of(&taken.receiver_amount),
        receiver_currency: taken.receiver_currency,
        fee_amount: amounts.of(&taken.fee_amount),
        fee_currency: taken.fee_currency,
    });
    context.state.add_withdrawal(taken).map_err(|_| ErrorCode::BalanceNotEnough)?;
    context.state.identity = identity;
    Ok(response)
}

/// Returns the requested withdrawal after all checks except that of the balance.
fn withdrawal(
    state: &State,
    identity: &mut Identity,
    parameters: &Parameters,
    now: Millis,
) -> Result<Withdrawal, Refusal> {
    let foreign_id = parameters.foreign_id()?;
    let code = parameters.required_text("currency")?;
    let address = parameters.text("address")?.unwrap_or_default();
    let memo = parameters.text("memo")?;
    // Checked before everything that may change between two calls, so that a repeated call always gets this code.
    if state.withdrawal_ids.contains(foreign_id) {
        return Err(ErrorCode::DuplicationRequest.into());
    }
    let coin = find_coin(&state.coins, code)?;
    if coin.is_virtual {
        return Err(ErrorCode::WithdrawalVirtualCoin.into());
    }
    if !state.settings.withdrawals_enabled || !coin.withdrawals_enabled {
        return Err(ErrorCode::WithdrawDisabled.into());
    }
    let (debited, sent, rate) = route(state, coin, parameters.filled_text("convert_to")?)?;
    let network = sent.network.ok_or(ErrorCode::WithdrawalBaseCoinMismatch)?;
    if state.networks_down.contains(&network) {
        return Err(ErrorCode::NetworkNotAvailable.into());
    }
    if address.is_empty() {
        return Err(ErrorCode::AddressNotFound.into());
    }
    if !network.is_address(address) {
        return Err(ErrorCode::InvalidAddress.into());
    }
    if sent.code == "TON" && memo.is_none() {
        return Err(Refusal::field("memo", "is required for TON; an empty text says that there is none"));
    }
    let amount = parameters.amount("amount")?;
    if amount.decimals() > i64::from(coin.precision) {
        return Err(ErrorCode::InvalidAmount.into());
    }
    if amount < coin.minimum_amount {
        return Err(ErrorCode::AmountTooLow.into());
    }
    let fee_percent = coin.withdrawal_fee_percent.as_ref().ok_or(ErrorCode::CommissionNotFound)?;
    let converted = |to: &Coin, rounding| match &rate {
        Some(rate) => (&amount * rate).rounded(to.precision, rounding),
        None => amount.clone(),
    };
    let (sender_amount, receiver_amount) = if sent.code == coin.code {
        (converted(debited, Rounding::Up), amount.clone())
    } else {
        (amount.clone(), converted(sent, Rounding::Down))
    };
    if receiver_amount.is_zero() {
        return Err(ErrorCode::AmountTooLow.into());
    }
    Ok(Withdrawal {
        id: identity.draw(),
        transaction: identity.draw(),
        exchange_transaction: identity.draw(),
        address_id: identity.draw(),
        foreign_id: foreign_id.to_owned(),
        r#type: if rate.is_some() { "withdrawal_exchange" } else { "withdrawal" },
        status: Status::Processing,
        address: address.to_owned(),
        memo: memo.filter(|memo| !memo.is_empty()).map(str::to_owned),
        sender_currency: debited.code,
        fee_currency: debited.code,
        fee_amount: (&sender_amount * fee_percent).rounded(debited.precision, Rounding::Up),
        amount,
        sender_amount,
        receiver_currency: sent.code,
        receiver_amount,
        hides_amounts: false,
        txid: None,
        error: String::new(),
        created: now,
    })
}

/// Returns the debited coin, the sent coin, and the rate from `currency` to `convert_to`.
fn route<'a>(
    state: &'a State,
    coin: &'a Coin,
    convert_to: Option<&str>,
) -> Result<(&'a Coin, &'a Coin, Option<Decimal>), Refusal> {
    let Some(code) = convert_to.filter(|code| *code != coin.code) else { return Ok((coin, coin, None)) };
    let other = find_coin(&state.coins, code)?;
    let rate = state.rates.rate(coin, other).ok_or(ErrorCode::WithdrawalBaseCoinMismatch)?;
    Ok(match other.kind {
        CoinType::Crypto => (coin, other, Some(rate)),
        CoinType::Fiat => (other, coin, Some(rate)),
    })
}

/// Finds a coin. This endpoint does not return `coin_not_supported`, so an unsupported coin is `coin_not_found`.
fn find_coin<'a>(coins: &'a Coins, code: &str) -> Result<&'a Coin, ErrorCode> {
    coins.supported(code).map_err(|refused| match refused {
        ErrorCode::CoinNotSupported => ErrorCode::CoinNotFound,
        other => other,
    })
}
