//! Writes JSON, also for JavaScript, which reads numbers as floats.

use super::{
    scan::{Node, begin, end},
    tree::{Document, Json},
};

/// Writes a JSON text together with its nodes, so that it need not be scanned again.
#[derive(Default)]
pub(crate) struct Writer {
    text: String,
    nodes: Vec<Node>,
}

/// A position in a [`Writer`]: the lengths of its text and of its nodes.
#[derive(Clone, Copy)]
pub(crate) struct Mark(usize, usize);

impl Writer {
    /// Creates a writer with room for a value and for fields that it lacks.
    pub(crate) fn sized_as(json: Json<'_>) -> Self {
        let (length, nodes) = (json.as_str().len(), json.nodes.len());
        Self { text: String::with_capacity(length + length / 4), nodes: Vec::with_capacity(nodes + nodes / 4) }
    }

    pub(crate) fn finish(self) -> Document<'static> {
        Document::from_parts(self.text, self.nodes)
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark(self.text.len(), self.nodes.len())
    }

    /// Removes everything written since a mark.
    pub(crate) fn rewind(&mut self, Mark(text, nodes): Mark) {
        self.text.truncate(text);
        self.nodes.truncate(nodes);
    }

    /// Returns the value written since a mark.
    pub(crate) fn since(&self, Mark(_, nodes): Mark) -> Json<'_> {
        Json { text: &self.text, nodes: self.nodes.get(nodes..).unwrap_or_default() }
    }

    /// Starts an array or object. [`Writer::close`] ends it.
    pub(crate) fn open(&mut self, bracket: &str) -> usize {
        self.comma();
        let node = begin(&mut self.nodes, self.text.len());
        self.text.push_str(bracket);
        node
    }

    pub(crate) fn close(&mut self, node: usize, bracket: &str) {
        self.text.push_str(bracket);
        end(&mut self.nodes, node, self.text.len());
    }

    /// Writes the name of a field. Its value must follow.
    pub(crate) fn name(&mut self, name: &str) {
        self.string(name);
        self.text.push(':');
    }

    /// Writes a field name of a shape, which needs no escaping. Its value must follow.
    pub(crate) fn known_name(&mut self, name: &'static str) {
        self.leaf(|text| text.extend(["\"", name, "\""]));
        self.text.push(':');
    }

    pub(crate) fn string(&mut self, content: &str) {
        // Text always serialises.
        self.literal(&serde_json::to_string(content).unwrap_or_default());
    }

    /// Writes a number, `true`, `false`, `null`, or a string literal in its quotes.
    pub(crate) fn literal(&mut self, literal: &str) {
        self.leaf(|text| text.push_str(literal));
    }

    /// Copies a value unchanged.
    pub(crate) fn copy(&mut self, json: Json<'_>) {
        self.comma();
        let (from, to) = (json.nodes.first().map_or(0, |node| node.start), self.text.len());
        self.text.push_str(json.as_str());
        let moved = |node: &Node| Node { start: node.start - from + to, end: node.end - from + to, ..*node };
        self.nodes.extend(json.nodes.iter().map(moved));
    }

    fn leaf(&mut self, write: impl FnOnce(&mut String)) {
        self.comma();
        let start = self.text.len();
        write(&mut self.text);
        self.nodes.push(Node { start, end: self.text.len(), count: 1 });
    }

    /// Separates the next value from the one before it, if any.
    fn comma(&mut self) {
        if !matches!(self.text.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.text.push(',');
        }
    }
}

/// The number of significant digits that a 64-bit float preserves.
const LOSSLESS_DIGITS: usize = 15;

/// The number of zeros after the point up to which JavaScript prints no exponent.
const LEADING_ZEROS: usize = 5;

impl Json<'_> {
    /// Returns the text of this value, with numbers that JavaScript would print differently as strings: those with many
    /// digits, with an exponent, or with a trailing zero after the point.
    pub fn to_lossless_text(self) -> String {
        self.with_literals(|literal| {
            let number = literal.as_str();
            (literal.is_number() && !is_lossless(number)).then(|| ["\"", number, "\""].concat())
        })
    }

    /// Returns the text of this value with some of its strings, numbers and names replaced.
    pub(crate) fn with_literals(self, replacement: impl Fn(Json<'_>) -> Option<String>) -> String {
        let mut text = String::with_capacity(self.as_str().len());
        let mut copied = self.nodes.first().map_or(0, |node| node.start);
        for node in self.nodes {
            if let Some(literal) = replacement(Json { text: self.text, nodes: core::slice::from_ref(node) }) {
                text.push_str(self.text.get(copied..node.start).unwrap_or_default());
                text.push_str(&literal);
                copied = node.end;
            }
        }
        let end = self.nodes.first().map_or(0, |node| node.end);
        text.push_str(self.text.get(copied..end).unwrap_or_default());
        text
    }

    /// Whether this is the name of a field.
    pub(crate) fn is_name(self) -> bool {
        let rest = self.nodes.first().and_then(|node| self.text.get(node.end..));
        rest.is_some_and(|rest| rest.trim_ascii_start().starts_with(':'))
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
    fn numbers_that_javascript_would_change_become_strings() {
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
