//! Messages, rows, fingerprints and scopes of this version and earlier ones.

use core::time::Duration;

use citrn::hex;

use super::{CREATED, PAYMENT, Scripted, Sent, code, is_replay, payment, send};
use crate::{
    checkout::link::{AllowedModes, Link, NewLink},
    creation::{Address, Creation, Payment},
    extra::Extra,
    http::{Cause, Incoming, Problem, problem::Reconcile},
    idempotency::{
        Outcome, Reply, Request, Scope,
        keys::{self, Fate},
        shard::fingerprint,
    },
    storage::object::{Namespace, Object},
    testing::golden::{check, check_leniency, dump, load},
};

const REQUESTS: &str = include_str!("../../../tests/golden/idempotency-requests.jsonl");
const REPLIES: &str = include_str!("../../../tests/golden/idempotency-replies.jsonl");
const FINGERPRINTS: &str = include_str!("../../../tests/golden/creation-fingerprints.txt");
const SCOPES: &str = include_str!("../../../tests/golden/idempotency-scopes.txt");
const ROWS: &str = include_str!("../../../tests/golden/idempotency-rows.sql");

const ODD: &str = "\"user\\ 17\"\n\u{1}\u{7f}é\u{2028}😀/";

fn creations() -> Vec<Creation> {
    let text = str::to_owned;
    let address = |convert_to: Option<&str>| {
        let convert_to = convert_to.map(text);
        Creation::Address(Address { foreign_id: text("user-17"), currency: text("USDTT"), convert_to, extra: None })
    };
    let payment = |foreign_id: &str| {
        let return_url = text("https://shop.example/thanks?a=1&b=%20");
        Creation::Payment(Payment { foreign_id: text(foreign_id), coin_name: text("USDTT"), return_url, extra: None })
    };
    let link = |coins: Option<&[&str]>, mode, convert_to: Option<&str>, expires_in| {
        let coins = coins.map(|coins| coins.iter().map(|coin| text(coin)).collect());
        let (foreign_id, return_url) = (text("user-17"), text("https://shop.example/thanks"));
        Creation::Link(NewLink {
            link: Link { foreign_id, return_url, coins, mode, convert_to: convert_to.map(text), extra: None },
            expires_in,
        })
    };
    vec![
        payment("user-17"),
        payment(ODD),
        address(None),
        address(Some("EUR")),
        link(None, AllowedModes::Redirect, None, 3_600),
        link(Some(&["USDTT", "BNB-BSC"]), AllowedModes::Both, Some("EUR"), 2_592_000),
        link(Some(&["BTC"]), AllowedModes::Address, None, 1),
        with_extra(payment("user-17")),
        with_extra(address(None)),
        with_extra(link(None, AllowedModes::Redirect, None, 3_600)),
    ]
}

