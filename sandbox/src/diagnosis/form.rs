//! Diagnosis of signatures that are not 128 hex digits.

use base64ct::{Base64, Encoding};
use citrn::hex;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha512};

/// Returns why a text does not have the form of an HMAC-SHA512 in hex. `secrets` are pairs of name and text.
pub(super) fn mistake(secrets: &[(String, String)], signature: &str, body: &[u8]) -> &'static str {
    if let Some(mistake) = secrets.iter().find_map(|(_, secret)| other_encoding(secret, signature, body)) {
        return mistake;
    }
    if signature.is_empty() {
        return "it is empty";
    }
    if signature.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        "it does not have the 128 hex digits of an HMAC-SHA512"
    } else {
        "it is not hex: it must be the 128 lower-case hex digits of an HMAC-SHA512"
    }
}

fn other_encoding(secret: &str, signature: &str, body: &[u8]) -> Option<&'static str> {
    let sha256 = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?.chain_update(body).finalize().into_bytes();
    let correct = Hmac::<Sha512>::new_from_slice(secret.as_bytes()).ok()?.chain_update(body).finalize().into_bytes();
    if hex::encode(&sha256).eq_ignore_ascii_case(signature) {
        return Some("it is an HMAC-SHA256: it must be an HMAC-SHA512");
    }
    if Base64::encode_string(&correct) == signature {
        return Some("it is correct but in base64: it must be in lower-case hex");
    }
    if Base64::encode_string(hex::encode(&correct).as_bytes()) == signature {
        return Some("it is correct but its hex was encoded again, in base64");
    }
    None
}
