//! The pattern of a `foreign_id`, derived from the core's check.

use citrn::is_control_or_format;

/// Longest `foreign_id`, in characters, as the client has it.
pub const LONGEST_FOREIGN_ID: usize = 255;

/// Returns a pattern that ECMAScript and most other dialects read: no control or format character, and no white space
/// at either end. It leaves out those beyond the basic plane, which dialects write differently.
pub fn foreign_id_pattern() -> String {
    let refused = ranges(is_control_or_format);
    let outer = ranges(|character| is_control_or_format(character) || character.is_whitespace());
    format!("^[^{outer}](?:[^{refused}]*[^{outer}])?$")
}

/// The characters of the basic plane that are of a kind, as ranges of a character class.
fn ranges(is_of_kind: impl Fn(char) -> bool) -> String {
    let mut ranges: Vec<(u16, u16)> = Vec::new();
    for unit in 0..=u16::MAX {
        if char::from_u32(u32::from(unit)).is_some_and(&is_of_kind) {
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == unit => *last = unit,
                _ => ranges.push((unit, unit)),
            }
        }
    }
    ranges.iter().map(|(first, last)| format!("\\u{first:04x}-\\u{last:04x}")).collect()
}
