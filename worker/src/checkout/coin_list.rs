//! The coins of the gateway's list.

use std::{collections::HashSet, rc::Rc};

use citrn::json::Json;

use super::{
    coins::{Coin, LONGEST_AMOUNT, Scheme, trim_zeros},
    link::is_code,
};

/// Maximum number of coins from the gateway's list.
pub const MOST_LISTED: usize = 300;

/// Longest displayed name of a coin or a network, in characters.
const LONGEST_NAME: usize = 60;

/// The coins of the gateway's list.
#[derive(Debug, Clone)]
pub struct CoinList {
    /// The coins that take deposits.
    pub coins: Rc<[Coin]>,
    /// Whether the list is fresh.
    pub is_fresh: bool,
}

impl CoinList {
    /// Returns the coin of a code.
    pub fn get(&self, code: &str) -> Option<&Coin> {
        self.coins.iter().find(|coin| coin.code == code)
    }

    /// Whether the gateway certainly accepts no deposits in a coin. A stale, empty or truncated list does not prove
    /// that.
    pub fn lacks(&self, code: &str) -> bool {
        self.is_fresh && (1..MOST_LISTED).contains(&self.coins.len()) && self.get(code).is_none()
    }
}

/// Returns the first [`MOST_LISTED`] coins of the gateway's list, without fiat currencies.
pub fn parse_list(json: Json<'_>) -> Vec<Coin> {
    let mut codes = HashSet::new();
    let coins = json.array().unwrap_or_default().into_iter().filter_map(parse_entry);
    coins.filter(|coin| codes.insert(coin.code.clone())).take(MOST_LISTED).collect()
}

fn parse_entry(json: Json<'_>) -> Option<Coin> {
    let entry = json.object()?;
    let text = |name| entry.string(name).map(|text| display_name(&text)).filter(|text| !text.is_empty());
    let code = entry.string("currency")?;
    if entry.string("type").is_some_and(|kind| kind.eq_ignore_ascii_case("fiat")) || !is_code(&code) {
        return None;
    }
    let mut coin = Coin::of(&code);
    coin.minimum = entry.get("minimum_amount").and_then(minimum);
    // Citron documents no further fields.
    if coin.name == code && !coin.is_known() {
        coin.name = text("name").unwrap_or_else(|| code.clone());
    }
    let is_other = |network: &String| {
        !network.eq_ignore_ascii_case(&code)
            && !coin.network.as_deref().is_some_and(|known| network.eq_ignore_ascii_case(known))
    };
    if let Some(network) = text("network").filter(is_other) {
        coin.scheme = Scheme::Plain;
        coin.network = Some(network);
    }
    Some(coin)
}

/// Returns a name as a single bounded line, without control and format characters.
fn display_name(text: &str) -> String {
    let text = citrn::sanitize(text);
    let text = text.trim();
    match text.char_indices().nth(LONGEST_NAME) {
        Some(_) => text.chars().take(LONGEST_NAME - 1).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// Reads a positive decimal, as text or as a number.
fn minimum(json: Json<'_>) -> Option<String> {
    let text = json.text().filter(|text| text.len() <= LONGEST_AMOUNT)?;
    let is_decimal = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    (is_decimal && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte))).then(|| trim_zeros(&text).to_owned())
}

#[cfg(test)]
mod tests {
    use citrn::json::Document;

    use super::*;

    fn listed(entry: &str) -> Coin {
        parse_list(Document::parse(format!("[{entry}]")).unwrap().root()).pop().unwrap()
    }

    #[test]
    fn only_a_fresh_and_complete_list_proves_that_a_coin_is_missing() {
        for (count, is_fresh, lacks) in
            [(1, true, true), (1, false, false), (0, true, false), (MOST_LISTED, true, false)]
        {
            let coins = (0..count).map(|number| Coin::of(&format!("C{number}"))).collect();
            let list = CoinList { coins, is_fresh };
            assert_eq!(list.lacks("NEW"), lacks, "{count} {is_fresh}");
            assert!(!list.lacks("C0") || count == 0);
        }
    }

    #[test]
    fn a_network_in_the_list_overrides_the_table_and_its_scheme() {
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
    fn the_minimum_is_read_from_the_list_if_it_is_an_amount() {
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
    fn a_duplicate_coin_in_the_list_is_offered_once() {
        let list = r#"[{"currency":"USDC","network":"Base"},{"currency":"BTC"},{"currency":"USDC"}]"#;
        let coins = parse_list(Document::parse(list).unwrap().root());
        let shown: Vec<_> = coins.iter().map(|coin| (coin.code.as_str(), coin.network.as_deref())).collect();
        assert_eq!(shown, [("USDC", Some("Base")), ("BTC", Some("Bitcoin"))]);
    }

    #[test]
    fn fiat_currencies_and_unusable_codes_are_left_out_of_the_gateways_list() {
        let list = r#"[{"currency":"EUR","type":"fiat"},{"currency":"USDTT","type":"crypto","name":"Other"},{"currency":"NEW","name":"New Coin",
            "network":"New Chain"},{"currency":"OLD"},{"currency":"A B"},{"currency":"<b>"},{"currency":""},{"type":"crypto"},1]"#;
        let coins = parse_list(Document::parse(list).unwrap().root());
        let shown: Vec<_> = coins.iter().map(|coin| (coin.name.as_str(), coin.network.as_deref())).collect();
        assert_eq!(shown, [("USDT", Some("Tron")), ("New Coin", Some("New Chain")), ("OLD", None)]);
        assert_eq!(parse_list(Document::parse("{}").unwrap().root()), []);
    }
}
