//! Foreign text that is shown or logged: bounded, and without characters that hide or rearrange what is read.

use crate::limits::MAX_SHOWN_CHARACTERS;

/// Makes text that others wrote fit to be shown or logged: at most
/// [`MAX_SHOWN_CHARACTERS`](crate::limits::MAX_SHOWN_CHARACTERS) characters on one line, without control and format
/// characters. Never use it on data such as an address: what was changed is no address.
///
/// ```
/// assert_eq!(citrn::sanitize("no\u{202e} such\ncoin\u{1b}[2J"), "no such coin[2J");
/// assert_eq!(citrn::sanitize(&"x".repeat(3_000_000)).chars().count(), 200);
/// ```
#[must_use]
pub fn sanitize(text: &str) -> String {
    shortened(&visible(text))
}

/// Whether a character is a control or format character, or separates lines: terminals act on some, others are invisible
/// or change the direction of what follows (Unicode Standard, general categories Cc, Cf, Zl and Zp).
#[must_use]
pub fn is_control_or_format(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}'
            | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0001}' | '\u{e0020}'..='\u{e007f}')
}

/// The text without control and format characters; one that separates words becomes a space.
pub(crate) fn visible(text: &str) -> String {
    let shown = |c: char| match c {
        '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => Some(' '),
        c => (!is_control_or_format(c)).then_some(c),
    };
    text.chars().filter_map(shown).collect()
}

pub(crate) fn shortened(text: &str) -> String {
    if text.chars().nth(MAX_SHOWN_CHARACTERS).is_none() {
        return text.to_owned();
    }
    text.chars().take(MAX_SHOWN_CHARACTERS - 1).chain(['…']).collect()
}
