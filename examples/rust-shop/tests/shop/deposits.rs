//! Deposits, from the payer to the shop's books.

use citrn_sandbox::{Gateway, Profile};
use pollster::block_on;
use shop_payments::{Credit, Shop};

use crate::{deliver, open};

fn credit(order: &str, amount: &str) -> Credit {
    Credit { order: order.to_owned(), amount: amount.to_owned(), currency: "USDTT".to_owned() }
}

#[test]
fn a_paid_order_is_credited_after_the_fee() {
    let (gateway, shop) = open();
    let page = block_on(shop.checkout("order-17")).unwrap();
    gateway.pay(&page, "50").unwrap();
    deliver(&gateway, &shop);
    assert_eq!(shop.credits(), [credit("order-17", "49.500000")]);
}

#[test]
fn an_unconfirmed_deposit_is_not_credited_yet() {
    let (gateway, shop) = open();
    block_on(shop.checkout("order-17")).unwrap();
    let destination = gateway.inspect("payments").unwrap()[0]["address"].as_str().unwrap().to_owned();
    gateway.deposit_unconfirmed(&destination, "50").unwrap();
    assert_eq!(deliver(&gateway, &shop), 1);
    assert_eq!(shop.credits(), []);
    gateway.advance(1); // blocks are found meanwhile
    assert_eq!(deliver(&gateway, &shop), 1);
    assert_eq!(shop.credits(), [credit("order-17", "49.500000")]);
}

#[test]
fn a_callback_that_comes_again_credits_once() {
    let (gateway, shop) = open();
    let page = block_on(shop.checkout("order-17")).unwrap();
    gateway.set_callback_status(503); // the shop's answers get lost
    gateway.pay(&page, "50").unwrap();
    gateway.advance(24);
    assert!(deliver(&gateway, &shop) > 10);
    assert_eq!(shop.credits().len(), 1);
}

#[test]
fn a_callback_that_was_altered_is_refused() {
    let (gateway, shop) = open();
    let page = block_on(shop.checkout("order-17")).unwrap();
    gateway.pay(&page, "50").unwrap();
    for mut callback in gateway.take_callbacks() {
        callback.body.push(b' ');
        assert_eq!(shop.on_callback(callback.headers, &callback.body), 401);
    }
    assert_eq!(shop.credits(), []);
}

#[test]
fn every_form_of_the_replies_works() {
    for &profile in Profile::ALL {
        let gateway = Gateway::with_profile("shop", profile);
        let citrn = citrn::Client::new(gateway.clone(), gateway.config()).unwrap();
        let shop = Shop::new(citrn, vec![gateway.secret().into()]);
        let page = block_on(shop.checkout("order-17")).unwrap();
        gateway.pay(&page, "50").unwrap();
        deliver(&gateway, &shop);
        assert_eq!(shop.credits().len(), 1, "{profile:?}");
    }
}

/// Reads an amount of USDTT, which has six decimals, as millionths.
fn millionths(amount: &str) -> u64 {
    amount.replace('.', "").parse().unwrap()
}

#[test]
fn the_shop_has_the_ledger_that_a_scenario_expects() {
    for name in
        ["several-deposits", "callbacks-twice", "callbacks-out-of-order", "deposit-below-minimum", "php-escapes"]
    {
        let (gateway, shop) = open();
        let path = format!("scenarios/{name}");
        let run = gateway.control(&path, r#"{"customer_id":"order-17"}"#).unwrap();
        deliver(&gateway, &shop);
        let expected = run["expected"]["ledger"][0]["amount"].as_str().map_or(0, millionths);
        let credited: u64 = shop.credits().iter().map(|credit| millionths(&credit.amount)).sum();
        assert_eq!(credited, expected, "{name}");
    }
}
