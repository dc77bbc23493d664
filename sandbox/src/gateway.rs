//! The API under `/api`: path, method, authentication, content, and then the endpoint's handler.

use citrn::{
    KEY_HEADER, SIGNATURE_HEADER,
    endpoint::Method,
    endpoints::{ALL, by_path},
};

use crate::{
    auth::Credentials,
    endpoints::{Context, handler},
    http::{Request, Response},
    parameters::Parameters,
    refusal::Refusal,
};

/// The path that all endpoints stand below.
pub const BASE_PATH: &str = "/api";

/// Finds the row of the table that a request is for.
///
/// # Errors
/// When there is no such path, or it takes the other method.
pub(crate) fn route(request: &Request<'_>) -> Result<&'static citrn::EndpointSpec, Refusal> {
    let unknown = || Refusal::UnknownPath { intended: intended(request.path()) };
    let spec = request.path().strip_prefix(BASE_PATH).and_then(by_path).ok_or_else(unknown)?;
    if request.method != spec.method.as_str() {
        return Err(Refusal::WrongMethod { allowed: spec.method.as_str() });
    }
    Ok(spec)
}

/// The endpoint that a wrong path ends in: the client's base URL has no `/api`, or something else before it.
fn intended(path: &str) -> Option<&'static str> {
    let path = path.trim_end_matches('/');
    let matching = ALL.iter().map(|spec| spec.path).filter(|endpoint| path.ends_with(endpoint));
    matching.max_by_key(|endpoint| endpoint.len())
}

/// Checks the caller and reads the parameters.
///
/// # Errors
/// A failed authentication, or a body that is not what a call sends.
pub(crate) fn admit(
    spec: &citrn::EndpointSpec,
    request: &Request<'_>,
    credentials: &Credentials,
) -> Result<Parameters, Refusal> {
    // The two GETs are public; a caller that signs them all the same wants to know whether it signs right.
    let signs = [KEY_HEADER, SIGNATURE_HEADER].iter().any(|header| request.header(header).is_some());
    if spec.signed || signs {
        credentials.check(request)?;
    }
    match spec.method {
        Method::Get => Ok(Parameters::default()),
        Method::Post => Parameters::read(spec, request),
    }
}

/// Carries out a call.
///
/// # Errors
/// Whatever the endpoint refuses; then nothing has changed.
pub(crate) fn execute(
    spec: &citrn::EndpointSpec,
    context: &mut Context<'_>,
    parameters: &Parameters,
) -> Result<Response, Refusal> {
    let handle = handler(spec.path).ok_or(Refusal::UnknownPath { intended: None })?;
    handle(context, parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_endpoint_of_the_table_has_a_handler() {
        for spec in ALL {
            assert!(handler(spec.path).is_some(), "{}", spec.path);
        }
    }
}
