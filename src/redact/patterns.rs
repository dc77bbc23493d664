//! Searches for several patterns in one pass. The standard library's search would add more to the size of the wasm.

/// Byte patterns, none of them empty.
pub(super) struct Patterns {
    /// Each pattern, and whether it ignores ASCII case.
    patterns: Vec<(Vec<u8>, bool)>,
    /// Whether a pattern begins with the byte at this index.
    begins: [bool; 256],
}

impl Patterns {
    pub(super) fn new() -> Self {
        Self { patterns: Vec::new(), begins: [false; 256] }
    }

    pub(super) fn push(&mut self, pattern: Vec<u8>, ignores_case: bool) {
        let Some(first) = pattern.first().copied() else { return };
        for byte in [first, first.to_ascii_lowercase(), first.to_ascii_uppercase()] {
            if let Some(begins) = self.begins.get_mut(usize::from(byte)) {
                *begins = true;
            }
        }
        self.patterns.push((pattern, ignores_case));
    }

    /// Returns the length of the longest pattern at the start of a text.
    pub(super) fn length_at(&self, text: &[u8]) -> Option<usize> {
        let begins = text.first().and_then(|byte| self.begins.get(usize::from(*byte)));
        if begins != Some(&true) {
            return None;
        }
        let is_match = |pattern: &[u8], ignores_case: bool| {
            let part = text.get(..pattern.len());
            part.is_some_and(|part| part == pattern || ignores_case && part.eq_ignore_ascii_case(pattern))
        };
        let matches = self.patterns.iter().filter(|(pattern, ignores_case)| is_match(pattern, *ignores_case));
        matches.map(|(pattern, _)| pattern.len()).max()
    }

    pub(super) fn are_in(&self, text: &[u8]) -> bool {
        (0..text.len()).any(|at| text.get(at..).and_then(|here| self.length_at(here)).is_some())
    }
}
