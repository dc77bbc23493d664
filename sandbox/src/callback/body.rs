//! Bodies of callbacks, in both generations of the documentation (Callback Examples).
//!
//! The documentation shows a deposit with exchange. Other deposits, withdrawals and cancelled transactions have the
//! same fields, as in the CoinsPaid family.

use serde::{Serialize, Serializer};

use crate::{
    decimal::Decimal, deposit::Deposit, identity::Id, json::escape_like_callbacks, settings::Generation,
    status::Status, withdrawal::Withdrawal,
};

/// An id in the form of a generation.
#[derive(Clone, Copy)]
struct Rendered<'a>(&'a Id, Generation);

impl Serialize for Rendered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.1 {
            Generation::Older => serializer.serialize_u64(self.0.serial),
            Generation::Newer => self.0.serialize(serializer),
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
    status: Status,
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
    #[serde(flatten)]
    memo: Memo<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    foreign_id: Option<&'a str>,
}

/// The destination tag under its name in a generation.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Memo<'a> {
    Tag(Option<&'a str>),
    Memo(Option<&'a str>),
}

impl<'a> Memo<'a> {
    fn new(memo: Option<&'a str>, generation: Generation) -> Self {
        match generation {
            Generation::Older => Self::Tag(memo),
            Generation::Newer => Self::Memo(memo),
        }
    }
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

impl<'a> Transaction<'a> {
    /// Creates a blockchain transaction without its destination.
    fn new(id: Rendered<'a>, r#type: &'static str, currency: &'a str, amount: &'a Decimal) -> Self {
        Self {
            id,
            currency,
            currency_to: None,
            transaction_type: "blockchain",
            r#type,
            address: None,
            tag: None,
            amount,
            amount_to: None,
            txid: None,
            riskscore: None,
            confirmation: 0,
            senders: Vec::new(),
        }
    }
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
    rate: &'a Decimal,
    exchanged_amount: String,
}

fn write(body: &Body<'_>) -> String {
    // Always serialises: all map keys are text, and no Serialize is fallible.
    escape_like_callbacks(&serde_json::to_string(body).unwrap_or_default())
}

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
            currency: address.coin,
            convert_to: deposit.exchange.as_ref().map(|_| deposit.received_coin),
            address: &address.address,
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

/// Returns the body of a withdrawal's callback. A cancelled one lacks the amounts sent and received, as in the
/// CoinsPaid family.
pub(crate) fn withdrawal(withdrawal: &Withdrawal, generation: Generation) -> String {
    let confirmed = withdrawal.txid.is_some();
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
            memo: Memo::new(withdrawal.memo.as_deref(), generation),
            foreign_id: None,
        },
        currency_sent: confirmed.then_some(Sent { currency: debited, amount: &withdrawal.sender_amount }),
        currency_received: confirmed.then(|| Received {
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
