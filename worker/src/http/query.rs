//! Queries and forms: known parameters without duplicates.

use core::str::FromStr;

use form_urlencoded::parse;
use percent_encoding::percent_decode;

use super::{
    body::Parameters,
    problem::{Cause, Problem},
};

/// Parses the query of an absolute URL.
pub fn read(url: &str, known: &[&'static str]) -> Result<Parameters<String>, Problem> {
    let query = url.split('#').next().and_then(|url| url.split_once('?')).map_or("", |(_, query)| query);
    pairs("query", query.as_bytes(), known)
}

/// Parses the body of a form.
pub fn form(body: &[u8], known: &[&'static str]) -> Result<Parameters<String>, Problem> {
    pairs("form", body, known)
}

fn pairs(part: &str, text: &[u8], known: &[&'static str]) -> Result<Parameters<String>, Problem> {
    // The parser would replace invalid bytes, so that two different values could become equal.
    if percent_decode(text).decode_utf8().is_err() {
        let detail = format!("The {part} is not UTF-8 after percent-decoding.");
        return Err(Problem::new(Cause::InvalidParameter, detail));
    }
    Parameters::collect(parse(text).map(|(name, value)| (name, value.into_owned())), known, |_| {
        let known = known.join(", ");
        let detail = format!("The {part} has an unknown parameter: this route takes {known}.");
        Problem::new(Cause::UnknownParameter, detail)
    })
}

/// Parses a whole number in canonical form: without a plus sign and leading zeros.
pub fn whole_number<N: FromStr + ToString>(text: &str) -> Option<N> {
    text.parse().ok().filter(|number: &N| number.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<Parameters<String>, String> {
        super::read(url, &["limit", "after"]).map_err(|problem| problem.code.clone())
    }

    #[test]
    fn known_parameters_are_decoded_and_others_refused() {
        let query = read("https://edge.example/v1/callbacks?after=1%2E2+3&limit=5#limit=6").unwrap();
        assert_eq!((query.get("after"), query.get("limit")), (Some("1.2 3"), Some("5")));
        assert_eq!(read("https://edge.example/").unwrap().get("limit"), None);
        assert_eq!(read("https://edge.example/?x=1").unwrap_err(), "unknown_parameter");
        assert_eq!(read("https://edge.example/?limit=1&limit=1").unwrap_err(), "duplicate_parameter");
        for invalid in ["after=%FF", "after=a%C3", "after=%ED%A0%80", "%FF=1"] {
            assert_eq!(
                read(&format!("https://edge.example/?{invalid}")).unwrap_err(),
                "invalid_parameter",
                "{invalid}"
            );
        }
        let read_form = |body: &str| form(body.as_bytes(), &["coin"]).map_err(|problem| problem.code.clone());
        assert_eq!(read_form("coin=%42TC").unwrap().get("coin"), Some("BTC"));
        assert_eq!(read_form("coin=BTC&amount=1").unwrap_err(), "unknown_parameter");
        assert_eq!(read_form("coin=BTC&coin=ETH").unwrap_err(), "duplicate_parameter");
    }
}
