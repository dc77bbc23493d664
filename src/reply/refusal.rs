//! Errors for replies that are not a success: their code, whether the call may have been executed, and advice.

use super::{check::Context, envelope::Envelope};
use crate::{
    Code, Error, ErrorCode, Executed, Kind,
    json::{Json, Unreadable},
    redact::Secrets,
    sanitize::sanitize,
};

/// Returns the error of a refusal, with or without a code. A body without an envelope is not from the gateway.
pub(super) fn refused(
    context: &Context,
    status: u16,
    root: Option<Json<'_>>,
    envelope: Result<Envelope, Unreadable>,
    secrets: &Secrets<'_>,
) -> Error {
    let kind = context.kind;
    let not_from_gateway = envelope.as_ref().err().cloned();
    let Envelope { code: given_code, rolled_back, message: gateway_message, field, is_about_id, mentions_earlier } =
        envelope.unwrap_or_default();
    // An earlier call may have moved the money if the gateway says so in any way: by its code in any place, as an error
    // of the id that must be new, or in a message without one of its codes.
    let moves_money = kind == Kind::MovesMoney;
    let is_listed = given_code.as_ref().is_some_and(|code| !matches!(code, ErrorCode::Other(_)));
    let may_be_a_repeat = moves_money && (is_about_id || mentions_earlier && !is_listed);
    let is_duplicate = moves_money && root.is_some_and(Envelope::says_duplicate);
    let given_code = if is_duplicate { Some(ErrorCode::DuplicationRequest) } else { given_code };
    let is_documented = given_code.as_ref().is_some_and(|code| rolled_back || !matches!(code, ErrorCode::Other(_)));
    let code = match (given_code.map(|code| presentable(code, secrets)), status) {
        (Some(code), _) if is_documented => Code::Gateway(code),
        (_, 429) => Code::RateLimited,
        (_, 500..) => Code::Unavailable,
        (_, 400..) if not_from_gateway.is_some() => Code::Unavailable,
        (_, 401 | 403) => Code::Authentication,
        (Some(code), _) => Code::Gateway(code),
        (None, _) => Code::Refused,
    };
    let executed = match &code {
        _ if may_be_a_repeat => Executed::Unknown,
        Code::Gateway(ErrorCode::DuplicationRequest) => Executed::Unknown,
        // The rollback is documented for the listed codes. An unlisted one, with a status of success or of a failure,
        // does not prove that no money moved.
        Code::Gateway(ErrorCode::Other(_)) if moves_money && !(400..500).contains(&status) => Executed::Unknown,
        _ if rolled_back => Executed::No,
        _ => match status {
            400 | 401 | 403 | 404 | 405 | 413 | 415 | 422 | 429 if not_from_gateway.is_none() => Executed::No,
            _ => Executed::Unknown,
        },
    };
    let executed = kind.executed(executed);
    let may_help = match &code {
        Code::Gateway(ErrorCode::NetworkNotAvailable) => true,
        Code::Gateway(code) if ErrorCode::ALL.contains(code) => false,
        _ => status == 429 || status >= 500,
    };
    let gateway_message = gateway_message.map(|text| secrets.shown(&text)).unwrap_or_default();
    let message = message(context, status, &code, executed, gateway_message.trim(), not_from_gateway.as_ref());
    let error = Error::new(code, executed, message).with_retryable(may_help && kind.is_repeatable(executed));
    match field {
        Some(field) => error.with_field(secrets.shown(&field)),
        None => error,
    }
}

/// Makes a code fit to be shown and compared: redacted, and different from this client's codes.
fn presentable(code: ErrorCode, secrets: &Secrets<'_>) -> ErrorCode {
    let ErrorCode::Other(text) = code else { return code };
    let shown = secrets.shown(&text);
    let is_own = Code::OWN.iter().any(|own| own.as_str().eq_ignore_ascii_case(&shown));
    ErrorCode::Other(if is_own || shown.is_empty() { ErrorCode::UNLISTED.to_owned() } else { shown })
}

/// Returns the error of a body that is not a valid reply.
pub(super) fn unreadable(kind: Kind, status: u16, reason: &Unreadable) -> Error {
    let executed = kind.executed(Executed::Unknown);
    let advice = advice(kind, &Code::UnreadableReply, executed);
    // Another attempt would return JSON of the same shape.
    Error::new(Code::UnreadableReply, executed, format!("The gateway answered HTTP {status}, but {reason}.{advice}"))
        .with_retryable(reason.is_transient() && kind.is_repeatable(executed))
}

