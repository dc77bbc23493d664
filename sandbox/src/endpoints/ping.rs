//! `GET /ping`

use serde::Serialize;

use super::Context;
use crate::{http::Response, parameters::Parameters, refusal::Refusal};

pub(super) fn handle(_: &mut Context<'_>, _: &Parameters) -> Result<Response, Refusal> {
    #[derive(Serialize)]
    struct Body {
        message: &'static str,
    }
    Ok(Response::json(200, &Body { message: "OK" }))
}
