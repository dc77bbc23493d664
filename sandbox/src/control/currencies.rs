//! Control of currencies, networks and rates.

use std::collections::BTreeMap;

use serde::{
    Deserialize, Serialize,
    de::{self, IntoDeserializer},
};

use super::call::{Answer, Control, Problem, nullable, read, set, unknown};
use crate::{
    address::Network,
    coin::Coin,
    decimal::Decimal,
    http::{Request, Response},
    state::State,
};

#[derive(Serialize)]
struct NetworkView {
    network: Network,
    available: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Available {
    available: bool,
}

/// Missing fields stay unchanged; a fee that is `null` is removed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    minimum_amount: Option<Decimal>,
    confirmations: Option<u32>,
    #[serde(default, deserialize_with = "nullable")]
    deposit_fee_percent: Option<Option<Decimal>>,
    #[serde(default, deserialize_with = "nullable")]
    withdrawal_fee_percent: Option<Option<Decimal>>,
    #[serde(default, deserialize_with = "nullable")]
    exchange_fee_percent: Option<Option<Decimal>>,
    supported: Option<bool>,
    withdrawals_enabled: Option<bool>,
}

pub(super) fn answer(control: &mut Control<'_>, request: &Request<'_>, segments: &[&str]) -> Answer {
    let state = control.state();
    match (request.method, segments) {
        ("GET", ["rates"]) => Ok(Response::data(&state.rates.tickers())),
        ("POST", ["rates"]) => set_rates(state, &read(request)?),
        ("GET", ["currencies"]) => Ok(Response::data(&state.coins.all())),
        ("GET", ["currencies", code]) => {
            let coin = state.coins.existing(code).map_err(|_| Problem::not_found("currency"))?;
            Ok(Response::data(coin))
        }
        ("POST", ["currencies", code]) => {
            let change = read(request)?;
            let coin = state.coins.get_mut(code).ok_or_else(|| Problem::not_found("currency"))?;
            apply(coin, change)?;
            Ok(Response::data(coin))
        }
        ("GET", ["networks"]) => Ok(networks(state)),
        ("POST", ["networks", name]) => {
            let Available { available } = read(request)?;
            let network = Network::deserialize(name.into_deserializer())
                .map_err(|_: de::value::Error| Problem::not_found("network"))?;
            if available {
                state.networks_down.remove(&network);
            } else {
                state.networks_down.insert(network);
            }
            Ok(networks(state))
        }
        _ => unknown(),
    }
}

fn networks(state: &State) -> Response {
    let view = |network: &Network| NetworkView { network: *network, available: !state.networks_down.contains(network) };
    Response::data(&Network::ALL.iter().map(view).collect::<Vec<_>>())
}

fn set_rates(state: &mut State, rates: &BTreeMap<String, Option<Decimal>>) -> Answer {
    let mut changed = state.rates.clone();
    for (ticker, rate) in rates {
        if rate.as_ref().is_some_and(Decimal::is_zero) {
            return Err(Problem::bad(format!("the rate of `{}` must be above zero", ticker.escape_debug())));
        }
        if !changed.set(ticker, rate.clone()) {
            return Err(Problem::bad(format!("`{}` is not a ticker such as BTCUSDT", ticker.escape_debug())));
        }
    }
    state.rates = changed;
    Ok(Response::data(&state.rates.tickers()))
}

fn apply(coin: &mut Coin, change: Change) -> Result<(), Problem> {
    let whole = Decimal::constant(1, 0);
    let fees = [
        ("deposit_fee_percent", &change.deposit_fee_percent),
        ("withdrawal_fee_percent", &change.withdrawal_fee_percent),
        ("exchange_fee_percent", &change.exchange_fee_percent),
    ];
    for (name, fee) in fees {
        if fee.iter().flatten().any(|fee| *fee >= whole) {
            return Err(Problem::bad(format!("`{name}` is a fraction below 1: 0.01 is 1 %")));
        }
    }
    set(&mut coin.deposit_fee_percent, change.deposit_fee_percent);
    set(&mut coin.withdrawal_fee_percent, change.withdrawal_fee_percent);
    set(&mut coin.exchange_fee_percent, change.exchange_fee_percent);
    set(&mut coin.minimum_amount, change.minimum_amount);
    set(&mut coin.confirmations, change.confirmations);
    set(&mut coin.supported, change.supported);
    set(&mut coin.withdrawals_enabled, change.withdrawals_enabled);
    Ok(())
}
