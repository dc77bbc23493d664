//! Refusals that release a key.

use serde_json::Value;

use super::*;

#[test]
fn a_refusal_before_anything_was_sent_releases_the_key() {
    let longest = "x".repeat(256);
    for invalid in [
        PAYMENT.replace("user-17", ""),
        PAYMENT.replace("user-17", &longest),
        PAYMENT.replace("USDTT", ""),
        PAYMENT.replace("shop.example", "evil.example"),
        PAYMENT.replace("coin_name", "coin"),
    ] {
        let platform = Scripted::of(&[CREATED]);
        let refused = send(&platform, Sent::post("/v1/payments", &invalid).with("Idempotency-Key", "k"));
        assert_eq!(refused.status, 422, "{invalid}: {}", refused.body);
        let corrected = send(&platform, payment("k"));
        assert!(corrected.status == 201 && !is_replay(&corrected), "{invalid}: {}", corrected.body);
    }
    for invalid in [ADDRESS.replace("USDTT", ""), ADDRESS.replace("user-17", &longest)] {
        let platform = Scripted::of(&[TAKEN]);
        let address = |body: &str| Sent::post("/v1/addresses", body).with("Idempotency-Key", "k");
        assert_eq!(send(&platform, address(&invalid)).status, 422);
        assert_eq!(send(&platform, address(ADDRESS)).status, 200, "{invalid}");
    }
}

#[test]
fn a_missing_setting_releases_the_key() {
    for name in ["CITRN_SECRET", "CITRN_API_KEY", "CITRN_BASE_URL"] {
        let platform = Scripted::of(&[CREATED]);
        platform.change(name, None);
        let refused = send(&platform, payment("k"));
        assert_eq!((refused.status, code(&refused).as_str()), (503, "invalid_configuration"), "{name}");
        platform.change(name, complete(&[]).get(name).map(String::as_str));
        let other = Sent::post("/v1/payments", &PAYMENT.replace("17", "18")).with("Idempotency-Key", "k");
        assert_eq!(send(&platform, other).status, 201, "{name}");
    }
}

#[test]
fn a_refusal_after_an_attempt_that_may_have_been_sent_does_not_release_the_key() {
    for refusal in [None, Some(DOWN_FOR_NOW)] {
        let platform = Scripted::of(&[BROKEN]);
        assert_eq!(send(&platform, payment("k")).status, 502);
        platform.pass(UNKNOWN_FOR);
        match refusal {
            None => platform.change("CITRN_SECRET", None),
            Some(refusal) => platform.then(&[refusal]),
        }
        let refused = send(&platform, payment("k"));
        let body: Value = serde_json::from_str(&refused.body).unwrap();
        assert_eq!((refused.status, body["executed"].as_str()), (503, Some("unknown")), "{body}");
        assert_eq!(body["foreign_id"], "user-17");
        platform.change("CITRN_SECRET", complete(&[]).get("CITRN_SECRET").map(String::as_str));
        let other = Sent::post("/v1/payments", &PAYMENT.replace("17", "18")).with("Idempotency-Key", "k");
        assert_eq!(code(&send(&platform, other)), "idempotency_key_reused");
        platform.then(&[CREATED_AGAIN]);
        let again = send(&platform, payment("k"));
        assert!(again.status == 201 && !is_replay(&again), "{}", again.body);
    }
}

#[test]
fn a_refusal_by_the_gateway_after_an_unknown_attempt_is_stored_with_an_unknown_outcome() {
    let platform = Scripted::of(&[BROKEN, REFUSED]);
    assert_eq!(send(&platform, payment("k")).status, 502);
    platform.pass(UNKNOWN_FOR);
    for replayed in [false, true] {
        let answer = send(&platform, payment("k"));
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!((body["code"].as_str(), is_replay(&answer)), (Some("coin_not_supported"), replayed));
        assert_eq!((body["executed"].as_str(), body["foreign_id"].as_str()), (Some("unknown"), Some("user-17")));
    }
}
