//! Keys and secrets with outer white space, as from careless copying.
#![allow(clippy::expect_used, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

use citrn::{
    Code, Error, RequestOptions, SIGNATURE_HEADER, Secret, Signature, callback, endpoints::ListAccounts, prepare,
};

const WHITE: &[&str] =
    &["\n", "\r\n", " ", "\t", "\u{a0}", "\u{85}", "\u{2028}", "\u{feff}", "\u{200b}", "\u{202c}", "\0"];

fn prepared(key: &str, secret: &str) -> Result<(), Error> {
    prepare(&ListAccounts::new(), key, &Secret::new(secret), &RequestOptions::default()).map(|_| ())
}

#[track_caller]
fn assert_refused(result: Result<(), Error>, field: &str) {
    let error = result.unwrap_err();
    assert_eq!((error.code(), error.field()), (&Code::InvalidConfiguration, Some(field)));
    assert!(error.message().contains("begins or ends with white space"), "{error}");
    assert!(!error.message().contains("abc"), "{error}");
}

#[test]
fn white_space_around_a_key_or_a_secret_is_refused() {
    for white in WHITE {
        for text in [format!("abc{white}"), format!("{white}abc"), (*white).to_owned()] {
            assert_refused(prepared("key", &text), "secret");
            assert_refused(prepared(&text, "secret"), "api_key");
        }
    }
}

#[test]
fn white_space_around_a_callback_secret_is_refused_even_if_the_signature_matches() {
    for white in WHITE {
        let secret = Secret::new(format!("abc{white}"));
        let signature = Signature::sign(&secret, b"{}").to_hex();
        let headers = [(SIGNATURE_HEADER, signature.as_str())];
        assert_refused(callback::authenticate(&[Secret::new("old"), secret], b"{}", headers), "secret");
    }
}

#[test]
fn white_space_inside_a_secret_is_part_of_it() {
    assert!(prepared("key", "a b\tc\u{feff}d").is_ok());
    let binary = Secret::from_bytes(vec![0xff, b' ']);
    assert!(prepare(&ListAccounts::new(), "key", &binary, &RequestOptions::default()).is_ok(), "the rule is for text");
}
