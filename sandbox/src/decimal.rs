//! Exact decimals for amounts, fees and rates: any number of digits, never a float.

use core::fmt;
use core::ops::{Add, Mul, Neg, Sub};
use core::str::FromStr;

use bigdecimal::{BigDecimal, RoundingMode, Zero};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The fewest decimals that the gateway prints, as in the callback examples.
const PRINTED_DECIMALS: i64 = 8;

/// The most digits before and after the point of an amount, enough for every coin here.
const MAX_WHOLE: usize = 38;
const MAX_FRACTION: usize = 18;

/// An exact decimal number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(BigDecimal);

impl Decimal {
    /// Zero.
    #[must_use]
    pub fn zero() -> Self {
        Self(BigDecimal::zero())
    }

    /// Parses digits with at most one point between them; at most 38 digits before it and 18 after it. No sign,
    /// exponent or spaces.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = match text.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (text, ""),
        };
        let plain = !whole.is_empty()
            && whole.len() <= MAX_WHOLE
            && fraction.len() <= MAX_FRACTION
            && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
        plain.then(|| BigDecimal::from_str(text).ok().map(Self)).flatten()
    }

    /// Creates a constant for this crate's tables: `digits` divided by ten to the power of `decimals`.
    #[must_use]
    pub(crate) fn constant(digits: i64, decimals: i64) -> Self {
        Self(BigDecimal::new(digits.into(), decimals))
    }

    /// Whether this is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// Whether this is below zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.0 < BigDecimal::zero()
    }

    /// Returns the number of decimals, without trailing zeros.
    #[must_use]
    pub fn decimals(&self) -> i64 {
        self.0.normalized().fractional_digit_count().max(0)
    }

    /// Returns the quotient of two non-negative numbers, rounded to a number of decimals. `None` if the divisor is
    /// zero.
    #[must_use]
    pub fn divided_by(&self, divisor: &Self, decimals: u8, rounding: Rounding) -> Option<Self> {
        if divisor.is_zero() {
            return None;
        }
        // Whole numbers of the same unit; the dividend has `decimals` more digits.
        let scale = self.0.fractional_digit_count().max(divisor.0.fractional_digit_count());
        let (dividend, _) = self.0.with_scale(scale + i64::from(decimals)).into_bigint_and_scale();
        let (divisor, _) = divisor.0.with_scale(scale).into_bigint_and_scale();
        let (quotient, rest) = (&dividend / &divisor, &dividend % &divisor);
        let up = match rounding {
            Rounding::HalfUp => &rest + &rest >= divisor,
            Rounding::Down => false,
            Rounding::Up => !rest.is_zero(),
        };
        Some(Self(BigDecimal::new(quotient + i32::from(up), i64::from(decimals))))
    }

    /// Rounds the number to a number of decimals.
    #[must_use]
    pub fn rounded(&self, decimals: u8, rounding: Rounding) -> Self {
        Self(self.0.with_scale_round(i64::from(decimals), rounding.mode()))
    }

    /// Formats the number without zeros at the end of its decimals.
    #[must_use]
    pub fn shortest(&self) -> String {
        self.0.with_scale(self.decimals()).to_plain_string()
    }

    /// Formats the number with exactly this many decimals, rounded half up.
    #[must_use]
    pub fn fixed(&self, decimals: u8) -> String {
        self.rounded(decimals, Rounding::HalfUp).0.to_plain_string()
    }
}

/// A rounding mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest, a half away from zero.
    HalfUp,
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
}

impl Rounding {
    fn mode(self) -> RoundingMode {
        match self {
            Rounding::HalfUp => RoundingMode::HalfUp,
            Rounding::Down => RoundingMode::Down,
            Rounding::Up => RoundingMode::Up,
        }
    }
}

