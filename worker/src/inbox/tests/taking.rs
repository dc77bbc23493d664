//! Which requests are accepted as callbacks, and when they are acknowledged.

use serde_json::json;

use super::{Scripted, Sent, authorized, body, call, ids, list, store};
use crate::bindings::Limiter;

#[test]
fn a_callback_is_stored_before_it_is_acknowledged_and_then_delivered() {
    let platform = Scripted::default();
    store(&platform, &body(17, "confirmed", 1));
    assert_eq!(platform.delivered(), []);
    assert_eq!(platform.alarms_until(platform.clock()), 1);
    let delivered = platform.delivered();
    let [one] = &delivered[..] else { panic!("{delivered:?}") };
    assert_eq!(
        one.body,
        r#"{"type":"callback.received","timestamp":"1970-01-01T00:00:00.000Z","data":{"callback_id":"17","status":"confirmed","superseded":false,"customer_id":null,"is_final":true,"is_deposit":true,"credit":null,"review":"amount_unreadable","callback":{"id":17,"type":"deposit","status":"confirmed","note":1.50}}}"#
    );
    let page = list(&platform, "");
    assert_eq!(page["data"][0]["id"], ids(&delivered)[0]);
    assert_eq!(
        page["data"][0]["delivery"],
        json!({"state": "delivered", "attempts": 1, "next_attempt_at": null, "settled_at": "1970-01-01T00:00:00.000Z", "last_failure": null})
    );
    assert_eq!(platform.alarms_until(platform.clock()), 0);
}

#[test]
fn a_callback_is_not_acknowledged_if_the_inbox_is_unreachable() {
    let platform = Scripted::default();
    platform.unreachable();
    let (status, reply, _) = call(&platform, Sent::callback(&body(17, "confirmed", 1)));
    assert_eq!(
        (status, reply["code"].as_str(), reply["retryable"].as_bool()),
        (503, Some("storage_unavailable"), Some(true))
    );
}

#[test]
fn a_callback_with_an_invalid_signature_stores_nothing() {
    let platform = Scripted::default();
    let good = body(17, "confirmed", 1);
    let unsigned = || Sent::callback(&good).with("X-Process-Signature", "");
    for request in [
        unsigned(),
        unsigned().with("X-Process-Signature", &"0".repeat(128)),
        Sent::callback(&good).with("X-Process-Signature", "abc"),
    ] {
        let (status, reply, _) = call(&platform, request);
        assert_eq!((status, reply["code"].as_str()), (401, Some("invalid_signature")));
    }
    for request in [
        Sent::get("https://edge.example/v1/callbacks"),
        authorized("DELETE", "/v1/callbacks/17").with("Authorization", "Bearer x"),
    ] {
        assert_eq!(call(&platform, request).0, 401);
    }
    assert_eq!(platform.databases(), []);
    let large = vec![b' '; 256 * 1024];
    assert_eq!(call(&platform, Sent::callback(&large)).0, 200);
    let too_large = vec![b' '; 256 * 1024 + 1];
    assert_eq!(call(&platform, Sent::callback(&too_large)).0, 413);
}

#[test]
fn the_previous_secret_is_valid_during_a_rotation() {
    let platform = Scripted::default();
    let good = body(17, "confirmed", 1);
    let [_, (name, signature)] = citrn::callback::sign("test-key", &"the-secret-before".into(), &good);
    assert_eq!(call(&platform, Sent::callback(&good).with(name, &signature)).0, 200);
}

#[test]
fn a_malformed_signature_is_rejected_before_the_body_is_read() {
    let platform = Scripted::default();
    platform.limit(Limiter::Address, 8);
    let good = body(17, "confirmed", 1);
    let hex = "0a".repeat(64);
    let hex_but_one = hex.strip_prefix('0').unwrap();
    let wrong = [
        "",
        " ",
        "abc",
        hex_but_one,
        &format!("{hex}0"),
        &format!("{hex_but_one}g"),
        &format!("sha512={hex}"),
        &format!("{hex}, {hex}"),
    ];
    for signature in wrong {
        let request = Sent::callback(&good).with("X-Process-Signature", signature).broken();
        let (status, reply, _) = call(&platform, request);
        assert_eq!((status, reply["code"].as_str()), (401, Some("invalid_signature")), "{signature}");
    }
    assert_eq!(platform.counted().len(), wrong.len());
    let request = || Sent::callback(&good).with("X-Process-Signature", "abc").broken();
    assert_eq!(call(&platform, request()).1["code"], "too_many_requests");
    // A well-formed signature is checked against the body. A valid one does not count against the limit of the
    // address, even if the limit is exceeded.
    assert_eq!(call(&platform, Sent::callback(&good).broken()).1["code"], "malformed_body");
    for id in 0..100 {
        store(&platform, &body(id, "confirmed", 1));
    }
    assert_eq!(platform.counted().len(), wrong.len() + 1);
}

#[test]
fn a_callback_url_may_end_in_a_slash_and_have_a_query() {
    let platform = Scripted::default();
    for (id, (path, status)) in (0..).zip([
        ("/callbacks", 200),
        ("/callbacks/", 200),
        ("/callbacks?shop=1", 200),
        ("/callbacks/?shop=1", 200),
        ("/callbacks//", 404),
        ("/callbacks//?shop=1", 404),
        ("/callbacks/shop", 404),
        ("//callbacks/", 404),
    ]) {
        let request = Sent::callback(&body(id, "confirmed", 1)).to(&format!("https://edge.example{path}"));
        assert_eq!(call(&platform, request).0, status, "{path}");
    }
    assert_eq!(list(&platform, "")["data"].as_array().unwrap().len(), 4);
}
