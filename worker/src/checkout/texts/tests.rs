use super::{
    languages::{DEFAULT, LANGUAGES},
    *,
};

/// Returns the texts in the order of their fields, without dates and times. `Debug` prints each as a string literal.
fn strings(texts: &Texts) -> Vec<String> {
    let all = format!("{texts:?}");
    let all = all.split_once("unnamed").unwrap().1;
    all.split('"').skip(1).step_by(2).map(unescaped).collect()
}

/// Replaces the escapes of `Debug`, such as `\u{a0}`.
fn unescaped(text: &str) -> String {
    let mut pieces = text.split("\\u{");
    let mut all = pieces.next().unwrap().to_owned();
    for (code, rest) in pieces.map(|piece| piece.split_once('}').unwrap()) {
        all.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
        all.push_str(rest);
    }
    all
}

/// Returns each text of a language with the English one.
fn pairs(texts: &Texts) -> Vec<(String, String)> {
    let (english, other) = (strings(DEFAULT), strings(texts));
    assert_eq!(english.len(), other.len(), "{}", texts.language);
    english.into_iter().zip(other).collect()
}

#[test]
fn there_are_nine_languages() {
    let tags: Vec<&str> = LANGUAGES.iter().map(|texts| texts.language).collect();
    assert_eq!(tags, ["en", "ar", "de", "es", "fr", "pt", "ru", "tr", "zh"]);
    for texts in LANGUAGES {
        assert_eq!(texts.direction, if texts.language == "ar" { "rtl" } else { "ltr" });
    }
}

#[test]
fn no_text_is_empty_or_in_english() {
    for texts in LANGUAGES {
        for (english, text) in pairs(texts) {
            assert!(!text.trim().is_empty(), "{}: {english}", texts.language);
            if texts.language != DEFAULT.language && english.contains(char::is_whitespace) {
                assert_ne!(text, english, "{}", texts.language);
            }
        }
    }
}

#[test]
fn punctuation_follows_the_english_text() {
    let last = |text: &str| match text.chars().last() {
        Some('.' | '。') => '.',
        Some('?' | '？' | '؟') => '?',
        _ => ' ',
    };
    for texts in LANGUAGES {
        for (english, text) in pairs(texts) {
            assert_eq!(last(&text), last(&english), "{}: {text}", texts.language);
            assert_eq!(text.trim(), text);
            assert!(!text.contains("  ") && !text.contains(['"', '<', '>', '&']), "{text}");
            let hidden = |character: &char| citrn::is_control_or_format(*character);
            assert_eq!(text.chars().find(hidden), None, "{text}");
        }
    }
}

/// The money at stake is part of a text in every language.
#[test]
fn a_text_about_lost_or_charged_money_says_so_in_every_language() {
    for (tag, lost, charged) in [
        ("en", ["lost", "lost"], "charged"),
        ("ar", ["ضيع", "يضِع"], "يُخصم"),
        ("de", ["verloren", "verloren"], "abgebucht"),
        ("es", ["perder", "perdido"], "cobrado"),
        ("fr", ["perdu", "perdu"], "débité"),
        ("pt", ["perdid", "perdid"], "cobrado"),
        ("ru", ["потерян", "потерян"], "списаны"),
        ("tr", ["kaybol", "kaybol"], "para çekilmedi"),
        ("zh", ["丢失", "丢失"], "扣款"),
    ] {
        let texts = Texts::of_tag(tag).unwrap();
        for (english, text) in pairs(texts) {
            let says_lost = lost.iter().any(|stem| text.contains(stem));
            assert_eq!(says_lost, english.contains("lost"), "{tag}: {english}: {text}");
            assert_eq!(text.contains(charged), english.contains("charged"), "{tag}: {english}: {text}");
            assert_eq!(text.contains("Citron"), english.contains("Citron"), "{tag}: {text}");
            assert_eq!(text.contains("QR"), english.contains("QR") && tag != "zh", "{tag}: {text}");
        }
    }
}
