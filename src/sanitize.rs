//! Sanitises foreign text for messages and logs: bounded, and without characters that hide or rearrange others.

use crate::{characters::is_control_or_format, limits::MAX_SHOWN_CHARACTERS};

/// Makes foreign text fit for messages and logs: at most
/// [`MAX_SHOWN_CHARACTERS`](crate::limits::MAX_SHOWN_CHARACTERS) characters on one line, without control and format
/// characters. Never use it on data such as an address, which must not be changed.
///
/// ```
/// assert_eq!(citrn::sanitize("no\u{202e} such\ncoin\u{1b}[2J"), "no such coin[2J");
/// assert_eq!(citrn::sanitize(&"x".repeat(3_000_000)).chars().count(), 200);
/// ```
#[must_use]
pub fn sanitize(text: &str) -> String {
    shortened(&visible(text))
}

/// Removes control and format characters; those that separate words become a space.
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
