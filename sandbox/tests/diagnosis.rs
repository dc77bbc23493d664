//! The log names the alteration of a body between signing and sending, for any body.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

use std::{io::Write, time::Instant};

use citrn_sandbox::{
    auth::Credentials,
    engine::{Engine, Profile, Settings},
    http::{Effect, Request},
};
use proptest::prelude::*;

const SECRET: &str = "secret";

/// Returns the sandbox's log line when `signed` was signed and `sent` was sent.
fn log_of(signed: &[u8], sent: &[u8]) -> String {
    log_under(SECRET, &citrn::Signature::sign(&citrn::Secret::new(SECRET), signed).to_hex(), sent)
}

/// Returns the log line of a sandbox with this secret when a body was sent with this signature.
fn log_under(secret: &str, signature: &str, sent: &[u8]) -> String {
    let mut engine = Engine::new(Settings {
        credentials: Credentials::new("key", secret),
        seed: "seed".to_owned(),
        origin: "http://127.0.0.1:1".to_owned(),
        callback_url: None,
        profile: Profile::default(),
    });
    let headers = [("X-Process-Key", "key"), ("X-Process-Signature", signature)];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let request = Request { method: "POST", target: "/api/balances", headers: &headers, body: sent };
    let step = engine.handle(&request, 1_800_000_000_000);
    let lines: Vec<String> = step
        .effects
        .into_iter()
        .map(|effect| match effect {
            Effect::Log { line } => line,
            other @ Effect::Deliver { .. } => panic!("{other:?}"),
        })
        .collect();
    lines.join("\n")
}

/// Generates JSON like that of real requests: any text, amounts as text, whole numbers, lists and objects.
fn values() -> impl Strategy<Value = serde_json::Value> {
    let text = "[ -~äöüß€😀/<>&\"'\\\\\n\t]{0,12}";
    let leaf = prop_oneof![
        text.prop_map(serde_json::Value::from),
        any::<i32>().prop_map(serde_json::Value::from),
        any::<bool>().prop_map(serde_json::Value::from),
        Just(serde_json::Value::Null),
    ];
    let inner = leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            prop::collection::btree_map("[a-z_]{1,8}", inner, 0..5).prop_map(|map| map.into_iter().collect()),
        ]
    });
    // One text that differs in every style of escaping.
    prop::collection::btree_map("[a-z_]{1,8}", inner, 1..6).prop_map(|map| {
        let mut object: serde_json::Map<_, _> = map.into_iter().collect();
        object.insert("return_url".to_owned(), "https://shop.example/thanks?für=a&b=<ü>".into());
        object.into()
    })
}

/// Escapes slashes and everything that is not ASCII, as PHP's `json_encode` does.
fn php(compact: &str) -> String {
    let mut out = String::new();
    for character in compact.chars() {
        match character {
            '/' => out.push_str("\\/"),
            ascii if ascii.is_ascii() => out.push(ascii),
            other => other.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}"))),
        }
    }
    out
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn utf16(text: &str) -> Vec<u8> {
    core::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_alteration_of_any_body_is_named(value in values()) {
        let compact = value.to_string();
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        let bom = |text: &str| format!("\u{feff}{text}").into_bytes();
        let cases: Vec<(Vec<u8>, Vec<u8>, &str)> = vec![
            (compact.clone().into(), bom(&compact), "without the byte-order mark"),
            (bom(&compact), compact.clone().into(), "with a byte-order mark"),
            (compact.clone().into(), gzip(compact.as_bytes()), "compression with gzip"),
            (php(&compact).into(), gzip(php(&compact).as_bytes()), "compression with gzip"),
            (compact.clone().into(), utf16(&compact), "UTF-16"),
            (compact.clone().into(), format!("{compact}\n").into(), "without the line break"),
            (compact.clone().into(), format!("{compact}\r\n").into(), "without the line break"),
            (format!("{compact}\n").into(), compact.clone().into(), "with a line break"),
            (compact.clone().into(), format!(" {compact} ").into(), "white space around"),
            (compact.clone().into(), [bom(&compact), b"\r\n".to_vec()].concat(), "byte-order mark"),
            (pretty.clone().into(), pretty.replace('\n', "\r\n").into(), "with LF"),
            (pretty.replace('\n', "\r\n").into(), pretty.clone().into(), "with CR LF"),
            (php(&compact).into(), compact.clone().into(), "escaped slashes (`\\/`) and \\u escapes"),
            (compact.clone().into(), php(&compact).into(), "plain characters instead of escapes"),
            (php(&compact).into(), bom(&compact), "byte-order mark (BOM) at its start and with escaped slashes"),
            (compact.replace('/', "\\/").into(), compact.clone().into(), "with escaped slashes"),
            (pretty.clone().into(), compact.clone().into(), "pretty-printed"),
            (php(&pretty).into(), compact.clone().into(), "pretty-printed JSON and with escaped slashes"),
            (compact.clone().into(), pretty.clone().into(), "compact JSON"),
        ];
        for (signed, sent, expected) in cases {
            let log = log_of(&signed, &sent);
            prop_assert!(log.contains(expected), "{expected}: {log}\n{}", String::from_utf8_lossy(&sent));
        }
    }

    #[test]
    fn an_unaltered_body_passes(value in values(), spoil in any::<prop::sample::Index>()) {
        let body = php(&value.to_string()).into_bytes();
        prop_assert!(!log_of(&body, &body).contains("bad_header_signature"));
        let mut other = body.clone();
        other[spoil.index(body.len())] ^= 1;
        let log = log_of(&body, &other);
        prop_assert!(log.contains("none of the usual mistakes"), "{log}");
    }
}

