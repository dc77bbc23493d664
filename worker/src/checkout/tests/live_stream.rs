//! The status as a stream of events.

use citrn::Platform;
use futures_util::StreamExt;

use super::{
    live_status::{send, snapshot, status},
    *,
};
use crate::{
    checkout::{links, message::Operation},
    http::response::Rest,
    inbox::address_key,
};

/// An open stream.
pub(super) struct Events<'a>(&'a Scripted, Rest);

impl<'a> Events<'a> {
    /// Opens a stream. Returns it and its first text.
    fn open(platform: &'a Scripted, url: &str) -> (Self, String) {
        let answer = send(platform, status(url, "text/event-stream"));
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/event-stream")));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        (Self(platform, answer.rest.unwrap()), answer.body)
    }

    pub(super) fn next(&mut self) -> Option<String> {
        self.0.run(self.1.0.next()).map(Result::unwrap)
    }
}

/// Returns the status in an event.
fn data(event: &str) -> Value {
    let data = event.strip_prefix("event: status\ndata: ").and_then(|rest| rest.strip_suffix("\n\n"));
    serde_json::from_str(data.unwrap_or_else(|| panic!("{event:?} is no event"))).unwrap()
}

/// Whether a text is the last one of a stream: the time until the next, between 3 and 6 seconds.
pub(super) fn retry(text: &str) -> bool {
    let pause = text.strip_prefix("retry: ").and_then(|rest| rest.strip_suffix("\n\n")?.parse::<u32>().ok());
    pause.is_some_and(|pause| (3_000..6_000).contains(&pause))
}

#[test]
fn a_stream_sends_the_status_and_its_changes() {
    let platform = gateway(&[CREATED]);
    let url = link(&platform, "");
    assert_eq!(send(&platform, pay(&url, "coin=USDTT")).status, 200);
    let (mut events, first) = Events::open(&platform, &url);
    let first = first.strip_prefix("retry: 3000\n\n").unwrap();
    assert_eq!(data(first), json!({"state": "waiting", "deposits": [], "earlier": []}));
    assert_eq!(events.next().as_deref(), Some(":\n\n"));
    assert_eq!(platform.clock(), Duration::from_secs(15));
    for (status, state) in [("not_confirmed", "seen"), ("confirmed", "confirmed")] {
        send(&platform, deposit(1, status, MINE));
        let event = events.next().unwrap();
        assert_eq!(data(&event)["state"], state);
        assert_eq!(data(&event), snapshot(&platform, &url));
    }
    send(&platform, deposit(1, "confirmed", MINE));
    assert_eq!(events.next().as_deref(), Some(":\n\n"), "an unchanged status is not sent again");
}

#[test]
fn a_stream_ends_after_ten_minutes() {
    let platform = gateway(&[]);
    let url = link(&platform, "");
    let (mut events, _) = Events::open(&platform, &url);
    let mut comments = 0;
    let last = loop {
        match events.next().unwrap() {
            text if text == ":\n\n" => comments += 1,
            text => break text,
        }
    };
    assert_eq!((retry(&last), comments), (true, 39));
    assert_eq!(platform.clock(), Duration::from_secs(600));
    assert_eq!(events.next(), None);
}

