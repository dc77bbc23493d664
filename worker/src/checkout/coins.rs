//! Coins as a payer knows them: a name, and the network in words.
//!
//! The gateway fuses both into one code. What the codes mean is documented for `USDTE`, `USDTT`, `BTC`, `ETH` and `TON` (API
//! Documentation / API Endpoints), and for the others by a sibling gateway (Confirmations and limits), which does not say on
//! which network `USDC` and `DAI` are. A network that the gateway's list names beats the table: addresses look the same on
//! several networks, so nothing else would stop a payer. A code that is not here shows as what the list says of it, or as
//! itself.

use std::{collections::HashSet, rc::Rc};

use citrn::json::Json;

/// Most coins of the gateway's list that are shown: its first ones.
pub const MOST_LISTED: usize = 300;

/// Longest name of a coin or a network that is shown, in characters.
const LONGEST_NAME: usize = 60;

/// Longest amount that is shown, in characters.
pub const LONGEST_AMOUNT: usize = 60;

/// How a wallet is told where to send a coin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// No standard that is safe to use: the address alone.
    Plain,
    /// The scheme, a colon and the address.
    Prefix(&'static str),
    /// Ether: EIP-681, with the number of the chain, 1.
    Ethereum,
    /// TON's own scheme, which also carries the memo.
    Ton,
}

/// The known coins: code, name, network, scheme and colour. The network of a token is missing where it is not known on which
/// one the gateway takes it.
///
/// Tokens have no scheme: EIP-681 names the token's contract where a wallet that does not know the standard reads the
/// receiver, and what is sent to a contract is lost. Nor has BNB: wallets that read no chain's number in that URI fail, or
/// stay on the network that they are on.
const KNOWN: &[(&str, &str, Option<&str>, Scheme, &str)] = &[
    ("ADA", "Cardano", Some("Cardano"), Scheme::Prefix("web+cardano"), "#0033ad"),
    ("BCH", "Bitcoin Cash", Some("Bitcoin Cash"), Scheme::Prefix("bitcoincash"), "#0a7d57"),
    ("BNB-BSC", "BNB", Some("BNB Smart Chain"), Scheme::Plain, "#8a6500"),
    ("BTC", "Bitcoin", Some("Bitcoin"), Scheme::Prefix("bitcoin"), "#b55a00"),
    ("DAI", "Dai", None, Scheme::Plain, "#8f5a00"),
    ("DOGE", "Dogecoin", Some("Dogecoin"), Scheme::Prefix("dogecoin"), "#7d6608"),
    ("ETH", "ETH", Some("Ethereum"), Scheme::Ethereum, "#4a5fc1"),
    ("LTC", "Litecoin", Some("Litecoin"), Scheme::Prefix("litecoin"), "#345d9d"),
    ("TON", "Toncoin", Some("TON"), Scheme::Ton, "#0077b3"),
    ("TRX", "TRX", Some("Tron"), Scheme::Plain, "#c4001a"),
    ("USDC", "USD Coin", None, Scheme::Plain, "#1f65b0"),
    ("USDTB", "USDT", Some("BNB Smart Chain"), Scheme::Plain, "#1b7a5a"),
    ("USDTE", "USDT", Some("Ethereum"), Scheme::Plain, "#1b7a5a"),
    ("USDTT", "USDT", Some("Tron"), Scheme::Plain, "#1b7a5a"),
    ("XRP", "XRP", Some("XRP Ledger"), Scheme::Plain, "#3a444c"),
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
    /// The least that is credited, as the gateway's list has it, if that says so.
    pub minimum: Option<String>,
}

impl Coin {
    /// A coin by its code alone.
    pub fn of(code: &str) -> Self {
        let unknown = (code, code, None, Scheme::Plain, "#5b6472");
        let (_, name, network, scheme, colour) = *KNOWN.iter().find(|(known, ..)| *known == code).unwrap_or(&unknown);
        let (code, name, network) = (code.to_owned(), name.to_owned(), network.map(str::to_owned));
        Self { code, name, network, scheme, colour, minimum: None }
    }

    /// Whether the code alone says what it is, and on which network.
    pub fn is_known(&self) -> bool {
        self.network.is_some()
    }
}

/// An amount without the zeros that say nothing.
pub fn short(amount: &str) -> &str {
    if amount.contains('.') { amount.trim_end_matches('0').trim_end_matches('.') } else { amount }
}

/// The coins of the gateway's list, and whether that is fresh.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The coins that take deposits.
    pub coins: Rc<[Coin]>,
    /// Whether the list is fresh.
    pub is_fresh: bool,
}

impl Listed {
    /// The coin of a code.
    pub fn get(&self, code: &str) -> Option<&Coin> {
        self.coins.iter().find(|coin| coin.code == code)
    }

    /// Whether the gateway certainly takes no deposits in a coin. A list that is stale, empty or
    /// truncated does not say that.
    pub fn lacks(&self, code: &str) -> bool {
        self.is_fresh && (1..MOST_LISTED).contains(&self.coins.len()) && self.get(code).is_none()
    }
}

/// Returns the coins of the gateway's list that take deposits, in its order: the first [`MOST_LISTED`] that are no fiat
/// currencies.
pub fn of_list(json: Json<'_>) -> Vec<Coin> {
    let mut codes = HashSet::new();
    let coins = json.array().unwrap_or_default().into_iter().filter_map(of_entry);
    coins.filter(|coin| codes.insert(coin.code.clone())).take(MOST_LISTED).collect()
}

