//! `POST /withdrawal/crypto`
//!
//! `convert_to` is documented unclearly. With a crypto-currency there it is read as the siblings do: `currency` is
//! debited and `convert_to` is sent. With a fiat currency there it is read as Citron's words do: `currency` is sent and
//! paid from the balance in `convert_to`. `amount` is in `currency` either way.

use citrn::ErrorCode;
use serde::Serialize;

use super::Context;
use crate::{
    coin::{Coin, CoinType, Coins},
    decimal::{Decimal, Rounding},
    http::Response,
    parameters::Parameters,
    refusal::Refusal,
    state::State,
    withdrawal::Order,
};

/// The fields are a sibling's; the two of the fee are **invented**.
#[derive(Serialize)]
struct Reply<'a> {
    id: &'a str,
    foreign_id: &'a str,
    r#type: &'a str,
    status: &'a str,
    amount: &'a Decimal,
    sender_amount: &'a Decimal,
    sender_currency: &'a str,
    receiver_amount: &'a Decimal,
    receiver_currency: &'a str,
    fee_amount: &'a Decimal,
    fee_currency: &'a str,
}

pub(super) fn handle(context: &mut Context<'_>, parameters: &Parameters) -> Result<Response, Refusal> {
    let order = order(context.state, parameters)?;
    let taken = context.state.take_withdrawal(order, context.now).map_err(|_| ErrorCode::BalanceNotEnough)?;
    Ok(Response::data(&Reply {
        id: &taken.id.uuid,
        foreign_id: &taken.order.foreign_id,
        r#type: taken.kind(),
        status: taken.status.as_str(),
        amount: &taken.order.amount,
        sender_amount: &taken.order.debited,
        sender_currency: taken.order.debited_coin,
        receiver_amount: &taken.order.sent,
        receiver_currency: taken.order.sent_coin,
        fee_amount: &taken.order.fee,
        fee_currency: taken.order.debited_coin,
    }))
}

fn order(state: &State, parameters: &Parameters) -> Result<Order, Refusal> {
    let foreign_id = parameters.foreign_id()?;
    let code = parameters.required_text("currency")?;
    let address = parameters.text("address")?.unwrap_or_default();
    let memo = parameters.text("memo")?;
    // Before everything that may change between two calls, so that a repeated call is always told that it is one.
    if state.withdrawals.has_foreign_id(foreign_id) {
        return Err(ErrorCode::DuplicationRequest.into());
    }
    let coin = payable(&state.coins, code)?;
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
    let (debited_amount, sent_amount) = if sent.code == coin.code {
        (converted(debited, Rounding::Up), amount.clone())
    } else {
        (amount.clone(), converted(sent, Rounding::Down))
    };
    if sent_amount.is_zero() {
        return Err(ErrorCode::AmountTooLow.into());
    }
    Ok(Order {
        foreign_id: foreign_id.to_owned(),
        address: address.to_owned(),
        memo: memo.filter(|memo| !memo.is_empty()).map(str::to_owned),
        fee: (&debited_amount * fee_percent).rounded(debited.precision, Rounding::Up),
        amount,
        debited_coin: debited.code,
        debited: debited_amount,
        sent_coin: sent.code,
        sent: sent_amount,
    })
}

/// What is debited, what is sent, and the rate from `currency` to `convert_to`.
fn route<'a>(
    state: &'a State,
    coin: &'a Coin,
    convert_to: Option<&str>,
) -> Result<(&'a Coin, &'a Coin, Option<Decimal>), Refusal> {
    let Some(code) = convert_to.filter(|code| *code != coin.code) else { return Ok((coin, coin, None)) };
    let other = payable(&state.coins, code)?;
    let rate = state.rates.rate(coin, other).ok_or(ErrorCode::WithdrawalBaseCoinMismatch)?;
    Ok(match other.kind {
        CoinType::Crypto => (coin, other, Some(rate)),
        CoinType::Fiat => (other, coin, Some(rate)),
    })
}

/// The table gives this endpoint no `coin_not_supported`: a coin of other platforms is none here.
fn payable<'a>(coins: &'a Coins, code: &str) -> Result<&'a Coin, ErrorCode> {
    coins.supported(code).map_err(|refused| match refused {
        ErrorCode::CoinNotSupported => ErrorCode::CoinNotFound,
        other => other,
    })
}
