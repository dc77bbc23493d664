//! Tests of the policies with a simulated clock: attempts, waits, one deadline, cancellation; withdrawals are sent
//! once.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

mod common;

use std::time::Duration;

use citrn::{
    CallOptions, Client, Code, Config, Endpoint, Error, Executed, FetchError, Reply, Secret, Signer,
    endpoints::{CreatePayment, CreateWithdrawal, ListAccounts, MakeExchange, TakeAddress},
};
use common::{Step, World, answer, retry_after};

const SECOND: Duration = Duration::from_secs(1);
const ADDRESS: &str = r#"{"data":{"address":"bc1q"}}"#;
const PAYMENT: &str = r#"{"session_id":"s","redirect_url":"https://pay.example/s"}"#;

fn client(world: &World) -> Client<World> {
    let config = Config {
        api_key: Some("key".to_owned()),
        signer: Signer::Secret(Secret::new("secret-of-the-merchant")),
        ..Config::default()
    };
    Client::new(world.clone(), config).unwrap()
}

fn call<E: Endpoint>(world: &World, endpoint: &E, options: CallOptions<'_>) -> Result<Reply<E::Reply>, Error> {
    let client = client(world);
    let result = world.run(client.call(endpoint, options));
    assert_eq!(world.open_count(), 0, "a timer or a request was left running");
    result
}

fn take() -> TakeAddress {
    TakeAddress::new("user-17", "BTC")
}

fn payment() -> CreatePayment {
    CreatePayment::new("user-17", "USDTT", "https://shop.example/thanks")
}

fn withdrawal() -> CreateWithdrawal {
    CreateWithdrawal::new("TXYZ", "payout-881", "25", "USDTT")
}

fn retries(max_retries: u32) -> CallOptions<'static> {
    CallOptions { max_retries: Some(max_retries), ..CallOptions::default() }
}

#[test]
fn a_repeatable_call_gets_two_retries_with_jitter_below_a_doubling_ceiling() {
    let world =
        World::new([Step::Break(Duration::ZERO), answer(503, "busy"), answer(200, ADDRESS)]).with_random(u32::MAX);
    assert_eq!(call(&world, &take(), CallOptions::default()).unwrap().address, "bc1q");
    let attempts = world.attempts();
    let waits: Vec<_> = attempts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(waits[0] < Duration::from_millis(500) && waits[0] > Duration::from_millis(499));
    assert!(waits[1] < SECOND && waits[1] > Duration::from_millis(999));

    let world = World::new([Step::Break(Duration::ZERO), answer(503, "busy"), answer(200, ADDRESS)]);
    call(&world, &take(), CallOptions::default()).unwrap();
    assert_eq!(world.attempts(), [Duration::ZERO; 3], "full jitter may be zero");
}

#[test]
fn every_attempt_carries_the_same_signed_bytes() {
    let world = World::new([answer(500, ""), answer(500, ""), answer(200, ADDRESS)]);
    call(&world, &take(), CallOptions::default()).unwrap();
    let requests = world.requests();
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|request| *request == requests[0]));
}

#[test]
fn the_last_error_is_returned_after_the_last_retry() {
    let world = World::new([answer(500, ""), answer(502, "<html>"), answer(503, "")]);
    let error = call(&world, &take(), CallOptions::default()).unwrap_err();
    assert_eq!((error.code(), error.http_status()), (&Code::Unavailable, Some(503)));
    assert_eq!(world.attempts().len(), 3);
}

#[test]
fn max_retries_of_a_call_replaces_that_of_the_client() {
    for (max_retries, attempts) in [(0, 1), (1, 2), (4, 5)] {
        let world = World::new((0..attempts).map(|_| answer(503, "")));
        call(&world, &take(), retries(max_retries)).unwrap_err();
        assert_eq!(world.attempts().len(), attempts);
    }
}

