//! Rate limits: so many requests of a token, and so many from an address that has no token.

use core::time::Duration;

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

/// Counts a request with a checkout link, whoever makes it: payers can share an address.
///
/// # Errors
/// `too_many_requests`.
pub async fn of_link(bindings: &impl Bindings, key: &str) -> Result<(), Problem> {
    if bindings.admits(Limiter::Address, key).await {
        return Ok(());
    }
    Err(exceeded("There were too many requests with this link in a short time.".to_owned()))
}

fn exceeded(detail: String) -> Problem {
    let mut problem = Problem::new(Cause::TooManyRequests, detail);
    problem.retryable = true;
    problem.retry_after = Some(PERIOD);
    problem
}

/// What one caller can be assumed to hold: an IPv4 address, or a whole /64 of IPv6. The platform wrote the address.
fn network(address: &str) -> String {
    if !address.contains(':') || address.contains('.') {
        return address.to_owned();
    }
    let (head, tail) = address.split_once("::").unwrap_or((address, ""));
    let (mut head, tail): (Vec<&str>, Vec<&str>) = (groups(head).collect(), groups(tail).collect());
    // What `::` stands for.
    head.resize(8usize.saturating_sub(tail.len()).max(head.len()), "0");
    let first: Vec<&str> = head.into_iter().chain(tail).take(4).collect();
    format!("{}::/64", first.join(":"))
}

fn groups(text: &str) -> impl Iterator<Item = &str> {
    text.split(':').filter(|group| !group.is_empty())
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
