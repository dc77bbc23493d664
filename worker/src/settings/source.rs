//! Access to the texts of settings.

use citrn::Secret;

use super::Fault;

/// Returns the text of a setting, if it is set.
pub type Source<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Returns the text of an optional setting. An empty one counts as unset.
pub(super) fn optional(source: Source<'_>, name: &str) -> Option<String> {
    source(name).filter(|text| !text.trim().is_empty())
}

/// Parses an optional setting.
pub(super) fn read<T, E: Into<String>>(
    source: Source<'_>,
    name: &'static str,
    read: impl FnOnce(&str) -> Result<T, E>,
) -> Result<Option<T>, Fault> {
    optional(source, name).map(|text| read(&text).map_err(|problem| Fault::new(name, problem))).transpose()
}

/// Returns the text of a required secret.
pub(super) fn required(source: Source<'_>, name: &'static str) -> Result<String, Fault> {
    let problem = match source(name) {
        Some(text) if !text.trim().is_empty() => return Ok(text),
        Some(_) => "is empty",
        None => "is not set",
    };
    Err(Fault::new(name, format!("{problem}: {}", how_to_set(name))))
}

/// Returns the remedy for an unset secret.
pub(super) fn how_to_set(name: &str) -> String {
    format!("put it into .dev.vars, or run `npx wrangler secret put {name} --env production`")
}

/// Validates a secret.
pub(super) fn secret(text: &str) -> Result<Secret, &'static str> {
    let secret = Secret::new(text);
    secret.problem().map_or(Ok(secret), Err)
}
