//! The header `traceparent` (W3C Trace Context), with which a caller names the trace that a request belongs to.

/// The name of the header.
pub const TRACEPARENT: &str = "traceparent";

/// The length of a value in the known version.
const LENGTH: usize = 55;

/// A valid `traceparent`, in the known version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceParent(String);

impl TraceParent {
    /// Parses a header. `None` if it is invalid: a receiver then ignores it. Drops further fields of later versions.
    #[must_use]
    pub fn parse(header: &str) -> Option<Self> {
        let (value, rest) = header.split_at_checked(LENGTH)?;
        let mut fields = value.split('-');
        let mut next = |length| fields.next().filter(|field| field.len() == length && field.bytes().all(is_hex));
        let (version, trace, parent, flags) = (next(2)?, next(32)?, next(16)?, next(2)?);
        let is_zero = |id: &str| id.bytes().all(|byte| byte == b'0');
        let has_valid_rest = rest.is_empty() || (version != "00" && rest.starts_with('-'));
        let is_valid = version != "ff" && !is_zero(trace) && !is_zero(parent) && has_valid_rest;
        is_valid.then(|| Self(format!("00-{trace}-{parent}-{flags}")))
    }

    /// Returns the trace's id, 32 hex digits.
    #[must_use]
    pub fn trace_id(&self) -> &str {
        self.0.get(3..35).unwrap_or_default()
    }

    /// Returns the value of the header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_valid_header_is_kept() {
        for (header, trace_id) in [
            (VALID, "0af7651916cd43dd8448eb211c80319c"),
            ("00-00000000000000000000000000000002-3000000000000000-00", "00000000000000000000000000000002"),
        ] {
            let parsed = TraceParent::parse(header).unwrap();
            assert_eq!((parsed.as_str(), parsed.trace_id()), (header, trace_id));
        }
    }

    #[test]
    fn a_later_version_is_read_as_the_known_one() {
        let later = VALID.replacen("00", "cc", 1);
        for header in [later.clone(), format!("{later}-what-the-future-holds")] {
            assert_eq!(TraceParent::parse(&header).unwrap().as_str(), VALID, "{header}");
        }
        assert_eq!(TraceParent::parse(&format!("{later}.more")), None);
    }

    #[test]
    fn an_invalid_header_is_ignored() {
        for (from, to) in [
            ("00-", "ff-"),
            ("00-", "0-"),
            ("0af7651916cd43dd8448eb211c80319c", "00000000000000000000000000000000"),
            ("b7ad6b7169203331", "0000000000000000"),
            ("0af7", "0AF7"),
            ("0af7", "user"),
            ("0af7", "0ag7"),
            ("c-b7ad", "-cb7ad"),
            ("0af7", "0a 7"),
            ("-01", "-1"),
            ("-01", "-01-more"),
            ("-01", "é-01"),
            (VALID, ""),
        ] {
            assert_eq!(TraceParent::parse(&VALID.replacen(from, to, 1)), None, "{to} instead of {from}");
        }
        // A trace of 31 digits in a text of the right length.
        assert_eq!(TraceParent::parse(&format!("{}-", VALID.replacen("0af7", "af7", 1))), None);
    }
}
