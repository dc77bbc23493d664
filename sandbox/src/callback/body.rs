//! The bodies of callbacks, in both generations that the documentation shows (Callback Examples).
//!
//! The documentation shows a deposit with exchange. A plain deposit, a withdrawal and everything cancelled follow the
//! same fields and the siblings' bodies.

use serde::{Serialize, Serializer};

use crate::{
    decimal::Decimal, deposit::Deposit, escapes::escape_like_callbacks, identity::Id, settings::Generation,
    withdrawal::Withdrawal,
};

/// An id as a generation renders it.
#[derive(Clone, Copy)]
struct Rendered<'a>(&'a Id, Generation);

impl Serialize for Rendered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.1 {
            Generation::Older => serializer.serialize_u64(self.0.serial),
            Generation::Newer => serializer.serialize_str(&self.0.uuid),
        }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    id: Rendered<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    internal_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    foreign_id: Option<&'a str>,
    r#type: &'static str,
    crypto_address: CryptoAddress<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency_sent: Option<Sent<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency_received: Option<Received<'a>>,
    transactions: Vec<Transaction<'a>>,
    fees: Option<Vec<Fee<'a>>>,
    error: &'a str,
    risk: Risk,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    exchange: Option<Exchange<'a>>,
}

#[derive(Serialize)]
struct CryptoAddress<'a> {
    id: Rendered<'a>,
    currency: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    convert_to: Option<&'a str>,
    address: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memo: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    foreign_id: Option<&'a str>,
}

#[derive(Serialize)]
struct Sent<'a> {
    currency: &'a str,
    amount: &'a Decimal,
}

#[derive(Serialize)]
struct Received<'a> {
    currency: &'a str,
    amount: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_minus_fee: Option<String>,
}

#[derive(Serialize)]
struct Transaction<'a> {
    id: Rendered<'a>,
    currency: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency_to: Option<&'a str>,
    transaction_type: &'static str,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<Option<&'a str>>,
    amount: &'a Decimal,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_to: Option<&'a Decimal>,
    txid: Option<&'a str>,
    riskscore: Option<&'a str>,
    confirmation: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    senders: Vec<&'a str>,
}

#[derive(Serialize)]
struct Fee<'a> {
    r#type: &'static str,
    currency: &'a str,
    amount: &'a Decimal,
}

#[derive(Serialize)]
struct Risk {}

#[derive(Serialize)]
struct Exchange<'a> {
    ticker: &'a str,
    rate: String,
    exchanged_amount: String,
}

fn write(body: &Body<'_>) -> String {
    // Nothing in it can fail to be written: no maps with other keys than text, no fallible Serialize.
    escape_like_callbacks(&serde_json::to_string(body).unwrap_or_default())
}

/// `tag` in the older generation, `memo` in the newer one.
fn tag_or_memo(memo: Option<&str>, generation: Generation) -> (Option<Option<&str>>, Option<Option<&str>>) {
    match generation {
        Generation::Older => (Some(memo), None),
        Generation::Newer => (None, Some(memo)),
    }
}

