//! The body of a payment request's callback, as in the CoinsPaid family. It has no `id`.

use serde::Serialize;

use super::parts::{Transaction, write};
use crate::{
    address::Network,
    decimal::Decimal,
    deposit_address::DepositAddress,
    identity::Id,
    profile::{AmountValue, Form, IdValue},
    status::Status,
};

/// A payment request, of which only scenarios send callbacks.
pub(crate) struct PaymentRequest<'a> {
    pub id: &'a Id,
    pub address: &'a DepositAddress,
    pub network: Network,
    pub amount: &'a Decimal,
    pub status: Status,
}

#[derive(Serialize)]
struct Body<'a> {
    payment_request_id: IdValue<'a>,
    foreign_id: &'a str,
    r#type: &'static str,
    status: Status,
    payment_request_address: Address<'a>,
    payment_request_amount: Amount,
    currency_sent: Sent,
    transactions: [Transaction<'a>; 1],
    error: &'static str,
}

#[derive(Serialize)]
struct Address<'a> {
    id: IdValue<'a>,
    currency: Currency,
    address: &'a str,
}

#[derive(Clone, Copy, Serialize)]
struct Currency {
    iso: &'static str,
    network_name: Network,
}

#[derive(Serialize)]
struct Amount {
    currency: Currency,
    amount: AmountValue,
}

#[derive(Serialize)]
struct Sent {
    currency: Currency,
    expected_amount: AmountValue,
    received_amount: Option<AmountValue>,
}

/// Returns the body of a payment request's callback.
pub(crate) fn payment_request(request: &PaymentRequest<'_>, form: &Form) -> String {
    let PaymentRequest { id, address, network, amount, status } = *request;
    let currency = Currency { iso: address.coin, network_name: network };
    let (id, is_paid) = (form.ids.of(id), status == Status::Paid);
    let amount = form.callback_amounts.of(amount);
    write(&Body {
        payment_request_id: id,
        foreign_id: &address.foreign_id,
        r#type: "payment_request",
        status,
        payment_request_address: Address { id: form.ids.of(&address.id), currency, address: &address.address },
        payment_request_amount: Amount { currency, amount: amount.clone() },
        currency_sent: Sent {
            currency,
            expected_amount: amount.clone(),
            received_amount: is_paid.then(|| amount.clone()),
        },
        transactions: [Transaction::new(id, "deposit", address.coin, amount, form.confirmations.of(0))],
        error: "",
    })
}
