//! JSON for a reader that keeps numbers as floats: JavaScript.

use super::tree::Json;

/// Most significant digits that a decimal can have and still come back from a 64-bit float as it was.
const LOSSLESS_DIGITS: usize = 15;

/// Most zeros behind the point that JavaScript prints without an exponent.
const LEADING_ZEROS: usize = 5;

impl Json<'_> {
    /// Returns the text of this value with every number that JavaScript would print differently as text instead: long
    /// ones, ones with an exponent, ones that end in a zero behind the point.
    #[must_use]
    pub fn to_lossless_text(self) -> String {
        let mut text = String::with_capacity(self.as_str().len());
        let mut copied = self.nodes.first().map_or(0, |node| node.start);
        for node in self.nodes {
            let literal = Json { text: self.text, nodes: core::slice::from_ref(node) };
            if literal.is_number() && !is_lossless(literal.as_str()) {
                let before = self.text.get(copied..node.start).unwrap_or_default();
                text.extend([before, "\"", literal.as_str(), "\""]);
                copied = node.end;
            }
        }
        let end = self.nodes.first().map_or(0, |node| node.end);
        text.push_str(self.text.get(copied..end).unwrap_or_default());
        text
    }
}

fn is_lossless(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "1"));
    let significant = digits.bytes().filter(u8::is_ascii_digit).count();
    let small = whole == "0" && fraction.bytes().take_while(|byte| *byte == b'0').count() > LEADING_ZEROS;
    significant <= LOSSLESS_DIGITS
        && !small
        && !digits.contains(['e', 'E'])
        && !fraction.ends_with('0')
        && number != "-0"
}

#[cfg(test)]
mod tests {
    use super::super::Document;

    fn lossless(json: &str) -> String {
        Document::parse(json).unwrap().root().to_lossless_text()
    }

    #[test]
    fn numbers_that_javascript_would_change_become_text() {
        let kept = r#"{"a":1,"b":-1.5,"c":[0,0.1,123456789012345,0.000001],"d":"1.10 \\\" 2.20","e":true,"f":null}"#;
        assert_eq!(lossless(kept), kept);
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
            assert_eq!(lossless(&format!(r#"{{"1.10":[{number}]}}"#)), format!(r#"{{"1.10":["{number}"]}}"#));
            assert_eq!(lossless(number), format!("\"{number}\""));
        }
    }
}
