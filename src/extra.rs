//! Checks of the fields that a call sends in addition to its parameters.

use crate::{
    Error, Secret,
    endpoint::{EndpointSpec, ExtraFields, too_large},
    json::{Document, Json},
    limits::{MAX_EXTRA_BYTES, MAX_EXTRA_DEPTH},
    redact::Secrets,
    sanitize::sanitize,
};

/// Parameters, and names that repeat or contradict them: the CoinsPaid family's names, this API's names elsewhere, and
/// common ones. A second destination tag, amount or currency would send money astray.
const CONFLICTS: [(&str, &str); 8] = [
    (
        "memo",
        "tag destination_tag dest_tag address_tag comment payment_id memo_id memo_text address_memo destination_memo \
         extra_id",
    ),
    (
        "address",
        "crypto_address wallet wallet_address receiver_address to_address address_to destination destination_address \
         dest_address recipient recipient_address beneficiary_address payout_address withdrawal_address",
    ),
    (
        "amount request_amount quote_id",
        "amount amount_from amount_to request_amount sender_amount receiver_amount price",
    ),
    (
        "currency coin_name from_coin request_coin quote_id",
        "currency currency_code currency_from sender_currency coin coin_name from_coin request_coin iso network \
         network_name blockchain",
    ),
    ("convert_to to_coin quote_id", "convert_to currency_to receiver_currency currency_received to_coin"),
    ("key", "secret secret_key api_secret private_key"),
    ("return_url", "url url_back back_url url_success success_url url_failed failed_url redirect_url"),
    ("quote_id", "quota_id quote quota"),
];

/// The shortest text and number that are redacted: shorter ones identify nobody, and occur in any reply by chance.
const MIN_CHARACTERS: usize = 2;
const MIN_DIGITS: usize = 4;

/// Checks that a call may send an extra field of this name: it creates or moves something, and has no parameter of the
/// same meaning.
///
/// ```
/// use citrn::{Endpoint, check_extra_name, endpoints::CreateWithdrawal};
/// assert!(check_extra_name(CreateWithdrawal::SPEC, "end_user_reference").is_ok());
/// let error = check_extra_name(CreateWithdrawal::SPEC, "tag").unwrap_err();
/// assert_eq!(error.field(), Some("extra.tag"));
/// assert!(error.message().contains("set memo instead"));
/// ```
///
/// # Errors
/// `invalid_parameter` with the field `extra.NAME`, or `extra` if the call only reads.
pub fn check_extra_name(spec: &EndpointSpec, name: &str) -> Result<(), Error> {
    check_kind(spec)?;
    let refused = |problem: &str| Err(Error::parameter(&["extra.", &sanitize(name)].concat(), problem));
    if !(1..=64).contains(&name.len()) || !name.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-')) {
        return refused("must be named with 1 to 64 letters, digits, _ and -");
    }
    let mut names = spec.parameters.iter().map(|parameter| parameter.name);
    if let Some(known) = names.clone().find(|known| is_same(known, name)) {
        return refused(&format!("is the parameter {known} of {}; set that instead", spec.name));
    }
    let is_conflict = |(known, others): (&str, &str), parameter: &str| {
        known.split(' ').any(|known| known == parameter) && others.split(' ').any(|other| is_same(other, name))
    };
    match names.find(|known| CONFLICTS.iter().any(|row| is_conflict(*row, known))) {
        Some(known) => refused(&format!("repeats or contradicts the parameter {known}; set {known} instead")),
        None => Ok(()),
    }
}

/// Compares names without case and separators, so that `amountTo` equals `amount_to`.
fn is_same(one: &str, other: &str) -> bool {
    plain(one).eq(plain(other))
}

fn plain(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase())
}

fn check_kind(spec: &EndpointSpec) -> Result<(), Error> {
    match spec.takes_extra() {
        true => Ok(()),
        false => Err(Error::parameter("extra", format_args!("is not for {}, which only reads", spec.name))),
    }
}

