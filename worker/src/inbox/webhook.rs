//! Signs deliveries in the format of Standard Webhooks (standardwebhooks.com, specification 1.0.0): HMAC-SHA256 over
//! `id.timestamp.body`, in the headers `webhook-id`, `webhook-timestamp` and `webhook-signature`.

use core::{ops::RangeInclusive, time::Duration};

use base64ct::{Base64, Encoding};
use citrn::url::Url;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The prefix of a secret.
const PREFIX: &str = "whsec_";

/// The length of a secret, in bytes (specification, "Symmetric").
const LENGTHS: RangeInclusive<usize> = 24..=64;

/// The merchant's endpoint, and the keys that sign deliveries to it.
#[derive(Clone)]
pub struct Webhook {
    /// The URL of the endpoint.
    pub url: String,
    keys: Vec<Hmac<Sha256>>,
}

impl Webhook {
    /// Creates a webhook from the URL of an endpoint and its secrets.
    pub fn new(url: String, secrets: Secrets) -> Self {
        Self { url, keys: secrets.0 }
    }

    /// Returns the headers of one attempt.
    pub fn headers(&self, id: &str, now: Duration, body: &str) -> Vec<(&'static str, String)> {
        let timestamp = now.as_secs().to_string();
        let signatures: Vec<String> = self.keys.iter().map(|key| sign(key, id, &timestamp, body)).collect();
        vec![
            ("content-type", "application/json".to_owned()),
            ("webhook-id", id.to_owned()),
            ("webhook-timestamp", timestamp),
            ("webhook-signature", signatures.join(" ")),
        ]
    }
}

fn sign(key: &Hmac<Sha256>, id: &str, timestamp: &str, body: &str) -> String {
    let mut mac = key.clone();
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body.as_bytes());
    format!("v1,{}", Base64::encode_string(&mac.finalize().into_bytes()))
}

/// The secrets of the setting `MERCHANT_WEBHOOK_SECRET`.
pub struct Secrets(Vec<Hmac<Sha256>>);

impl Secrets {
    /// Parses one secret, or several that are separated by commas or spaces. Every delivery is signed with each of
    /// them, so that the merchant can switch at any time. An error says which secret is invalid, and not its text.
    pub fn read(text: &str) -> Result<Self, String> {
        let written = text.split([',', ' ', '\n', '\t']).filter(|secret| !secret.is_empty());
        let keys: Vec<_> = (1..).zip(written).map(|(number, secret)| key(number, secret)).collect::<Result<_, _>>()?;
        if keys.is_empty() {
            return Err(format!("has no secret such as {PREFIX}..."));
        }
        Ok(Self(keys))
    }
}

fn key(number: u32, secret: &str) -> Result<Hmac<Sha256>, String> {
    let base64 = secret.strip_prefix(PREFIX).ok_or_else(|| format!("entry {number} does not start with {PREFIX}"))?;
    let bytes = Base64::decode_vec(base64).map_err(|_| format!("entry {number} is not base64 after {PREFIX}"))?;
    if !LENGTHS.contains(&bytes.len()) {
        return Err(format!("entry {number} has {} bytes: it must have 24 to 64", bytes.len()));
    }
    Hmac::new_from_slice(&bytes).map_err(|_| format!("entry {number} is not a valid key"))
}

/// Parses the setting `MERCHANT_WEBHOOK_URL`.
pub fn destination(text: &str) -> Result<String, String> {
    let url = Url::parse(text).ok_or("is not an absolute URL such as https://shop.example/webhooks")?;
    if url.has_credentials {
        return Err("must not contain a user name or a password".to_owned());
    }
    if !url.is_secure() {
        return Err("must be https; plain http is allowed only for this machine".to_owned());
    }
    Ok(url.href)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the example of the specification (symmetric signatures).
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn webhook(secrets: &str) -> Webhook {
        Webhook::new("https://shop.example/".to_owned(), Secrets::read(secrets).unwrap())
    }

    #[test]
    fn the_example_of_the_specification_has_the_same_signature() {
        let body = r#"{"test": 2432232314}"#;
        let headers = webhook(SECRET).headers("msg_p5jXN8AQM9LWM0D4loKWxJek", Duration::from_secs(1_614_265_330), body);
        assert_eq!(
            headers,
            [
                ("content-type", "application/json".to_owned()),
                ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek".to_owned()),
                ("webhook-timestamp", "1614265330".to_owned()),
                ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=".to_owned()),
            ]
        );
    }

    #[test]
    fn every_secret_signs_during_a_rotation() {
        let other = format!("{PREFIX}{}", Base64::encode_string(&[7; 32]));
        let both = webhook(&format!("{other}, {SECRET}")).headers("id", Duration::from_secs(1), "{}");
        let [first, second] =
            [&other, SECRET].map(|secret| webhook(secret).headers("id", Duration::from_secs(1), "{}")[3].1.clone());
        assert_eq!(both[3].1, format!("{first} {second}"));
    }

    #[test]
    fn an_invalid_secret_is_rejected_and_is_not_in_the_error() {
        let short = format!("{PREFIX}{}", Base64::encode_string(b"hunter2"));
        let long = format!("{PREFIX}{}", Base64::encode_string(&[7; 65]));
        for wrong in ["", " ", "hunter2", "whsec_hunter2!", &short, &long, &format!("{SECRET},hunter2")] {
            let problem = Secrets::read(wrong).err().unwrap_or_else(|| panic!("{wrong} was accepted"));
            assert!(!problem.contains("hunter2"), "{problem}");
        }
    }

    #[test]
    fn a_destination_is_https_or_this_machine() {
        assert_eq!(destination("https://Shop.example/hooks?x=1").unwrap(), "https://shop.example/hooks?x=1");
        assert_eq!(destination("http://127.0.0.1:9000").unwrap(), "http://127.0.0.1:9000/");
        for wrong in ["", "shop.example", "http://shop.example", "https://u:p@shop.example", "ftp://shop.example"] {
            assert!(destination(wrong).is_err(), "{wrong}");
        }
    }
}
