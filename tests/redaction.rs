//! No error contains a secret, in any form in which the gateway may echo it, and our own text is unchanged.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

mod common;

use citrn::{
    CallOptions, Client, Config, Error, SIGNATURE_HEADER, Secret, Signature, Signer,
    endpoints::{CreateWithdrawal, TakeAddress},
};
use common::{World, answer};
use proptest::prelude::*;

/// Contains characters that the escapes treat differently.
const SECRET: &str = "S3/cr\"et+Kéy<&'>%=xyz";

fn config(secret: &str) -> Config {
    Config { api_key: Some("key".to_owned()), signer: Signer::Secret(Secret::new(secret)), ..Config::default() }
}

fn refusal(config: Config, status: u16, body: &str) -> Error {
    let world = World::new([answer(status, body)]);
    let client = Client::new(world.clone(), config).unwrap();
    let withdrawal = CreateWithdrawal::new("T", "payout-881", "25", "USDTT");
    world.run(client.call(&withdrawal, CallOptions::default())).map(drop).unwrap_err()
}

/// Returns all texts of an error.
fn content(error: &Error) -> String {
    format!("{error} {error:?} {} {}", error.code(), error.raw().unwrap_or_default())
}

fn php(secret: &str) -> String {
    secret.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect()
}

fn html(secret: &str) -> String {
    secret
        .chars()
        .map(|c| match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            '\'' => "&#039;".to_owned(),
            c if c.is_ascii() => c.to_string(),
            c => format!("&#x{:X};", u32::from(c)),
        })
        .collect()
}

fn url(secret: &str, escape: impl Fn(u8) -> String) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric();
    secret.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { escape(byte) }).collect()
}

fn lower(byte: u8) -> String {
    format!("%{byte:02x}")
}

/// Encodes like an HTML form: upper-case digits, and `+` for a space.
fn form(byte: u8) -> String {
    if byte == b' ' { "+".to_owned() } else { format!("%{byte:02X}") }
}

fn hex(secret: &str) -> String {
    secret.bytes().map(|byte| format!("{byte:02X}")).collect()
}

fn base64(text: &str, is_url: bool) -> String {
    let alphabet: Vec<char> =
        ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(if is_url { ['-', '_'] } else { ['+', '/'] }).collect();
    text.as_bytes()
        .chunks(3)
        .map(|chunk| {
            let bits = chunk.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte)) << (8 * (3 - chunk.len()));
            (0..4)
                .map(|at| if at <= chunk.len() { alphabet[bits >> (18 - 6 * at) & 63] } else { '=' })
                .collect::<String>()
        })
        .collect()
}

/// Returns the forms in which a secret may be echoed.
fn forms(secret: &str) -> Vec<String> {
    let json = serde_json::to_string(secret).unwrap();
    let json = json[1..json.len() - 1].to_owned();
    let mut forms = vec![
        secret.to_owned(),
        json.replace('/', "\\/"),
        json,
        php(secret),
        php(secret).to_uppercase().replace("\\U", "\\u"),
        html(secret),
        url(secret, lower),
        url(secret, form),
        hex(secret),
        base64(secret, false),
        base64(secret, true),
        base64(&format!("key:{secret}"), false),
        base64(&format!("k:{secret}:x"), false),
        html(&html(secret)),
        url(&url(secret, form), lower),
        html(&php(secret)),
        php(&url(secret, lower)),
    ];
    forms.retain(|form| form.len() >= secret.len());
    forms
}

/// Returns the middle of a form, which is enough to reveal the secret. Our own words would contain a shorter one.
fn core_of(form: &str) -> String {
    let chars: Vec<char> = form.chars().collect();
    assert!(chars.len() >= 12, "a secret of these tests has at least 12 characters: {form}");
    chars[4..chars.len() - 4].iter().collect()
}

