//! `GET /ping`

use std::collections::BTreeMap;

use super::context::Context;
use crate::{http::Response, parameters::Parameters, profile::Ping, refusal::Refusal};

pub(super) fn handle(context: &mut Context<'_>, _: &Parameters) -> Result<Response, Refusal> {
    Ok(match context.form.ping {
        Ping::Json => Response::json(200, &BTreeMap::from([("message", "OK")])),
        Ping::Text => Response::new(200, "text/plain; charset=utf-8", "OK".to_owned()),
    })
}
