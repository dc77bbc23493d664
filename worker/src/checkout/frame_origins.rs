//! The origins of the setting `CHECKOUT_FRAME_ORIGINS`, whose pages may frame the checkout and read the status.

use crate::auth::return_url::origins;

/// Exact origins. Without any, no page may frame the checkout.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrameOrigins(Vec<String>);

impl FrameOrigins {
    /// Parses origins separated by commas.
    ///
    /// # Errors
    /// A description of the invalid entry.
    pub fn read(text: &str) -> Result<Self, String> {
        let origins = origins(text)?;
        if let Some(origin) = origins.iter().find(|origin| origin.contains('[')) {
            return Err(format!(
                "has an entry {origin:?} with an IPv6 address, which Content-Security-Policy cannot name: use a host \
                 name, such as localhost"
            ));
        }
        // URLs allow more characters in a host, and some of them would end the directive.
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:/".contains(&byte);
        match origins.iter().find(|origin| !origin.bytes().all(plain)) {
            Some(origin) => {
                Err(format!("has an entry {origin:?} whose host has other characters than letters, digits, - and ."))
            }
            None => Ok(Self(origins)),
        }
    }

    /// Whether the value of an `Origin` header is one of the origins.
    pub fn contains(&self, origin: &str) -> bool {
        self.0.iter().any(|allowed| allowed == origin)
    }

    /// Returns the sources of the directive `frame-ancestors` (CSP Level 3, section 6.4.2).
    pub fn ancestors(&self) -> String {
        if self.0.is_empty() { "'none'".to_owned() } else { self.0.join(" ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_compared_exactly() {
        let origins = FrameOrigins::read("https://Shop.example:443, http://localhost:3000,").unwrap();
        assert_eq!(origins.ancestors(), "https://shop.example http://localhost:3000");
        for (origin, is_allowed) in [
            ("https://shop.example", true),
            ("http://localhost:3000", true),
            ("https://shop.example:8443", false),
            ("http://shop.example", false),
            ("https://sub.shop.example", false),
            ("https://shop.example.evil.example", false),
            ("https://shop.example, https://evil.example", false),
            ("null", false),
            ("", false),
        ] {
            assert_eq!(origins.contains(origin), is_allowed, "{origin}");
        }
    }

    #[test]
    fn no_page_may_frame_the_checkout_by_default() {
        for empty in ["", " ", ","] {
            let origins = FrameOrigins::read(empty).unwrap();
            assert_eq!(origins, FrameOrigins::default());
            assert_eq!(origins.ancestors(), "'none'");
            assert!(!origins.contains(""));
        }
    }

    #[test]
    fn entries_that_are_no_origin_or_would_change_the_policy_are_refused() {
        for wrong in ["*", "https://*.shop.example", "http://shop.example", "https://shop.example/x", "'self'", "null"]
        {
            assert!(FrameOrigins::read(wrong).is_err(), "{wrong}");
        }
        for (wrong, why) in [
            ("https://shop.example;script-src.example", "other characters"),
            ("https://shop.example, http://[::1]:8787", r#"entry "http://[::1]:8787" with an IPv6 address"#),
            ("https://[2001:db8::1]", "IPv6"),
        ] {
            let problem = FrameOrigins::read(wrong).unwrap_err();
            assert!(problem.contains(why), "{problem}");
        }
    }
}
