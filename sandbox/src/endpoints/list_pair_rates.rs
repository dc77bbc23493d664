//! `POST /currencies/rates`

use super::{context::Context, list_pairs::list};
use crate::{http::Response, parameters::Parameters, refusal::Refusal};

pub(super) fn handle(context: &mut Context<'_>, parameters: &Parameters) -> Result<Response, Refusal> {
    list(context, parameters, false)
}
