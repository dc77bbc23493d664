//! The sender's `traceparent`, which deliveries repeat.

use super::{DAY, Scripted, Sent, authorized, body, call, store};

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// Stores a callback with this header.
fn store_traced(platform: &Scripted, body: &[u8], traceparent: &str) {
    assert_eq!(call(platform, Sent::callback(body).with("traceparent", traceparent)).0, 200);
}

/// Returns the `traceparent` of each delivery.
fn traces(platform: &Scripted) -> Vec<Option<String>> {
    let delivered = platform.delivered();
    let trace = |headers: &[(&str, String)]| {
        headers.iter().find(|(name, _)| *name == "traceparent").map(|(_, value)| value.clone())
    };
    delivered.iter().map(|delivery| trace(&delivery.headers)).collect()
}

#[test]
fn each_attempt_and_redelivery_repeats_the_traceparent_of_its_callback() {
    let platform = Scripted::default();
    platform.merchant(&[503, 200, 200]);
    store_traced(&platform, &body(17, "confirmed", 1), TRACE);
    platform.alarms_until(DAY);
    assert_eq!(call(&platform, authorized("POST", "/v1/callbacks/17/redeliver")).0, 202);
    platform.alarms_until(DAY);
    assert_eq!(traces(&platform), [const { Some(TRACE) }; 3].map(|trace| trace.map(str::to_owned)));
}

#[test]
fn a_callback_without_a_valid_traceparent_is_delivered_without() {
    let platform = Scripted::default();
    store(&platform, &body(17, "confirmed", 1));
    store_traced(&platform, &body(18, "confirmed", 1), "00-user-17-01");
    platform.alarms_until(DAY);
    assert_eq!(traces(&platform), [None, None]);
}
