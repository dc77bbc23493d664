mod types;

use super::*;
use crate::{
    routes::Route,
    testing::{Scripted, complete},
};

fn read(changes: &[(&str, Option<&str>)]) -> Settings<Scripted> {
    let settings = complete(changes);
    Settings::read(&|name| settings.get(name).cloned(), Scripted::default(), Route::SPECS)
}

fn faults(changes: &[(&str, Option<&str>)]) -> Vec<String> {
    read(changes).faults().iter().map(ToString::to_string).collect()
}

#[test]
fn complete_settings_have_no_fault() {
    assert_eq!(faults(&[]), Vec::<String>::new());
    for documented in ["documented", "Documented", "DOCUMENTED", " documented\n"] {
        assert_eq!(faults(&[("CITRN_BASE_URL", Some(documented))]), Vec::<String>::new());
    }
    assert_eq!(faults(&[("CITRN_BASE_URL", Some("https://gateway.example/api/"))]), Vec::<String>::new());
    assert_eq!(faults(&[("UPSTREAM_DEADLINE_MS", Some(" 250 "))]), Vec::<String>::new());
}

#[test]
fn plain_http_to_another_machine_needs_a_setting_that_production_refuses() {
    const SWITCH: &str = "CITRN_ALLOW_INSECURE_BASE_URL";
    for (url, is_local) in [
        ("http://127.0.0.1:8788/api", true),
        ("http://127.9.8.7/api", true),
        ("http://2130706433/api", true),
        ("http://0x7f.1/api", true),
        ("http://[::1]:8788/api", true),
        ("http://localhost.:8788/api", true),
        ("http://sandbox.localhost/api", true),
        ("http://sandbox:8788/api", false),
        ("http://localhost.evil.example/api", false),
        ("http://127.0.0.1.nip.io/api", false),
        ("http://[::ffff:127.0.0.1]/api", false),
        ("http://0.0.0.0/api", false),
        ("http://128.0.0.1/api", false),
        ("http://notlocalhost/api", false),
    ] {
        let refused = faults(&[("CITRN_BASE_URL", Some(url))]);
        assert_eq!(refused.is_empty(), is_local, "{url}: {refused:?}");
        assert!(is_local || refused.concat().contains(SWITCH), "{refused:?}");
        let switched = |value| [("CITRN_BASE_URL", Some(url)), (SWITCH, Some(value))];
        assert_eq!(faults(&switched("true")), Vec::<String>::new(), "{url}");
        assert_eq!(faults(&switched("false")).is_empty(), is_local, "{url}");
        let production = [&switched("true")[..], &[("ENVIRONMENT", Some("production"))]].concat();
        assert!(faults(&production).concat().starts_with(&format!("{SWITCH} ")), "{url}");
    }
}

#[test]
fn the_deadline_has_a_default() {
    assert_eq!(read(&[("UPSTREAM_DEADLINE_MS", None)]).deadline, gateway::DEADLINE);
    assert_eq!(read(&[("UPSTREAM_DEADLINE_MS", Some("250"))]).deadline, Duration::from_millis(250));
}

