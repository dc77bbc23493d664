//! What the Worker itself finds wrong, in one table. A new row needs its heading in worker/PROBLEMS.md.

/// Makes the causes of a table: their names here, and for callers HTTP status, code and title.
macro_rules! causes {
    ($($cause:ident = $status:literal $code:literal $title:literal,)+) => {
        /// What the Worker itself finds wrong. What the gateway does wrong has the client's own codes ([`crate::gateway`]).
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Cause {
            $(#[doc = $title] $cause,)+
        }

        impl Cause {
            /// Every cause.
            pub const ALL: &'static [Cause] = &[$(Cause::$cause),+];

            /// HTTP status, code and title.
            pub fn describe(self) -> (u16, &'static str, &'static str) {
                match self {
                    $(Cause::$cause => ($status, $code, $title),)+
                }
            }
        }
    };
}

causes! {
    TokenRequired = 401 "token_required" "A bearer token is required",
    TokenUnknown = 401 "token_unknown" "The bearer token is not known",
    RouteNotAllowed = 403 "route_not_allowed" "The token is not for this route",
    NotFound = 404 "not_found" "There is nothing at this path",
    MethodNotAllowed = 405 "method_not_allowed" "The path does not take this method",
    BodyTooLarge = 413 "body_too_large" "The body is too large",
    MalformedBody = 400 "malformed_body" "The body is not a JSON object",
    MissingParameter = 422 "missing_parameter" "A parameter is missing",
    UnknownParameter = 422 "unknown_parameter" "A parameter is not known",
    DuplicateParameter = 422 "duplicate_parameter" "A parameter stands there twice",
    InvalidParameter = 422 "invalid_parameter" "A parameter cannot be right",
    ReturnUrlNotAllowed = 422 "return_url_not_allowed" "The return_url is not allowed",
    IdempotencyKeyReused = 422 "idempotency_key_reused" "The Idempotency-Key was used before",
    OutcomeUnknown = 409 "outcome_unknown" "What became of the call is not known yet",
    InvalidSignature = 401 "invalid_signature" "The callback's signature is not right",
    CallbackNotFound = 404 "callback_not_found" "The inbox holds no such callback",
    CallbackErased = 409 "callback_erased" "The callback's body is no longer there",
    LinkNotFound = 404 "link_not_found" "The checkout link is not valid",
    LinkExpired = 410 "link_expired" "The checkout link has expired",
    CoinNotOffered = 422 "coin_not_offered" "The checkout link does not offer this coin",
    NoCoinAvailable = 503 "no_coin_available" "None of the link's coins is available",
    TooManyRequests = 429 "too_many_requests" "There were too many requests",
    StorageUnavailable = 503 "storage_unavailable" "The Worker's storage failed",
    InvalidConfiguration = 503 "invalid_configuration" "The Worker is not set up",
    Checking = 503 "checking" "The Worker is being checked",
    NotReady = 503 "not_ready" "The Worker is not ready",
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
