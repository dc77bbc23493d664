//! Amounts and rates as decimal text.

use core::fmt;

use serde::{Serialize, Serializer};

/// An amount or a rate, as the decimal text that was written: never a float, no digit gained or lost.
///
/// The gateway's request fields are typed String (API Documentation / API Endpoints) and its callbacks carry strings
/// (Callback Examples); a JSON number in a reply is kept as the characters it was written with. There is no conversion
/// from `f64` on purpose. As a parameter an amount must be digits with at most one point, above zero: that is checked
/// before anything is sent.
///
/// ```
/// use citrn::Amount;
/// let amount = Amount::from("0.010000000000000001");
/// assert_eq!(amount.as_str(), "0.010000000000000001");
/// assert!(amount.is_positive_decimal());
/// assert!(!Amount::from("0.00").is_positive_decimal());
/// assert!(!Amount::from("1e3").is_positive_decimal());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Amount(String);

impl Amount {
    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is what the gateway takes as an amount: digits with at most one point between them, above zero.
    #[must_use]
    pub fn is_positive_decimal(&self) -> bool {
        is_positive_decimal(&self.0)
    }
}

pub(crate) fn is_positive_decimal(text: &str) -> bool {
    let (whole, fraction) = match text.split_once('.') {
        Some((_, "")) => return false,
        Some(parts) => parts,
        None => (text, ""),
    };
    let digits = || whole.bytes().chain(fraction.bytes());
    !whole.is_empty() && digits().all(|byte| byte.is_ascii_digit()) && digits().any(|byte| byte != b'0')
}

impl From<&str> for Amount {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Amount {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_plain_decimals_only() {
        for good in ["1", "0.1", "007", "12345678901234567890123456789012345678", "0.000000000000000001", "10.0"] {
            assert!(is_positive_decimal(good), "{good}");
        }
        for bad in ["", ".", "1.", ".5", "0", "0.0", "-1", "+1", "1e3", "1,5", " 1", "1 ", "1.2.3", "١", "NaN", "0x1"]
        {
            assert!(!is_positive_decimal(bad), "{bad}");
        }
    }
}
