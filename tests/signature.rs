//! Known vectors (the documentation's, RFC 4231, Wycheproof), and properties of signing and verifying.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]

use citrn::{Secret, Signature};

const DOCUMENTED_SECRET: &str = "AbCdEfG123456";

fn signed(secret: &str, body: &[u8]) -> String {
    Signature::sign(&Secret::new(secret), body).to_hex()
}

/// The first vector is in API Documentation / Authorization; the others come from another implementation.
#[cfg_attr(not(all(target_family = "wasm", target_os = "unknown")), test)]
#[cfg_attr(all(target_family = "wasm", target_os = "unknown"), wasm_bindgen_test::wasm_bindgen_test)]
fn documented_vector() {
    let vectors: [(&[u8], &str); 4] = [
        (
            br#"{"currency":"BTC","foreign_id":"123456"}"#,
            "03c25fcf7cd35e7d995e402cd5d51edd72d48e1471e865907967809a0c189ba55b90815f20e2bb10f82c7a9e9d865546fda58989c2ae9e8e2ff7bc29195fa1ec",
        ),
        (
            b"",
            "0104da715ed5bb364eba7167a71316e194f5ca21629884dca6c368cfd411d2b8404d0cccf928a76ef5b8d170eae711d9a9ef4d9c74cd23693869c96fd64c335f",
        ),
        (
            b"{}",
            "89ff570683bfcd9e2c8911332e07e3ff196ca50f91faef98126fb0eb76df90d7ccddc4372a99ba67ec072fd3aac5d0b7eac44652e2b29ce36dbcf5ee50b6fa05",
        ),
        (
            b"[]",
            "2da807ab86f47091ca3f7f45aba4c2bd3072fff6f2ef4f88c1ebece372be14ff9800d1e8ffca4b2733f837bcb2ee8dfb23f56c09e4dc7a0143127820bcba88a8",
        ),
    ];
    for (body, hex) in vectors {
        assert_eq!(signed(DOCUMENTED_SECRET, body), hex);
        let secret = Secret::new(DOCUMENTED_SECRET);
        assert!(Signature::from_hex(hex).unwrap().verify(&secret, body));
        assert!(Signature::from_hex(&hex.to_uppercase()).unwrap().verify(&secret, body), "either case of hex");
    }
}

#[cfg(not(target_family = "wasm"))]
mod native {
    use super::*;
    use proptest::prelude::*;

    fn bytes(hex: &str) -> Vec<u8> {
        hex.as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    /// RFC 4231, section 4: the HMAC-SHA-512 values of its seven cases; the fifth is cut to 128 bits there.
    #[test]
    fn rfc_4231() {
        let long_key = [0xaa; 131];
        let counting: Vec<u8> = (1..=25).collect();
        let cases: [(&[u8], &[u8], &str); 7] = [
            (
                &[0x0b; 20],
                b"Hi There",
                "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
            ),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
            ),
            (
                &[0xaa; 20],
                &[0xdd; 50],
                "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb",
            ),
            (
                &counting,
                &[0xcd; 50],
                "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3dba91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd",
            ),
            (&[0x0c; 20], b"Test With Truncation", "415fad6271580a531d4179bc891d87a6"),
            (
                &long_key,
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598",
            ),
            (
                &long_key,
                b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.",
                "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58",
            ),
        ];
        for (key, body, hex) in cases {
            let signature = Signature::sign(&Secret::from_bytes(key.to_vec()), body);
            assert!(signature.to_hex().starts_with(hex), "{hex}");
        }
    }

