//! Messages and rows of this version and earlier ones.

use std::rc::Rc;

use super::*;
use crate::{
    checkout::{
        link::{AllowedModes, Link, NewLink, PaymentMode},
        message::{Choice, Operation, Reply, Request, StoredLink},
    },
    extra::Extra,
    storage::object::{DurableObject, Object},
    testing::golden::{check, check_leniency, dump, load},
};

const REQUESTS: &str = include_str!("../../../tests/golden/checkout-requests.jsonl");
const REPLIES: &str = include_str!("../../../tests/golden/checkout-replies.jsonl");
/// Requests and replies about waits for a change.
const WAITS: &str = include_str!("../../../tests/golden/checkout-waits.jsonl");
const WAITED: &str = include_str!("../../../tests/golden/checkout-waited.jsonl");
const ROWS: &str = include_str!("../../../tests/golden/checkout-rows.sql");
const OPENED: &str = include_str!("../../../tests/golden/checkout-opened.jsonl");

const OBJECT: Object = Object { namespace: Namespace::Checkout, shard: 1 };

fn links() -> [Link; 2] {
    let text = str::to_owned;
    let (foreign_id, return_url) = (text("user-17"), text("https://shop.example/thanks"));
    let coins = Some(vec![text("USDTT"), text("BNB-BSC")]);
    [
        Link {
            foreign_id: text("\"é\"\n"),
            return_url: return_url.clone(),
            coins: None,
            mode: AllowedModes::Redirect,
            convert_to: None,
            extra: None,
        },
        Link { foreign_id, return_url, coins, mode: AllowedModes::Both, convert_to: Some(text("EUR")), extra: None },
    ]
}

fn with_extra() -> Link {
    let [plain, _] = links();
    Link { extra: Some(Extra::of(r#"{"end_user_reference":"é\"","sender_data":{"age":36.0}}"#)), ..plain }
}

fn requests() -> Vec<Request> {
    let request = |first: char, operation| Request { key: first.to_string().repeat(64), operation };
    let choice = |coin: &str, mode: PaymentMode, session_ms| {
        Operation::Begin(Choice { coin: coin.to_owned(), mode, session_ms })
    };
    let [plain, full] = links();
    vec![
        request('a', Operation::Store(NewLink { link: plain, expires_in: 3_600 })),
        request('b', Operation::Store(NewLink { link: full, expires_in: 2_592_000 })),
        request('b', choice("USDTT", PaymentMode::Redirect, 900_000)),
        request('b', choice("BNB-BSC", PaymentMode::Address, 0)),
        request('b', choice("BNB-BSC", PaymentMode::Address, 0)),
        request('b', Operation::Show("0c".repeat(32))),
        request('d', Operation::Store(NewLink { link: with_extra(), expires_in: 60 })),
        request('a', Operation::Open(())),
        request('b', Operation::Open(())),
        request('c', Operation::Open(())),
        request('d', Operation::Open(())),
    ]
}

#[test]
fn requests_are_written_and_read_as_before() {
    check(REQUESTS, &requests());
}

#[test]
fn replies_are_written_and_read_as_before() {
    let [plain, full] = links();
    let replies = [
        Reply::Stored(1_790_000_000_000),
        Reply::Opened(StoredLink {
            link: plain,
            expires_at: 100_000_000,
            is_expired: true,
            began_at: None,
            last_began_at: None,
            address_coin: None,
            has_redirects: false,
            addresses: vec![],
        }),
        Reply::Opened(StoredLink {
            link: full,
            expires_at: 1_790_000_000_000,
            is_expired: false,
            began_at: Some(1),
            last_began_at: Some(2),
            address_coin: Some("BNB-BSC".to_owned()),
            has_redirects: true,
            addresses: vec!["0c".repeat(32), "0d".repeat(32)],
        }),
        Reply::Begun(17),
        Reply::Noted(()),
        Reply::Expired(()),
        Reply::Failed("the database failed: \"disk\" full".to_owned()),
    ];
    check(REPLIES, &replies);
}

#[test]
fn waits_are_written_and_read_as_before() {
    let request = |key: &str, operation| Request { key: key.repeat(64), operation };
    let keys = vec!["0c".repeat(32), "0d".repeat(32)];
    let requests = [
        request("a", Operation::Wait(None)),
        request("a", Operation::Wait(Some(4_611_686_017_353_646_087))),
        request("", Operation::Notify(keys)),
    ];
    check(WAITS, &requests);
    check(WAITED, &[Reply::Changed(0), Reply::Unchanged(4_611_686_017_353_646_087)]);
}

#[test]
fn readers_are_as_lenient_as_before() {
    let link = r#""link":{"foreign_id":"a","return_url":"b","mode":"both"}"#;
    let strict = format!(
        r#"{{"Opened":{{{link},"expires_at":1,"is_over":false,"began_at":null,"last_began_at":null,"address_coin":null,"has_redirects":true,"addresses":[]}}}}"#
    );
    // Earlier versions do not report `has_redirects`, and a deposit through the gateway's page must not be hidden.
    let more = format!(r#"{{"Opened":{{"addresses":[],"more":[],{link},"is_over":false,"expires_at":1}}}}"#);
    check_leniency::<Reply>(&[(&more, &strict)]);
    let keep = format!(r#"{{"key":"k","what":{{"Keep":{{{link},"expires_in":1}}}}}}"#);
    let more = keep.replace("\"b\"", "\"b\",\"convert_to\":null,\"more\":-0.5");
    let more = more.replace("{\"key\"", "{\"more\":\"\",\"key\"");
    check_leniency::<Request>(&[(&more, &keep)]);
}

fn answers(platform: &Scripted, messages: &str) -> String {
    let answer = |message: &str| platform.run(Rc::clone(&platform.checkout(OBJECT)).answer(message.to_owned()));
    messages.lines().map(|message| answer(message).unwrap() + "\n").collect()
}

#[test]
fn messages_of_earlier_versions_are_answered_as_before() {
    let platform = Scripted::default();
    platform.pass(Duration::from_secs(100_000));
    let answers = answers(&platform, REQUESTS);
    assert_eq!(answers, OPENED);
    let rows = dump(&platform, Namespace::Checkout, &["links", "sessions", "addresses"]);
    assert_eq!(rows, ROWS);
}

#[test]
fn rows_of_earlier_versions_are_opened_as_before() {
    let platform = Scripted::default();
    platform.pass(Duration::from_secs(100_000));
    load(&platform, Namespace::Checkout, ROWS);
    let opens: Vec<&str> = REQUESTS.lines().filter(|line| line.contains("Open")).collect();
    let opened: Vec<&str> = OPENED.lines().skip(REQUESTS.lines().count() - opens.len()).collect();
    assert_eq!(answers(&platform, &opens.join("\n")).lines().collect::<Vec<_>>(), opened);
}
