//! The query of a URL, or a form: parameters that the route knows, each at most once.

use core::str::FromStr;

use form_urlencoded::parse;
use percent_encoding::percent_decode;

use super::problem::{Cause, Problem};

/// The parameters of a query, or of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query(Vec<(&'static str, String)>);

impl Query {
    /// Reads the query of an absolute URL.
    ///
    /// # Errors
    /// When it is not UTF-8, or has a parameter that is unknown or twice there; `field` names it.
    pub fn read(url: &str, known: &'static [&'static str]) -> Result<Self, Problem> {
        let query = url.split('#').next().and_then(|url| url.split_once('?')).map_or("", |(_, query)| query);
        Self::pairs("query", query.as_bytes(), known)
    }

    /// Reads the body of a form.
    ///
    /// # Errors
    /// As [`Query::read`].
    pub fn form(body: &[u8], known: &'static [&'static str]) -> Result<Self, Problem> {
        Self::pairs("form", body, known)
    }

    fn pairs(what: &str, text: &[u8], known: &'static [&'static str]) -> Result<Self, Problem> {
        // The parser replaces other bytes, so that they could name something else.
        if percent_decode(text).decode_utf8().is_err() {
            let detail = format!("The {what} is not UTF-8 behind its percent-encoding.");
            return Err(Problem::new(Cause::InvalidParameter, detail));
        }
        let mut parameters = Self(Vec::new());
        for (name, value) in parse(text) {
            let Some(known) = known.iter().find(|known| **known == name) else {
                let detail =
                    format!("The {what} has a parameter that this route does not take; it takes {}.", known.join(", "));
                return Err(Problem::new(Cause::UnknownParameter, detail));
            };
            if parameters.get(known).is_some() {
                let detail = format!("{known} stands there twice: send it once");
                return Err(Problem::new(Cause::DuplicateParameter, detail).about(*known));
            }
            parameters.0.push((known, value.into_owned()));
        }
        Ok(parameters)
    }

    /// A parameter, if it is there.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Reads a whole number in its one written form: without a plus sign and without leading zeros.
    #[must_use]
    pub fn whole_number<N: FromStr + ToString>(text: &str) -> Option<N> {
        text.parse().ok().filter(|number: &N| number.to_string() == text)
    }

    /// A parameter that cannot be right.
    #[must_use]
    pub fn invalid(name: &'static str, problem: &str) -> Problem {
        Problem::new(Cause::InvalidParameter, format!("{name} {problem}")).about(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<Query, String> {
        Query::read(url, &["limit", "after"]).map_err(|problem| problem.code.clone())
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
        let form = |body: &str| Query::form(body.as_bytes(), &["coin"]).map_err(|problem| problem.code.clone());
        assert_eq!(form("coin=%42TC").unwrap().get("coin"), Some("BTC"));
        assert_eq!(form("coin=BTC&amount=1").unwrap_err(), "unknown_parameter");
        assert_eq!(form("coin=BTC&coin=ETH").unwrap_err(), "duplicate_parameter");
    }
}
