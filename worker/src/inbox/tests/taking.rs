//! Which requests are accepted as callbacks.

use super::{Scripted, Sent, body, call, list, store};
use crate::bindings::Limiter;

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
