//! String literals (RFC 8259, section 7).

use std::borrow::Cow;

/// Returns the text of a string literal; `None` for any other literal, and for a lone surrogate, which is not text.
pub(super) fn read(literal: &str) -> Option<Cow<'_, str>> {
    let [b'"', .., b'"'] = literal.as_bytes() else { return None };
    let inner = literal.get(1..literal.len() - 1)?;
    if !inner.as_bytes().contains(&b'\\') {
        return Some(Cow::Borrowed(inner));
    }
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        text.push(match chars.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let first = unit(&mut chars)?;
                let second = match first {
                    0xd800..0xdc00 => {
                        (chars.next()? == '\\' && chars.next()? == 'u').then_some(())?;
                        Some(unit(&mut chars)?)
                    }
                    _ => None,
                };
                char::decode_utf16([first].into_iter().chain(second)).next()?.ok()?
            }
            other => other,
        });
    }
    Some(Cow::Owned(text))
}

/// Takes four hex digits.
fn unit(chars: &mut core::str::Chars<'_>) -> Option<u16> {
    let mut unit = 0;
    for _ in 0..4 {
        unit = (unit << 4) | u16::try_from(chars.next()?.to_digit(16)?).ok()?;
    }
    Some(unit)
}

/// Writes a text as a string literal. Only characters that must be escaped are.
pub(crate) fn write(text: &str, out: &mut String) {
    out.push('"');
    if !text.bytes().any(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)) {
        out.push_str(text);
        out.push('"');
        return;
    }
    for c in text.chars() {
        let escaped = match c {
            '"' => '"',
            '\\' => '\\',
            '\u{8}' => 'b',
            '\u{c}' => 'f',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            '\0'..' ' => {
                out.push_str("\\u00");
                out.push(if c < '\u{10}' { '0' } else { '1' });
                out.extend(char::from_digit(u32::from(c) & 15, 16));
                continue;
            }
            _ => {
                out.push(c);
                continue;
            }
        };
        out.push('\\');
        out.push(escaped);
    }
    out.push('"');
}
