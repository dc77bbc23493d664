//! Rewrites JSON in the styles of different programs.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// White space between tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    AsIs,
    Compact,
    Spaced,
    Indented(&'static str),
}

impl Layout {
    pub const ALL: &[Self] =
        &[Self::AsIs, Self::Compact, Self::Spaced, Self::Indented("  "), Self::Indented("    "), Self::Indented("\t")];

    /// Describes JSON in this layout.
    pub fn description(self) -> Option<&'static str> {
        match self {
            Self::AsIs => None,
            Self::Compact => Some("as compact JSON"),
            Self::Spaced => Some("as JSON with a space after each comma and colon (Python's default)"),
            Self::Indented(_) => Some("as pretty-printed JSON"),
        }
    }
}

/// A style of escaping characters in strings.
pub struct Escapes {
    /// Describes JSON with these escapes.
    pub description: &'static str,
    /// Whether `/` is written as `\/`.
    slashes: bool,
    /// The characters with `\u` escapes, besides control characters.
    unicode: fn(char) -> bool,
    /// Whether the digits of `\u` escapes are upper case.
    upper_case: bool,
    /// Whether one letter of the word `blockchain` is escaped.
    marked: bool,
}

const fn escapes(slashes: bool, unicode: fn(char) -> bool, description: &'static str) -> Escapes {
    Escapes { description, slashes, unicode, upper_case: false, marked: false }
}

/// Only the escapes that JSON requires.
const PLAIN: Escapes =
    escapes(false, |_| false, r"with plain characters instead of escapes (`/` for `\/`, `ü` for `\u00fc`)");

/// Like PHP's `json_encode`, plus one letter of a word that every callback contains. So a handler that parses a
/// callback and writes it again fails here, not only in production.
const CALLBACKS: Escapes = Escapes {
    marked: true,
    ..escapes(true, is_not_ascii, r"with the escapes of this sandbox's callbacks (`\/`, `\u0063` for `c`)")
};

impl Escapes {
    pub const ALL: &[Self] = &[
        PLAIN,
        escapes(true, |_| false, r"with escaped slashes (`\/`)"),
        escapes(false, is_not_ascii, r"with \u escapes (`\u00fc` for `ü`)"),
        escapes(true, is_not_ascii, r"with escaped slashes (`\/`) and \u escapes (PHP's default)"),
        Escapes {
            upper_case: true,
            ..escapes(false, is_not_ascii, r"with \u escapes in upper-case hex (`\u00FC` for `ü`)")
        },
        escapes(false, is_html, r"with \u escapes for `<`, `>` and `&` (Go's default)"),
        escapes(true, is_html, r"with escaped slashes (`\/`) and \u escapes for `<`, `>` and `&`"),
        escapes(false, is_gson, r"with \u escapes for `<`, `>`, `&`, `=` and `'` (Gson's default)"),
        Escapes {
            description: r"with \u escapes for quotes, `<`, `>`, `&`, `+` and non-ASCII characters (.NET's default)",
            slashes: false,
            unicode: |character| is_not_ascii(character) || "\"'<>&+`\u{7f}".contains(character),
            upper_case: true,
            marked: false,
        },
        CALLBACKS,
    ];

    /// Writes a JSON string with its quotes. An invalid one, or one with a lone surrogate, is unchanged.
    fn write(&self, token: &str, out: &mut String) {
        let Ok(text) = serde_json::from_str::<String>(token) else { return out.push_str(token) };
        out.push('"');
        for character in text.chars() {
            match character {
                _ if (self.unicode)(character) => self.write_unicode(character, out),
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\u{8}' => out.push_str("\\b"),
                '\t' => out.push_str("\\t"),
                '\n' => out.push_str("\\n"),
                '\u{c}' => out.push_str("\\f"),
                '\r' => out.push_str("\\r"),
                '/' if self.slashes => out.push_str("\\/"),
                '\0'..' ' => self.write_unicode(character, out),
                _ => out.push(character),
            }
        }
        out.push('"');
    }

