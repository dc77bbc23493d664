//! The body of a payment request's callback, as in the CoinsPaid family. It has no `id`.

use serde::Serialize;

use super::parts::{Rendered, Transaction, write};
use crate::{
    address::Network, decimal::Decimal, deposit_address::DepositAddress, identity::Id, settings::Generation,
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
    payment_request_id: Rendered<'a>,
    foreign_id: &'a str,
    r#type: &'static str,
    status: Status,
    payment_request_address: Address<'a>,
    payment_request_amount: Amount<'a>,
    currency_sent: Sent<'a>,
    transactions: [Transaction<'a>; 1],
    error: &'static str,
}

#[derive(Serialize)]
struct Address<'a> {
    id: Rendered<'a>,
    currency: Currency,
    address: &'a str,
}

#[derive(Clone, Copy, Serialize)]
struct Currency {
    iso: &'static str,
    network_name: Network,
}

#[derive(Serialize)]
struct Amount<'a> {
    currency: Currency,
    amount: &'a Decimal,
}

#[derive(Serialize)]
struct Sent<'a> {
    currency: Currency,
    expected_amount: &'a Decimal,
    received_amount: Option<&'a Decimal>,
}

/// Returns the body of a payment request's callback.
pub(crate) fn payment_request(request: &PaymentRequest<'_>, generation: Generation) -> String {
    let PaymentRequest { id, address, network, amount, status } = *request;
    let currency = Currency { iso: address.coin, network_name: network };
    let (id, is_paid) = (Rendered(id, generation), status == Status::Paid);
    write(&Body {
        payment_request_id: id,
        foreign_id: &address.foreign_id,
        r#type: "payment_request",
        status,
        payment_request_address: Address { id: Rendered(&address.id, generation), currency, address: &address.address },
        payment_request_amount: Amount { currency, amount },
        currency_sent: Sent { currency, expected_amount: amount, received_amount: is_paid.then_some(amount) },
        transactions: [Transaction::new(id, "deposit", address.coin, amount)],
        error: "",
    })
}
