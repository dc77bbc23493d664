//! A shop of the gateway in memory.

use citrn::{CallOptions, Client, Endpoint, Error, Reply, endpoints::CreateWithdrawal};
use citrn_sandbox::Gateway;
use pollster::block_on;

pub fn shop() -> (Gateway, Client<Gateway>) {
    let gateway = Gateway::new("shop");
    let citrn = Client::new(gateway.clone(), gateway.config()).unwrap();
    (gateway, citrn)
}

pub fn call<E: Endpoint>(citrn: &Client<Gateway>, endpoint: &E) -> Result<Reply<E::Reply>, Error> {
    block_on(citrn.call(endpoint, CallOptions::default()))
}

pub fn payout(foreign_id: &str) -> CreateWithdrawal {
    CreateWithdrawal::new("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", foreign_id, "25", "USDTT")
}
