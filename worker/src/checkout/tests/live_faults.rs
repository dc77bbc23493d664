//! Streams of the status while objects restart, fail, or have another version.

use citrn::Platform;

use super::{
    live_status::{send, status},
    live_stream::{COMMENT, next_event, open_with_session, retry},
    *,
};
use crate::storage::{object::Object, sql::Sql};

#[test]
fn a_lost_notification_costs_one_polling_interval() {
    let platform = gateway(&[CREATED]);
    let (mut events, _) = open_with_session(&platform);
    assert_eq!(events.next().as_deref(), Some(COMMENT));
    for shard in 0..Namespace::Inbox.shards() {
        let database = platform.database(Object { namespace: Namespace::Inbox, shard });
        database.exec("DELETE FROM listeners", vec![]).unwrap();
    }
    send(&platform, deposit(1, "confirmed", MINE));
    let (status, took) = next_event(&mut events);
    assert_eq!(status["state"], "confirmed");
    assert!(took <= Duration::from_secs(300), "{took:?}");
}

#[test]
fn a_subscription_is_written_at_most_once_a_minute() {
    let platform = gateway(&[CREATED]);
    let (_events, url) = open_with_session(&platform);
    let expiry = || -> i64 {
        let inbox = platform.database(Object { namespace: Namespace::Inbox, shard: 0 });
        inbox.exec("SELECT expires_at FROM listeners", vec![]).unwrap()[0].get("expires_at").unwrap()
    };
    let first = expiry();
    for (seconds, is_renewed) in [(60, false), (1, true)] {
        platform.pass(Duration::from_secs(seconds));
        send(&platform, status(&url, "text/event-stream"));
        assert_eq!(expiry() > first, is_renewed);
    }
}

#[test]
fn a_stream_continues_after_its_objects_have_restarted() {
    let platform = gateway(&[CREATED]);
    let (mut events, _) = open_with_session(&platform);
    assert_eq!(events.next().as_deref(), Some(COMMENT));
    platform.crash();
    send(&platform, deposit(1, "not_confirmed", MINE));
    // The pending wait belongs to the earlier run. The real one fails with its object.
    let (status, took) = next_event(&mut events);
    assert_eq!(status["state"], "seen");
    assert!(took <= Duration::from_secs(60), "{took:?}");
    send(&platform, deposit(1, "confirmed", MINE));
    let (status, took) = next_event(&mut events);
    assert_eq!(status["state"], "confirmed");
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[test]
fn a_stream_works_with_objects_of_an_earlier_version() {
    let platform = gateway(&[CREATED]);
    platform.refuse(Some("Wait"));
    platform.logged();
    let (mut events, _) = open_with_session(&platform);
    let before = platform.calls();
    for _ in 0..20 {
        assert_eq!(events.next().as_deref(), Some(COMMENT));
    }
    let calls = platform.calls() - before;
    assert!((2..=11).contains(&calls), "{calls} requests in 300 s");
    let logged = platform.logged();
    assert!(logged.len() == 1 && logged[0].contains("not from the Worker"), "{logged:?}");
    // The object is replaced. Its first reply leads to a look at the status.
    send(&platform, deposit(1, "confirmed", MINE));
    platform.refuse(None);
    let (status, took) = next_event(&mut events);
    assert_eq!(status["state"], "confirmed");
    assert!(took <= Duration::from_secs(60), "{took:?}");
}

#[test]
fn a_stream_outlives_a_failure_of_the_inbox() {
    let platform = gateway(&[CREATED]);
    let (mut events, _) = open_with_session(&platform);
    platform.logged();
    platform.refuse(Some("Deposits"));
    send(&platform, deposit(1, "confirmed", MINE));
    for _ in 0..4 {
        assert_eq!(events.next().as_deref(), Some(COMMENT));
    }
    platform.refuse(None);
    let (status, took) = next_event(&mut events);
    assert_eq!(status["state"], "confirmed", "the change is not forgotten");
    assert!(took <= Duration::from_secs(60), "{took:?}");
    assert_eq!(platform.logged().len(), 1);
    send(&platform, deposit(2, "not_confirmed", MINE));
    let (status, took) = next_event(&mut events);
    assert_eq!(status["state"], "seen");
    assert!(took < Duration::from_secs(1), "{took:?} after the failure");
}

#[test]
fn a_stream_about_a_deleted_link_ends() {
    let platform = gateway(&[CREATED]);
    let (mut events, url) = open_with_session(&platform);
    for object in platform.databases().into_iter().filter(|object| object.namespace == Namespace::Checkout) {
        platform.database(object).exec("DELETE FROM links", vec![]).unwrap();
    }
    let end = (0..100).map_while(|_| events.next()).last();
    assert!(retry(&end.unwrap()) && platform.clock() <= Duration::from_secs(60));
    assert_eq!(send(&platform, status(&url, "text/event-stream")).status, 410);
}

#[test]
fn a_failed_notification_is_repeated_and_does_not_delay_the_acknowledgement() {
    let platform = gateway(&[CREATED]);
    let (mut events, _) = open_with_session(&platform);
    platform.refuse(Some("Notify"));
    let before = platform.clock();
    assert_eq!(send(&platform, deposit(1, "confirmed", MINE)).status, 200);
    assert_eq!(platform.clock(), before, "the callback is acknowledged immediately");
    platform.run(platform.sleep(Duration::from_millis(1_500)));
    platform.refuse(None);
    let (status, took) = next_event(&mut events);
    assert_eq!(status["state"], "confirmed");
    assert!(took <= Duration::from_secs(1), "{took:?}");

    platform.refuse(Some("Notify"));
    platform.logged();
    send(&platform, deposit(2, "confirmed", MINE));
    platform.run(platform.sleep(Duration::from_secs(10)));
    let logged = platform.logged();
    assert!(logged.len() == 1 && logged[0].contains("a notification of a deposit failed"), "{logged:?}");
}
