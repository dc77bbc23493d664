//! Diagnosis of signatures that are not 128 hex digits.

use base64ct::{Base64, Base64Unpadded, Encoding};
use citrn::hex;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha512};

/// The hex digits of an HMAC-SHA512.
const DIGITS: usize = 128;

/// The fewest digits that show which signature was cut off.
const MIN_DIGITS: usize = DIGITS / 2;

/// Prefixes of other schemes, in lower case.
const PREFIXES: [&str; 3] = ["sha512=", "hmac-sha512=", "0x"];

/// Returns why a text does not have the form of an HMAC-SHA512 in hex. `secrets` are pairs of name and text.
pub(super) fn mistake(secrets: &[(String, String)], signature: &str, body: &[u8]) -> String {
    if signature.is_empty() {
        return "it is empty".to_owned();
    }
    if let Some(mistake) = secrets.iter().find_map(|(_, secret)| other_form(secret, signature, body)) {
        return mistake.to_owned();
    }
    if signature.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return format!("it has {} hex digits: an HMAC-SHA512 has 128", signature.len());
    }
    "it is not hex: it must be the 128 lower-case hex digits of an HMAC-SHA512".to_owned()
}

/// Recognises the correct signature in another form, and that of another algorithm.
fn other_form(secret: &str, signature: &str, body: &[u8]) -> Option<&'static str> {
    let correct = Hmac::<Sha512>::new_from_slice(secret.as_bytes()).ok()?.chain_update(body).finalize().into_bytes();
    let sha256 = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?.chain_update(body).finalize().into_bytes();
    let (correct_hex, sha256_hex) = (hex::encode(&correct), hex::encode(&sha256));
    if sha256_hex.eq_ignore_ascii_case(signature) || is_base64_of(signature, &sha256) {
        return Some("it is an HMAC-SHA256: it must be an HMAC-SHA512");
    }
    if is_base64_of(signature, &correct) {
        return Some("it is correct but in base64: it must be in lower-case hex");
    }
    if Base64::encode_string(correct_hex.as_bytes()) == signature {
        return Some("it is correct but its hex was encoded again, in base64");
    }
    let lower_case = signature.to_ascii_lowercase();
    if lower_case.len() >= MIN_DIGITS && correct_hex.starts_with(&lower_case) {
        return Some("it is correct but cut off: send all of its 128 hex digits");
    }
    (digits_in(&lower_case) == correct_hex).then_some(
        "it is correct but has other characters in it, such as a prefix, quotes or hyphens: send only its hex digits",
    )
}

/// Whether a text is base64 of bytes, with the usual alphabet or that for URLs, and with or without padding.
fn is_base64_of(text: &str, bytes: &[u8]) -> bool {
    text.trim_end_matches('=').replace('-', "+").replace('_', "/") == Base64Unpadded::encode_string(bytes)
}

/// Returns a text in lower case without quotes, the prefix of another scheme, and separators between bytes.
fn digits_in(text: &str) -> String {
    let inside = text.trim_matches(['"', '\'']);
    let digits = PREFIXES.iter().find_map(|prefix| inside.strip_prefix(prefix)).unwrap_or(inside);
    digits.replace(['-', ':', ' '], "")
}
