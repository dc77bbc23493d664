//! Keeps the secret, the signature and a withdrawal's `key` out of text that others wrote. Our own messages hold none of
//! them, and are never changed: a message with a word missing would reveal a secret that is that word.

mod forms;

use core::ops::Range;

use self::forms::{Folded, decoded, literal_forms};
use crate::sanitize::{shortened, visible};

const REDACTED: &str = "[redacted]";

/// How often a text may have been escaped, one escape around another.
const LAYERS: usize = 3;

/// The texts that no error may show.
#[derive(Default)]
pub(crate) struct Secrets<'a>(Vec<Needle<'a>>);

struct Needle<'a> {
    text: &'a str,
    /// Hex digits mean the same in either case.
    is_hex: bool,
}

impl<'a> FromIterator<&'a str> for Secrets<'a> {
    fn from_iter<T: IntoIterator<Item = &'a str>>(texts: T) -> Self {
        let needles = texts.into_iter().filter(|text| !text.is_empty());
        Self(needles.map(|text| Needle { text, is_hex: text.bytes().all(|byte| byte.is_ascii_hexdigit()) }).collect())
    }
}

impl Secrets<'_> {
    /// The text with each secret replaced; `None` when one is in it in a form that cannot be cut out, such as base64.
    pub(crate) fn redact(&self, text: &str) -> Option<String> {
        if self.0.is_empty() {
            return Some(text.to_owned());
        }
        let ranges = self.ranges(text);
        // A secret may itself look escaped, and is then decoded along with the text.
        let texts = |needle: &Needle<'_>| {
            let is_hex = needle.is_hex;
            layers(needle.text.to_owned()).map(move |text| (text, is_hex))
        };
        let needles: Vec<_> = self.0.iter().flat_map(texts).collect();
        let is_hidden = layers(replaced(text, &ranges, "\0")).any(|layer| {
            let folded = Folded::new(&layer);
            needles.iter().any(|(needle, is_hex)| folded.has(needle, *is_hex))
        });
        (!is_hidden).then(|| replaced(text, &ranges, REDACTED))
    }

    /// The text as it may be shown: redacted, bounded, and without control characters, which may split a secret.
    pub(crate) fn shown(&self, text: &str) -> String {
        let shown = self.redact(text).and_then(|text| self.redact(&visible(&text)));
        shortened(shown.as_deref().unwrap_or(REDACTED))
    }

    /// Where a secret is, as it is or as JSON writes it; in order, and without overlaps.
    fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        for needle in &self.0 {
            let lower = needle.is_hex.then(|| text.to_ascii_lowercase());
            for form in literal_forms(needle.text) {
                let form = if needle.is_hex { form.to_ascii_lowercase() } else { form };
                let found = lower.as_deref().unwrap_or(text).match_indices(&form);
                ranges.extend(found.map(|(at, found)| at..at + found.len()));
            }
        }
        ranges.sort_unstable_by_key(|range| range.start);
        ranges.dedup_by(|next, before| {
            let overlap = next.start < before.end;
            if overlap {
                before.end = before.end.max(next.end);
            }
            overlap
        });
        ranges
    }
}

/// The text, and what it is with one layer of escapes after another undone.
fn layers(text: String) -> impl Iterator<Item = String> {
    core::iter::successors(Some(text), |text| decoded(text)).take(LAYERS + 1)
}

fn replaced(text: &str, ranges: &[Range<usize>], with: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut at = 0;
    for range in ranges {
        replaced.push_str(text.get(at..range.start).unwrap_or_default());
        replaced.push_str(with);
        at = range.end;
    }
    replaced.push_str(text.get(at..).unwrap_or_default());
    replaced
}
