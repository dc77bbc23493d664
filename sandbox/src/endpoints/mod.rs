//! What the endpoints do, one file each.

mod create_payment;
mod create_quote;
mod create_withdrawal;
mod list_accounts;
mod list_balances;
mod list_currencies;
mod list_pair_rates;
mod list_pairs;
mod list_rates;
mod make_exchange;
mod ping;
mod take_address;

use crate::{clock::Millis, http::Response, parameters::Parameters, refusal::Refusal, state::State};

/// What a handler works on.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    /// The gateway's memory. A handler changes it only when nothing can be refused any more.
    pub state: &'a mut State,
    /// The sandbox's time.
    pub now: Millis,
    /// Where the sandbox is reached, such as `http://127.0.0.1:8788`.
    pub origin: &'a str,
}

pub(crate) type Handler = fn(&mut Context<'_>, &Parameters) -> Result<Response, Refusal>;

/// The handler of the endpoint with this path below the base URL.
pub(crate) fn handler(path: &str) -> Option<Handler> {
    Some(match path {
        "/ping" => ping::handle,
        "/balances" => list_balances::handle,
        "/addresses/take" => take_address::handle,
        "/withdrawal/crypto" => create_withdrawal::handle,
        "/currencies/list" => list_currencies::handle,
        "/rates" => list_rates::handle,
        "/currencies/pairs" => list_pairs::handle,
        "/currencies/rates" => list_pair_rates::handle,
        "/accounts/list" => list_accounts::handle,
        "/exchange/create-quota" => create_quote::handle,
        "/exchange/make-exchange" => make_exchange::handle,
        "/payments/create-payment" => create_payment::handle,
        _ => return None,
    })
}
