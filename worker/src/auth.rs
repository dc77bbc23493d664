//! Admission of requests: tokens, and rate limits of tokens, addresses and checkout links.

pub mod loopback;
pub mod return_url;
pub mod token;

use core::{net::Ipv6Addr, time::Duration};

use self::token::{Holder, Tokens};
use crate::{
    bindings::{Limiter, Runtime},
    http::{
        Cause, Incoming, Problem, Record,
        request::CALLER_ADDRESS,
        route::{Auth, RouteSpec},
    },
    settings::Fault,
};

/// The longest period that the platform's limits can have: waiting that long always helps.
const PERIOD: Duration = Duration::from_secs(60);

/// Checks a request's token by its route's rule, and returns its holder.
///
/// # Errors
/// `token_required`, `token_unknown`, `route_not_allowed`, `too_many_requests`, `invalid_configuration`.
pub async fn admit<'a>(
    bindings: &impl Runtime,
    tokens: &'a Result<Tokens, Fault>,
    route: &RouteSpec,
    request: &impl Incoming,
    record: &mut Record,
) -> Result<Option<&'a Holder>, Problem> {
    match route.auth {
        Auth::Token => {
            let holder = identify(bindings, tokens, request, record).await?;
            holder.may(route)?;
            Ok(Some(holder))
        }
        // While `WORKER_TOKENS` cannot be read, no token is valid or invalid.
        Auth::OptionalToken if tokens.is_ok() && request.header(token::HEADER).is_some() => {
            identify(bindings, tokens, request, record).await.map(Some)
        }
        Auth::OptionalToken => limit_address(bindings, request).await.map(|()| None),
        Auth::Signature | Auth::Link | Auth::Open => Ok(None),
    }
}

/// Finds the holder of a request's token. A request without a valid one counts against the limit of its address.
async fn identify<'a>(
    bindings: &impl Runtime,
    tokens: &'a Result<Tokens, Fault>,
    request: &impl Incoming,
    record: &mut Record,
) -> Result<&'a Holder, Problem> {
    let tokens = tokens.as_ref().map_err(|fault| Fault::problem([fault]));
    let holder = match tokens.and_then(|tokens| tokens.holder(request.header(token::HEADER).as_deref())) {
        Ok(holder) => holder,
        Err(problem) => {
            limit_address(bindings, request).await?;
            return Err(problem);
        }
    };
    record.token = Some(holder.name.clone());
    if bindings.admits(Limiter::Token, &holder.name).await {
        return Ok(holder);
    }
    Err(exceeded(format!("The token \"{}\" was used for too many requests in a short time.", holder.name)))
}

/// Counts a request without a valid token or signature against the limit of its address.
///
/// # Errors
/// `too_many_requests`.
pub async fn limit_address(bindings: &impl Runtime, request: &impl Incoming) -> Result<(), Problem> {
    let address = request.header(CALLER_ADDRESS).unwrap_or_default();
    if bindings.admits(Limiter::Address, &network(&address)).await {
        return Ok(());
    }
    Err(exceeded("There were too many requests without a right token or signature from your address.".to_owned()))
}

/// Counts a request with a checkout link against the limit of the link: payers can share an address.
///
/// # Errors
/// `too_many_requests`.
pub async fn limit_link(bindings: &impl Runtime, key: &str) -> Result<(), Problem> {
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

/// The network that one caller can be assumed to hold: an IPv4 address, or a whole /56 of IPv6, which providers
/// delegate to a customer (RIPE-690, section 4.2.3). A text that is not an address is counted as it is.
fn network(address: &str) -> String {
    let Ok(address) = address.parse::<Ipv6Addr>() else {
        return address.to_owned();
    };
    if let Some(mapped) = address.to_ipv4_mapped() {
        return mapped.to_string();
    }
    let [first, second, third, fourth, ..] = address.segments();
    format!("{first:x}:{second:x}:{third:x}:{:x}::/56", fourth & 0xff00)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_caller_cannot_escape_into_the_rest_of_its_network() {
        assert_eq!(network("203.0.113.7"), "203.0.113.7");
        assert_eq!(network("2001:db8:1:200:3:4:5:6"), "2001:db8:1:200::/56");
        assert_eq!(network("2001:db8:1:2ff::9"), network("2001:DB8:1:200:ffff::1"));
        assert_ne!(network("2001:db8:1:2ff::9"), network("2001:db8:1:300::9"));
        assert_eq!(network("::ffff:203.0.113.7"), "203.0.113.7");
        assert_eq!(network("::ffff:cb00:7107"), "203.0.113.7");
        for other in ["", "unknown", "2001:db8", "1.2.3.4:80"] {
            assert_eq!(network(other), other);
        }
    }

    proptest! {
        #[test]
        fn two_addresses_count_together_if_and_only_if_their_first_56_bits_are_equal(
            one in any::<u128>(), difference in any::<u128>(), keep in 0..128u32,
        ) {
            let other = one ^ difference.checked_shr(keep).unwrap_or(0);
            let is_mapped = |address: u128| Ipv6Addr::from(address).to_ipv4_mapped().is_some();
            prop_assume!(!is_mapped(one) && !is_mapped(other));
            let network = |address: u128| network(&Ipv6Addr::from(address).to_string());
            prop_assert_eq!(network(one) == network(other), one >> 72 == other >> 72);
        }
    }
}
