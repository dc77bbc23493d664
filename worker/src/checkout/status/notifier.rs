//! Notifies checkout objects of deposits, for the streams that wait there.

use core::time::Duration;

use futures_util::{FutureExt, future::LocalBoxFuture};

use crate::{
    bindings::{OnDrop, Runtime, UNEXPECTED_REPLY},
    checkout::message::{Operation, Reply, Request},
    inbox::listeners::DepositListener,
    storage::object::{Namespace, Object},
};

/// Timeout of an object RPC.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The listener whose objects are the checkout's.
#[derive(Debug)]
pub struct StreamNotifier<P>(pub P);

impl<P: Runtime> DepositListener for StreamNotifier<P> {
    fn notify(&self, object: u8, keys: Vec<String>) -> LocalBoxFuture<'static, Result<(), String>> {
        let platform = self.0.clone();
        async move {
            let object = Object { namespace: Namespace::Checkout, shard: object };
            let request = Request { key: String::new(), operation: Operation::Notify(keys) };
            match platform.call(object, &request, TIMEOUT, OnDrop::Continue).await? {
                Reply::Noted(()) => Ok(()),
                Reply::Failed(why) => Err(why),
                _ => Err(UNEXPECTED_REPLY.to_owned()),
            }
        }
        .boxed_local()
    }
}