    /// The HMAC-SHA512 vectors of Wycheproof, including truncated and modified tags.
    #[test]
    fn wycheproof() {
        let set = wycheproof::mac::TestSet::load(wycheproof::mac::TestName::HmacSha512).unwrap();
        let mut seen = (0, 0);
        for group in set.test_groups {
            for case in group.tests {
                let secret = Secret::from_bytes(case.key.to_vec());
                let signature = Signature::sign(&secret, &case.msg);
                let matches = bytes(&signature.to_hex()).starts_with(&case.tag);
                assert_eq!(matches, !case.result.must_fail(), "case {}", case.tc_id);
                let hex: String = case.tag.iter().map(|byte| format!("{byte:02x}")).collect();
                match Signature::from_hex(&hex) {
                    Some(tag) => {
                        assert_eq!(tag.verify(&secret, &case.msg), !case.result.must_fail(), "case {}", case.tc_id);
                        seen.0 += 1;
                    }
                    None => {
                        assert!(case.tag.len() < 64, "a truncated tag is not a signature");
                        seen.1 += 1;
                    }
                }
            }
        }
        assert!(seen.0 > 50 && seen.1 > 50, "{seen:?}");
    }

    #[test]
    fn a_signature_is_128_hex_digits_and_nothing_else() {
        let hex = "0123456789abcdefABCDEF0123456789".repeat(4);
        assert!(Signature::from_hex(&hex).is_some());
        for bad in [
            "",
            "00",
            &hex[..127],
            &hex[..126],
            &format!("{hex}0"),
            &format!("{hex}00"),
            &hex.replace('9', "g"),
            &hex.replace("01", " 1"),
            &hex.replace("01", "+1"),
            &hex.replace("01", "ä"),
        ] {
            assert!(Signature::from_hex(bad).is_none(), "{bad}");
        }
    }

    /// The text of a secret and the state derived from it, which consists of SHA-512 cores, are in types that are
    /// wiped.
    #[test]
    fn the_keyed_state_is_wiped_on_drop() {
        fn wiped_on_drop<T: zeroize::ZeroizeOnDrop>() {}
        wiped_on_drop::<sha2::block_api::Sha512VarCore>();
        wiped_on_drop::<zeroize::Zeroizing<Vec<u8>>>();
    }

    #[test]
    fn debug_output_contains_no_secret() {
        let secret = Secret::new("AbCdEfG123456");
        let signature = Signature::sign(&secret, b"{}");
        let printed = format!("{secret:?} {secret:#?} {signature:?}");
        assert!(!printed.contains("AbCd") && !printed.contains(&signature.to_hex()[..8]), "{printed}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn every_signature_verifies(
            key in proptest::collection::vec(any::<u8>(), 0..300),
            body in proptest::collection::vec(any::<u8>(), 0..2000),
        ) {
            let secret = Secret::from_bytes(key);
            let hex = Signature::sign(&secret, &body).to_hex();
            prop_assert!(Signature::from_hex(&hex).unwrap().verify(&secret, &body));
        }

        #[test]
        fn a_signature_fails_after_any_changed_byte(
            key in proptest::collection::vec(any::<u8>(), 1..300),
            body in proptest::collection::vec(any::<u8>(), 1..500),
            at in any::<proptest::sample::Index>(),
            change in 1..=255_u8,
        ) {
            let secret = Secret::from_bytes(key.clone());
            let hex = Signature::sign(&secret, &body).to_hex();
            let signature = Signature::from_hex(&hex).unwrap();

            let mut other_body = body.clone();
            other_body[at.index(body.len())] ^= change;
            prop_assert!(!signature.verify(&secret, &other_body));

            let mut other_key = key.clone();
            other_key[at.index(key.len())] ^= change;
            prop_assert!(!signature.verify(&Secret::from_bytes(other_key), &body));

            let digit = at.index(hex.len());
            let old = hex[digit..=digit].chars().next().unwrap().to_digit(16).unwrap();
            let new = char::from_digit((old + u32::from(change % 15) + 1) % 16, 16).unwrap();
            let mut other_hex = hex.clone();
            other_hex.replace_range(digit..=digit, &new.to_string());
            prop_assert!(!Signature::from_hex(&other_hex).unwrap().verify(&secret, &body));
        }
    }
}
