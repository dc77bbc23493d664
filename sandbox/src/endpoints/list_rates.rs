//! `GET /rates`

use super::context::Context;
use crate::{http::Response, parameters::Parameters, refusal::Refusal};

/// Returns a map from tickers to rates. Its shape is **invented**; the tickers are as in the callback examples.
pub(super) fn handle(context: &mut Context<'_>, _: &Parameters) -> Result<Response, Refusal> {
    Ok(Response::data(&context.state.rates.tickers()))
}
