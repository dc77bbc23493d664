//! Escapes in JSON texts: the same value in other bytes.

/// Escapes like PHP's `json_encode`, and one letter of a word that is in each callback. A handler that parses a callback
/// and writes it again then fails here, not only in production. Takes JSON without needless escapes.
pub(crate) fn escape_like_callbacks(json: &str) -> String {
    escape_non_ascii(json).replace('/', "\\/").replace("blockchain", "block\\u0063hain")
}

/// Escapes everything beyond ASCII, as UTF-16.
fn escape_non_ascii(json: &str) -> String {
    let mut out = String::new();
    for character in json.chars() {
        if character.is_ascii() {
            out.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_change_bytes_and_no_values() {
        let plain = r#"{"a/b":"ü/🍋\"\\\n","type":"blockchain","n":1.50,"list":["\u0001"]}"#;
        let escaped = escape_like_callbacks(plain);
        assert_eq!(
            escaped,
            r#"{"a\/b":"\u00fc\/\ud83c\udf4b\"\\\n","type":"block\u0063hain","n":1.50,"list":["\u0001"]}"#
        );
        let value = |json: &str| serde_json::from_str::<serde_json::Value>(json).unwrap();
        assert_eq!(value(&escaped), value(plain));
    }
}
