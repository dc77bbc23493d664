//! Errors for replies that are not a success: what happened, whether anything was executed, and what to do.

use super::{check::Context, envelope::Envelope};
use crate::{
    Code, Error, ErrorCode, Executed, Kind,
    json::{Json, Unreadable},
    redact::Secrets,
    sanitize::sanitize,
};

/// The error of a refusal, with or without a reason. A body without an envelope is not the gateway's.
pub(super) fn refused(
    context: &Context,
    status: u16,
    root: Option<Json<'_>>,
    envelope: Result<Envelope, Unreadable>,
    secrets: &Secrets<'_>,
) -> Error {
    let kind = context.kind;
    let not_from_gateway = envelope.as_ref().err().cloned();
    let Envelope { code: reason, rolled_back, message: gateway_message, field, is_about_id, mentions_earlier } =
        envelope.unwrap_or_default();
    // A call that moves money may have been carried out before, however the gateway says so: by its code in any place,
    // as a fault of the very id that must be new, or in words of its own where it gives none of its codes.
    let moves_money = kind == Kind::MovesMoney;
    let is_listed = reason.as_ref().is_some_and(|code| !matches!(code, ErrorCode::Other(_)));
    let may_be_a_repeat = moves_money && (is_about_id || mentions_earlier && !is_listed);
    let is_duplicate = moves_money && root.is_some_and(Envelope::says_duplicate);
    let reason = if is_duplicate { Some(ErrorCode::DuplicationRequest) } else { reason };
    let documented = reason.as_ref().is_some_and(|code| rolled_back || !matches!(code, ErrorCode::Other(_)));
    let code = match (reason.map(|code| presentable(code, secrets)), status) {
        (Some(reason), _) if documented => Code::Gateway(reason),
        (_, 429) => Code::RateLimited,
        (_, 500..) => Code::Unavailable,
        (_, 400..) if not_from_gateway.is_some() => Code::Unavailable,
        (_, 401 | 403) => Code::Authentication,
        (Some(reason), _) => Code::Gateway(reason),
        (None, _) => Code::Refused,
    };
    let executed = match &code {
        _ if may_be_a_repeat => Executed::Unknown,
        Code::Gateway(ErrorCode::DuplicationRequest) => Executed::Unknown,
        // The rollback is documented with the codes. An unknown word in its place, on a success or a failure of the
        // gateway, is no proof of it where money moves.
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

/// A reason as it may be shown and compared. None passes for a code of this client.
fn presentable(code: ErrorCode, secrets: &Secrets<'_>) -> ErrorCode {
    let ErrorCode::Other(text) = code else { return code };
    let shown = secrets.shown(&text);
    let is_own = Code::OWN.iter().any(|own| own.as_str().eq_ignore_ascii_case(&shown));
    ErrorCode::Other(if is_own || shown.is_empty() { ErrorCode::UNLISTED.to_owned() } else { shown })
}

/// The error of a body that cannot be what was asked for.
pub(super) fn unreadable(kind: Kind, status: u16, reason: &Unreadable) -> Error {
    let executed = kind.executed(Executed::Unknown);
    let advice = what_to_do(kind, &Code::UnreadableReply, executed);
    // JSON of another shape would come again.
    Error::new(Code::UnreadableReply, executed, format!("The gateway answered HTTP {status}, but {reason}.{advice}"))
        .with_retryable(reason.is_broken() && kind.is_repeatable(executed))
}

/// The error of a redirect, which a transport does not follow.
pub(super) fn redirected(kind: Kind, status: u16) -> Error {
    let message = format!(
        "The gateway's host answered with a redirect (HTTP {status}), which is never followed, since the signed \
         request would go to another host. Check the base URL.",
    );
    Error::new(Code::UnexpectedRedirect, kind.executed(Executed::Unknown), message)
}

/// The message of a refusal. `gateway_message` is fit to be shown; `not_from_gateway` says why the body is not the
/// gateway's.
fn message(
    context: &Context,
    status: u16,
    code: &Code,
    executed: Executed,
    gateway_message: &str,
    not_from_gateway: Option<&Unreadable>,
) -> String {
    let is_documented = matches!(code, Code::Gateway(code) if ErrorCode::ALL.contains(code));
    let mut message = what_happened(code, status, &context.coins, not_from_gateway);
    if !gateway_message.is_empty() && !repeats(gateway_message, code) {
        message.push_str(&format!(" It says: \"{gateway_message}\"."));
    }
    if status == 404 && !is_documented {
        message.push_str(" Check the base URL: it probably lacks its path, such as /api.");
    }
    message + what_to_do(context.kind, code, executed)
}

/// Whether the gateway's words only repeat the message.
fn repeats(gateway_message: &str, code: &Code) -> bool {
    let gateway_message = gateway_message.trim_end_matches('.');
    matches!(code, Code::Gateway(code)
        if gateway_message.eq_ignore_ascii_case(code.as_str()) || gateway_message.eq_ignore_ascii_case(code.meaning()))
}

fn what_happened(code: &Code, status: u16, coins: &[String], not_from_gateway: Option<&Unreadable>) -> String {
    match (code, not_from_gateway) {
        (Code::Gateway(code), _) => {
            let (coins, hint) = about_coins(code, coins);
            format!("The gateway refused the request (HTTP {status}): {code}, {}{coins}.{hint}", code.meaning())
        }
        (Code::Authentication, _) => {
            format!("The gateway refused the key or the signature (HTTP {status}). Check the API key and the secret.")
        }
        (Code::RateLimited, _) => format!("The gateway says there were too many calls (HTTP {status})."),
        (Code::Unavailable, Some(reason)) if status < 500 => format!(
            "The gateway's host answered HTTP {status}, but {reason}, so the answer is not the gateway's: a firewall \
             or a proxy may have stopped the call.",
        ),
        (Code::Unavailable, _) => format!("The gateway failed (HTTP {status})."),
        _ => format!("The gateway refused the request without one of its codes (HTTP {status})."),
    }
}

/// The coins that a code is about, and a hint about a common mistake.
fn about_coins(code: &ErrorCode, coins: &[String]) -> (String, &'static str) {
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

/// Advice for an unknown outcome. Only a call that moves money has a callback to look for.
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