#[test]
fn every_fault_names_its_setting_and_contains_no_secret() {
    for (name, value) in [
        ("WORKER_TOKENS", None),
        ("WORKER_TOKENS", Some("")),
        ("WORKER_TOKENS", Some("hunter2")),
        ("CITRN_API_KEY", None),
        ("CITRN_API_KEY", Some(" ")),
        ("CITRN_API_KEY", Some("hunter2 hunter2")),
        ("CITRN_API_KEY", Some("hunter2\n")),
        ("CITRN_SECRET", None),
        ("CITRN_SECRET", Some("")),
        ("CITRN_SECRET", Some("hunter2\n")),
        ("CITRN_BASE_URL", None),
        ("CITRN_BASE_URL", Some("")),
        ("CITRN_BASE_URL", Some("document")),
        ("CITRN_BASE_URL", Some("app.citrn.io/api")),
        ("CITRN_BASE_URL", Some("ftp://gateway.example")),
        ("CITRN_BASE_URL", Some("http://gateway.example/api")),
        ("CITRN_ALLOW_INSECURE_BASE_URL", Some("hunter2")),
        ("CITRN_BASE_URL", Some("https://user:hunter2@gateway.example/api")),
        ("CITRN_BASE_URL", Some("https://gateway.example/api?x=hunter2")),
        ("ALLOWED_RETURN_ORIGINS", None),
        ("ALLOWED_RETURN_ORIGINS", Some("shop.example")),
        ("ALLOWED_RETURN_ORIGINS", Some("https://user:hunter2@shop.example")),
        ("UPSTREAM_DEADLINE_MS", Some("0")),
        ("UPSTREAM_DEADLINE_MS", Some("-1")),
        ("UPSTREAM_DEADLINE_MS", Some("2.5")),
        ("UPSTREAM_DEADLINE_MS", Some("60001")),
        ("UPSTREAM_DEADLINE_MS", Some("soon")),
        ("UPSTREAM_DEADLINE_MS", Some("99999999999999999999999")),
        ("CITRN_SECRET_PREVIOUS", Some("hunter2 ")),
        ("CITRN_SECRET_PREVIOUS", Some("\u{feff}hunter2")),
        ("CITRN_SECRET", Some("\u{feff}hunter2")),
        ("CITRN_SECRET", Some("hunter2\u{a0}")),
        ("CITRN_API_KEY", Some("\u{feff}hunter2")),
        ("MERCHANT_WEBHOOK_URL", None),
        ("MERCHANT_WEBHOOK_URL", Some("http://hunter2.example")),
        ("MERCHANT_WEBHOOK_URL", Some("https://user:hunter2@shop.example")),
        ("MERCHANT_WEBHOOK_SECRET", None),
        ("MERCHANT_WEBHOOK_SECRET", Some("hunter2")),
        ("MERCHANT_WEBHOOK_SECRET", Some("whsec_hunter2")),
        ("DELIVERY_BACKOFF_SCALE", Some("0")),
        ("DELIVERY_BACKOFF_SCALE", Some("hunter2")),
        ("INBOX_RETENTION_DAYS", Some("-1")),
        ("INBOX_RETENTION_DAYS", Some("hunter2")),
        ("CALLBACK_SILENCE_HOURS", Some("0")),
        ("CALLBACK_SILENCE_HOURS", Some("721")),
        ("CALLBACK_SILENCE_HOURS", Some("1.5")),
        ("CALLBACK_SILENCE_HOURS", Some("hunter2")),
        ("CITRN_EXTRA_FIELDS", Some("end_user_reference, convert_to")),
        ("CITRN_EXTRA_FIELDS", Some("end_user_reference,url_back")),
        ("CITRN_EXTRA_FIELDS", Some("network")),
        ("CITRN_EXTRA_FIELDS", Some("a,b,a")),
        ("CITRN_EXTRA_FIELDS", Some("a b")),
        ("CITRN_EXTRA", Some("hunter2")),
        ("CITRN_EXTRA", Some("[\"hunter2\"]")),
        ("CITRN_EXTRA", Some(r#"{"sender_type":"hunter2""#)),
        ("CITRN_EXTRA", Some(r#"{"foreign_id":"hunter2"}"#)),
        ("CITRN_EXTRA", Some(r#"{"currency":"hunter2"}"#)),
        ("CITRN_EXTRA", Some(r#"{"a":{"b":"hunter2","b":1}}"#)),
        ("CITRN_EXTRA", Some(r#"{"a":"hunter2 test-secret-AbCdEfG123456"}"#)),
        ("CHECKOUT_SECRETS", Some("hunter2")),
        ("CHECKOUT_SECRETS", Some("a:hunter2")),
        ("PUBLIC_ORIGIN", None),
        ("PUBLIC_ORIGIN", Some("pay.shop.example")),
        ("PUBLIC_ORIGIN", Some("http://pay.shop.example")),
        ("PUBLIC_ORIGIN", Some("https://pay.shop.example/hunter2")),
        ("PUBLIC_ORIGIN", Some("https://user:hunter2@pay.shop.example")),
        ("MERCHANT_NAME", Some("hunter2\nhunter2")),
        ("CHECKOUT_FRAME_ORIGINS", Some("*")),
        ("CHECKOUT_FRAME_ORIGINS", Some("https://shop.example/thanks")),
        ("CHECKOUT_FRAME_ORIGINS", Some("https://user:hunter2@shop.example")),
        ("CHECKOUT_LANGUAGE", Some("hunter2")),
        ("CHECKOUT_LANGUAGE", Some("de, en")),
        ("CHECKOUT_SESSION_SECONDS", Some("0")),
        ("CHECKOUT_SESSION_SECONDS", Some("86401")),
        ("CHECKOUT_SESSION_SECONDS", Some("hunter2")),
    ] {
        let faults = faults(&[(name, value)]);
        let [fault] = faults.as_slice() else { panic!("{name}={value:?} has {faults:?}") };
        assert!(fault.starts_with(&format!("{name} ")), "{fault}");
        assert!(!fault.contains("hunter2"), "{fault}");
    }
}

#[test]
fn the_checkout_is_off_without_secrets() {
    for secrets in [None, Some(""), Some(" ")] {
        let settings = read(&[("CHECKOUT_SECRETS", secrets), ("PUBLIC_ORIGIN", None)]);
        assert!(matches!(settings.checkout, Ok(None)) && settings.faults().is_empty());
    }
    let checkout = read(&[("MERCHANT_NAME", None)]).checkout.unwrap().unwrap();
    assert_eq!((checkout.origin.as_str(), checkout.merchant), ("https://pay.shop.example", None));
    assert_eq!((checkout.session, checkout.language.language), (Duration::from_secs(600), "en"));
    let checkout = read(&[
        ("MERCHANT_NAME", Some(" A & B ")),
        ("CHECKOUT_LANGUAGE", Some(" pt-BR ")),
        ("CHECKOUT_SESSION_SECONDS", Some("5")),
    ]);
    let checkout = checkout.checkout.unwrap().unwrap();
    assert_eq!(checkout.language.language, "pt");
    assert_eq!((checkout.merchant.as_deref(), checkout.session), (Some("A & B"), Duration::from_secs(5)));
}

#[test]
fn the_fault_of_a_missing_secret_contains_the_complete_command() {
    for name in ["WORKER_TOKENS", "CITRN_API_KEY", "CITRN_SECRET"] {
        for value in [None, Some(""), Some(" ")] {
            let [fault] = &faults(&[(name, value)])[..] else { panic!("{name} has another number of faults") };
            assert!(fault.ends_with(&format!("run `npx wrangler secret put {name} --env production`")), "{fault}");
        }
    }
}

#[test]
fn all_faults_are_reported_together() {
    let all: Vec<(&str, Option<&str>)> =
        ["WORKER_TOKENS", "CITRN_API_KEY", "CITRN_SECRET", "CITRN_BASE_URL", "ALLOWED_RETURN_ORIGINS"]
            .map(|name| (name, None))
            .to_vec();
    let settings = read(&all);
    let names: Vec<&str> = settings.faults().iter().map(|fault| fault.name).collect();
    assert_eq!(names, all.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    let problem = Fault::problem(settings.faults());
    assert_eq!((problem.status, problem.field.as_deref()), (503, Some("WORKER_TOKENS")));
}
