//! From a status, headers and bytes to a typed reply or an error.

mod check;
mod message;

use core::{fmt, time::Duration};
use std::sync::Arc;

pub(crate) use self::message::what_to_do;
use self::{
    check::checked,
    message::{Refusal, refusal},
};
use crate::{
    Code, Endpoint, Error, ErrorCode, Executed, Kind, Reply,
    call::Call,
    canonical::canonical,
    endpoint::EndpointSpec,
    envelope::Envelope,
    json::{FromJson, Json, Unreadable},
    limits::{MAX_REPLY_BYTES, MAX_RETRY_AFTER},
    redact::Secrets,
    shape::Shape,
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
    let secrets = Secrets::default();
    typed::<E>(success(&Arc::new(Call::of(Some(E::SPEC))), status, body, &secrets)?, &secrets)
}

/// The text of a reply that is no refusal.
pub(crate) struct Success {
    pub(crate) call: Arc<Call>,
    status: u16,
    raw: String,
}

/// Reads a success into the endpoint's own type.
pub(crate) fn typed<E: Endpoint>(success: Success, secrets: &Secrets<'_>) -> Result<Reply<E::Reply>, Error> {
    let read = |text: &str| {
        let value = E::Reply::from_canonical(Json::parse(text)?);
        value.ok_or_else(|| Unreadable::new("the body was not understood"))
    };
    let data = canonical_data(&E::Reply::SHAPE, &success, secrets).and_then(|text| read(&text));
    replied(success, data, secrets)
}

/// Reads a success into its canonical JSON text, for a caller who has the row but not the type.
pub(crate) fn canonical_of(
    spec: &EndpointSpec,
    success: Success,
    secrets: &Secrets<'_>,
) -> Result<Reply<String>, Error> {
    let data = canonical_data(spec.reply, &success, secrets);
    replied(success, data, secrets)
}

/// Takes any JSON, for a path that the table does not know.
pub(crate) fn any(success: Success, secrets: &Secrets<'_>) -> Result<Reply<String>, Error> {
    let data = Json::parse(&success.raw).map(|json| json.as_str().to_owned());
    replied(success, data, secrets)
}

fn canonical_data(shape: &Shape, success: &Success, secrets: &Secrets<'_>) -> Result<String, Unreadable> {
    checked(shape, canonical(shape, &success.raw)?, &success.call, secrets)
}

fn replied<T>(success: Success, data: Result<T, Unreadable>, secrets: &Secrets<'_>) -> Result<Reply<T>, Error> {
    let Success { call, status, raw } = success;
    match data {
        Ok(data) => Ok(Reply { http_status: status, raw, data }),
        Err(reason) => Err(unreadable(call.kind, status, secrets.redact(&raw), &reason)),
    }
}

/// The text of a success; everything else is an error, which shows no secret.
pub(crate) fn success(call: &Arc<Call>, status: u16, body: &[u8], secrets: &Secrets<'_>) -> Result<Success, Error> {
    // Only a success is a list.
    let most = if (200..300).contains(&status) { call.max_reply_bytes } else { MAX_REPLY_BYTES };
    let text = text_of(body, most);
    let json = text.clone().and_then(Json::parse);
    let raw = || text.as_ref().ok().and_then(|text| secrets.redact(text));
    match status {
        200..300 => match (json.as_ref().ok().and_then(|json| Envelope::read_success(*json)), &text) {
            (Some(envelope), _) => Err(refused(call, status, json, Ok(envelope), secrets).with_reply(status, raw())),
            (None, Ok(text)) => Ok(Success { call: call.clone(), status, raw: (*text).to_owned() }),
            (None, Err(reason)) => Err(unreadable(call.kind, status, None, reason)),
        },
        0 | 300..400 => {
            let message = format!(
                "The gateway's host answered with a redirect (HTTP {status}), which is never followed, since the \
                 signed request would go to another host. Check the base URL.",
            );
            let executed = unless_read(call.kind, Executed::Unknown);
            Err(Error::new(Code::UnexpectedRedirect, executed, message).with_reply(status, raw()))
        }
        _ => {
            let envelope = json.clone().and_then(Envelope::read);
            Err(refused(call, status, json, envelope, secrets).with_reply(status, raw()))
        }
    }
}

