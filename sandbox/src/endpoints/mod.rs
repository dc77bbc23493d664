//! Endpoint handlers, one file each.

mod context;
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

pub(crate) use context::Context;

use crate::{http::Response, parameters::Parameters, refusal::Refusal};

pub(crate) type Handler = fn(&mut Context<'_>, &Parameters) -> Result<Response, Refusal>;

/// The handler of each endpoint. A missing one does not compile, since the length is that of the core's table.
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

/// Returns the endpoint with this path below the base URL, and its handler.
pub(crate) fn endpoint(path: &str) -> Option<&'static (&'static EndpointSpec, Handler)> {
    HANDLERS.iter().find(|(spec, _)| spec.path == path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_endpoint_of_the_table_has_a_handler() {
        for spec in ALL {
            assert!(endpoint(spec.path).is_some(), "{}", spec.path);
        }
    }
}
