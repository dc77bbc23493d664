//! The JSON reader and writer against another one: both must take the same texts, see the same parts in them, and write
//! the same.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::value::RawValue;

use citrn::{
    endpoint::{Fields, Value},
    json::{Document, Json},
};

/// Another reader and this one must agree on what is JSON, on its parts and on its text.
fn agree(input: &str) {
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
fn reads_what_the_rfc_allows_and_nothing_else() {
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
        agree(input);
    }
    for input in bad {
        assert!(Document::parse(input).is_err(), "{input}");
        agree(input);
    }
    for input in [r#""\ud83c""#, r#""\ud83cx""#, r#""\ud83c\n""#, r#""\udf4b""#, r#""\ud83c\ud83c""#, r#"{"\ud83c":1}"#]
    {
        agree(input);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn agrees_with_another_reader(input in r#"([\[\]{}:, \n\\"u0-9a-fnrtlsE+.-]|"a"|\[1,|\{"b":|true|null|\\ud83c|\\udf4b|é|🍋){0,24}"#) {
        agree(&input);
        agree(&format!("\"{input}\""));
        agree(&format!("[{input}]"));
        agree(&format!("{{\"x\":{input}}}"));
    }

    #[test]
    fn writes_text_as_another_writer_does(text in any::<String>()) {
        let mut fields = Fields::new();
        fields.push(&text, Value::Text(&text));
        let theirs = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(fields.to_json(), format!("{{{theirs}:{theirs}}}"));
        let read = Document::parse(theirs.as_str()).unwrap().root().string();
        prop_assert_eq!(read, Some(text));
    }
}