fn of_entry(json: Json<'_>) -> Option<Coin> {
    let entry = json.object()?;
    let text = |name| entry.string(name).map(|text| shown(&text)).filter(|text| !text.is_empty());
    let code = entry.string("currency")?;
    if entry.string("type").is_some_and(|kind| kind.eq_ignore_ascii_case("fiat")) || !super::link::is_code(&code) {
        return None;
    }
    let mut coin = Coin::of(&code);
    coin.minimum = entry.get("minimum_amount").and_then(minimum);
    // What further fields there are is not documented.
    if coin.name == code && !coin.is_known() {
        coin.name = text("name").unwrap_or_else(|| code.clone());
    }
    let is_said = |network: &String| {
        !network.eq_ignore_ascii_case(&code)
            && !coin.network.as_deref().is_some_and(|known| network.eq_ignore_ascii_case(known))
    };
    if let Some(network) = text("network").filter(is_said) {
        coin.scheme = Scheme::Plain;
        coin.network = Some(network);
    }
    Some(coin)
}

/// A name as it is shown: on one line, bounded, and without characters that hide or rearrange others.
fn shown(text: &str) -> String {
    let text = citrn::sanitize(text);
    let text = text.trim();
    match text.char_indices().nth(LONGEST_NAME) {
        Some(_) => text.chars().take(LONGEST_NAME - 1).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// A decimal that is not nothing, written as text or as a number.
fn minimum(json: Json<'_>) -> Option<String> {
    let text = json.text().filter(|text| text.len() <= LONGEST_AMOUNT)?;
    let is_decimal = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    (is_decimal && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte))).then(|| short(&text).to_owned())
}

#[cfg(test)]
mod tests {
    use citrn::json::Document;

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
        assert!(KNOWN.is_sorted_by(|(a, ..), (b, ..)| a < b));
    }

    #[test]
    fn an_amount_loses_only_zeros_behind_the_point() {
        for (amount, expected) in
            [("12.50000000", "12.5"), ("100", "100"), ("100.000", "100"), ("0.00000001", "0.00000001")]
        {
            assert_eq!(short(amount), expected);
        }
    }

    fn listed(entry: &str) -> Coin {
        of_list(Document::parse(format!("[{entry}]")).unwrap().root()).pop().unwrap()
    }

    #[test]
    fn a_network_that_the_list_names_beats_the_table_and_takes_the_scheme_along() {
        for (entry, name, network, scheme) in [
            (r#"{"currency":"USDC","network":"Polygon"}"#, "USD Coin", Some("Polygon"), Scheme::Plain),
            (r#"{"currency":"USDC"}"#, "USD Coin", None, Scheme::Plain),
            (r#"{"currency":"DAI","network":"DAI"}"#, "Dai", None, Scheme::Plain),
            (r#"{"currency":"USDTE","network":"Arbitrum"}"#, "USDT", Some("Arbitrum"), Scheme::Plain),
            (r#"{"currency":"ETH","network":"Base"}"#, "ETH", Some("Base"), Scheme::Plain),
            (r#"{"currency":"ETH","network":"ethereum"}"#, "ETH", Some("Ethereum"), Scheme::Ethereum),
            (r#"{"currency":"BTC","network":"BTC"}"#, "Bitcoin", Some("Bitcoin"), Scheme::Prefix("bitcoin")),
            (r#"{"currency":"BTC","network":" "}"#, "Bitcoin", Some("Bitcoin"), Scheme::Prefix("bitcoin")),
        ] {
            let coin = listed(entry);
            assert_eq!((coin.name.as_str(), coin.network.as_deref(), coin.scheme), (name, network, scheme), "{entry}");
        }
    }

    #[test]
    fn the_minimum_is_the_lists_if_it_is_an_amount() {
        for (text, expected) in [
            (r#""5.00000000""#, Some("5")),
            ("0.0001", Some("0.0001")),
            (r#""0.00""#, None),
            ("\"\"", None),
            (r#""-1""#, None),
            (r#""<b>1""#, None),
            ("1e-8", None),
            ("null", None),
            ("[5]", None),
        ] {
            let coin = listed(&format!(r#"{{"currency":"USDTT","minimum_amount":{text}}}"#));
            assert_eq!(coin.minimum.as_deref(), expected, "{text}");
        }
        assert_eq!(listed(r#"{"currency":"USDTT"}"#).minimum, None);
    }

    #[test]
    fn a_coin_that_is_listed_twice_is_offered_once() {
        let list = r#"[{"currency":"USDC","network":"Base"},{"currency":"BTC"},{"currency":"USDC"}]"#;
        let coins = of_list(Document::parse(list).unwrap().root());
        let shown: Vec<_> = coins.iter().map(|coin| (coin.code.as_str(), coin.network.as_deref())).collect();
        assert_eq!(shown, [("USDC", Some("Base")), ("BTC", Some("Bitcoin"))]);
    }

    #[test]
    fn fiat_currencies_and_unusable_codes_are_left_out_of_the_gateways_list() {
        let list = r#"[{"currency":"EUR","type":"fiat"},{"currency":"USDTT","type":"crypto","name":"Other"},{"currency":"NEW","name":"New Coin",
            "network":"New Chain"},{"currency":"OLD"},{"currency":"A B"},{"currency":"<b>"},{"currency":""},{"type":"crypto"},1]"#;
        let coins = of_list(Document::parse(list).unwrap().root());
        let shown: Vec<_> = coins.iter().map(|coin| (coin.name.as_str(), coin.network.as_deref())).collect();
        assert_eq!(shown, [("USDT", Some("Tron")), ("New Coin", Some("New Chain")), ("OLD", None)]);
        assert_eq!(of_list(Document::parse("{}").unwrap().root()), []);
    }
}
