//! Texts and numbers of a JSON text, one after the other.

use std::borrow::Cow;

/// Replaces the texts and numbers for which `replace` returns something. Names of fields are left alone.
pub(crate) fn rewrite(json: &str, replace: impl Fn(&str) -> Option<String>) -> Cow<'_, str> {
    let mut written = String::new();
    // The rest that is not written yet, and the part of it that is not scanned yet.
    let (mut kept, mut rest) = (json, json);
    let starts_token = |byte: u8| matches!(byte, b'"' | b'-' | b'0'..=b'9');
    while let Some(from) = rest.bytes().position(starts_token).and_then(|at| rest.get(at..)) {
        let length = if from.starts_with('"') { string_length(from) } else { number_length(from) };
        let Some((token, after)) = from.split_at_checked(length) else { break };
        let is_name = after.trim_ascii_start().starts_with(':');
        if let Some(replacement) = Some(token).filter(|_| !is_name).and_then(&replace) {
            written.push_str(kept.get(..kept.len().saturating_sub(from.len())).unwrap_or_default());
            written.push_str(&replacement);
            kept = after;
        }
        rest = after;
    }
    if written.is_empty() {
        return Cow::Borrowed(json);
    }
    written.push_str(kept);
    Cow::Owned(written)
}

/// Bytes of the string literal at the start, quotes included.
fn string_length(text: &str) -> usize {
    let mut at = 1;
    while let Some(rest) = text.as_bytes().get(at..) {
        let Some(found) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\')) else { break };
        if rest.get(found) == Some(&b'"') {
            return at + found + 1;
        }
        at += found + 2;
    }
    text.len()
}

fn number_length(text: &str) -> usize {
    let of_a_number = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E');
    text.bytes().take_while(of_a_number).count()
}
