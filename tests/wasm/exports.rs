//! What needs no server of ours, and so runs on Node and in a browser alike: the exports of the npm package.

use citrn::{Secret, Signature, js, url::Url};
use js_sys::{Function, JSON, Promise, Reflect, Uint8Array, WebAssembly};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn urls_are_read_by_the_platform() {
    let url = Url::parse("HTTPS://Shop.Example:443/a b").unwrap();
    assert_eq!((url.href.as_str(), url.origin.as_str()), ("https://shop.example/a%20b", "https://shop.example"));
    assert!(Url::parse("https://u:p@shop.example").unwrap().has_credentials);
    assert!(Url::parse("http://[::1]:8788/").unwrap().is_loopback());
    assert_eq!(Url::parse("/thanks"), None);
}

/// What an export gave, as JSON.
fn json(value: &JsValue) -> String {
    JSON::stringify(value).unwrap().as_string().unwrap()
}

fn object(source: &str) -> JsValue {
    Function::new_no_args(&format!("return ({source})")).call0(&JsValue::UNDEFINED).unwrap()
}

/// What a call came to: an error, or an object of the reply's status, value and text.
async fn call(what: &str, parameters: &str, settings: JsValue, options: JsValue) -> JsValue {
    let told = Promise::new(&mut |resolve, _| {
        let done =
            "return (error, httpStatus, value, raw) => resolve(error ?? { httpStatus, value: JSON.parse(value), raw })";
        let done = Function::new_with_args("resolve", done).call1(&JsValue::UNDEFINED, &resolve).unwrap();
        let parameters = Some(parameters.to_owned());
        js::call(what.to_owned(), parameters, settings.clone(), options.clone(), done.unchecked_into());
    });
    JsFuture::from(told).await.unwrap()
}

#[wasm_bindgen_test]
async fn the_exports_take_a_fetch_that_answers_with_status_retry_after_and_bytes() {
    let settings = object(
        r#"{ apiKey: "key", secret: "AbCdEfG123456", baseUrl: "http://gateway.test", allowInsecureBaseUrl: true, fetch: async (url, init) => [200, null,
            new TextEncoder().encode(JSON.stringify({ data: {
                address: url, tag: 7, method: init.method, body: init.body, rate: 1.5,
            } })),
        ] }"#,
    );
    let parameters = r#"{ "currency": "BTC", "foreign_id": "user-17", "convert_to": null }"#;
    let outcome = call("addresses.take", parameters, settings, JsValue::UNDEFINED).await;
    let value = Reflect::get(&outcome, &"value".into()).unwrap();
    assert_eq!(
        json(&value),
        r#"{"address":"http://gateway.test/addresses/take","id":null,"currency":null,"memo":"7","foreign_id":null,"convert_to":null,"tag":7,"method":"POST","body":"{\"foreign_id\":\"user-17\",\"currency\":\"BTC\"}","rate":1.5}"#
    );
    assert_eq!(Reflect::get(&outcome, &"httpStatus".into()).unwrap(), 200);
}

