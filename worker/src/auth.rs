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

/// The longest period of the platform's rate limits. After it, no earlier request counts.
const MAX_PERIOD: Duration = Duration::from_secs(60);

/// A holder of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its name in logs.
    pub name: String,
    /// The routes that it may call; `None` for all routes.
    pub routes: Option<Vec<&'static RouteSpec>>,
}

/// The tokens of the setting `WORKER_TOKENS`, by their SHA-256.
///
/// Only hashes are stored. The time of a lookup reveals nothing about a token, since a caller cannot choose its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens(pub HashMap<[u8; 32], Holder>);

impl Tokens {
    /// Returns the holder of the token in an `Authorization` header.
    ///
    /// # Errors
    /// `token_required` without a bearer token, `token_unknown` with an unknown one.
    pub fn holder(&self, authorization: Option<&str>) -> Result<&Holder, Problem> {
        let Some(token) = authorization.and_then(bearer) else {
            let detail =
                "Send the header \"Authorization: Bearer <token>\" with a token from the setting WORKER_TOKENS.";
            return Err(Problem::new(Cause::TokenRequired, detail).with("WWW-Authenticate", r#"Bearer realm="citrn""#));
        };
        self.0.get(hash(token).as_slice()).ok_or_else(|| {
            let detail = "The bearer token is not listed in the setting WORKER_TOKENS.";
            Problem::new(Cause::TokenUnknown, detail)
                .with("WWW-Authenticate", r#"Bearer realm="citrn", error="invalid_token""#)
        })
    }
}

impl Holder {
    /// Checks that this holder may call a route.
    ///
    /// # Errors
    /// `route_not_allowed`.
    pub fn check_route(&self, route: &RouteSpec) -> Result<(), Problem> {
        if self.routes.as_ref().is_none_or(|routes| routes.contains(&route)) {
            return Ok(());
        }
        let RouteSpec { method, path, .. } = route;
        let detail = format!("The token \"{}\" may not call {method} {path}.", self.name);
        Err(Problem::new(Cause::RouteNotAllowed, detail)
            .with("WWW-Authenticate", r#"Bearer realm="citrn", error="insufficient_scope""#))
    }
}

/// Parses the token of an `Authorization` header (RFC 6750, section 2.1). The scheme is case-insensitive (RFC 9110,
/// section 11.1).
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.trim().split_once(' ')?;
    let token = token.trim_start();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// Returns the SHA-256 of a token.
pub fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Authenticates a request to a route that reads a token, and returns its holder; `None` where the token is optional
/// and absent.
pub async fn admit<'a>(
    bindings: &impl Runtime,
    tokens: &'a Result<Tokens, Fault>,
    route: &RouteSpec,
    request: &impl Incoming,
    record: &mut Record,
) -> Result<Option<&'a Holder>, Problem> {
    if route.auth != Auth::OptionalToken {
        let holder = identify(bindings, tokens, request, record).await?;
        return holder.check_route(route).map(|()| Some(holder));
    }
    // While `WORKER_TOKENS` is unreadable, tokens can be neither accepted nor refused.
    if tokens.is_ok() && request.header(AUTHORIZATION).is_some() {
        return identify(bindings, tokens, request, record).await.map(Some);
    }
    limit_address(bindings, request).await.map(|()| None)
}

/// Returns the holder of a request's token. A request without a valid token counts against the limit of its address.
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
    let detail =
        format!("Too many requests with the token \"{}\"; try again after the time in Retry-After.", holder.name);
    limit(bindings, Limiter::Token, &holder.name, detail).await.map(|()| holder)
}

/// Counts a request without a valid token or signature against the limit of its address.
pub async fn limit_address(bindings: &impl Runtime, request: &impl Incoming) -> Result<(), Problem> {
    let address = request.header(CALLER_ADDRESS).unwrap_or_default();
    let detail = "Too many requests without a valid token or signature from your address; try again after the time in \
                  Retry-After.";
    limit(bindings, Limiter::Address, &network(&address), detail).await
}

/// Counts a request with a checkout link against the limit of that link, since payers can share an address.
pub async fn limit_link(bindings: &impl Runtime, key: &str) -> Result<(), Problem> {
    let detail = "Too many requests with this link; try again after the time in Retry-After.";
    limit(bindings, Limiter::Address, key, detail).await
}

async fn limit(bindings: &impl Runtime, limiter: Limiter, key: &str, detail: impl Into<String>) -> Result<(), Problem> {
    if bindings.admits(limiter, key).await {
        return Ok(());
    }
    let mut problem = Problem::new(Cause::TooManyRequests, detail).retryable();
    problem.retry_after = Some(MAX_PERIOD);
    Err(problem)
}

/// Returns the network that counts as one caller: an IPv4 address, or an IPv6 /56, the prefix that providers delegate
/// to a customer (RIPE-690, section 4.2.3). Other text is returned unchanged.
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
    fn addresses_of_one_network_share_a_limit() {
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
        fn two_addresses_share_a_limit_if_and_only_if_their_first_56_bits_are_equal(
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
