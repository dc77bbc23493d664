//! Texts with arguments.

use maud::{Markup, PreEscaped, html};

/// A text with the placeholders `{0}` to `{N - 1}`, each exactly once.
#[derive(Debug, Clone, Copy)]
pub struct Template<const N: usize>(&'static str);

impl<const N: usize> Template<N> {
    /// Returns the template of a text. A constant with a missing or duplicate placeholder, or with a character that
    /// HTML reserves, does not compile.
    pub const fn new(text: &'static str) -> Self {
        let (mut rest, mut count, mut seen) = (text.as_bytes(), 0, 0);
        while let [first, after @ ..] = rest {
            rest = after;
            if let (b'{', [digit @ b'0'..=b'9', b'}', ..]) = (*first, after) {
                count += 1;
                seen |= 1 << (*digit - b'0');
            } else {
                assert!(!matches!(first, b'{' | b'<' | b'>' | b'&' | b'"'), "HTML reserves this character");
            }
        }
        assert!(count == N && seen == (1 << N) - 1, "each placeholder must appear exactly once");
        Self(text)
    }

    /// Inserts plain text, for a title.
    pub fn text(self, arguments: [&str; N]) -> String {
        let mut filled = String::new();
        // Every second piece is the number of a placeholder.
        for (index, piece) in self.0.split(['{', '}']).enumerate() {
            filled.push_str(match index % 2 {
                0 => piece,
                _ => piece.parse().ok().and_then(|number: usize| arguments.get(number)).copied().unwrap_or_default(),
            });
        }
        filled
    }

    /// Inserts markup. Foreign text, names and amounts are [`isolated`].
    pub fn html(self, arguments: [&Markup; N]) -> Markup {
        PreEscaped(self.text(arguments.map(|argument| argument.0.as_str())))
    }
}

/// Renders a name or an amount so that its direction does not affect the text around it.
pub fn isolated(text: &str) -> Markup {
    html! { bdi { (text) } }
}

/// A text that names the merchant, and its form if the setting `MERCHANT_NAME` is empty: a general noun would need
/// another grammatical case in each text.
#[derive(Debug, Clone, Copy)]
pub struct MerchantText {
    /// The text with the merchant's name.
    pub named: Template<1>,
    /// The text without it.
    pub unnamed: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_replace_their_placeholders_in_any_order() {
        const TEMPLATE: Template<2> = Template::new("{1} before {0}.");
        assert_eq!(TEMPLATE.text(["a", "{0}"]), "{0} before a.");
        let html = TEMPLATE.html([&isolated("<b>"), &isolated("12.5")]);
        assert_eq!(html.0, "<bdi>12.5</bdi> before <bdi>&lt;b&gt;</bdi>.");
    }
}