#[test]
fn no_error_contains_an_echoed_secret_in_any_form() {
    for form in forms(SECRET) {
        let quoted = serde_json::to_string(&form).unwrap();
        for body in [
            format!(r#"{{"error_code":"bad","message":{quoted},"payer":"alice"}}"#),
            format!(r#"{{"error_code":{quoted}}}"#),
            format!(r#"{{"errors":{{{quoted}:"x"}}}}"#),
            format!("{{\"message\":\"signed with {}\"}}", form.replace('"', "'")),
            format!("<html>signed with {form}</html>"),
        ] {
            for status in [200, 302, 400, 403, 500] {
                let error = refusal(config(SECRET), status, &body);
                assert!(!content(&error).contains(&core_of(&form)), "{form} in {status} {body}: {}", content(&error));
                assert!(!content(&error).contains(SECRET));
            }
        }
    }
}

#[test]
fn a_signature_is_redacted_in_either_case() {
    let body = br#"{"foreign_id":"17","currency":"BTC"}"#;
    let signature = Signature::sign(&Secret::new(SECRET), body).to_hex();
    for echo in [signature.to_uppercase(), signature.clone(), signature[..64].to_uppercase() + &signature[64..]] {
        let world =
            World::new([answer(400, &format!(r#"{{"message":"{SIGNATURE_HEADER}: {echo}","payer":"alice"}}"#))]);
        let client = Client::new(world.clone(), config(SECRET)).unwrap();
        let take = TakeAddress::new("17", "BTC");
        let error = world.run(client.call(&take, CallOptions::default())).unwrap_err();
        assert!(!content(&error).to_lowercase().contains(&signature), "{}", content(&error));
        assert!(error.raw().unwrap().contains("alice"), "the rest of the body is unchanged");
    }
}

#[test]
fn callback_secrets_are_redacted() {
    let config = Config { callback_secrets: vec![Secret::new("previous-secret-5")], ..config(SECRET) };
    let error = refusal(config, 400, r#"{"message":"under previous-secret-5"}"#);
    assert!(!content(&error).contains("previous-secret-5"), "{}", content(&error));
    assert!(error.message().contains("under [redacted]"), "{error}");
}

#[test]
fn a_secret_split_by_control_characters_is_redacted() {
    for split in ["merchant\\u0000-secret-9", "merchant-\u{200b}secret-9", "merchant-sec\\u00adret-9"] {
        let error = refusal(config("merchant-secret-9"), 400, &format!(r#"{{"message":"{split}"}}"#));
        assert!(!error.message().contains("merchant-secret-9"), "{error}");
    }
}

#[test]
fn our_own_text_is_never_redacted() {
    for secret in ["key", "secret", "test", "the", "gateway", "e", "HTTP", "redacted", "callback", "[redacted]"] {
        for (status, body) in [(403, "{}"), (401, "{}"), (302, ""), (500, ""), (200, "{}"), (400, "<html>")] {
            let plain = refusal(config("unrelated-Zq9"), status, body);
            assert_eq!(refusal(config(secret), status, body).message(), plain.message(), "{secret}");
        }
    }
    let error = refusal(config("key"), 403, r#"{"error":"Bad key header"}"#);
    assert!(
        error.message().contains("Check the API key and the secret.") && !error.message().contains("Bad key"),
        "{error}"
    );
}

#[test]
fn a_secret_that_equals_a_field_name_does_not_change_the_outcome() {
    for secret in ["duplication_request", "error_code", "errors", "foreign_id", "data"] {
        for body in [
            r#"{"error_code":"duplication_request"}"#,
            r#"{"errors":{"foreign_id":"taken"}}"#,
            r#"{"data":{"error_code":"bad"}}"#,
        ] {
            let (expected, actual) = (refusal(config("unrelated-Zq9"), 400, body), refusal(config(secret), 400, body));
            assert_eq!(
                (actual.executed(), actual.retryable()),
                (expected.executed(), expected.retryable()),
                "{secret} {body}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_form_of_any_secret_is_shown(
        secret in "[!-~éß中][ -~éß中]{10,38}[!-~éß中]",
        at in any::<prop::sample::Index>(),
        before in "[ -~]{0,20}",
        status in prop::sample::select(vec![200_u16, 302, 400, 403, 500]),
    ) {
        let forms = forms(&secret);
        let form = at.get(&forms);
        let text = format!("{before} {form} after");
        let bodies = [serde_json::json!({ "error_code": "bad", "message": text }).to_string(), text];
        for body in bodies {
            let error = refusal(config(&secret), status, &body);
            prop_assert!(!content(&error).contains(&core_of(form)), "{} in {}", form, body);
        }
    }
}

#[test]
fn many_extra_fields_in_a_long_refusal_do_not_block_the_process() {
    let words: Vec<String> = (0..2000).map(|number| format!("\"a{number:03}\"")).collect();
    let call = CreateWithdrawal::new("T", "payout-881", "25", "USDTT").extra("a", format!("[{}]", words.join(",")));
    for (length, has_raw) in [(100, true), (1_000_000, false)] {
        let body = format!(r#"{{"error":"{}","error_code":"coin_not_found"}}"#, "a".repeat(length));
        let world = World::new([answer(400, &body)]);
        let client = Client::new(world.clone(), config(SECRET)).unwrap();
        let error = world.run(client.call(&call, CallOptions::default())).map(drop).unwrap_err();
        // The search would take 1000 s in a debug build: 0.5 µs for each byte and each word.
        assert_eq!((error.code().as_str(), error.raw().is_some()), ("coin_not_found", has_raw));
    }
}
