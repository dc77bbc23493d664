//! Exchange rates: invented constants, which tests can change.

use std::collections::BTreeMap;

use crate::{
    coin::Coin,
    decimal::{Decimal, Rounding},
};

/// Prices in US dollars (**invented**), in thousandths of a cent.
const PRICES: &[(&str, i64)] = &[
    ("BTC", 5_530_200_000),
    ("BCH", 35_000_000),
    ("LTC", 7_000_000),
    ("DOGE", 12_000),
    ("ETH", 250_000_000),
    ("USDT", 100_000),
    ("USDC", 100_000),
    ("DAI", 100_000),
    ("BNB", 56_000_000),
    ("TRX", 16_000),
    ("XRP", 55_000),
    ("ADA", 40_000),
    ("TON", 520_000),
    ("EUR", 110_000),
];

/// A pair can be exchanged if one of its sides is one of these (**invented**).
const BASES: &[&str] = &["BTC", "USDT", "USDC", "EUR"];

/// The smallest exchange, in BTC (Integration Guide / Exchanges).
const MINIMUM_IN_BTC: (i64, i64) = (3, 3);

/// Exchange rates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rates {
    /// Rates set by a test, by the symbols of both sides.
    changed: BTreeMap<(&'static str, &'static str), Decimal>,
}

impl Rates {
    /// Returns the value of one unit of `from` in units of `to`. `None` if the two are not a pair.
    pub fn rate(&self, from: &Coin, to: &Coin) -> Option<Decimal> {
        let tradable = |coin: &Coin| coin.supported && !coin.is_virtual;
        if from.code == to.code || !tradable(from) || !tradable(to) {
            return None;
        }
        self.symbol_rate(from.symbol, to.symbol)
    }

    fn symbol_rate(&self, from: &'static str, to: &'static str) -> Option<Decimal> {
        if from == to {
            return Some(Decimal::constant(1, 0));
        }
        if let Some(rate) = self.changed.get(&(from, to)) {
            return Some(rate.clone());
        }
        let (dividend, divisor) = match self.changed.get(&(to, from)) {
            Some(inverse) => (Decimal::constant(1, 0), inverse.clone()),
            None if BASES.contains(&from) || BASES.contains(&to) => (price(from)?, price(to)?),
            None => return None,
        };
        let rate = dividend.divided_by(&divisor, 8, Rounding::HalfUp)?;
        // Eight decimals, as in the callback examples, are too few for a small rate.
        if rate < Decimal::constant(1, 2) { dividend.divided_by(&divisor, 14, Rounding::HalfUp) } else { Some(rate) }
    }

    /// Returns the smallest amount of a coin that can be exchanged: the value of 0.003 BTC.
    pub fn minimum(&self, from: &Coin) -> Decimal {
        let (digits, decimals) = MINIMUM_IN_BTC;
        let minimum = Decimal::constant(digits, decimals);
        match self.symbol_rate("BTC", from.symbol) {
            Some(rate) => (&minimum * &rate).rounded(from.precision, Rounding::Up),
            None => minimum,
        }
    }

    /// Returns all tickers, such as `BTCUSDT`, and their rates.
    pub fn tickers(&self) -> BTreeMap<String, Decimal> {
        let symbols = || PRICES.iter().map(|(symbol, _)| *symbol);
        symbols()
            .flat_map(|from| symbols().map(move |to| (from, to)))
            .filter(|(from, to)| from != to)
            .filter_map(|(from, to)| Some((format!("{from}{to}"), self.symbol_rate(from, to)?)))
            .collect()
    }

    /// Sets the rate of a ticker, or restores the default. Returns whether there is such a ticker.
    pub fn set(&mut self, ticker: &str, rate: Option<Decimal>) -> bool {
        let pair = PRICES.iter().find_map(|(from, _)| {
            let rest = ticker.strip_prefix(from)?;
            PRICES.iter().find(|(to, _)| *to == rest && to != from).map(|(to, _)| (*from, *to))
        });
        let Some(pair) = pair else { return false };
        match rate {
            Some(rate) => self.changed.insert(pair, rate),
            None => self.changed.remove(&pair),
        };
        true
    }
}

fn price(symbol: &str) -> Option<Decimal> {
    PRICES.iter().find(|(name, _)| *name == symbol).map(|(_, price)| Decimal::constant(*price, 5))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coin::Coins;

    fn rate(rates: &Rates, from: &str, to: &str) -> Option<String> {
        let coins = Coins::default();
        rates.rate(coins.existing(from).unwrap(), coins.existing(to).unwrap()).map(|rate| rate.to_string())
    }

    #[test]
    fn only_pairs_have_rates() {
        let mut rates = Rates::default();
        assert_eq!(rate(&rates, "BTC", "USDTT").as_deref(), Some("55302.00000000"));
        assert_eq!(rate(&rates, "USDTE", "USDTT").as_deref(), Some("1.00000000"));
        assert_eq!(rate(&rates, "EUR", "BTC").as_deref(), Some("0.00001989078153"));
        for (from, to) in [("DOGE", "ADA"), ("BTC", "BTC"), ("TESTCOIN", "EUR"), ("XMR", "EUR")] {
            assert_eq!(rate(&rates, from, to), None, "{from} {to}");
        }
        assert!(rates.set("BTCUSDT", Decimal::parse("20000")));
        assert_eq!(rate(&rates, "BTC", "USDTE").as_deref(), Some("20000.00000000"));
        assert_eq!(rate(&rates, "USDTB", "BTC").as_deref(), Some("0.00005000"));
        assert!(rates.set("BTCUSDT", None));
        assert_eq!(rates, Rates::default());
        assert!(!rates.set("NOPE", None));
    }

    #[test]
    fn the_smallest_exchange_is_worth_0_003_btc() {
        let coins = Coins::default();
        let minimum = |code| Rates::default().minimum(coins.existing(code).unwrap()).to_string();
        assert_eq!(minimum("BTC"), "0.00300000");
        assert_eq!(minimum("EUR"), "150.83000000");
        assert_eq!(minimum("USDTT"), "165.90600000");
    }
}
