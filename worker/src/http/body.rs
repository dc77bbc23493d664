//! Strict bodies: a JSON object of known parameters without duplicates.

use citrn::json::{Document, Json, Object};

use super::problem::{Cause, Problem};

/// Longest body, in bytes.
pub const LIMIT: usize = 16 * 1024;

/// The parameter with fields for the gateway that its documentation does not have.
pub const EXTRA: &str = "extra";

/// The byte order mark, which some programs put before UTF-8 text.
pub const BOM: char = '\u{feff}';

/// Longest quote of an unknown name in a problem, in characters.
const QUOTED: usize = 64;

/// The parameters of a request, without duplicates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters<T>(Vec<(&'static str, T)>);

impl<T> Parameters<T> {
    /// Collects parameters. Fails with `duplicate_parameter`, or with the problem from `unknown` for an unknown name.
    pub fn collect<N: AsRef<str>>(
        pairs: impl IntoIterator<Item = (N, T)>,
        known: &[&'static str],
        unknown: impl Fn(&str) -> Problem,
    ) -> Result<Self, Problem> {
        let mut parameters = Self(Vec::with_capacity(known.len()));
        for (name, value) in pairs {
            let name = known.iter().find(|known| **known == name.as_ref()).ok_or_else(|| unknown(name.as_ref()))?;
            if parameters.find(name).is_some() {
                let detail = format!("{name} appears more than once: send it once");
                return Err(Problem::new(Cause::DuplicateParameter, detail).about(*name));
            }
            parameters.0.push((name, value));
        }
        Ok(parameters)
    }

    fn find(&self, name: &str) -> Option<&T> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}

impl Parameters<String> {
    /// Reads a body with text parameters. The value of [`EXTRA`] is its JSON text.
    pub fn read(body: &[u8], known: &[&'static str]) -> Result<Self, Problem> {
        let body = object(body)?;
        let fields = Parameters::fields(&body, known)?;
        let texts = fields.0.into_iter().map(|(name, value)| match name {
            EXTRA => Ok((name, value.as_str().to_owned())),
            _ => Ok((name, text(name, value)?)),
        });
        texts.collect::<Result<_, _>>().map(Self)
    }

    /// Returns an optional parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.find(name).map(String::as_str)
    }

    /// Returns a required parameter.
    pub fn required(&self, name: &'static str) -> Result<&str, Problem> {
        self.get(name).ok_or_else(|| missing(name))
    }
}

impl<'a> Parameters<Json<'a>> {
    /// Reads the fields of a body's object.
    pub fn fields(body: &'a Document<'_>, known: &[&'static str]) -> Result<Self, Problem> {
        Self::collect(body.root().object().iter().flat_map(Object::iter), known, |name| {
            let name: String = name.chars().filter(|character| !character.is_control()).take(QUOTED).collect();
            let detail = format!("{name} is not a parameter of this route, which takes {}", known.join(", "));
            Problem::new(Cause::UnknownParameter, detail).about(name)
        })
    }

    /// Returns an optional parameter.
    pub fn get(&self, name: &str) -> Option<Json<'a>> {
        self.find(name).copied()
    }

    /// Returns an optional text parameter.
    pub fn text(&self, name: &'static str) -> Result<Option<String>, Problem> {
        self.get(name).map(|value| text(name, value)).transpose()
    }

    /// Returns a required text parameter.
    pub fn required(&self, name: &'static str) -> Result<String, Problem> {
        self.text(name)?.ok_or_else(|| missing(name))
    }
}

/// Reads a body that is a JSON object.
pub fn object(body: &[u8]) -> Result<Document<'_>, Problem> {
    let malformed = |detail: &str| Problem::new(Cause::MalformedBody, detail);
    if body.is_empty() {
        return Err(malformed("The body is empty: send a JSON object."));
    }
    if let Some(encoding) = other_encoding(body) {
        return Err(malformed(&format!("The body is {encoding}: send it as UTF-8.")));
    }
    let text = core::str::from_utf8(body).map_err(|_| malformed("The body is not UTF-8."))?;
    // .NET and PowerShell write a byte order mark. RFC 8259, section 8.1, allows parsers to ignore it.
    let text = text.strip_prefix(BOM).unwrap_or(text);
    let document = Document::parse(text).map_err(|_| malformed("The body is not JSON: send a JSON object."))?;
    match (document.root().object(), kind(document.root())) {
        (Some(_), _) => Ok(document),
        (None, "an object") => Err(malformed("The body contains a name that is not valid Unicode text.")),
        (None, kind) => Err(malformed(&format!("The body is {kind}: send a JSON object."))),
    }
}

