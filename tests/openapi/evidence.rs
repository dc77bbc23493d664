//! What is known about each field, and from where.

use serde_json::{Value, json};

/// How well a field is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// Citron documents it.
    Documented,
    /// The CoinsPaid family documents it. Not verified for Citron.
    Family,
    /// Nobody documents it: this project's assumption.
    Invented,
}
use Evidence::{Documented, Family, Invented};

/// The evidence of some fields of one owner: an endpoint, whose parameters they are, or an object.
struct Row {
    owner: &'static str,
    evidence: Evidence,
    source: &'static str,
    fields: &'static [&'static str],
}

const fn row(owner: &'static str, evidence: Evidence, source: &'static str, fields: &'static [&'static str]) -> Row {
    Row { owner, evidence, source, fields }
}

const ENDPOINTS: &str = "Citron: API Documentation / API Endpoints";
const FLOWS: &str = "Citron: API Documentation / Payment Flows";
const EXAMPLES: &str = "Citron: API Documentation / Callback Examples";
const STATUSES: &str = "Citron: API Documentation / Transaction Types and Statuses";
const ACCOUNTS: &str = "CoinsPaid family: accounts/list";
const ADDRESSES: &str = "CoinsPaid family: addresses/take";
const WITHDRAWALS: &str = "CoinsPaid family: withdrawal/crypto";
const CURRENCIES: &str = "CoinsPaid family: currencies/list";
const PAIRS: &str = "CoinsPaid family: currencies/pairs";
const EXCHANGES: &str = "CoinsPaid family: exchange/now";
const CALLBACKS: &str = "CoinsPaid family: callbacks";
const OWN: &str = "citrn: Citron documents no reply of this endpoint";
const OWN_NAMES: &str = "citrn: Citron's API Endpoints mention a session id and a redirect URL, but not their names";

