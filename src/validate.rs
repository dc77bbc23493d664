//! What is checked before anything is sent. Each error names the field and what is wrong with it.

use time::{Date, Month};

use crate::{
    Error, Secret,
    amount::is_positive_decimal,
    characters::{has_outer_white_space, is_control_or_format},
    endpoint::{EndpointSpec, Fields, Parameter, Rule, Value},
    sanitize::sanitize,
    url::{Url, is_plain},
};

/// Longest `foreign_id`, in characters: a sibling's limit (deposit addresses).
const FOREIGN_ID_CHARACTERS: usize = 255;

/// Checks the parameters of a call against its row of the table.
pub(crate) fn validate(spec: &EndpointSpec, fields: &Fields<'_>, any_foreign_id: bool) -> Result<(), Error> {
    for (name, _) in &fields.0 {
        check_parameter_name(spec, name)?;
    }
    for parameter in spec.parameters {
        match fields.get(parameter.name) {
            Some(value) => check(parameter, value, any_foreign_id)?,
            None if parameter.required => {
                return Err(Error::parameter(parameter.name, "is required"));
            }
            None => {}
        }
    }
    request_coin_is_a_side(fields)?;
    ton_has_a_memo(spec, fields)
}

/// Refuses the name of a parameter that an endpoint does not take.
///
/// # Errors
/// `invalid_parameter`, which names it.
pub fn check_parameter_name(spec: &EndpointSpec, name: &str) -> Result<(), Error> {
    if spec.parameters.iter().any(|parameter| parameter.name == name) {
        return Ok(());
    }
    let names: Vec<_> = spec.parameters.iter().map(|parameter| parameter.name).collect();
    let known = if names.is_empty() { "it takes none".to_owned() } else { format!("it takes {}", names.join(", ")) };
    // The caller may have the name from a third party.
    Err(Error::parameter(&sanitize(name), format_args!("is not a parameter of {}; {known}", spec.name)))
}

/// Refuses a withdrawal whose `key` is the API secret: the documentation's words for that field, "Secret key", invite it.
pub(crate) fn secret_stays_out(key: Option<&str>, secret: Option<&Secret>) -> Result<(), Error> {
    if key.zip(secret).is_some_and(|(key, secret)| secret.is(key)) {
        return Err(Error::parameter(
            "key",
            "is the API secret, which must not travel in a body; leave `key` out, or allow the secret in the body \
             (allow_secret_in_body) if Citron told you to send it",
        ));
    }
    Ok(())
}

fn check(parameter: &Parameter, value: Value<'_>, any_foreign_id: bool) -> Result<(), Error> {
    let problem = match (parameter.rule, value) {
        (Rule::Currencies, _) => None,
        (_, Value::Array(_)) => Some("must be text, not a list"),
        (Rule::Text | Rule::Words(_) | Rule::Currency, Value::Text("")) if parameter.required => {
            Some("must not be empty")
        }
        (Rule::ForeignId, Value::Text(text)) if any_foreign_id => length_problem(text),
        (Rule::ForeignId, Value::Text(text)) => foreign_id_problem(text),
        (Rule::Amount, Value::Text(text)) if !is_positive_decimal(text) => {
            Some("must be an amount above zero as decimal text: digits with at most one point between them")
        }
        (Rule::ReturnUrl, Value::Text(text)) => return_url(text),
        (Rule::Date, Value::Text(text)) if !is_date(text) => Some("must be a calendar date, YYYY-MM-DD"),
        _ => None,
    };
    problem.map_or(Ok(()), |problem| Err(Error::parameter(parameter.name, problem)))
}

/// Returns why a text must not be sent as a `foreign_id`, or `None` if it can be sent.
///
/// Ids that were sent before this rule still come back in callbacks, so it applies only to requests.
///
/// ```
/// assert_eq!(citrn::foreign_id_problem("user-17"), None);
/// assert_eq!(citrn::foreign_id_problem("user-17 "), Some("must not begin or end with white space"));
/// ```
#[must_use]
pub fn foreign_id_problem(text: &str) -> Option<&'static str> {
    let invisible = "must not hold control or format characters, such as line breaks or zero-width characters";
    length_problem(text)
        .or_else(|| text.contains(is_control_or_format).then_some(invisible))
        .or_else(|| has_outer_white_space(text).then_some("must not begin or end with white space"))
}

fn length_problem(text: &str) -> Option<&'static str> {
    match text.chars().count() {
        0 => Some("must not be empty"),
        1..=FOREIGN_ID_CHARACTERS => None,
        _ => Some("must be at most 255 characters long"),
    }
}

fn return_url(text: &str) -> Option<&'static str> {
    if !is_plain(text) {
        return Some("must not hold white space, control characters or backslashes");
    }
    match Url::parse(text) {
        None => Some("must be an absolute URL, such as https://shop.example/thanks"),
        Some(url) if url.scheme != "https" && url.scheme != "http" => Some("must be an http or https URL"),
        Some(url) if url.has_credentials => Some("must not carry a user name or a password"),
        Some(_) => None,
    }
}

fn is_date(text: &str) -> bool {
    let date = || {
        let mut parts = text.split('-');
        let mut digits =
            |count| parts.next().filter(|part| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit()));
        let (year, month, day) = (digits(4)?, digits(2)?, digits(2)?);
        let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
        Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok().filter(|_| parts.next().is_none())
    };
    date().is_some()
}

/// `request_coin` says which side's amount is fixed (API Documentation / API Endpoints, create-quota).
fn request_coin_is_a_side(fields: &Fields<'_>) -> Result<(), Error> {
    match (fields.text("request_coin"), fields.text("from_coin"), fields.text("to_coin")) {
        (Some(coin), from, to) if from != Some(coin) && to != Some(coin) => Err(Error::parameter(
            "request_coin",
            "must equal from_coin or to_coin: it says which side's amount is fixed",
        )),
        _ => Ok(()),
    }
}

/// A withdrawal of TON needs a comment (API Documentation / API Endpoints, withdrawal).
fn ton_has_a_memo(spec: &EndpointSpec, fields: &Fields<'_>) -> Result<(), Error> {
    let takes_memo = spec.parameters.iter().any(|parameter| parameter.rule == Rule::Memo);
    let is_ton = |name| fields.text(name).is_some_and(|coin| coin.eq_ignore_ascii_case("TON"));
    if takes_memo && (is_ton("currency") || is_ton("convert_to")) && fields.text("memo").is_none() {
        return Err(Error::parameter("memo", "is required for TON; give an empty text if the receiver needs none"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_day_of_the_calendar() {
        for good in ["2026-01-31", "2024-02-29", "2000-02-29", "0001-12-01"] {
            assert!(is_date(good), "{good}");
        }
        for bad in [
            "",
            "2026-1-31",
            "2026-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-04-31",
            "2026-04-00",
            "26-04-01",
            "2026-04-01T00:00",
            "2026/04/01",
            "+026-04-01",
        ] {
            assert!(!is_date(bad), "{bad}");
        }
    }
}
