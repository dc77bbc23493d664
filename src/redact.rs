//! Redaction of secrets, the signature and a withdrawal's `key` in foreign text. Our own messages hold none of them and are
//! never changed: if a secret is a word of a message, its absence would reveal the secret.

mod forms;
mod patterns;

use self::{
    forms::{add_hidden_forms, base64, decoded, literal_forms, plain},
    patterns::Patterns,
};
use crate::sanitize::{shortened, visible};

const REDACTED: &str = "[redacted]";

/// How often a text may have been escaped, one escape around another.
const LAYERS: usize = 3;

/// The texts that no error may show.
#[derive(Default)]
pub(crate) struct Secrets<'a>(pub(crate) Vec<&'a str>);

impl Secrets<'_> {
    /// The text with each secret replaced; `None` when one is in it in a form that cannot be cut out, such as base64.
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
            // A secret may itself look escaped, and is then decoded along with the text.
            for layer in layers(needle.as_bytes()) {
                add_hidden_forms(&layer, is_hex, &mut in_plain, &mut in_base64);
            }
        }
        let parts = parts_around(text, &literal);
        let is_hidden = |layer: &Vec<u8>| in_plain.are_in(&plain(layer)) || in_base64.are_in(&base64(layer));
        (!layers(parts.join("\0").as_bytes()).iter().any(is_hidden)).then(|| parts.join(REDACTED))
    }

    /// The text as it may be shown: redacted, bounded, and without control characters, which may split a secret.
    pub(crate) fn shown(&self, text: &str) -> String {
        let shown = self.redact(text).and_then(|text| self.redact(&visible(&text)));
        shortened(shown.as_deref().unwrap_or(REDACTED))
    }
}

/// The parts of the text around the patterns in it.
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

/// The text, followed by the text with one more layer of escapes undone each time.
fn layers(text: &[u8]) -> Vec<Vec<u8>> {
    core::iter::successors(Some(text.to_vec()), |text| decoded(text)).take(LAYERS + 1).collect()
}
