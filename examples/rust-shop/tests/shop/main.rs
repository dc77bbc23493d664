//! The shop's tests, over a gateway in memory. They need no network, and no real time.

mod deposits;
mod endpoints;
mod error_codes;
mod payouts;

use citrn::{CallOptions, Client, Endpoint, Error, Reply};
use citrn_sandbox::Gateway;
use pollster::block_on;
use shop_payments::Shop;

/// An address of the merchant's supplier.
const SUPPLIER: &str = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";

/// Opens a shop whose gateway has 1,000 USDTT and 1 BTC of it.
fn open() -> (Gateway, Shop<Gateway>) {
    let (gateway, citrn) = connect();
    let shop = Shop::new(citrn, vec![gateway.secret().into()]);
    (gateway, shop)
}

/// Returns a gateway, and a client of it.
fn connect() -> (Gateway, Client<Gateway>) {
    let gateway = Gateway::new("shop");
    gateway.fund("USDTT", "1000").unwrap();
    gateway.fund("BTC", "1").unwrap();
    let citrn = Client::new(gateway.clone(), gateway.config()).unwrap();
    (gateway, citrn)
}

fn call<E: Endpoint>(citrn: &Client<Gateway>, endpoint: &E) -> Result<Reply<E::Reply>, Error> {
    block_on(citrn.call(endpoint, CallOptions::default()))
}

/// Hands the shop all callbacks that the gateway has sent. Returns their number.
fn deliver(gateway: &Gateway, shop: &Shop<Gateway>) -> usize {
    let callbacks = gateway.take_callbacks();
    for callback in &callbacks {
        assert_eq!(shop.on_callback(callback.headers.clone(), &callback.body), 200);
    }
    callbacks.len()
}
