//! The envelope of a refusal.
//!
//! The documentation names the field `error_code`, but no shape around it (API Documentation / API Endpoints, Errors),
//! so this reads every envelope that the CoinsPaid family is known to use.

use std::borrow::Cow;

use super::check::{NESTS, error_code, nested, word};
use crate::{
    ErrorCode,
    json::{Json, Object, Unreadable},
    sanitize::visible,
};

/// Names that the gateway uses in a refusal.
const NAMES: [&str; 6] = ["error_code", "code", "message", "error", "errors", "data"];

/// Fields of an envelope that give the reason of a refusal.
const REASONS: [&str; 5] = ["error_code", "code", "message", "error", "errors"];

/// A reason that contains one of these may refer to an earlier request with the same id.
const EARLIER: [&str; 4] = ["foreignid", "quoteid", "duplicat", "already"];

/// The content of a refusal: foreign text, not bounded or redacted yet.
#[derive(Default)]
pub(crate) struct Envelope {
    /// The gateway's code.
    pub(crate) code: Option<ErrorCode>,
    /// Whether that code came as `error_code`, for which the documentation promises a rollback.
    pub(crate) rolled_back: bool,
    /// The gateway's message.
    pub(crate) message: Option<String>,
    /// The parameter that it is about.
    pub(crate) field: Option<String>,
    /// Whether it is about an id that must be new.
    pub(crate) is_about_id: bool,
    /// Whether it mentions such an id or an earlier request in any of its texts.
    pub(crate) mentions_earlier: bool,
}

impl Envelope {
    /// Reads the body of a reply outside 2xx. A body that is not a JSON object, or has none of the gateway's names,
    /// such as a proxy's problem details (RFC 9457), does not come from the gateway.
    pub(crate) fn read(json: Json<'_>) -> Result<Self, Unreadable> {
        let root = json.object().ok_or_else(|| Unreadable::new("the body is not a JSON object"))?;
        if root.iter().next().is_some() && NAMES.iter().all(|name| root.get(name).is_none()) {
            return Err(Unreadable::new("the body is not an error of the gateway"));
        }
        let errors = root.get("errors").and_then(Json::object);
        let names = || errors.iter().flat_map(Object::iter).map(|(name, _)| name);
        let error_code = error_code(&root);
        let rolled_back = error_code.is_some();
        let code = error_code
            .or_else(|| word(&root, "code"))
            .or_else(|| word(&root.get("error")?.object()?, "code"))
            .or_else(|| names().find(|name| is_known(name)).map(str::to_owned))
            .map(|code| ErrorCode::from(code.as_str()));
        Ok(Self {
            code,
            rolled_back,
            message: message(&root),
            field: names().find(|name| *name != "error_code" && !is_known(name)).map(str::to_owned),
            is_about_id: names().any(|name| matches!(name, "foreign_id" | "quote_id")),
            mentions_earlier: mentions_earlier(&root),
        })
    }

    /// Reads the body of a 2xx reply with an `error_code`.
    pub(crate) fn of_success(root: &Object<'_>, code: &str) -> Self {
        let code = Some(ErrorCode::from(code));
        Self { code, rolled_back: true, message: message(root), ..Self::default() }
    }

    /// Whether a body contains the code of a duplicate anywhere, as a name or a value.
    pub(crate) fn says_duplicate(json: Json<'_>) -> bool {
        let code = ErrorCode::DuplicationRequest;
        json.strings().any(|text| visible(&text).trim().eq_ignore_ascii_case(code.as_str()))
    }
}

fn mentions_earlier(root: &Object<'_>) -> bool {
    let is_earlier = |text: Cow<'_, str>| {
        let letters: String = text.chars().filter(char::is_ascii_alphabetic).collect();
        let letters = letters.to_ascii_lowercase();
        EARLIER.iter().any(|part| letters.contains(part))
    };
    core::iter::once(root.clone())
        .chain(nested(root))
        .flat_map(|object| REASONS.map(|name| object.get(name)))
        .flatten()
        .flat_map(Json::strings)
        .any(is_earlier)
}

fn is_known(name: &str) -> bool {
    ErrorCode::ALL.iter().any(|code| code.as_str() == name)
}

fn message(root: &Object<'_>) -> Option<String> {
    let first_text = |json: Json<'_>| match json.items() {
        Some(mut list) => list.find_map(Json::string),
        None => json.string(),
    };
    let errors = root.get("errors");
    let fields = errors.and_then(Json::object);
    word(root, "message")
        .or_else(|| word(root, "error"))
        .or_else(|| NESTS.iter().find_map(|name| word(&root.get(name)?.object()?, "message")))
        .or_else(|| {
            fields.as_ref()?.iter().filter(|(name, _)| *name != "error_code").find_map(|(_, value)| first_text(value))
        })
        .or_else(|| errors?.items()?.find_map(Json::string))
        .filter(|text| !text.trim().is_empty())
}
