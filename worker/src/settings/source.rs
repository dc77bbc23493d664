//! Where settings come from.

use citrn::Secret;

use super::Fault;

/// Where settings come from: the text of a name, if it is set.
pub type Source<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The text of a setting that may be left out; being set to nothing is leaving it out.
pub(super) fn optional(source: Source<'_>, name: &str) -> Option<String> {
    source(name).filter(|text| !text.trim().is_empty())
}

/// Reads a setting that may be left out.
pub(super) fn read<T, E: Into<String>>(
    source: Source<'_>,
    name: &'static str,
    read: impl FnOnce(&str) -> Result<T, E>,
) -> Result<Option<T>, Fault> {
    optional(source, name).map(|text| read(&text).map_err(|problem| Fault::new(name, problem))).transpose()
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

/// Reads a secret as it was given.
pub(super) fn secret(text: &str) -> Result<Secret, &'static str> {
    let secret = Secret::new(text);
    secret.problem().map_or(Ok(secret), Err)
}
