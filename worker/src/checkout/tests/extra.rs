//! Extra fields of a link: sent with each of its payments and addresses, stored only in its object, shown to nobody.

use super::*;
use crate::testing::golden::dump;

const SETTINGS: [(&str, Option<&str>); 2] = [
    ("CITRN_EXTRA_FIELDS", Some("end_user_reference,sender_data")),
    ("CITRN_EXTRA", Some(r#"{"sender_type":"natural"}"#)),
];
const BODY: &str = r#"{"foreign_id":"user-17","return_url":"https://shop.example/thanks","coins":["USDTT"],"mode":"both",
    "extra":{"sender_data":{"first_name":"Ada","n":1.50},"end_user_reference":"ref-1815"}}"#;
const SENT: &str =
    r#","sender_type":"natural","end_user_reference":"ref-1815","sender_data":{"first_name":"Ada","n":1.50}}"#;
const PRIVATE: [&str; 4] = ["Ada", "ref-1815", "natural", "1.50"];

fn serve(platform: &Scripted, request: Sent) -> Answer {
    let (answer, line) = platform.run(app(platform, &SETTINGS).serve(request));
    for value in PRIVATE {
        assert!(!line.contains(value) && !answer.body.contains(value), "{line}\n{}", answer.body);
    }
    answer
}

fn created(turns: &[Turn]) -> (Scripted, String) {
    let platform = gateway(turns);
    for (name, value) in SETTINGS {
        platform.change(name, value);
    }
    let answer = serve(&platform, Sent::post("/v1/checkout-links", BODY).with("Idempotency-Key", "link"));
    assert_eq!(answer.status, 201, "{}", answer.body);
    let url = serde_json::from_str::<Value>(&answer.body).unwrap()["url"].as_str().unwrap().to_owned();
    (platform, url)
}

/// Returns the classes of objects whose databases contain a value.
fn stored(platform: &Scripted) -> Vec<Namespace> {
    let tables = [
        (Namespace::Idempotency, &["keys"][..]),
        (Namespace::Inbox, &["events", "creations"]),
        (Namespace::Checkout, &["links", "sessions", "addresses"]),
    ];
    let has_value = |(namespace, tables): &(Namespace, &[&str])| {
        let rows = dump(platform, *namespace, tables);
        PRIVATE.iter().any(|value| rows.contains(value))
    };
    tables.into_iter().filter(has_value).map(|(namespace, _)| namespace).collect()
}

#[test]
fn a_payment_and_an_address_of_a_link_have_its_extra_fields() {
    let (platform, url) = created(&[CREATED, TAKEN]);
    assert_eq!(serve(&platform, get(&url)).status, 200);
    for mode in ["redirect", "address"] {
        assert_eq!(serve(&platform, pay(&url, &format!("coin=USDTT&mode={mode}"))).status, 200);
        let seen = platform.seen();
        let body = core::str::from_utf8(seen.last().unwrap().body.as_deref().unwrap()).unwrap();
        assert!(body.ends_with(SENT), "{body}");
    }
    assert_eq!(serve(&platform, get(&format!("{url}/status"))).status, 200);
    assert_eq!(stored(&platform), [Namespace::Checkout]);
}

#[test]
fn the_extra_fields_are_deleted_with_the_link() {
    let (platform, _) = created(&[]);
    assert_eq!(stored(&platform), [Namespace::Checkout]);
    platform.alarms_until(Duration::from_secs(8 * 86_400));
    assert_eq!(stored(&platform), []);
}

#[test]
fn a_refusal_that_quotes_an_extra_field_does_not_show_it_to_the_payer() {
    let refusal = Turn::Answers(400, r#"{"error":"Ada of ref-1815 is refused","error_code":"invalid_sender"}"#);
    let (platform, url) = created(&[refusal]);
    let answer = serve(&platform, pay(&url, "coin=USDTT&mode=redirect"));
    assert!(answer.status >= 400, "{}", answer.body);
    assert_eq!(stored(&platform), [Namespace::Checkout]);
}

#[test]
fn a_link_of_an_earlier_version_without_extra_fields_has_the_constants() {
    let platform = gateway(&[CREATED]);
    let url = link(&platform, "");
    for (name, value) in SETTINGS {
        platform.change(name, value);
    }
    assert_eq!(serve(&platform, pay(&url, "coin=USDTT&mode=redirect")).status, 200);
    let seen = platform.seen();
    assert!(seen[0].body.as_deref().unwrap().ends_with(br#","sender_type":"natural"}"#));
}
