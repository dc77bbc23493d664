//! The settings of the checkout.

use core::time::Duration;

use super::token::Keys;

/// The setting that says for how long the same choice gives the same session, when it is not set.
pub const SESSION: Duration = Duration::from_secs(600);

/// The longest session: what became of its call is remembered for a day ([`crate::idempotency`]).
const LONGEST_SESSION: u64 = 86_400;

/// Longest name of a merchant, in characters.
const LONGEST_NAME: usize = 64;

/// How the checkout is set up.
#[derive(Debug, Clone)]
pub struct Checkout {
    /// What links are signed with.
    pub keys: Keys,
    /// The origin that links are built from, never from a request's `Host`.
    pub origin: String,
    /// What the pages call the merchant.
    pub merchant: Option<String>,
    /// For how long the same choice of a payer gives the same session.
    pub session: Duration,
}

/// Reads the setting `MERCHANT_NAME`.
///
/// # Errors
/// What is wrong with it.
pub fn merchant(text: &str) -> Result<String, String> {
    let name = text.trim();
    if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(format!("is not a name of at most {LONGEST_NAME} characters in one line"));
    }
    Ok(name.to_owned())
}

/// Reads the setting `CHECKOUT_SESSION_SECONDS`.
///
/// # Errors
/// What is wrong with it.
pub fn session(text: &str) -> Result<Duration, String> {
    match text.trim().parse::<u64>() {
        Ok(seconds @ 1..=LONGEST_SESSION) => Ok(Duration::from_secs(seconds)),
        _ => Err(format!("is not a whole number of seconds from 1 to {LONGEST_SESSION}")),
    }
}
