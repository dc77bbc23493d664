//! The causes of problems that the Worker itself detects. A new row needs a heading in worker/PROBLEMS.md.

/// Defines [`Cause`] from a table of names, HTTP statuses, codes and titles.
macro_rules! causes {
    ($($cause:ident = $status:literal $code:literal $title:literal,)+) => {
        /// A cause that the Worker itself detects. Problems with the gateway have the client's codes
        /// ([`crate::gateway`]).
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Cause {
            $(#[doc = $title] $cause,)+
        }

        impl Cause {
            /// Every cause.
            pub const ALL: &'static [Cause] = &[$(Cause::$cause),+];

            /// Returns its HTTP status, code and title.
            pub fn describe(self) -> (u16, &'static str, &'static str) {
                match self {
                    $(Cause::$cause => ($status, $code, $title),)+
                }
            }
        }
    };
}

causes! {
    TokenRequired = 401 "token_required" "Bearer token required",
    TokenUnknown = 401 "token_unknown" "Unknown bearer token",
    RouteNotAllowed = 403 "route_not_allowed" "Route not allowed for this token",
    NotFound = 404 "not_found" "Route not found",
    MethodNotAllowed = 405 "method_not_allowed" "Method not allowed",
    BodyTooLarge = 413 "body_too_large" "Body too large",
    MalformedBody = 400 "malformed_body" "Malformed body",
    MissingParameter = 422 "missing_parameter" "Missing parameter",
    UnknownParameter = 422 "unknown_parameter" "Unknown parameter",
    DuplicateParameter = 422 "duplicate_parameter" "Duplicate parameter",
    InvalidParameter = 422 "invalid_parameter" "Invalid parameter",
    ReturnUrlNotAllowed = 422 "return_url_not_allowed" "return_url not allowed",
    IdempotencyKeyReused = 422 "idempotency_key_reused" "Idempotency-Key reused with other parameters",
    OutcomeUnknown = 409 "outcome_unknown" "Outcome of an earlier attempt not known yet",
    InvalidSignature = 401 "invalid_signature" "Invalid callback signature",
    CallbackNotFound = 404 "callback_not_found" "Callback not found",
    CallbackErased = 409 "callback_erased" "Callback body no longer stored",
    LinkNotFound = 404 "link_not_found" "Invalid checkout link",
    LinkExpired = 410 "link_expired" "Checkout link expired",
    CoinNotOffered = 422 "coin_not_offered" "Coin not offered by the checkout link",
    NoCoinAvailable = 503 "no_coin_available" "No coin of the checkout link available",
    TooManyRequests = 429 "too_many_requests" "Too many requests",
    StorageUnavailable = 503 "storage_unavailable" "Worker storage unavailable",
    InvalidConfiguration = 503 "invalid_configuration" "Invalid Worker configuration",
    Checking = 503 "checking" "First readiness check running",
    NotReady = 503 "not_ready" "Worker not ready",
    InternalError = 500 "internal_error" "Internal error",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_documented() {
        let page = include_str!("../../../PROBLEMS.md");
        for cause in Cause::ALL {
            let (status, code, _) = cause.describe();
            let heading = format!("### {code}\n\nHTTP {status}. ");
            assert!(page.contains(&heading), "worker/PROBLEMS.md does not have {heading:?}");
        }
    }
}
