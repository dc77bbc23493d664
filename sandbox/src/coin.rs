//! The currencies of the sandbox.
//!
//! Citron's page *Confirmations and limits* is unknown, so every number here is **invented**: confirmations and
//! minimums are defaults of the CoinsPaid family, the 1 % fee is from Citron's callback example, prices and block times
//! are made up. Control calls can change each of them.

use std::collections::BTreeMap;

use citrn::ErrorCode;
use serde::Serialize;

use crate::{address::Network, decimal::Decimal};

/// Whether a currency is a crypto or a fiat currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CoinType {
    /// A currency with addresses.
    Crypto,
    /// A currency without addresses.
    Fiat,
}

/// One currency and its settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coin {
    /// Its id at the gateway.
    pub id: u32,
    /// The code, which includes the network, such as `USDTT`.
    #[serde(rename = "currency")]
    pub code: &'static str,
    /// The code without the network, such as `USDT`, as in tickers.
    pub symbol: &'static str,
    /// Crypto or fiat.
    #[serde(rename = "type")]
    pub kind: CoinType,
    /// The network of its addresses; `None` for a fiat currency.
    pub network: Option<Network>,
    /// Decimals of an amount.
    pub precision: u8,
    /// The smallest deposit and the smallest withdrawal.
    pub minimum_amount: Decimal,
    /// Confirmations that make a deposit final.
    pub confirmations: u32,
    /// Fee on deposits as a fraction (`0.01` is 1 %); `None` if no fee is configured.
    pub deposit_fee_percent: Option<Decimal>,
    /// Fee on withdrawals as a fraction; `None` if no fee is configured.
    pub withdrawal_fee_percent: Option<Decimal>,
    /// Fee on exchanges as a fraction; `None` if no fee is configured.
    pub exchange_fee_percent: Option<Decimal>,
    /// Whether this platform supports it.
    pub supported: bool,
    /// Whether it is a test coin, which cannot be withdrawn.
    #[serde(rename = "virtual")]
    pub is_virtual: bool,
    /// Whether withdrawals are enabled.
    pub withdrawals_enabled: bool,
}

struct Row(&'static str, &'static str, Option<Network>, u8, (i64, i64), u32);

const SUPPORTED: &[Row] = &[
    Row("BTC", "BTC", Some(Network::Bitcoin), 8, (1, 4), 1),
    Row("BCH", "BCH", Some(Network::BitcoinCash), 8, (1, 3), 6),
    Row("LTC", "LTC", Some(Network::Litecoin), 8, (1, 2), 6),
    Row("DOGE", "DOGE", Some(Network::Dogecoin), 8, (1, 0), 6),
    Row("ETH", "ETH", Some(Network::Ethereum), 18, (1, 2), 10),
    Row("USDTE", "USDT", Some(Network::Ethereum), 6, (5, 0), 10),
    Row("USDC", "USDC", Some(Network::Ethereum), 6, (5, 0), 10),
    Row("DAI", "DAI", Some(Network::Ethereum), 18, (5, 0), 10),
    Row("BNB-BSC", "BNB", Some(Network::Bsc), 18, (1, 2), 25),
    Row("USDTB", "USDT", Some(Network::Bsc), 18, (5, 0), 25),
    Row("TRX", "TRX", Some(Network::Tron), 6, (10, 0), 19),
    Row("USDTT", "USDT", Some(Network::Tron), 6, (2, 0), 19),
    Row("XRP", "XRP", Some(Network::Xrp), 6, (1, 3), 1),
    Row("ADA", "ADA", Some(Network::Cardano), 6, (2, 0), 15),
    Row("TON", "TON", Some(Network::Ton), 9, (1, 0), 1),
    Row("EUR", "EUR", None, 2, (1, 0), 0),
];

/// The virtual coin: it can be deposited, but a withdrawal is refused with `withdrawal_virtual_coin`.
pub const VIRTUAL_COIN: &str = "TESTCOIN";

/// Coins that this platform does not support: they are refused with `coin_not_supported`.
const UNSUPPORTED: &[&str] = &["BNB", "DASH", "SOL", "XMR", "ZEC"];

/// Tokens on several networks: with an unknown network they are refused with `network_not_found`.
const TOKENS: &[&str] = &["USDT", "USDC", "DAI"];