/// What a callback says of a deposit.
pub(crate) fn deposit(deposit: &Deposit, generation: Generation) -> String {
    let older = generation == Generation::Older;
    let (tag, memo) = tag_or_memo(deposit.address.memo.as_deref(), generation);
    let transaction_id = if older { &deposit.id } else { &deposit.transaction };
    write(&Body {
        id: Rendered(&deposit.id, generation),
        internal_id: older.then_some(deposit.transaction.serial),
        foreign_id: None,
        r#type: deposit.kind(),
        crypto_address: CryptoAddress {
            id: Rendered(&deposit.address.id, generation),
            currency: deposit.address.coin,
            convert_to: deposit.exchange.as_ref().map(|_| deposit.received_coin),
            address: &deposit.address.address,
            tag,
            memo,
            foreign_id: Some(&deposit.address.foreign_id),
        },
        currency_sent: Some(Sent { currency: deposit.address.coin, amount: &deposit.amount }),
        currency_received: Some(Received {
            currency: deposit.received_coin,
            amount: deposit.received.fixed(deposit.received_precision),
            amount_minus_fee: Some(deposit.received_after_fee.fixed(deposit.received_precision)),
        }),
        transactions: vec![Transaction {
            id: Rendered(transaction_id, generation),
            currency: deposit.address.coin,
            currency_to: None,
            transaction_type: "blockchain",
            r#type: "deposit",
            address: Some(&deposit.address.address),
            tag: Some(deposit.address.memo.as_deref()),
            amount: &deposit.amount,
            amount_to: None,
            txid: Some(&deposit.txid),
            riskscore: None,
            confirmation: deposit.confirmations,
            senders: vec![&deposit.sender],
        }],
        fees: None,
        error: &deposit.error,
        risk: Risk {},
        status: deposit.status.as_str(),
        exchange: deposit.exchange.as_ref().map(|exchange| Exchange {
            ticker: &exchange.ticker,
            rate: exchange.rate.to_string(),
            exchanged_amount: exchange.exchanged.fixed(8),
        }),
    })
}

/// What a callback says of a withdrawal. A cancelled one names no amounts sent and received, as with the siblings.
pub(crate) fn withdrawal(withdrawal: &Withdrawal, generation: Generation) -> String {
    let confirmed = withdrawal.txid.is_some();
    let (tag, memo) = tag_or_memo(withdrawal.order.memo.as_deref(), generation);
    let converts = withdrawal.exchanges();
    let exchange = Transaction {
        id: Rendered(&withdrawal.exchange_transaction, generation),
        currency: withdrawal.order.debited_coin,
        currency_to: Some(withdrawal.order.sent_coin),
        transaction_type: "exchange",
        r#type: "exchange",
        address: None,
        tag: None,
        amount: &withdrawal.order.debited,
        amount_to: Some(&withdrawal.order.sent),
        txid: None,
        riskscore: None,
        confirmation: 0,
        senders: Vec::new(),
    };
    let blockchain = Transaction {
        id: Rendered(&withdrawal.transaction, generation),
        currency: withdrawal.order.sent_coin,
        currency_to: None,
        transaction_type: "blockchain",
        r#type: "withdrawal",
        address: Some(&withdrawal.order.address),
        tag: Some(withdrawal.order.memo.as_deref()),
        amount: &withdrawal.order.sent,
        amount_to: None,
        txid: withdrawal.txid.as_deref(),
        riskscore: None,
        confirmation: u32::from(confirmed),
        senders: Vec::new(),
    };
    write(&Body {
        id: Rendered(&withdrawal.id, generation),
        internal_id: (generation == Generation::Older).then_some(withdrawal.transaction.serial),
        foreign_id: Some(&withdrawal.order.foreign_id),
        r#type: withdrawal.kind(),
        crypto_address: CryptoAddress {
            id: Rendered(&withdrawal.address_id, generation),
            currency: withdrawal.order.debited_coin,
            convert_to: converts.then_some(withdrawal.order.sent_coin),
            address: &withdrawal.order.address,
            tag,
            memo,
            foreign_id: None,
        },
        currency_sent: confirmed
            .then_some(Sent { currency: withdrawal.order.debited_coin, amount: &withdrawal.order.debited }),
        currency_received: confirmed.then(|| Received {
            currency: withdrawal.order.sent_coin,
            amount: withdrawal.order.sent.to_string(),
            amount_minus_fee: None,
        }),
        transactions: if converts { vec![exchange, blockchain] } else { vec![blockchain] },
        fees: Some(if confirmed {
            vec![Fee { r#type: "withdrawal", currency: withdrawal.order.debited_coin, amount: &withdrawal.order.fee }]
        } else {
            Vec::new()
        }),
        error: &withdrawal.error,
        risk: Risk {},
        status: withdrawal.status.as_str(),
        exchange: None,
    })
}
