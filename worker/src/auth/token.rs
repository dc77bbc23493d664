//! Bearer tokens: who may ask, and for which routes.

use std::collections::HashMap;

use citrn::{
    hex,
    json::{Document, Json, Object},
};
use sha2::{Digest, Sha256};

use crate::http::{Cause, Problem, body::BOM, route::RouteSpec};

/// The header that carries a token.
pub const HEADER: &str = "Authorization";

/// Shortest token, in characters: a random one of this length cannot be guessed, whatever alphabet it is written in.
const SHORTEST: usize = 32;

/// Longest name, in characters.
const LONGEST_NAME: usize = 64;

/// A holder of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The name in logs.
    pub name: String,
    /// The routes that it may ask for; `None` is all of them.
    routes: Option<Vec<&'static RouteSpec>>,
}

/// The tokens of the setting `WORKER_TOKENS`, found by their SHA-256.
///
/// The token itself is not kept. Looking up a hash costs the same however many there are, and how long a comparison
/// takes says nothing about any token, since a caller cannot choose the hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens(HashMap<[u8; 32], Holder>);

impl Tokens {
    /// Reads `[{"name": "...", "token": "..." or "sha256": "...", "routes": ["/v1/payments"]}]`; without `routes` a token
    /// is for all of them.
    ///
    /// # Errors
    /// What is wrong with which entry, without anything of a token.
    pub fn read(text: &str, known: &'static [RouteSpec]) -> Result<Self, String> {
        let document = Document::parse(text.strip_prefix(BOM).unwrap_or(text)).ok();
        let entries = document
            .as_ref()
            .and_then(|document| document.root().array())
            .ok_or(r#"is not a JSON list such as [{"name":"shop","token":"..."}]"#)?;
        if entries.is_empty() {
            return Err("lists no token, so nobody could call this Worker".to_owned());
        }
        let mut tokens = HashMap::with_capacity(entries.len());
        for (number, entry) in (1..).zip(entries) {
            let (hash, holder) = entry_of(entry, known).map_err(|problem| format!("entry {number} {problem}"))?;
            if tokens.values().any(|other: &Holder| other.name == holder.name) {
                return Err(format!("entry {number} has the name of an earlier one"));
            }
            if tokens.insert(hash, holder).is_some() {
                return Err(format!("entry {number} has the token of an earlier one"));
            }
        }
        Ok(Self(tokens))
    }

    /// The holder of the token in an `Authorization` header.
    ///
    /// # Errors
    /// When there is no bearer token, or it is not one of these.
    pub fn holder(&self, authorization: Option<&str>) -> Result<&Holder, Problem> {
        let Some(token) = authorization.and_then(bearer) else {
            let detail = "Send the header \"Authorization: Bearer <token>\" with a token of the setting WORKER_TOKENS.";
            return Err(Problem::new(Cause::TokenRequired, detail).with("WWW-Authenticate", r#"Bearer realm="citrn""#));
        };
        self.0.get(hash(token).as_slice()).ok_or_else(|| {
            let detail = "The bearer token is not one of the setting WORKER_TOKENS.";
            Problem::new(Cause::TokenUnknown, detail)
                .with("WWW-Authenticate", r#"Bearer realm="citrn", error="invalid_token""#)
        })
    }
}

impl Holder {
    /// Whether this holder may ask for a route.
    ///
    /// # Errors
    /// When it may not.
    pub fn may(&self, route: &RouteSpec) -> Result<(), Problem> {
        if self.routes.as_ref().is_none_or(|routes| routes.contains(&route)) {
            return Ok(());
        }
        let RouteSpec { method, path, .. } = route;
        let detail = format!("The token \"{}\" is not for {method} {path}.", self.name);
        Err(Problem::new(Cause::RouteNotAllowed, detail)
            .with("WWW-Authenticate", r#"Bearer realm="citrn", error="insufficient_scope""#))
    }
}

/// The token of an `Authorization` header (RFC 6750, section 2.1; the scheme's name in any case, RFC 9110, section 11.1).
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.trim().split_once(' ')?;
    let token = token.trim_start();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn entry_of(json: Json<'_>, known: &'static [RouteSpec]) -> Result<([u8; 32], Holder), String> {
    let object = json.object().ok_or("is not an object")?;
    for (name, _) in object.iter() {
        if !["name", "token", "sha256", "routes"].contains(&name) {
            return Err("has a field other than name, token, sha256 and routes".to_owned());
        }
    }
    let name = text(&object, "name")?
        .filter(|name| is_name(name))
        .ok_or_else(|| format!("needs a name: 1 to {LONGEST_NAME} letters, digits and - _ . (it stands in the log)"))?;
    let hash = match (text(&object, "token")?, text(&object, "sha256")?) {
        (Some(token), None) => {
            let length = token.chars().count();
            if length < SHORTEST {
                return Err(format!("has a token of {length} characters: it must have at least {SHORTEST}"));
            }
            if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err("has a token with other characters than visible ASCII".to_owned());
            }
            hash(&token)
        }
        (None, Some(digits)) => hex::decode(digits.as_bytes()).ok_or("has a sha256 that is not 64 hex digits")?,
        _ => return Err("needs either a token or a sha256".to_owned()),
    };
    let routes = object.get("routes").map(|json| routes(json, known)).transpose()?;
    Ok((hash, Holder { name, routes }))
}

fn text(object: &Object<'_>, name: &str) -> Result<Option<String>, String> {
    object.get(name).map(|value| value.string().ok_or_else(|| format!("has a {name} that is not text"))).transpose()
}

fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(plain)
}

fn routes(json: Json<'_>, known: &'static [RouteSpec]) -> Result<Vec<&'static RouteSpec>, String> {
    let entries = json.array().ok_or("has routes that are not a list")?;
    let mut routes = Vec::new();
    for entry in entries {
        let text = entry.string().unwrap_or_default();
        let meant: Vec<_> = known.iter().filter(|route| route.is_named(&text)).collect();
        if meant.is_empty() {
            let known: Vec<String> = known
                .iter()
                .filter(|route| route.reads_token())
                .map(|route| format!("\"{} {}\"", route.method, route.path))
                .collect();
            return Err(format!("has a route that does not exist; there are {}", known.join(", ")));
        }
        routes.extend(meant);
    }
    Ok(routes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::Route;

    const TOKEN: &str = "0123456789abcdef0123456789abcdef";
    /// `printf %s 0123456789abcdef0123456789abcdef | sha256sum`
    const HASH: &str = "3eb1bd439947eb762998e566ccc2e099c791118b2f40579cc4f7da2b5061b7f9";

    fn tokens(text: &str) -> Tokens {
        Tokens::read(text, Route::SPECS).unwrap()
    }

    #[test]
    fn a_token_is_found_by_itself_or_by_its_hash() {
        for text in [
            format!(r#"[{{"name":"shop","token":"{TOKEN}"}}]"#),
            format!(r#"[{{"name":"shop","sha256":"{HASH}"}}]"#),
            // As PowerShell pipes it into `wrangler secret put`.
            format!("{BOM}[{{\"name\":\"shop\",\"sha256\":\"{HASH}\"}}]\r\n"),
            format!(r#"[{{"name":"shop","sha256":"{}"}}]"#, HASH.to_uppercase()),
        ] {
            let tokens = tokens(&text);
            for header in [format!("Bearer {TOKEN}"), format!("bearer   {TOKEN} "), format!("BEARER {TOKEN}")] {
                assert_eq!(tokens.holder(Some(&header)).unwrap().name, "shop", "{header}");
            }
        }
    }

    #[test]
    fn no_token_is_told_from_a_wrong_one() {
        let tokens = tokens(&format!(r#"[{{"name":"shop","token":"{TOKEN}"}}]"#));
        for (header, code) in [
            (None, "token_required"),
            (Some(""), "token_required"),
            (Some("Bearer"), "token_required"),
            (Some("Bearer  "), "token_required"),
            (Some("Basic c2hvcDpzZWNyZXQ="), "token_required"),
            (Some(TOKEN), "token_required"),
            (Some("Bearer 0123456789abcdef0123456789abcdeF"), "token_unknown"),
            (Some("Bearer 0123456789abcdef0123456789abcde"), "token_unknown"),
            (Some("Bearer x, Bearer 0123456789abcdef0123456789abcdef"), "token_unknown"),
        ] {
            let problem = tokens.holder(header).expect_err("it was taken");
            assert_eq!((problem.status, problem.code.as_str()), (401, code), "{header:?}");
            assert!(problem.headers.iter().any(|(name, _)| *name == "WWW-Authenticate"));
        }
    }

    #[test]
    fn a_token_is_for_all_routes_or_for_the_listed_ones() {
        let all = format!(r#"[{{"name":"all","token":"{TOKEN}"}}]"#);
        let some = format!(r#"[{{"name":"some","token":"{TOKEN}","routes":["POST /v1/payments"]}}]"#);
        let none = format!(r#"[{{"name":"none","token":"{TOKEN}","routes":[]}}]"#);
        let header = format!("Bearer {TOKEN}");
        for (text, payments, addresses) in [(all, true, true), (some, true, false), (none, false, false)] {
            let tokens = tokens(&text);
            let holder = tokens.holder(Some(&header)).unwrap();
            assert_eq!(holder.may(Route::CreatePayment.spec()).is_ok(), payments, "{text}");
            assert_eq!(
                holder.may(Route::TakeAddress.spec()).map_err(|problem| problem.status),
                if addresses { Ok(()) } else { Err(403) }
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_the_token() {
        let short = "short-token-1234";
        let other = "fedcba9876543210fedcba9876543210";
        for (text, said) in [
            ("".to_owned(), "is not a JSON list"),
            (TOKEN.to_owned(), "is not a JSON list"),
            ("{}".to_owned(), "is not a JSON list"),
            ("[]".to_owned(), "lists no token"),
            (format!(r#"["{TOKEN}"]"#), "entry 1 is not an object"),
            (format!(r#"[{{"token":"{TOKEN}"}}]"#), "entry 1 needs a name"),
            (format!(r#"[{{"name":"a b","token":"{TOKEN}"}}]"#), "entry 1 needs a name"),
            (
                format!(r#"[{{"name":"a","token":"{short}"}}]"#),
                "entry 1 has a token of 16 characters: it must have at least 32",
            ),
            (format!(r#"[{{"name":"a","token":"{TOKEN} "}}]"#), "entry 1 has a token with other characters"),
            (r#"[{"name":"a","token":17}]"#.to_owned(), "entry 1 has a token that is not text"),
            (r#"[{"name":"a"}]"#.to_owned(), "entry 1 needs either"),
            (format!(r#"[{{"name":"a","token":"{TOKEN}","sha256":"{HASH}"}}]"#), "entry 1 needs either"),
            (format!(r#"[{{"name":"a","sha256":"{TOKEN}"}}]"#), "entry 1 has a sha256"),
            (format!(r#"[{{"name":"a","sha256":"{}"}}]"#, HASH.replace('a', "g")), "entry 1 has a sha256"),
            (format!(r#"[{{"name":"a","token":"{TOKEN}","scope":"x"}}]"#), "entry 1 has a field other than"),
            (
                format!(r#"[{{"name":"a","token":"{TOKEN}","routes":"/v1/payments"}}]"#),
                "entry 1 has routes that are not a list",
            ),
            (format!(r#"[{{"name":"a","token":"{TOKEN}","routes":["/v1/payment"]}}]"#), "\"POST /v1/payments\""),
            (format!(r#"[{{"name":"a","token":"{TOKEN}","routes":[1]}}]"#), "entry 1 has a route that does not exist"),
            (
                format!(r#"[{{"name":"a","token":"{TOKEN}"}},{{"name":"a","token":"{other}"}}]"#),
                "entry 2 has the name of an earlier one",
            ),
            (
                format!(r#"[{{"name":"a","token":"{TOKEN}"}},{{"name":"b","token":"{TOKEN}"}}]"#),
                "entry 2 has the token of an earlier one",
            ),
        ] {
            let problem = Tokens::read(&text, Route::SPECS).expect_err(&text);
            assert!(problem.contains(said), "{text}: {problem}");
            assert!(!problem.contains(TOKEN) && !problem.contains(short), "{problem}");
        }
    }
}
