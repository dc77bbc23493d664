//! The clock of the gateway in memory: when events happen, and what they read from it.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

use std::time::Duration;

use citrn::{
    CallOptions, Client, Code, Platform,
    endpoints::{CreatePayment, CreateQuote, CreateWithdrawal, ListBalances, Ping, TakeAddress},
};
use citrn_sandbox::{Fault, FaultKind, Gateway};
use pollster::block_on;
use serde_json::Value;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

fn shop() -> (Gateway, Client<Gateway>) {
    let gateway = Gateway::new("shop");
    let citrn = Client::new(gateway.clone(), gateway.config()).unwrap();
    (gateway, citrn)
}

/// Returns RFC 3339 text as time since the Unix epoch.
fn moment(text: &Value) -> Duration {
    let moment = OffsetDateTime::parse(text.as_str().unwrap(), &Rfc3339).unwrap();
    Duration::from_millis((moment.unix_timestamp_nanos() / 1_000_000).try_into().unwrap())
}

#[test]
fn an_event_at_the_end_of_an_advance_happens() {
    let (gateway, citrn) = shop();
    gateway.fund("USDTT", "100").unwrap();
    let payout = CreateWithdrawal::new("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "payout-881", "25", "USDTT");
    block_on(citrn.call(&payout, CallOptions::default())).unwrap();
    gateway.advance_by(Duration::from_millis(4_999));
    assert_eq!(gateway.take_callbacks(), []);
    gateway.advance_by(Duration::from_millis(1));
    assert_eq!(gateway.take_callbacks().len(), 1);
}

#[test]
fn callbacks_are_repeated_at_the_times_of_the_schedule() {
    let (gateway, citrn) = shop();
    let address = block_on(citrn.call(&TakeAddress::new("user-17", "USDTT"), CallOptions::default())).unwrap();
    gateway.set_callback_status(503);
    gateway.deposit(&address, "50").unwrap();
    gateway.advance(48);
    let callbacks = gateway.inspect("callbacks").unwrap();
    let times: Vec<_> =
        callbacks[0]["attempts"].as_array().unwrap().iter().map(|attempt| moment(&attempt["at"])).collect();
    let gaps: Vec<_> = times.windows(2).map(|pair| (pair[1] - pair[0]).as_secs() / 60).collect();
    assert_eq!(gaps, [1, 5, 10, 15, 20, 30, 60, 90, 120, 150, 180, 210, 240]);
}

#[test]
fn a_scenario_advances_the_one_clock() {
    let (gateway, citrn) = shop();
    let start = gateway.now();
    gateway.control("scenarios/callbacks-late", "").unwrap();
    assert!(gateway.now() > start + Duration::from_secs(60), "{:?}", gateway.now() - start);
    assert_eq!(moment(&gateway.inspect("clock").unwrap()["now"]), gateway.now());

    gateway.inject(Fault::new(FaultKind::Latency).latency(Duration::from_secs(7))).unwrap();
    let before = gateway.now();
    block_on(citrn.call(&Ping::new(), CallOptions::default())).unwrap();
    assert_eq!(gateway.now() - before, Duration::from_secs(7));
}

#[test]
fn random_numbers_differ_and_depend_on_the_seed() {
    let draws = |seed: &str| {
        let gateway = Gateway::new(seed);
        [gateway.random(), gateway.random(), gateway.random()]
    };
    let [first, second, third] = draws("a");
    assert!(first != second && second != third, "{first} {second} {third}");
    assert_eq!(draws("a"), draws("a"));
    assert_ne!(draws("a"), draws("b"));
}

#[test]
fn the_clock_stops_at_the_end_of_the_year_9999() {
    const END: u64 = 253_402_300_799_999;
    let (gateway, citrn) = shop();
    let address = block_on(citrn.call(&TakeAddress::new("user-17", "USDTT"), CallOptions::default())).unwrap();
    for duration in [Duration::from_secs(9_000 * 366 * 86_400), Duration::MAX] {
        gateway.set_callback_status(503);
        gateway.deposit_unconfirmed(&address, "50").unwrap();
        gateway.advance_by(duration);
        gateway.advance(u32::MAX);
        assert_eq!(gateway.now(), Duration::from_millis(END));
        assert_eq!(moment(&gateway.inspect("clock").unwrap()["now"]), gateway.now());
        let count = gateway.take_callbacks().len();
        assert!(count > 0, "{count}");
    }

    // Waits end, and the gateway answers.
    gateway.inject(Fault::new(FaultKind::Stall)).unwrap();
    let stalled = block_on(citrn.call(&Ping::new(), CallOptions::default())).unwrap_err();
    assert_eq!(stalled.code(), &Code::Timeout);
    block_on(gateway.sleep(Duration::MAX));
    let payment = CreatePayment::new("order-17", "USDTT", "https://shop.example/thanks");
    let payment = block_on(citrn.call(&payment, CallOptions::default())).unwrap();
    gateway.pay(&payment.redirect_url, "50").unwrap();
    block_on(citrn.call(&ListBalances::new(), CallOptions::default())).unwrap();
    let quote = block_on(citrn.call(&CreateQuote::new("BTC", "EUR", "0.1", "BTC"), CallOptions::default())).unwrap();
    assert!(!quote.raw.contains(" ms"), "{}", quote.raw);
    gateway.control("scenarios/callbacks-late", "").unwrap();
    assert_eq!(gateway.now(), Duration::from_millis(END));
}
