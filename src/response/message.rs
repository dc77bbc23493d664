//! Messages of the errors that answers are read as.

use crate::{Code, ErrorCode, Executed, Kind, json::Unreadable, sanitize::sanitize};

/// The parts of a message about a refusal.
pub(super) struct Refusal<'a> {
    pub(super) kind: Kind,
    pub(super) code: &'a Code,
    pub(super) status: u16,
    pub(super) executed: Executed,
    /// The gateway's own words, fit to be shown.
    pub(super) said: Option<String>,
    /// Why the body is not the gateway's, if it is not.
    pub(super) not_the_gateways: Option<Unreadable>,
    /// The currency codes in the request.
    pub(super) coins: &'a [String],
}

pub(super) fn refusal(refusal: &Refusal<'_>) -> String {
    let said = refusal.said.as_deref().map(str::trim).filter(|said| !said.is_empty() && !repeats(said, refusal.code));
    let said = said.map(|said| format!(" It says: \"{said}\".")).unwrap_or_default();
    let is_documented = matches!(refusal.code, Code::Gateway(code) if ErrorCode::ALL.contains(code));
    let path = match refusal.status {
        404 if !is_documented => " Check the base URL: it probably lacks its path, such as /api.",
        _ => "",
    };
    format!("{}{said}{path}{}", what_happened(refusal), what_to_do(refusal.kind, refusal.code, refusal.executed))
}

/// Whether the gateway's words only repeat the message.
fn repeats(said: &str, code: &Code) -> bool {
    let said = said.trim_end_matches('.');
    matches!(code, Code::Gateway(code)
        if said.eq_ignore_ascii_case(code.as_str()) || said.eq_ignore_ascii_case(code.meaning()))
}

fn what_happened(refusal: &Refusal<'_>) -> String {
    let status = refusal.status;
    match (refusal.code, &refusal.not_the_gateways) {
        (Code::Gateway(code), _) => {
            let (coins, hint) = about_coins(code, refusal.coins);
            format!("The gateway refused the request (HTTP {status}): {code}, {}{coins}.{hint}", code.meaning())
        }
        (Code::Authentication, _) => {
            format!("The gateway refused the key or the signature (HTTP {status}). Check the API key and the secret.")
        }
        (Code::RateLimited, _) => format!("The gateway says there were too many calls (HTTP {status})."),
        (Code::Unavailable, Some(reason)) if status < 500 => format!(
            "The gateway's host answered HTTP {status}, but {reason}, so the answer is not the gateway's: a firewall or \
             a proxy may have stopped the call.",
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
