//! Checks of parameters before anything is sent. Each error names the field and the problem.

use time::{Date, Month};

use crate::{
    Error, Secret,
    amount::is_positive_decimal,
    characters::{has_outer_white_space, is_control_or_format},
    endpoint::{EndpointSpec, Fields, Parameter, Rule, Value},
    sanitize::sanitize,
    url::{Url, is_plain},
};

/// Longest `foreign_id`, in characters: the CoinsPaid family's limit (deposit addresses).
const FOREIGN_ID_CHARACTERS: usize = 255;

/// Checks the parameters of a call against its row of the table.
pub(crate) fn validate(spec: &EndpointSpec, fields: &Fields<'_>, any_foreign_id: bool) -> Result<(), Error> {
    for (name, _) in &fields.known {
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
    check_request_coin(fields)?;
    check_ton_memo(spec, fields)
}

/// Checks that an endpoint has a parameter with this name.
///
/// # Errors
/// `invalid_parameter` otherwise, with the known names.
pub fn check_parameter_name(spec: &EndpointSpec, name: &str) -> Result<(), Error> {
    if spec.parameters.iter().any(|parameter| parameter.name == name) {
        return Ok(());
    }
    let names: Vec<_> = spec.parameters.iter().map(|parameter| parameter.name).collect();
    let known = if names.is_empty() { "it takes none".to_owned() } else { format!("it takes {}", names.join(", ")) };
    // The name may be foreign text.
    Err(Error::parameter(&sanitize(name), format_args!("is not a parameter of {}; {known}", spec.name)))
}

/// Refuses a withdrawal whose `key` is the API secret, which the documentation's term for that field, "Secret key",
/// suggests.
pub(crate) fn check_key(key: Option<&str>, secret: Option<&Secret>) -> Result<(), Error> {
    if key.zip(secret).is_some_and(|(key, secret)| secret.is(key)) {
        return Err(Error::parameter(
            "key",
            "is the API secret, which does not belong in a body; leave `key` out, or allow it (allow_secret_in_body) \
             if Citron asked you to send it",
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
            Some("must be decimal text above zero: digits with at most one point between them")
        }
        (Rule::ReturnUrl, Value::Text(text)) => return_url(text),
        (Rule::Date, Value::Text(text)) if !is_date(text) => Some("must be a calendar date, YYYY-MM-DD"),
        _ => None,
    };
    problem.map_or(Ok(()), |problem| Err(Error::parameter(parameter.name, problem)))
}

/// Returns why a text is not a valid `foreign_id`, or `None` if it is.
///
/// The rule applies only to requests: callbacks can carry ids that were sent before it existed.
///
/// ```
/// assert_eq!(citrn::foreign_id_problem("user-17"), None);
/// assert_eq!(citrn::foreign_id_problem("user-17 "), Some("must not begin or end with white space"));
/// ```
#[must_use]
pub fn foreign_id_problem(text: &str) -> Option<&'static str> {
    let invisible = "must not contain control or format characters, such as line breaks or zero-width characters";
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
        return Some("must not contain white space, control characters or backslashes");
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

/// `request_coin` is the side whose amount is fixed (API Documentation / API Endpoints, create-quota).
fn check_request_coin(fields: &Fields<'_>) -> Result<(), Error> {
    match (fields.text("request_coin"), fields.text("from_coin"), fields.text("to_coin")) {
        (Some(coin), from, to) if from != Some(coin) && to != Some(coin) => Err(Error::parameter(
            "request_coin",
            "must equal from_coin or to_coin, since it is the side whose amount is fixed",
        )),
        _ => Ok(()),
    }
}

/// Withdrawals of TON require a comment (API Documentation / API Endpoints, withdrawal).
fn check_ton_memo(spec: &EndpointSpec, fields: &Fields<'_>) -> Result<(), Error> {
    let takes_memo = spec.parameters.iter().any(|parameter| parameter.rule == Rule::Memo);
    let is_ton = |name| fields.text(name).is_some_and(|coin| coin.eq_ignore_ascii_case("TON"));
    if takes_memo && (is_ton("currency") || is_ton("convert_to")) && fields.text("memo").is_none() {
        return Err(Error::parameter("memo", "is required for TON; pass an empty text if the receiver needs none"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_calendar_dates_are_dates() {
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
