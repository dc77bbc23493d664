//! Problems as payers see them.

use citrn::Code;

use crate::http::{Cause, Problem};

/// A kind of problem that has its own text for payers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayerError {
    /// The link was not created by this Worker.
    Invalid,
    /// The link is valid, but has no such page.
    NoSuchPage,
    /// The link has expired.
    Expired,
    /// The coin or the payment mode is not available.
    Coin,
    /// None of the link's coins is available.
    NoCoin,
    /// Too many requests.
    RateLimited,
    /// The outcome of the payment is not known yet.
    Unknown,
    /// The gateway, or the Worker's storage, is temporarily unavailable.
    Unreachable,
    /// The merchant has to fix their settings or account.
    Broken,
    /// The status page is temporarily unavailable.
    Status,
}

impl PayerError {
    /// Returns the kind of a problem.
    pub fn of(problem: &Problem) -> Self {
        let code = problem.code.as_str();
        if [Cause::InvalidConfiguration.describe().1, Code::Authentication.as_str()].contains(&code) {
            return PayerError::Broken;
        }
        if code == Cause::NoCoinAvailable.describe().1 {
            return PayerError::NoCoin;
        }
        let is_about_coin = !problem.of_the_gateway || code.starts_with("coin_") || code.starts_with("network_");
        match problem.status {
            400..=499 if !is_about_coin => PayerError::Broken,
            404 | 405 => PayerError::Invalid,
            409 => PayerError::Unknown,
            410 => PayerError::Expired,
            429 => PayerError::RateLimited,
            400..=499 => PayerError::Coin,
            _ => PayerError::Unreachable,
        }
    }

    /// Whether the same link may work on another attempt.
    pub fn is_retryable(self) -> bool {
        !matches!(self, PayerError::Invalid | PayerError::Expired)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_a_kind_for_the_payer() {
        for (cause, error) in [
            (Cause::LinkNotFound, PayerError::Invalid),
            (Cause::MethodNotAllowed, PayerError::Invalid),
            (Cause::LinkExpired, PayerError::Expired),
            (Cause::CoinNotOffered, PayerError::Coin),
            (Cause::NoCoinAvailable, PayerError::NoCoin),
            (Cause::MissingParameter, PayerError::Coin),
            (Cause::TooManyRequests, PayerError::RateLimited),
            (Cause::OutcomeUnknown, PayerError::Unknown),
            (Cause::StorageUnavailable, PayerError::Unreachable),
            (Cause::InvalidConfiguration, PayerError::Broken),
        ] {
            assert_eq!(PayerError::of(&Problem::new(cause, "")), error);
        }
    }

    #[test]
    fn a_payer_is_offered_another_choice_only_if_that_may_help() {
        for (status, body, kind) in [
            (400, r#"{"error_code":"coin_not_found"}"#, PayerError::Coin),
            (400, r#"{"error_code":"network_not_available"}"#, PayerError::Unreachable),
            (400, r#"{"error_code":"user_blocked"}"#, PayerError::Broken),
            (400, r#"{"error_code":"duplication_request"}"#, PayerError::Broken),
            (403, r#"{"error":"Bad key header","code":"bad_header_key"}"#, PayerError::Broken),
            (500, "", PayerError::Unreachable),
        ] {
            let error = citrn::parse::<citrn::endpoints::CreatePayment>(status, body.as_bytes()).expect_err(body);
            assert_eq!(PayerError::of(&crate::gateway::problem(&error)), kind, "{body}");
        }
    }
}
