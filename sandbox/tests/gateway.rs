//! The gateway in memory: simulated time, faults and callbacks, as a shop's tests see them.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

mod shop;

use std::{
    collections::BTreeSet,
    future::{Future, poll_fn},
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    thread,
    time::{Duration, Instant},
};

use citrn::{
    CallOptions, Client, Code, Config, Executed, Platform,
    callback::Callback,
    endpoints::{CreateWithdrawal, ListBalances, Ping, TakeAddress},
};
use citrn_sandbox::{Fault, FaultKind, Gateway};
use pollster::block_on;
use shop::{call, payout, shop};

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// Returns the outcomes of two futures that one task polls in turn.
async fn both<A, B>(first: impl Future<Output = A>, second: impl Future<Output = B>) -> (A, B) {
    fn progress<T>(future: Pin<&mut impl Future<Output = T>>, output: &mut Option<T>, context: &mut Context<'_>) {
        if output.is_none()
            && let Poll::Ready(ready) = future.poll(context)
        {
            *output = Some(ready);
        }
    }
    let (mut first, mut second) = (pin!(first), pin!(second));
    let (mut a, mut b) = (None, None);
    poll_fn(move |context| {
        progress(first.as_mut(), &mut a, context);
        progress(second.as_mut(), &mut b, context);
        if a.is_some() && b.is_some() { Poll::Ready(a.take().zip(b.take())) } else { Poll::Pending }
    })
    .await
    .unwrap()
}

#[test]
fn a_stall_ends_at_the_timeout_without_real_time() {
    let (gateway, citrn) = shop();
    gateway.fund("USDTT", "100").unwrap();
    gateway.inject(Fault::new(FaultKind::Stall).on::<CreateWithdrawal>()).unwrap();
    let (before, started) = (gateway.now(), Instant::now());
    let error = call(&citrn, &payout("payout-881")).unwrap_err();
    assert_eq!((error.code(), error.executed()), (&Code::Timeout, Executed::Unknown));
    assert_eq!(gateway.now() - before, Config::TIMEOUT);
    assert!(started.elapsed() < seconds(20));

    let requests = gateway.requests();
    assert_eq!(requests.len(), 1, "a call that moves money is sent once");
    // It was carried out all the same.
    assert_eq!(gateway.inspect("withdrawals").unwrap()[0]["foreign_id"], "payout-881");
}

#[test]
fn latency_below_the_timeout_only_costs_time() {
    let (gateway, citrn) = shop();
    for (latency, is_timeout) in [(29, false), (31, true)] {
        gateway.inject(Fault::new(FaultKind::Latency).latency(seconds(latency))).unwrap();
        let before = gateway.now();
        let options = CallOptions { max_retries: Some(0), ..CallOptions::default() };
        let result = block_on(citrn.call(&Ping::new(), options));
        assert_eq!(result.is_err_and(|error| error.code() == &Code::Timeout), is_timeout);
        assert_eq!(gateway.now() - before, seconds(latency.min(30)));
    }
}

#[test]
fn a_rate_limit_is_waited_for() {
    let (gateway, citrn) = shop();
    gateway.inject(Fault::new(FaultKind::RateLimit).retry_after("20").times(1)).unwrap();
    let before = gateway.now();
    call(&citrn, &ListBalances::new()).unwrap();
    assert!((seconds(20)..seconds(30)).contains(&(gateway.now() - before)));
    assert_eq!(gateway.requests().iter().map(|request| request.status).collect::<Vec<_>>(), [429, 200]);

    gateway.inject(Fault::new(FaultKind::RateLimit).retry_after("3600")).unwrap();
    let error = call(&citrn, &ListBalances::new()).unwrap_err();
    assert_eq!((error.code(), error.retry_after()), (&Code::RateLimited, Some(seconds(3600))));
}

#[test]
fn a_dropped_connection_is_retried_unless_money_moves() {
    for kind in [FaultKind::SeverBefore, FaultKind::SeverDuring] {
        let (gateway, citrn) = shop();
        gateway.fund("USDTT", "100").unwrap();
        gateway.inject(Fault::new(kind)).unwrap();
        call(&citrn, &Ping::new()).unwrap();
        gateway.inject(Fault::new(kind)).unwrap();
        let error = call(&citrn, &payout("payout-881")).unwrap_err();
        assert_eq!((error.code(), error.executed()), (&Code::Network, Executed::Unknown));
        assert_eq!(gateway.requests().len(), 3);
    }
}

#[test]
fn a_call_outlives_a_short_outage() {
    let (gateway, citrn) = shop();
    gateway.set_reachable(false);
    let error = call(&citrn, &payout("payout-881")).unwrap_err();
    assert_eq!((error.code(), error.executed()), (&Code::Network, Executed::No));
    assert_eq!(gateway.requests(), []);
    let restored = async {
        gateway.sleep(Duration::from_millis(1)).await;
        gateway.set_reachable(true);
    };
    let (reply, ()) = block_on(both(citrn.call(&Ping::new(), CallOptions::default()), restored));
    assert_eq!((reply.unwrap().http_status, gateway.requests().len()), (200, 1));
}

