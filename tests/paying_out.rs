//! The Rust sample of docs/paying-out.md, against gateways that refuse, fail and send callbacks.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

mod common;

use citrn::{Secret, Signer};
use common::{World, answer};

include!("paying_out/sample.rs");

const ID: &str = "payout-881";

/// Sends the payout to a gateway that gives every call the same answer. Returns the number of requests it received.
fn send(books: &mut Books, status: u16, body: &str) -> usize {
    let world = World::new([answer(status, body), answer(status, body)]);
    let signer = Signer::Secret(Secret::new("secret"));
    let config = citrn::Config { api_key: Some("key".to_owned()), signer, max_retries: 5, ..citrn::Config::default() };
    let client = Client::new(world.clone(), config).unwrap();
    world.run(pay_out(&client, books, ID, CreateWithdrawal::new("TXYZ", ID, "25", "USDTT")));
    world.requests().len()
}

fn receive(books: &mut Books, status: &str) {
    let body = format!(r#"{{"id":1,"foreign_id":"{ID}","type":"withdrawal","status":"{status}"}}"#);
    on_callback(books, &Callback::parse(body.as_bytes()).unwrap());
}

#[test]
fn the_page_has_this_sample() {
    assert!(include_str!("../docs/paying-out.md").contains(concat!(
        "```rust\n",
        include_str!("paying_out/sample.rs"),
        "```"
    )));
}

#[test]
fn a_refused_payout_stays_ready() {
    let mut books = Books::default();
    assert_eq!(send(&mut books, 400, r#"{"error_code":"balance_not_enough"}"#), 1);
    assert_eq!(books.0[ID], Payout::Ready);
}

#[test]
fn a_payout_whose_answer_is_lost_is_never_sent_again() {
    let mut books = Books::default();
    assert_eq!(send(&mut books, 502, ""), 1);
    assert_eq!(send(&mut books, 502, ""), 0);
    assert_eq!(books.0[ID], Payout::Pending);
    for (status, state) in [
        ("not_confirmed", Payout::Pending),
        ("confirmed", Payout::Paid),
        ("cancelled", Payout::Paid),
        ("declined", Payout::Paid),
    ] {
        receive(&mut books, status);
        assert_eq!(books.0[ID], state, "{status}");
    }
    assert_eq!(send(&mut books, 502, ""), 0);
}

#[test]
fn a_duplicate_is_not_a_refusal() {
    let mut books = Books::default();
    // The first call with this id may have been carried out.
    assert_eq!(send(&mut books, 400, r#"{"error_code":"duplication_request"}"#), 1);
    assert_eq!(books.0[ID], Payout::Pending);
    // An account limit delays it, and the account's owner declines it: the money is still there.
    for (status, state) in [("pending", Payout::Pending), ("declined", Payout::NotPaid)] {
        receive(&mut books, status);
        assert_eq!(books.0[ID], state, "{status}");
    }
}
