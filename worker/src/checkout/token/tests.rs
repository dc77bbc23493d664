use super::*;

const NONCE: Nonce = *b"0123456789abcdef";

fn secret(byte: u8) -> String {
    Base64::encode_string(&[byte; 32])
}

fn keys(entries: &[(&str, u8)]) -> Keys {
    let entries: Vec<String> = entries.iter().map(|(id, byte)| format!("{id}:{}", secret(*byte))).collect();
    Keys::read(&entries.join(",")).unwrap()
}

#[test]
fn a_token_matches_an_independent_computation() {
    // python3 -c "import hmac,base64; n=b'0123456789abcdef'; print(base64.urlsafe_b64encode(n +
    //   hmac.digest(bytes([7])*32, b'citrn checkout link 1\0a\0'+n, 'sha256')).decode())"
    let token = "a.MDEyMzQ1Njc4OWFiY2RlZhkBYABk2WbdDeB-kQcFsyb0wZQNQdSzDG7uZY6N__p8";
    assert_eq!(keys(&[("a", 7)]).token(&NONCE), token);
    let verified = keys(&[("a", 7)]).verify(token).unwrap();
    assert_eq!((verified.key, verified.access), (key_of(&NONCE), Access::Link));
}

#[test]
fn a_status_token_matches_an_independent_computation() {
    // python3 -c "import hmac,base64,hashlib; k=hashlib.sha256(b'0123456789abcdef').digest();
    //   t=hmac.digest(bytes([7])*32, b'citrn checkout status 1\0a\0'+k, 'sha256')[:31];
    //   print(base64.urlsafe_b64encode(k+t))"
    let token = "a.n59REfeyengfHx3d5evC3St5a_xzZcnCi1SOVkF2kp-cLUg3NteQiV2fIMEd1NAolBQXryJ7BilBf9iZJMYq";
    let keys = keys(&[("a", 7)]);
    let verified = keys.verify(&keys.token(&NONCE)).unwrap();
    assert_eq!(verified.status_token, token);
    let status = VerifiedToken { access: Access::Status, ..verified };
    assert_eq!(keys.verify(token), Some(status));
    assert_ne!(keys.verify(&keys.token(b"0123456789abcdeF")).unwrap().status_token, token);
}

#[test]
fn no_part_of_a_status_token_makes_a_link_token() {
    let keys = keys(&[("a", 7)]);
    let status = keys.verify(&keys.token(&NONCE)).unwrap().status_token;
    let bytes = Base64UrlUnpadded::decode_vec(status.strip_prefix("a.").unwrap()).unwrap();
    for length in 0..=bytes.len() {
        for start in 0..=bytes.len() - length {
            let text = Base64UrlUnpadded::encode_string(&bytes[start..start + length]);
            let verified = keys.verify(&format!("a.{text}"));
            assert!(verified.is_none_or(|verified| verified.access == Access::Status), "{start}, {length}");
        }
    }
}

#[test]
fn a_link_keeps_its_status_token_while_secrets_rotate() {
    let (old, both) = (keys(&[("a", 7)]), keys(&[("b", 8), ("a", 7)]));
    let token = old.token(&NONCE);
    let status = old.verify(&token).unwrap().status_token;
    assert_eq!(both.verify(&token).unwrap().status_token, status);
    assert_eq!(both.verify(&status).unwrap().access, Access::Status);
    assert_eq!(keys(&[("b", 8)]).verify(&status), None);
}

#[test]
fn every_flipped_bit_fails() {
    let keys = keys(&[("a", 7), ("b", 8)]);
    let token = keys.token(&NONCE);
    for token in [keys.verify(&token).unwrap().status_token, token] {
        for byte in 0..token.len() {
            for bit in 0..8 {
                let mut bytes = token.clone().into_bytes();
                bytes[byte] ^= 1 << bit;
                if let Ok(flipped) = String::from_utf8(bytes) {
                    assert_eq!(keys.verify(&flipped), None, "bit {bit} of byte {byte}");
                }
            }
        }
    }
}

#[test]
fn a_token_has_exactly_one_spelling() {
    let keys = keys(&[("a", 0xfb)]);
    let token = keys.token(&[0xff; 16]);
    assert!(token.contains('_') || token.contains('-'));
    for other in [
        token.replace('_', "/").replace('-', "+"),
        format!("{token}="),
        format!("{token}A"),
        format!(" {token}"),
        format!("{token}."),
        token.replace('.', ""),
        token.to_uppercase(),
        token.chars().take(token.len() - 1).collect(),
        String::new(),
        ".".to_owned(),
        "a.".to_owned(),
    ] {
        assert_eq!(keys.verify(&other), None, "{other}");
    }
}

#[test]
fn secrets_rotate() {
    let (old, both, new) = (keys(&[("a", 7)]), keys(&[("b", 8), ("a", 7)]), keys(&[("b", 8)]));
    let key = |keys: &Keys, token: &str| keys.verify(token).map(|verified| verified.key);
    let (link, token) = (Some(key_of(&NONCE)), old.token(&NONCE));
    assert_eq!((key(&both, &token), key(&new, &token)), (link, None));
    let token = both.token(&NONCE);
    assert!(token.starts_with("b."));
    assert_eq!((key(&both, &token), key(&new, &token), key(&old, &token)), (link, link, None));
}

#[test]
fn another_secret_or_another_id_does_not_verify() {
    let token = keys(&[("a", 7)]).token(&NONCE);
    assert_eq!(keys(&[("a", 8)]).verify(&token), None);
    assert_eq!(keys(&[("b", 7)]).verify(&token.replace("a.", "b.")), None);
}

#[test]
fn an_error_about_secrets_does_not_show_them() {
    let good = secret(7);
    let short = Base64::encode_string(&[7; 31]);
    for (text, expected) in [
        (String::new(), "entry 1 does not begin with an id"),
        (good.clone(), "entry 1 does not begin with an id"),
        (format!(":{good}"), "entry 1 does not begin with an id"),
        (format!("a.b:{good}"), "entry 1 does not begin with an id"),
        (format!("seventeen-letters:{good}"), "entry 1 does not begin with an id"),
        (format!("a:{good},"), "entry 2 does not begin with an id"),
        ("a:hunter2!".to_owned(), "entry 1 is not base64"),
        (format!("a:{short}"), "entry 1 has 31 bytes: it must have 32 to 64"),
        (format!("a:{good},a:{good}"), "entry 2 has the same id as an earlier one"),
    ] {
        let problem = Keys::read(&text).expect_err(&text);
        assert!(problem.contains(expected), "{text}: {problem}");
        assert!(!problem.contains("hunter2") && !problem.contains(&good), "{problem}");
    }
    assert_eq!(format!("{:?}", keys(&[("a", 7)])), "Keys([redacted])");
}
