//! Lists as streams of lines.

use futures_util::StreamExt;
use serde_json::{Value, json};

use super::{Scripted, app, authorized, body, list, object, store};
use crate::{
    http::{Answer, response::Rest},
    storage::sql::Sql,
    testing::Random,
};

/// The maximum number of entries that the objects return for one read.
const READ: usize = 8 * 13;

fn open(platform: &Scripted, path: &str) -> Answer {
    let accept = "text/html, Application/X-NDJSON;q=0.9";
    platform.run(app(platform).serve(authorized("GET", path).with("Accept", accept))).0
}

/// Reads the next lines; none at the end of the stream.
fn next(platform: &Scripted, rest: &mut Rest) -> Option<Vec<Value>> {
    platform.run(rest.0.next()).map(|text| lines(&text.unwrap()))
}

fn lines(text: &str) -> Vec<Value> {
    assert!(text.ends_with('\n'), "{text}");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Reads a whole stream: its entries, and its end.
fn read(platform: &Scripted, path: &str) -> (Vec<Value>, Value) {
    let answer = open(platform, path);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/x-ndjson")));
    let (mut read, mut rest) = (lines(&answer.body), answer.rest.unwrap());
    while let Some(more) = next(platform, &mut rest) {
        assert!(more.len() <= READ + 1);
        read.extend(more);
    }
    let end = read.pop().unwrap();
    assert_eq!(end["end"], true);
    (read, end)
}

/// Returns the ids of all events, by pages.
fn listed(platform: &Scripted, after: &str) -> Vec<Value> {
    let (mut ids, mut query) = (Vec::new(), format!("?limit=100{after}"));
    loop {
        let page = list(platform, &query);
        ids.extend(page["data"].as_array().unwrap().iter().map(|event| event["id"].clone()));
        query = format!("?limit=100&after={}", page["next"].as_str().unwrap());
        if page["has_more"] == false {
            return ids;
        }
    }
}

fn ids(entries: &[Value]) -> Vec<Value> {
    entries.iter().map(|entry| entry["id"].clone()).collect()
}

#[test]
fn a_stream_has_all_events_of_the_pages_in_the_order_of_time_and_continues_after_any_line() {
    let platform = Scripted::default();
    for id in 0..400 {
        platform.pass(core::time::Duration::from_millis(1));
        store(&platform, &body(id, "confirmed", 1));
    }
    let (entries, end) = read(&platform, "/v1/callbacks");
    assert_eq!(ids(&entries), listed(&platform, ""));
    assert!(entries.is_sorted_by_key(|entry| entry["received_at"].as_str().unwrap().to_owned()));
    assert_eq!((&end["next"], &end["has_more"]), (&entries[399]["next"], &json!(false)));
    for at in [0, 1, 103, 104, 398] {
        let after = entries[at]["next"].as_str().unwrap();
        assert_eq!(read(&platform, &format!("/v1/callbacks?after={after}")).0, entries[at + 1..], "{at}");
    }
    let event = &list(&platform, "?limit=1")["data"][0];
    let mut first = entries[0].clone();
    first.as_object_mut().unwrap().remove("next");
    assert_eq!(&first, event);
}

#[test]
fn filters_orders_and_deposits_are_streamed_too() {
    let platform = Scripted::default();
    let deposit = |id: u32, customer: &str| {
        let body =
            json!({"id": id, "type": "deposit", "status": "confirmed", "crypto_address": {"foreign_id": customer}});
        store(&platform, body.to_string().as_bytes());
    };
    (0..30).for_each(|id| deposit(id, ["user-17", "user-18"][id as usize % 2]));
    for (path, count) in [
        ("/v1/callbacks?foreign_id=user-17", 15),
        ("/v1/callbacks?callback_id=7", 1),
        ("/v1/callbacks?order=delivery&limit=2", 30),
        ("/v1/callbacks?state=parked", 0),
        ("/v1/deposits?foreign_id=user-18", 15),
    ] {
        let (entries, end) = read(&platform, path);
        assert_eq!((entries.len(), &end["has_more"]), (count, &json!(false)), "{path}");
        let separator = if path.contains('?') { '&' } else { '?' };
        let after = format!("{path}{separator}after={}", end["next"].as_str().unwrap());
        assert_eq!(read(&platform, &after).0, [Value::Null; 0], "{path}");
    }
}

#[test]
fn an_event_stored_during_a_stream_is_in_the_stream_or_after_its_cursor() {
    let random = &mut Random(22);
    for _ in 0..12 {
        let platform = Scripted::default();
        let mut stored = 0;
        let mut store_some = |most: usize| {
            for _ in 0..random.below(most) {
                platform.pass(core::time::Duration::from_millis(random.below(3) as u64));
                stored += 1;
                store(&platform, &body(stored, "confirmed", 1));
            }
        };
        store_some(250);
        let answer = open(&platform, "/v1/callbacks");
        let (mut streamed, mut rest) = (lines(&answer.body), answer.rest.unwrap());
        loop {
            store_some(9);
            let Some(more) = next(&platform, &mut rest) else { break };
            streamed.extend(more);
        }
        let end = streamed.pop().unwrap();
        let mut seen = ids(&streamed);
        seen.extend(listed(&platform, &format!("&after={}", end["next"].as_str().unwrap())));
        let mut all = listed(&platform, "");
        assert_eq!((seen.len(), all.len()), (stored as usize, stored as usize));
        let text = |id: &Value| id.as_str().unwrap().to_owned();
        seen.sort_by_key(text);
        all.sort_by_key(text);
        assert_eq!(seen, all);
    }
}

#[test]
fn a_stream_ends_with_its_cursor_before_the_platforms_limit_of_calls() {
    let platform = Scripted::default();
    store(&platform, &body(17, "confirmed", 0));
    let stored = 13_000;
    platform
        .database(object(17))
        .exec(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?) \
             INSERT INTO events (id, digest, transaction_key, is_final, kind, superseded, received_at, state, attempts, \
             next_at) SELECT n, n, n, 1, 'callback.received', 0, 0, 'delivered', 1, 0 FROM numbers",
            vec![i64::from(stored - 1).into()],
        )
        .unwrap();
    let calls = platform.calls();
    let (entries, end) = read(&platform, "/v1/callbacks");
    let calls = platform.calls() - calls;
    assert!((890..=1_000).contains(&calls), "{calls}");
    assert_eq!(end["has_more"], true);
    let (more, end) = read(&platform, &format!("/v1/callbacks?after={}", end["next"].as_str().unwrap()));
    assert_eq!((entries.len() + more.len(), &end["has_more"]), (stored as usize, &json!(false)));
}