/// Detects UTF-16 and UTF-32 by the byte order mark, or by the zero bytes around the first character, which is ASCII in
/// JSON.
fn other_encoding(body: &[u8]) -> Option<&'static str> {
    match body {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] | [_, 0, 0, 0, ..] | [0, 0, 0, _, ..] => Some("UTF-32"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [_, 0, ..] | [0, _, ..] => Some("UTF-16"),
        _ => None,
    }
}

fn text(name: &'static str, value: Json<'_>) -> Result<String, Problem> {
    value.string().ok_or_else(|| match kind(value) {
        "text" => Problem::invalid(name, "is not valid Unicode text"),
        "null" => Problem::invalid(name, "must be text, not null; omit it if it is not needed"),
        kind => Problem::invalid(name, &format!("must be text, not {kind}")),
    })
}

/// Refuses an invalid `foreign_id` in a request. Stored links and callbacks may still contain one.
pub fn check_foreign_id(text: &str) -> Result<(), Problem> {
    citrn::foreign_id_problem(text).map_or(Ok(()), |why| Err(Problem::invalid("foreign_id", why)))
}

fn missing(name: &'static str) -> Problem {
    Problem::new(Cause::MissingParameter, format!("{name} is missing: it is required and must be text")).about(name)
}

/// Returns the kind of a JSON value, for messages.
fn kind(json: Json<'_>) -> &'static str {
    match json.as_str().bytes().next() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "text",
        Some(b't' | b'f') => "true or false",
        Some(b'n') => "null",
        _ => "a number",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[&str] = &["foreign_id", "currency", "convert_to"];

    fn read(body: &str) -> Result<Parameters<String>, Problem> {
        Parameters::read(body.as_bytes(), KNOWN)
    }

    fn refusal(body: &[u8]) -> (String, Option<String>, String) {
        let problem = Parameters::read(body, KNOWN).expect_err("accepted");
        (problem.code.clone(), problem.field.clone(), problem.detail.clone())
    }

    #[test]
    fn text_parameters_are_read_in_any_order() {
        let parameters = read(r#" {"currency" : "BTC", "foreign_id":"u-\u00e9"} "#).unwrap();
        assert_eq!(parameters.required("foreign_id").unwrap(), "u-é");
        assert_eq!(parameters.required("currency").unwrap(), "BTC");
        assert_eq!(parameters.get("convert_to"), None);
    }

    #[test]
    fn a_missing_parameter_is_named() {
        let problem = read(r#"{"currency":"BTC"}"#).unwrap().required("foreign_id").expect_err("present").clone();
        assert_eq!((problem.code.as_str(), problem.field.as_deref()), ("missing_parameter", Some("foreign_id")));
    }

    #[test]
    fn a_body_that_is_not_an_object_is_malformed() {
        for body in [
            b"".as_slice(),
            b"   ",
            b"foreign_id=17",
            b"{\"foreign_id\":\"17\"",
            b"{\"foreign_id\":\"17\"} x",
            b"{'foreign_id':'17'}",
            b"[]",
            b"\"text\"",
            b"17",
            b"null",
            b"true",
            b"\xff\xfe{}",
            b"{\"\\ud800\":\"x\"}",
            b"{\"foreign_id\":\"17\",}",
        ] {
            let (code, field, _) = refusal(body);
            assert_eq!((code.as_str(), field), ("malformed_body", None), "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn one_byte_order_mark_before_the_body_is_ignored() {
        let body = r#"{"currency":"BTC","foreign_id":"u"}"#;
        for space in ["", " ", "\r\n\t"] {
            let parameters = read(&format!("\u{feff}{space}{body}")).unwrap();
            assert_eq!(parameters.required("foreign_id").unwrap(), "u");
        }
        for twice in [format!("\u{feff}\u{feff}{body}"), format!(" \u{feff}{body}"), format!("{body}\u{feff}")] {
            assert_eq!(refusal(twice.as_bytes()).0, "malformed_body");
        }
        let inside = read("{\"foreign_id\":\"\u{feff}\",\"currency\":\"BTC\"}").unwrap();
        assert_eq!(inside.required("foreign_id").unwrap(), "\u{feff}");
        assert_eq!(refusal("{\"\u{feff}currency\":\"BTC\"}".as_bytes()).0, "unknown_parameter");
    }

    #[test]
    fn utf_16_and_utf_32_are_named_in_the_refusal() {
        let wide = |units: &[u16], order: fn(u16) -> [u8; 2]| units.iter().flat_map(|unit| order(*unit)).collect();
        for bom in ["", "\u{feff}"] {
            for json in ["{}", "{\"currency\":\"é\"}", " {}"] {
                let text = format!("{bom}{json}");
                let units: Vec<u16> = text.encode_utf16().collect();
                for order in [u16::to_le_bytes, u16::to_be_bytes] {
                    let body: Vec<u8> = wide(&units, order);
                    let (code, _, detail) = refusal(&body);
                    assert_eq!(
                        (code.as_str(), detail.as_str()),
                        ("malformed_body", "The body is UTF-16: send it as UTF-8.")
                    );
                }
                for order in [u32::to_le_bytes, u32::to_be_bytes] {
                    let body: Vec<u8> = text.chars().flat_map(|character| order(character.into())).collect();
                    assert_eq!(refusal(&body).2, "The body is UTF-32: send it as UTF-8.");
                }
            }
        }
    }

    #[test]
    fn a_refusal_names_the_parameter() {
        for (body, code, field) in [
            (r#"{"foreign_id":17}"#, "invalid_parameter", "foreign_id"),
            (r#"{"foreign_id":null}"#, "invalid_parameter", "foreign_id"),
            (r#"{"foreign_id":["a"]}"#, "invalid_parameter", "foreign_id"),
            (r#"{"foreign_id":{"a":1}}"#, "invalid_parameter", "foreign_id"),
            (r#"{"foreign_id":true}"#, "invalid_parameter", "foreign_id"),
            (r#"{"foreign_id":"\ud800"}"#, "invalid_parameter", "foreign_id"),
            (r#"{"foreign_id":"a","foreign_id":"a"}"#, "duplicate_parameter", "foreign_id"),
            (r#"{"foreign_id":"a","foreign\u005fid":"b"}"#, "duplicate_parameter", "foreign_id"),
            (r#"{"foreign_id":"a","amount":"1"}"#, "unknown_parameter", "amount"),
            (r#"{"Foreign_id":"a"}"#, "unknown_parameter", "Foreign_id"),
            (r#"{"":"a"}"#, "unknown_parameter", ""),
        ] {
            let (got, named, detail) = refusal(body.as_bytes());
            assert_eq!((got.as_str(), named.as_deref()), (code, Some(field)), "{body}: {detail}");
        }
    }

    #[test]
    fn an_unknown_name_is_quoted_truncated_and_without_control_characters() {
        let (_, field, _) = refusal(format!(r#"{{"a\u0000b{}":"x"}}"#, "c".repeat(500)).as_bytes());
        assert_eq!(field, Some(format!("ab{}", "c".repeat(62))));
    }

    #[test]
    fn deep_nesting_is_refused_like_any_other_value() {
        let deep = format!(r#"{{"foreign_id":{}{}}}"#, "[".repeat(5000), "]".repeat(5000));
        let problem = read(&deep).expect_err("accepted");
        assert!(problem.code == "invalid_parameter" || problem.code == "malformed_body", "{}", problem.code);
    }
}
