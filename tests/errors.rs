//! The error of every status and envelope: code, executed, retryable. Each row is one decision.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

use citrn::{
    Code, Endpoint, Error, ErrorCode, Executed,
    endpoints::{CreatePayment, CreateWithdrawal, ListAccounts, MakeExchange, TakeAddress},
    parse,
};

const NO: Executed = Executed::No;
const UNKNOWN: Executed = Executed::Unknown;

fn error<E: Endpoint>(status: u16, body: &str) -> Error
where
    E::Reply: std::fmt::Debug,
{
    parse::<E>(status, body.as_bytes()).unwrap_err()
}

/// Status, body, code, `executed` and `retryable` of a withdrawal, `retryable` of a repeatable call.
const TABLE: &[(u16, &str, &str, Executed, bool, bool)] = &[
    // The documented rollback, with any status.
    (400, r#"{"error_code":"invalid_address"}"#, "invalid_address", NO, false, false),
    (200, r#"{"error_code":"balance_not_enough"}"#, "balance_not_enough", NO, false, false),
    (200, r#"{"data":{"error_code":"amount_too_low"}}"#, "amount_too_low", NO, false, false),
    (500, r#"{"error_code":"commission_not_found"}"#, "commission_not_found", NO, false, false),
    (503, r#"{"error_code":"network_not_available"}"#, "network_not_available", NO, true, true),
    (302, r#"{"error_code":"invalid_address"}"#, "unexpected_redirect", UNKNOWN, false, false),
    (400, r#"{"error_code":"brand_new"}"#, "brand_new", NO, false, false),
    // An earlier call may have been executed.
    (400, r#"{"error_code":"duplication_request"}"#, "duplication_request", UNKNOWN, false, false),
    (200, r#"{"error_code":"duplication_request"}"#, "duplication_request", UNKNOWN, false, false),
    // Every place of `error_code`, and the fields that may replace it.
    (422, r#"{"errors":{"amount":"too low"},"error_code":"amount_too_low"}"#, "amount_too_low", NO, false, false),
    (422, r#"{"error":{"error_code":"withdraw_disabled","message":"x"}}"#, "withdraw_disabled", NO, false, false),
    (422, r#"{"errors":{"error_code":"withdraw_disabled"}}"#, "withdraw_disabled", NO, false, false),
    (400, r#"{"errors":{"coin_not_found":"no such coin"}}"#, "coin_not_found", NO, false, false),
    (400, r#"{"error":"Bad content format","code":"bad_content_format"}"#, "bad_content_format", NO, false, false),
    (422, r#"{"error":"x","code":"withdraw_disabled"}"#, "withdraw_disabled", NO, false, false),
    (400, r#"{"errors":{"amount":"<minimum>"}}"#, "request_refused", NO, false, false),
    (400, r#"{"error_code":null,"message":"no"}"#, "request_refused", NO, false, false),
    (400, r#"{"error_code":""}"#, "request_refused", NO, false, false),
    (400, r#"{"code":0}"#, "request_refused", NO, false, false),
    (404, r"{}", "request_refused", NO, false, false),
    (405, r"{}", "request_refused", NO, false, false),
    (413, r"{}", "request_refused", NO, false, false),
    (415, r"{}", "request_refused", NO, false, false),
    // Authentication.
    (
        403,
        r#"{"error":"Bad signature header","code":"bad_header_signature"}"#,
        "authentication_failed",
        NO,
        false,
        false,
    ),
    (403, r#"{"error":"No key header","code":"required_header_key"}"#, "authentication_failed", NO, false, false),
    (401, r"{}", "authentication_failed", NO, false, false),
    (403, r#"{"error_code":"withdraw_disabled"}"#, "withdraw_disabled", NO, false, false),
    (403, "<html>blocked</html>", "gateway_unavailable", UNKNOWN, false, false),
    // Rate limits.
    (429, r#"{"errors":{"x":"1015"}}"#, "rate_limited", NO, true, true),
    (429, "<html>1015</html>", "rate_limited", UNKNOWN, false, true),
    // Statuses of a proxy, or from which `executed` does not follow.
    (400, "<html>", "gateway_unavailable", UNKNOWN, false, false),
    (404, "", "gateway_unavailable", UNKNOWN, false, false),
    (408, r"{}", "request_refused", UNKNOWN, false, false),
    (409, r#"{"message":"conflict"}"#, "request_refused", UNKNOWN, false, false),
    (425, r"{}", "request_refused", UNKNOWN, false, false),
    (499, "", "gateway_unavailable", UNKNOWN, false, false),
    (100, "", "request_refused", UNKNOWN, false, false),
    (500, r#"{"message":"oops"}"#, "gateway_unavailable", UNKNOWN, false, true),
    (500, "", "gateway_unavailable", UNKNOWN, false, true),
    (502, "<html>", "gateway_unavailable", UNKNOWN, false, true),
    (503, r#"{"code":"maintenance"}"#, "gateway_unavailable", UNKNOWN, false, true),
    (504, "", "gateway_unavailable", UNKNOWN, false, true),
    (520, "", "gateway_unavailable", UNKNOWN, false, true),
    // Redirects, which browsers report as 0.
    (0, "", "unexpected_redirect", UNKNOWN, false, false),
    (301, "", "unexpected_redirect", UNKNOWN, false, false),
    (307, r"{}", "unexpected_redirect", UNKNOWN, false, false),
    // Invalid bodies with a status of success.
    (200, "", "unreadable_reply", UNKNOWN, false, true),
    (200, "<html>", "unreadable_reply", UNKNOWN, false, true),
    (200, r#"{"data":{"#, "unreadable_reply", UNKNOWN, false, true),
    (200, "[]", "unreadable_reply", UNKNOWN, false, false),
    (204, "", "unreadable_reply", UNKNOWN, false, true),
];

#[test]
fn every_status_and_envelope_has_its_error() {
    for (status, body, code, executed, retryable, retryable_if_repeatable) in TABLE {
        let withdrawal = error::<CreateWithdrawal>(*status, body);
        let row = format!("{status} {body}");
        assert_eq!(withdrawal.code().as_str(), *code, "{row}");
        assert_eq!(withdrawal.executed(), *executed, "{row}");
        assert_eq!(withdrawal.retryable(), *retryable, "{row}");
        assert_eq!(withdrawal.http_status(), Some(*status), "{row}");
        assert_eq!(withdrawal.raw(), Some(*body), "{row}");

        let repeatable = error::<TakeAddress>(*status, body);
        assert_eq!((repeatable.executed(), repeatable.retryable()), (*executed, *retryable_if_repeatable), "{row}");
        let creates = error::<CreatePayment>(*status, body);
        assert_eq!((creates.executed(), creates.retryable()), (*executed, *retryable_if_repeatable), "{row}");
        if *body == "[]" {
            continue;
        }
        let read = error::<ListAccounts>(*status, body);
        assert_eq!((read.executed(), read.retryable()), (NO, *retryable_if_repeatable), "a failed read: {row}");
    }
}

#[test]
fn a_2xx_is_an_error_only_with_a_non_empty_text_error_code() {
    for noise in [
        r#""error_code":null"#,
        r#""error_code":"""#,
        r#""error_code":0"#,
        r#""error":"""#,
        r#""errors":[]"#,
        r#""errors":{}"#,
        r#""code":0"#,
        r#""code":"ok""#,
        r#""message":"done""#,
    ] {
        let body = format!(r#"{{"data":{{"address":"bc1q"}},{noise}}}"#);
        assert_eq!(parse::<TakeAddress>(200, body.as_bytes()).unwrap().address, "bc1q", "{noise}");
    }
}

#[test]
fn every_documented_code_is_read() {
    for code in ErrorCode::ALL {
        let error = error::<CreateWithdrawal>(400, &format!(r#"{{"error_code":"{code}"}}"#));
        assert_eq!(error.code(), &Code::Gateway(code.clone()));
        let expected = if *code == ErrorCode::DuplicationRequest { UNKNOWN } else { NO };
        assert_eq!(error.executed(), expected, "{code}");
        assert!(error.message().contains(code.as_str()) && error.message().contains(code.meaning()), "{error}");
    }
}

#[test]
fn the_error_carries_the_gateways_message_and_field() {
    let cases = [
        (r#"{"message":"sentence"}"#, None),
        (r#"{"error":"sentence"}"#, None),
        (r#"{"error":{"message":"sentence"}}"#, None),
        (r#"{"errors":{"amount":"sentence"}}"#, Some("amount")),
        (r#"{"errors":{"amount":["sentence","more"]}}"#, Some("amount")),
        (r#"{"errors":["sentence"]}"#, None),
        (r#"{"errors":{"coin_not_found":"sentence"}}"#, None),
    ];
    for (body, field) in cases {
        let error = error::<CreateWithdrawal>(400, body);
        assert!(error.message().contains("\"sentence\""), "{body}: {error}");
        assert_eq!(error.field(), field, "{body}");
    }
    let long = error::<CreateWithdrawal>(400, &format!(r#"{{"message":"{}\n\u0007"}}"#, "é".repeat(10_000)));
    assert!(long.message().chars().count() < 500 && !long.message().contains('\n'));
}

#[test]
fn the_message_of_an_unknown_outcome_advises() {
    let unknown = error::<CreateWithdrawal>(502, "");
    assert!(unknown.message().contains("callback"), "{unknown}");
    let duplicate = error::<CreateWithdrawal>(400, r#"{"error_code":"duplication_request"}"#);
    assert!(duplicate.message().contains("never send it again"), "{duplicate}");
    let refused = error::<CreateWithdrawal>(400, r#"{"error_code":"invalid_address"}"#);
    assert!(!refused.message().contains("callback"), "{refused}");
}

#[test]
fn neither_debug_nor_display_shows_the_body() {
    let error = error::<CreateWithdrawal>(502, "payer@example.com");
    assert!(!format!("{error:?} {error}").contains("payer@example.com"));
}

#[test]
fn a_withdrawal_that_may_have_been_made_is_never_reported_as_not_executed() {
    let duplicates = [
        r#"{"error":"duplication_request"}"#,
        r#"{"message":"duplication_request"}"#,
        r#"{"errors":["duplication_request"]}"#,
        r#"{"errors":[{"error_code":"duplication_request"}]}"#,
        r#"{"errors":{"code":"duplication_request"}}"#,
        r#"{"data":{"code":"duplication_request"}}"#,
        r#"{"error_code":["duplication_request"]}"#,
        r#"{"error_code":"DUPLICATION_REQUEST "}"#,
        r#"{"error_code":"validation_error","errors":{"error_code":"duplication_request"}}"#,
        r#"{"code":"bad","error":{"code":"Duplication_Request"}}"#,
    ];
    for body in duplicates {
        let error = error::<CreateWithdrawal>(400, body);
        assert_eq!(error.code(), &Code::Gateway(ErrorCode::DuplicationRequest), "{body}");
        assert_eq!((error.executed(), error.retryable()), (UNKNOWN, false), "{body}");
    }
    // The CoinsPaid family reports a duplicate as an error of the id (documentation, v2), like other errors of the id.
    for (status, body) in
        [(400, r#"{"errors":{"foreign_id":"has already been taken"}}"#), (422, r#"{"errors":{"quote_id":"used"}}"#)]
    {
        assert_eq!(error::<CreateWithdrawal>(status, body).executed(), UNKNOWN, "{body}");
        assert_eq!(error::<MakeExchange>(status, body).executed(), UNKNOWN, "{body}");
        assert_eq!(error::<TakeAddress>(status, body).executed(), NO, "{body}");
    }
    // A duplicate may be reported among other errors, or in free text.
    for body in [
        r#"{"errors":{"amount":"is too low","foreign_id":"has already been taken"}}"#,
        r#"{"error_code":"amount_too_low","errors":{"amount":"is too low","quote_id":"used"}}"#,
        r#"{"errors":[{"field":"foreign_id","message":"must be unique"}]}"#,
        r#"{"error":{"errors":{"foreignId":["taken"]}}}"#,
        r#"{"data":{"errors":{"foreign_id":["taken"]}}}"#,
        r#"{"message":"The foreign id is taken."}"#,
        r#"{"message":"Duplication request: payout-881"}"#,
        r#"{"error":"Duplicate withdrawal"}"#,
        r#"{"error_code":"duplicate_transaction"}"#,
        r#"{"code":"quote_already_used"}"#,
        r#"{"errors":["Already pro\u0063essed"]}"#,
    ] {
        for status in [400, 403, 422] {
            let error = error::<CreateWithdrawal>(status, body);
            assert_eq!((error.executed(), error.retryable()), (UNKNOWN, false), "{status} {body}");
        }
        assert_eq!(error::<TakeAddress>(422, body).executed(), NO, "{body}");
    }
    // An echoed id is not an error of it, and a listed code is unambiguous.
    for body in [
        r#"{"message":"amount is too low","foreign_id":"payout-881","data":{"foreign_id":"payout-881"}}"#,
        r#"{"error_code":"balance_not_enough","message":"foreign_id payout-881: already reserved"}"#,
    ] {
        assert_eq!(error::<CreateWithdrawal>(400, body).executed(), NO, "{body}");
    }
    // With a status of success or of a failure, an undocumented code does not prove a rollback.
    for (status, body) in [
        (200, r#"{"error_code":"0","data":{"id":7,"status":"processing"}}"#),
        (200, r#"{"error_code":"none","data":{"id":7}}"#),
        (500, r#"{"error_code":"internal_error"}"#),
        (504, r#"{"error_code":"timeout"}"#),
    ] {
        let error = error::<CreateWithdrawal>(status, body);
        assert_eq!((error.executed(), error.retryable()), (UNKNOWN, false), "{body}");
    }
    assert_eq!(error::<TakeAddress>(503, r#"{"error_code":"brand_new"}"#).executed(), NO);
    // Bodies without a field of an exchange.
    for body in [
        "{}",
        r#"{"data":[]}"#,
        r#"{"success":false,"message":"quote expired"}"#,
        r#"{"error":"Bad signature header"}"#,
    ] {
        assert_eq!(error::<MakeExchange>(200, body).code(), &Code::UnreadableReply, "{body}");
    }
}
