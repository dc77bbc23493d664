//! Why a signature is probably wrong: the mistakes that people make, tried one after the other.

use citrn::{Secret, Signature};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256, Sha512};

use crate::auth::Credentials;

/// Longest body for which the mistakes are tried.
const MAX_BODY: usize = 64 * 1024;

/// One sentence that names the number of bytes covered and the probable mistake, and no secret.
pub(crate) fn diagnose(credentials: &Credentials, signature: &str, body: &[u8]) -> String {
    let covered = match body.len() {
        1 => "1 byte".to_owned(),
        length => format!("{length} bytes"),
    };
    let mistake = mistake(credentials, signature, body)
        .unwrap_or("it matches none of the usual mistakes: another secret, or the body changed after it was signed");
    format!("the signature must cover the body's {covered} as received; {mistake}")
}

fn mistake(credentials: &Credentials, signature: &str, body: &[u8]) -> Option<&'static str> {
    let trimmed = signature.trim();
    let Some(sent) = Signature::from_hex(trimmed) else {
        return wrong_form(credentials, trimmed, body);
    };
    let verifies = |body: &[u8]| sent.verify(&credentials.secret, body);
    if verifies(body) {
        return Some(if trimmed == signature {
            "it is right but in upper-case hex: the documentation shows lower case"
        } else {
            "it is right but has spaces around it"
        });
    }
    for (secret, mistake) in [
        (credentials.api_key.as_str(), "it was made with the public key in place of the secret"),
        (&format!("{}\n", credentials.secret_text), "it was made with a line break behind the secret"),
        (credentials.secret_text.trim(), "it was made with the spaces around the secret cut off"),
    ] {
        if sent.verify(&Secret::new(secret), body) {
            return Some(mistake);
        }
    }
    let digest_of = |parts: [&[u8]; 2]| {
        let hash = parts.iter().fold(Sha512::new(), |hash, part| hash.chain_update(part));
        hex(&hash.finalize())
    };
    let secret = credentials.secret_text.as_bytes();
    if [digest_of([body, b""]), digest_of([secret, body]), digest_of([body, secret])]
        .iter()
        .any(|digest| digest.eq_ignore_ascii_case(trimmed))
    {
        return Some("it is a plain SHA-512 digest: it must be an HMAC-SHA512 with the secret as its key");
    }
    for (other, mistake) in [
        ("", "it was made over an empty body"),
        ("{}", "it was made over `{}` and another body was sent"),
        ("[]", "it was made over `[]` and another body was sent"),
    ] {
        if verifies(other.as_bytes()) {
            return Some(mistake);
        }
    }
    let text = core::str::from_utf8(body).ok().filter(|text| text.len() <= MAX_BODY)?;
    for (variant, mistake) in variants(text) {
        if verifies(variant.as_bytes()) {
            return Some(mistake);
        }
    }
    None
}

/// The texts that people sign in place of the one they send.
fn variants(text: &str) -> Vec<(String, &'static str)> {
    let mut variants = vec![
        (format!("{text}\n"), "it was made over the body with a line break behind it"),
        (text.trim().to_owned(), "it was made over the body without the spaces or line breaks around it"),
    ];
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        return variants;
    };
    let compact = reformat(text, Style { indent: None, colon: ":", comma: "," });
    let pretty = "it was made over pretty-printed JSON, and other bytes were sent: sign the bytes that are sent";
    variants.extend([
        (compact.clone(), "it was made over compact JSON, and JSON with spaces was sent: sign the bytes that are sent"),
        (reformat(text, Style { indent: Some(2), colon: ": ", comma: "," }), pretty),
        (reformat(text, Style { indent: Some(4), colon: ": ", comma: "," }), pretty),
        (
            reformat(text, Style { indent: None, colon: ": ", comma: ", " }),
            "it was made over JSON with a space behind each comma and colon (Python's default), and other bytes were sent",
        ),
        (compact.replace('/', "\\/"), "it was made over JSON with escaped slashes (PHP's default), and other bytes were sent"),
        (compact.replace("\\/", "/"), "it was made over JSON with plain slashes, and JSON with escaped ones was sent"),
        (escape_non_ascii(&compact), "it was made over JSON with \\u escapes, and other bytes were sent"),
    ]);
    // `Value` keeps its keys in alphabetical order.
    if let Ok(sorted) = serde_json::to_string(&value) {
        variants
            .push((sorted, "it was made over JSON with its keys in another order or its texts escaped differently"));
    }
    variants
}

#[derive(Clone, Copy)]
struct Style {
    indent: Option<usize>,
    colon: &'static str,
    comma: &'static str,
}

