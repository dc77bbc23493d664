//! From a status, headers and bytes to a typed reply or an error.

use core::{fmt, time::Duration};
use std::sync::Arc;

use crate::{
    Code, Endpoint, Error, ErrorCode, Executed, Kind, Reply,
    canonical::canonical,
    endpoint::EndpointSpec,
    envelope::Envelope,
    json::{FromJson, Json, Unreadable},
    request::Call,
};

/// An answer, as a transport read it.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status; 0 is how a browser shows a redirect that it did not follow.
    pub status: u16,
    /// The header `Retry-After`, if there was one.
    pub retry_after: Option<String>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

/// Without the body.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Reads a reply: the typed value of a success, or an error that says whether anything was executed.
///
/// ```
/// # use citrn::{endpoints::CreatePayment, parse};
/// let body = br#"{"data":{"session_id":17,"url":"https://pay.example/17"}}"#;
/// let payment = parse::<CreatePayment>(200, body)?;
/// assert_eq!(payment.redirect_url, "https://pay.example/17");
/// assert_eq!(payment.session_id.as_deref(), Some("17"));
/// # Ok::<(), citrn::Error>(())
/// ```
///
/// # Errors
/// Everything that is not a success that can be what was asked for. See [`Code`].
pub fn parse<E: Endpoint>(status: u16, body: &[u8]) -> Result<Reply<E::Reply>, Error> {
    typed::<E>(success(&Arc::new(Call::of(Some(E::SPEC))), status, body)?)
}

/// The text of a reply that is no refusal.
pub(crate) struct Success {
    pub(crate) call: Arc<Call>,
    status: u16,
    raw: String,
}

/// Reads a success into the endpoint's own type.
pub(crate) fn typed<E: Endpoint>(success: Success) -> Result<Reply<E::Reply>, Error> {
    let data = read::<E::Reply>(&success.raw);
    replied(success, data)
}

/// Reads a success into its canonical JSON text, for a caller who has the row but not the type.
pub(crate) fn canonical_of(spec: &EndpointSpec, success: Success) -> Result<Reply<String>, Error> {
    let data = canonical(spec.reply, &success.raw);
    replied(success, data)
}

/// Takes any JSON, for a path that the table does not know.
pub(crate) fn any(success: Success) -> Result<Reply<String>, Error> {
    let data = Json::parse(&success.raw).map(|json| json.as_str().to_owned());
    replied(success, data)
}

fn replied<T>(success: Success, data: Result<T, Unreadable>) -> Result<Reply<T>, Error> {
    let Success { call, status, raw } = success;
    match data {
        Ok(data) => Ok(Reply { http_status: status, raw, data }),
        Err(reason) => Err(unreadable(call.kind, status, &raw, &reason)),
    }
}

/// Reads a body through its canonical form.
pub(crate) fn read<T: FromJson>(body: &str) -> Result<T, Unreadable> {
    let text = canonical(&T::SHAPE, body)?;
    T::from_canonical(Json::parse(&text)?).ok_or_else(|| Unreadable::new("the body was not understood"))
}

