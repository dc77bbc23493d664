//! Keeps what must not be told out of what is told: the secret, the signature, a withdrawal's `key`.

use crate::json::text;

/// Replaces every one of the needles in a text, also where it stands as JSON escapes it; `None` when none is there.
pub(crate) fn mask(text: &str, needles: &[&str]) -> Option<String> {
    let forms: Vec<String> =
        needles.iter().filter(|needle| !needle.is_empty()).flat_map(|needle| forms(needle)).collect();
    let (mut masked, mut rest, mut found) = (String::new(), text.chars(), false);
    // The standard library's search would weigh several kilobytes in wasm, for the sake of error messages.
    while !rest.as_str().is_empty() {
        match forms.iter().find_map(|form| rest.as_str().strip_prefix(form.as_str())) {
            Some(after) => {
                masked.push_str("[redacted]");
                rest = after.chars();
                found = true;
            }
            None => masked.extend(rest.next()),
        }
    }
    found.then_some(masked)
}

/// As it is, as JSON writes it, and as PHP's JSON does, which escapes slashes.
fn forms(needle: &str) -> [String; 3] {
    let mut written = String::new();
    text::write(needle, &mut written);
    let inner = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned();
    let mut slashes = String::with_capacity(inner.len());
    for c in inner.chars() {
        if c == '/' {
            slashes.push('\\');
        }
        slashes.push(c);
    }
    // Longer forms first, so that none leaves a part of another.
    [slashes, inner, needle.to_owned()]
}
