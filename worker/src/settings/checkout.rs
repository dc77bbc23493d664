//! The checkout: what links are signed with, and what they are built from.

use super::{Fault, Source, source::optional};
use crate::{
    auth::return_url,
    checkout::{
        Checkout,
        settings::{SESSION, merchant, session},
        token::Keys,
    },
};

/// The setting that turns the checkout on.
pub(super) const SECRETS: &str = "CHECKOUT_SECRETS";

/// Without secrets there is no checkout, which is a choice: `None`.
pub(super) fn checkout(source: Source<'_>) -> Result<Option<Checkout>, Vec<Fault>> {
    let Some(secrets) = optional(source, SECRETS) else {
        return Ok(None);
    };
    let keys = Keys::read(&secrets).map_err(|problem| Fault::new(SECRETS, problem));
    const ORIGIN: &str = "PUBLIC_ORIGIN";
    let origin = match optional(source, ORIGIN) {
        Some(text) => return_url::origin(text.trim()).map_err(|problem| Fault::new(ORIGIN, problem)),
        None => Err(Fault::new(ORIGIN, "is not set: give the origin of this Worker, such as https://pay.shop.example")),
    };
    let merchant = read(source, "MERCHANT_NAME", merchant);
    let session = read(source, "CHECKOUT_SESSION_SECONDS", session);
    match (keys, origin, merchant, session) {
        (Ok(keys), Ok(origin), Ok(merchant), Ok(session)) => {
            Ok(Some(Checkout { keys, origin, merchant, session: session.unwrap_or(SESSION) }))
        }
        (keys, origin, merchant, session) => {
            let faults = [keys.err(), origin.err(), merchant.err(), session.err()];
            Err(faults.into_iter().flatten().collect())
        }
    }
}

fn read<T>(source: Source<'_>, name: &'static str, read: fn(&str) -> Result<T, String>) -> Result<Option<T>, Fault> {
    optional(source, name).map(|text| read(&text)).transpose().map_err(|problem| Fault::new(name, problem))
}
