//! What the Worker itself finds wrong, in one table. A new row needs its heading in worker/PROBLEMS.md.

/// Makes the causes of a table: their names here, and for callers HTTP status, code and title.
macro_rules! causes {
    ($($(#[$doc:meta])+ $cause:ident = $status:literal $code:literal $title:literal,)+) => {
        /// What the Worker itself finds wrong. What the gateway does wrong has the client's own codes ([`crate::gateway`]).
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Cause {
            $($(#[$doc])+ $cause,)+
        }

        impl Cause {
            /// Every cause.
            pub const ALL: &'static [Cause] = &[$(Cause::$cause),+];

            /// HTTP status, code and title.
            #[must_use]
            pub fn describe(self) -> (u16, &'static str, &'static str) {
                match self {
                    $(Cause::$cause => ($status, $code, $title),)+
                }
            }
        }
    };
}

causes! {
    /// There is no bearer token.
    TokenRequired = 401 "token_required" "A bearer token is required",
    /// The bearer token is not one of ours.
    TokenUnknown = 401 "token_unknown" "The bearer token is not known",
    /// The token is not for this route.
    RouteNotAllowed = 403 "route_not_allowed" "The token is not for this route",
    /// No route has this path.
    NotFound = 404 "not_found" "There is nothing at this path",
    /// The path has routes, but not with this method.
    MethodNotAllowed = 405 "method_not_allowed" "The path does not take this method",
    /// The body is longer than the limit.
    BodyTooLarge = 413 "body_too_large" "The body is too large",
    /// The body broke off, or is not a JSON object.
    MalformedBody = 400 "malformed_body" "The body is not a JSON object",
    /// A parameter is missing.
    MissingParameter = 422 "missing_parameter" "A parameter is missing",
    /// A parameter is not one of the route's.
    UnknownParameter = 422 "unknown_parameter" "A parameter is not known",
    /// A parameter stands there twice.
    DuplicateParameter = 422 "duplicate_parameter" "A parameter stands there twice",
    /// A parameter cannot be right.
    InvalidParameter = 422 "invalid_parameter" "A parameter cannot be right",
    /// The payer may not be sent to this `return_url`.
    ReturnUrlNotAllowed = 422 "return_url_not_allowed" "The return_url is not allowed",
    /// An `Idempotency-Key` was used with other parameters before.
    IdempotencyKeyReused = 422 "idempotency_key_reused" "The Idempotency-Key was used before",
    /// What became of the call with this `Idempotency-Key` is unknown.
    OutcomeUnknown = 409 "outcome_unknown" "What became of the call is not known yet",
    /// A callback is not signed with one of the gateway's secrets.
    InvalidSignature = 401 "invalid_signature" "The callback's signature is not right",
    /// The inbox holds nothing of this id.
    CallbackNotFound = 404 "callback_not_found" "The inbox holds no such callback",
    /// The body of a callback is no longer there.
    CallbackErased = 409 "callback_erased" "The callback's body is no longer there",
    /// A checkout link is none of ours.
    LinkNotFound = 404 "link_not_found" "The checkout link is not valid",
    /// A checkout link is over.
    LinkExpired = 410 "link_expired" "The checkout link has expired",
    /// A checkout link does not offer this coin.
    CoinNotOffered = 422 "coin_not_offered" "The checkout link does not offer this coin",
    /// The gateway lists none of a checkout link's coins.
    NoCoinAvailable = 503 "no_coin_available" "None of the link's coins is available",
    /// A token, an address or a link made too many requests.
    TooManyRequests = 429 "too_many_requests" "There were too many requests",
    /// A Durable Object or its database failed.
    StorageUnavailable = 503 "storage_unavailable" "The Worker's storage failed",
    /// A setting is missing or malformed.
    InvalidConfiguration = 503 "invalid_configuration" "The Worker is not set up",
    /// The first check of `/readyz` is still running.
    Checking = 503 "checking" "The Worker is being checked",
    /// A check of `/readyz` failed.
    NotReady = 503 "not_ready" "The Worker is not ready",
    /// An answer could not be made: a fault of the Worker.
    InternalError = 500 "internal_error" "Internal error",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_explained_to_callers() {
        let page = include_str!("../../../PROBLEMS.md");
        for cause in Cause::ALL {
            let (status, code, _) = cause.describe();
            let heading = format!("### {code}\n\nHTTP {status}. ");
            assert!(page.contains(&heading), "worker/PROBLEMS.md does not have {heading:?}");
        }
    }
}
