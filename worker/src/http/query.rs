//! The query of a URL, or a form: parameters that the route knows, each at most once.

use core::str::FromStr;

use form_urlencoded::parse;
use percent_encoding::percent_decode;

use super::{
    body::Parameters,
    problem::{Cause, Problem},
};

/// Reads the query of an absolute URL.
pub fn read(url: &str, known: &[&'static str]) -> Result<Parameters<String>, Problem> {
    let query = url.split('#').next().and_then(|url| url.split_once('?')).map_or("", |(_, query)| query);
    pairs("query", query.as_bytes(), known)
}

/// Reads the body of a form.
pub fn form(body: &[u8], known: &[&'static str]) -> Result<Parameters<String>, Problem> {
    pairs("form", body, known)
}

fn pairs(part: &str, text: &[u8], known: &[&'static str]) -> Result<Parameters<String>, Problem> {
    // The parser replaces other bytes, so that they could name something else.
    if percent_decode(text).decode_utf8().is_err() {
        let detail = format!("The {part} is not UTF-8 behind its percent-encoding.");
        return Err(Problem::new(Cause::InvalidParameter, detail));
    }
    Parameters::collect(parse(text).map(|(name, value)| (name, value.into_owned())), known, |_| {
        let known = known.join(", ");
        let detail = format!("The {part} has a parameter that this route does not take; it takes {known}.");
        Problem::new(Cause::UnknownParameter, detail)
    })
}

/// Reads a whole number in its one written form: without a plus sign and without leading zeros.
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
    fn parameters_are_decoded_and_known() {
        let query = read("https://edge.example/v1/callbacks?after=1%2E2+3&limit=5#limit=6").unwrap();
        assert_eq!((query.get("after"), query.get("limit")), (Some("1.2 3"), Some("5")));
        assert_eq!(read("https://edge.example/").unwrap().get("limit"), None);
        assert_eq!(read("https://edge.example/?x=1").unwrap_err(), "unknown_parameter");
        assert_eq!(read("https://edge.example/?limit=1&limit=1").unwrap_err(), "duplicate_parameter");
        for foreign in ["after=%FF", "after=a%C3", "after=%ED%A0%80", "%FF=1"] {
            assert_eq!(
                read(&format!("https://edge.example/?{foreign}")).unwrap_err(),
                "invalid_parameter",
                "{foreign}"
            );
        }
        let read_form = |body: &str| form(body.as_bytes(), &["coin"]).map_err(|problem| problem.code.clone());
        assert_eq!(read_form("coin=%42TC").unwrap().get("coin"), Some("BTC"));
        assert_eq!(read_form("coin=BTC&amount=1").unwrap_err(), "unknown_parameter");
        assert_eq!(read_form("coin=BTC&coin=ETH").unwrap_err(), "duplicate_parameter");
    }
}