/// Formats like the gateway's amounts: with at least 8 decimals, or more if the number has more.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.with_scale(PRINTED_DECIMALS.max(self.decimals())).to_plain_string())
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Deserialises from JSON text, as in control calls.
impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("an amount must be decimal text, such as \"0.25\""))
    }
}

/// Serialises as JSON text, like every amount of the gateway.
impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Add for &Decimal {
    type Output = Decimal;
    fn add(self, other: Self) -> Decimal {
        Decimal(&self.0 + &other.0)
    }
}

impl Sub for &Decimal {
    type Output = Decimal;
    fn sub(self, other: Self) -> Decimal {
        Decimal(&self.0 - &other.0)
    }
}

impl Mul for &Decimal {
    type Output = Decimal;
    fn mul(self, other: Self) -> Decimal {
        Decimal(&self.0 * &other.0)
    }
}

impl Neg for &Decimal {
    type Output = Decimal;
    fn neg(self) -> Decimal {
        Decimal(-&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn only_plain_decimals_are_parsed() {
        for bad in ["", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", " 1", "1 ", "1.2.3", "١", "NaN", "0x1"] {
            assert_eq!(Decimal::parse(bad), None, "{bad}");
        }
        assert_eq!(Decimal::parse(&"9".repeat(39)), None);
        assert_eq!(Decimal::parse("0.0000000000000000001"), None);
    }

    #[test]
    fn every_digit_is_preserved() {
        let longest = format!("{}.{}", "9".repeat(38), "9".repeat(18));
        assert_eq!(decimal(&longest).to_string(), longest);
        let sum = &decimal(&longest) + &decimal("0.000000000000000001");
        assert_eq!(sum.to_string(), format!("1{}.00000000", "0".repeat(38)));
        assert_eq!(&sum - &decimal("0.000000000000000001"), decimal(&longest));
    }

    #[test]
    fn at_least_eight_decimals_are_printed() {
        assert_eq!(decimal("2").to_string(), "2.00000000");
        assert_eq!(decimal("007.5").to_string(), "7.50000000");
        assert_eq!(decimal("0.000000000000000001").to_string(), "0.000000000000000001");
        assert_eq!((-&decimal("3")).to_string(), "-3.00000000");
        assert_eq!(Decimal::zero().to_string(), "0.00000000");
    }

    #[test]
    fn the_shortest_form_has_every_digit_and_no_zeros_at_its_end() {
        for (text, shortest) in [("2", "2"), ("100.00", "100"), ("007.50", "7.5"), ("0.0000001", "0.0000001")] {
            assert_eq!(decimal(text).shortest(), shortest);
        }
        assert_eq!(Decimal::zero().shortest(), "0");
        assert_eq!((-&decimal("3.10")).shortest(), "-3.1");
    }

    #[test]
    fn rounding_follows_its_mode() {
        let number = decimal("99.14619285");
        assert_eq!(number.fixed(6), "99.146193");
        assert_eq!(number.rounded(6, Rounding::Down), decimal("99.146192"));
        assert_eq!(decimal("1.000001").rounded(2, Rounding::Up), decimal("1.01"));
        for (dividend, divisor, rounding, quotient) in [
            ("1", "3", Rounding::HalfUp, "0.3333"),
            ("2", "3", Rounding::HalfUp, "0.6667"),
            ("2", "3", Rounding::Down, "0.6666"),
            ("1", "3", Rounding::Up, "0.3334"),
            ("1", "4", Rounding::Up, "0.25"),
            ("0.00005", "1", Rounding::HalfUp, "0.0001"),
            ("55302", "1.1", Rounding::HalfUp, "50274.5455"),
            ("0", "7", Rounding::Up, "0"),
        ] {
            let result = decimal(dividend).divided_by(&decimal(divisor), 4, rounding);
            assert_eq!(result, Some(decimal(quotient)), "{dividend} / {divisor}");
        }
        assert_eq!(decimal("1").divided_by(&Decimal::zero(), 4, Rounding::HalfUp), None);
    }
}
