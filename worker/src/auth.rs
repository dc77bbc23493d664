//! Admission of requests: bearer tokens, and rate limits of tokens, addresses and checkout links.

pub mod return_url;

use core::{net::Ipv6Addr, time::Duration};
use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::{
    bindings::{Limiter, Runtime},
    http::{
        Cause, Incoming, Problem, Record,
        request::CALLER_ADDRESS,
        route::{Auth, RouteSpec},
    },
    settings::Fault,
};

/// The header that carries a token.
pub const AUTHORIZATION: &str = "Authorization";

/// The longest period that the platform's limits can have: waiting that long always helps.
const PERIOD: Duration = Duration::from_secs(60);

/// A holder of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The name in logs.
    pub name: String,
    /// The routes that it may ask for; `None` is all of them.
    pub routes: Option<Vec<&'static RouteSpec>>,
}

/// The tokens of the setting `WORKER_TOKENS`, found by their SHA-256.
///
/// The token itself is not kept. Looking up a hash costs the same however many there are, and how long a comparison
/// takes says nothing about any token, since a caller cannot choose the hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens(pub HashMap<[u8; 32], Holder>);

impl Tokens {
    /// The holder of the token in an `Authorization` header.
    ///
    /// # Errors
    /// When there is no bearer token, or it is not one of these.
    pub fn holder(&self, authorization: Option<&str>) -> Result<&Holder, Problem> {
        let Some(token) = authorization.and_then(bearer) else {
            let detail = "Send the header \"Authorization: Bearer <token>\" with a token of the setting WORKER_TOKENS.";
            return Err(Problem::new(Cause::TokenRequired, detail).with("WWW-Authenticate", r#"Bearer realm="citrn""#));
        };
        self.0.get(hash(token).as_slice()).ok_or_else(|| {
            let detail = "The bearer token is not one of the setting WORKER_TOKENS.";
            Problem::new(Cause::TokenUnknown, detail)
                .with("WWW-Authenticate", r#"Bearer realm="citrn", error="invalid_token""#)
        })
    }
}

impl Holder {
    /// Whether this holder may ask for a route.
    ///
    /// # Errors
    /// When it may not.
    pub fn may(&self, route: &RouteSpec) -> Result<(), Problem> {
        if self.routes.as_ref().is_none_or(|routes| routes.contains(&route)) {
            return Ok(());
        }
        let RouteSpec { method, path, .. } = route;
        let detail = format!("The token \"{}\" is not for {method} {path}.", self.name);
        Err(Problem::new(Cause::RouteNotAllowed, detail)
            .with("WWW-Authenticate", r#"Bearer realm="citrn", error="insufficient_scope""#))
    }
}

/// The token of an `Authorization` header (RFC 6750, section 2.1; the scheme's name in any case, RFC 9110, section 11.1).
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.trim().split_once(' ')?;
    let token = token.trim_start();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// The SHA-256 of a token.
pub fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Checks the token of a request to a route that reads one, and returns its holder. The token is required unless the route
/// says otherwise.
pub async fn admit<'a>(
    bindings: &impl Runtime,
    tokens: &'a Result<Tokens, Fault>,
    route: &RouteSpec,
    request: &impl Incoming,
    record: &mut Record,
) -> Result<Option<&'a Holder>, Problem> {
    if route.auth != Auth::OptionalToken {
        let holder = identify(bindings, tokens, request, record).await?;
        return holder.may(route).map(|()| Some(holder));
    }
    // While `WORKER_TOKENS` cannot be read, no token is valid or invalid.
    if tokens.is_ok() && request.header(AUTHORIZATION).is_some() {
        return identify(bindings, tokens, request, record).await.map(Some);
    }
    limit_address(bindings, request).await.map(|()| None)
}

/// Finds the holder of a request's token. A request without a valid one counts against the limit of its address.
async fn identify<'a>(
    bindings: &impl Runtime,
    tokens: &'a Result<Tokens, Fault>,
    request: &impl Incoming,
    record: &mut Record,
) -> Result<&'a Holder, Problem> {
    let tokens = tokens.as_ref().map_err(|fault| Fault::problem([fault]));
    let holder = match tokens.and_then(|tokens| tokens.holder(request.header(AUTHORIZATION).as_deref())) {
        Ok(holder) => holder,
        Err(problem) => {
            limit_address(bindings, request).await?;
            return Err(problem);
        }
    };
    record.token = Some(holder.name.clone());
    let detail = format!("The token \"{}\" was used for too many requests in a short time.", holder.name);
    limit(bindings, Limiter::Token, &holder.name, detail).await.map(|()| holder)
}

/// Counts a request without a valid token or signature against the limit of its address.
pub async fn limit_address(bindings: &impl Runtime, request: &impl Incoming) -> Result<(), Problem> {
    let address = request.header(CALLER_ADDRESS).unwrap_or_default();
    let detail = "There were too many requests without a right token or signature from your address.";
    limit(bindings, Limiter::Address, &network(&address), detail).await
}

/// Counts a request with a checkout link against the limit of the link: payers can share an address.
pub async fn limit_link(bindings: &impl Runtime, key: &str) -> Result<(), Problem> {
    limit(bindings, Limiter::Address, key, "There were too many requests with this link in a short time.").await
}

async fn limit(bindings: &impl Runtime, limiter: Limiter, key: &str, detail: impl Into<String>) -> Result<(), Problem> {
    if bindings.admits(limiter, key).await {
        return Ok(());
    }
    let mut problem = Problem::new(Cause::TooManyRequests, detail).retryable();
    problem.retry_after = Some(PERIOD);
    Err(problem)
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