#[wasm_bindgen_test]
async fn the_exports_say_what_is_wrong_with_parameters() {
    let outcome = async |parameters: &str| {
        let settings = object(r#"{ apiKey: "key", secret: "s", fetch: () => { throw new Error("sent") } }"#);
        json(&call("withdrawals.create", parameters, settings, JsValue::UNDEFINED).await)
    };
    let good = r#""address": "T", "foreign_id": "p", "currency": "BTC""#;
    let number = outcome(&format!("{{ {good}, \"amount\": 0.1 }}")).await;
    assert!(number.contains(r#""code":"invalid_parameter""#) && number.contains(r#""field":"amount""#), "{number}");
    assert!(number.contains("not a number"), "{number}");
    for (bad, field) in [
        ("{}", "address"),
        ("null", "parameters"),
        ("[]", "parameters"),
        ("7", "parameters"),
        (&format!("{{ {good} }}"), "amount"),
        (&format!("{{ {good}, \"amount\": \"1\", \"amout\": \"1\" }}"), "amout"),
        ("{", "parameters"),
        (&format!("{{ {good}, \"amount\": {{}} }}"), "amount"),
        (&format!("{{ {good}, \"amount\": [\"1\"] }}"), "amount"),
        (&format!("{{ {good}, \"amount\": \"1\", \"key\": \"s\" }}"), "key"),
    ] {
        let said = outcome(bad).await;
        assert!(
            said.contains(&format!(r#""field":"{field}""#)) && said.contains(r#""executed":"no""#),
            "{bad}: {said}"
        );
    }
}

#[wasm_bindgen_test]
async fn a_failing_fetch_of_the_caller_becomes_the_cause() {
    let settings = object(
        r#"{ apiKey: "key", secret: "s", fetch: async () => { throw new TypeError("boom", { cause: { code: "EPIPE" } }) } }"#,
    );
    let parameters = r#"{ "coin_name": "BTC", "foreign_id": "user-17", "return_url": "https://shop.example" }"#;
    let outcome = call("payments.create", parameters, settings, JsValue::UNDEFINED).await;
    let said = json(&outcome);
    assert!(said.contains("network_error") && said.contains("boom (EPIPE)") && said.contains("user-17"), "{said}");
    let cause = Reflect::get(&outcome, &"cause".into()).unwrap();
    assert!(cause.is_instance_of::<js_sys::TypeError>());
}

#[wasm_bindgen_test]
async fn a_signal_aborts_and_a_signer_signs() {
    let settings = object(
        r#"{ apiKey: "key", signer: async (bytes) => "ab".repeat(64), fetch: (url, init) => new Promise((_, reject) => {
            if (init.headers["X-Process-Signature"] !== "ab".repeat(64)) reject(new Error("not signed"));
            init.signal.addEventListener("abort", () => reject(init.signal.reason));
        }) }"#,
    );
    let options = object(
        "(() => { const c = new AbortController(); setTimeout(() => c.abort(), 20); return { signal: c.signal }; })()",
    );
    let parameters = r#"{ "currency": "BTC", "foreign_id": "user-17" }"#;
    let said = json(&call("addresses.take", parameters, settings, options).await);
    assert!(said.contains(r#""code":"aborted""#) && said.contains(r#""executed":"unknown""#), "{said}");
}

#[wasm_bindgen_test]
fn settings_are_checked_at_once() {
    assert!(js::check(object(r#"{ apiKey: "key", secret: "s" }"#)).unwrap().is_undefined());
    assert!(
        js::check(object(
            r#"{ apiKey: "key", secret: "s", baseUrl: { io: "https://a.example", com: "https://b.example" } }"#
        ))
        .unwrap()
        .is_undefined()
    );
    for (settings, field) in [
        (r#"{ apiKey: "" }"#, "api_key"),
        (r#"{ secret: "" }"#, "secret"),
        (r#"{ baseUrl: "nowhere" }"#, "base_url"),
        ("{ timeoutMs: 0 }", "timeoutMs"),
        ("{ timeoutMs: NaN }", "timeoutMs"),
        ("{ maxRetries: 1.5 }", "maxRetries"),
        ("{ maxRetries: -1 }", "maxRetries"),
        ("{ apiKey: 7 }", "apiKey"),
        ("{ baseUrl: { io: 'https://a.example' } }", "baseUrl"),
        ("{ signer: 7 }", "signer"),
        ("{ fetch: {} }", "fetch"),
    ] {
        let said = json(&js::check(object(settings)).unwrap());
        assert!(
            said.contains("invalid_configuration") && said.contains(&format!(r#""field":"{field}""#)),
            "{settings}: {said}"
        );
    }
}

/// Writes a body as the package does, and a signature in front of it.
fn written(signature: Option<&str>, body: &[u8]) -> usize {
    let at = js::reserve(body.len()) as u32;
    let memory = wasm_bindgen::memory().unchecked_into::<WebAssembly::Memory>().buffer();
    let place = Uint8Array::new_with_byte_offset_and_length(&memory, at, 128 + body.len() as u32);
    if let Some(signature) = signature {
        place.subarray(0, 128).copy_from(signature.as_bytes());
    }
    place.subarray(128, place.length()).copy_from(body);
    body.len()
}

#[wasm_bindgen_test]
fn only_so_many_keys_are_kept() {
    let first = js::keep("the first".to_owned());
    let length = written(None, b"{}");
    assert!(js::sign(first, length));
    for number in 0..16 {
        assert!(js::keep(format!("another {number}")) > first);
    }
    assert!(!js::sign(first, length));
    let again = js::keep("the first".to_owned());
    assert!(again != first && js::sign(again, length));
}

#[wasm_bindgen_test]
fn a_long_body_takes_no_room_for_ever() {
    let long = vec![b'x'; 300_000];
    let key = js::keep("long".to_owned());
    let length = written(None, &long);
    assert!(js::sign(key, length));
    let signature = Signature::sign(&Secret::new("long"), &long).to_hex();
    assert_eq!(js::is_signed(key, written(Some(&signature), &long)), Some(true));
    let length = written(Some(&Signature::sign(&Secret::new("long"), b"{}").to_hex()), b"{}");
    assert_eq!(js::is_signed(key, length), Some(true));
    assert_eq!(js::is_signed(key, 1_000_000), Some(false), "more than was written");
}

#[wasm_bindgen_test]
fn what_is_read_off_a_url_is_what_the_platform_says() {
    for text in [
        "https://shop.example",
        "HTTPS://Shop.Example:443/a/../b?c#d",
        "http://shop.example:80/",
        "http://shop.example:8080?x=@y",
        "https://u@shop.example/",
        "https://:p@shop.example:444/",
        "https://@shop.example/",
        "https://a@b@shop.example/",
        "https://shop.example\\@evil.example/",
        "https://shop.example/@evil.example",
        "https://shop.example#@evil.example",
        "http://[::1]:8788/",
        "http://[::]/",
        "http://127.1/",
        "https://\u{fc}ber.example/",
        "ws://shop.example:9/",
        "ftp://u:p@shop.example/",
        "file:///etc/hosts",
        "https://shop.example/thanks",
        "https://shop-1.example/a/b-c_d.e?f=g&h=i",
        "https://shop.example//a//",
        "https://shop.example/a/./b",
        "https://shop.example/a/../b",
        "https://shop.example/..",
        "https://shop.example/a/.b",
        "https://shop.example/a?b=/../c",
        "https://shop.example/a?b#c",
        "https://shop.example/a'b?c'd",
        "https://shop.example/%2e%2e/a",
        "https://shop.example/?",
        "https://Shop.example/a",
        "https://shop.example:443/a",
        "https://1.2.3/a",
        "https://1.2.3.4.5/a",
        "https://shop.0x7f/a",
        "https://shop.1/a",
        "https://shop.1a/a",
        "https://shop.a1/a",
        "https://127.0.0.1/a",
        "https://0x7f000001/a",
        "https://xn--a/a",
        "https://xn--fiqs8s/a",
        "https://xn--.example/a",
        "https://-shop.example/a",
        "https://shop-.example/a",
        "https://sh--op.example/a",
        "https://shop..example/a",
        "https://shop.example./a",
        "https://.example/a",
        "https:///a",
        "https://shop_1.example/a",
        "mailto:a@b.example",
        "javascript:alert(1)",
        "data:,x",
    ] {
        let (ours, platforms) = (Url::parse(text), web_sys::Url::new(text).ok());
        let (Some(ours), Some(platforms)) = (&ours, &platforms) else {
            assert_eq!(ours.is_none(), platforms.is_none(), "{text}");
            continue;
        };
        assert_eq!(format!("{}:", ours.scheme), platforms.protocol(), "{text}");
        assert_eq!(ours.href, platforms.href(), "{text}");
        // Browsers differ about the origin of a file, from which nothing here is ever taken.
        assert!(ours.scheme == "file" || ours.origin == platforms.origin(), "{text}");
        assert_eq!(ours.host, platforms.hostname(), "{text}");
        let credentials = !platforms.username().is_empty() || !platforms.password().is_empty();
        assert_eq!(ours.has_credentials, credentials, "{text}");
    }
}

#[wasm_bindgen_test]
fn callbacks_are_verified_under_several_secrets() {
    let body = br#"{"id":7,"type":"deposit","status":"confirmed","crypto_address":{"foreign_id":"user-17"},"currency_received":{"currency":"BTC","amount":1.10}}"#;
    let length = written(None, body);
    let (old, new) = (js::keep("old".to_owned()), js::keep("new".to_owned()));
    assert_eq!(js::keep("old".to_owned()), old, "a key is kept once");
    assert!(js::sign(old, length));
    assert_eq!((js::is_signed(old, length), js::is_signed(new, length)), (Some(true), Some(false)));
    assert_eq!((js::sign(0, length), js::is_signed(0, length)), (false, None), "nobody's key");
    let signature = Signature::sign(&Secret::new("old"), body).to_hex();
    assert_eq!(js::is_signed(old, written(Some(&signature), body)), Some(true));
    assert_eq!(js::is_signed(old, written(Some(&signature.to_uppercase()), body)), Some(true));
    assert_eq!(js::is_signed(old, written(Some(&"x".repeat(128)), body)), Some(false));
    assert!(
        js::authenticate(vec!["new".to_owned(), "old".to_owned()], length, Some(signature)).unwrap().is_undefined()
    );
    let verified = js::read_callback(length).unwrap();
    let said = json(&verified);
    assert!(
        said.contains(
            r#"{"isFinal":true,"isDeposit":true,"customerId":"user-17","needsReview":null,"credit":{"currency":"BTC","amount":"1.10"}}"#
        ),
        "{said}"
    );
    let refused = json(&js::authenticate(vec!["new".to_owned()], length, None).unwrap());
    assert!(refused.contains(r#""code":"invalid_signature""#), "{refused}");
}