/// Returns the error of a redirect, which a transport does not follow.
pub(super) fn redirected(kind: Kind, status: u16) -> Error {
    let message = format!(
        "The gateway's host answered with a redirect (HTTP {status}). Redirects are not followed, since the signed \
         request would go to another host. Check the base URL.",
    );
    Error::new(Code::UnexpectedRedirect, kind.executed(Executed::Unknown), message)
}

/// Returns the message of a refusal. `gateway_message` is fit to be shown; `not_from_gateway` is the reason why the
/// body is not the gateway's.
fn message(
    context: &Context,
    status: u16,
    code: &Code,
    executed: Executed,
    gateway_message: &str,
    not_from_gateway: Option<&Unreadable>,
) -> String {
    let is_documented = matches!(code, Code::Gateway(code) if ErrorCode::ALL.contains(code));
    let mut message = summary(code, status, &context.coins, not_from_gateway);
    if !gateway_message.is_empty() && !repeats(gateway_message, code) {
        message.push_str(&format!(" It says: \"{gateway_message}\"."));
    }
    if status == 404 && !is_documented {
        message.push_str(" Check the base URL: it probably lacks its path, such as /api.");
    }
    message + advice(context.kind, code, executed)
}

/// Whether the gateway's message only repeats ours.
fn repeats(gateway_message: &str, code: &Code) -> bool {
    let gateway_message = gateway_message.trim_end_matches('.');
    matches!(code, Code::Gateway(code)
        if gateway_message.eq_ignore_ascii_case(code.as_str()) || gateway_message.eq_ignore_ascii_case(code.meaning()))
}

fn summary(code: &Code, status: u16, coins: &[String], not_from_gateway: Option<&Unreadable>) -> String {
    match (code, not_from_gateway) {
        (Code::Gateway(code), _) => {
            let (coins, hint) = coin_details(code, coins);
            format!("The gateway refused the request (HTTP {status}): {code}, {}{coins}.{hint}", code.meaning())
        }
        (Code::Authentication, _) => {
            format!("The gateway refused the key or the signature (HTTP {status}). Check the API key and the secret.")
        }
        (Code::RateLimited, _) => format!("The gateway limits calls, and there were too many (HTTP {status})."),
        (Code::Unavailable, Some(reason)) if status < 500 => format!(
            "The gateway's host answered HTTP {status}, but {reason}, so the answer is not the gateway's: a firewall \
             or a proxy may have stopped the call.",
        ),
        (Code::Unavailable, _) => format!("The gateway failed (HTTP {status})."),
        _ => format!("The gateway refused the request without one of its codes (HTTP {status})."),
    }
}

/// Returns the coins that a code is about, and a hint about a common mistake.
fn coin_details(code: &ErrorCode, coins: &[String]) -> (String, &'static str) {
    let hint = match code {
        ErrorCode::CoinNotFound | ErrorCode::NetworkNotFound => {
            " The network is part of a coin's code, such as USDTT (Tron) and USDTE (Ethereum)."
        }
        ErrorCode::CoinNotSupported | ErrorCode::NetworkNotAvailable => "",
        _ => return (String::new(), ""),
    };
    let coins: Vec<String> = coins.iter().map(|coin| format!("\"{}\"", sanitize(coin))).collect();
    (if coins.is_empty() { String::new() } else { format!(": {}", coins.join(" or ")) }, hint)
}

/// Returns advice for an unknown outcome. Only a call that moves money has a callback.
pub(crate) fn advice(kind: Kind, code: &Code, executed: Executed) -> &'static str {
    match (code, executed) {
        (Code::Gateway(ErrorCode::DuplicationRequest), Executed::Unknown) if kind != Kind::MovesMoney => {
            " An earlier call with this id may have been carried out."
        }
        (_, Executed::Unknown) if kind != Kind::MovesMoney => " It may still have been carried out.",
        (Code::Gateway(ErrorCode::DuplicationRequest), Executed::Unknown) => {
            " An earlier call with this id may have been carried out: wait for its callback; never send it again under \
             a new id."
        }
        (_, Executed::Unknown) => {
            " It may still have been carried out: wait for its callback before you do anything else."
        }
        (_, Executed::No) => "",
    }
}
