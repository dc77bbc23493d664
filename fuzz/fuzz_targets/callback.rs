//! The callback parser: any bytes are a callback or an error, what was read can be written as JSON, and a verified
//! callback is the one that was signed.
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
        let written = serde_json::to_string(&callback).expect("a callback is written as JSON");
        serde_json::from_str::<serde::de::IgnoredAny>(&written).expect("what is written is JSON");
        match callback.credit() {
            Ok(None) => {}
            credit => {
                assert!(callback.is_final() && callback.is_deposit() && callback.status == Status::Confirmed);
                assert_eq!(credit.is_err(), callback.needs_review().is_some());
            }
        }
    }
});
