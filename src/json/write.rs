//! Writing a document.

use super::{
    scan::{Node, begin, end},
    text,
    tree::{Document, Json},
};

/// Writes a JSON text together with its nodes, so that nothing is scanned again.
#[derive(Default)]
pub(crate) struct Writer {
    text: String,
    nodes: Vec<Node>,
}

/// A state of a [`Writer`] to go back to: the lengths of its text and of its nodes.
#[derive(Clone, Copy)]
pub(crate) struct Mark(usize, usize);

impl Writer {
    /// A writer with room for about as much as a value has.
    pub(crate) fn sized_as(json: Json<'_>) -> Self {
        Self { text: String::with_capacity(json.as_str().len()), nodes: Vec::with_capacity(json.nodes.len()) }
    }

    pub(crate) fn finish(self) -> Document<'static> {
        Document::of(self.text, self.nodes)
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark(self.text.len(), self.nodes.len())
    }

    /// Removes everything that was written since.
    pub(crate) fn rewind(&mut self, Mark(text, nodes): Mark) {
        self.text.truncate(text);
        self.nodes.truncate(nodes);
    }

    /// The value that was written since.
    pub(crate) fn since(&self, Mark(_, nodes): Mark) -> Json<'_> {
        Json { text: &self.text, nodes: self.nodes.get(nodes..).unwrap_or_default() }
    }

    /// Begins an array or object. [`Writer::close`] ends it.
    pub(crate) fn open(&mut self, bracket: &str) -> usize {
        let node = self.begin();
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

    /// Writes the name of a field of a shape, in which nothing must be escaped. Its value must follow.
    pub(crate) fn known_name(&mut self, name: &'static str) {
        let node = self.begin();
        for part in ["\"", name, "\""] {
            self.text.push_str(part);
        }
        end(&mut self.nodes, node, self.text.len());
        self.text.push(':');
    }

    pub(crate) fn string(&mut self, content: &str) {
        let node = self.begin();
        text::write(content, &mut self.text);
        end(&mut self.nodes, node, self.text.len());
    }

    /// Writes a number, `true`, `false`, `null`, or a string literal in its quotes.
    pub(crate) fn literal(&mut self, literal: &str) {
        let node = self.begin();
        self.text.push_str(literal);
        end(&mut self.nodes, node, self.text.len());
    }

    /// Copies a value as it was written.
    pub(crate) fn copy(&mut self, json: Json<'_>) {
        self.copy_with(json, &|_| None);
    }

    /// Copies a value as it was written, except for literals that are replaced. Names of fields are not.
    pub(crate) fn copy_with(&mut self, json: Json<'_>, replacement: &dyn Fn(Json<'_>) -> Option<String>) {
        self.comma();
        self.copy_part(json, replacement);
    }

    fn copy_part(&mut self, json: Json<'_>, replacement: &dyn Fn(Json<'_>) -> Option<String>) {
        let Some(whole) = json.nodes.first() else { return };
        let node = begin(&mut self.nodes, self.text.len());
        if json.nodes.len() == 1 {
            self.text.push_str(replacement(json).as_deref().unwrap_or(json.as_str()));
        } else {
            let mut copied = whole.start;
            for (at, part) in json.parts().enumerate() {
                let Some(Node { start, end, .. }) = part.nodes.first() else { break };
                self.text.push_str(json.text.get(copied..*start).unwrap_or_default());
                let is_name = json.is_object() && at % 2 == 0;
                self.copy_part(part, if is_name { &|_| None } else { replacement });
                copied = *end;
            }
            self.text.push_str(json.text.get(copied..whole.end).unwrap_or_default());
        }
        end(&mut self.nodes, node, self.text.len());
    }

    fn begin(&mut self) -> usize {
        self.comma();
        begin(&mut self.nodes, self.text.len())
    }

    /// Separates the next value from the one before it, if any.
    fn comma(&mut self) {
        if !matches!(self.text.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.text.push(',');
        }
    }
}
