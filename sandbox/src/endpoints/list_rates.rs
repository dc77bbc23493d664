//! `GET /rates`

use super::context::Context;
use crate::{http::Response, parameters::Parameters, refusal::Refusal};

/// A map from tickers to rates: **invented**, after the tickers of the callback examples.
pub(super) fn handle(context: &mut Context<'_>, _: &Parameters) -> Result<Response, Refusal> {
    Ok(Response::data(&context.state.rates.tickers()))
}
