//! Compares the JSON reader and writer with serde_json: both accept the same texts, read the same values and write the
//! same text.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::value::RawValue;

use citrn::{
    endpoint::{Fields, Value},
    json::{Document, Json},
};

/// Checks that serde_json and this reader agree on validity, values and text.
fn assert_agreement(input: &str) {
    let theirs = serde_json::from_str::<&RawValue>(input).ok().map(RawValue::get);
    let ours = Document::parse(input).ok();
    assert_eq!(ours.as_ref().map(|document| document.root().as_str()), theirs, "{input}");
    let Some(json) = ours.as_ref().map(Document::root) else { return };
    let theirs = serde_json::from_str::<Vec<&RawValue>>(input).ok();
    let theirs = theirs.map(|items| items.iter().map(|item| item.get()).collect::<Vec<_>>());
    assert_eq!(json.array().map(|items| items.into_iter().map(Json::as_str).collect()), theirs, "{input}");
    assert_eq!(json.string(), serde_json::from_str::<String>(input).ok(), "{input}");
    let theirs = serde_json::from_str::<BTreeMap<String, &RawValue>>(input).ok();
    let theirs = theirs.map(|map| map.into_iter().map(|(name, value)| (name, value.get())).collect::<BTreeMap<_, _>>());
    let ours = json.object();
    let ours =
        ours.as_ref().map(|object| object.iter().map(|(name, value)| (name.to_owned(), value.as_str())).collect());
    assert_eq!(ours, theirs, "{input}");
}

#[test]
fn exactly_the_json_of_the_rfc_is_accepted() {
    let good = [
        "null",
        " true ",
        "\t\r\nfalse",
        "0",
        "-0",
        "-0.5e+10",
        "1E5",
        "10",
        "\"\"",
        r#""a\"\\\/\b\f\n\r\t\u00e9\ud83c\udf4b""#,
        "[]",
        "[ ]",
        "{}",
        "{ }",
        "[1 , [2,{\"a\" : []}]]",
        r#"{"a":{"b":[1,2]},"a":3}"#,
        "\"\u{2028}\u{7f}é\"",
    ];
    let bad = [
        "",
        " ",
        "nul",
        "nulll",
        "+1",
        "01",
        "1.",
        ".5",
        "1e",
        "1e+",
        "-",
        "--1",
        "\"",
        "\"\n\"",
        r#""\x""#,
        r#""\u12g4""#,
        r#""\u12""#,
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "[",
        "]",
        "{",
        "}",
        "[}",
        "{]",
        "1 1",
        "'a'",
        "[1]]",
        "\u{feff}1",
        "\u{a0}1",
        "NaN",
        "tru e",
    ];
    for input in good {
        assert!(Document::parse(input).is_ok(), "{input}");
        assert_agreement(input);
    }
    for input in bad {
        assert!(Document::parse(input).is_err(), "{input}");
        assert_agreement(input);
    }
    for input in [r#""\ud83c""#, r#""\ud83cx""#, r#""\ud83c\n""#, r#""\udf4b""#, r#""\ud83c\ud83c""#, r#"{"\ud83c":1}"#]
    {
        assert_agreement(input);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn reads_like_serde_json(input in r#"([\[\]{}:, \n\\"u0-9a-fnrtlsE+.-]|"a"|\[1,|\{"b":|true|null|\\ud83c|\\udf4b|é|🍋){0,24}"#) {
        assert_agreement(&input);
        assert_agreement(&format!("\"{input}\""));
        assert_agreement(&format!("[{input}]"));
        assert_agreement(&format!("{{\"x\":{input}}}"));
    }

    #[test]
    fn writes_text_like_serde_json(text in any::<String>()) {
        let mut fields = Fields::new();
        fields.push(&text, Value::Text(&text));
        let theirs = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(fields.to_json(), format!("{{{theirs}:{theirs}}}"));
        let read = Document::parse(theirs.as_str()).unwrap().root().string();
        prop_assert_eq!(read, Some(text));
    }
}
