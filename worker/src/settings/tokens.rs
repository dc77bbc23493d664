//! The setting `WORKER_TOKENS`.

use std::collections::HashMap;

use citrn::{
    hex,
    json::{Document, Json, Object},
};

use crate::{
    auth::{Holder, Tokens, hash},
    http::{body::BOM, route::RouteSpec},
};

/// Shortest token, in characters. A random token of this length cannot be guessed, even if it consists of hex digits.
const SHORTEST: usize = 32;

/// Longest name, in characters.
const LONGEST_NAME: usize = 64;

/// Parses `[{"name": "...", "token": "..." or "sha256": "...", "routes": ["/v1/payments"]}]`. Without `routes`, a token
/// may call all routes. An error describes the invalid entry and contains no token.
pub(super) fn read(text: &str, known: &'static [RouteSpec]) -> Result<Tokens, String> {
    let document = Document::parse(text.strip_prefix(BOM).unwrap_or(text)).ok();
    let entries = document
        .as_ref()
        .and_then(|document| document.root().array())
        .ok_or(r#"is not a JSON list such as [{"name":"shop","token":"..."}]"#)?;
    if entries.is_empty() {
        return Err("lists no token, so every request would be refused".to_owned());
    }
    let mut tokens = HashMap::with_capacity(entries.len());
    for (number, entry) in (1..).zip(entries) {
        let (hash, holder) = entry_of(entry, known).map_err(|problem| format!("entry {number} {problem}"))?;
        if tokens.values().any(|other: &Holder| other.name == holder.name) {
            return Err(format!("entry {number} has the same name as an earlier one"));
        }
        if tokens.insert(hash, holder).is_some() {
            return Err(format!("entry {number} has the same token as an earlier one"));
        }
    }
    Ok(Tokens(tokens))
}

fn entry_of(json: Json<'_>, known: &'static [RouteSpec]) -> Result<([u8; 32], Holder), String> {
    let object = json.object().ok_or("is not an object")?;
    for (name, _) in object.iter() {
        if !["name", "token", "sha256", "routes"].contains(&name) {
            return Err("has a field other than name, token, sha256 and routes".to_owned());
        }
    }
    let name = text(&object, "name")?.filter(|name| is_name(name)).ok_or_else(|| {
        format!("needs a name: 1 to {LONGEST_NAME} letters, digits and - _ . (it appears in the log)")
    })?;
    let hash = match (text(&object, "token")?, text(&object, "sha256")?) {
        (Some(token), None) => {
            let length = token.chars().count();
            if length < SHORTEST {
                return Err(format!("has a token of {length} characters: it must have at least {SHORTEST}"));
            }
            if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err("has a token with characters other than visible ASCII".to_owned());
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
        let named: Vec<_> = known.iter().filter(|route| route.is_named(&text)).collect();
        if named.is_empty() {
            let known: Vec<String> = known
                .iter()
                .filter(|route| route.reads_token())
                .map(|route| format!("\"{} {}\"", route.method, route.path))
                .collect();
            return Err(format!("has a route that does not exist; the routes are {}", known.join(", ")));
        }
        routes.extend(named);
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
        read(text, Route::SPECS).unwrap()
    }

    #[test]
    fn a_token_is_configured_in_plain_text_or_as_a_hash() {
        for text in [
            format!(r#"[{{"name":"shop","token":"{TOKEN}"}}]"#),
            format!(r#"[{{"name":"shop","sha256":"{HASH}"}}]"#),
            // PowerShell pipes text into `wrangler secret put` in this form.
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
    fn missing_and_unknown_tokens_have_distinct_codes() {
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
            let problem = tokens.holder(header).expect_err("accepted");
            assert_eq!((problem.status, problem.code.as_str()), (401, code), "{header:?}");
            assert!(problem.headers.iter().any(|(name, _)| *name == "WWW-Authenticate"));
        }
    }

    #[test]
    fn a_token_allows_all_routes_or_the_listed_ones() {
        let all = format!(r#"[{{"name":"all","token":"{TOKEN}"}}]"#);
        let some = format!(r#"[{{"name":"some","token":"{TOKEN}","routes":["POST /v1/payments"]}}]"#);
        let none = format!(r#"[{{"name":"none","token":"{TOKEN}","routes":[]}}]"#);
        let header = format!("Bearer {TOKEN}");
        for (text, payments, addresses) in [(all, true, true), (some, true, false), (none, false, false)] {
            let tokens = tokens(&text);
            let holder = tokens.holder(Some(&header)).unwrap();
            assert_eq!(holder.check_route(Route::CreatePayment.spec()).is_ok(), payments, "{text}");
            assert_eq!(
                holder.check_route(Route::TakeAddress.spec()).map_err(|problem| problem.status),
                if addresses { Ok(()) } else { Err(403) }
            );
        }
    }

    #[test]
    fn an_entry_without_a_method_allows_all_methods_of_its_path() {
        let header = format!("Bearer {TOKEN}");
        for (entry, reads, erases) in [
            ("/v1/callbacks", true, true),
            ("GET /v1/callbacks", true, false),
            ("DELETE /v1/callbacks", false, true),
            ("/v1/callbacks/{id}", false, false),
        ] {
            let tokens = tokens(&format!(r#"[{{"name":"a","token":"{TOKEN}","routes":["{entry}"]}}]"#));
            let holder = tokens.holder(Some(&header)).unwrap();
            assert_eq!(holder.check_route(Route::ListCallbacks.spec()).is_ok(), reads, "{entry}");
            assert_eq!(holder.check_route(Route::EraseCustomer.spec()).is_ok(), erases, "{entry}");
        }
    }

    #[test]
    fn an_error_describes_the_entry_without_its_token() {
        let short = "short-token-1234";
        let other = "fedcba9876543210fedcba9876543210";
        for (text, expected) in [
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
            (format!(r#"[{{"name":"a","token":"{TOKEN} "}}]"#), "entry 1 has a token with characters other than"),
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
                "entry 2 has the same name as an earlier one",
            ),
            (
                format!(r#"[{{"name":"a","token":"{TOKEN}"}},{{"name":"b","token":"{TOKEN}"}}]"#),
                "entry 2 has the same token as an earlier one",
            ),
        ] {
            let problem = read(&text, Route::SPECS).expect_err(&text);
            assert!(problem.contains(expected), "{text}: {problem}");
            assert!(!problem.contains(TOKEN) && !problem.contains(short), "{problem}");
        }
    }
}