/// Every currency by its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coins(BTreeMap<&'static str, Coin>);

impl Default for Coins {
    fn default() -> Self {
        let percent = || Some(Decimal::constant(1, 2));
        let blank = |id, code| Coin {
            id,
            code,
            symbol: code,
            kind: CoinType::Crypto,
            network: None,
            precision: 8,
            minimum_amount: Decimal::constant(1, 0),
            confirmations: 1,
            deposit_fee_percent: percent(),
            withdrawal_fee_percent: percent(),
            exchange_fee_percent: percent(),
            supported: true,
            is_virtual: false,
            withdrawals_enabled: true,
        };
        let supported =
            (1..).zip(SUPPORTED).map(|(id, Row(code, symbol, network, precision, minimum, confirmations))| Coin {
                symbol,
                kind: if network.is_some() { CoinType::Crypto } else { CoinType::Fiat },
                network: *network,
                precision: *precision,
                minimum_amount: Decimal::constant(minimum.0, minimum.1),
                confirmations: *confirmations,
                ..blank(id, code)
            });
        let test_coin = Coin { network: Some(Network::Ethereum), is_virtual: true, ..blank(100, VIRTUAL_COIN) };
        let unsupported = (101..).zip(UNSUPPORTED).map(|(id, code)| Coin { supported: false, ..blank(id, code) });
        let coins = supported.chain([test_coin]).chain(unsupported);
        Self(coins.map(|coin| (coin.code, coin)).collect())
    }
}

impl Coins {
    /// Returns the coin with this code, supported or not; `network_not_found` for a known token with an unknown
    /// network, such as `USDTZ`.
    pub fn existing(&self, code: &str) -> Result<&Coin, ErrorCode> {
        self.0.get(code).ok_or_else(|| {
            let is_token = TOKENS.iter().filter_map(|token| code.strip_prefix(token)).any(|network| {
                network.len() <= 4 && network.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-')
            });
            if is_token { ErrorCode::NetworkNotFound } else { ErrorCode::CoinNotFound }
        })
    }

    /// Returns the coin with this code; `coin_not_supported` for a coin that this platform does not support.
    pub fn supported(&self, code: &str) -> Result<&Coin, ErrorCode> {
        self.existing(code).and_then(|coin| if coin.supported { Ok(coin) } else { Err(ErrorCode::CoinNotSupported) })
    }

    /// Returns the coin with this code and its network; `coin_not_supported` also for a fiat currency, which has no
    /// addresses.
    pub fn with_network(&self, code: &str) -> Result<(&Coin, Network), ErrorCode> {
        let coin = self.supported(code)?;
        coin.network.map(|network| (coin, network)).ok_or(ErrorCode::CoinNotSupported)
    }

    /// Returns the coin with this code, for changing its settings.
    pub fn get_mut(&mut self, code: &str) -> Option<&mut Coin> {
        self.0.get_mut(code)
    }

    /// Returns all coins, in the order of their ids.
    pub fn all(&self) -> Vec<&Coin> {
        let mut coins: Vec<&Coin> = self.0.values().collect();
        coins.sort_by_key(|coin| coin.id);
        coins
    }

    /// Returns the supported coins, in the order of their ids.
    pub fn all_supported(&self) -> Vec<&Coin> {
        self.all().into_iter().filter(|coin| coin.supported).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_unsupported_and_unknown_coins_have_different_codes() {
        let coins = Coins::default();
        assert!(coins.supported("USDTT").is_ok());
        assert_eq!(coins.supported("USDTZ").err(), Some(ErrorCode::NetworkNotFound));
        assert_eq!(coins.supported("USDT").err(), Some(ErrorCode::NetworkNotFound));
        assert_eq!(coins.supported("XMR").err(), Some(ErrorCode::CoinNotSupported));
        assert_eq!(coins.supported("NOPE").err(), Some(ErrorCode::CoinNotFound));
        assert_eq!(coins.supported("btc").err(), Some(ErrorCode::CoinNotFound));
        assert_eq!(coins.with_network("EUR").err(), Some(ErrorCode::CoinNotSupported));
    }

    #[test]
    fn ids_are_distinct() {
        let coins = Coins::default();
        let ids: std::collections::BTreeSet<u32> = coins.all().iter().map(|coin| coin.id).collect();
        assert_eq!(ids.len(), coins.all().len());
    }
}
