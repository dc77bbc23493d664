//! JSON objects written piece by piece, with parts that are JSON text already and go through to the last digit.

use std::collections::BTreeSet;

use citrn::json::Json;

/// An object that is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectText(String);

impl Default for ObjectText {
    fn default() -> Self {
        Self("{".to_owned())
    }
}

impl ObjectText {
    /// Adds a field whose value is JSON text already.
    #[must_use]
    pub fn json(mut self, name: &str, json: &str) -> Self {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push_str(&literal(name));
        self.0.push(':');
        self.0.push_str(json);
        self
    }

    /// Adds a text, or null.
    #[must_use]
    pub fn text<'a>(self, name: &str, text: impl Into<Option<&'a str>>) -> Self {
        match text.into() {
            Some(text) => self.json(name, &literal(text)),
            None => self.json(name, "null"),
        }
    }

    /// Adds a number.
    #[must_use]
    pub fn number(self, name: &str, number: impl Into<i64>) -> Self {
        self.json(name, &number.into().to_string())
    }

    /// Adds true or false.
    #[must_use]
    pub fn flag(self, name: &str, flag: bool) -> Self {
        self.json(name, if flag { "true" } else { "false" })
    }

    /// The whole object.
    #[must_use]
    pub fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// A list of JSON texts.
#[must_use]
pub fn list(items: &[String]) -> String {
    format!("[{}]", items.join(","))
}

/// Returns whether every JSON reader accepts a value (I-JSON, RFC 7493, section 2): no lone surrogate, no duplicate name,
/// no number that overflows a double. One refused value would make the whole text around it unreadable.
#[must_use]
pub fn is_portable(json: Json<'_>) -> bool {
    if json.is_object() {
        let Some(object) = json.object() else { return false };
        let mut names = BTreeSet::new();
        return object.iter().all(|(name, value)| names.insert(name) && is_portable(value));
    }
    if json.is_array() {
        return json.array().is_some_and(|items| items.into_iter().all(is_portable));
    }
    if json.is_string() {
        return json.string().is_some();
    }
    !json.is_number() || json.as_str().parse::<f64>().is_ok_and(f64::is_finite)
}

/// A text as a JSON literal.
fn literal(text: &str) -> String {
    // Text can always be written.
    serde_json::to_string(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_other_programs_read() {
        let text = ObjectText::default()
            .text("a\"b", "c\n\u{1}é")
            .text("none", None)
            .number("n", -5)
            .flag("yes", true)
            .json("raw", "1.50")
            .json("list", &list(&["1".to_owned(), "{}".to_owned()]))
            .end();
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            read,
            serde_json::json!({"a\"b": "c\n\u{1}é", "none": null, "n": -5, "yes": true, "raw": 1.5, "list": [1, {}]})
        );
        assert!(text.contains(r#""raw":1.50"#));
        assert_eq!((ObjectText::default().end().as_str(), list(&[]).as_str()), ("{}", "[]"));
    }
}
