//! The settings of the checkout.

use core::time::Duration;

use super::{Fault, Source, gateway, source::read};
use crate::{
    auth::return_url,
    checkout::{
        Checkout,
        frame_origins::FrameOrigins,
        texts::{
            Texts,
            languages::{DEFAULT, LANGUAGES},
        },
        token::Keys,
    },
};

/// The setting that turns the checkout on.
pub(super) const SECRETS: &str = "CHECKOUT_SECRETS";

/// The default of `CHECKOUT_SESSION_SECONDS`.
const SESSION: Duration = Duration::from_secs(600);

/// The longest session, since the outcome of its call is stored for a day ([`crate::idempotency`]).
const LONGEST_SESSION: u64 = 86_400;

/// Longest `MERCHANT_NAME`, in characters.
const LONGEST_NAME: usize = 64;

/// Reads the checkout; `None` without secrets, which turns it off.
pub(super) fn checkout(source: Source<'_>) -> Result<Option<Checkout>, Vec<Fault>> {
    let Some(keys) = read(source, SECRETS, Keys::read).transpose() else {
        return Ok(None);
    };
    const ORIGIN: &str = "PUBLIC_ORIGIN";
    let missing =
        || Fault::new(ORIGIN, "is not set: set it to the origin of this Worker, such as https://pay.shop.example");
    let origin =
        read(source, ORIGIN, |text| return_url::origin(text.trim())).and_then(|origin| origin.ok_or_else(missing));
    let merchant = read(source, "MERCHANT_NAME", merchant);
    let language = read(source, "CHECKOUT_LANGUAGE", language).map(|texts| texts.unwrap_or(DEFAULT));
    let session = read(source, "CHECKOUT_SESSION_SECONDS", session);
    let frames = read(source, "CHECKOUT_FRAME_ORIGINS", FrameOrigins::read);
    match (keys, origin, merchant, language, session, frames) {
        (Ok(keys), Ok(origin), Ok(merchant), Ok(language), Ok(session), Ok(frames)) => {
            let (session, frame_origins) = (session.unwrap_or(SESSION), frames.unwrap_or_default());
            let is_sandbox = gateway::is_plain_http(source);
            Ok(Some(Checkout { keys, origin, merchant, language, is_sandbox, session, frame_origins }))
        }
        (keys, origin, merchant, language, session, frames) => {
            let faults = [keys.err(), origin.err(), merchant.err(), language.err(), session.err(), frames.err()];
            Err(faults.into_iter().flatten().collect())
        }
    }
}

fn merchant(text: &str) -> Result<String, String> {
    let name = text.trim();
    if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(format!("is not a name of at most {LONGEST_NAME} characters in one line"));
    }
    Ok(name.to_owned())
}

fn language(text: &str) -> Result<&'static Texts, String> {
    Texts::of_tag(text).ok_or_else(|| {
        let tags: Vec<&str> = LANGUAGES.iter().map(|texts| texts.language).collect();
        format!("is not one of {}", tags.join(", "))
    })
}

fn session(text: &str) -> Result<Duration, String> {
    match text.trim().parse() {
        Ok(seconds @ 1..=LONGEST_SESSION) => Ok(Duration::from_secs(seconds)),
        _ => Err(format!("is not a whole number of seconds from 1 to {LONGEST_SESSION}")),
    }
}
