//! Searches for several patterns in one pass. The standard library's search would add more to the size of the wasm.

struct Pattern {
    bytes: Vec<u8>,
    /// Whether it ignores ASCII case.
    ignores_case: bool,
    /// Whether it matches only whole words.
    is_word: bool,
}

/// Byte patterns, none of them empty.
pub(super) struct Patterns {
    patterns: Vec<Pattern>,
    /// Whether a pattern begins with the byte at this index.
    begins: [bool; 256],
}

impl Patterns {
    pub(super) fn new() -> Self {
        Self { patterns: Vec::new(), begins: [false; 256] }
    }

    pub(super) fn push(&mut self, bytes: Vec<u8>, ignores_case: bool, is_word: bool) {
        let Some(first) = bytes.first().copied() else { return };
        for byte in [first, first.to_ascii_lowercase(), first.to_ascii_uppercase()] {
            if let Some(begins) = self.begins.get_mut(usize::from(byte)) {
                *begins = true;
            }
        }
        self.patterns.push(Pattern { bytes, ignores_case, is_word });
    }

    /// Returns the length of the longest pattern at a position of a text.
    pub(super) fn length_at(&self, text: &[u8], at: usize) -> Option<usize> {
        let begins = text.get(at).and_then(|byte| self.begins.get(usize::from(*byte)));
        if begins != Some(&true) {
            return None;
        }
        let is_match = |pattern: &&Pattern| {
            let end = at + pattern.bytes.len();
            let is_equal = text.get(at..end).is_some_and(|part| {
                part == pattern.bytes || pattern.ignores_case && part.eq_ignore_ascii_case(&pattern.bytes)
            });
            is_equal && !(pattern.is_word && (is_inside_word(text, at) || is_inside_word(text, end)))
        };
        self.patterns.iter().filter(is_match).map(|pattern| pattern.bytes.len()).max()
    }

    pub(super) fn are_in(&self, text: &[u8]) -> bool {
        (0..text.len()).any(|at| self.length_at(text, at).is_some())
    }
}

/// Whether the bytes before and after a position belong to one word, as in a code such as `legal_entity`.
fn is_inside_word(text: &[u8], at: usize) -> bool {
    let in_word = |at: Option<usize>| {
        at.and_then(|at| text.get(at)).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    in_word(at.checked_sub(1)) && in_word(Some(at))
}
