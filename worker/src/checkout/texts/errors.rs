//! The texts of error pages.

use crate::checkout::payer_error::PayerError;

/// The text of an error page.
#[derive(Debug)]
pub struct ErrorText {
    pub heading: &'static str,
    pub body: &'static str,
}

/// The text of each [`PayerError`].
#[derive(Debug)]
pub struct Errors {
    pub invalid: ErrorText,
    pub no_such_page: ErrorText,
    pub expired: ErrorText,
    pub coin: ErrorText,
    pub no_coin: ErrorText,
    pub rate_limited: ErrorText,
    pub unknown: ErrorText,
    pub unreachable: ErrorText,
    pub broken: ErrorText,
    pub status: ErrorText,
}

impl Errors {
    /// Returns the text of an error.
    pub fn text(&self, error: PayerError) -> &ErrorText {
        match error {
            PayerError::Invalid => &self.invalid,
            PayerError::NoSuchPage => &self.no_such_page,
            PayerError::Expired => &self.expired,
            PayerError::Coin => &self.coin,
            PayerError::NoCoin => &self.no_coin,
            PayerError::RateLimited => &self.rate_limited,
            PayerError::Unknown => &self.unknown,
            PayerError::Unreachable => &self.unreachable,
            PayerError::Broken => &self.broken,
            PayerError::Status => &self.status,
        }
    }
}