/// Checks the extra fields of a call: their names as [`check_extra_name`], and that no name appears twice; together at
/// most 16 KB; values that are JSON of at most 16 levels, without duplicate names; none of the secrets anywhere.
///
/// ```
/// use citrn::{Endpoint, Secret, check_extra, endpoint::ExtraFields, endpoints::TakeAddress};
/// let mut extra = ExtraFields::new();
/// extra.push("sender_data", r#"{"keys":["AbCdEfG123456"]}"#);
/// let error = check_extra(TakeAddress::SPEC, &extra, &[&Secret::new("AbCdEfG123456")]).unwrap_err();
/// assert_eq!(error.field(), Some("extra.sender_data"));
/// ```
///
/// # Errors
/// `invalid_parameter`; [`Error::field`] is the path of the value, such as `extra.sender_data.first_name`. The message
/// contains no value.
pub fn check_extra(spec: &EndpointSpec, extra: &ExtraFields, secrets: &[&Secret]) -> Result<(), Error> {
    checked_texts(spec, extra, secrets).map(drop)
}

/// Checks the extra fields, and returns the texts and numbers in their values, for redaction.
pub(crate) fn checked_texts(
    spec: &EndpointSpec,
    extra: &ExtraFields,
    secrets: &[&Secret],
) -> Result<Vec<String>, Error> {
    check_kind(spec)?;
    if extra.size() > MAX_EXTRA_BYTES {
        return Err(too_large());
    }
    let secrets =
        Secrets { secrets: secrets.iter().filter_map(|secret| secret.as_text()).collect(), words: Vec::new() };
    let contains_secret = |text: &str| secrets.redact(text).is_none_or(|redacted| redacted != text);
    let mut texts = Vec::new();
    let mut names = Vec::new();
    for (name, json) in extra.iter() {
        if contains_secret(name) {
            return Err(Error::parameter("extra", "has the API secret in a name; it does not belong in a body"));
        }
        check_extra_name(spec, name)?;
        let path = ["extra.", name].concat();
        let refused = |problem| Err(Error::parameter(&path, problem));
        if names.contains(&name) {
            return refused("appears more than once");
        }
        names.push(name);
        let Ok(document) = Document::parse(json) else { return refused("must be JSON") };
        if document.root().depth() > MAX_EXTRA_DEPTH {
            return refused("must be nested at most 16 levels deep");
        }
        if contains_secret(json) {
            return refused("contains the API secret, which does not belong in a body");
        }
        collect(document.root(), &path, &mut texts)?;
    }
    Ok(texts)
}

/// Collects the texts and numbers of a value, and checks that every string is Unicode and every name appears once:
/// parsers disagree about the others. Recursion is bounded by [`MAX_EXTRA_DEPTH`].
fn collect(json: Json<'_>, path: &str, texts: &mut Vec<String>) -> Result<(), Error> {
    let inner = |name: &str| [path, ".", &sanitize(name)].concat();
    if json.is_object() {
        let object = json.object().ok_or_else(|| lone_surrogate(path))?;
        let mut names = Vec::new();
        for (name, value) in object.iter() {
            if names.contains(&name) {
                return Err(Error::parameter(&inner(name), "appears more than once"));
            }
            names.push(name);
            collect(value, &inner(name), texts)?;
        }
    }
    for (at, item) in json.items().into_iter().flatten().enumerate() {
        collect(item, &inner(&at.to_string()), texts)?;
    }
    if json.is_string() || json.is_number() {
        let text = json.text().ok_or_else(|| lone_surrogate(path))?;
        let shortest = if json.is_number() { MIN_DIGITS } else { MIN_CHARACTERS };
        if text.chars().count() >= shortest && !texts.contains(&text) {
            texts.push(text);
        }
    }
    Ok(())
}

fn lone_surrogate(path: &str) -> Error {
    Error::parameter(path, "must be well-formed Unicode: it has a lone surrogate")
}

#[cfg(test)]
mod tests {
    use super::CONFLICTS;
    use crate::endpoints::ALL;

    #[test]
    fn conflicts_are_with_parameters_of_the_table() {
        let parameters: Vec<_> =
            ALL.iter().filter(|spec| spec.takes_extra()).flat_map(|spec| spec.parameters).map(|one| one.name).collect();
        for (known, others) in CONFLICTS {
            for name in known.split(' ') {
                assert!(parameters.contains(&name), "{name}");
            }
            assert!(others.split(' ').all(|name| !name.is_empty()), "{others}");
        }
    }
}
