//! Alterations of a body between signing and verifying.

use std::io::Read;

use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};

use citrn::json::Document;

use crate::json::{Escapes, Layout, rewrite, sorted};

/// The longest body for which alterations are tried, also after decompression.
const MAX_BODY: usize = 64 * 1024;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// The longest body whose JSON is rewritten, in about a hundred ways.
const MAX_REWRITTEN: usize = 16 * 1024;

/// A body that may have been signed, and its difference from the received one: "it was made over the body ...".
type Candidate = (Vec<u8>, &'static str);

/// Finds the signed body among those from which the received one may have been made.
pub(super) fn explain(body: &[u8], fits: impl Fn(&[u8]) -> bool) -> Option<String> {
    if body.len() > MAX_BODY {
        return None;
    }
    let (without_additions, with_losses) = (removed(body), added(body));
    if let Some((_, difference)) = without_additions.iter().chain(&with_losses).find(|(other, _)| fits(other)) {
        return Some(format!("it was made over the body {difference}"));
    }
    let bodies = core::iter::once((body, ""))
        .chain(without_additions.iter().map(|(other, difference)| (other.as_slice(), *difference)));
    bodies.into_iter().find_map(|(other, difference)| {
        let and = if difference.is_empty() { "" } else { " and " };
        let change = rewritten(other, &fits)?;
        Some(format!(
            "it was made over the body {difference}{and}{change}; the JSON was parsed and written again: sign and \
             verify the exact bytes"
        ))
    })
}

/// Returns a likely cause if no candidate body fits the signature.
pub(super) fn suspicion(body: &[u8]) -> Option<&'static str> {
    if body.starts_with(&[0x1f, 0x8b]) {
        return Some("the body is compressed with gzip, and its content does not fit either");
    }
    core::str::from_utf8(body).is_ok_and(|text| text.contains('\u{fffd}')).then_some(
        "the body contains the replacement character U+FFFD: bytes were lost when it was decoded; read it as bytes",
    )
}

/// Returns the candidates that differ from a body.
fn different(body: &[u8], candidates: impl IntoIterator<Item = (Option<Vec<u8>>, &'static str)>) -> Vec<Candidate> {
    let candidates = candidates.into_iter().filter_map(|(other, difference)| Some((other?, difference)));
    candidates.filter(|(other, _)| other != body && other.len() <= MAX_BODY).collect()
}

/// Returns the body without possible additions and changes of an editor, a shell or an HTTP library.
fn removed(body: &[u8]) -> Vec<Candidate> {
    let without = |end: &str| body.strip_suffix(end.as_bytes()).map(<[u8]>::to_vec);
    let text = core::str::from_utf8(body).ok();
    let trimmed = text.map(|text| text.trim_start_matches('\u{feff}').trim().into());
    different(
        body,
        [
            (body.strip_prefix(BOM).map(<[u8]>::to_vec), "without the byte-order mark (BOM) at its start"),
            (decompress(GzDecoder::new(body)), "before its compression with gzip"),
            (decompress(ZlibDecoder::new(body)), "before its compression with zlib (deflate)"),
            (decompress(DeflateDecoder::new(body)), "before its compression with deflate"),
            (utf16(body), "in UTF-8: this one is in UTF-16"),
            (text.and_then(latin1), "before a conversion from Latin-1 to UTF-8 (`Ã¼` for `ü`)"),
            (
                text.and_then(|text| Some(serde_json::from_str::<String>(text).ok()?.into())),
                "before it became a JSON text",
            ),
            (without("\r\n"), "without the line break at its end"),
            (without("\n"), "without the line break at its end"),
            (Some(body.trim_ascii().to_vec()), "without the white space around it"),
            (trimmed, "without the byte-order mark (BOM) at its start and the white space around it"),
            (text.map(|text| text.replace('\u{feff}', "").into()), "without the byte-order marks (BOM) in it"),
            (text.map(|text| text.replace("\r\n", "\n").into()), "with LF as its line breaks, in place of CR LF"),
        ],
    )
}

/// Returns the body with bytes that may have been lost after signing.
fn added(body: &[u8]) -> Vec<Candidate> {
    let Ok(text) = core::str::from_utf8(body) else { return Vec::new() };
    let windows = text.replace("\r\n", "\n").replace('\n', "\r\n");
    different(
        body,
        [
            (Some(format!("\u{feff}{text}").into()), "with a byte-order mark (BOM) at its start"),
            (Some(format!("{text}\n").into()), "with a line break at its end"),
            (Some(format!("{text}\r\n").into()), "with a line break (CR LF) at its end"),
            (Some(windows.into()), "with CR LF as its line breaks"),
            (serde_json::to_vec(text).ok(), "as a JSON text in quotes: it was serialised twice"),
        ],
    )
}

/// Decompresses a body. `None` if it is not compressed in this format.
fn decompress(decoder: impl Read) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    let limit = u64::try_from(MAX_BODY).ok()?.saturating_add(1);
    decoder.take(limit).read_to_end(&mut content).ok()?;
    Some(content)
}

/// Converts a body from UTF-16, which PowerShell's `>` writes.
fn utf16(body: &[u8]) -> Option<Vec<u8>> {
    let (units, order): (_, fn([u8; 2]) -> u16) = match body {
        [0xff, 0xfe, units @ ..] => (units, u16::from_le_bytes),
        [0xfe, 0xff, units @ ..] => (units, u16::from_be_bytes),
        _ => return None,
    };
    let (pairs, rest) = units.as_chunks::<2>();
    let text: Result<String, _> = char::decode_utf16(pairs.iter().map(|pair| order(*pair))).collect();
    text.ok().filter(|_| rest.is_empty()).map(String::into_bytes)
}

/// Converts a body to Latin-1 (ISO 8859-1). `None` if that lacks one of its characters.
fn latin1(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|character| u8::try_from(character).ok()).collect()
}

/// Finds equivalent JSON that was signed, and returns how it differs.
fn rewritten(body: &[u8], fits: &impl Fn(&[u8]) -> bool) -> Option<String> {
    let text = core::str::from_utf8(body).ok().filter(|text| text.len() <= MAX_REWRITTEN)?;
    // Indentation grows with the square of the depth, which this reader bounds.
    Document::parse(text).ok()?;
    let sorted = sorted(text);
    let orders = [(Some(text), None), (sorted.as_deref(), Some("with its keys in another order (alphabetical)"))];
    for (text, order) in orders {
        let text = text?;
        for layout in Layout::ALL {
            for escapes in core::iter::once(None).chain(Escapes::ALL.iter().map(Some)) {
                if fits(rewrite(text, *layout, escapes).as_bytes()) {
                    let parts = [order, layout.description(), escapes.map(|escapes| escapes.description)];
                    let parts: Vec<&str> = parts.into_iter().flatten().collect();
                    return (!parts.is_empty()).then(|| parts.join(" and "));
                }
            }
        }
    }
    None
}
