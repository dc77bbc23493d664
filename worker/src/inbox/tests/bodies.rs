//! Unusual bodies in deliveries and lists. Both must be JSON that every reader accepts.

use base64ct::{Base64, Encoding};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use super::{DAY, Scripted, data, list, store};
use crate::{
    storage::sql::{Sql, Value as Stored},
    testing::Random,
};

/// The JSON text that a delivery or a list embeds, or the bytes that it has in base64.
#[derive(Debug, PartialEq, Eq)]
enum Shown {
    Text(String),
    Bytes(Vec<u8>),
}

/// An event of a list, or the data of a delivery.
#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    callback: &'a RawValue,
    body_base64: Option<String>,
}

#[derive(Deserialize)]
struct Delivery<'a> {
    r#type: String,
    #[serde(borrow)]
    data: Event<'a>,
}

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    data: Vec<Event<'a>>,
}

/// Reads JSON with a strict reader, which accepts nothing beyond the standard.
fn strict<'a, T: Deserialize<'a>>(text: &'a str) -> T {
    let whole: Result<Value, _> = serde_json::from_str(text);
    whole.unwrap_or_else(|error| panic!("{error}: {text}"));
    serde_json::from_str(text).unwrap()
}

fn shown(event: &Event<'_>) -> Shown {
    match &event.body_base64 {
        Some(base64) => {
            assert_eq!(event.callback.get(), "null");
            Shown::Bytes(Base64::decode_vec(base64).unwrap())
        }
        None => Shown::Text(event.callback.get().to_owned()),
    }
}

