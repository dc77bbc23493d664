//! Tests of the wasm exports, used as in the package's TypeScript: `wasm-pack test --node pkg/bridge`.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]
#![cfg(all(target_family = "wasm", target_os = "unknown"))]

use citrn::{Secret, Signature};
use citrn_bridge::{
    Call, authenticate, cache_key, check_name, check_settings, is_signed, read_callback, reserve, sign,
};
use js_sys::{Function, JSON, Reflect, Uint8Array, WebAssembly};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

/// Returns a value as JSON.
fn json(value: &JsValue) -> String {
    JSON::stringify(value).unwrap().as_string().unwrap_or_else(|| "undefined".to_owned())
}

fn object<T: JsCast>(source: &str) -> T {
    let value = Function::new_no_args(&format!("return ({source})")).call0(&JsValue::UNDEFINED).unwrap();
    value.unchecked_into()
}

fn call(endpoint: &str, settings: &str, parameters: &str) -> Call {
    Call::new(&object(settings), endpoint, &object::<JsValue>(parameters), None, None, None)
}

fn call_with_extra(endpoint: &str, extra: &str) -> Call {
    Call::new(&object(SETTINGS), endpoint, &object::<JsValue>(TAKE), None, None, Some(extra.to_owned()))
}

const SETTINGS: &str =
    r#"{ apiKey: "key", secret: "AbCdEfG123456", baseUrl: { io: "http://127.0.0.1", com: "http://127.0.0.1" } }"#;
const TAKE: &str = r#"{ currency: "BTC", foreign_id: "user-17" }"#;

