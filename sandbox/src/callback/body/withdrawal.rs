//! The body of a withdrawal's callback.

use super::parts::{Body, CryptoAddress, Fee, Received, Risk, Sent, Transaction, write};
use crate::{
    profile::{Fees, Form},
    withdrawal::Withdrawal,
};

/// Returns the body of a withdrawal's callback. Only a confirmed one has the amounts sent and received, as in
/// the CoinsPaid family.
pub(crate) fn withdrawal(withdrawal: &Withdrawal, form: &Form) -> String {
    let Form { ids, callback_amounts: amounts, .. } = form;
    let confirmed = withdrawal.txid.is_some();
    let shows_amounts = confirmed && !withdrawal.hides_amounts;
    let converts = withdrawal.has_exchange();
    let (debited, sent) = (withdrawal.sender_currency, withdrawal.receiver_currency);
    let mut transactions = Vec::new();
    if converts {
        transactions.push(Transaction {
            currency_to: Some(sent),
            transaction_type: "exchange",
            amount_to: Some(amounts.of(&withdrawal.receiver_amount)),
            ..Transaction::new(
                ids.of(&withdrawal.exchange_transaction),
                "exchange",
                debited,
                amounts.of(&withdrawal.sender_amount),
                form.confirmations.of(0),
            )
        });
    }
    transactions.push(Transaction {
        address: Some(&withdrawal.address),
        tag: Some(withdrawal.memo.as_deref()),
        txid: withdrawal.txid.as_deref(),
        ..Transaction::new(
            ids.of(&withdrawal.transaction),
            "withdrawal",
            sent,
            amounts.of(&withdrawal.receiver_amount),
            form.confirmations.of(u32::from(confirmed)),
        )
    });
    let fee = Fee { r#type: "withdrawal", currency: debited, amount: amounts.of(&withdrawal.fee_amount) };
    write(&Body {
        id: ids.of(&withdrawal.id),
        internal_id: form.internal_id.then_some(withdrawal.transaction.serial),
        foreign_id: Some(&withdrawal.foreign_id),
        r#type: withdrawal.r#type,
        crypto_address: CryptoAddress {
            id: ids.of(&withdrawal.address_id),
            currency: debited,
            convert_to: converts.then_some(sent),
            address: &withdrawal.address,
            cross_currency: None,
            expected_currency: None,
            memo: form.memo.of(withdrawal.memo.as_deref()),
            foreign_id: None,
        },
        currency_sent: shows_amounts
            .then_some(Sent { currency: debited, amount: amounts.of(&withdrawal.sender_amount) }),
        currency_received: shows_amounts.then(|| Received {
            currency: sent,
            amount: amounts.of(&withdrawal.receiver_amount),
            amount_minus_fee: None,
        }),
        transactions,
        fees: match form.fees {
            Fees::NullForDeposits | Fees::List => Some(confirmed.then_some(fee).into_iter().collect()),
            Fees::Null => None,
        },
        error: &withdrawal.error,
        risk: Risk {},
        status: withdrawal.status,
        exchange: None,
    })
}