#[test]
fn a_waiting_call_does_not_hold_up_another() {
    let (gateway, citrn) = shop();
    gateway.inject(Fault::new(FaultKind::Stall).on::<ListBalances>()).unwrap();
    gateway.inject(Fault::new(FaultKind::RateLimit).retry_after("10").on::<Ping>()).unwrap();
    let before = gateway.now();
    let stalled = async {
        let result = citrn.call(&ListBalances::new(), CallOptions::default()).await;
        (result.is_ok(), gateway.now() - before)
    };
    let limited = async {
        let result = citrn.call(&Ping::new(), CallOptions::default()).await;
        (result.is_ok(), gateway.now() - before)
    };
    let ((stalled_succeeds, stalled_at), (limited_succeeds, limited_at)) = block_on(both(stalled, limited));
    assert_eq!((stalled_succeeds, stalled_at), (false, seconds(30)));
    assert!(limited_succeeds && (seconds(10)..seconds(12)).contains(&limited_at), "{limited_at:?}");
}

#[test]
fn a_call_is_cancelled_by_a_wait_on_the_same_clock() {
    let (gateway, citrn) = shop();
    gateway.inject(Fault::new(FaultKind::Stall)).unwrap();
    let before = gateway.now();
    let options = CallOptions { cancel: Some(Box::pin(gateway.sleep(seconds(7)))), ..CallOptions::default() };
    let error = block_on(citrn.call(&Ping::new(), options)).unwrap_err();
    assert_eq!((error.code(), gateway.now() - before), (&Code::Aborted, seconds(7)));
}

#[test]
fn an_abandoned_wait_does_not_block_the_clock() {
    let (gateway, _) = shop();
    let before = gateway.now();
    let abandoned = gateway.sleep(seconds(1));
    block_on(gateway.sleep(Duration::from_micros(2_000_500)));
    assert_eq!(gateway.now() - before, Duration::from_millis(2_001));
    drop(abandoned);
    block_on(gateway.sleep(Duration::ZERO));
    assert_eq!(gateway.now() - before, Duration::from_millis(2_001));
}

#[test]
fn threads_share_a_gateway() {
    fn sendable<T: Send>(value: T) -> T {
        value
    }
    let (gateway, citrn) = shop();
    gateway.inject(Fault::new(FaultKind::Latency).latency(seconds(1)).times(8)).unwrap();
    let citrn = Arc::new(citrn);
    let threads: Vec<_> = (0..8)
        .map(|customer| {
            let citrn = Arc::clone(&citrn);
            thread::spawn(move || {
                let address = TakeAddress::new(format!("user-{customer}"), "USDTT");
                block_on(sendable(citrn.call(&address, CallOptions::default()))).unwrap().data.address
            })
        })
        .collect();
    let addresses: BTreeSet<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!((addresses.len(), gateway.requests().len()), (8, 8));
}

#[test]
fn the_same_seed_and_calls_give_the_same_bytes() {
    let run = |seed: u64| {
        let gateway = Gateway::new(seed);
        let citrn = Client::new(gateway.clone(), gateway.config()).unwrap();
        gateway.inject(Fault::new(FaultKind::ServerError).times(2)).unwrap();
        let address = call(&citrn, &TakeAddress::new("user-17", "USDTT")).unwrap();
        gateway.deposit_unconfirmed(&address, "50").unwrap();
        gateway.advance(1);
        (address.raw, gateway.take_callbacks(), gateway.now(), gateway.requests())
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1).0, run(2).0);
}

#[test]
fn callbacks_follow_the_schedule_until_the_shop_answers_200() {
    let (gateway, citrn) = shop();
    let address = call(&citrn, &TakeAddress::new("user-17", "USDTT")).unwrap();
    gateway.set_callback_status(500);
    gateway.deposit(&address, "50").unwrap();
    gateway.advance(24 * 365);
    let attempts = gateway.take_callbacks();
    assert_eq!(attempts.len(), 1 + 13);
    assert!(attempts.iter().all(|attempt| attempt == &attempts[0]));
    for attempt in attempts {
        Callback::verify(&[gateway.secret().into()], &attempt.body, attempt.headers).unwrap();
    }
}

#[test]
fn nothing_shows_the_secret() {
    let (gateway, citrn) = shop();
    assert!(!format!("{gateway:?}").contains(gateway.secret()));
    gateway.deposit(&call(&citrn, &TakeAddress::new("user-17", "USDTT")).unwrap(), "50").unwrap();
    let callbacks = gateway.take_callbacks();
    assert!(callbacks[0].headers.iter().all(|(_, value)| !format!("{callbacks:?}").contains(&format!("{value:?}"))));
}
