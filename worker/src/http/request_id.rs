//! The id by which a request is found again in the logs of caller and Worker.

use core::fmt::Write as _;

use citrn::Platform;

/// The header that brings an id and takes it back.
pub const HEADER: &str = "X-Request-Id";

/// Longest id that is taken over from a caller, in characters.
const LONGEST: usize = 128;

/// The caller's own id if it is usable, else a fresh one: 32 hex digits.
///
/// Usable are up to 128 letters, digits and `- _ . : / + =`: what the common formats of ids are written in, and nothing
/// that could break a log line or a header.
#[must_use]
pub fn of(given: Option<String>, platform: &impl Platform) -> String {
    given.filter(|id| is_usable(id)).unwrap_or_else(|| fresh(platform))
}

/// The rule of [`is_usable`] for JavaScript, which answers if the wasm instance died.
#[cfg(test)]
pub(crate) const USABLE: &str = r"^[\w.:/+=-]{1,128}$";

fn is_usable(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(&byte);
    (1..=LONGEST).contains(&id.len()) && id.bytes().all(plain)
}

/// Random, not secret: it only has to differ from the others in a log.
fn fresh(platform: &impl Platform) -> String {
    (0..4).fold(String::with_capacity(32), |mut id, _| {
        // Writing to a String cannot fail.
        let _ = write!(id, "{:08x}", platform.random());
        id
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Scripted;

    #[test]
    fn a_usable_id_of_the_caller_is_kept() {
        for id in ["17", "0af7651916cd43dd8448eb211c80319c", "Root=1-67891233-abcdef012345678912345678", "a/b:c+d_e.f"]
        {
            assert_eq!(of(Some(id.to_owned()), &Scripted::default()), id);
        }
    }

    #[test]
    fn any_other_is_replaced() {
        let long = "x".repeat(129);
        for id in ["", "a b", "a\"b", "a\nb", "naïve", "payer@shop.example", "a,b", long.as_str()] {
            let given = of(Some(id.to_owned()), &Scripted::default());
            assert!(given.len() == 32 && given.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id:?} gave {given:?}");
        }
    }

    #[test]
    fn two_fresh_ids_differ() {
        let platform = Scripted::default();
        assert_ne!(of(None, &platform), of(None, &platform));
    }
}
