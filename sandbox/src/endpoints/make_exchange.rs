//! `POST /exchange/make-exchange`

use citrn::ErrorCode;
use serde::Serialize;

use super::context::Context;
use crate::{
    http::Response,
    ledger::{Account, Posting, Transfer},
    parameters::Parameters,
    profile::{AmountValue, Form, IdValue},
    refusal::Refusal,
};

/// The fields are named as in the CoinsPaid family.
#[derive(Serialize)]
struct Reply<'a> {
    id: IdValue<'a>,
    quote_id: IdValue<'a>,
    r#type: &'static str,
    status: &'static str,
    sender_amount: AmountValue,
    sender_currency: &'a str,
    receiver_amount: AmountValue,
    receiver_currency: &'a str,
    fee_amount: AmountValue,
    fee_currency: &'a str,
    price: AmountValue,
}

pub(super) fn handle(context: &mut Context<'_>, parameters: &Parameters) -> Result<Response, Refusal> {
    let quote_id = parameters.required_text("quote_id")?;
    let state = &mut *context.state;
    let quote = state.quotes.get_mut(quote_id).ok_or(ErrorCode::ResourceNotFound)?;
    if quote.used {
        return Err(ErrorCode::DuplicationRequest.into());
    }
    if context.now >= quote.expires {
        return Err(ErrorCode::ProcessExchangeQuotaError.into());
    }
    let mut identity = state.identity.clone();
    let id = identity.draw();
    let transfers = vec![
        Transfer::new(Account::Merchant, Account::Exchange, quote.from_coin, &quote.from_amount),
        Transfer::new(Account::Exchange, Account::Merchant, quote.to_coin, &quote.to_amount),
        Transfer::new(Account::Exchange, Account::Fees, quote.to_coin, &quote.fee_amount),
    ];
    state
        .ledger
        .post(Posting { at: context.now, reason: "exchange", reference: id.uuid.clone(), transfers })
        .map_err(|_| ErrorCode::BalanceNotEnough)?;
    state.identity = identity;
    quote.used = true;
    let Form { ids, reply_amounts: amounts, .. } = context.form;
    Ok(context.form.created(&Reply {
        id: ids.of(&id),
        quote_id: ids.of(&quote.id),
        r#type: "exchange",
        status: "processing",
        sender_amount: amounts.of(&quote.from_amount),
        sender_currency: quote.from_coin,
        receiver_amount: amounts.of(&quote.to_amount),
        receiver_currency: quote.to_coin,
        fee_amount: amounts.of(&quote.fee_amount),
        fee_currency: quote.fee_currency,
        price: amounts.of(&quote.rate),
    }))
}
