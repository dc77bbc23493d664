//! Amounts and rates as decimal text.

use core::fmt;

use serde::Serialize;

/// Longest amount that is read, in characters: `1e999999999` would expand to a gigabyte of zeros.
const MAX_CHARACTERS: usize = 100;

/// An amount or a rate as decimal text: never a float, so that no digit is gained or lost.
///
/// The gateway types amounts in requests as String (API Documentation / API Endpoints), and its callbacks carry strings
/// (Callback Examples). A JSON number in a reply or callback keeps its digits; only an exponent is expanded: `1.0e-5`
/// reads as `0.000010`. There is deliberately no conversion from `f64`. An amount in a request must be digits with at
/// most one point, and above zero; this is checked before anything is sent.
///
/// ```
/// use citrn::Amount;
/// let amount = Amount::from("0.010000000000000001");
/// assert_eq!(amount.as_str(), "0.010000000000000001");
/// assert!(amount.is_positive_decimal());
/// assert!(!Amount::from("0.00").is_positive_decimal());
/// assert!(!Amount::from("1e3").is_positive_decimal());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Amount(String);

impl Amount {
    /// The decimal text, unchanged.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a request may carry this amount: digits with at most one point between them, above zero.
    pub fn is_positive_decimal(&self) -> bool {
        is_positive_decimal(&self.0)
    }
}

pub(crate) fn is_positive_decimal(text: &str) -> bool {
    is_unsigned_decimal(text) && text.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}

/// Whether an amount of a callback is a plain decimal that can be credited unchanged. Zero is one.
pub(crate) fn is_creditable(text: &str) -> bool {
    text.len() <= MAX_CHARACTERS && is_unsigned_decimal(text)
}

fn is_unsigned_decimal(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole) && is_digits(fraction)
}

/// Expands an amount with an exponent to plain decimal text. `None` for any other text, and if the result is too long.
pub(crate) fn without_exponent(text: &str) -> Option<String> {
    let (mantissa, exponent) = text.split_once(['e', 'E'])?;
    let (sign, unsigned) = mantissa.strip_prefix('-').map_or(("", mantissa), |unsigned| ("-", unsigned));
    if !is_unsigned_decimal(unsigned) {
        return None;
    }
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let decimals = i64::try_from(fraction.len()).ok()? - i64::from(exponent.parse::<i32>().ok()?);
    if digits.is_empty() && decimals <= 0 {
        return Some(format!("{sign}0"));
    }
    // Checked before the zeros are allocated.
    let zeros = usize::try_from(decimals.unsigned_abs()).ok().filter(|zeros| *zeros <= MAX_CHARACTERS)?;
    let plain = if decimals <= 0 {
        format!("{sign}{digits}{:0<zeros$}", "")
    } else {
        let padded = format!("{digits:0>width$}", width = zeros + 1);
        let (whole, fraction) = padded.split_at_checked(padded.len().saturating_sub(zeros))?;
        format!("{sign}{whole}.{fraction}")
    };
    (plain.len() <= MAX_CHARACTERS).then_some(plain)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_decimals_above_zero_are_amounts() {
        for good in ["1", "0.1", "007", "12345678901234567890123456789012345678", "0.000000000000000001", "10.0"] {
            assert!(is_positive_decimal(good), "{good}");
        }
        for bad in ["", ".", "1.", ".5", "0", "0.0", "-1", "+1", "1e3", "1,5", " 1", "1 ", "1.2.3", "١", "NaN", "0x1"]
        {
            assert!(!is_positive_decimal(bad), "{bad}");
        }
    }

    #[test]
    fn exponents_are_expanded_up_to_a_length_limit() {
        for (written, plain) in [
            ("1.0e-5", "0.000010"),
            ("1e2", "100"),
            ("1E-5", "0.00001"),
            ("1.50e+1", "15.0"),
            ("-1e-8", "-0.00000001"),
            ("0.001e2", "0.1"),
            ("12.5e0", "12.5"),
            ("007e1", "70"),
            ("0e999999999", "0"),
            ("0.00e1", "0.0"),
        ] {
            assert_eq!(without_exponent(written).as_deref(), Some(plain), "{written}");
        }
        let longest = |exponent: i32| without_exponent(&format!("1e{exponent}")).map(|plain| plain.len());
        assert_eq!([longest(99), longest(100), longest(-98), longest(-99)], [Some(100), None, Some(100), None]);
        for text in [
            "",
            "1",
            "1.5",
            "e5",
            "1e",
            "1e+",
            "1e1.5",
            "1e1e1",
            "1e 1",
            " 1e1",
            "+1e1",
            ".5e1",
            "5.e1",
            "1,5e1",
            "0x1e1",
            "1e999999999",
            "1e-999999999",
            "1e99999999999999999999",
            "one",
        ] {
            assert_eq!(without_exponent(text), None, "{text}");
        }
    }
}
