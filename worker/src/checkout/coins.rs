//! Coins as a payer knows them: a name, and the network in words.
//!
//! The gateway fuses both into one code. What the codes mean is documented for `USDTE`, `USDTT`, `BTC`, `ETH` and `TON` (API
//! Documentation / API Endpoints), and for the others by a sibling gateway (Confirmations and limits). A code that is not
//! here shows as what the gateway's list says of it, or as itself.

use citrn::json::Json;

/// How a wallet is told where to send a coin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// No standard that is safe to use: the address alone.
    Plain,
    /// The scheme, a colon and the address.
    Prefix(&'static str),
    /// Cash addresses bring their scheme along.
    CashAddress,
    /// The coin of an Ethereum-like chain, by the chain's number.
    Chain(u32),
    /// TON's own scheme, which also carries the memo.
    Ton,
}

/// A coin that is known by its code.
#[derive(Debug, PartialEq, Eq)]
struct Known {
    code: &'static str,
    name: &'static str,
    network: &'static str,
    scheme: Scheme,
    colour: &'static str,
}

const fn known(
    code: &'static str,
    name: &'static str,
    network: &'static str,
    scheme: Scheme,
    colour: &'static str,
) -> Known {
    Known { code, name, network, scheme, colour }
}

/// Tokens have no scheme: EIP-681 names the token's contract where a wallet that does not know the standard reads the
/// receiver, and what is sent to a contract is lost.
const KNOWN: &[Known] = &[
    known("ADA", "Cardano", "Cardano", Scheme::Prefix("web+cardano"), "#0033ad"),
    known("BCH", "Bitcoin Cash", "Bitcoin Cash", Scheme::CashAddress, "#0a7d57"),
    known("BNB-BSC", "BNB", "BNB Smart Chain", Scheme::Chain(56), "#8a6500"),
    known("BTC", "Bitcoin", "Bitcoin", Scheme::Prefix("bitcoin"), "#b55a00"),
    known("DAI", "DAI", "Ethereum", Scheme::Plain, "#8f5a00"),
    known("DOGE", "Dogecoin", "Dogecoin", Scheme::Prefix("dogecoin"), "#7d6608"),
    known("ETH", "Ethereum", "Ethereum", Scheme::Chain(1), "#4a5fc1"),
    known("LTC", "Litecoin", "Litecoin", Scheme::Prefix("litecoin"), "#345d9d"),
    known("TON", "Toncoin", "TON", Scheme::Ton, "#0077b3"),
    known("TRX", "TRX", "Tron", Scheme::Plain, "#c4001a"),
    known("USDC", "USDC", "Ethereum", Scheme::Plain, "#1f65b0"),
    known("USDTB", "USDT", "BNB Smart Chain", Scheme::Plain, "#1b7a5a"),
    known("USDTE", "USDT", "Ethereum", Scheme::Plain, "#1b7a5a"),
    known("USDTT", "USDT", "Tron", Scheme::Plain, "#1b7a5a"),
    known("XRP", "XRP", "XRP Ledger", Scheme::Plain, "#3a444c"),
];

/// A coin as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coin {
    /// The gateway's code.
    pub code: String,
    /// The name, without the network.
    pub name: String,
    /// The network, in words, where it is known.
    pub network: Option<String>,
    /// How a wallet is told where to send it.
    pub scheme: Scheme,
    /// The colour of its sign, as SVG writes it.
    pub colour: &'static str,
}

impl Coin {
    /// A coin by its code alone.
    #[must_use]
    pub fn of(code: &str) -> Self {
        match KNOWN.iter().find(|known| known.code == code) {
            Some(known) => Self {
                code: code.to_owned(),
                name: known.name.to_owned(),
                network: Some(known.network.to_owned()),
                scheme: known.scheme,
                colour: known.colour,
            },
            None => Self {
                code: code.to_owned(),
                name: code.to_owned(),
                network: None,
                scheme: Scheme::Plain,
                colour: "#5b6472",
            },
        }
    }

    /// Whether the code alone says all.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.network.is_some()
    }
}

/// The coins of the gateway's list that take deposits, in its order: all but fiat currencies.
#[must_use]
pub fn of_list(json: Json<'_>) -> Vec<Coin> {
    json.array().unwrap_or_default().into_iter().filter_map(of_entry).collect()
}

fn of_entry(json: Json<'_>) -> Option<Coin> {
    let entry = json.object()?;
    let text = |name| entry.string(name).filter(|text| !text.trim().is_empty());
    let code = text("currency")?;
    if text("type").is_some_and(|kind| kind.eq_ignore_ascii_case("fiat")) || !super::link::is_code(&code) {
        return None;
    }
    let coin = Coin::of(&code);
    if coin.is_known() {
        return Some(coin);
    }
    // What further fields there are is not documented.
    Some(Coin { name: text("name").unwrap_or(code), network: text("network"), ..coin })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_network_of_a_documented_code_is_known_in_words() {
        let coin = Coin::of("USDTT");
        assert_eq!((coin.name.as_str(), coin.network.as_deref()), ("USDT", Some("Tron")));
        let coin = Coin::of("usdtt");
        assert_eq!((coin.name.as_str(), coin.network, coin.scheme), ("usdtt", None, Scheme::Plain));
    }

    #[test]
    fn codes_are_in_order_and_differ() {
        assert!(KNOWN.is_sorted_by(|a, b| a.code < b.code));
    }

    #[test]
    fn fiat_currencies_and_unusable_codes_are_left_out_of_the_gateways_list() {
        let list = r#"[{"currency":"EUR","type":"fiat"},{"currency":"USDTT","type":"crypto","name":"Other"},{"currency":"NEW","name":"New Coin",
            "network":"New Chain"},{"currency":"OLD"},{"currency":"A B"},{"currency":"<b>"},{"currency":""},{"type":"crypto"},1]"#;
        let coins = of_list(Json::parse(list).unwrap());
        let shown: Vec<_> = coins.iter().map(|coin| (coin.name.as_str(), coin.network.as_deref())).collect();
        assert_eq!(shown, [("USDT", Some("Tron")), ("New Coin", Some("New Chain")), ("OLD", None)]);
        assert_eq!(of_list(Json::parse("{}").unwrap()), []);
    }
}
