//! Escapes in JSON texts: the same value in other bytes.

/// Escapes slashes and everything beyond ASCII, as PHP's `json_encode` does by default. Takes JSON without escaped slashes.
fn escape_like_php(json: &str) -> String {
    escape_non_ascii(json).replace('/', "\\/")
}

/// Escapes like PHP, and one letter of a word that is in each callback. A handler that parses a callback and writes it
/// again then fails here, not only in production.
pub(crate) fn escape_like_callbacks(json: &str) -> String {
    escape_like_php(json).replace("blockchain", "block\\u0063hain")
}

/// Escapes everything beyond ASCII, as UTF-16.
fn escape_non_ascii(json: &str) -> String {
    let mut out = String::new();
    for character in json.chars() {
        if character.is_ascii() {
            out.push(character);
        } else {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
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
        let value = |json: &str| serde_json::from_str::<serde_json::Value>(json).unwrap();
        let plain = r#"{"a/b":"ü/🍋\"\\\n","type":"blockchain","n":1.50,"list":["\u0001"]}"#;
        for escaped in [escape_like_php(plain), escape_like_callbacks(plain), escape_non_ascii(plain)] {
            assert!(escaped.is_ascii() && escaped != plain, "{escaped}");
            assert_eq!(value(&escaped), value(plain));
        }
        assert!(escape_like_php(plain).starts_with(r#"{"a\/b":"\u00fc\/\ud83c\udf4b\"\\\n","#));
    }
}