#[test]
fn a_diagnosis_of_a_hostile_body_is_fast() {
    let deep = "[".repeat(30_000) + &"]".repeat(30_000);
    let wide = format!("[{}1]", "1,".repeat(30_000));
    // Short enough to be rewritten, where indentation would grow with the square of the depth.
    let nested = "[".repeat(8_000) + &"]".repeat(8_000);
    let zeros = gzip(&vec![0; 50_000_000]);
    let texts = [deep.as_bytes(), nested.as_bytes(), wide.as_bytes()];
    for body in texts.into_iter().chain([&zeros, &b"\xff\xfe\x00"[..], b"\x1f\x8b", &[0xff; 60_000]]) {
        let start = Instant::now();
        assert!(log_of(b"something else", body).contains("bad_header_signature"));
        assert!(start.elapsed().as_secs() < 20, "{} bytes took {:?}", body.len(), start.elapsed());
    }
}

#[test]
fn a_rewritten_callback_of_the_sandbox_is_named() {
    let plain = r#"{"transactions":[{"transaction_type":"blockchain","to":"a/b"}]}"#;
    let sent = plain.replace('/', "\\/").replace("blockchain", "block\\u0063hain");
    for written in [plain.to_owned(), plain.replace(':', ": "), format!("\u{feff}{plain}")] {
        let log = log_of(sent.as_bytes(), written.as_bytes());
        assert!(log.contains("this sandbox's callbacks") && log.contains("parsed and written again"), "{log}");
    }
    let log = log_of(plain.as_bytes(), sent.as_bytes());
    assert!(log.contains("plain characters instead of escapes"), "{log}");
}

#[test]
fn lost_bytes_are_named() {
    let log = log_of("{\"a\":\"\u{e9}\"}".as_bytes(), "{\"a\":\"\u{fffd}\"}".as_bytes());
    assert!(log.contains("U+FFFD"), "{log}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_correct_signature_is_never_reported_as_wrong(
        secret in ".{1,40}",
        body in prop_oneof![prop::collection::vec(any::<u8>(), 0..200), values().prop_map(|value| php(&value.to_string()).into())],
    ) {
        let signature = citrn::Signature::sign(&citrn::Secret::new(secret.clone()), &body).to_hex();
        let accepted = log_under(&secret, &signature, &body);
        prop_assert!(!accepted.contains("bad_header_signature"), "{accepted}");
        // The documentation shows lower case and no white space, so the sandbox refuses these, but as correct.
        for form in [signature.to_uppercase(), format!(" {signature}")].into_iter().filter(|form| *form != signature) {
            let log = log_under(&secret, &form, &body);
            prop_assert!(log.contains("; it is correct but"), "{log}");
        }
    }
}