fn text_of(body: &[u8], most: usize) -> Result<&str, Unreadable> {
    if body.len() > most {
        return Err(Unreadable::new(format!("the body is larger than {most} bytes")));
    }
    let text = core::str::from_utf8(body).map_err(|_| Unreadable::broken("the body is not UTF-8"))?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// A refusal, with or without a reason. A body that has no envelope is not the gateway's.
fn refused(
    call: &Call,
    status: u16,
    json: Result<Json<'_>, Unreadable>,
    envelope: Result<Envelope, Unreadable>,
    secrets: &Secrets<'_>,
) -> Error {
    let kind = call.kind;
    let not_the_gateways = envelope.as_ref().err().cloned();
    let Envelope { code: reason, rolled_back, message: said, field, is_about_id, mentions_earlier } =
        envelope.unwrap_or_default();
    // A call that moves money may have been carried out before, however the gateway says so: by its code in any place,
    // as a fault of the very id that must be new, or in words of its own where it gives none of its codes.
    let moves_money = kind == Kind::MovesMoney;
    let is_listed = reason.as_ref().is_some_and(|code| !matches!(code, ErrorCode::Other(_)));
    let perhaps_before = moves_money && (is_about_id || mentions_earlier && !is_listed);
    let is_duplicate = moves_money && json.is_ok_and(Envelope::says_duplicate);
    let reason = if is_duplicate { Some(ErrorCode::DuplicationRequest) } else { reason };
    let documented = reason.as_ref().is_some_and(|code| rolled_back || !matches!(code, ErrorCode::Other(_)));
    let code = match (reason.map(|code| presentable(code, secrets)), status) {
        (Some(reason), _) if documented => Code::Gateway(reason),
        (_, 429) => Code::RateLimited,
        (_, 500..) => Code::Unavailable,
        (_, 400..) if not_the_gateways.is_some() => Code::Unavailable,
        (_, 401 | 403) => Code::Authentication,
        (Some(reason), _) => Code::Gateway(reason),
        (None, _) => Code::Refused,
    };
    let executed = match &code {
        _ if perhaps_before => Executed::Unknown,
        Code::Gateway(ErrorCode::DuplicationRequest) => Executed::Unknown,
        // The rollback is documented with the codes. An unknown word in its place, on a success or a failure of the
        // gateway, is no proof of it where money moves.
        Code::Gateway(ErrorCode::Other(_)) if moves_money && !(400..500).contains(&status) => Executed::Unknown,
        _ if rolled_back => Executed::No,
        _ => match status {
            400 | 401 | 403 | 404 | 405 | 413 | 415 | 422 | 429 if not_the_gateways.is_none() => Executed::No,
            _ => Executed::Unknown,
        },
    };
    let executed = unless_read(kind, executed);
    let may_help = match &code {
        Code::Gateway(ErrorCode::NetworkNotAvailable) => true,
        Code::Gateway(code) if ErrorCode::ALL.contains(code) => false,
        _ => status == 429 || status >= 500,
    };
    let message = refusal(&Refusal {
        kind,
        code: &code,
        status,
        executed,
        said: said.map(|said| secrets.shown(&said)),
        not_the_gateways,
        coins: &call.coins,
    });
    let error = Error::new(code, executed, message).with_retryable(may_help && is_repeatable(kind, executed));
    match field {
        Some(field) => error.with_field(secrets.shown(&field)),
        None => error,
    }
}

/// A reason as it may be shown and compared. None passes for a code of this client.
fn presentable(code: ErrorCode, secrets: &Secrets<'_>) -> ErrorCode {
    let ErrorCode::Other(text) = code else { return code };
    let shown = secrets.shown(&text);
    let is_own = Code::OWN.iter().any(|own| own.as_str().eq_ignore_ascii_case(&shown));
    ErrorCode::Other(if is_own || shown.is_empty() { ErrorCode::UNLISTED.to_owned() } else { shown })
}

fn unreadable(kind: Kind, status: u16, raw: Option<String>, reason: &Unreadable) -> Error {
    let executed = unless_read(kind, Executed::Unknown);
    let message = format!(
        "The gateway answered HTTP {status}, but {reason}.{}",
        what_to_do(kind, &Code::UnreadableReply, executed)
    );
    // JSON of another shape would come again.
    Error::new(Code::UnreadableReply, executed, message)
        .with_retryable(reason.is_broken() && is_repeatable(kind, executed))
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

/// How long a `Retry-After` asks to wait: seconds, or an HTTP date (RFC 9110, section 10.2.3). Never more than a day.
pub(crate) fn retry_after(header: &str, now: Duration) -> Option<Duration> {
    let header = header.trim();
    let is_number = !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit());
    let wait = match header.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        // More seconds than fit.
        Err(_) if is_number => Duration::MAX,
        Err(_) => http_date(header)?.saturating_sub(now),
    };
    Some(wait.min(MAX_RETRY_AFTER))
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
        for long in ["86401", "18446744073709551615", "99999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
            assert_eq!(retry_after(long, now), Some(MAX_RETRY_AFTER), "{long}");
        }
    }
}
