//! The endpoints, one file each. ARCHITECTURE.md lists the files of a new one under "Adding an endpoint".

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

pub use create_payment::{CreatePayment, Payment};
pub use create_quote::{CreateQuote, Quote};
pub use create_withdrawal::{CreateWithdrawal, Withdrawal};
pub use list_accounts::ListAccounts;
pub use list_balances::{Balance, ListBalances};
pub use list_currencies::{Currency, ListCurrencies};
pub use list_pair_rates::ListPairRates;
pub use list_pairs::{ListPairs, Pair, PairCurrency};
pub use list_rates::{ListRates, Rates};
pub use make_exchange::{Exchange, MakeExchange};
pub use ping::{Ping, Pong};
pub use take_address::{Address, TakeAddress};

pub use crate::endpoint::Currencies;
use crate::endpoint::{Endpoint, EndpointSpec};

/// The endpoint table, in the documentation's order.
pub const ALL: &[&EndpointSpec] = &[
    Ping::SPEC,
    ListBalances::SPEC,
    TakeAddress::SPEC,
    CreateWithdrawal::SPEC,
    ListCurrencies::SPEC,
    ListRates::SPEC,
    ListPairs::SPEC,
    ListPairRates::SPEC,
    ListAccounts::SPEC,
    CreateQuote::SPEC,
    MakeExchange::SPEC,
    CreatePayment::SPEC,
];

/// Returns the endpoint with this npm method name, such as `payments.create`.
pub fn by_name(name: &str) -> Option<&'static EndpointSpec> {
    ALL.iter().copied().find(|spec| spec.name == name)
}

/// Returns the endpoint with this path below the base URL, such as `/payments/create-payment`.
pub fn by_path(path: &str) -> Option<&'static EndpointSpec> {
    ALL.iter().copied().find(|spec| spec.path == path)
}
