//! Settings that are decimal numbers, in millionths.

/// Reads digits with at most one point and at most six places behind it; gives millionths.
#[must_use]
pub fn millionths(text: &str) -> Option<u64> {
    let (whole, places) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && places.is_empty()) || places.len() > 6 || !digits(whole) || !digits(places) {
        return None;
    }
    format!("{whole}{places:0<6}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::millionths;

    #[test]
    fn decimals_are_read_exactly_or_not_at_all() {
        for (text, expected) in [
            ("1", Some(1_000_000)),
            ("0.001", Some(1_000)),
            (".5", Some(500_000)),
            ("30", Some(30_000_000)),
            ("2.000001", Some(2_000_001)),
            ("0", Some(0)),
            ("", None),
            (".", None),
            ("1e3", None),
            ("-1", None),
            ("+1", None),
            ("1.0000001", None),
            ("1,5", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(millionths(text), expected, "{text}");
        }
    }
}
