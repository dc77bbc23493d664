//! JSON for a reader that keeps numbers as floats: JavaScript.

use std::borrow::Cow;

use crate::json::rewrite;

/// Most significant digits that a decimal can have and still come back from a 64-bit float as it was.
const EXACT_DIGITS: usize = 15;

/// Most zeros behind the point that JavaScript prints without an exponent.
const LEADING_ZEROS: usize = 5;

/// Writes every number that JavaScript would not give back character for character as text instead: long ones, ones with
/// an exponent, ones that end in a zero behind the point.
pub(crate) fn exact(json: &str) -> Cow<'_, str> {
    rewrite(json, |token| (!token.starts_with('"') && !is_exact(token)).then(|| format!("\"{token}\"")))
}

fn is_exact(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "1"));
    let significant = digits.bytes().filter(u8::is_ascii_digit).count();
    let small = whole == "0" && fraction.bytes().take_while(|byte| *byte == b'0').count() > LEADING_ZEROS;
    significant <= EXACT_DIGITS && !small && !digits.contains(['e', 'E']) && !fraction.ends_with('0') && number != "-0"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_javascript_would_change_become_text() {
        let kept = r#"{"a":1,"b":-1.5,"c":[0,0.1,123456789012345,0.000001],"d":"1.10 \\\" 2.20","e":true,"f":null}"#;
        assert_eq!(exact(kept), kept);
        for number in [
            "1.10",
            "1e3",
            "1E-8",
            "-0",
            "0.0000001",
            "1234567890123456",
            "12345678901234567890123456789012345678",
            "0.100000000000000001",
            "1.0",
        ] {
            assert_eq!(exact(&format!(r#"{{"1.10":[{number}]}}"#)), format!(r#"{{"1.10":["{number}"]}}"#));
            assert_eq!(exact(number), format!("\"{number}\""));
        }
    }
}
