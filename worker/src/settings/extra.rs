//! The settings of extra fields.

use citrn::{
    Endpoint, Secret, check_extra,
    endpoint::ExtraFields,
    endpoints::{CreatePayment, TakeAddress},
};

use super::{Fault, Source, gateway::without_field, source::optional};
use crate::{extra::ExtraSettings, http::body::BOM};

const FIELDS: &str = "CITRN_EXTRA_FIELDS";
const CONSTANTS: &str = "CITRN_EXTRA";

/// Reads `CITRN_EXTRA_FIELDS`, names separated by commas, and `CITRN_EXTRA`, a JSON object.
pub(super) fn extra(source: Source<'_>, secrets: &[Secret]) -> Result<ExtraSettings, Fault> {
    let secrets: Vec<&Secret> = secrets.iter().collect();
    // Payments and addresses send the same fields, so a name must be free in both calls.
    let check = |setting, fields: &ExtraFields| {
        check_extra(CreatePayment::SPEC, fields, &secrets)
            .and_then(|()| check_extra(TakeAddress::SPEC, fields, &secrets))
            .map_err(|error| Fault::new(setting, format!("is invalid: {}", error.message())))
    };
    let mut names = ExtraFields::new();
    for name in optional(source, FIELDS).unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty()) {
        names.push(name, "null");
    }
    check(FIELDS, &names)?;
    let constants = optional(source, CONSTANTS).unwrap_or_else(|| "{}".to_owned());
    let constants = ExtraFields::from_object(constants.trim().trim_start_matches(BOM))
        .map_err(|error| Fault::new(CONSTANTS, without_field(&error)))?;
    check(CONSTANTS, &constants)?;
    Ok(ExtraSettings { names, constants })
}
