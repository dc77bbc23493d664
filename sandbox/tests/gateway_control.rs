//! Control of the gateway in memory: settling deposits and withdrawals, paying a session, and clearing faults.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

mod shop;

use citrn::{
    Client, ErrorCode,
    callback::Callback,
    endpoints::{CreatePayment, Ping, TakeAddress},
};
use citrn_sandbox::{ControlError, Fault, FaultKind, Gateway, Profile};
use serde_json::json;
use shop::{call, payout, shop};

#[test]
fn a_deposit_is_confirmed_or_cancelled_once() {
    let (gateway, citrn) = shop();
    let address = call(&citrn, &TakeAddress::new("user-17", "BTC")).unwrap();
    let confirmed = gateway.deposit_unconfirmed(&address, "0.1").unwrap();
    gateway.confirm_deposit(&confirmed).unwrap();
    let cancelled = gateway.deposit_unconfirmed(&address, "0.2").unwrap();
    gateway.cancel_deposit(&cancelled).unwrap();
    for id in [&confirmed, &cancelled] {
        assert_eq!(gateway.confirm_deposit(id).unwrap_err().status, 409);
        assert_eq!(gateway.cancel_deposit(id).unwrap_err().status, 409);
    }
    let statuses: Vec<_> = gateway
        .take_callbacks()
        .iter()
        .map(|request| Callback::parse(&request.body).unwrap().status.to_string())
        .collect();
    assert_eq!(statuses, ["not_confirmed", "confirmed", "not_confirmed", "cancelled"]);
}

#[test]
fn a_withdrawal_is_settled_by_its_foreign_id_in_every_profile() {
    type Settle = fn(&Gateway, &str) -> Result<(), ControlError>;
    for &profile in Profile::ALL {
        for (settle, status) in [
            (Gateway::confirm_withdrawal as Settle, "confirmed"),
            (Gateway::hold_withdrawal, "pending"),
            (Gateway::decline_withdrawal, "declined"),
            (Gateway::cancel_withdrawal, "cancelled"),
        ] {
            let gateway = Gateway::with_profile("shop", profile);
            let citrn = Client::new(gateway.clone(), gateway.config()).unwrap();
            gateway.fund("USDTT", "100").unwrap();
            for id in ["payout-880", "payout-881", "payout-882"] {
                call(&citrn, &payout(id)).unwrap();
            }
            settle(&gateway, "payout-881").unwrap();
            let [request] = &gateway.take_callbacks()[..] else { panic!("not one callback") };
            let callback = Callback::parse(&request.body).unwrap();
            assert_eq!(
                (callback.foreign_id.as_deref(), callback.status.as_str()),
                (Some("payout-881"), status),
                "{profile:?}"
            );
        }
    }
}

#[test]
fn a_deposit_to_a_shared_address_needs_its_memo() {
    let (gateway, citrn) = shop();
    let address = call(&citrn, &TakeAddress::new("user-17", "XRP")).unwrap();
    let memo = address.memo.clone().unwrap();
    gateway.deposit(&address, "50").unwrap();
    gateway.deposit((address.address.as_str(), memo.as_str()), "50").unwrap();
    assert_eq!(gateway.take_callbacks().len(), 2);
    for refused in [gateway.deposit(&address.address, "50"), gateway.deposit((&*address.address, "0"), "50")] {
        assert_eq!(refused.unwrap_err().status, 404);
    }
}

#[test]
fn cleared_faults_do_not_happen() {
    let (gateway, citrn) = shop();
    gateway.inject(Fault::code(ErrorCode::CoinNotFound).times(5)).unwrap();
    gateway.inject(Fault::new(FaultKind::Stall).on::<Ping>()).unwrap();
    gateway.control("faults", r#"{"kind":"duplicate_callback"}"#).unwrap();
    call(&citrn, &Ping::new()).unwrap_err();
    gateway.clear_faults();
    let address = call(&citrn, &TakeAddress::new("user-17", "USDTT")).unwrap();
    gateway.deposit(&address, "50").unwrap();
    assert_eq!(gateway.take_callbacks().len(), 1);
    assert_eq!(gateway.inspect("faults").unwrap(), json!({ "faults": [], "callbacks": [] }));
}

#[test]
fn an_id_with_another_path_in_it_changes_nothing() {
    let (gateway, citrn) = shop();
    let address = call(&citrn, &TakeAddress::new("user-17", "ETH")).unwrap();
    let deposit = gateway.deposit_unconfirmed(&address, "1").unwrap();
    assert_eq!(gateway.confirm_deposit(&format!("{deposit}/confirmations?")).unwrap_err().status, 404);
    assert_eq!(gateway.inspect(&format!("deposits/{deposit}")).unwrap()["confirmations"], 0);
}

#[test]
fn a_page_is_paid_whatever_its_query() {
    let (gateway, citrn) = shop();
    for end in ["?lang=de#pay", "?lang=de", "#pay"] {
        let payment = call(&citrn, &CreatePayment::new("order-17", "USDTT", "https://shop.example/thanks")).unwrap();
        gateway.pay(&format!("{}{end}", payment.redirect_url), "50").unwrap();
        let [request] = &gateway.take_callbacks()[..] else { panic!("not one callback") };
        assert!(Callback::parse(&request.body).unwrap().is_final(), "{end}");
    }
}

#[test]
fn refused_control_calls_say_what_is_wrong() {
    let (gateway, citrn) = shop();
    let payment = CreatePayment::new("order-17", "USDTT", "https://shop.example/thanks");
    let payment = call(&citrn, &payment).unwrap();
    let message = |result: Result<_, ControlError>| result.err().unwrap().to_string();
    assert_eq!(message(gateway.pay(&payment.redirect_url, "0")), "`amount` must be above zero");
    assert_eq!(message(gateway.pay("https://sandbox.invalid/pay/17", "1")), "there is no such payment");
    for page in ["", "https://sandbox.invalid/pay/", "é?"] {
        assert_eq!(message(gateway.pay(page, "1")), "there is no such payment", "{page}");
    }
    let payout_id = "payout-881";
    assert_eq!(message(gateway.hold_withdrawal(payout_id)), "there is no such withdrawal");
    gateway.fund("USDTT", "100").unwrap();
    call(&citrn, &payout(payout_id)).unwrap();
    gateway.cancel_withdrawal(payout_id).unwrap();
    assert_eq!(message(gateway.decline_withdrawal(payout_id)), "this withdrawal is already final");
    for id in ["", "..", "17/confirmations?"] {
        assert_eq!(message(gateway.confirm_deposit(id)), "there is no such deposit", "{id}");
        assert_eq!(message(gateway.cancel_deposit(id)), "there is no such deposit", "{id}");
    }
    assert_eq!(message(gateway.fund("NOPE", "1")), "there is no such currency");
    let decimal = r#"`amount` is invalid: an amount must be decimal text, such as "0.25""#;
    assert_eq!(message(gateway.fund("USDTT", "1e3")), decimal);
    assert_eq!(message(gateway.inject(Fault::new(FaultKind::Stall).times(0))), "`times` must be 1 or more");
    for path in ["clock", "/clock/advance", "clock?"] {
        let refused = gateway.control(path, json!({ "hours": 1, "frozen": true })).map(drop);
        assert!(message(refused).contains("`advance`"), "{path}");
    }
    for path in ["reset", "/reset?"] {
        assert!(message(gateway.control(path, "").map(drop)).contains("another one"), "{path}");
    }
    assert_eq!(gateway.control("nope", "").unwrap_err().status, 404);
}
