//! The body of a withdrawal's callback.

use super::parts::{Body, CryptoAddress, Fee, Memo, Received, Rendered, Risk, Sent, Transaction, write};
use crate::{settings::Generation, withdrawal::Withdrawal};

/// Returns the body of a withdrawal's callback. Only a confirmed one has the amounts sent and received, as in
/// the CoinsPaid family.
pub(crate) fn withdrawal(withdrawal: &Withdrawal, generation: Generation) -> String {
    let confirmed = withdrawal.txid.is_some();
    let shows_amounts = confirmed && !withdrawal.hides_amounts;
    let converts = withdrawal.has_exchange();
    let (debited, sent) = (withdrawal.sender_currency, withdrawal.receiver_currency);
    let mut transactions = Vec::new();
    if converts {
        let id = Rendered(&withdrawal.exchange_transaction, generation);
        transactions.push(Transaction {
            currency_to: Some(sent),
            transaction_type: "exchange",
            amount_to: Some(&withdrawal.receiver_amount),
            ..Transaction::new(id, "exchange", debited, &withdrawal.sender_amount)
        });
    }
    let id = Rendered(&withdrawal.transaction, generation);
    transactions.push(Transaction {
        address: Some(&withdrawal.address),
        tag: Some(withdrawal.memo.as_deref()),
        txid: withdrawal.txid.as_deref(),
        confirmation: u32::from(confirmed),
        ..Transaction::new(id, "withdrawal", sent, &withdrawal.receiver_amount)
    });
    let fee = Fee { r#type: "withdrawal", currency: debited, amount: &withdrawal.fee_amount };
    write(&Body {
        id: Rendered(&withdrawal.id, generation),
        internal_id: (generation == Generation::Older).then_some(withdrawal.transaction.serial),
        foreign_id: Some(&withdrawal.foreign_id),
        r#type: withdrawal.r#type,
        crypto_address: CryptoAddress {
            id: Rendered(&withdrawal.address_id, generation),
            currency: debited,
            convert_to: converts.then_some(sent),
            address: &withdrawal.address,
            cross_currency: None,
            expected_currency: None,
            memo: Memo::new(withdrawal.memo.as_deref(), generation),
            foreign_id: None,
        },
        currency_sent: shows_amounts.then_some(Sent { currency: debited, amount: &withdrawal.sender_amount }),
        currency_received: shows_amounts.then(|| Received {
            currency: sent,
            amount: withdrawal.receiver_amount.to_string(),
            amount_minus_fee: None,
        }),
        transactions,
        fees: Some(confirmed.then_some(fee).into_iter().collect()),
        error: &withdrawal.error,
        risk: Risk {},
        status: withdrawal.status,
        exchange: None,
    })
}
