//! The available languages, and their selection: the URL's parameter `lang`, then `Accept-Language`, then the setting `CHECKOUT_LANGUAGE`.

use form_urlencoded::parse;

use super::{Texts, ar, de, en, es, fr, pt, ru, tr, zh};

/// The available languages.
pub const LANGUAGES: &[&Texts] =
    &[&en::TEXTS, &ar::TEXTS, &de::TEXTS, &es::TEXTS, &fr::TEXTS, &pt::TEXTS, &ru::TEXTS, &tr::TEXTS, &zh::TEXTS];

/// The language of a page if nothing selects one.
pub const DEFAULT: &Texts = &en::TEXTS;

/// The parameter that selects a language.
pub const PARAMETER: &str = "lang";

/// The number of ranges of an `Accept-Language` header that are read. Browsers send fewer, and the time for more grows
/// with the square of their number.
const MOST_RANGES: usize = 32;

impl Texts {
    /// Returns the texts of a language tag such as `pt` or `pt-BR`, if its language is available.
    pub fn of_tag(tag: &str) -> Option<&'static Self> {
        let primary = tag.split('-').next().unwrap_or_default().trim();
        LANGUAGES.iter().copied().find(|texts| texts.language.eq_ignore_ascii_case(primary))
    }

    /// Returns the texts that a URL selects. A gateway may have added its own parameters, so others are ignored.
    pub fn of_url(url: &str) -> Option<&'static Self> {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        parse(query.as_bytes()).find_map(|(name, value)| Self::of_tag(&value).filter(|_| name == PARAMETER))
    }

    /// Returns the available language with the highest weight in an `Accept-Language` header (RFC 9110, section
    /// 12.5.4); of equal ones, the first. `*` is the default, or another language, if the header does not name it.
    pub fn accepted(header: &str, default: &'static Self) -> Option<&'static Self> {
        let ranges: Vec<(&str, Option<u32>)> = header.split(',').take(MOST_RANGES).map(range).collect();
        let is_named = |texts: &Self| {
            ranges.iter().any(|(tag, _)| Self::of_tag(tag).is_some_and(|named| named.language == texts.language))
        };
        let any = || [default].into_iter().chain(LANGUAGES.iter().copied()).find(|texts| !is_named(texts));
        let texts = |tag: &str| if tag == "*" { any() } else { Self::of_tag(tag) };
        let weighted = ranges.iter().filter_map(|(tag, weight)| Some((weight.filter(|weight| *weight > 0)?, *tag)));
        let candidates = weighted.filter_map(|(weight, tag)| Some((weight, texts(tag)?)));
        // `max_by_key` would return the last of equal ones.
        candidates.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, texts)| texts)
    }
}

/// Splits a range from its weight in thousandths; `None` if that is not a weight.
fn range(text: &str) -> (&str, Option<u32>) {
    match text.split_once(';') {
        Some((tag, weight)) => (tag.trim(), thousandths(weight.trim())),
        None => (text.trim(), Some(1_000)),
    }
}

fn thousandths(parameter: &str) -> Option<u32> {
    let weight = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="))?;
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let has_form =
        matches!(whole, "0" | "1") && fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let weight = format!("{whole}{fraction:0<3}").parse().ok()?;
    (has_form && weight <= 1_000).then_some(weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(header: &str, default: &str) -> Option<&'static str> {
        Texts::accepted(header, Texts::of_tag(default).unwrap()).map(|texts| texts.language)
    }

    #[test]
    fn the_language_with_the_highest_weight_is_selected() {
        for (header, expected) in [
            ("de-DE,de;q=0.9,en;q=0.8", Some("de")),
            ("en;q=0.8, de-DE;q=0.9", Some("de")),
            ("en;q=0.8,tr;q=0.8", Some("en")),
            ("nl, fr-CA;q=0.5", Some("fr")),
            ("PT-br", Some("pt")),
            ("zh-Hant-TW;q=1.000 , en ; q=0.999", Some("zh")),
            ("en;q=0.001,es;Q=0.01", Some("es")),
            ("ru;q=0", None),
            ("ru;q=0.000, ar;q=0.", None),
            ("de;q=2, en;q=0.1", Some("en")),
            ("de;q=-1, en;q=0.1", Some("en")),
            ("de;q=0.1234, en;q=0.1", Some("en")),
            ("de;x=1, en;q=0.1", Some("en")),
            ("nl, sv", None),
            ("deutsch", None),
            (",;,q=1,", None),
            ("", None),
        ] {
            assert_eq!(accepted(header, "en"), expected, "{header}");
        }
    }

    #[test]
    fn a_wildcard_is_a_language_that_the_header_does_not_name() {
        for (header, default, expected) in [
            ("*", "ru", "ru"),
            ("de;q=0.5, *;q=0.4", "ru", "de"),
            ("de;q=0.5, *;q=0.6", "ru", "ru"),
            ("ru;q=0, *", "ru", "en"),
            ("en;q=0, *", "en", "ar"),
        ] {
            assert_eq!(accepted(header, default), Some(expected), "{header}");
        }
    }

    #[test]
    fn the_ranges_of_an_endless_header_are_not_all_read() {
        let header = |ranges: usize| format!("{}de", "nl,".repeat(ranges));
        assert_eq!(accepted(&header(MOST_RANGES - 1), "en"), Some("de"));
        assert_eq!(accepted(&header(MOST_RANGES), "en"), None);
        // Without the limit, this takes minutes.
        assert_eq!(accepted(&"*,".repeat(60_000), "ru"), Some("ru"));
    }

    #[test]
    fn a_url_selects_the_first_available_language() {
        for (url, expected) in [
            ("https://pay.example/c/x?lang=de", Some("de")),
            ("https://pay.example/c/x/status?refresh=off&lang=AR-EG&lang=de", Some("ar")),
            ("https://pay.example/c/x?lang=nl&lang=tr", Some("tr")),
            ("https://pay.example/c/x?lang=de?session=1", None),
            ("https://pay.example/c/x?language=de", None),
            ("https://pay.example/c/x?lang=", None),
            ("https://pay.example/c/x", None),
        ] {
            assert_eq!(Texts::of_url(url).map(|texts| texts.language), expected, "{url}");
        }
    }
}
