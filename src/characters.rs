//! Characters that are invisible or easily lost, so that two texts which look the same may differ.

use core::ops::RangeInclusive;

/// The characters of Unicode's category Cf, which `char` cannot tell. `pkg/test/foreign-id.test.mjs` holds the list to
/// JavaScript's `\p{Cf}`.
const FORMAT: &[RangeInclusive<char>] = &[
    '\u{ad}'..='\u{ad}',
    '\u{600}'..='\u{605}',
    '\u{61c}'..='\u{61c}',
    '\u{6dd}'..='\u{6dd}',
    '\u{70f}'..='\u{70f}',
    '\u{890}'..='\u{891}',
    '\u{8e2}'..='\u{8e2}',
    '\u{180e}'..='\u{180e}',
    '\u{200b}'..='\u{200f}',
    '\u{202a}'..='\u{202e}',
    '\u{2060}'..='\u{2064}',
    '\u{2066}'..='\u{206f}',
    '\u{feff}'..='\u{feff}',
    '\u{fff9}'..='\u{fffb}',
    '\u{110bd}'..='\u{110bd}',
    '\u{110cd}'..='\u{110cd}',
    '\u{13430}'..='\u{1343f}',
    '\u{1bca0}'..='\u{1bca3}',
    '\u{1d173}'..='\u{1d17a}',
    '\u{e0001}'..='\u{e0001}',
    '\u{e0020}'..='\u{e007f}',
];

/// Whether a text holds a control character or a format character, such as a zero-width or a bidirectional one.
pub(crate) fn has_invisible(text: &str) -> bool {
    text.chars().any(|character| character.is_control() || FORMAT.iter().any(|range| range.contains(&character)))
}

/// Whether a text begins or ends with white space. The byte order mark counts, as it does in JavaScript's `trim`.
pub(crate) fn has_outer_white_space(text: &str) -> bool {
    let is_white_space = |character: char| character.is_whitespace() || character == '\u{feff}';
    text.starts_with(is_white_space) || text.ends_with(is_white_space)
}
