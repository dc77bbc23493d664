//! Problems as far as they differ for a payer.

use citrn::Code;

use crate::problem::{Cause, Problem};

/// What went wrong, as far as it makes a difference to a payer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The link is none of ours.
    Invalid,
    /// The link is ours, and what was asked for beside it is not there.
    Astray,
    /// The link is over.
    Expired,
    /// The coin, or the way to pay, is not to be had.
    Coin,
    /// None of the link's coins is available.
    NoCoin,
    /// Too many requests.
    TooMany,
    /// It is not known yet what became of the payment.
    Unknown,
    /// The gateway, or the Worker's storage, failed for now.
    Unreachable,
    /// The merchant's part is not in order.
    Broken,
    /// The status cannot be shown for now, whatever the reason.
    Status,
}

/// What went wrong, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explained {
    /// In a few.
    pub heading: &'static str,
    /// What to do about it.
    pub text: &'static str,
}

impl Trouble {
    /// What a problem is to a payer.
    #[must_use]
    pub fn of(problem: &Problem) -> Self {
        let code = problem.code.as_str();
        if [Cause::InvalidConfiguration.describe().1, Code::Authentication.as_str()].contains(&code) {
            return Trouble::Broken;
        }
        if code == Cause::NoCoinAvailable.describe().1 {
            return Trouble::NoCoin;
        }
        let is_about_coin = !problem.of_the_gateway || code.starts_with("coin_") || code.starts_with("network_");
        match problem.status {
            400..=499 if !is_about_coin => Trouble::Broken,
            404 | 405 => Trouble::Invalid,
            409 => Trouble::Unknown,
            410 => Trouble::Expired,
            429 => Trouble::TooMany,
            400..=499 => Trouble::Coin,
            _ => Trouble::Unreachable,
        }
    }

    /// Whether the same link can still help.
    #[must_use]
    pub fn may_pass(self) -> bool {
        !matches!(self, Trouble::Invalid | Trouble::Expired)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_is_something_to_a_payer() {
        for (cause, trouble) in [
            (Cause::LinkNotFound, Trouble::Invalid),
            (Cause::MethodNotAllowed, Trouble::Invalid),
            (Cause::LinkExpired, Trouble::Expired),
            (Cause::CoinNotOffered, Trouble::Coin),
            (Cause::NoCoinAvailable, Trouble::NoCoin),
            (Cause::MissingParameter, Trouble::Coin),
            (Cause::TooManyRequests, Trouble::TooMany),
            (Cause::OutcomeUnknown, Trouble::Unknown),
            (Cause::StorageUnavailable, Trouble::Unreachable),
            (Cause::InvalidConfiguration, Trouble::Broken),
        ] {
            assert_eq!(Trouble::of(&Problem::new(cause, "")), trouble);
        }
    }

    #[test]
    fn a_payer_is_only_told_of_his_choice_where_another_one_helps() {
        for (status, body, trouble) in [
            (400, r#"{"error_code":"coin_not_found"}"#, Trouble::Coin),
            (400, r#"{"error_code":"network_not_available"}"#, Trouble::Unreachable),
            (400, r#"{"error_code":"user_blocked"}"#, Trouble::Broken),
            (400, r#"{"error_code":"duplication_request"}"#, Trouble::Broken),
            (403, r#"{"error":"Bad key header","code":"bad_header_key"}"#, Trouble::Broken),
            (500, "", Trouble::Unreachable),
        ] {
            let error = citrn::parse::<citrn::endpoints::CreatePayment>(status, body.as_bytes()).expect_err(body);
            assert_eq!(Trouble::of(&crate::gateway::problem(&error)), trouble, "{body}");
        }
    }
}
