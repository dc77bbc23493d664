//! Hex encoding (RFC 4648, section 8), for signatures, the Worker and the sandbox.
//!
//! Functions for a single byte are always inlined: calling them took 10 % of the time of a short signature in wasm.

/// Encodes bytes as two lower-case digits each.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let digits: Vec<[u8; 2]> = bytes.iter().map(|byte| digits(*byte)).collect();
    String::from_utf8(digits.into_flattened()).unwrap_or_default()
}

/// Decodes two digits per byte, in either case. `None` if the number of digits is another.
#[must_use]
pub fn decode<const LENGTH: usize>(text: &[u8]) -> Option<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    let (pairs, rest) = text.as_chunks();
    if pairs.len() != LENGTH || !rest.is_empty() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        *byte = byte_of(*pair)?;
    }
    Some(bytes)
}

/// Returns the two lower-case digits of a byte.
#[inline(always)]
pub(crate) fn digits(byte: u8) -> [u8; 2] {
    [digit(byte >> 4), digit(byte & 15)]
}

/// Uses no table, so that cache timing does not reveal the value.
#[inline(always)]
fn digit(value: u8) -> u8 {
    b'0' + value + u8::from(value > 9) * (b'a' - b'9' - 1)
}

/// Decodes two digits, in either case.
#[inline(always)]
pub(crate) fn byte_of([high, low]: [u8; 2]) -> Option<u8> {
    Some((value(high)? << 4) | value(low)?)
}

#[inline(always)]
fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}