#[wasm_bindgen_test]
fn a_call_is_sent_and_its_reply_is_canonical() {
    let mut call = call("addresses.take", SETTINGS, TAKE);
    assert_eq!(call.timeout_ms(), 30_000.0);
    let send = call.start().unwrap();
    let body = r#"{"foreign_id":"user-17","currency":"BTC"}"#;
    let signature = Signature::sign(&Secret::new("AbCdEfG123456"), body.as_bytes()).to_hex();
    let expected = format!(
        r#"{{"type":"send","method":"POST","url":"http://127.0.0.1/addresses/take","headers":{{"Content-Type":"application/json","X-Process-Key":"key","X-Process-Signature":"{signature}"}},"body":{body:?},"maxReplyBytes":1048576,"movesMoney":false}}"#
    );
    assert_eq!(json(&send), expected);
    let reply = call.answered(200, None, br#"{"data":{"address":"bc1q","tag":7,"rate":1.50}}"#.to_vec()).unwrap();
    let value = Reflect::get(&reply, &"value".into()).unwrap().as_string().unwrap();
    assert_eq!(
        value,
        r#"{"address":"bc1q","id":null,"currency":null,"memo":"7","foreign_id":null,"convert_to":null,"tag":7,"rate":"1.50"}"#
    );
}

#[wasm_bindgen_test]
fn javascript_drives_a_call_as_a_class() {
    let drive = object::<Function>(
        "call => { const steps = [call.constructor.name, call.start().type, call.cancelled().code]; call.free(); return steps }",
    );
    let steps = drive.call1(&JsValue::UNDEFINED, &call("addresses.take", SETTINGS, TAKE).into()).unwrap();
    assert_eq!(json(&steps), r#"["Call","send","aborted"]"#);
}

#[wasm_bindgen_test]
fn extra_fields_follow_the_parameters() {
    let send = json(&call_with_extra("addresses.take", r#"{"a":[1.50]}"#).start().unwrap());
    assert!(send.contains(r#""body":"{\"foreign_id\":\"user-17\",\"currency\":\"BTC\",\"a\":[1.50]}""#), "{send}");
    for (endpoint, extra, field) in [
        ("addresses.take", "[]", "extra"),
        ("addresses.take", r#"{"currency":1}"#, "extra.currency"),
        ("/addresses/take", "{}", "extra"),
    ] {
        let error = json(&call_with_extra(endpoint, extra).start().unwrap());
        assert!(error.contains(r#""code":"invalid_parameter""#), "{error}");
        assert!(error.contains(&format!(r#""field":"{field}""#)), "{error}");
    }
}

/// The wasm of tests has a name section, so stack traces show the Rust functions.
#[wasm_bindgen_test]
fn serde_wasm_bindgen_makes_the_objects_of_steps_and_failures() {
    let observe = object::<Function>(
        "name => { Error.stackTraceLimit = Infinity; Object.defineProperty(Object.prototype, name, \
         { configurable: true, set() { globalThis.stack = new Error().stack } }) }",
    );
    let stack = object::<Function>("name => { delete Object.prototype[name]; return globalThis.stack }");
    let mut call = call("addresses.take", SETTINGS, TAKE);
    let mut send = || call.start();
    let mut refuse = || check_settings(&object("{ timeoutMs: 0 }"));
    let makers: [(_, &mut dyn FnMut() -> _, _); 2] =
        [("maxReplyBytes", &mut send, "call::Step"), ("retryable", &mut refuse, "failure::Failure")];
    for (field, make, serialized) in makers {
        observe.call1(&JsValue::UNDEFINED, &field.into()).unwrap();
        make().unwrap();
        let stack = stack.call1(&JsValue::UNDEFINED, &field.into()).unwrap().as_string().unwrap();
        let serialize = format!("ser::Serialize for citrn_bridge::{serialized}");
        assert!(stack.contains("serde_wasm_bindgen::ser") && stack.contains(&serialize), "{stack}");
    }
}

#[wasm_bindgen_test]
fn an_invalid_parameter_ends_the_call_at_its_start() {
    let good = r#"address: "T", foreign_id: "p", currency: "BTC""#;
    for (bad, field) in [
        ("{}", "address"),
        (&format!("{{ {good} }}"), "amount"),
        (&format!("{{ {good}, amount: 0.1 }}"), "amount"),
        (&format!("{{ {good}, amount: \"1\", amout: \"1\" }}"), "amout"),
        (&format!("{{ {good}, amount: {{}} }}"), "amount"),
        (&format!("{{ {good}, amount: [\"1\"] }}"), "amount"),
        (&format!("{{ {good}, amount: \"1\", key: \"AbCdEfG123456\" }}"), "key"),
    ] {
        let error = json(&call("withdrawals.create", SETTINGS, bad).start().unwrap());
        assert!(error.starts_with(r#"{"type":"error","code":"invalid_parameter""#), "{bad}: {error}");
        assert!(error.contains(&format!(r#""field":"{field}""#)) && error.contains(r#""executed":"no""#), "{error}");
    }
}

#[wasm_bindgen_test]
fn a_failed_request_is_retried_only_if_the_call_moves_no_money() {
    let mut read = call("addresses.take", SETTINGS, TAKE);
    read.start().unwrap();
    assert!(json(&read.failed("failed", "boom".to_owned()).unwrap()).starts_with(r#"{"type":"wait","milliseconds":"#));
    assert!(json(&read.woken().unwrap()).starts_with(r#"{"type":"send""#));
    let payout = r#"{ address: "T", foreign_id: "payout-1", currency: "BTC", amount: "1" }"#;
    let mut payout = call("withdrawals.create", SETTINGS, payout);
    payout.start().unwrap();
    let error = json(&payout.failed("failed", "boom".to_owned()).unwrap());
    for part in [r#""code":"network_error""#, "boom", r#""executed":"unknown""#, r#"["foreign_id","payout-1"]"#] {
        assert!(error.contains(part), "{error}");
    }
}

#[wasm_bindgen_test]
fn an_external_signer_signs() {
    let settings = r#"{ apiKey: "key" }"#;
    let mut signed = call("addresses.take", settings, TAKE);
    let bytes = Reflect::get(&signed.start().unwrap(), &"bytes".into()).unwrap().unchecked_into::<Uint8Array>();
    assert_eq!(bytes.to_vec(), br#"{"foreign_id":"user-17","currency":"BTC"}"#);
    assert!(json(&signed.signed("ab".repeat(64)).unwrap()).contains(&"ab".repeat(64)));
    for (step, code) in [
        (call("addresses.take", settings, TAKE), "secret_required"),
        (call("addresses.take", settings, TAKE), "signer_failed"),
    ] {
        let mut step = step;
        step.start().unwrap();
        let error = if code == "signer_failed" { step.signer_failed("sealed".to_owned()) } else { step.no_signer() };
        assert!(json(&error.unwrap()).contains(code));
    }
}

#[wasm_bindgen_test]
fn a_call_stopped_after_sending_may_have_been_executed() {
    for (stop, code) in [(Call::timed_out as fn(&mut Call) -> _, "timeout"), (Call::cancelled, "aborted")] {
        let mut call = call("addresses.take", SETTINGS, TAKE);
        call.start().unwrap();
        let error: Result<JsValue, JsValue> = stop(&mut call);
        let error = json(&error.unwrap());
        assert!(error.contains(code) && error.contains(r#""executed":"unknown""#), "{error}");
    }
}

#[wasm_bindgen_test]
fn settings_and_names_are_checked() {
    assert!(check_settings(&object(SETTINGS)).unwrap().is_undefined());
    for (settings, field) in [
        (r#"{ apiKey: "" }"#, "api_key"),
        (r#"{ secret: "" }"#, "secret"),
        (r#"{ baseUrl: { io: "nowhere", com: "nowhere" } }"#, "base_url"),
        ("{ timeoutMs: 0 }", "timeoutMs"),
        ("{ timeoutMs: NaN }", "timeoutMs"),
        ("{ maxRetries: 1.5 }", "maxRetries"),
        ("{ maxRetries: -1 }", "maxRetries"),
    ] {
        let error = json(&check_settings(&object(settings)).unwrap());
        assert!(error.contains("invalid_configuration"), "{settings}: {error}");
        assert!(error.contains(&format!(r#""field":"{field}""#)), "{settings}: {error}");
    }
    assert!(check_name("addresses.take", "currency").unwrap().is_undefined());
    assert!(json(&check_name("addresses.take", "coin").unwrap()).contains("it takes foreign_id, currency"));
}

/// Writes a body into the signing buffer as the package does, with an optional signature before it.
fn write_body(signature: Option<&str>, body: &[u8]) -> usize {
    let at = reserve(body.len()) as u32;
    let memory = wasm_bindgen::memory().unchecked_into::<WebAssembly::Memory>().buffer();
    let buffer = Uint8Array::new_with_byte_offset_and_length(&memory, at, 128 + body.len() as u32);
    if let Some(signature) = signature {
        buffer.subarray(0, 128).copy_from(signature.as_bytes());
    }
    buffer.subarray(128, buffer.length()).copy_from(body);
    body.len()
}

#[wasm_bindgen_test]
fn the_key_cache_is_bounded() {
    let first = cache_key("the first".to_owned());
    let length = write_body(None, b"{}");
    assert!(sign(first, length));
    for number in 0..16 {
        assert!(cache_key(format!("another {number}")) > first);
    }
    assert!(!sign(first, length));
    let again = cache_key("the first".to_owned());
    assert!(again != first && sign(again, length));
}

#[wasm_bindgen_test]
fn the_buffer_of_a_long_body_is_freed() {
    let long = vec![b'x'; 300_000];
    let key = cache_key("long".to_owned());
    let length = write_body(None, &long);
    assert!(sign(key, length));
    let signature = Signature::sign(&Secret::new("long"), &long).to_hex();
    assert_eq!(is_signed(key, write_body(Some(&signature), &long)), Some(true));
    let length = write_body(Some(&Signature::sign(&Secret::new("long"), b"{}").to_hex()), b"{}");
    assert_eq!(is_signed(key, length), Some(true));
    assert_eq!(is_signed(key, 1_000_000), Some(false), "longer than the buffer");
}

#[wasm_bindgen_test]
fn callbacks_are_verified_under_several_secrets() {
    let body = br#"{"id":7,"type":"deposit","status":"confirmed","crypto_address":{"foreign_id":"user-17"},"currency_received":{"currency":"BTC","amount":1.10}}"#;
    let length = write_body(None, body);
    let (old, new) = (cache_key("old".to_owned()), cache_key("new".to_owned()));
    assert_eq!(cache_key("old".to_owned()), old, "a key is cached once");
    assert!(sign(old, length));
    assert_eq!((is_signed(old, length), is_signed(new, length)), (Some(true), Some(false)));
    assert_eq!((sign(0, length), is_signed(0, length)), (false, None), "an unknown id");
    let signature = Signature::sign(&Secret::new("old"), body).to_hex();
    assert_eq!(is_signed(old, write_body(Some(&signature), body)), Some(true));
    assert_eq!(is_signed(old, write_body(Some(&signature.to_uppercase()), body)), Some(true));
    assert_eq!(is_signed(old, write_body(Some(&"x".repeat(128)), body)), Some(false));
    let settings = object(r#"{ callbackSecrets: ["new", "old"] }"#);
    assert!(authenticate(&settings, length, Some(signature)).unwrap().is_undefined());
    let verified = read_callback(length).unwrap();
    let read = json(&verified);
    assert!(
        read.contains(
            &r#","isFinal":true,"isDeposit":true,"isUnexpectedCurrency":false,"customerId":"user-17","needsReview":null,"credit":{"currency":"BTC","amount":"1.10"}}"#.replace('"', "\\\"")
        ),
        "{read}"
    );
    let refused = json(&authenticate(&settings, length, None).unwrap());
    assert!(refused.contains(r#""code":"invalid_signature""#), "{refused}");
}
