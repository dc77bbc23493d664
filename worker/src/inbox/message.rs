//! The requests of the Worker to the inbox objects, and their replies.
//!
//! Old and new versions exchange them during a deployment, so the names in JSON never change.

use core::time::Duration;

use citrn::callback::Status;
use futures_util::{
    FutureExt,
    future::LocalBoxFuture,
    stream::{FuturesUnordered, TryStreamExt},
};
use serde::{Deserialize, Serialize};

use super::{
    event::Arrival,
    filter::{ListQuery, ORDERS},
};
use crate::{
    bindings::{OnDrop, Runtime, UNEXPECTED_REPLY},
    http::{Cause, Problem},
    storage::object::{Namespace, Object},
};

/// Timeout of an object RPC.
pub const TIMEOUT: Duration = Duration::from_secs(8);

/// A request.
#[derive(Debug, Serialize, Deserialize)]
pub enum Request {
    /// Stores a callback.
    Store(Arrival),
    /// Lists events.
    List(EventQuery),
    /// Lists entries.
    Query(ListQuery),
    /// Redelivers an event, or all events of a transaction.
    Redeliver(String),
    /// Redelivers the events of a query.
    RedeliverAll(ListQuery),
    /// Lists the events of a redelivery, without redelivering them.
    Redeliverable(ListQuery),
    /// Drops the body of an event, or all bodies of a transaction.
    Erase(String),
    /// Drops the bodies of transactions of a customer, by the customer's key.
    EraseCustomer(String),
    /// Queries deposits.
    Deposits(DepositQuery),
    /// Counts the parked deliveries.
    Parked(()),
    /// Notes that a payment or an address was created now.
    NoteCreation(()),
    /// Returns when the latest event was stored.
    LatestCallback(()),
    /// Returns the time of the first noted creation after a time in milliseconds since the epoch.
    FirstCreationAfter(i64),
}

/// A query for events, with the filters that objects of any version know.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EventQuery {
    /// The number of the last event of the previous page.
    pub after: i64,
    /// The maximum number of events.
    pub limit: u32,
    /// Only events of this transaction.
    pub callback_id: Option<String>,
    /// Only events in this state of delivery.
    pub state: Option<String>,
}

impl From<EventQuery> for ListQuery {
    fn from(EventQuery { after, limit, callback_id, state }: EventQuery) -> Self {
        let mut filters = Vec::new();
        filters.extend(callback_id.map(|id| format!("callback_id={id}")));
        filters.extend(state.map(|state| format!("state={state}")));
        Self { list: ORDERS[0].to_owned(), after, limit, filters }
    }
}

impl From<ListQuery> for Request {
    /// Uses the message that objects of any version know, if it can express the query.
    fn from(query: ListQuery) -> Self {
        let get = |name| query.get(name).map(str::to_owned);
        let (callback_id, state) = (get("callback_id"), get("state"));
        let filters = usize::from(callback_id.is_some()) + usize::from(state.is_some());
        if query.list == ORDERS[0] && query.filters.len() == filters {
            return Request::List(EventQuery { after: query.after, limit: query.limit, callback_id, state });
        }
        Request::Query(query)
    }
}

/// A query for deposits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DepositQuery {
    /// The customer's key.
    pub customer: String,
    /// The keys of addresses. Deposits to them belong to the customer, unless a callback names another customer.
    pub addresses: Vec<String>,
    /// The earliest time of a deposit's first callback, in milliseconds since the epoch.
    pub since: i64,
    /// The latest time of the first callback of a deposit to another address. Without it, no such deposit is returned.
    pub elsewhere_until: Option<i64>,
    /// The object to notify of later changes, for a while. Earlier versions do not know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listener: Option<u8>,
}

/// A reply to a request.
#[derive(Debug, Serialize, Deserialize)]
pub enum Reply {
    /// The callback is stored: the id of the event, or none for a duplicate.
    Stored(Option<String>),
    /// The events.
    Listed(Vec<Entry>),
    /// The number of events with the id, and of those that were queued or erased; for a customer, of transactions and
    /// erased events.
    Found(u32, u32),
    /// The deposits.
    Deposits(Vec<Deposit>),
    /// The number of parked deliveries.
    Parked(u32),
    /// A time in milliseconds since the epoch, if there is one.
    Time(Option<i64>),
    /// The database failed.
    Failed(String),
}

/// An event in a list.
#[derive(Debug, Serialize, Deserialize)]
pub struct Entry {
    /// Its place in the object's list, for `after`.
    pub seq: i64,
    /// When it was received or queued, by the order of the list, in milliseconds since the epoch.
    pub at: i64,
    /// Its JSON text, or for a redelivery its outcome.
    pub json: String,
}

/// A deposit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deposit {
    /// Amount and currency that were sent, if a callback reports them.
    pub sent: Option<(String, String)>,
    /// Amount and currency after the gateway's fees, if it is confirmed and they are clear. Objects of earlier versions
    /// do not return it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credited: Option<(String, String)>,
    /// When its first callback was received, in milliseconds since the epoch.
    pub seen_at: i64,
    /// Its first final status, else its latest.
    pub status: String,
    /// When the callback with that status was received.
    pub status_at: i64,
}

impl Deposit {
    /// Whether no other status follows.
    pub fn is_final(&self) -> bool {
        Status::from(self.status.as_str()).is_final()
    }
}

/// Calls an inbox object. Boxed, so that its code exists once for all kinds of requests.
pub fn call<P: Runtime>(platform: &P, object: Object, request: Request) -> LocalBoxFuture<'_, Result<Reply, Problem>> {
    async move {
        match platform.call(object, &request, TIMEOUT, OnDrop::Continue).await {
            Ok(Reply::Failed(why)) | Err(why) => Err(failed(&why)),
            Ok(reply) => Ok(reply),
        }
    }
    .boxed_local()
}

/// Calls several objects concurrently; the replies come in any order.
pub async fn call_each<P: Runtime>(platform: &P, requests: Vec<(u8, Request)>) -> Result<Vec<(u8, Reply)>, Problem> {
    let call = |(shard, request)| {
        let object = Object { namespace: Namespace::Inbox, shard };
        call(platform, object, request).map(move |reply| reply.map(|reply| (shard, reply)))
    };
    requests.into_iter().map(call).collect::<FuturesUnordered<_>>().try_collect().await
}

/// Returns the same request for all objects.
pub fn to_all(request: impl Fn() -> Request) -> Vec<(u8, Request)> {
    (0..Namespace::Inbox.shards()).map(|shard| (shard, request())).collect()
}

/// Calls all objects for a number or a time. One function for both is less code in wasm.
pub async fn numbers<P: Runtime>(platform: &P, request: fn(()) -> Request) -> Result<Vec<i64>, Problem> {
    let mut numbers = Vec::new();
    for (_, reply) in call_each(platform, to_all(|| request(()))).await? {
        numbers.extend(number(reply)?);
    }
    Ok(numbers)
}

/// Returns the number or the time in a reply.
pub(super) fn number(reply: Reply) -> Result<Option<i64>, Problem> {
    match reply {
        Reply::Parked(number) => Ok(Some(number.into())),
        Reply::Time(time) => Ok(time),
        _ => Err(unexpected()),
    }
}

/// The problem of a failed object.
pub fn failed(why: &str) -> Problem {
    Problem::new(Cause::StorageUnavailable, format!("The inbox failed: {why}.")).retryable()
}

/// The problem of a reply to another request.
pub fn unexpected() -> Problem {
    failed(UNEXPECTED_REPLY)
}
