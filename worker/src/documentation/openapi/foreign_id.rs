//! The pattern of a `foreign_id`, derived from the core's check.

use citrn::is_control_or_format;

/// Longest `foreign_id` that the client accepts, in characters.
pub const LONGEST_FOREIGN_ID: usize = 255;

/// Returns a pattern for ECMAScript and most other dialects: no control or format character, and no white space at
/// either end. It ignores characters beyond the basic plane, whose notation differs between dialects.
pub fn foreign_id_pattern() -> String {
    let refused = ranges(is_control_or_format);
    let outer = ranges(|character| is_control_or_format(character) || character.is_whitespace());
    format!("^[^{outer}](?:[^{refused}]*[^{outer}])?$")
}

/// Returns the matching characters of the basic plane, as ranges of a character class.
fn ranges(matches: impl Fn(char) -> bool) -> String {
    let mut ranges: Vec<(u16, u16)> = Vec::new();
    for unit in 0..=u16::MAX {
        if char::from_u32(u32::from(unit)).is_some_and(&matches) {
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == unit => *last = unit,
                _ => ranges.push((unit, unit)),
            }
        }
    }
    ranges.iter().map(|(first, last)| format!("\\u{first:04x}-\\u{last:04x}")).collect()
}
