//! The style and the script of the pages. `Content-Security-Policy` allows them by hash, so injected ones do not run.

/// The style of every page.
pub const STYLE: &str = include_str!("style.css");

/// SHA-256 of [`STYLE`], in base64.
pub const STYLE_HASH: &str = "YQEH6AlCrACHatX/Ao0JiMZbny4Rw9+If0cpmRYzH4o=";

/// The script of the pages that have something to copy, to filter or to follow.
pub const SCRIPT: &str = include_str!("script.js");

/// SHA-256 of [`SCRIPT`], in base64.
pub const SCRIPT_HASH: &str = "hl3m2yh1xVzabc/0jcbPwzj4u/6iq0mkcUfSeHPFydI=";

#[cfg(test)]
mod tests {
    use base64ct::{Base64, Encoding};
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_hashes_match_the_style_and_the_script() {
        for (text, hash) in [(STYLE, STYLE_HASH), (SCRIPT, SCRIPT_HASH)] {
            assert_eq!(hash, Base64::encode_string(&Sha256::digest(text)));
            assert!(!text.contains("</"));
        }
    }
}