/// Returns the same creation with extra fields.
fn with_extra(mut creation: Creation) -> Creation {
    let (Creation::Payment(Payment { extra, .. })
    | Creation::Address(Address { extra, .. })
    | Creation::Link(NewLink { link: Link { extra, .. }, .. })) = &mut creation;
    *extra = Some(Extra::of(r#"{"end_user_reference":"é\"","sender_data":{"age":36.0,"tags":[1e400,null]}}"#));
    creation
}

fn refusals() -> [Outcome; 3] {
    let mut plain = Problem::new(Cause::InvalidParameter, format!("coin_name: {ODD}")).about("coin_name");
    plain.title = "A title".into();
    let mut unknown = Problem::new(Cause::OutcomeUnknown, "Not known yet.");
    unknown.title = "Another \"title\"".into();
    unknown.executed = citrn::Executed::Unknown;
    unknown.retryable = true;
    unknown.retry_after = Some(Duration::from_millis(5_500));
    unknown.reference = Some(Reconcile { name: "foreign_id".into(), value: ODD.to_owned() });
    let mut refused = Problem::new(Cause::NotReady, "The gateway refused.").with("Allow", "GET");
    refused.status = 422;
    refused.code = "coin_not_supported".to_owned();
    refused.title = "A title".into();
    refused.gateway_status = Some(400);
    refused.of_the_gateway = true;
    [plain, unknown, refused].map(|problem| Outcome::Refused(problem.into_details()))
}

#[test]
fn requests_are_written_and_read_as_before() {
    let message = |(creation, is_session)| Request { scope: "5c09".repeat(16), is_session, creation };
    let requests: Vec<_> = creations().into_iter().zip([false, true].into_iter().cycle()).map(message).collect();
    check(REQUESTS, &requests);
}

#[test]
fn replies_are_written_and_read_as_before() {
    let message = |outcome, replayed, upstream_ms, retries| Reply { outcome, replayed, upstream_ms, retries };
    let [plain, unknown, refused] = refusals();
    let body = format!(r#"{{"session_id":null,"redirect_url":"https://pay.example/{ODD}"}}"#);
    let replies = [
        message(Outcome::Done(201, body), false, Some(182), 2),
        message(Outcome::Done(200, r#"{"address":"T1","memo":"7"}"#.to_owned()), true, None, 0),
        message(plain, false, None, 0),
        message(unknown, true, Some(u64::MAX), u32::MAX),
        message(refused, false, Some(0), 1),
    ];
    check(REPLIES, &replies);
}

#[test]
fn fingerprints_of_creations_never_change() {
    let written: String = creations()
        .iter()
        .map(|creation| format!("{}  {}\n", fingerprint(creation), serde_json::to_string(creation).unwrap()))
        .collect();
    assert_eq!(written, FINGERPRINTS);
}

#[test]
fn digests_of_scopes_never_change() {
    let request = Sent::post("/v1/payments", PAYMENT).with("Idempotency-Key", "order-17");
    let scopes = [
        Scope::of(&request, "shop", "/v1/payments").unwrap().unwrap(),
        Scope::of(&request, "shop", "/v1/checkout-links").unwrap().unwrap(),
        Scope::of_session("https://pay.shop.example/c/a.AAAA/status\0USDTT\0redirect\x001"),
    ];
    let written: String = scopes.iter().map(|scope| format!("{}\n", hex::encode(&scope.digest))).collect();
    assert_eq!(written, SCOPES);
}

#[test]
fn readers_are_as_lenient_as_before() {
    let creation = r#""creation":{"Address":{"foreign_id":"a","currency":"b"}}"#;
    let strict = format!(r#"{{"scope":"s","is_session":false,{creation}}}"#);
    let with_null = strict.replace(r#""b""#, r#""b","convert_to":null"#);
    let with_more = strict.replace(r#""b""#, r#""b","more":[1.5e400]"#).replace(r#""s","#, r#""s","more":{},"#);
    let without = format!(r#"{{{creation},"scope":"s"}}"#);
    for lenient in [with_null, with_more, without] {
        check_leniency::<Request>(&[(&lenient, &strict)]);
    }
    let refused = r#"{"outcome":{"Refused":{"status":503,"code":"c","title":"t","detail":"d","executed":"unknown","retryable":false,"retry_after":null,"field":null,"reference":null,"gateway_status":null,"of_the_gateway":false}},"replayed":false,"upstream_ms":null,"retries":0}"#;
    let other = r#"{"outcome":{"Refused":{"status":503,"code":"c","title":"t","detail":"d","executed":"perhaps","retryable":false,"of_the_gateway":false,"more":"x"}},"more":null,"replayed":false,"upstream_ms":null,"retries":0}"#;
    check_leniency::<Reply>(&[(other, refused)]);
}

/// A request, its creation, and the outcome of the call.
type UsedKey = (Sent, Creation, Option<(Outcome, Fate)>);

fn used_keys() -> Vec<UsedKey> {
    let text = str::to_owned;
    let (foreign_id, return_url) = (text("user-17"), text("https://shop.example/thanks"));
    let link = r#"{"foreign_id":"user-17","return_url":"https://shop.example/thanks","coins":["USDTT"]}"#;
    let link_request = Sent::post("/v1/checkout-links", link).with("Idempotency-Key", "link");
    let address = r#"{"foreign_id":"user-17","currency":"USDTT","convert_to":"EUR"}"#;
    let address_request = Sent::post("/v1/addresses", address).with("Idempotency-Key", "address");
    let address =
        Address { foreign_id: text("user-17"), currency: text("USDTT"), convert_to: Some(text("EUR")), extra: None };
    let (mode, coins) = (AllowedModes::Redirect, Some(vec![text("USDTT")]));
    let link = Link {
        foreign_id: foreign_id.clone(),
        return_url: return_url.clone(),
        coins,
        mode,
        convert_to: None,
        extra: None,
    };
    let payment_creation = Creation::Payment(Payment { foreign_id, coin_name: text("USDTT"), return_url, extra: None });
    let done = |status, body: &str| Some((Outcome::Done(status, text(body)), Fate::Kept));
    let [reserved, _, refused] = refusals();
    let created = r#"{"session_id":"s-1","redirect_url":"https://pay.example/s-1"}"#;
    vec![
        (payment("created"), payment_creation.clone(), done(201, created)),
        (payment("refused"), payment_creation.clone(), Some((refused, Fate::Kept))),
        (payment("unknown"), payment_creation.clone(), None),
        (payment("reserved"), payment_creation, Some((reserved, Fate::Reserved))),
        (address_request, Creation::Address(address), done(200, r#"{"address":"T1"}"#)),
        (link_request, Creation::Link(NewLink { link, expires_in: 3_600 }), done(201, r#"{"url":"u"}"#)),
    ]
}

fn platform() -> Scripted {
    let platform = Scripted::of(&[CREATED]);
    platform.lists(r#"{"data":[{"currency":"USDTT","type":"crypto"}]}"#);
    platform.pass(Duration::from_secs(100_000));
    platform
}

#[test]
fn rows_are_written_as_before() {
    let platform = platform();
    for (request, creation, settled) in used_keys() {
        let route = request.url().strip_prefix("https://edge.example").unwrap();
        let scope = Scope::of(&request, "shop", route).unwrap().unwrap();
        let object = Object::of(Namespace::Idempotency, &scope.digest);
        drop(platform.shard(object));
        let (sql, scope) = (platform.database(object), hex::encode(&scope.digest));
        keys::begin(&sql, &scope, &fingerprint(&creation), 100_000_000, 100_005_500).unwrap();
        if let Some((outcome, fate)) = settled {
            keys::settle(&sql, &scope, &outcome, fate).unwrap();
        }
    }
    let rows = dump(&platform, Namespace::Idempotency, &["keys"]);
    assert_eq!(rows, ROWS);
}

#[test]
fn keys_of_earlier_versions_are_recognised() {
    let platform = platform();
    load(&platform, Namespace::Idempotency, ROWS);
    let replies = used_keys().into_iter().map(|(request, ..)| {
        let answer = send(&platform, request);
        (answer.status, code(&answer), is_replay(&answer))
    });
    let expected = [
        (201, "", true),
        (422, "coin_not_supported", true),
        (409, "outcome_unknown", false),
        (201, "", false),
        (200, "", true),
        (201, "", true),
    ];
    let expected = expected.map(|(status, code, is_replay)| (status, code.to_owned(), is_replay));
    assert_eq!(replies.collect::<Vec<_>>(), expected);
}
