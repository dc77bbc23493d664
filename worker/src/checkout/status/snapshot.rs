//! The deposits of a link at a moment, and their JSON.

use serde::Serialize;

use crate::{
    bindings::Runtime,
    checkout::{
        coins::{LONGEST_AMOUNT, trim_zeros},
        link::is_code,
        message::StoredLink,
    },
    clock::rfc3339,
    http::{Cause, Problem},
    inbox::{Deposit, DepositQuery, customer_key, deposits::deposits},
};

/// How long after a link's latest session its status includes deposits to other addresses, such as payments on the
/// gateway's page.
const ELSEWHERE_WITHIN_MS: i64 = 24 * 60 * 60_000;

/// The state of a deposit as a payer sees it, or of a link: that of its latest deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// No deposit has arrived in the latest session. Only a link has this state.
    Waiting,
    /// The deposit was seen, and waits for the network.
    Seen,
    /// The network confirmed it.
    Confirmed,
    /// It did not arrive.
    Cancelled,
}

impl State {
    /// Returns the state of a deposit.
    pub fn of(deposit: &Deposit) -> Self {
        match deposit.status.as_str() {
            "confirmed" => State::Confirmed,
            "cancelled" | "declined" | "failed" | "expired" => State::Cancelled,
            _ => State::Seen,
        }
    }
}

/// Returns an amount and its currency, if both are known and plain enough to be shown.
pub fn shown_amount(amount: Option<&(String, String)>) -> Option<(&str, &str)> {
    let (amount, currency) = amount?;
    (amount.len() <= LONGEST_AMOUNT && is_code(currency)).then(|| (trim_zeros(amount), currency.as_str()))
}

/// Returns the deposits since the link's first session began, the latest first. `listener` is the checkout object that
/// the inbox notifies of later changes.
pub async fn deposits_of<P: Runtime>(
    platform: &P,
    link: &StoredLink,
    listener: Option<u8>,
) -> Result<Vec<Deposit>, Problem> {
    let Some(since) = link.began_at else {
        return Ok(Vec::new());
    };
    let query = DepositQuery {
        customer: customer_key(&link.link.foreign_id),
        addresses: link.addresses.clone(),
        since,
        elsewhere_until: link
            .last_began_at
            .filter(|_| link.has_redirects)
            .map(|last| last.saturating_add(ELSEWHERE_WITHIN_MS)),
        listener,
    };
    deposits(platform, &query).await
}

/// Splits deposits into those since the latest session began and earlier ones.
pub fn by_session(deposits: &[Deposit], last_began_at: Option<i64>) -> (&[Deposit], &[Deposit]) {
    let since = last_began_at.unwrap_or_default();
    let current = deposits.partition_point(|deposit| deposit.seen_at >= since);
    deposits.split_at_checked(current).unwrap_or_default()
}

/// Returns the status of a link as JSON, in one line. `listener` is the checkout object that the inbox notifies of
/// later changes.
pub async fn json<P: Runtime>(platform: &P, link: &StoredLink, listener: Option<u8>) -> Result<String, Problem> {
    let deposits = deposits_of(platform, link, listener).await?;
    serde_json::to_string(&Snapshot::of(&deposits, link.last_began_at))
        .map_err(|_| Problem::new(Cause::InternalError, "The status could not be serialised."))
}

/// The status of a link.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Snapshot<'a> {
    /// The state of the latest deposit of the latest session, or `waiting`.
    state: State,
    /// The deposits of the latest session, the latest first.
    deposits: Vec<Entry<'a>>,
    /// The deposits of earlier sessions, the latest first.
    earlier: Vec<Entry<'a>>,
}

/// A deposit in a status.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "SnapshotDeposit"))]
struct Entry<'a> {
    /// The gateway's code of the coin, unless it is unknown.
    currency: Option<&'a str>,
    /// The amount that was sent, as decimal text, unless it is unknown.
    amount: Option<&'a str>,
    state: State,
    /// When the deposit was first seen.
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    seen_at: String,
    /// When it was confirmed.
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    confirmed_at: Option<String>,
}

impl<'a> Snapshot<'a> {
    /// Returns the status with these deposits.
    fn of(deposits: &'a [Deposit], last_began_at: Option<i64>) -> Self {
        let (current, earlier) = by_session(deposits, last_began_at);
        let state = current.first().map_or(State::Waiting, State::of);
        let entries = |deposits: &'a [Deposit]| deposits.iter().map(Entry::of).collect();
        Self { state, deposits: entries(current), earlier: entries(earlier) }
    }
}

impl<'a> Entry<'a> {
    fn of(deposit: &'a Deposit) -> Self {
        let (amount, currency) = shown_amount(deposit.sent.as_ref()).unzip();
        let state = State::of(deposit);
        let confirmed_at = (state == State::Confirmed).then(|| rfc3339(deposit.status_at));
        Self { currency, amount, state, seen_at: rfc3339(deposit.seen_at), confirmed_at }
    }
}
