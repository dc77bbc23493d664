//! Addresses: generates well-formed ones, and checks form and checksum.
//!
//! Deposit addresses are derived from the seed, in the format of the coin's test network if it has one, so no one holds
//! their keys. Withdrawals accept addresses of main and test networks; those of another coin's family are malformed.

mod base58;
mod bitcoin_cash;
mod cardano;
mod evm;
mod segwit;
mod ton;

use serde::{Deserialize, Serialize};

use base58::Alphabet;

/// The network of a coin. Its name in control calls is like `bitcoin-cash`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Network {
    /// Bitcoin.
    Bitcoin,
    /// Bitcoin Cash.
    BitcoinCash,
    /// Litecoin.
    Litecoin,
    /// Dogecoin.
    Dogecoin,
    /// Ethereum.
    Ethereum,
    /// BNB Smart Chain, whose addresses are Ethereum's.
    Bsc,
    /// Tron.
    Tron,
    /// XRP Ledger: all customers share an address and differ by a numeric tag.
    Xrp,
    /// Cardano.
    Cardano,
    /// TON: all customers share an address and differ by a comment.
    Ton,
}

impl Network {
    /// All networks.
    pub const ALL: &'static [Network] = &[
        Network::Bitcoin,
        Network::BitcoinCash,
        Network::Litecoin,
        Network::Dogecoin,
        Network::Ethereum,
        Network::Bsc,
        Network::Tron,
        Network::Xrp,
        Network::Cardano,
        Network::Ton,
    ];

    /// Whether all customers share one address and differ by a destination tag.
    pub fn needs_memo(self) -> bool {
        matches!(self, Network::Xrp | Network::Ton)
    }

    /// Returns the approximate seconds between two blocks (**invented**, similar to the real networks).
    pub fn block_seconds(self) -> i64 {
        match self {
            Network::Bitcoin | Network::BitcoinCash => 600,
            Network::Litecoin => 150,
            Network::Dogecoin => 60,
            Network::Ethereum => 12,
            Network::Bsc | Network::Tron => 3,
            Network::Xrp => 4,
            Network::Cardano => 20,
            Network::Ton => 5,
        }
    }

    /// Encodes an address from bytes. `None` if the encoder fails, which no 32 bytes cause.
    pub fn encode(self, bytes: &[u8; 32]) -> Option<String> {
        let (hash, _) = bytes.split_first_chunk::<20>()?;
        match self {
            Network::Bitcoin => segwit::encode("tb", hash),
            Network::Litecoin => segwit::encode("tltc", hash),
            Network::BitcoinCash => bitcoin_cash::encode(hash),
            Network::Dogecoin => Some(base58::encode(Alphabet::BITCOIN, 0x71, hash)),
            Network::Ethereum | Network::Bsc => Some(evm::encode(hash)),
            Network::Tron => Some(base58::encode(Alphabet::BITCOIN, 0x41, hash)),
            Network::Xrp => Some(base58::encode(Alphabet::RIPPLE, 0x00, hash)),
            Network::Cardano => cardano::encode(bytes),
            Network::Ton => Some(ton::encode(bytes)),
        }
    }

    /// Whether a text is a well-formed address of this network, main or test, with a valid checksum.
    pub fn is_address(self, text: &str) -> bool {
        // The longest addresses are Cardano's, with just over a hundred characters.
        if text.len() > 150 || !text.is_ascii() {
            return false;
        }
        match self {
            Network::Bitcoin => {
                segwit::is_valid(text, &["bc", "tb", "bcrt"])
                    || base58::is_valid(Alphabet::BITCOIN, &[0x00, 0x05, 0x6f, 0xc4], text)
            }
            Network::Litecoin => {
                segwit::is_valid(text, &["ltc", "tltc", "rltc"])
                    || base58::is_valid(Alphabet::BITCOIN, &[0x30, 0x32, 0x6f, 0x3a], text)
            }
            Network::BitcoinCash => bitcoin_cash::is_valid(text),
            Network::Dogecoin => base58::is_valid(Alphabet::BITCOIN, &[0x1e, 0x16, 0x71, 0xc4], text),
            Network::Ethereum | Network::Bsc => evm::is_valid(text),
            Network::Tron => base58::is_valid(Alphabet::BITCOIN, &[0x41], text),
            Network::Xrp => base58::is_valid(Alphabet::RIPPLE, &[0x00], text),
            Network::Cardano => cardano::is_valid(text),
            Network::Ton => ton::is_valid(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Addresses from the specification of each format, or well known on their networks.
    const KNOWN: &[(Network, &str)] = &[
        (Network::Bitcoin, "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"),
        (Network::Bitcoin, "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7"),
        (Network::Bitcoin, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"),
        (Network::Bitcoin, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
        (Network::Bitcoin, "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
        (Network::Bitcoin, "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn"),
        (Network::BitcoinCash, "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"),
        (Network::BitcoinCash, "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"),
        (Network::BitcoinCash, "bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq"),
        (Network::Ethereum, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
        (Network::Ethereum, "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"),
        (Network::Ethereum, "0x52908400098527886E0F7030069857D2E4169EE7"),
        (Network::Ethereum, "0xde709f2102306220921060314715629080e2fb77"),
        (Network::Tron, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
        (Network::Xrp, "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"),
        (Network::Xrp, "rrrrrrrrrrrrrrrrrrrrrhoLvTp"),
        (
            Network::Cardano,
            "addr1qx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzer3n0d3vllmyqwsx5wktcd8cc3sq835lu7drv2xwl2wywfgse35a3x",
        ),
        (Network::Cardano, "addr_test1vz2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzerspjrlsz"),
        (Network::Ton, "EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHF"),
        (Network::Ton, "kf/8uRo6OBbQ97jCx2EIuKm8Wmt6Vb15+KsQHFLbKSMiYIny"),
    ];

    #[test]
    fn known_addresses_are_valid_only_in_their_family() {
        for (network, address) in KNOWN {
            assert!(network.is_address(address), "{network:?} {address}");
            for other in Network::ALL {
                let shares = network == other || matches!((network, other), (Network::Ethereum, Network::Bsc));
                // The test networks of Bitcoin and Litecoin share a version byte, so these addresses are ambiguous.
                let ambiguous = address.starts_with('m') && *other == Network::Litecoin;
                assert!(shares || ambiguous || !other.is_address(address), "{other:?} {address}");
            }
        }
    }

    #[test]
    fn malformed_addresses_are_refused() {
        for (network, bad) in [
            (Network::Ethereum, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD"),
            (Network::Ethereum, "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
            (Network::Ethereum, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeA"),
            (Network::Bitcoin, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"),
            (Network::Bitcoin, "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4"),
            (Network::BitcoinCash, "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6b"),
            (Network::BitcoinCash, "bitcoincash:Qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"),
            (Network::BitcoinCash, "bchtest:"),
            (Network::Tron, ""),
            (Network::Tron, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6T"),
            (Network::Ton, "EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHG"),
        ] {
            assert!(!network.is_address(bad), "{network:?} {bad}");
        }
    }

    proptest! {
        #[test]
        fn encoded_addresses_are_valid_until_a_character_changes(bytes: [u8; 32], at: prop::sample::Index) {
            for network in Network::ALL {
                let address = network.encode(&bytes).unwrap();
                prop_assert!(network.is_address(&address), "{network:?} {address}");
                let mut changed = address.clone().into_bytes();
                let place = at.index(changed.len());
                changed[place] = match changed[place] { b'2' => b'3', _ => b'2' };
                let changed = String::from_utf8(changed).unwrap();
                // Ethereum's checksum is only in the case of letters, so a changed digit may be valid.
                if !matches!(network, Network::Ethereum | Network::Bsc) {
                    prop_assert!(!network.is_address(&changed), "{network:?} {changed}");
                }
            }
        }

        #[test]
        fn random_text_is_not_an_address_and_does_not_panic(
            text in "\\PC{0,120}",
            prefix in "(bitcoincash:|bchtest:|bc1|tb1|0x|addr1|EQ|T|r|)",
        ) {
            let text = format!("{prefix}{text}");
            for network in Network::ALL {
                prop_assert!(!network.is_address(&text), "{network:?} {text}");
            }
        }
    }
}
