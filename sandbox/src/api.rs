//! The API under `/api`: routing, faults, authentication, content type, and the endpoint's handler.

use citrn::{EndpointSpec, KEY_HEADER, SIGNATURE_HEADER, endpoint::Method, endpoints::ALL};

use crate::{
    auth::Credentials,
    clock::Millis,
    cors,
    endpoints::{Context, Handler, endpoint},
    fault,
    http::{BASE_PATH, Request, Response},
    parameters::Parameters,
    profile::Form,
    refusal::Refusal,
    request_log::ReceivedRequest,
    simulation::Simulation,
};

/// Answers a call of the API, or a preflight request for one.
pub(crate) fn answer(
    simulation: &mut Simulation,
    request: &Request<'_>,
    now: Millis,
    entry: &mut ReceivedRequest,
) -> Response {
    if let Some(response) = cors::preflight(request, &simulation.state.settings.allowed_origins) {
        return response;
    }
    let form = simulation.state.form();
    let response = call(simulation, request, now, &form, entry);
    let response = response.unwrap_or_else(|refusal| entry.refused(refusal, &form));
    cors::add_headers(response, request, &simulation.state.settings.allowed_origins)
}

fn call(
    simulation: &mut Simulation,
    request: &Request<'_>,
    now: Millis,
    form: &Form,
    entry: &mut ReceivedRequest,
) -> Result<Response, Refusal> {
    let (spec, handle) = route(request)?;
    entry.endpoint = Some(spec.name);
    let Simulation { settings, state, faults, .. } = simulation;
    let fault = fault::take(faults, spec.path);
    entry.fault = fault.as_ref().map(|fault| fault.kind);
    let forced = fault.as_ref().and_then(|fault| fault.forced_code());
    if let Some(fault) = fault.as_ref().filter(|fault| !fault.is_executed() && forced.is_none()) {
        return Ok(fault.apply(Response::json(200, &()), &settings.origin, form));
    }
    let is_forced = forced.is_some();
    let response = admit(spec, request, &settings.credentials).and_then(|parameters| {
        entry.parameters = Some(parameters.redacted());
        match forced {
            Some(code) => Err(code.into()),
            None => {
                parameters.check_additional(spec, &state.settings.required_fields)?;
                handle(&mut Context { state, now, origin: &settings.origin, form }, &parameters)
            }
        }
    });
    let response = response.unwrap_or_else(|refusal| entry.refused(refusal, form));
    Ok(match fault {
        // A forced code applies only after a successful authentication; other calls already have their answer.
        Some(fault) if !is_forced || entry.parameters.is_some() => fault.apply(response, &settings.origin, form),
        _ => response,
    })
}

/// Returns the endpoint of a request, and its handler.
fn route(request: &Request<'_>) -> Result<(&'static EndpointSpec, Handler), Refusal> {
    let unknown = || Refusal::unknown_path(intended(request.path()));
    let (spec, handle) = request.path().strip_prefix(BASE_PATH).and_then(endpoint).ok_or_else(unknown)?;
    if request.method != spec.method.as_str() {
        return Err(Refusal::wrong_method(spec.method.as_str()));
    }
    Ok((spec, *handle))
}

/// Returns the endpoint with which a wrong path ends: the client's base URL probably lacks `/api`.
fn intended(path: &str) -> Option<&'static str> {
    let path = path.trim_end_matches('/');
    let matching = ALL.iter().map(|spec| spec.path).filter(|endpoint| path.ends_with(endpoint));
    matching.max_by_key(|endpoint| endpoint.len())
}

/// Checks the caller and reads the parameters.
fn admit(spec: &EndpointSpec, request: &Request<'_>, credentials: &Credentials) -> Result<Parameters, Refusal> {
    // The two GETs are public. If a caller signs them anyway, the signature is checked.
    let signs = [KEY_HEADER, SIGNATURE_HEADER].iter().any(|header| request.header(header).is_some());
    if spec.signed || signs {
        credentials.check(request)?;
    }
    match spec.method {
        Method::Get => Ok(Parameters::default()),
        Method::Post => Parameters::read(spec, request),
    }
}
