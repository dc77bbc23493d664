//! Compares the JSON reader with serde_json: both accept the same texts and read the same values.
#![no_main]

use std::collections::BTreeMap;

use citrn::{json::{Document, Json}, limits::MAX_DEPTH};
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;

fuzz_target!(|text: &str| {
    // The two have different depth limits.
    if text.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count() > MAX_DEPTH {
        return;
    }
    let theirs = serde_json::from_str::<&RawValue>(text).ok();
    let ours = Document::parse(text).ok();
    assert_eq!(ours.as_ref().map(|document| document.root().as_str()), theirs.map(RawValue::get));
    let Some(json) = ours.as_ref().map(Document::root) else { return };
    assert_eq!(json.string(), serde_json::from_str::<String>(text).ok());
    let theirs = serde_json::from_str::<Vec<&RawValue>>(text).ok();
    let theirs: Option<Vec<_>> = theirs.map(|items| items.iter().map(|item| item.get()).collect());
    assert_eq!(json.array().map(|items| items.into_iter().map(Json::as_str).collect()), theirs);
    let expected = serde_json::from_str::<BTreeMap<String, &RawValue>>(text);
    assert_eq!(json.object().is_some(), expected.is_ok());
});
