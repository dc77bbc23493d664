//! `GET /rates`

use std::collections::BTreeMap;

use super::context::Context;
use crate::{http::Response, parameters::Parameters, refusal::Refusal};

/// Returns a map from tickers to rates. Its shape is **invented**; the tickers are as in the callback examples.
pub(super) fn handle(context: &mut Context<'_>, _: &Parameters) -> Result<Response, Refusal> {
    let rates = context.state.rates.tickers();
    let rates: BTreeMap<_, _> =
        rates.iter().map(|(ticker, rate)| (ticker, context.form.reply_amounts.of(rate))).collect();
    Ok(context.form.reply(&rates))
}
