//! Each of the 19 error codes, by its cause where a call has one, and on demand.

use std::{collections::HashSet, time::Duration};

use citrn::{
    Client, Code, Endpoint, Error, ErrorCode, Reply,
    endpoints::{CreatePayment, CreateQuote, CreateWithdrawal, MakeExchange, TakeAddress},
};
use citrn_sandbox::{Fault, Gateway};

use crate::{SUPPLIER, call, connect};

/// Prepares the gateway, and makes the call that fails.
type Cause = fn(&Gateway, &Client<Gateway>) -> Option<Error>;

const ETHEREUM: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

fn refusal<E: Endpoint>(citrn: &Client<Gateway>, endpoint: &E) -> Option<Error> {
    call(citrn, endpoint).err()
}

fn payout(amount: &str, currency: &str) -> CreateWithdrawal {
    CreateWithdrawal::new(SUPPLIER, "payout-881", amount, currency)
}

fn quote(citrn: &Client<Gateway>) -> Reply<citrn::endpoints::Quote> {
    call(citrn, &CreateQuote::new("BTC", "EUR", "0.1", "BTC")).unwrap()
}

const CAUSES: [(ErrorCode, Cause); 17] = [
    (ErrorCode::CoinNotFound, |_, citrn| refusal(citrn, &TakeAddress::new("user-17", "NOPE"))),
    (ErrorCode::NetworkNotFound, |_, citrn| refusal(citrn, &TakeAddress::new("user-17", "USDTZ"))),
    (ErrorCode::AddressNotFound, |_, citrn| {
        let body = r#"{"foreign_id":"payout-881","amount":"25","currency":"USDTT"}"#;
        pollster::block_on(citrn.request("withdrawal/crypto", body, Default::default())).err()
    }),
    (ErrorCode::InvalidAddress, |_, citrn| {
        refusal(citrn, &CreateWithdrawal::new(ETHEREUM, "payout-881", "25", "USDTT"))
    }),
    (ErrorCode::ResourceNotFound, |_, citrn| refusal(citrn, &MakeExchange::new("no such quote"))),
    (ErrorCode::CoinNotSupported, |_, citrn| refusal(citrn, &TakeAddress::new("user-17", "XMR"))),
    (ErrorCode::BalanceNotEnough, |_, citrn| refusal(citrn, &payout("1000000", "USDTT"))),
    (ErrorCode::NetworkNotAvailable, |gateway, citrn| {
        gateway.control("networks/tron", r#"{"available":false}"#).unwrap();
        refusal(citrn, &payout("25", "USDTT"))
    }),
    (ErrorCode::WithdrawDisabled, |gateway, citrn| {
        gateway.control("settings", r#"{"withdrawals_enabled":false}"#).unwrap();
        refusal(citrn, &payout("25", "USDTT"))
    }),
    (ErrorCode::DuplicationRequest, |_, citrn| {
        call(citrn, &payout("25", "USDTT")).unwrap();
        refusal(citrn, &payout("25", "USDTT"))
    }),
    (ErrorCode::AmountTooLow, |_, citrn| refusal(citrn, &payout("1.999999", "USDTT"))),
    (ErrorCode::InvalidAmount, |_, citrn| refusal(citrn, &payout("25.0000001", "USDTT"))),
    (ErrorCode::WithdrawalVirtualCoin, |_, citrn| {
        refusal(citrn, &CreateWithdrawal::new(ETHEREUM, "payout-881", "25", "TESTCOIN"))
    }),
    (ErrorCode::WithdrawalBaseCoinMismatch, |_, citrn| refusal(citrn, &payout("25", "EUR"))),
    (ErrorCode::CommissionNotFound, |gateway, citrn| {
        gateway.control("currencies/USDTT", r#"{"withdrawal_fee_percent":null}"#).unwrap();
        refusal(citrn, &payout("25", "USDTT"))
    }),
    (ErrorCode::CreateQuotaError, |_, citrn| refusal(citrn, &CreateQuote::new("BTC", "BTC", "0.1", "BTC"))),
    (ErrorCode::ProcessExchangeQuotaError, |gateway, citrn| {
        let late = MakeExchange::new(quote(citrn).quote_id.as_str());
        gateway.advance_by(Duration::from_secs(60));
        refusal(citrn, &late)
    }),
];

#[test]
fn seventeen_codes_have_a_cause() {
    for (code, cause) in CAUSES {
        let (gateway, citrn) = connect();
        let error = cause(&gateway, &citrn).unwrap_or_else(|| panic!("{code} was not returned"));
        assert_eq!(error.code(), &Code::Gateway(code));
    }
    let with_cause: HashSet<_> = CAUSES.into_iter().map(|(code, _)| code).collect();
    let without: Vec<_> = ErrorCode::ALL.iter().filter(|code| !with_cause.contains(code)).collect();
    // The payment page shows these two.
    assert_eq!(without, [&ErrorCode::PaymentNotFound, &ErrorCode::PaymentExpired]);
}

#[test]
fn all_nineteen_codes_come_on_demand_and_change_nothing() {
    let (gateway, citrn) = connect();
    for code in ErrorCode::ALL {
        gateway.inject(Fault::code(code.clone()).on::<CreatePayment>()).unwrap();
        let payment = CreatePayment::new("order-17", "USDTT", "https://shop.example/thanks");
        assert_eq!(refusal(&citrn, &payment).unwrap().code(), &Code::Gateway(code.clone()));
    }
    assert_eq!(ErrorCode::ALL.len(), 19);
    assert_eq!(gateway.inspect("payments").unwrap().as_array().map(Vec::len), Some(0));
}
