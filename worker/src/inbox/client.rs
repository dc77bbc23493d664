//! Calls of the inbox objects.

use core::{ops::Range, time::Duration};

use futures_util::{
    FutureExt,
    stream::{FuturesUnordered, StreamExt},
};

use super::{
    deposits::{Deposit, DepositQuery, MOST},
    event::object_of,
    message::{Reply, Request},
};
use crate::{
    bindings::Runtime,
    http::{Cause, Problem},
    storage::{
        object::{Namespace, Object},
        rpc,
    },
};

/// Timeout of an object RPC.
pub const TIMEOUT: Duration = Duration::from_secs(8);

/// Returns deposits from all objects, the latest first: the `MOST` latest, and as many older ones that are not
/// final yet.
///
/// # Errors
/// `storage_unavailable`.
pub async fn deposits<P: Runtime>(platform: &P, query: &DepositQuery) -> Result<Vec<Deposit>, Problem> {
    let mut found: Vec<Deposit> = Vec::new();
    for (_, reply) in
        call_each(platform, all().map(|shard| (shard, Request::Deposits(query.clone()))).collect()).await?
    {
        let Reply::Deposits(deposits) = reply else { return Err(failed(rpc::UNEXPECTED_REPLY)) };
        for deposit in deposits {
            let place = found.partition_point(|other| other.seen_at >= deposit.seen_at);
            found.insert(place, deposit);
        }
    }
    let older = found.split_off(found.len().min(usize::from(MOST)));
    found.extend(older.into_iter().filter(|deposit| !deposit.is_final()).take(usize::from(MOST)));
    Ok(found)
}

/// How many deliveries were given up, over all objects.
///
/// # Errors
/// `storage_unavailable`.
pub async fn parked<P: Runtime>(platform: &P) -> Result<u32, Problem> {
    let mut sum: u32 = 0;
    for (_, reply) in call_each(platform, all().map(|shard| (shard, Request::Parked(()))).collect()).await? {
        match reply {
            Reply::Parked(parked) => sum = sum.saturating_add(parked),
            _ => return Err(failed(rpc::UNEXPECTED_REPLY)),
        }
    }
    Ok(sum)
}

fn all() -> Range<usize> {
    0..usize::from(Namespace::Inbox.shards())
}

/// Calls several objects concurrently; the replies come in any order.
///
/// # Errors
/// `storage_unavailable`.
pub async fn call_each<P: Runtime>(
    platform: &P,
    requests: Vec<(usize, Request)>,
) -> Result<Vec<(usize, Reply)>, Problem> {
    let mut pending = FuturesUnordered::new();
    for (shard, request) in requests {
        let object = Object { namespace: Namespace::Inbox, shard: u8::try_from(shard).unwrap_or_default() };
        let reply = async move { call(platform, object, &request).await.map(|reply| (shard, reply)) };
        pending.push(reply.boxed_local());
    }
    let mut replies = Vec::new();
    while let Some(reply) = pending.next().await {
        replies.push(reply?);
    }
    Ok(replies)
}

/// Calls the object of an event or a transaction, and returns how many events it is about.
///
/// # Errors
/// `callback_not_found`, `storage_unavailable`.
pub async fn found<P: Runtime>(platform: &P, name: &str, request: Request) -> Result<u32, Problem> {
    match call(platform, object_of(name), &request).await? {
        Reply::Found(0, _) => {
            Err(Problem::new(Cause::CallbackNotFound, "The inbox holds no event, and no transaction, of this id."))
        }
        Reply::Found(_, done) => Ok(done),
        _ => Err(failed(rpc::UNEXPECTED_REPLY)),
    }
}

/// Calls an inbox object.
///
/// # Errors
/// `storage_unavailable`.
pub async fn call<P: Runtime>(platform: &P, object: Object, request: &Request) -> Result<Reply, Problem> {
    match rpc::call(platform, object, request, TIMEOUT).await {
        Ok(Reply::Failed(why)) | Err(why) => Err(failed(&why)),
        Ok(reply) => Ok(reply),
    }
}

/// The problem of a failed object.
#[must_use]
pub fn failed(why: &str) -> Problem {
    let mut problem = Problem::new(Cause::StorageUnavailable, format!("The inbox failed: {why}."));
    problem.retryable = true;
    problem
}
