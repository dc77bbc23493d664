//! Redaction of secrets, signatures, a withdrawal's `key` and extra fields in foreign text. Our own messages contain
//! none of them and are never changed: if a secret happened to be a word of a message, the gap would reveal it.

mod forms;
mod patterns;

use self::{
    forms::{add_hidden_forms, base64, decoded, literal_forms, plain},
    patterns::Patterns,
};
use crate::sanitize::{shortened, visible};

const REDACTED: &str = "[redacted]";

/// The shortest word, in bytes, that is redacted inside other words too.
const MIN_INSIDE_WORDS: usize = 8;

/// The largest search for words, in bytes of the text times bytes of the words. It takes half a second in wasm.
const MAX_WORD_SEARCH: usize = 1 << 24;

/// The number of nested escapes that are undone.
const LAYERS: usize = 3;

/// The texts to redact.
#[derive(Default)]
pub(crate) struct Secrets<'a> {
    /// Redacted wherever they occur.
    pub(crate) secrets: Vec<&'a str>,
    /// Redacted as whole words if they are short, since they may be part of any other word.
    pub(crate) words: Vec<&'a str>,
}

impl Secrets<'_> {
    /// Replaces each secret in a text. `None` if it contains one in a form that cannot be cut out, such as base64, and if
    /// a search for many words in a long text would block the process.
    pub(crate) fn redact(&self, text: &str) -> Option<String> {
        let length: usize = self.words.iter().map(|word| word.len()).sum();
        if length.saturating_mul(text.len()) > MAX_WORD_SEARCH {
            return None;
        }
        let secrets = self.secrets.iter().filter(|needle| !needle.is_empty()).map(|needle| (*needle, false));
        let words = self.words.iter().map(|word| (*word, word.len() < MIN_INSIDE_WORDS));
        let needles: Vec<(&str, bool)> = secrets.chain(words).collect();
        if needles.is_empty() {
            return Some(text.to_owned());
        }
        let (mut literal, mut in_plain, mut in_base64) = (Patterns::new(), Patterns::new(), Patterns::new());
        for (needle, is_word) in needles {
            // Hex digits mean the same in either case.
            let is_hex = needle.bytes().all(|byte| byte.is_ascii_hexdigit());
            for form in literal_forms(needle) {
                literal.push(form.into_bytes(), is_hex && !is_word, is_word);
            }
            // A secret that itself looks escaped is decoded along with the text.
            for layer in layers(needle.as_bytes()) {
                if is_word {
                    in_plain.push(plain(&layer), false, true);
                } else {
                    add_hidden_forms(&layer, is_hex, &mut in_plain, &mut in_base64);
                }
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
    while at < text.len() {
        match patterns.length_at(text.as_bytes(), at) {
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
