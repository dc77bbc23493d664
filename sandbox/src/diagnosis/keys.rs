//! Diagnosis of signatures that were made with a wrong key, or without one.

use base64ct::{Base64, Encoding};
use citrn::{Secret, Signature, hex};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha512};

/// Checks whether a signature is a plain digest, or was made with a key that is almost the secret. `name` is that of
/// the secret.
pub(super) fn mistake(name: &str, secret: &str, signature: &Signature, body: &[u8]) -> Option<String> {
    let digests = [&[body][..], &[secret.as_bytes(), body], &[body, secret.as_bytes()]];
    if digests.iter().any(|parts| hex::encode(&Sha512::digest(parts.concat())) == signature.to_hex()) {
        return Some("it is a plain SHA-512 digest: it must be an HMAC-SHA512 with the secret as its key".to_owned());
    }
    let has_key = |key: &[u8], message: &[u8]| {
        let mac = Hmac::<Sha512>::new_from_slice(key).map(|mac| mac.chain_update(message).finalize().into_bytes());
        mac.is_ok_and(|mac| hex::encode(&mac) == signature.to_hex())
    };
    if has_key(body, secret.as_bytes()) {
        return Some("it was made with the body as the key and the secret as the message: swap the two".to_owned());
    }
    for (bytes, encoding) in [(from_hex(secret), "hex"), (Base64::decode_vec(secret).ok(), "base64")] {
        if bytes.is_some_and(|bytes| !bytes.is_empty() && has_key(&bytes, body)) {
            return Some(format!("it was made with {name} decoded from {encoding}: the key is its text"));
        }
    }
    [
        (format!("{secret}\n"), "with a line break after"),
        (secret.trim().to_owned(), "without the white space around"),
        (secret.trim_matches(['"', '\'']).to_owned(), "without the quotes around"),
        (format!("\"{secret}\""), "with quotes around"),
    ]
    .into_iter()
    .find(|(other, _)| other != secret && !other.is_empty() && signature.verify(&Secret::new(other.as_str()), body))
    .map(|(_, difference)| format!("it was made {difference} {name}"))
}

/// Decodes hex digits in pairs. `None` if there are other characters.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes: Option<Vec<[u8; 1]>> = pairs.iter().map(|pair| hex::decode(pair)).collect();
    bytes.filter(|_| rest.is_empty()).map(Vec::into_flattened)
}