#[test]
fn a_body_with_line_breaks_is_one_line() {
    let platform = Scripted::default();
    store(&platform, b"{\"id\":17,\r\n \"status\":\"confirmed\",\n\"note\":\"a\\nb\"}");
    let (entries, _) = read(&platform, "/v1/callbacks");
    assert_eq!(entries[0]["callback"], json!({"id": 17, "status": "confirmed", "note": "a\nb"}));
}

#[test]
fn a_failing_object_is_a_problem_before_the_first_line_and_breaks_the_stream_after_it() {
    let platform = Scripted::default();
    (0..300).for_each(|id| store(&platform, &body(id, "confirmed", 1)));
    let mut rest = open(&platform, "/v1/callbacks").rest.unwrap();
    platform.unreachable();
    let problem = platform.run(rest.0.next()).unwrap().unwrap_err();
    assert_eq!((problem.code.as_str(), problem.retryable), ("storage_unavailable", true));
    assert!(platform.run(rest.0.next()).is_none());
    let answer = open(&platform, "/v1/callbacks");
    assert_eq!((answer.status, answer.header("content-type")), (503, Some("application/problem+json")));
}

#[test]
fn a_request_for_the_headers_reads_no_stream() {
    let platform = Scripted::default();
    let head = authorized("HEAD", "/v1/callbacks").with("Accept", "application/x-ndjson");
    let answer = platform.run(app(&platform).serve(head)).0;
    assert_eq!((answer.status, answer.body.as_str(), answer.rest.is_none()), (200, "", true));
}
