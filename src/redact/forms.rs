//! The forms in which a secret may be echoed.

use core::str::Chars;

use crate::json::text;

/// Fewest characters of base64 and of hex that are compared: shorter ones are in many a text by chance.
const MIN_BASE64: usize = 4;
const MIN_HEX: usize = 6;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// As it is, as JSON writes it, and as PHP's JSON does, which escapes slashes.
pub(super) fn literal_forms(needle: &str) -> Vec<String> {
    let mut written = String::new();
    text::write(needle, &mut written);
    let inner = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned();
    let mut forms = vec![needle.to_owned(), inner.replace('/', "\\/"), inner];
    forms.dedup();
    forms
}

/// A text as it is compared with secrets.
pub(super) struct Folded {
    /// With a space for `+`, as in a query.
    plain: String,
    lower: String,
    /// In one alphabet (RFC 4648, sections 4 and 5) and without line breaks.
    base64: String,
}

impl Folded {
    pub(super) fn new(text: &str) -> Self {
        let base64 = text.chars().filter(|c| !c.is_ascii_whitespace()).map(|c| match c {
            '-' => '+',
            '_' => '/',
            c => c,
        });
        Self { plain: text.replace('+', " "), lower: text.to_ascii_lowercase(), base64: base64.collect() }
    }

    /// Whether the needle is there: as it is, in hex or in base64.
    pub(super) fn has(&self, needle: &str, is_hex: bool) -> bool {
        let hex: String = needle.bytes().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(hex_digit).collect();
        let base64 = |before| Some(base64_inside(needle.as_bytes(), before)).filter(|form| form.len() >= MIN_BASE64);
        self.plain.contains(&needle.replace('+', " "))
            || (is_hex && self.lower.contains(&needle.to_ascii_lowercase()))
            || (hex.len() >= MIN_HEX && self.lower.contains(&hex))
            || (0..3).filter_map(base64).any(|form| self.base64.contains(&form))
    }
}

fn hex_digit(value: u8) -> Option<char> {
    char::from_digit(value.into(), 16)
}

/// The characters of base64 that are the needle's alone, behind so many other bytes.
fn base64_inside(needle: &[u8], before: usize) -> String {
    let bit = |at: usize| -> u8 {
        let byte = needle.get((at / 8).wrapping_sub(before)).copied().unwrap_or_default();
        (byte >> (7 - at % 8)) & 1
    };
    let (first, end) = ((before * 8).div_ceil(6), (before + needle.len()) * 8 / 6);
    let character = |index: usize| {
        let value = (index * 6..index * 6 + 6).fold(0, |value, at| (value << 1) | bit(at));
        ALPHABET.get(usize::from(value)).map(|byte| char::from(*byte))
    };
    (first..end).filter_map(character).collect()
}

/// The text with one layer of JSON, HTML and URL escapes undone; `None` when there is none.
pub(super) fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut found = false;
    let mut rest = text.chars();
    while let Some(c) = rest.clone().next() {
        let escape = match c {
            '\\' => json_escape(&rest),
            '&' => html_escape(&rest),
            '%' => url_escape(&rest),
            _ => None,
        };
        match escape {
            Some((undone, after)) => {
                match undone {
                    Undone::Byte(byte) => bytes.push(byte),
                    Undone::Char(c) => push(c, &mut bytes),
                }
                rest = after;
                found = true;
            }
            None => {
                push(c, &mut bytes);
                rest.next();
            }
        }
    }
    found.then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// What an escape stands for. URL escapes are of bytes.
enum Undone {
    Char(char),
    Byte(u8),
}

fn push(c: char, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

fn json_escape<'a>(from: &Chars<'a>) -> Option<(Undone, Chars<'a>)> {
    let mut rest = from.clone();
    rest.next();
    let undone = match rest.next()? {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'x' => char::from_u32(hex(&mut rest, 2)?)?,
        'u' => match hex(&mut rest, 4)? {
            first @ 0xd800..0xdc00 => {
                (rest.next()? == '\\' && rest.next()? == 'u').then_some(())?;
                let second = hex(&mut rest, 4)?.checked_sub(0xdc00)?;
                char::from_u32(0x10000 + ((first - 0xd800) << 10) + second)?
            }
            unit => char::from_u32(unit)?,
        },
        c @ ('"' | '\'' | '\\' | '/') => c,
        _ => return None,
    };
    Some((Undone::Char(undone), rest))
}

fn html_escape<'a>(from: &Chars<'a>) -> Option<(Undone, Chars<'a>)> {
    // The longest is `&#x10ffff;`, with leading zeros perhaps.
    const LONGEST: usize = 16;
    let text = from.as_str();
    let end = text.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let undone = match (name, name.strip_prefix('#')) {
        ("amp", _) => '&',
        ("lt", _) => '<',
        ("gt", _) => '>',
        ("quot", _) => '"',
        ("apos", _) => '\'',
        (_, Some(number)) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
        _ => return None,
    };
    Some((Undone::Char(undone), text.get(end + 1..)?.chars()))
}

fn url_escape<'a>(from: &Chars<'a>) -> Option<(Undone, Chars<'a>)> {
    let mut rest = from.clone();
    rest.next();
    let byte = u8::try_from(hex(&mut rest, 2)?).ok()?;
    Some((Undone::Byte(byte), rest))
}

fn hex(rest: &mut Chars<'_>, digits: usize) -> Option<u32> {
    (0..digits).try_fold(0, |value, _| Some((value << 4) | rest.next()?.to_digit(16)?))
}