/// Stores a body, and returns the type and body of its delivery. Checks that the list has the same body.
fn deliver(body: &[u8]) -> (String, Shown) {
    let platform = Scripted::default();
    store(&platform, body);
    platform.alarms_until(DAY);
    let delivered = platform.delivered().remove(0).body;
    let Delivery { r#type, data } = strict(&delivered);
    let page = super::call(&platform, super::authorized("GET", "/v1/callbacks")).2.body;
    let page: Page<'_> = strict(&page);
    assert_eq!(shown(&page.data[0]), shown(&data));
    (r#type, shown(&data))
}

fn nested(depth: usize) -> String {
    let inner = depth - 1;
    format!(r#"{{"id":1,"status":"confirmed","a":{}{}}}"#, "[".repeat(inner), "]".repeat(inner))
}

#[test]
fn bytes_that_a_lenient_reader_skips_are_not_embedded() {
    let json = r#"{"id":17,"status":"confirmed","note":"a\/b \ufeff","amount":1.50}"#;
    for body in [
        format!("\u{feff}{json}"),
        format!("\u{feff} \r\n{json}"),
        format!("\t{json}\n\n"),
        format!("\u{feff}{json}\n"),
    ] {
        assert_eq!(
            deliver(body.as_bytes()),
            ("callback.received".to_owned(), Shown::Text(json.to_owned())),
            "{body:?}"
        );
    }
}

#[test]
fn a_body_that_is_not_json_is_delivered_as_bytes() {
    let json = r#"{"id":17,"status":"confirmed"}"#;
    let utf16: Vec<u8> = format!("\u{feff}{json}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for body in [
        format!("\u{feff}\u{feff}{json}").into_bytes(),
        format!("{json}\u{feff}").into_bytes(),
        format!("\u{a0}{json}").into_bytes(),
        format!("{json}\0").into_bytes(),
        json.replacen('{', "{\u{feff}", 1).into_bytes(),
        json.replace("17", "017").into_bytes(),
        json.replace("confirmed", "con\nfirmed").into_bytes(),
        utf16,
        [json.as_bytes(), b"\xff"].concat(),
        json.replace("confirmed", "caf\u{e9}").into_bytes().into_iter().filter(|byte| *byte != 0xc3).collect(),
        nested(65).into_bytes(),
        nested(100_000).into_bytes(),
    ] {
        let expected = ("callback.unreadable".to_owned(), Shown::Bytes(body.clone()));
        assert_eq!(deliver(&body), expected, "{}", String::from_utf8_lossy(&body[..body.len().min(200)]));
    }
}

#[test]
fn json_that_some_readers_refuse_is_delivered_as_bytes_with_id_and_status() {
    for more in [
        r#""note":"\ud800""#,
        r#""note":["\udc00\ud800"]"#,
        r#""note":{"\udfff":1}"#,
        r#""note":1e400"#,
        r#""note":[-1e999]"#,
        r#""note":1,"note":2"#,
        r#""note":{"a":1,"\u0061":2}"#,
    ] {
        let body = format!(r#"{{"id":17,"status":"confirmed",{more}}}"#);
        let expected = ("callback.received".to_owned(), Shown::Bytes(body.clone().into_bytes()));
        assert_eq!(deliver(body.as_bytes()), expected, "{body}");
    }
}

#[test]
fn unusual_json_keeps_its_characters() {
    for more in [
        r#""note":"\ud83d\ude00 \u0000 \/ \u2028""#,
        "\"note\":\"\u{2028}\u{7f}\u{feff}\u{10ffff}\"",
        r#""note":[1.50,-0,0e999,1E-999,1e308,123456789012345678901234567890.10]"#,
        r#""note": { "a" : [ ] , "b" : null }"#,
        r#""":"","a":{"note":1},"b":{"note":2}"#,
    ] {
        let body = format!(r#"{{"id":17,"status":"confirmed",{more}}}"#);
        let expected = ("callback.received".to_owned(), Shown::Text(body.clone()));
        assert_eq!(deliver(body.as_bytes()), expected, "{body}");
    }
    assert_eq!(deliver(nested(64).as_bytes()).1, Shown::Text(nested(64)));
}

/// JSON, or almost JSON, nested to about `depth` levels.
fn value(random: &mut Random, depth: usize) -> String {
    const TEXTS: &[&str] = &[
        "a",
        "\\u0000",
        "\\ud800",
        "\\udc00",
        "\\ud83d\\ude00",
        "\u{feff}",
        "\u{2028}",
        "\u{7f}",
        "\\/",
        "\\\"",
        "\\u00e9",
        "é",
        "\\x",
        "\u{1}",
    ];
    const NUMBERS: &[&str] =
        &["1.50", "-0", "1e400", "-1E+400", "1e-400", "123456789012345678901234567890.10", "01", "1.", "17"];
    const SPACES: &[&str] = &["", "", "", " ", "\n", "\t\r\n", "\u{feff}", "\u{a0}", "\u{b}"];
    let kinds = if depth == 0 { 5 } else { 8 };
    let json = match random.below(kinds) {
        0 => "null".to_owned(),
        1 => "true".to_owned(),
        2 | 3 => format!("\"{}{}\"", random.pick(TEXTS), random.pick(TEXTS)),
        4 => random.pick(NUMBERS).to_owned(),
        5 => format!("[{},{}]", value(random, depth - 1), value(random, depth / 2)),
        6 => format!("{{\"{}\":{},\"b\":1}}", random.pick(TEXTS), value(random, depth - 1)),
        _ => {
            let levels = random.below(70);
            format!("{}{}{}", "[".repeat(levels), value(random, depth - 1), "]".repeat(levels))
        }
    };
    let space = if random.below(40) == 0 { random.pick(SPACES) } else { "" };
    format!("{json}{space}")
}

fn body(random: &mut Random) -> Vec<u8> {
    let status = random.pick(&["confirmed", "not_confirmed", "Confirmed", "\\u0000", "\\ud800", "odd \\u2028"]);
    let id = random.below(50);
    let depth = random.below(4);
    let text = format!(r#"{{"id":{id},"status":"{status}","note":{}}}"#, value(random, depth));
    let mut bytes = text.into_bytes();
    if random.below(4) == 0 {
        let anywhere = random.below(bytes.len());
        let at = random.pick(&[0, bytes.len(), anywhere]);
        let inserted: &[u8] =
            random.pick(&["\u{feff}", "\u{feff}\u{feff}", " ", "\0", "\u{a0}", "\u{feff}\n"]).as_bytes();
        bytes.splice(at..at, inserted.iter().copied());
    }
    if random.below(8) == 0 {
        let at = random.below(bytes.len());
        bytes[at] = u8::try_from(random.below(256)).unwrap();
    }
    if random.below(20) == 0 {
        bytes.truncate(random.below(bytes.len()));
    }
    bytes
}

#[test]
fn lists_and_deliveries_of_any_body_are_json_and_keep_its_characters() {
    let random = &mut Random(9);
    let platform = Scripted::default();
    let mut bodies = Vec::new();
    for _ in 0..600 {
        let body = body(random);
        store(&platform, &body);
        bodies.push(body);
    }
    platform.alarms_until(DAY);
    let deliveries: Vec<String> = platform.delivered().into_iter().map(|one| one.body).collect();
    let mut texts = 0;
    for delivery in &deliveries {
        let stored = match shown(&strict::<Delivery<'_>>(delivery).data) {
            Shown::Bytes(bytes) => bodies.contains(&bytes),
            Shown::Text(text) => {
                texts += 1;
                bodies
                    .iter()
                    .filter_map(|body| core::str::from_utf8(body).ok())
                    .any(|body| body.trim_start_matches('\u{feff}').trim_matches([' ', '\t', '\r', '\n']) == text)
            }
        };
        assert!(stored, "{delivery}");
    }
    let distinct: std::collections::HashSet<_> = bodies.iter().collect();
    assert_eq!(deliveries.len(), distinct.len());
    assert!(texts > 100 && deliveries.len() - texts > 100, "{texts} of {}", deliveries.len());
    let mut listed = 0;
    let mut query = "?limit=100".to_owned();
    loop {
        // `list` reads the page with serde_json, which accepts nothing beyond the standard.
        let page = list(&platform, &query);
        listed += page["data"].as_array().unwrap().len();
        query = format!("?limit=100&after={}", page["next"].as_str().unwrap());
        if page["has_more"] == false {
            break;
        }
    }
    assert_eq!(listed, deliveries.len());
}

#[test]
fn a_body_that_an_earlier_version_stored_as_readable_is_embedded_by_the_same_rule() {
    let platform = Scripted::default();
    store(&platform, br#"{"id":17,"status":"confirmed"}"#);
    let deep = nested(70);
    platform
        .database(super::object(17))
        .exec("UPDATE events SET body = ?", vec![Stored::Blob(deep.clone().into())])
        .unwrap();
    platform.alarms_until(DAY);
    let delivered = platform.delivered().remove(0).body;
    assert_eq!(shown(&strict::<Delivery<'_>>(&delivered).data), Shown::Bytes(deep.into_bytes()));
    assert_eq!(list(&platform, "")["data"][0]["callback"], Value::Null);
}

#[test]
fn an_unreadable_body_is_stored_and_delivered_as_bytes() {
    let platform = Scripted::default();
    store(&platform, b"\xff\x00");
    platform.alarms_until(platform.clock());
    let (kind, data) = data(&platform.delivered()[0]);
    assert_eq!(
        (kind.as_str(), &data["body_base64"], &data["callback"]),
        ("callback.unreadable", &json!("/wA="), &Value::Null)
    );
    assert_eq!(list(&platform, "")["data"][0]["body_base64"], "/wA=");
}
