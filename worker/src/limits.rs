//! Rate limits: so many requests of a token, and so many from an address that has no token.

use core::{net::IpAddr, time::Duration};

use crate::{
    bindings::{Bindings, Limiter},
    incoming::{CALLER_ADDRESS, Incoming},
    problem::{Cause, Problem},
};

/// The longest period that the platform's limits can have: waiting that long always helps.
const PERIOD: Duration = Duration::from_secs(60);

/// Counts a request of a token.
///
/// # Errors
/// `too_many_requests`.
pub async fn of_token(bindings: &impl Bindings, name: &str) -> Result<(), Problem> {
    if bindings.admits(Limiter::Token, name).await {
        return Ok(());
    }
    Err(exceeded(format!("The token \"{name}\" was used for too many requests in a short time.")))
}

/// Counts a request that brought no right token or signature.
///
/// # Errors
/// `too_many_requests`.
pub async fn of_address(bindings: &impl Bindings, request: &impl Incoming) -> Result<(), Problem> {
    let address = request.header(CALLER_ADDRESS).unwrap_or_default();
    if bindings.admits(Limiter::Address, &network(&address)).await {
        return Ok(());
    }
    Err(exceeded("There were too many requests without a right token or signature from your address.".to_owned()))
}

fn exceeded(detail: String) -> Problem {
    let mut problem = Problem::new(Cause::TooManyRequests, detail);
    problem.retryable = true;
    problem.retry_after = Some(PERIOD);
    problem
}

/// What one caller can be assumed to hold: an IPv4 address, or a whole /64 of IPv6.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(v6)) if v6.to_ipv4_mapped().is_none() => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn a_caller_cannot_escape_into_the_rest_of_its_network() {
        assert_eq!(network("203.0.113.7"), "203.0.113.7");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(network("2001:db8:1:2::9"), network("2001:db8:1:2:ffff::1"));
        assert_ne!(network("2001:db8:1:2::9"), network("2001:db8:1:3::9"));
        assert_eq!(network("::ffff:203.0.113.7"), "::ffff:203.0.113.7");
        assert_eq!(network(""), "");
    }
}