#[test]
fn a_refusal_is_not_retried() {
    for (status, body) in
        [(400, r#"{"error_code":"coin_not_found"}"#), (403, "{}"), (404, "no"), (200, "<html>"), (301, "")]
    {
        let world = World::new([answer(status, body)]);
        call(&world, &take(), CallOptions::default()).unwrap_err();
        assert_eq!(world.attempts().len(), 1, "{status} {body}");
    }
}

#[test]
fn a_call_that_creates_something_is_retried_only_if_that_call_sets_it() {
    let world = World::new([answer(503, "")]);
    let error = call(&world, &payment(), CallOptions::default()).unwrap_err();
    assert!(error.retryable());
    assert_eq!(world.attempts().len(), 1);

    let world = World::new([answer(503, ""), answer(201, PAYMENT)]);
    assert_eq!(call(&world, &payment(), retries(1)).unwrap().http_status, 201);
}

#[test]
fn a_call_that_moves_money_is_sent_once_under_every_fault() {
    let second = SECOND;
    let faults = [
        Step::Break(Duration::ZERO),
        Step::Break(second),
        Step::Stall,
        retry_after(429, "{}", "0"),
        retry_after(503, "", "0"),
    ];
    let statuses = [200, 204, 301, 400, 401, 403, 404, 408, 409, 422, 425, 429, 500, 502, 503, 504, 520];
    let bodies = ["", "{}", "<html>", r#"{"data":{}}"#, r#"{"error_code":"network_not_available"}"#, r#"{"data""#];
    let answers = statuses.iter().flat_map(|status| bodies.iter().map(|body| answer(*status, body)));
    for fault in faults.into_iter().chain(answers) {
        for options in [CallOptions::default(), retries(9)] {
            let world = World::new([fault.clone()]);
            let error = call(&world, &withdrawal(), options).unwrap_err();
            assert_eq!(world.attempts().len(), 1, "{fault:?}");
            assert!(!(error.executed() == Executed::Unknown && error.retryable()), "{fault:?}");
            if error.executed() == Executed::Unknown {
                let reference = error.reference().unwrap();
                assert_eq!((reference.name, reference.value.as_str()), ("foreign_id", "payout-881"));
            }
        }
        let world = World::new([fault.clone()]);
        let client = client(&world);
        let error = world.run(client.request("/withdrawal/crypto", r#"{"foreign_id":9}"#, retries(9)));
        assert_eq!(world.attempts().len(), 1, "{fault:?}");
        if let Err(error) = error {
            assert_eq!(error.reference().unwrap().value, "9");
        }
        let world = World::new([fault.clone()]);
        let _ = call(&world, &MakeExchange::new("quote-1"), retries(9));
        assert_eq!(world.attempts().len(), 1, "{fault:?}");
    }
}

#[test]
fn a_missing_fetch_is_an_invalid_setting_and_is_not_retried() {
    let world = World::new([Step::Fail(FetchError::NotConfigured("is missing".to_owned()))]);
    let error = call(&world, &withdrawal(), retries(9)).unwrap_err();
    assert_eq!((error.code(), error.field()), (&Code::InvalidConfiguration, Some("fetch")));
    assert_eq!((error.executed(), error.retryable()), (Executed::No, false));
    assert!(error.message().contains("fetch is missing"), "{error}");
    let world = World::new([Step::Fail(FetchError::NotConfigured("is missing".to_owned()))]);
    assert_eq!(call(&world, &ListAccounts::new(), retries(9)).unwrap_err().code(), &Code::InvalidConfiguration);
    assert_eq!(world.attempts().len(), 1);
}

#[test]
fn without_any_connection_nothing_was_executed() {
    let never = || Step::Fail(FetchError::NeverConnected("connection refused".to_owned()));
    let world = World::new([never()]);
    let error = call(&world, &withdrawal(), retries(9)).unwrap_err();
    assert_eq!((error.code(), error.executed(), error.retryable()), (&Code::Network, Executed::No, true));
    assert_eq!(world.attempts().len(), 1, "but it is not retried");

    let world = World::new([never(), answer(201, PAYMENT)]);
    assert_eq!(call(&world, &payment(), retries(1)).unwrap().http_status, 201);

    // An earlier or later attempt may still have had an effect.
    for steps in [[Step::Break(Duration::ZERO), never()], [never(), Step::Break(Duration::ZERO)]] {
        let world = World::new(steps);
        let error = call(&world, &payment(), retries(1)).unwrap_err();
        assert_eq!((error.code(), error.executed()), (&Code::Network, Executed::Unknown));
    }
}

#[test]
fn a_call_cancelled_before_any_attempt_was_sent_executed_nothing() {
    let never = Step::Fail(FetchError::NeverConnected("connection refused".to_owned()));
    for (first, executed) in [(never, Executed::No), (Step::Break(Duration::ZERO), Executed::Unknown)] {
        let world = World::new([first]).with_random(u32::MAX);
        let cancel: citrn::BoxFuture<'_, ()> = Box::pin(world.after(Duration::from_millis(100)));
        let options = CallOptions { cancel: Some(cancel), ..retries(1) };
        let error = call(&world, &payment(), options).unwrap_err();
        assert_eq!((error.code(), error.executed()), (&Code::Aborted, executed));
    }
}

#[test]
fn a_call_with_an_unreadable_reply_is_not_retried() {
    for endpoint_is_read in [true, false] {
        let world = World::new([Step::Fail(FetchError::Unreadable("it has no status".to_owned()))]);
        let error = match endpoint_is_read {
            true => call(&world, &ListAccounts::new(), retries(9)).unwrap_err(),
            false => call(&world, &withdrawal(), retries(9)).unwrap_err(),
        };
        assert_eq!((error.code(), error.retryable()), (&Code::Network, false));
        assert_eq!(error.executed() == Executed::No, endpoint_is_read);
        assert_eq!(world.attempts().len(), 1);
    }
}

#[test]
fn a_reply_beyond_the_limit_is_an_error_even_if_the_transport_reads_it() {
    let mib = 1024 * 1024;
    let padded = |size: usize| format!("{}{ADDRESS}", " ".repeat(size - ADDRESS.len()));
    for (size, is_read) in [(mib, true), (mib + 1, false), (9 * mib, false)] {
        let world = World::new([answer(200, &padded(size))]);
        match call(&world, &take(), CallOptions::default()) {
            Ok(_) => assert!(is_read, "{size}"),
            Err(error) => {
                assert!(!is_read && *error.code() == Code::UnreadableReply, "{size}: {error}");
                assert_eq!((error.executed(), error.retryable()), (Executed::Unknown, false));
            }
        }
    }
    let list = |size: usize| format!("{}[]", " ".repeat(size - 2));
    for (size, is_read) in [(2 * mib, true), (8 * mib, true), (8 * mib + 1, false)] {
        let world = World::new([answer(200, &list(size))]);
        assert_eq!(call(&world, &ListAccounts::new(), CallOptions::default()).is_ok(), is_read, "{size}");
    }
}

#[test]
fn only_errors_of_calls_that_move_money_mention_a_callback() {
    for step in [Step::Break(Duration::ZERO), answer(502, ""), answer(400, r#"{"error_code":"duplication_request"}"#)] {
        let message = |error: Error| {
            assert_eq!(error.executed(), Executed::Unknown);
            error.message().to_owned()
        };
        assert!(
            message(call(&World::new([step.clone()]), &withdrawal(), retries(0)).unwrap_err()).contains("callback")
        );
        assert!(!message(call(&World::new([step.clone()]), &payment(), retries(0)).unwrap_err()).contains("callback"));
        assert!(!message(call(&World::new([step.clone()]), &take(), retries(0)).unwrap_err()).contains("callback"));
    }
}

#[test]
fn an_unknown_path_counts_as_moving_money() {
    let world = World::new([answer(503, "")]);
    let client = client(&world);
    let error = world.run(client.request("/something/new", "{}", retries(9))).unwrap_err();
    assert_eq!((error.executed(), error.retryable()), (Executed::Unknown, false));
    assert_eq!(world.attempts().len(), 1);
    assert_eq!(world.requests()[0].url, "https://app.citrn.io/api/something/new");
}

#[test]
fn a_known_path_keeps_its_kind() {
    let world = World::new([answer(503, ""), answer(200, "[1.50]")]);
    let client = client(&world);
    assert_eq!(world.run(client.request("accounts/list", "{}", CallOptions::default())).unwrap().data, "[1.50]");
}

#[test]
fn a_path_stays_below_the_base_url() {
    let world = World::new([]);
    let client = client(&world);
    for path in [
        "",
        "/",
        "//evil.example/x",
        "https://evil.example",
        "../admin",
        "/a/../b",
        "/a/./b",
        "a//b",
        "a/",
        "/a?b",
        "a#b",
        "a\\b",
        "a%2e%2e",
        "a b",
        "a\nb",
        "ä",
    ] {
        let error = world.run(client.request(path, "{}", CallOptions::default())).unwrap_err();
        assert_eq!((error.code(), error.field()), (&Code::InvalidParameter, Some("path")), "{path:?}");
    }
    for body in ["", "[]", "null", "1", "{", "{}{}"] {
        let error = world.run(client.request("/new", body, CallOptions::default())).unwrap_err();
        assert_eq!((error.code(), error.field()), (&Code::InvalidParameter, Some("params")), "{body:?}");
    }
    let error = world.run(client.request("/ping", r#"{"a":1}"#, CallOptions::default())).unwrap_err();
    assert_eq!(error.field(), Some("params"));
}

#[test]
fn a_retry_after_is_never_shortened() {
    let world = World::new([retry_after(429, "{}", "7"), answer(200, ADDRESS)]);
    call(&world, &take(), CallOptions::default()).unwrap();
    assert_eq!(world.attempts(), [Duration::ZERO, 7 * SECOND]);

    let world = World::new([retry_after(503, "", "Sun, 06 Nov 1994 08:49:37 GMT"), answer(200, ADDRESS)]);
    call(&world, &take(), CallOptions::default()).unwrap();
    assert_eq!(world.attempts(), [Duration::ZERO, 7 * SECOND]);
}

#[test]
fn a_retry_after_beyond_the_deadline_ends_the_call_immediately() {
    let world = World::new([retry_after(429, "{}", "31")]);
    let error = call(&world, &take(), CallOptions::default()).unwrap_err();
    assert_eq!(error.code(), &Code::RateLimited);
    assert_eq!(error.retry_after(), Some(31 * SECOND));
    assert!(error.retryable());
    assert_eq!(world.elapsed(), Duration::ZERO);
}

#[test]
fn one_deadline_covers_all_attempts() {
    let slow = |status| Step::Answer(12 * SECOND, common_response(status));
    let world = World::new([slow(503), slow(503), slow(503)]);
    let error = call(&world, &take(), CallOptions::default()).unwrap_err();
    assert_eq!(error.code(), &Code::Timeout);
    assert_eq!(world.elapsed(), 30 * SECOND);
    assert_eq!((error.executed(), error.retryable()), (Executed::Unknown, true));

    let world = World::new([Step::Stall]);
    let options = CallOptions { timeout: Some(2 * SECOND), ..CallOptions::default() };
    let error = call(&world, &withdrawal(), options).unwrap_err();
    assert_eq!((error.code(), error.executed(), error.retryable()), (&Code::Timeout, Executed::Unknown, false));
    assert!(error.message().contains("2000 ms"), "{error}");
    assert_eq!(world.elapsed(), 2 * SECOND);
}

fn common_response(status: u16) -> citrn::Response {
    citrn::Response { status, retry_after: None, body: Vec::new() }
}

#[test]
fn the_caller_can_cancel_a_call_at_any_point() {
    let cancelled_after = |world: &World, after: Duration| CallOptions {
        cancel: Some(Box::pin(world.after(after))),
        ..CallOptions::default()
    };

    let world = World::new([]);
    let error = call(&world, &withdrawal(), cancelled_after(&world, Duration::ZERO)).unwrap_err();
    assert_eq!((error.code(), error.executed()), (&Code::Aborted, Executed::No), "before sending");
    assert_eq!(world.attempts().len(), 0);

    let world = World::new([Step::Stall]);
    let error = call(&world, &withdrawal(), cancelled_after(&world, SECOND)).unwrap_err();
    assert_eq!((error.code(), error.executed(), error.retryable()), (&Code::Aborted, Executed::Unknown, false));
    assert_eq!(world.elapsed(), SECOND, "while waiting for the answer");

    let world = World::new([retry_after(429, "{}", "5")]);
    let error = call(&world, &take(), cancelled_after(&world, SECOND)).unwrap_err();
    assert_eq!(error.code(), &Code::Aborted);
    assert_eq!(world.elapsed(), SECOND, "between two attempts");

    let world = World::new([Step::Stall]);
    let error = call(&world, &ListAccounts::new(), cancelled_after(&world, SECOND)).unwrap_err();
    assert_eq!((error.executed(), error.retryable()), (Executed::No, true), "a read executes nothing");
}

#[test]
fn a_later_refusal_does_not_settle_an_earlier_unknown_outcome() {
    let world = World::new([Step::Break(Duration::ZERO), answer(400, r#"{"message":"no"}"#)]);
    let error = call(&world, &payment(), retries(1)).unwrap_err();
    assert_eq!((error.http_status(), error.executed()), (Some(400), Executed::Unknown));
    let world = World::new([answer(502, ""), answer(429, "{}"), answer(429, "{}")]);
    assert_eq!(call(&world, &take(), CallOptions::default()).unwrap_err().executed(), Executed::Unknown);
}

#[test]
fn a_known_path_refuses_the_secret_and_floats_in_its_body() {
    let world = World::new([]);
    let client = client(&world);
    let send = |body: &str| world.run(client.request("/withdrawal/crypto", body, CallOptions::default())).unwrap_err();
    assert_eq!(send(r#"{"key":"secret-of-the-merchant"}"#).field(), Some("key"));
    assert_eq!(send(r#"{"amount":0.30000000000000004}"#).field(), Some("amount"));
    assert!(world.requests().is_empty());
}

#[test]
fn errors_contain_no_secret_signature_or_key() {
    let withdrawal = || withdrawal().key("hunter2/\"key");
    let world = World::new([answer(500, "")]);
    let _ = call(&world, &withdrawal(), CallOptions::default());
    let signature =
        world.requests()[0].headers.iter().find(|(name, _)| *name == "X-Process-Signature").unwrap().1.clone();
    let filler = "x".repeat(190);
    let bodies = [
        format!(r#"{{"message":"{filler} secret-of-the-merchant"}}"#),
        format!(r#"{{"error":"Bad signature header {signature}"}}"#),
        r#"{"error_code":"bad hunter2\/\"key","message":"bad hunter2/\"key"}"#.to_owned(),
        r#"{"error_code":"secret-of-the-merchant"}"#.to_owned(),
    ];
    for body in bodies {
        let error = call(&World::new([answer(400, &body)]), &withdrawal(), CallOptions::default()).unwrap_err();
        let shown = format!("{error:?} {error} {} {}", error.raw().unwrap(), error.code());
        for hidden in ["secret-of", "hunter2", &signature[..16]] {
            assert!(!shown.contains(hidden), "{body}: {shown}");
        }
    }
}

#[test]
fn dropping_a_call_stops_its_request_and_timers() {
    let world = World::new([Step::Stall]);
    let client = client(&world);
    let take = take();
    {
        let mut future = Box::pin(client.call(&take, CallOptions::default()));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(future.as_mut().poll(&mut context).is_pending());
        assert!(world.open_count() > 0);
    }
    assert_eq!(world.open_count(), 0);
}

#[test]
fn a_call_can_be_sent_to_another_thread() {
    let world = World::new([answer(200, ADDRESS)]);
    let signer = Signer::External(Box::new(|_| Box::pin(async { Ok("ab".repeat(64)) })));
    let config = Config { api_key: Some("key".to_owned()), signer, ..Config::default() };
    let client = std::sync::Arc::new(Client::new(world.clone(), config).unwrap());
    let call = {
        let (client, world) = (client.clone(), world.clone());
        async move {
            let options = CallOptions { cancel: Some(Box::pin(world.after(SECOND))), ..CallOptions::default() };
            client.call(&take(), options).await
        }
    };
    let reply = std::thread::spawn(move || world.run(call)).join().unwrap().unwrap();
    assert_eq!(reply.http_status, 200);
}

#[test]
fn an_external_signer_signs_and_nothing_is_sent_if_it_fails() {
    let hex = "AB".repeat(64);
    let cases: [(Result<String, String>, bool); 4] = [
        (Ok(hex.clone()), true),
        (Ok("abc".to_owned()), false),
        (Ok(String::new()), false),
        (Err("the vault is sealed".to_owned()), false),
    ];
    for (signature, works) in cases {
        let world = World::new(works.then(|| answer(200, ADDRESS)));
        let signer = Signer::External(Box::new(move |bytes| {
            assert_eq!(bytes, br#"{"foreign_id":"user-17","currency":"BTC"}"#);
            let signature = signature.clone();
            Box::pin(async { signature })
        }));
        let config = Config { api_key: Some("key".to_owned()), signer, ..Config::default() };
        let client = Client::new(world.clone(), config).unwrap();
        let result = world.run(client.call(&take(), CallOptions::default()));
        if works {
            result.unwrap();
            let headers = &world.requests()[0].headers;
            assert!(headers.contains(&("X-Process-Signature", hex.to_lowercase())));
        } else {
            let error = result.unwrap_err();
            assert_eq!((error.code(), error.executed()), (&Code::SignerFailed, Executed::No));
            assert!(world.requests().is_empty());
        }
    }
}

#[test]
fn a_call_whose_signer_never_answers_times_out_with_nothing_sent() {
    let world = World::new([]);
    let signer = Signer::External(Box::new(|_| Box::pin(std::future::pending())));
    let config = Config { api_key: Some("key".to_owned()), signer, ..Config::default() };
    let client = Client::new(world.clone(), config).unwrap();
    let error = world.run(client.call(&withdrawal(), CallOptions::default())).unwrap_err();
    assert_eq!((error.code(), error.executed(), error.retryable()), (&Code::Timeout, Executed::No, true));
}

#[test]
fn without_a_secret_only_public_calls_are_sent() {
    let world = World::new([answer(200, "OK"), answer(200, "{}")]);
    let client = Client::new(world.clone(), Config::default()).unwrap();
    assert_eq!(world.run(client.call(&citrn::endpoints::Ping::new(), CallOptions::default())).unwrap().message, "OK");
    world.run(client.call(&citrn::endpoints::ListRates::new(), CallOptions::default())).unwrap();
    let error = world.run(client.call(&take(), CallOptions::default())).unwrap_err();
    assert_eq!((error.code(), error.executed()), (&Code::SecretRequired, Executed::No));
    assert_eq!(world.requests().len(), 2);
}

#[test]
fn invalid_settings_are_refused() {
    let make = |config| Client::new(World::new([]), config).unwrap_err();
    let bad_key = |key: &str| make(Config { api_key: Some(key.to_owned()), ..Config::default() });
    for key in ["", "a b", "a\nb", "ä"] {
        assert_eq!(bad_key(key).field(), Some("api_key"), "{key:?}");
    }
    let error = make(Config { signer: Signer::Secret(Secret::new("")), ..Config::default() });
    assert_eq!(error.field(), Some("secret"));
    let error = make(Config { timeout: Duration::ZERO, ..Config::default() });
    assert_eq!((error.code(), error.field()), (&Code::InvalidConfiguration, Some("timeout")));
}

#[test]
fn an_echoed_secret_is_redacted() {
    let body = r#"{"error_code":"invalid_address","message":"got secret-of-the-merchant","errors":{"secret-of-the-merchant":"no"}}"#;
    let world = World::new([answer(400, body)]);
    let error = call(&world, &withdrawal(), CallOptions::default()).unwrap_err();
    for text in [error.message(), error.raw().unwrap(), error.field().unwrap(), &format!("{error:?} {error}")] {
        assert!(!text.contains("secret-of-the-merchant"), "{text}");
    }
    assert!(error.message().contains("[redacted]"));
}
