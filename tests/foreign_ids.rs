//! Foreign ids: invalid ones are refused in requests, and still read in callbacks.
#![allow(clippy::expect_used, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

use citrn::{
    Code, Endpoint, Executed, RequestOptions, Secret,
    callback::Callback,
    endpoints::{CreatePayment, CreateWithdrawal, TakeAddress},
    foreign_id_problem, prepare,
};
use proptest::prelude::*;

fn error<E: Endpoint>(endpoint: &E) -> Option<(Code, Executed, Option<String>)> {
    let error = prepare(endpoint, "key", &Secret::new("secret"), &RequestOptions::default()).err()?;
    Some((error.code().clone(), error.executed(), error.field().map(str::to_owned)))
}

/// Returns the errors of all calls that send an id.
fn errors(id: &str) -> [Option<(Code, Executed, Option<String>)>; 3] {
    [
        error(&CreatePayment::new(id, "USDTT", "https://shop.example/thanks")),
        error(&TakeAddress::new(id, "USDTT")),
        error(&CreateWithdrawal::new("TXYZ", id, "1", "USDTT")),
    ]
}

const HIDDEN: &[char] =
    &['\0', '\n', '\t', '\u{7f}', '\u{85}', '\u{ad}', '\u{200b}', '\u{200d}', '\u{202e}', '\u{feff}'];

#[test]
fn ids_with_invisible_characters_are_refused_by_every_call() {
    let refused = Some((Code::InvalidParameter, Executed::No, Some("foreign_id".to_owned())));
    for hidden in HIDDEN {
        for id in [format!("{hidden}user-17"), format!("user{hidden}17"), format!("user-17{hidden}")] {
            assert_eq!(errors(&id), [refused.clone(), refused.clone(), refused.clone()], "{id:?}");
        }
    }
}

#[test]
fn white_space_is_refused_at_the_ends_of_an_id_and_allowed_inside() {
    for id in [" user-17", "user-17 ", "\u{a0}user-17", "user-17\u{3000}", " "] {
        assert_eq!(foreign_id_problem(id), Some("must not begin or end with white space"), "{id:?}");
        assert!(errors(id).iter().all(Option::is_some), "{id:?}");
    }
    for id in ["user 17", "Zoë Müller", "ユーザー\u{3000}17", "👩🏽", "٤٢", "a"] {
        assert_eq!(errors(id), [None, None, None], "{id:?}");
    }
}

#[test]
fn a_setting_allows_ids_with_invisible_characters() {
    let options = RequestOptions { any_foreign_id: true, ..RequestOptions::default() };
    let prepared = |id: &str| prepare(&TakeAddress::new(id, "BTC"), "key", &Secret::new("secret"), &options);
    let body = prepared(" user\u{200b}17\n").unwrap().body.unwrap();
    assert_eq!(String::from_utf8(body).unwrap(), "{\"foreign_id\":\" user\u{200b}17\\n\",\"currency\":\"BTC\"}");
    assert!(prepared("").is_err() && prepared(&"x".repeat(256)).is_err(), "the length limit still applies");
}

#[test]
fn callbacks_with_invalid_ids_are_read() {
    for id in [" user-17", "user\u{200b}17", "user-17\u{0}"] {
        let body = serde_json::json!({"id": 1, "type": "withdrawal", "foreign_id": id, "status": "confirmed"});
        let callback = Callback::parse(body.to_string().as_bytes()).unwrap();
        assert_eq!(callback.foreign_id.as_deref(), Some(id));
    }
}

proptest! {
    #[test]
    fn an_id_is_sent_if_and_only_if_it_has_no_problem(id in r"[\PC\pC\s]{0,20}") {
        let expected = foreign_id_problem(&id).is_none();
        prop_assert!(errors(&id).iter().all(|error| error.is_none() == expected));
        let is_outer = |character: char| character.is_whitespace();
        if id.is_empty() || id.chars().any(char::is_control) || id.starts_with(is_outer) || id.ends_with(is_outer) {
            prop_assert!(!expected);
        }
    }
}
