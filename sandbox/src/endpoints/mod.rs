//! Handlers of the endpoints, one file each.

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

use citrn::{
    Endpoint, EndpointSpec,
    endpoints::{
        ALL, CreatePayment, CreateQuote, CreateWithdrawal, ListAccounts, ListBalances, ListCurrencies, ListPairRates,
        ListPairs, ListRates, MakeExchange, Ping, TakeAddress,
    },
};

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

/// The handler of each endpoint. A missing one does not compile: there are as many as rows in the core's table.
const HANDLERS: [(&EndpointSpec, Handler); ALL.len()] = [
    (Ping::SPEC, ping::handle),
    (ListBalances::SPEC, list_balances::handle),
    (TakeAddress::SPEC, take_address::handle),
    (CreateWithdrawal::SPEC, create_withdrawal::handle),
    (ListCurrencies::SPEC, list_currencies::handle),
    (ListRates::SPEC, list_rates::handle),
    (ListPairs::SPEC, list_pairs::handle),
    (ListPairRates::SPEC, list_pair_rates::handle),
    (ListAccounts::SPEC, list_accounts::handle),
    (CreateQuote::SPEC, create_quote::handle),
    (MakeExchange::SPEC, make_exchange::handle),
    (CreatePayment::SPEC, create_payment::handle),
];

/// Returns the handler of the endpoint with this path below the base URL.
pub(crate) fn handler(path: &str) -> Option<Handler> {
    HANDLERS.iter().find(|(spec, _)| spec.path == path).map(|(_, handle)| *handle)
}
