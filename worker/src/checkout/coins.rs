//! Display names of coins and their networks.
//!
//! The gateway combines both in one code. Citron documents `USDTE`, `USDTT`, `BTC`, `ETH` and `TON` (API Documentation
//! / API Endpoints). The other codes are from the CoinsPaid-family API (Confirmations and limits), which names no
//! network for `USDC` and `DAI`. A network in the gateway's list overrides this table: addresses look the same on
//! several networks, so a wrong name would cost the payer the deposit. Unknown codes are shown with the list's name, or
//! as they are.

/// Longest displayed amount, in characters.
pub const LONGEST_AMOUNT: usize = 60;

/// The form of a payment URI for wallets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// No safe standard exists: the address alone.
    Plain,
    /// The scheme, a colon and the address.
    Prefix(&'static str),
    /// Ether: EIP-681, with the number of the chain, 1.
    Ethereum,
    /// TON's deep link, which also contains the memo.
    Ton,
}

/// The known coins: code, name, network, scheme and colour. The network is `None` where the gateway's is undocumented.
///
/// Tokens have no scheme: in EIP-681 the token's contract takes the place where other wallets expect the receiver, and
/// coins sent to a contract are lost. BNB has none either: wallets that ignore the chain id in the URI fail or use
/// another network.
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

/// The colour of a coin or a network that is not in the table.
const UNKNOWN_COLOUR: &str = "#5b6472";

/// A coin as it is displayed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coin {
    /// The gateway's code.
    pub code: String,
    /// The name, without the network.
    pub name: String,
    /// The display name of the network, if it is known.
    pub network: Option<String>,
    /// The form of its payment URI.
    pub scheme: Scheme,
    /// The colour of its badge, in SVG notation.
    pub colour: &'static str,
    /// The smallest deposit that is credited, if the gateway's list has one.
    pub minimum: Option<String>,
}

impl Coin {
    /// Returns the coin of a code, as this table describes it.
    pub fn of(code: &str) -> Self {
        let unknown = (code, code, None, Scheme::Plain, UNKNOWN_COLOUR);
        let (_, name, network, scheme, colour) = *KNOWN.iter().find(|(known, ..)| *known == code).unwrap_or(&unknown);
        let (code, name, network) = (code.to_owned(), name.to_owned(), network.map(str::to_owned));
        Self { code, name, network, scheme, colour, minimum: None }
    }

    /// Returns the unit of its amounts: its name if that is a symbol, otherwise its code.
    pub fn unit(&self) -> &str {
        let is_symbol = self.name.len() <= 4 && self.name.bytes().all(|byte| byte.is_ascii_uppercase());
        if is_symbol { &self.name } else { &self.code }
    }

    /// Returns the name and the colour of its network, unless it is the network's own coin.
    pub fn token_network(&self) -> Option<(&str, &'static str)> {
        let network = self.network.as_deref()?;
        // The table has each network's own coin before its tokens.
        match KNOWN.iter().find(|(_, _, known, ..)| *known == Some(network)) {
            Some((code, ..)) if *code == self.code => None,
            Some((.., colour)) => Some((network, colour)),
            None => Some((network, UNKNOWN_COLOUR)),
        }
    }

    /// Whether its network is known.
    pub fn is_known(&self) -> bool {
        self.network.is_some()
    }
}

/// Sorts coins by name and network. Those that are not in the table, such as test coins, come last.
pub fn sort(coins: &mut [Coin]) {
    coins.sort_by_cached_key(|coin| {
        let is_unknown = KNOWN.iter().all(|(code, ..)| *code != coin.code);
        (is_unknown, coin.name.to_ascii_lowercase(), coin.network.clone())
    });
}

/// Removes trailing zeros after the decimal point.
pub fn trim_zeros(amount: &str) -> &str {
    if amount.contains('.') { amount.trim_end_matches('0').trim_end_matches('.') } else { amount }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_documented_code_has_a_display_name_and_a_network() {
        let coin = Coin::of("USDTT");
        assert_eq!((coin.name.as_str(), coin.network.as_deref()), ("USDT", Some("Tron")));
        let coin = Coin::of("usdtt");
        assert_eq!((coin.name.as_str(), coin.network, coin.scheme), ("usdtt", None, Scheme::Plain));
    }

    #[test]
    fn codes_are_sorted_and_unique() {
        assert!(KNOWN.is_sorted_by(|(a, ..), (b, ..)| a < b));
    }

    #[test]
    fn only_a_token_shows_its_network() {
        for (code, network) in
            [("BTC", None), ("ETH", None), ("TRX", None), ("BNB-BSC", None), ("USDTT", Some("Tron")), ("NEW", None)]
        {
            assert_eq!(Coin::of(code).token_network().map(|(network, _)| network), network, "{code}");
        }
        let coin = Coin { network: Some("Base".to_owned()), ..Coin::of("ETH") };
        assert_eq!(coin.token_network(), Some(("Base", UNKNOWN_COLOUR)));
    }

    #[test]
    fn the_unit_of_an_amount_does_not_name_the_network_of_a_known_token() {
        for (code, unit) in [
            ("USDTT", "USDT"),
            ("USDC", "USDC"),
            ("DAI", "DAI"),
            ("ADA", "ADA"),
            ("BNB-BSC", "BNB"),
            ("NEWCOIN", "NEWCOIN"),
        ] {
            assert_eq!(Coin::of(code).unit(), unit);
        }
    }

    #[test]
    fn coins_are_sorted_by_name_and_network_with_unknown_ones_last() {
        let mut coins = ["TESTCOIN", "USDTT", "ADA", "USDTE", "DAI", "BTC", "BNB-BSC"].map(Coin::of);
        sort(&mut coins);
        let codes = coins.map(|coin| coin.code);
        assert_eq!(codes, ["BTC", "BNB-BSC", "ADA", "DAI", "USDTE", "USDTT", "TESTCOIN"]);
    }

    #[test]
    fn only_zeros_after_the_decimal_point_are_trimmed() {
        for (amount, expected) in
            [("12.50000000", "12.5"), ("100", "100"), ("100.000", "100"), ("0.00000001", "0.00000001")]
        {
            assert_eq!(trim_zeros(amount), expected);
        }
    }
}