/// The text of a success; everything else is an error.
pub(crate) fn success(call: &Arc<Call>, status: u16, body: &[u8]) -> Result<Success, Error> {
    let kind = call.kind;
    let text = match core::str::from_utf8(body) {
        Ok(text) => text,
        Err(_) if (200..300).contains(&status) => {
            return Err(unreadable(kind, status, "", &Unreadable::new("the body is not UTF-8")));
        }
        // Outside 2xx the body is only looked at for a reason; without one the status decides.
        Err(_) => "",
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match status {
        200..300 => match Json::parse(text).ok().and_then(Envelope::read_success) {
            Some(envelope) => Err(refused(call, status, text, Some(envelope))),
            None => Ok(Success { call: call.clone(), status, raw: text.to_owned() }),
        },
        0 | 300..400 => {
            let message = format!(
                "The gateway's host answered with a redirect (HTTP {status}), which is never followed, since the \
                 signed request would go to another host. Check the base URL.",
            );
            let executed = unless_read(kind, Executed::Unknown);
            Err(Error::new(Code::UnexpectedRedirect, executed, message).with_reply(status, text))
        }
        _ => Err(refused(call, status, text, Envelope::read(text))),
    }
}

/// A refusal, with or without a reason.
fn refused(call: &Call, status: u16, text: &str, envelope: Option<Envelope>) -> Error {
    let kind = call.kind;
    let from_gateway = envelope.is_some();
    let Envelope { code: reason, rolled_back, message: said, field } = envelope.unwrap_or_default();
    // A call that moves money may have been carried out before, however the gateway says so: by its code in any place, or
    // as a fault of the very id that must be new.
    let moves_money = kind == Kind::MovesMoney;
    let perhaps_before = moves_money && matches!(field.as_deref(), Some("foreign_id" | "quote_id"));
    let is_duplicate = moves_money && Envelope::says_duplicate(text);
    let reason = if is_duplicate { Some(ErrorCode::DuplicationRequest) } else { reason };
    let documented = reason.as_ref().is_some_and(|code| rolled_back || !matches!(code, ErrorCode::Other(_)));
    let code = match (reason, status) {
        (Some(reason), _) if documented => Code::Gateway(reason),
        (_, 401 | 403) => Code::Authentication,
        (_, 429) => Code::RateLimited,
        (_, 500..) => Code::Unavailable,
        (Some(reason), _) => Code::Gateway(reason),
        (None, _) => Code::Refused,
    };
    let executed = match &code {
        _ if perhaps_before => Executed::Unknown,
        Code::Gateway(ErrorCode::DuplicationRequest) => Executed::Unknown,
        // The rollback is documented with the codes. An unknown word in its place, on a success or a failure of the
        // gateway, is no proof of it where money moves.
        Code::Gateway(ErrorCode::Other(_)) if kind == Kind::MovesMoney && !(400..500).contains(&status) => {
            Executed::Unknown
        }
        _ if rolled_back => Executed::No,
        _ => match status {
            400 | 401 | 403 | 404 | 405 | 413 | 415 | 422 | 429 if from_gateway => Executed::No,
            _ => Executed::Unknown,
        },
    };
    let executed = unless_read(kind, executed);
    let may_help = match &code {
        Code::Gateway(ErrorCode::NetworkNotAvailable) => true,
        Code::Gateway(code) if ErrorCode::ALL.contains(code) => false,
        _ => status == 429 || status >= 500,
    };
    let said = said.map(|said| format!(" It says: \"{said}\".")).unwrap_or_default();
    let message = format!("{}{said}{}", what_happened(&code, status), what_to_do(kind, &code, executed));
    let error = Error::new(code, executed, message)
        .with_retryable(may_help && is_repeatable(kind, executed))
        .with_reply(status, text);
    match field {
        Some(field) => error.with_field(field),
        None => error,
    }
}

fn unreadable(kind: Kind, status: u16, raw: &str, reason: &Unreadable) -> Error {
    let executed = unless_read(kind, Executed::Unknown);
    // A body that is not JSON is a proxy's page or a broken answer; JSON of another shape would come again.
    let may_help = Json::parse(raw).is_err();
    let message = format!(
        "The gateway answered HTTP {status}, but {reason}.{}",
        what_to_do(kind, &Code::UnreadableReply, executed)
    );
    Error::new(Code::UnreadableReply, executed, message)
        .with_retryable(may_help && is_repeatable(kind, executed))
        .with_reply(status, raw)
}

/// A read executes nothing, whatever became of it.
pub(crate) fn unless_read(kind: Kind, executed: Executed) -> Executed {
    if kind == Kind::Read { Executed::No } else { executed }
}

/// Whether the identical call is safe to repeat.
pub(crate) fn is_repeatable(kind: Kind, executed: Executed) -> bool {
    kind != Kind::MovesMoney || executed == Executed::No
}

fn what_happened(code: &Code, status: u16) -> String {
    match code {
        Code::Gateway(code) => {
            format!("The gateway refused the request (HTTP {status}): {code}, {}.", code.meaning())
        }
        Code::Authentication => {
            format!("The gateway refused the key or the signature (HTTP {status}). Check the API key and the secret.")
        }
        Code::RateLimited => format!("The gateway says there were too many calls (HTTP {status})."),
        Code::Unavailable => format!("The gateway failed (HTTP {status})."),
        _ => format!("The gateway refused the request without one of its codes (HTTP {status})."),
    }
}

/// What the caller does about an unknown outcome. Only what moves money has a callback to look for.
pub(crate) fn what_to_do(kind: Kind, code: &Code, executed: Executed) -> &'static str {
    match (code, executed) {
        (Code::Gateway(ErrorCode::DuplicationRequest), Executed::Unknown) if kind != Kind::MovesMoney => {
            " An earlier call with this id may have been carried out."
        }
        (_, Executed::Unknown) if kind != Kind::MovesMoney => " It may have been carried out all the same.",
        (Code::Gateway(ErrorCode::DuplicationRequest), Executed::Unknown) => {
            " An earlier call with this id may have been carried out: look for its callback; never send it again \
             under a new id."
        }
        (_, Executed::Unknown) => {
            " It may have been carried out all the same: look for its callback before you do anything else."
        }
        (_, Executed::No) => "",
    }
}

/// How long a `Retry-After` asks to wait: seconds, or an HTTP date (RFC 9110, section 10.2.3).
pub(crate) fn retry_after(header: &str, now: Duration) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse() {
        return Some(Duration::from_secs(seconds));
    }
    Some(http_date(header)?.saturating_sub(now))
}

/// The time since the Unix epoch that an HTTP date says (RFC 9110, section 5.6.7).
#[cfg(not(all(feature = "fetch", target_family = "wasm", target_os = "unknown")))]
fn http_date(text: &str) -> Option<Duration> {
    httpdate::parse_http_date(text).ok()?.duration_since(std::time::UNIX_EPOCH).ok()
}

/// The time since the Unix epoch that an HTTP date says (RFC 9110, section 5.6.7), as JavaScript reads it, which reads much
/// else as well: no date is without a time.
#[cfg(all(feature = "fetch", target_family = "wasm", target_os = "unknown"))]
fn http_date(text: &str) -> Option<Duration> {
    let milliseconds = js_sys::Date::parse(text);
    (text.contains(':') && milliseconds >= 0.0).then(|| Duration::from_millis(milliseconds as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = Duration::from_secs(784_111_770);
        assert_eq!(retry_after(" 7 ", now), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("soon", now), None);
        assert_eq!(retry_after("-1", now), None);
    }
}
