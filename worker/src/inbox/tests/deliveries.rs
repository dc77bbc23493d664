//! Deliveries to the merchant's webhook: retries, their number at a time, crashes and a missing webhook.

use core::time::Duration;

use citrn::Platform;
use futures_util::future::join;
use serde_json::json;

use super::{DAY, DurableObject, Scripted, Sent, app, body, data, ids, list, object, store};
use crate::testing::complete;

#[test]
fn a_failing_delivery_is_retried_for_three_days_with_growing_waits_and_then_parked() {
    let platform = Scripted::default();
    platform.merchant(&[500; 20]);
    store(&platform, &body(17, "confirmed", 1));
    store(&platform, &body(17, "cancelled", 1));
    platform.alarms_until(DAY * 2);
    assert_eq!(list(&platform, "?state=pending")["data"][0]["delivery"]["last_failure"], "HTTP 500");
    platform.alarms_until(DAY * 3 + DAY / 2);
    let delivered = platform.delivered();
    let first = &ids(&delivered)[0];
    let tries: Vec<Duration> =
        delivered.iter().zip(ids(&delivered)).filter(|(_, id)| id == first).map(|(one, _)| one.at).collect();
    assert_eq!(tries.len(), 16);
    assert!(tries.is_sorted() && *tries.last().unwrap() > DAY * 2 && *tries.last().unwrap() < DAY * 4);
    let page = list(&platform, "?state=parked");
    assert_eq!(
        (page["data"][0]["id"].as_str(), &page["data"][0]["delivery"]["attempts"]),
        (Some(first.as_str()), &json!(16))
    );
    // The next event of the transaction is only sent after that.
    assert!(ids(&delivered).iter().skip(16).all(|id| id != first) && delivered.len() > 16);
}

#[test]
fn events_of_a_transaction_are_delivered_in_order_and_other_transactions_do_not_wait() {
    let platform = Scripted::default();
    platform.merchant(&[0, 1, 503]);
    for status in ["not_confirmed", "confirmed"] {
        store(&platform, &body(17, status, 1));
    }
    store(&platform, &body(18, "confirmed", 1));
    assert_eq!(list(&platform, "?state=waiting")["data"].as_array().unwrap().len(), 1);
    platform.alarms_until(Duration::from_secs(3600));
    let delivered = platform.delivered();
    let of_17: Vec<String> = delivered
        .iter()
        .map(data)
        .filter(|(_, data)| data["callback_id"] == "17")
        .map(|(_, data)| data["status"].as_str().unwrap().to_owned())
        .collect();
    let turn = of_17.iter().position(|status| status == "confirmed").unwrap();
    assert!(turn >= 1 && of_17[..turn].iter().all(|status| status == "not_confirmed"), "{of_17:?}");
    assert_eq!(of_17.len(), turn + 1);
    assert!(list(&platform, "?state=delivered")["data"].as_array().unwrap().len() == 3);
}

#[test]
fn at_most_eight_deliveries_run_concurrently_and_a_hanging_one_times_out() {
    let platform = Scripted::default();
    let mine = object(1);
    let same: Vec<u32> = (1..2000).filter(|id| object(*id) == mine).take(20).collect();
    platform.merchant(&[0; 8]);
    for id in &same {
        store(&platform, &body(*id, "confirmed", 1));
    }
    platform.alarms_until(platform.clock());
    let delivered = platform.delivered();
    assert_eq!(delivered.iter().filter(|one| one.at == Duration::ZERO).count(), 8);
    assert_eq!(delivered.iter().filter(|one| one.at == Duration::from_secs(10)).count(), 12);
    platform.alarms_until(Duration::from_secs(60));
    assert_eq!(platform.delivered().len(), 8);
}

#[test]
fn a_stalled_delivery_does_not_delay_others() {
    let platform = Scripted::default();
    let second = (18..).find(|id| object(*id) == object(17)).unwrap();
    platform.merchant(&[0]);
    store(&platform, &body(17, "confirmed", 1));
    let shard = platform.inbox(object(17));
    platform.set_alarm(object(17), shard.alarm_fired());
    let meanwhile = async {
        platform.sleep(Duration::from_secs(1)).await;
        let app = app(&platform);
        assert_eq!(app.serve(Sent::callback(&body(second, "confirmed", 1))).await.0.status, 200);
    };
    platform.run(join(shard.work(), meanwhile));
    let at: Vec<Duration> = platform.delivered().iter().map(|one| one.at).collect();
    assert_eq!(at.len(), 2);
    assert!(at[1] <= Duration::from_millis(1_200), "{at:?}");
}

#[test]
fn a_crash_during_deliveries_loses_no_event() {
    let platform = Scripted::default();
    platform.merchant(&[0]);
    store(&platform, &body(17, "confirmed", 1));
    {
        let shard = platform.inbox(object(17));
        platform.set_alarm(object(17), shard.alarm_fired());
        let mut lost = core::pin::pin!(shard.work());
        let mut context = core::task::Context::from_waker(core::task::Waker::noop());
        for _ in 0..5 {
            assert!(lost.as_mut().poll(&mut context).is_pending());
        }
    }
    assert_eq!(platform.delivered().len(), 1);
    platform.crash();
    platform.alarms_until(Duration::from_secs(20));
    assert_eq!(platform.delivered().len(), 1);
    assert_eq!(list(&platform, "")["data"][0]["delivery"]["state"], "delivered");
}

#[test]
fn without_a_webhook_events_are_only_listed_and_are_delivered_once_one_is_set() {
    let platform = Scripted::default();
    for name in ["MERCHANT_WEBHOOK_URL", "MERCHANT_WEBHOOK_SECRET"] {
        platform.change(name, None);
    }
    store(&platform, &body(17, "confirmed", 1));
    platform.alarms_until(DAY);
    assert_eq!(platform.delivered(), []);
    assert_eq!(list(&platform, "")["data"][0]["delivery"]["state"], "pending");
    for (name, value) in complete(&[]).iter().filter(|(name, _)| name.starts_with("MERCHANT_WEBHOOK")) {
        platform.change(
            if name.ends_with("URL") { "MERCHANT_WEBHOOK_URL" } else { "MERCHANT_WEBHOOK_SECRET" },
            Some(value),
        );
    }
    list(&platform, "");
    platform.alarms_until(DAY);
    assert_eq!(platform.delivered().len(), 1);
}
