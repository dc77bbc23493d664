//! Fuzzes the callback parser: any bytes yield a callback or an error, every callback serialises as JSON, and verifying
//! yields the same callback as parsing.
#![no_main]

use citrn::{
    Secret,
    callback::{Callback, Status, sign},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let secret = Secret::new("AbCdEfG123456");
    let headers = sign("key", &secret, body);
    let headers = headers.iter().map(|(name, value)| (*name, value.as_str()));
    let verified = Callback::verify(std::slice::from_ref(&secret), body, headers);
    assert_eq!(verified.as_ref().ok(), Callback::parse(body).as_ref().ok());
    if let Ok(callback) = verified {
        let written = serde_json::to_string(&callback).expect("a callback serialises");
        serde_json::from_str::<serde::de::IgnoredAny>(&written).expect("a serialised callback is JSON");
        match callback.credit() {
            Ok(None) => {}
            credit => {
                assert!(callback.is_final() && callback.is_deposit() && callback.status == Status::Confirmed);
                assert_eq!(credit.is_err(), callback.needs_review().is_some());
            }
        }
    }
});
