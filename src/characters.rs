//! Invisible characters, and others that make different texts look the same.

/// Whether a character is a control or format character, or a line separator (Unicode general categories Cc, Cf, Zl and
/// Zp). Terminals interpret some of them; others are invisible or change the direction of text.
///
/// `char` has no method for categories; `pkg/test/foreign-id.test.mjs` compares the list with JavaScript's `\p{Cf}`.
pub fn is_control_or_format(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}'
            | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0001}'
            | '\u{e0020}'..='\u{e007f}')
}

/// Whether a text begins or ends with white space or with invisible characters, such as those copied by accident.
pub(crate) fn has_outer_white_space(text: &str) -> bool {
    let is_white_space = |character: char| character.is_whitespace() || is_control_or_format(character);
    text.starts_with(is_white_space) || text.ends_with(is_white_space)
}