    fn write_unicode(&self, character: char, out: &mut String) {
        for unit in character.encode_utf16(&mut [0; 2]) {
            out.push_str(&if self.upper_case { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") });
        }
    }
}

fn is_not_ascii(character: char) -> bool {
    !character.is_ascii()
}

fn is_html(character: char) -> bool {
    matches!(character, '<' | '>' | '&' | '\u{2028}' | '\u{2029}')
}

fn is_gson(character: char) -> bool {
    is_html(character) || matches!(character, '=' | '\'')
}

/// Rewrites JSON with the escapes of callbacks.
pub fn escape_like_callbacks(json: &str) -> String {
    rewrite(json, Layout::AsIs, Some(&CALLBACKS))
}

/// Rewrites JSON without escapes, where it needs none.
pub fn unescaped(json: &str) -> String {
    rewrite(json, Layout::AsIs, Some(&PLAIN))
}

/// Rewrites JSON with a `\u` escape or an escaped slash in each text that is not empty, keys too.
pub fn escape_every_text(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(character) = rest.chars().next() {
        let (token, behind) = split_token(rest, character);
        rest = behind;
        let inside = token.strip_prefix('"').filter(|inside| !inside.contains('\\'));
        match inside.and_then(|inside| Some((inside.chars().next().filter(|first| *first != '"')?, inside))) {
            Some((first, inside)) => {
                out.push('"');
                CALLBACKS.write_unicode(first, &mut out);
                out.push_str(inside.get(first.len_utf8()..).unwrap_or_default());
            }
            None => out.push_str(token),
        }
    }
    out
}

/// Rewrites JSON with the keys of its objects in alphabetical order. Numbers and strings are unchanged.
pub fn sorted(text: &str) -> Option<String> {
    let text = text.trim_ascii();
    if text.starts_with('{') {
        let members: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
        let members: Option<Vec<String>> = members
            .iter()
            .map(|(key, value)| Some(format!("{}:{}", serde_json::to_string(key).ok()?, sorted(value.get())?)))
            .collect();
        return Some(format!("{{{}}}", members?.join(",")));
    }
    if text.starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
        let items: Option<Vec<String>> = items.iter().map(|item| sorted(item.get())).collect();
        return Some(format!("[{}]", items?.join(",")));
    }
    Some(text.to_owned())
}

/// Rewrites JSON in another layout, and optionally with other escapes. Numbers are unchanged.
pub fn rewrite(json: &str, layout: Layout, escapes: Option<&Escapes>) -> String {
    let colon = if layout == Layout::Compact { ":" } else { ": " };
    let comma = if layout == Layout::Spaced { ", " } else { "," };
    let mut out = String::with_capacity(json.len());
    let mut depth = 0_usize;
    let mut rest = json;
    let line = |out: &mut String, depth: usize| {
        if let Layout::Indented(indent) = layout {
            out.push('\n');
            out.extend(core::iter::repeat_n(indent, depth));
        }
    };
    while let Some(character) = rest.chars().next() {
        let (token, behind) = split_token(rest, character);
        rest = behind;
        match character {
            '"' => match escapes {
                Some(escapes) => escapes.write(token, &mut out),
                None => out.push_str(token),
            },
            space if space.is_ascii_whitespace() => {
                if layout == Layout::AsIs {
                    out.push(space);
                }
            }
            _ if layout == Layout::AsIs => out.push(character),
            '{' | '[' => {
                out.push(character);
                let inside = rest.trim_ascii_start();
                match inside.chars().next().filter(|next| matches!(next, '}' | ']')) {
                    Some(end) => {
                        out.push(end);
                        rest = inside.get(1..).unwrap_or_default();
                    }
                    None => {
                        depth = depth.saturating_add(1);
                        line(&mut out, depth);
                    }
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(character);
            }
            ',' => {
                out.push_str(comma);
                line(&mut out, depth);
            }
            ':' => out.push_str(colon),
            other => out.push(other),
        }
    }
    if escapes.is_some_and(|escapes| escapes.marked) {
        // Every callback contains this word.
        out = out.replace("blockchain", "block\\u0063hain");
    }
    out
}

/// Splits off a whole JSON string, or one character of anything else.
fn split_token(rest: &str, first: char) -> (&str, &str) {
    let mut end = first.len_utf8();
    if first == '"' {
        let mut bytes = rest.bytes().zip(1..).skip(1);
        while let Some((byte, behind)) = bytes.next() {
            end = behind;
            match byte {
                b'\\' => _ = bytes.next(),
                b'"' => break,
                _ => {}
            }
        }
    }
    rest.split_at_checked(end).unwrap_or((rest, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_gets_an_escape() {
        let escaped = escape_every_text(r#"{"id":17,"a/b":["","x\/y","ü"],"k":{"currency":"BTC"},"n":null}"#);
        let expected =
            r#"{"\u0069d":17,"\u0061/b":["","x\/y","\u00fc"],"\u006b":{"\u0063urrency":"\u0042TC"},"\u006e":null}"#;
        assert_eq!(escaped, expected);
    }

    #[test]
    fn escapes_change_bytes_but_not_values() {
        let plain = r#"{"a/b":"ü/🍋\"\\\n","type":"blockchain","n":1.50,"list":["\u0001"]}"#;
        let escaped = escape_like_callbacks(plain);
        assert_eq!(
            escaped,
            r#"{"a\/b":"\u00fc\/\ud83c\udf4b\"\\\n","type":"block\u0063hain","n":1.50,"list":["\u0001"]}"#
        );
        let value = |json: &str| serde_json::from_str::<serde_json::Value>(json).unwrap();
        assert_eq!(value(&escaped), value(plain));
    }
}