const ROWS: &[Row] = &[
    row("balances.list", Documented, ENDPOINTS, &["date", "currencies"]),
    row("addresses.take", Documented, ENDPOINTS, &["foreign_id", "currency"]),
    row("addresses.take", Documented, FLOWS, &["convert_to"]),
    row(
        "withdrawals.create",
        Documented,
        ENDPOINTS,
        &["address", "foreign_id", "amount", "currency", "convert_to", "key", "memo"],
    ),
    row("currencies.list", Documented, ENDPOINTS, &["type"]),
    row("currencies.pairs", Documented, ENDPOINTS, &["currency_from", "currency_to"]),
    row("currencies.rates", Documented, ENDPOINTS, &["currency_from", "currency_to"]),
    row("exchange.createQuota", Documented, ENDPOINTS, &["from_coin", "to_coin", "request_amount", "request_coin"]),
    row("exchange.makeExchange", Documented, ENDPOINTS, &["quote_id"]),
    row("payments.create", Documented, ENDPOINTS, &["foreign_id", "coin_name", "return_url"]),
    row("Pong", Documented, ENDPOINTS, &["message"]),
    row("Balance", Family, ACCOUNTS, &["currency", "balance", "type"]),
    row("Address", Family, ADDRESSES, &["address", "id", "currency", "foreign_id", "convert_to"]),
    row(
        "Address",
        Family,
        "CoinsPaid family: addresses/take, where it is `tag`; `memo` as in Citron's Callback Examples",
        &["memo"],
    ),
    row(
        "Withdrawal",
        Family,
        WITHDRAWALS,
        &[
            "id",
            "foreign_id",
            "type",
            "status",
            "amount",
            "sender_amount",
            "sender_currency",
            "receiver_amount",
            "receiver_currency",
        ],
    ),
    row(
        "Currency",
        Family,
        CURRENCIES,
        &["currency", "id", "type", "minimum_amount", "deposit_fee_percent", "withdrawal_fee_percent", "precision"],
    ),
    row("Pair", Family, PAIRS, &["currency_from", "currency_to", "rate_from", "rate_to"]),
    row("PairCurrency", Family, PAIRS, &["currency", "type", "min_amount", "min_amount_deposit_with_exchange"]),
    row("Quote", Documented, ENDPOINTS, &["quote_id"]),
    row("Quote", Invented, OWN, &["from_coin", "to_coin", "from_amount", "to_amount", "rate"]),
    row(
        "Exchange",
        Family,
        EXCHANGES,
        &[
            "id",
            "type",
            "status",
            "sender_amount",
            "sender_currency",
            "receiver_amount",
            "receiver_currency",
            "fee_amount",
            "fee_currency",
            "price",
        ],
    ),
    row("Exchange", Invented, OWN, &["quote_id"]),
    row("Payment", Invented, OWN_NAMES, &["redirect_url", "session_id"]),
    row(
        "Callback",
        Documented,
        EXAMPLES,
        &[
            "id",
            "crypto_address",
            "currency_sent",
            "currency_received",
            "transactions",
            "fees",
            "error",
            "exchange",
            "internal_id",
        ],
    ),
    row("Callback", Documented, STATUSES, &["type"]),
    row(
        "Callback",
        Documented,
        "Citron: API Documentation / Transaction Types and Statuses; `declined`, `paid`, `failed` and `expired` are of \
         the CoinsPaid family",
        &["status"],
    ),
    row("Callback", Family, CALLBACKS, &["foreign_id"]),
    row("CryptoAddress", Documented, EXAMPLES, &["id", "currency", "address", "memo", "foreign_id"]),
    row("CryptoAddress", Family, CALLBACKS, &["convert_to"]),
    row("Sent", Documented, EXAMPLES, &["currency", "amount"]),
    row("Received", Documented, EXAMPLES, &["currency", "amount", "amount_minus_fee"]),
    row(
        "Transaction",
        Documented,
        EXAMPLES,
        &[
            "id",
            "currency",
            "transaction_type",
            "type",
            "address",
            "amount",
            "txid",
            "riskscore",
            "confirmation",
            "senders",
        ],
    ),
    row(
        "Transaction",
        Documented,
        "Citron: API Documentation / Callback Examples, where it is `tag` in every generation",
        &["memo"],
    ),
    row("Transaction", Family, CALLBACKS, &["currency_to", "amount_to"]),
    row("Fee", Family, CALLBACKS, &["type", "currency", "amount"]),
    row("ExchangeRate", Documented, EXAMPLES, &["ticker", "rate", "exchanged_amount"]),
    // The refusals, which are in no table.
    row("CodeRefusal", Documented, ENDPOINTS, &["error_code"]),
    row(
        "CodeRefusal",
        Invented,
        "citrn: Citron's API Endpoints mention a status message, but not its name",
        &["message"],
    ),
    row("FieldRefusal", Family, "CoinsPaid family: errors", &["errors"]),
    row("AuthRefusal", Family, "CoinsPaid family: errors", &["error", "code"]),
    // The envelopes of replies, by endpoint.
    row(
        "balances.list reply",
        Documented,
        "Citron: API Documentation / API Endpoints, without what is in it; a list as in accounts/list of the CoinsPaid \
         family",
        &["data"],
    ),
    row("addresses.take reply", Family, ADDRESSES, &["data"]),
    row("withdrawals.create reply", Family, WITHDRAWALS, &["data"]),
    row("currencies.list reply", Family, CURRENCIES, &["data"]),
    row("rates.list reply", Invented, OWN, &["data"]),
    row("currencies.pairs reply", Family, PAIRS, &["data"]),
    row("currencies.rates reply", Family, "CoinsPaid family: currencies/rates", &["data"]),
    row("accounts.list reply", Family, ACCOUNTS, &["data"]),
    row("exchange.createQuota reply", Invented, OWN, &["data"]),
    row("exchange.makeExchange reply", Family, EXCHANGES, &["data"]),
    row("payments.create reply", Invented, OWN_NAMES, &["data"]),
];

/// Returns a schema with the evidence of a field.
pub fn with_evidence(mut schema: Value, owner: &str, field: &str) -> Value {
    let row = ROWS.iter().find(|row| row.owner == owner && row.fields.contains(&field));
    let row = row.unwrap_or_else(|| panic!("add the evidence of {owner}, {field} to tests/openapi/evidence.rs"));
    schema["x-evidence"] = json!(match row.evidence {
        Documented => "documented",
        Family => "family",
        Invented => "invented",
    });
    schema["x-source"] = json!(row.source);
    schema
}

/// Returns the owner and the name of every field that has evidence.
pub fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    ROWS.iter().flat_map(|row| row.fields.iter().map(|field| (row.owner, *field)))
}
