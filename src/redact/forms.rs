//! The forms in which a secret may be echoed.

use super::patterns::Patterns;
use crate::hex::{byte_of, digits};

/// The shortest base64 and hex that are searched for: shorter ones occur in many texts by chance.
const MIN_BASE64: usize = 4;
const MIN_HEX: usize = 6;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Returns the secret as JSON from PHP, which escapes slashes, as JSON from others, and unchanged.
pub(super) fn literal_forms(needle: &str) -> [String; 3] {
    // Text always serialises.
    let written = serde_json::to_string(needle).unwrap_or_default();
    let inner = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default();
    let slashes = inner.chars().flat_map(|c| (c == '/').then_some('\\').into_iter().chain([c])).collect();
    [slashes, inner.to_owned(), needle.to_owned()]
}

/// Adds the forms of a secret to search for in a text and in its base64; see [`plain`] and [`base64`].
pub(super) fn add_hidden_forms(needle: &[u8], is_hex: bool, in_plain: &mut Patterns, in_base64: &mut Patterns) {
    in_plain.push(plain(needle), is_hex, false);
    let hex: Vec<u8> = needle.iter().flat_map(|byte| digits(*byte)).collect();
    if hex.len() >= MIN_HEX {
        in_plain.push(hex, true, false);
    }
    // A hex secret, such as the signature, may be echoed as its bytes.
    let (pairs, _) = needle.as_chunks();
    let bytes: Vec<u8> = if is_hex { pairs.iter().filter_map(|pair| byte_of(*pair)).collect() } else { Vec::new() };
    let forms =
        [needle, bytes.as_slice()].into_iter().flat_map(|bytes| (0..3).map(|before| base64_inside(bytes, before)));
    for form in forms.filter(|form| form.len() >= MIN_BASE64) {
        in_base64.push(form, false, false);
    }
}

/// Replaces `+` by a space, as in a query string.
pub(super) fn plain(text: &[u8]) -> Vec<u8> {
    text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect()
}

/// Converts base64 to one alphabet (RFC 4648, sections 4 and 5), without line breaks.
pub(super) fn base64(text: &[u8]) -> Vec<u8> {
    let bytes = text.iter().filter(|byte| !byte.is_ascii_whitespace()).map(|byte| match byte {
        b'-' => b'+',
        b'_' => b'/',
        byte => *byte,
    });
    bytes.collect()
}

/// Returns the base64 characters that depend only on the needle, if `before` other bytes precede it.
fn base64_inside(needle: &[u8], before: usize) -> Vec<u8> {
    let bit = |at: usize| -> u8 {
        let byte = needle.get((at / 8).wrapping_sub(before)).copied().unwrap_or_default();
        (byte >> (7 - at % 8)) & 1
    };
    let (first, end) = ((before * 8).div_ceil(6), (before + needle.len()) * 8 / 6);
    let character = |index: usize| {
        let value = (index * 6..index * 6 + 6).fold(0, |value, at| (value << 1) | bit(at));
        ALPHABET.get(usize::from(value)).copied()
    };
    (first..end).filter_map(character).collect()
}

/// Undoes one layer of JSON, HTML and URL escapes. `None` if there are none.
pub(super) fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let (mut rest, mut found) = (text, false);
    while let [byte, after @ ..] = rest {
        let after_escape = decode_escape(rest, &mut out);
        found |= after_escape.is_some();
        rest = after_escape.unwrap_or_else(|| {
            out.push(*byte);
            after
        });
    }
    found.then_some(out)
}

/// Decodes the escape at the start of a text; returns the rest of the text.
fn decode_escape<'a>(text: &'a [u8], out: &mut Vec<u8>) -> Option<&'a [u8]> {
    let (code, rest) = match text {
        [b'%', digits @ ..] => {
            // A URL escape is a byte, not a character.
            let (byte, rest) = number(digits, 16, 2)?;
            out.push(u8::try_from(byte).ok()?);
            return Some(rest);
        }
        [b'\\', b'x', digits @ ..] => number(digits, 16, 2)?,
        [b'\\', b'u', digits @ ..] => match number(digits, 16, 4)? {
            (first @ 0xd800..0xdc00, [b'\\', b'u', digits @ ..]) => {
                let (second, rest) = number(digits, 16, 4)?;
                (0x10000 + ((first - 0xd800) << 10) + second.checked_sub(0xdc00)?, rest)
            }
            unit => unit,
        },
        [b'\\', c, rest @ ..] => (unescaped(*c)?.into(), rest),
        [b'&', b'#', b'x' | b'X', digits @ ..] => entity(number(digits, 16, usize::MAX)?),
        [b'&', b'#', digits @ ..] => entity(number(digits, 10, usize::MAX)?),
        [b'&', name @ ..] => {
            let entities: [(&[u8], u8); 5] =
                [(b"amp;", b'&'), (b"lt;", b'<'), (b"gt;", b'>'), (b"quot;", b'"'), (b"apos;", b'\'')];
            entities.iter().find_map(|(entity, c)| Some((u32::from(*c), name.strip_prefix(*entity)?)))?
        }
        _ => return None,
    };
    out.extend_from_slice(char::from_u32(code)?.encode_utf8(&mut [0; 4]).as_bytes());
    Some(rest)
}

fn unescaped(c: u8) -> Option<u8> {
    Some(match c {
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'"' | b'\'' | b'\\' | b'/' => c,
        _ => return None,
    })
}

/// Skips the semicolon after a numeric entity, which browsers treat as optional.
fn entity((code, rest): (u32, &[u8])) -> (u32, &[u8]) {
    (code, rest.strip_prefix(b";").unwrap_or(rest))
}

/// Reads a number of exactly `most` digits, or of one or more digits if that is `usize::MAX`.
fn number(text: &[u8], radix: u32, most: usize) -> Option<(u32, &[u8])> {
    let digit = |byte: &u8| char::from(*byte).to_digit(radix);
    let length = text.iter().take(most).take_while(|byte| digit(byte).is_some()).count();
    let (digits, rest) = text.split_at_checked(length)?;
    let value = digits.iter().try_fold(0_u32, |value, byte| value.checked_mul(radix)?.checked_add(digit(byte)?))?;
    let is_whole = length > 0 && (most == usize::MAX || length == most);
    is_whole.then_some((value, rest))
}
