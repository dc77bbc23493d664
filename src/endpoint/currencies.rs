//! A list of currency codes as a parameter.

use super::spec::Value;

/// The parameter `currencies` of [`ListBalances`](crate::endpoints::ListBalances). The documentation types it as String
/// and describes it as a list, so both forms can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Currencies {
    /// A string, such as `BTC` or `USDT, ETH, BTC`, sent unchanged.
    Text(String),
    /// A JSON array, in case the gateway requires one.
    Array(Vec<String>),
}

impl<'a> From<&'a Currencies> for Value<'a> {
    fn from(currencies: &'a Currencies) -> Self {
        match currencies {
            Currencies::Text(text) => Value::Text(text),
            Currencies::Array(codes) => Value::Array(codes),
        }
    }
}

impl From<&str> for Currencies {
    fn from(text: &str) -> Self {
        Currencies::Text(text.to_owned())
    }
}

impl From<String> for Currencies {
    fn from(text: String) -> Self {
        Currencies::Text(text)
    }
}

impl<const N: usize> From<[&str; N]> for Currencies {
    fn from(codes: [&str; N]) -> Self {
        Currencies::Text(codes.join(","))
    }
}

impl From<&[String]> for Currencies {
    fn from(codes: &[String]) -> Self {
        Currencies::Text(codes.join(","))
    }
}
