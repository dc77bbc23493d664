//! The language of the pages.

use super::*;
use crate::checkout::texts::languages::{DEFAULT, LANGUAGES};

fn language(page: &Answer) -> &str {
    page.body.split_once("<html lang=\"").unwrap().1.split('"').next().unwrap()
}

/// Returns the URLs within the checkout that a page leads to.
fn own_urls(page: &Answer) -> Vec<String> {
    let attributes = ["href=\"", "action=\""].map(|name| page.body.split(name).skip(1)).into_iter().flatten();
    let urls = attributes.map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&"));
    urls.filter(|url| url.starts_with("/c/")).collect()
}

/// Returns a page of every kind for a payer with a language, as the payer receives it.
fn pages(tag: &str) -> Vec<(&'static str, Answer)> {
    let platform = gateway(&[CREATED, TAKEN_WITH_MEMO, Turn::Answers(500, "")]);
    let url = link_with(&platform, r#","coins":["USDTT","XRP"],"mode":"both""#);
    let get = |path: &str| {
        let request = get(&format!("{url}{path}")).with("Accept-Language", tag);
        platform.run(app(&platform, &[]).serve(request)).0
    };
    let pay = |form: &str| {
        let request = pay(&url, form).with("Accept-Language", tag);
        platform.run(app(&platform, &[]).serve(request)).0
    };
    let mut pages = vec![
        ("picker", get("")),
        ("redirect", pay("coin=USDTT")),
        ("address", pay("coin=XRP&mode=address")),
        ("waiting", get("/status")),
    ];
    for (id, status) in [(1, "confirmed"), (2, "cancelled"), (3, "not_confirmed")] {
        send(&platform, deposit(id, status, r#","foreign_id":"user-17""#));
    }
    platform.pass(Duration::from_secs(180));
    pages.extend([
        ("status", get("/status")),
        ("no such page", get("/x")),
        ("not offered", pay("coin=NOPE")),
        ("gateway failed", pay("coin=XRP")),
        ("invalid", get("x")),
    ]);
    platform.pass(Duration::from_secs(3_600));
    pages.push(("expired", get("")));
    pages
}

const TAKEN_WITH_MEMO: Turn = Turn::Answers(200, r#"{"address":"rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh","tag":"17"}"#);

#[test]
fn the_url_then_the_browser_then_the_setting_select_the_language() {
    let platform = gateway(&[]);
    let url = link(&platform, "");
    for (query, accepted, setting, expected) in [
        ("", None, None, "en"),
        ("", None, Some("ru"), "ru"),
        ("", Some("nl"), Some("ru"), "ru"),
        ("", Some("*"), Some("ru"), "ru"),
        ("", Some("en;q=0.5, tr;q=0.6"), Some("ru"), "tr"),
        ("?lang=zh", Some("tr"), Some("ru"), "zh"),
        ("?lang=xx", Some("tr"), Some("ru"), "tr"),
    ] {
        let app = app(&platform, &[("CHECKOUT_LANGUAGE", setting)]);
        for path in ["", "/status", "/x", "y"] {
            let request = get(&format!("{url}{path}{query}")).with("Accept-Language", accepted.unwrap_or_default());
            let (page, _) = platform.run(app.serve(request));
            assert_eq!(language(&page), expected, "{path}{query} {accepted:?} {setting:?}");
        }
    }
}

#[test]
fn every_page_is_in_the_language_of_its_payer() {
    let english: Vec<Answer> = pages("en").into_iter().map(|(_, page)| page).collect();
    for texts in LANGUAGES {
        for ((name, page), english) in pages(texts.language).into_iter().zip(&english) {
            let tag = texts.language;
            let start = format!("<html lang=\"{tag}\" dir=\"{}\">", texts.direction);
            assert!(page.body.contains(&start), "{tag}, {name}: {}", page.body);
            assert_eq!(page.status, english.status, "{tag}, {name}: {}", page.body);
            let lines = |page: &Answer| {
                let (_, body) = page.body.split_once("<main>").unwrap();
                let (body, _) = body.split_once("</footer>").unwrap();
                body.split(['<', '>'])
                    .filter(|text| text.trim().contains(' ') && !text.contains('='))
                    .map(str::to_owned)
                    .collect()
            };
            let (own, english): (Vec<String>, Vec<String>) = (lines(&page), lines(english));
            let same: Vec<&String> = own.iter().filter(|text| english.contains(text)).collect();
            let names =
                |text: &&&String| [" UTC", "XRP Ledger", "Test &amp; Shop"].iter().any(|name| text.contains(name));
            let untranslated: Vec<_> = same.iter().filter(|text| !names(text) && tag != DEFAULT.language).collect();
            assert!(untranslated.is_empty(), "{tag}, {name}: {untranslated:?}");
        }
    }
}

#[test]
fn amounts_names_and_addresses_are_the_same_isolated_text_in_every_language() {
    for texts in LANGUAGES {
        let pages = pages(texts.language);
        for (name, parts) in [
            ("picker", &["<bdi>5</bdi> <bdi>USDT</bdi>", "<bdi>Tron</bdi>", "<bdi>Test &amp; Shop</bdi>"][..]),
            (
                "address",
                &[
                    "<bdi>XRP</bdi>",
                    "<bdi>XRP Ledger</bdi>",
                    r#"<code id="memo" dir="ltr">17</code>"#,
                    r#"<code id="address" dir="ltr"><b>rEb8TK</b><span>3gBgk5auZkwc6sHnwrGVJH</span><b>8DuaLh</b></code>"#,
                ],
            ),
            ("status", &["<bdi>12.5</bdi> <bdi>USDT</bdi>", "<bdi>Tron</bdi>", " UTC</bdi></time>"]),
        ] {
            let (_, page) = pages.iter().find(|(other, _)| *other == name).unwrap();
            for part in parts {
                assert!(page.body.contains(part), "{}, {name}, {part}: {}", texts.language, page.body);
            }
        }
        for (name, page) in pages {
            let digit = page.body.chars().find(|digit| digit.is_numeric() && !digit.is_ascii());
            assert_eq!(digit, None, "{}, {name}: {}", texts.language, page.body);
        }
    }
}

#[test]
fn a_selected_language_is_part_of_every_link_and_form() {
    for selection in ["", "lang=ar"] {
        let platform = gateway(&[CREATED, TAKEN, Turn::Answers(500, "")]);
        let url = link(&platform, r#","mode":"both""#);
        let query = if selection.is_empty() { String::new() } else { format!("?{selection}") };
        let pages = [
            (1, send(&platform, get(&format!("{url}{query}")))),
            (1, send(&platform, pay(&format!("{url}{query}"), "coin=USDTT"))),
            (2, send(&platform, pay(&format!("{url}{query}"), "coin=USDTT&mode=address"))),
            (4, send(&platform, get(&format!("{url}/status{query}")))),
            (1, send(&platform, get(&format!("{url}/x{query}")))),
            (1, send(&platform, pay(&format!("{url}{query}"), "coin=NOPE"))),
        ];
        for (count, page) in &pages {
            assert_eq!(language(page), if selection.is_empty() { "en" } else { "ar" });
            let urls = own_urls(page);
            assert_eq!(urls.len(), *count, "{urls:?}");
            for url in urls {
                let (_, query) = url.split_once('?').unwrap_or_default();
                assert!(
                    [selection.to_owned(), format!("refresh=off&{selection}")]
                        .iter()
                        .any(|all| { query == all.trim_end_matches('&') }),
                    "{url}"
                );
            }
        }
        assert!(pages[0].1.body.contains("method=\"post\""));
    }
}

#[test]
fn a_payer_returns_from_the_gateway_to_the_selected_language() {
    let platform = gateway(&[CREATED]);
    let url = link(&platform, "");
    assert_eq!(send(&platform, pay(&format!("{url}?lang=de-AT"), "coin=USDTT")).status, 200);
    let back = sent_return_url(&platform);
    assert!(back.ends_with("/status?lang=de"), "{back}");
    let page = send(&platform, get(&format!("{back}&session=1")));
    assert_eq!((page.status, language(&page)), (200, "de"));
}

#[test]
fn a_program_receives_the_explanation_in_the_language() {
    let platform = gateway(&[]);
    let url = link(&platform, "");
    let request = pay(&format!("{url}?lang=es"), "coin=NOPE").with("Accept", "application/json");
    let problem: Value = serde_json::from_str(&send(&platform, request).body).unwrap();
    assert_eq!(
        (&problem["code"], &problem["title"]),
        (&json!("coin_not_offered"), &json!("Coin not offered by the checkout link"))
    );
    assert!(problem["detail"].as_str().unwrap().starts_with("La criptomoneda no está disponible"), "{problem}");
}

#[test]
fn the_style_has_no_property_of_the_left_or_right_side() {
    let page = pages("ar").remove(0).1;
    let style = page.body.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    for side in ["left", "right"] {
        assert!(!style.contains(side), "{style}");
    }
}
