//! `GET /ping`

use std::collections::BTreeMap;

use super::context::Context;
use crate::{http::Response, parameters::Parameters, refusal::Refusal};

pub(super) fn handle(_: &mut Context<'_>, _: &Parameters) -> Result<Response, Refusal> {
    Ok(Response::json(200, &BTreeMap::from([("message", "OK")])))
}
