//! Tests of the call state machine with any order of events.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

use std::{sync::Arc, time::Duration};

use citrn::{
    Action, Call, CallOptions, Code, Config, Event, Executed, FetchError, Response, Secret, Signer,
    endpoints::{CreateWithdrawal, ListAccounts, TakeAddress, Withdrawal},
};
use proptest::prelude::*;

const SECOND: Duration = Duration::from_secs(1);

fn config(signer: Signer) -> Arc<Config> {
    Arc::new(Config { api_key: Some("key".to_owned()), signer, max_retries: 3, ..Config::default() })
}

fn secret() -> Signer {
    Signer::Secret(Secret::new("AbCdEfG123456"))
}

fn withdrawal(signer: Signer) -> Call<Withdrawal> {
    let payout = CreateWithdrawal::new("T", "payout-881", "25", "USDTT");
    let options = CallOptions { max_retries: Some(9), ..CallOptions::default() };
    Call::to_endpoint(config(signer), &payout, &options).unwrap()
}

fn answered(status: u16, body: &str) -> Event {
    Event::Answered(Response { status, retry_after: None, body: body.as_bytes().to_vec() })
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just("ab".repeat(64)).prop_map(|hex| Event::Signed(Ok(hex))),
        Just(()).prop_map(|()| Event::Signed(Err("sealed".to_owned()))),
        Just(()).prop_map(|()| Event::NoSigner),
        Just(()).prop_map(|()| Event::Woken),
        (prop_oneof![Just(0), Just(200), Just(302), Just(400), Just(429), Just(503)], "[{}\\[\\]\"a:0]{0,8}")
            .prop_map(|(status, body)| answered(status, &body)),
        Just(()).prop_map(|()| answered(200, r#"{"data":{"id":1}}"#)),
        Just(()).prop_map(|()| answered(429, r#"{"message":"later"}"#)),
        Just(()).prop_map(|()| Event::Failed(FetchError::Failed("reset".to_owned()))),
        Just(()).prop_map(|()| Event::Failed(FetchError::NeverConnected("refused".to_owned()))),
        Just(()).prop_map(|()| Event::Failed(FetchError::Unreadable("too large".to_owned()))),
        Just(()).prop_map(|()| Event::Failed(FetchError::NotConfigured("is missing".to_owned()))),
    ]
}

/// Feeds events to a call. Returns the number of sent requests, and the outcome if the call is done.
fn run<T>(mut call: Call<T>, events: Vec<Event>) -> (usize, Option<Result<citrn::Reply<T>, citrn::Error>>) {
    let (mut sent, mut now, mut events) = (0, Duration::ZERO, events.into_iter());
    let mut outcome = None;
    let mut action = call.start(now);
    loop {
        match action {
            Action::Send(_) => sent += 1,
            Action::Done(result) => outcome = outcome.or(Some(result)),
            Action::Sign(_) | Action::Wait(_) => {}
        }
        let Some(event) = events.next() else { return (sent, outcome) };
        now += SECOND;
        action = call.handle(event, now, 7);
    }
}

proptest! {
    #[test]
    fn a_call_that_moves_money_is_sent_at_most_once(events in prop::collection::vec(event(), 0..12), is_external: bool) {
        let signer = if is_external { Signer::None } else { secret() };
        let (sent, outcome) = run(withdrawal(signer), events);
        prop_assert!(sent <= 1);
        if let Some(Err(error)) = outcome {
            prop_assert!(error.executed() == Executed::No || !error.retryable());
            prop_assert!(sent == 1 || error.executed() == Executed::No);
            prop_assert_eq!(&error.reference().unwrap().value, "payout-881");
        }
    }

    #[test]
    fn a_read_is_sent_once_plus_at_most_its_retries(events in prop::collection::vec(event(), 0..24)) {
        let call = Call::to_endpoint(config(secret()), &ListAccounts::new(), &CallOptions::default()).unwrap();
        let (sent, outcome) = run(call, events);
        prop_assert!(sent <= 4);
        if let Some(Err(error)) = outcome {
            prop_assert_eq!(error.executed(), Executed::No);
        }
    }
}

#[test]
fn nothing_is_sent_after_a_call_is_done() {
    for last in [Event::Woken, Event::NoSigner, answered(200, "{}"), Event::Failed(FetchError::Failed(String::new()))] {
        let mut call = withdrawal(secret());
        call.start(Duration::ZERO);
        let Action::Done(Ok(_)) = call.handle(answered(200, r#"{"id":1}"#), SECOND, 0) else { panic!("no reply") };
        let Action::Done(Err(error)) = call.handle(last, SECOND, 0) else { panic!("the call continued") };
        assert_eq!(error.code(), &Code::Aborted);
    }
}

#[test]
fn a_second_start_does_not_send_again() {
    let mut call = withdrawal(secret());
    assert!(matches!(call.start(Duration::ZERO), Action::Send(_)));
    let Action::Done(Err(error)) = call.start(SECOND) else { panic!("it was sent again") };
    assert_eq!((error.executed(), error.retryable()), (Executed::Unknown, false));
}

#[test]
fn an_unexpected_event_leaves_the_outcome_of_a_sent_call_unknown() {
    let mut call = withdrawal(secret());
    call.start(Duration::ZERO);
    let Action::Done(Err(error)) = call.handle(Event::Woken, SECOND, 0) else { panic!("the call continued") };
    assert_eq!((error.executed(), error.retryable()), (Executed::Unknown, false));
}

#[test]
fn a_stopped_call_reports_whether_it_was_sent() {
    let take = TakeAddress::new("user-17", "BTC");
    let make = |signer| Call::to_endpoint(config(signer), &take, &CallOptions::default()).unwrap();
    let mut unsent = make(Signer::None);
    assert!(matches!(unsent.start(Duration::ZERO), Action::Sign(br#"{"foreign_id":"user-17","currency":"BTC"}"#)));
    assert_eq!(unsent.cancel().executed(), Executed::No);
    let mut sent = make(secret());
    sent.start(Duration::ZERO);
    assert_eq!(sent.time_out().executed(), Executed::Unknown);
}

#[test]
fn debug_shows_no_signature() {
    let event = Event::Signed(Ok("ab".repeat(64)));
    let mut call = withdrawal(secret());
    call.start(Duration::ZERO);
    let shown = format!("{event:?} {call:?}");
    assert!(!shown.contains("abab") && !shown.contains("AbCdEfG") && !shown.contains("payout"), "{shown}");
}
