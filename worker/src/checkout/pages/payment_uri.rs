//! Payment URIs: the content of QR codes, in the form that wallets open.
//!
//! | coin | form | source |
//! | --- | --- | --- |
//! | BTC | `bitcoin:<address>` | BIP-21 |
//! | LTC, DOGE | `litecoin:<address>`, `dogecoin:<address>` | BIP-21, as their wallets use it |
//! | BCH | the cash address with its prefix | CashAddr specification, "Prefix" |
//! | ETH | `ethereum:<address>@1` | EIP-681; chain 1 by EIP-155 |
//! | ADA | `web+cardano:<address>` | CIP-13 |
//! | TON | `ton://transfer/<address>?text=<memo>` | TON documentation, "Deep links" |
//! | all others | the address | no safe standard: see [`crate::checkout::coins`] |
//!
//! No URI has an amount, since the payer chooses it.

use crate::checkout::coins::{Coin, Scheme};

/// Returns the URI for a wallet, and whether it contains the memo. Only addresses of letters and digits (for TON: of
/// unreserved characters, RFC 3986, section 2.3) are put into a URI. Others are returned unchanged.
pub fn of(coin: &Coin, address: &str, memo: Option<&str>) -> (String, bool) {
    let plain = is_plain(address);
    let text = match coin.scheme {
        Scheme::Prefix(scheme) if plain => format!("{scheme}:{address}"),
        Scheme::Ethereum if plain && address.starts_with("0x") => format!("ethereum:{address}@1"),
        Scheme::Ton if is_unreserved(address) => match memo.filter(|memo| is_unreserved(memo)) {
            Some(memo) => return (format!("ton://transfer/{address}?text={memo}"), true),
            None => format!("ton://transfer/{address}"),
        },
        // A CashAddr with its prefix already is a URI.
        _ => address.to_owned(),
    };
    (text, false)
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_unreserved(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(code: &str, address: &str, memo: Option<&str>) -> String {
        of(&Coin::of(code), address, memo).0
    }

    #[test]
    fn every_coin_has_the_uri_of_its_standard() {
        for (code, address, memo, expected) in [
            (
                "BTC",
                "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
                None,
                "bitcoin:bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
            ),
            ("LTC", "ltc1qabc", None, "litecoin:ltc1qabc"),
            ("DOGE", "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L", None, "dogecoin:DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L"),
            ("BCH", "bchtest:qpabc", None, "bchtest:qpabc"),
            ("BCH", "qpabc", None, "bitcoincash:qpabc"),
            (
                "ETH",
                "0xfb6916095ca1df60bb79Ce92ce3ea74c37c5d359",
                None,
                "ethereum:0xfb6916095ca1df60bb79Ce92ce3ea74c37c5d359@1",
            ),
            ("BNB-BSC", "0xfb69", None, "0xfb69"),
            ("ADA", "addr1qabc", None, "web+cardano:addr1qabc"),
            ("TON", "EQ-a_b", Some("17"), "ton://transfer/EQ-a_b?text=17"),
            ("TON", "EQab", None, "ton://transfer/EQab"),
            (
                "TON",
                "EQab",
                Some("5f2c8a60-0000-4000-8000-000000000017"),
                "ton://transfer/EQab?text=5f2c8a60-0000-4000-8000-000000000017",
            ),
            ("USDTE", "0xfb69", None, "0xfb69"),
            ("USDTT", "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", None, "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"),
            ("XRP", "rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh", Some("17"), "rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh"),
            ("NEW", "x", None, "x"),
        ] {
            assert_eq!(text(code, address, memo), expected, "{code}");
        }
    }

    #[test]
    fn an_address_or_a_memo_cannot_inject_uri_parts() {
        for address in ["1a?amount=5", "1a&label=x", "0x1/transfer?address=0x2", "a b", "a#b", "a%20b", "", "ä"] {
            for code in ["BTC", "ETH", "BCH", "ADA", "DOGE"] {
                assert_eq!(text(code, address, None), address, "{code}");
            }
        }
        assert_eq!(text("TON", "EQ?amount=1", Some("1")), "EQ?amount=1");
        assert_eq!(text("TON", "EQ", Some("1&amount=5 ä")), "ton://transfer/EQ");
        assert_eq!(text("ETH", "fb69", None), "fb69");
    }

    #[test]
    fn a_memo_is_reported_only_if_the_uri_contains_it() {
        for (code, address, memo, expected) in [
            ("TON", "EQab", Some("17"), true),
            ("TON", "EQab", Some("1&amount=5"), false),
            ("TON", "EQ?ab", Some("17"), false),
            ("TON", "0:83dfd552e63729b472fcbcc8c45ebcc6691702558b68ec7527e1ba403a0f31a8", Some("17"), false),
            ("TON", "EQa+b/c", Some("17"), false),
            ("TON", "EQab", None, false),
            ("XRP", "rEb8", Some("17"), false),
        ] {
            assert_eq!(of(&Coin::of(code), address, memo).1, expected, "{code} {address} {memo:?}");
        }
    }
}
