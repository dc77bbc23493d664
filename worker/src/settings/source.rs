//! Where settings come from.

use citrn::Secret;

use super::Fault;

/// Where settings come from: the text of a name, if it is set.
pub type Source<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The text of a setting that may be left out; being set to nothing is leaving it out.
pub(super) fn optional(source: Source<'_>, name: &str) -> Option<String> {
    source(name).filter(|text| !text.trim().is_empty())
}

/// The text of a secret that must be there.
pub(super) fn given(source: Source<'_>, name: &'static str) -> Result<String, Fault> {
    let problem = match source(name) {
        Some(text) if !text.trim().is_empty() => return Ok(text),
        Some(_) => "is empty",
        None => "is not set",
    };
    Err(Fault::new(name, format!("{problem}: {}", how_to_set(name))))
}

/// Returns the remedy for a missing secret.
pub(super) fn how_to_set(name: &str) -> String {
    format!("put it into .dev.vars, or run `npx wrangler secret put {name} --env production`")
}

/// A key as it was given.
pub(super) fn key(name: &'static str, text: String) -> Result<Secret, Fault> {
    let secret = Secret::new(text);
    match secret.problem() {
        Some(problem) => Err(Fault::new(name, problem)),
        None => Ok(secret),
    }
}