#[test]
fn an_event_contains_no_token_and_no_data_of_the_merchant() {
    let platform = gateway(&[TAKEN]);
    let url = link(&platform, r#","mode":"address""#);
    assert_eq!(send(&platform, pay(&url, "coin=USDTT")).status, 200);
    let (mut events, mut text) = Events::open(&platform, &url);
    send(&platform, deposit(1, "confirmed", MINE));
    text += &events.next().unwrap();
    let (_, token) = url.rsplit_once('/').unwrap();
    for hidden in [token, "user-17", "T1", "shop.example", "http", "/c/"] {
        assert!(!text.contains(hidden), "{hidden} is in {text}");
    }
}

#[test]
fn a_stream_about_an_expired_link_ends_and_the_next_one_is_refused() {
    let platform = gateway(&[]);
    let url = link(&platform, r#","expires_in":60"#);
    let (mut events, _) = Events::open(&platform, &url);
    let end = (0..100).map_while(|_| events.next()).last();
    assert!(retry(&end.unwrap()));
    assert!(platform.clock() < Duration::from_secs(150));
    let refused = send(&platform, status(&url, "text/event-stream"));
    assert_eq!((refused.status, refused.header("content-type")), (410, Some("application/problem+json")));
}

/// A stream about a link with a session.
pub(super) fn open_with_session(platform: &Scripted) -> (Events<'_>, String) {
    let url = link(platform, "");
    assert_eq!(send(platform, pay(&url, "coin=USDTT")).status, 200);
    let (events, _) = Events::open(platform, &url);
    (events, url)
}

pub(super) const COMMENT: &str = ":\n\n";

/// Returns the next event, and the time until it.
pub(super) fn next_event(events: &mut Events<'_>) -> (Value, Duration) {
    let began = events.0.clock();
    let event = (0..100).find_map(|_| Some(events.next().unwrap()).filter(|text| text != COMMENT)).unwrap();
    (data(&event), events.0.clock() - began)
}

/// Returns the number of object requests of a callback and its notification.
fn calls_of(platform: &Scripted, callback: Sent) -> usize {
    let before = platform.calls();
    send(platform, callback);
    platform.run(platform.sleep(Duration::from_secs(1)));
    platform.calls() - before
}

#[test]
fn a_deposit_reaches_an_open_stream_immediately() {
    let platform = gateway(&[TAKEN]);
    let url = link(&platform, r#","mode":"address""#);
    let (mut events, _) = Events::open(&platform, &url);
    assert_eq!(send(&platform, pay(&url, "coin=USDTT")).status, 200);
    assert_eq!(events.next().as_deref(), Some(COMMENT), "a new session alone changes nothing");
    for (id, more) in [(1, MINE), (2, r#","address":"T1""#)] {
        for (status, state) in [("not_confirmed", "seen"), ("confirmed", "confirmed")] {
            send(&platform, deposit(id, status, more));
            let (status, took) = next_event(&mut events);
            assert_eq!(status["state"], state);
            assert!(took < Duration::from_secs(1), "{took:?}");
        }
    }
}

#[test]
fn a_stream_that_opened_before_the_first_session_follows_it() {
    let platform = gateway(&[CREATED]);
    let url = link(&platform, "");
    let (mut events, _) = Events::open(&platform, &url);
    assert_eq!(send(&platform, pay(&url, "coin=USDTT")).status, 200);
    assert_eq!(events.next().as_deref(), Some(COMMENT));
    send(&platform, deposit(1, "confirmed", MINE));
    let (status, took) = next_event(&mut events);
    assert_eq!(status["state"], "confirmed");
    assert!(took < Duration::from_secs(1), "{took:?}");

    // The gateway returns an address while the stream waits.
    assert_eq!(events.next().as_deref(), Some(COMMENT));
    let (_, token) = url.rsplit_once('/').unwrap();
    let key = app(&platform, &[]).settings.checkout().unwrap().keys.verify(token).unwrap().key;
    let show = Operation::Show(address_key("T9", None));
    platform.run(links::call(&platform, &key, show)).unwrap();
    assert_eq!(events.next().as_deref(), Some(COMMENT));
    send(&platform, deposit(2, "not_confirmed", r#","address":"T9""#));
    let (status, took) = next_event(&mut events);
    assert_eq!(status["state"], "seen");
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[test]
fn a_deposit_of_another_customer_does_not_wake_a_stream() {
    let platform = gateway(&[CREATED]);
    let (mut events, _) = open_with_session(&platform);
    let idle = |events: &mut Events<'_>| {
        let before = platform.calls();
        assert_eq!(events.next().as_deref(), Some(COMMENT));
        platform.calls() - before
    };
    assert_eq!(idle(&mut events), 1, "the wait");
    assert_eq!(calls_of(&platform, deposit(1, "confirmed", r#","foreign_id":"user-18","address":"T2""#)), 2);
    assert_eq!(idle(&mut events), 0);
}

#[test]
fn an_idle_stream_makes_at_most_one_object_request_in_30_s() {
    let platform = gateway(&[CREATED]);
    let (mut events, _) = open_with_session(&platform);
    let before = platform.calls();
    while events.next().is_some() {}
    assert_eq!(platform.clock(), Duration::from_secs(600));
    let calls = platform.calls() - before;
    assert!(calls <= 20, "{calls} requests in 600 s");
}

#[test]
fn nothing_is_called_for_a_callback_without_a_stream() {
    let platform = gateway(&[CREATED]);
    let url = link(&platform, "");
    assert_eq!(send(&platform, pay(&url, "coin=USDTT")).status, 200);
    snapshot(&platform, &url);
    send(&platform, status(&url, "text/html"));
    let calls = |id: u32| calls_of(&platform, deposit(id, "confirmed", MINE));
    assert_eq!(calls(1), 1);
    drop(Events::open(&platform, &url));
    assert_eq!(calls(2), 2);
    platform.pass(Duration::from_secs(601));
    assert_eq!(calls(3), 1, "after the last stream");
}

#[test]
fn notifications_of_a_burst_are_sent_together() {
    let platform = gateway(&[CREATED]);
    let (_events, _) = open_with_session(&platform);
    let before = platform.calls();
    for id in 0..200 {
        send(&platform, deposit(id, "confirmed", &format!(r#","foreign_id":"payer-{id}","address":"T{id}""#)));
    }
    platform.run(platform.sleep(Duration::from_secs(10)));
    let notifications = platform.calls() - before - 200;
    assert!(notifications <= 2 * usize::from(Namespace::Inbox.shards()), "{notifications}");
}
