//! The body of a deposit's callback.

use super::parts::{Body, CryptoAddress, Exchange, Fee, Received, Risk, Sent, Transaction, write};
use crate::{
    deposit::Deposit,
    profile::{Fees, Form},
    status::Status,
};

/// Returns the body of a deposit's callback.
pub(crate) fn deposit(deposit: &Deposit, form: &Form) -> String {
    let Form { ids, callback_amounts: amounts, .. } = form;
    let address = &deposit.address;
    let transaction = ids.of(if form.internal_id { &deposit.id } else { &deposit.transaction });
    let fee = (deposit.status == Status::Confirmed)
        .then(|| amounts.fixed(&(&deposit.received - &deposit.received_after_fee), deposit.received_precision))
        .map(|amount| Fee { r#type: "deposit", currency: deposit.received_coin, amount });
    write(&Body {
        id: ids.of(&deposit.id),
        internal_id: form.internal_id.then_some(deposit.transaction.serial),
        foreign_id: None,
        r#type: deposit.r#type,
        crypto_address: CryptoAddress {
            id: ids.of(&address.id),
            currency: deposit.expected_coin.unwrap_or(address.coin),
            convert_to: deposit.exchange.as_ref().map(|_| deposit.received_coin),
            address: &address.address,
            cross_currency: deposit.expected_coin.map(|_| true),
            expected_currency: deposit.expected_coin,
            memo: form.memo.of(address.memo.as_deref()),
            foreign_id: Some(&address.foreign_id),
        },
        currency_sent: Some(Sent { currency: address.coin, amount: amounts.of(&deposit.amount) }),
        currency_received: Some(Received {
            currency: deposit.received_coin,
            amount: amounts.fixed(&deposit.received, deposit.received_precision),
            amount_minus_fee: Some(amounts.fixed(&deposit.received_after_fee, deposit.received_precision)),
        }),
        transactions: vec![Transaction {
            address: Some(&address.address),
            tag: Some(address.memo.as_deref()),
            txid: Some(&deposit.txid),
            senders: vec![&deposit.sender],
            ..Transaction::new(
                transaction,
                "deposit",
                address.coin,
                amounts.of(&deposit.amount),
                form.confirmations.of(deposit.confirmations),
            )
        }],
        fees: match form.fees {
            Fees::NullForDeposits | Fees::Null => None,
            Fees::List => Some(fee.into_iter().collect()),
        },
        error: &deposit.error,
        risk: Risk {},
        status: deposit.status,
        exchange: deposit.exchange.as_ref().map(|exchange| Exchange {
            ticker: &exchange.ticker,
            rate: amounts.of(&exchange.rate),
            exchanged_amount: amounts.fixed(&exchange.exchanged, 8),
        }),
    })
}
