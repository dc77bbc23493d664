//! The ways in which libraries write the same JSON.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::escapes::escape_like_callbacks;

/// Nesting up to which JSON is written again: indentation grows with its square.
const MAX_DEPTH: usize = 64;

/// White space between tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    AsIs,
    Compact,
    Spaced,
    Indented(&'static str),
}

impl Layout {
    pub(super) const ALL: &[Self] =
        &[Self::AsIs, Self::Compact, Self::Spaced, Self::Indented("  "), Self::Indented("    "), Self::Indented("\t")];

    pub(super) fn description(self) -> Option<&'static str> {
        match self {
            Self::AsIs => None,
            Self::Compact => Some("as compact JSON"),
            Self::Spaced => Some("as JSON with a space behind each comma and colon (Python's default)"),
            Self::Indented(_) => Some("as pretty-printed JSON"),
        }
    }
}

/// How characters inside texts are escaped.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    AsIs,
    Minimal,
    Slashes,
    NonAscii,
    NonAsciiUpperCase,
    SlashesAndNonAscii,
    Html,
    HtmlAndSlashes,
    DotNet,
    Callbacks,
}

impl Escapes {
    pub(super) const ALL: &[Self] = &[
        Self::AsIs,
        Self::Minimal,
        Self::Slashes,
        Self::NonAscii,
        Self::SlashesAndNonAscii,
        Self::NonAsciiUpperCase,
        Self::Html,
        Self::HtmlAndSlashes,
        Self::DotNet,
        Self::Callbacks,
    ];

    pub(super) fn description(self) -> Option<&'static str> {
        match self {
            Self::AsIs => None,
            Self::Minimal => Some(r"with plain characters in place of escapes (`/` for `\/`, `ü` for `\u00fc`)"),
            Self::Slashes => Some(r"with escaped slashes (`\/`)"),
            Self::NonAscii => Some(r"with \u escapes (`\u00fc` for `ü`)"),
            Self::SlashesAndNonAscii => Some(r"with escaped slashes (`\/`) and \u escapes (PHP's default)"),
            Self::NonAsciiUpperCase => Some(r"with \u escapes in upper-case hex (`\u00FC` for `ü`)"),
            Self::Html => Some(r"with \u escapes for `<`, `>` and `&` (Go's default)"),
            Self::HtmlAndSlashes => Some(r"with escaped slashes (`\/`) and \u escapes for `<`, `>` and `&`"),
            Self::DotNet => {
                Some(r"with \u escapes for quotes, `<`, `>`, `&`, `+` and non-ASCII characters (.NET's default)")
            }
            Self::Callbacks => Some(r"with the escapes of this sandbox's callbacks (`\/`, `\u0063` for `c`)"),
        }
    }

    /// Writes a JSON text, quotes included; one that is not valid, or has half a surrogate pair, stays as it is.
    fn write(self, token: &str, out: &mut String) {
        let text = if self == Self::AsIs { None } else { serde_json::from_str::<String>(token).ok() };
        let Some(text) = text else { return out.push_str(token) };
        out.push('"');
        for character in text.chars() {
            self.write_character(character, out);
        }
        out.push('"');
    }

    fn write_character(self, character: char, out: &mut String) {
        let slashes = matches!(self, Self::Slashes | Self::SlashesAndNonAscii | Self::HtmlAndSlashes);
        match character {
            '"' if self != Self::DotNet => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '/' if slashes => out.push_str("\\/"),
            _ if self.escapes(character) => {
                let upper = matches!(self, Self::NonAsciiUpperCase | Self::DotNet);
                for unit in character.encode_utf16(&mut [0; 2]) {
                    out.push_str(&if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") });
                }
            }
            _ => out.push(character),
        }
    }

    fn escapes(self, character: char) -> bool {
        character < ' '
            || match self {
                Self::AsIs | Self::Minimal | Self::Slashes | Self::Callbacks => false,
                Self::NonAscii | Self::NonAsciiUpperCase | Self::SlashesAndNonAscii => !character.is_ascii(),
                Self::Html | Self::HtmlAndSlashes => matches!(character, '<' | '>' | '&' | '\u{2028}' | '\u{2029}'),
                Self::DotNet => {
                    !character.is_ascii() || matches!(character, '"' | '\'' | '<' | '>' | '&' | '+' | '`' | '\u{7f}')
                }
            }
    }
}

/// Whether a text is JSON that is nested no deeper than it is written again for.
pub(super) fn is_shallow(text: &str) -> bool {
    let mut depth = 0_usize;
    let mut deepest = 0;
    let mut inside = false;
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if inside => {
                bytes.next();
            }
            b'"' => inside = !inside,
            b'[' | b'{' if !inside => depth = depth.saturating_add(1),
            b']' | b'}' if !inside => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest <= MAX_DEPTH && serde_json::from_str::<&RawValue>(text).is_ok()
}

/// Writes JSON with the keys of its objects in alphabetical order; its numbers and texts stay as they are written.
pub(super) fn sorted(text: &str) -> Option<String> {
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

/// Writes JSON in another layout and with other escapes, without touching its numbers.
pub(super) fn rewrite(json: &str, layout: Layout, escapes: Escapes) -> String {
    if escapes == Escapes::Callbacks {
        return escape_like_callbacks(&rewrite(json, layout, Escapes::Minimal));
    }
    let (colon, comma) = match layout {
        Layout::AsIs | Layout::Compact => (":", ","),
        Layout::Spaced => (": ", ", "),
        Layout::Indented(_) => (": ", ","),
    };
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
            '"' => escapes.write(token, &mut out),
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
    out
}

/// Splits off a whole JSON text, or one character of anything else.
fn split_token(rest: &str, first: char) -> (&str, &str) {
    let end = if first == '"' {
        let mut escaped = false;
        rest.char_indices()
            .skip(1)
            .find_map(|(at, character)| {
                if escaped {
                    escaped = false;
                    return None;
                }
                escaped = character == '\\';
                (character == '"').then_some(at.saturating_add(1))
            })
            .unwrap_or(rest.len())
    } else {
        first.len_utf8()
    };
    rest.split_at_checked(end).unwrap_or((rest, ""))
}
