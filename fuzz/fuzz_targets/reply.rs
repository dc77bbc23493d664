//! Fuzzes the reply parser: any status and bytes yield a reply or an error, an unknown outcome of a withdrawal is never
//! retryable, and every reply serialises as JSON.
#![no_main]

use citrn::{Endpoint, Executed, Kind, endpoints::*, parse};
use libfuzzer_sys::fuzz_target;
use serde::Serialize;

fn read<E: Endpoint>(status: u16, body: &[u8])
where
    E::Reply: Serialize,
{
    match parse::<E>(status, body) {
        Ok(reply) => {
            assert!((200..300).contains(&status));
            let written = serde_json::to_string(&reply.data).expect("a reply serialises");
            serde_json::from_str::<serde::de::IgnoredAny>(&written).expect("a serialised reply is JSON");
        }
        Err(error) => {
            assert_eq!(error.http_status(), Some(status));
            assert!(!error.message().is_empty());
            if E::SPEC.kind == Kind::MovesMoney {
                assert!(error.executed() == Executed::No || !error.retryable());
            }
        }
    }
}

/// The typed replies to fuzz. The endpoint table has no types, so they are listed here.
const READERS: &[fn(u16, &[u8])] = &[
    read::<Ping>,
    read::<ListBalances>,
    read::<TakeAddress>,
    read::<CreateWithdrawal>,
    read::<ListCurrencies>,
    read::<ListRates>,
    read::<ListPairs>,
    read::<ListPairRates>,
    read::<ListAccounts>,
    read::<CreateQuote>,
    read::<MakeExchange>,
    read::<CreatePayment>,
];

fuzz_target!(|data: &[u8]| {
    let Some((head, body)) = data.split_first_chunk::<2>() else { return };
    // Three quarters of the inputs have a common status; the others get one from the second byte.
    let status = match head[0] % 4 {
        0 => 200,
        1 => 400,
        2 => 500,
        _ => u16::from(head[1]) * 4,
    };
    for read in READERS {
        read(status, body);
    }
});
