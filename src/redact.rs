//! Redaction of secrets, signatures and a withdrawal's `key` in foreign text. Our own messages contain none of them and
//! are never changed: if a secret happened to be a word of a message, the gap would reveal it.

mod forms;
mod patterns;

use self::{
    forms::{add_hidden_forms, base64, decoded, literal_forms, plain},
    patterns::Patterns,
};
use crate::sanitize::{shortened, visible};

const REDACTED: &str = "[redacted]";

/// The number of nested escapes that are undone.
const LAYERS: usize = 3;

/// The texts to redact.
#[derive(Default)]
pub(crate) struct Secrets<'a>(pub(crate) Vec<&'a str>);

impl Secrets<'_> {
    /// Replaces each secret in a text. `None` if it contains one in a form that cannot be cut out, such as base64.
    pub(crate) fn redact(&self, text: &str) -> Option<String> {
        let needles: Vec<&str> = self.0.iter().copied().filter(|needle| !needle.is_empty()).collect();
        if needles.is_empty() {
            return Some(text.to_owned());
        }
        let (mut literal, mut in_plain, mut in_base64) = (Patterns::new(), Patterns::new(), Patterns::new());
        for needle in needles {
            // Hex digits mean the same in either case.
            let is_hex = needle.bytes().all(|byte| byte.is_ascii_hexdigit());
            for form in literal_forms(needle) {
                literal.push(form.into_bytes(), is_hex);
            }
            // A secret that itself looks escaped is decoded along with the text.
            for layer in layers(needle.as_bytes()) {
                add_hidden_forms(&layer, is_hex, &mut in_plain, &mut in_base64);
            }
        }
        let parts = parts_around(text, &literal);
        let is_hidden = |layer: &Vec<u8>| in_plain.are_in(&plain(layer)) || in_base64.are_in(&base64(layer));
        (!layers(parts.join("\0").as_bytes()).iter().any(is_hidden)).then(|| parts.join(REDACTED))
    }

    /// Makes a text fit for a message: redacted, bounded, and without control characters, which could split a secret.
    pub(crate) fn shown(&self, text: &str) -> String {
        let shown = self.redact(text).and_then(|text| self.redact(&visible(&text)));
        shortened(shown.as_deref().unwrap_or(REDACTED))
    }
}

/// Returns the parts of a text between matches of the patterns.
fn parts_around<'a>(text: &'a str, patterns: &Patterns) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(here) = text.as_bytes().get(at..).filter(|here| !here.is_empty()) {
        match patterns.length_at(here) {
            Some(length) => {
                parts.push(text.get(from..at).unwrap_or_default());
                at += length;
                from = at;
            }
            None => at += 1,
        }
    }
    parts.push(text.get(from..).unwrap_or_default());
    parts
}

/// Returns the text, then the text with one more layer of escapes undone each time.
fn layers(text: &[u8]) -> Vec<Vec<u8>> {
    core::iter::successors(Some(text.to_vec()), |text| decoded(text)).take(LAYERS + 1).collect()
}
