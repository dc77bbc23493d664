//! Messages and rows of this and earlier versions, and the lists and deliveries of such rows.

use core::time::Duration;

use serde_json::{Value, json};

use super::{Scripted, authorized, call};
use crate::{
    inbox::{
        Arrival, Deposit, DepositQuery, Entry, ListQuery, Reply, Request, address_key, customer_key, event::Details,
        message::EventQuery,
    },
    storage::object::Namespace,
    testing::{
        Sent,
        golden::{check, check_leniency, dump, load},
    },
};

const REQUESTS: &str = include_str!("../../../tests/golden/inbox-requests.jsonl");
const REPLIES: &str = include_str!("../../../tests/golden/inbox-replies.jsonl");
/// Requests with the type of the transaction, and with the filters that came with it.
const NEWER_REQUESTS: &str = include_str!("../../../tests/golden/inbox-requests-with-type.jsonl");
/// Rows before they had the type of the transaction, since, and with the sender's `traceparent`.
const ROWS: [&str; 3] = [
    include_str!("../../../tests/golden/inbox-rows.sql"),
    include_str!("../../../tests/golden/inbox-rows-with-type.sql"),
    include_str!("../../../tests/golden/inbox-rows-with-traceparent.sql"),
];
/// A list and the deliveries, before events had the fields of `FACTS`, and since.
const PAGES: [&str; 2] = [
    include_str!("../../../tests/golden/inbox-page.json"),
    include_str!("../../../tests/golden/inbox-page-with-credit.json"),
];
const DELIVERIES: [&str; 2] = [
    include_str!("../../../tests/golden/inbox-deliveries.jsonl"),
    include_str!("../../../tests/golden/inbox-deliveries-with-credit.jsonl"),
];
const FACTS: [&str; 5] = ["customer_id", "is_final", "is_deposit", "credit", "review"];

const DEPOSIT: &str = r#"{"id":17,"type":"deposit","status":"confirmed","crypto_address":{"currency":"XRP","address":"rAddress","tag":"7","foreign_id":"user-17"},"currency_sent":{"currency":"XRP","amount":"12.50000000"},"rate":1.50}"#;
const BODIES: [&[u8]; 7] = [
    br#"{"id":17,"type":"deposit","status":"not_confirmed","crypto_address":{"currency":"XRP","address":"rAddress","tag":"7","foreign_id":"user-17"},"note":"\ud83d\ude00"}"#,
    DEPOSIT.as_bytes(),
    br#"{ "id": 17, "status": "confirmed", "rate": 1e999 }"#,
    br#"{"id":17,"status":"declined"}"#,
    br#"{"id":17,"status":"processing","double":1,"double":2}"#,
    br#"{"id":"2c9f1f1e-7d0b-4c49-9f7e-6f1f4f0a1b22","status":"Some \"new\" one"}"#,
    b"\xff not JSON",
];

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn text(text: &str) -> String {
    text.to_owned()
}

#[test]
fn requests_are_written_and_read_as_before() {
    let list = |after, callback_id: Option<&str>, state: Option<&str>| {
        Request::List(EventQuery { after, limit: 51, callback_id: callback_id.map(text), state: state.map(text) })
    };
    let deposits = |addresses: &[&str], elsewhere_until| {
        let addresses = addresses.iter().map(|address| address_key(address, Some("7"))).collect();
        Request::Deposits(DepositQuery {
            customer: customer_key("user-17"),
            addresses,
            since: 100_000_000,
            elsewhere_until,
            listener: None,
        })
    };
    let arrival_without_type = |body: &&[u8]| {
        let mut arrival = Arrival::of(body);
        arrival.about = arrival.about.map(|about| Details { transaction_type: None, ..about });
        Request::Store(arrival)
    };
    let mut requests: Vec<_> = BODIES.iter().map(arrival_without_type).collect();
    requests.extend([
        list(0, None, None),
        list(9_007_199_254_740_991, Some("a\"b"), Some("parked")),
        Request::Redeliver(text("17")),
        Request::Erase(text("evt_4523540f8b8a5b1fb6fb6d5ce5ae2a7b")),
        deposits(&[], None),
        deposits(&["rAddress", "T1"], Some(186_400_000)),
        Request::Parked(()),
        Request::NoteCreation(()),
        Request::LatestCallback(()),
        Request::FirstCreationAfter(100_000_000),
    ]);
    check(REQUESTS, &requests);
}

fn query(list: &str, filters: &[(&str, &str)]) -> Request {
    let filters = filters.iter().map(|(name, value)| format!("{name}={value}")).collect();
    Request::from(ListQuery { list: text(list), after: 7, limit: 51, filters })
}

#[test]
fn a_query_that_any_version_knows_is_written_as_before() {
    let plain = json!({"List": {"after": 7, "limit": 51, "callback_id": "17", "state": "parked"}});
    assert_eq!(json!(query("receipt", &[("state", "parked"), ("callback_id", "17")])), plain);
}

#[test]
fn newer_requests_are_written_and_read_as_before() {
    let mut requests: Vec<_> = BODIES.iter().map(|body| Request::Store(Arrival::of(body))).collect();
    let parked = ListQuery { list: text("receipt"), after: 7, limit: 1_000, filters: vec![text("state=parked")] };
    requests.extend([
        query("receipt", &[("foreign_id", &customer_key("payout-881")), ("type", "withdrawal")]),
        query("receipt", &[("callback_id", "17"), ("until", "186400000"), ("state", "parked")]),
        query("delivery", &[("since", "100000000")]),
        query("delivery", &[]),
        Request::RedeliverAll(parked.clone()),
        Request::Redeliverable(parked),
        Request::EraseCustomer(customer_key("user-17")),
        Request::Deposits(DepositQuery {
            customer: customer_key("user-17"),
            addresses: vec![],
            since: 100_000_000,
            elsewhere_until: None,
            listener: Some(15),
        }),
        Request::Store(Arrival { traceparent: Some(text(TRACE)), ..Arrival::of(BODIES[1]) }),
    ]);
    check(NEWER_REQUESTS, &requests);
}

