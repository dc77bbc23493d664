//! The body of a deposit's callback.

use super::parts::{Body, CryptoAddress, Exchange, Memo, Received, Rendered, Risk, Sent, Transaction, write};
use crate::{deposit::Deposit, settings::Generation};

/// Returns the body of a deposit's callback.
pub(crate) fn deposit(deposit: &Deposit, generation: Generation) -> String {
    let older = generation == Generation::Older;
    let address = &deposit.address;
    let transaction = Rendered(if older { &deposit.id } else { &deposit.transaction }, generation);
    write(&Body {
        id: Rendered(&deposit.id, generation),
        internal_id: older.then_some(deposit.transaction.serial),
        foreign_id: None,
        r#type: deposit.r#type,
        crypto_address: CryptoAddress {
            id: Rendered(&address.id, generation),
            currency: deposit.expected_coin.unwrap_or(address.coin),
            convert_to: deposit.exchange.as_ref().map(|_| deposit.received_coin),
            address: &address.address,
            cross_currency: deposit.expected_coin.map(|_| true),
            expected_currency: deposit.expected_coin,
            memo: Memo::new(address.memo.as_deref(), generation),
            foreign_id: Some(&address.foreign_id),
        },
        currency_sent: Some(Sent { currency: address.coin, amount: &deposit.amount }),
        currency_received: Some(Received {
            currency: deposit.received_coin,
            amount: deposit.received.fixed(deposit.received_precision),
            amount_minus_fee: Some(deposit.received_after_fee.fixed(deposit.received_precision)),
        }),
        transactions: vec![Transaction {
            address: Some(&address.address),
            tag: Some(address.memo.as_deref()),
            txid: Some(&deposit.txid),
            confirmation: deposit.confirmations,
            senders: vec![&deposit.sender],
            ..Transaction::new(transaction, "deposit", address.coin, &deposit.amount)
        }],
        fees: None,
        error: &deposit.error,
        risk: Risk {},
        status: deposit.status,
        exchange: deposit.exchange.as_ref().map(|exchange| Exchange {
            ticker: &exchange.ticker,
            rate: &exchange.rate,
            exchanged_amount: exchange.exchanged.fixed(8),
        }),
    })
}