/// Lays JSON out differently without touching its texts and numbers.
fn reformat(json: &str, style: Style) -> String {
    let mut out = String::new();
    let mut depth = 0_usize;
    let mut characters = json.chars().peekable();
    let line = |out: &mut String, depth: usize| {
        if let Some(indent) = style.indent {
            out.push('\n');
            out.extend(core::iter::repeat_n(' ', depth * indent));
        }
    };
    while let Some(character) = characters.next() {
        match character {
            '"' => {
                out.push('"');
                while let Some(inside) = characters.next() {
                    out.push(inside);
                    match inside {
                        '\\' => out.extend(characters.next()),
                        '"' => break,
                        _ => {}
                    }
                }
            }
            '{' | '[' => {
                out.push(character);
                while characters.next_if(char::is_ascii_whitespace).is_some() {}
                match characters.next_if(|next| matches!(next, '}' | ']')) {
                    Some(end) => out.push(end),
                    None => {
                        depth += 1;
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
                out.push_str(style.comma);
                line(&mut out, depth);
            }
            ':' => out.push_str(style.colon),
            space if space.is_ascii_whitespace() => {}
            other => out.push(other),
        }
    }
    out
}

fn escape_non_ascii(json: &str) -> String {
    let mut out = String::new();
    for character in json.chars() {
        if character.is_ascii() {
            out.push(character);
        } else {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

/// What is wrong with something that is not 128 hex digits.
fn wrong_form(credentials: &Credentials, signature: &str, body: &[u8]) -> Option<&'static str> {
    use base64::{Engine, prelude::BASE64_STANDARD};

    let secret = credentials.secret_text.as_bytes();
    if let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret)
        && hex(&mac.chain_update(body).finalize().into_bytes()).eq_ignore_ascii_case(signature)
    {
        return Some("it is an HMAC-SHA256: it must be an HMAC-SHA512");
    }
    if let Ok(mac) = Hmac::<Sha512>::new_from_slice(secret) {
        let digest = mac.chain_update(body).finalize().into_bytes();
        if BASE64_STANDARD.encode(digest) == signature {
            return Some("it is right but in base64: it must be in lower-case hex");
        }
        if BASE64_STANDARD.encode(hex(&digest)) == signature {
            return Some("it is right but its hex is encoded in base64 once more");
        }
    }
    if signature.is_empty() {
        return Some("it is empty");
    }
    Some(if signature.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        "it does not have the 128 hex digits of an HMAC-SHA512"
    } else {
        "it is not hex: it must be the 128 lower-case hex digits of an HMAC-SHA512"
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"currency":"BTC","url":"https://a.example/ü","list":[1,{}],"empty":[]}"#;

    fn diagnosis_of(signed: &str, sent: &str) -> String {
        let credentials = Credentials::new("public", "secret");
        let signature = Signature::sign(&credentials.secret, signed.as_bytes()).to_hex();
        diagnose(&credentials, &signature, sent.as_bytes())
    }

    #[test]
    fn names_the_mistake() {
        let pretty =
            serde_json::to_string_pretty(&serde_json::from_str::<Value>(r#"{"a":1,"b":[1,{}]}"#).unwrap()).unwrap();
        let said = diagnosis_of(&pretty, r#"{"a":1,"b":[1,{}]}"#);
        assert!(said.contains("18 bytes") && said.contains("pretty-printed"), "{said}");
        for (signed, part) in [
            ("", "empty body"),
            ("{}", "`{}`"),
            (&format!("{BODY}\n"), "line break"),
            (&BODY.replace('/', "\\/"), "escaped slashes"),
            (&BODY.replace('ü', "\\u00fc"), "\\u escapes"),
            (r#"{"currency": "BTC", "url": "https://a.example/ü", "list": [1, {}], "empty": []}"#, "Python"),
            (r#"{"currency":"BTC","empty":[],"list":[1,{}],"url":"https://a.example/ü"}"#, "another order"),
            ("something else", "none of the usual mistakes"),
        ] {
            let said = diagnosis_of(signed, BODY);
            assert!(said.contains(part), "{signed}: {said}");
        }
        let said = diagnosis_of(BODY, &BODY.replace(',', ", "));
        assert!(said.contains("compact JSON"), "{said}");
    }

    #[test]
    fn names_the_wrong_form() {
        let credentials = Credentials::new("public", "secret");
        let right = Signature::sign(&credentials.secret, b"{}").to_hex();
        let with_key = Signature::sign(&Secret::new("public"), b"{}").to_hex();
        for (signature, part) in [
            (right.to_uppercase(), "upper-case"),
            (format!(" {right}"), "spaces around it"),
            (with_key, "public key"),
            (right.get(..64).unwrap().to_owned(), "128 hex digits"),
            (hex(&Sha512::digest(b"secret{}")), "plain SHA-512"),
            ("nothex".to_owned(), "not hex"),
            (String::new(), "is empty"),
            ("d75d69".to_owned(), "128 hex digits"),
        ] {
            let said = diagnose(&credentials, &signature, b"{}");
            assert!(said.contains(part), "{signature}: {said}");
            assert!(!said.contains(&right) && !said.contains("secret{"), "{said}");
        }
    }
}