#[test]
fn replies_are_written_and_read_as_before() {
    let deposit =
        |sent, seen_at| Deposit { sent, credited: None, seen_at, status: text("confirmed"), status_at: 100_060_000 };
    let credited = Deposit {
        credited: Some((text("12.375"), text("XRP"))),
        ..deposit(Some((text("12.50000000"), text("XRP"))), 100_000_000)
    };
    let replies = [
        Reply::Stored(Some(text("evt_4523540f8b8a5b1fb6fb6d5ce5ae2a7b"))),
        Reply::Stored(None),
        Reply::Listed(vec![]),
        Reply::Listed(vec![Entry {
            seq: 1,
            at: 100_000_000,
            json: text(r#"{"id":"evt_1","callback":{"rate":1.50}}"#),
        }]),
        Reply::Found(3, 2),
        Reply::Deposits(vec![]),
        Reply::Deposits(vec![deposit(Some((text("12.50000000"), text("XRP"))), 100_000_000), deposit(None, 0)]),
        Reply::Parked(4),
        Reply::Failed(text("the database failed: \"disk\" full")),
        Reply::Time(None),
        Reply::Time(Some(100_000_000)),
        Reply::Deposits(vec![credited]),
    ];
    check(REPLIES, &replies);
}

#[test]
fn readers_are_as_lenient_as_before() {
    let about = r#"{"id":"1","status":"s","is_final":true,"customer_key":null,"address_key":null}"#;
    let store = |about: &str| format!(r#"{{"Store":{{"about":{about},"digest":"d","body":""}}}}"#);
    let short = r#"{"id":"1","more":7,"is_final":true,"status":"s"}"#;
    check_leniency::<Request>(&[
        (&store(short), &store(about)),
        (r#"{"List":{"limit":1,"after":2}}"#, r#"{"List":{"after":2,"limit":1,"callback_id":null,"state":null}}"#),
        (
            r#"{"Deposits":{"customer":"c","addresses":[],"since":1}}"#,
            r#"{"Deposits":{"customer":"c","addresses":[],"since":1,"elsewhere_until":null}}"#,
        ),
    ]);
    check_leniency::<Reply>(&[
        (
            r#"{"Deposits":[{"seen_at":1,"status":"s","status_at":2,"more":{}}]}"#,
            r#"{"Deposits":[{"sent":null,"seen_at":1,"status":"s","status_at":2}]}"#,
        ),
        (r#"{"Listed":[{"seq":1,"at":2,"json":"{}","more":null}]}"#, r#"{"Listed":[{"seq":1,"at":2,"json":"{}"}]}"#),
    ]);
}

/// An inbox whose merchant refuses every delivery, with all bodies stored and one of them erased.
fn filled() -> Scripted {
    let platform = Scripted::default();
    platform.pass(Duration::from_secs(100_000));
    platform.merchant_answers(|_| 503);
    for body in BODIES {
        let (status, ..) = call(&platform, Sent::callback(body).with("traceparent", TRACE));
        assert_eq!(status, 200);
        platform.pass(Duration::from_millis(1_500));
        platform.alarms_until(platform.clock());
    }
    let (status, ..) = call(&platform, authorized("DELETE", "/v1/callbacks/2c9f1f1e-7d0b-4c49-9f7e-6f1f4f0a1b22"));
    assert_eq!(status, 200);
    platform
}

#[test]
fn rows_are_written_as_before() {
    let platform = filled();
    let rows = dump(&platform, Namespace::Inbox, &["events"]);
    assert_eq!(rows, ROWS[2]);
}

/// Removes the fields of `FACTS` from an event.
fn without_facts(event: &mut Value) {
    for name in FACTS {
        assert!(event.as_object_mut().unwrap().remove(name).is_some(), "{name} is missing");
    }
}

#[test]
fn stored_rows_are_listed_and_delivered_as_before() {
    for rows in ROWS {
        let platform = Scripted::default();
        platform.pass(Duration::from_secs(100_020));
        load(&platform, Namespace::Inbox, rows);
        let (status, _, page) = call(&platform, authorized("GET", "/v1/callbacks"));
        assert_eq!(status, 200);
        platform.alarms_until(Duration::from_secs(200_000));
        let delivered: String = platform.delivered().into_iter().map(|delivered| delivered.body + "\n").collect();
        assert_eq!([&(page.body + "\n"), &delivered], [PAGES[1], DELIVERIES[1]]);
    }
}

#[test]
fn lists_and_deliveries_only_gained_fields() {
    let values = |text: &str| -> Vec<Value> { text.lines().map(|line| serde_json::from_str(line).unwrap()).collect() };
    let [before, mut page] = PAGES.map(values);
    page[0]["data"].as_array_mut().unwrap().iter_mut().for_each(without_facts);
    assert_eq!(page, before);
    let [before, mut deliveries] = DELIVERIES.map(values);
    deliveries.iter_mut().for_each(|delivery| without_facts(&mut delivery["data"]));
    assert_eq!(deliveries, before);
}
