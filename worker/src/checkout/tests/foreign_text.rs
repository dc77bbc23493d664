//! Text from the gateway on pages is bounded, and contains no control or format characters.

use super::*;

/// Control, format and separator characters, and some others.
const CHARACTERS: &[char] = &[
    '\0',
    '\u{1b}',
    '\u{7f}',
    '\u{85}',
    '\t',
    '\n',
    '\r',
    '\u{ad}',
    '\u{61c}',
    '\u{200b}',
    '\u{200f}',
    '\u{2028}',
    '\u{2029}',
    '\u{202e}',
    '\u{2066}',
    '\u{2069}',
    '\u{feff}',
    '\u{e0041}',
    ' ',
    'a',
    'Z',
    '9',
    'é',
    '漢',
    '😀',
    '<',
    '&',
    '"',
    '\'',
];

fn leak(value: &Value) -> &'static str {
    Box::leak(value.to_string().into_boxed_str())
}

fn any_text(random: &mut Random, most: usize) -> String {
    (0..random.below(most + 1)).map(|_| random.pick(CHARACTERS)).collect()
}

#[track_caller]
fn assert_readable(page: &Answer, most: usize) {
    let hidden = page.body.chars().find(|character| {
        character.is_control() && *character != '\n'
            || matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0041}')
    });
    assert_eq!(hidden, None, "{}", page.body);
    assert!(page.body.len() < most, "{}", page.body.len());
}

#[test]
fn names_of_coins_and_networks_are_short_and_contain_no_hidden_characters() {
    let mut random = Random(11);
    for _ in 0..60 {
        let entry = |number: usize, random: &mut Random| {
            let most = random.pick(&[3, 30, 300]);
            json!({"currency": format!("C{number}"), "name": any_text(random, most), "network": any_text(random, most)})
        };
        let list: Vec<Value> = (0..10).map(|number| entry(number, &mut random)).collect();
        let platform = Scripted::of(&[TAKEN]);
        platform.lists(leak(&json!({"data": list})));
        let url = link_with(&platform, r#","mode":"address""#);
        let page = send(&platform, get(&url));
        assert_eq!(page.body.matches("type=\"radio\"").count(), 10, "no coin is dropped because of its name");
        assert_readable(&page, 20_000);
        assert_readable(&send(&platform, pay(&url, "coin=C3")), 20_000);
    }
}

#[test]
fn one_coin_cannot_fill_the_page() {
    let long = "x".repeat(3_000_000);
    for entry in [
        json!({"currency": "NEW", "name": long}),
        json!({"currency": "NEW", "network": long}),
        json!({"currency": "NEW", "minimum_amount": "1".repeat(3_000_000)}),
        json!({"currency": "NEW", "type": long}),
    ] {
        let platform = Scripted::default();
        platform.lists(leak(&json!({"data": [entry]})));
        let page = send(&platform, get(&link_with(&platform, "")));
        assert!(page.status == 200 && page.body.contains("value=\"NEW\""), "{}", page.status);
        assert_readable(&page, 15_000);
    }
}

#[test]
fn invalid_amounts_and_currencies_of_callbacks_are_not_shown() {
    for (amount, currency, shown) in [
        ("12.5", "USDTT", "12.5 USDT on Tron"),
        ("12.5", "US\u{202e}DT", "A deposit"),
        ("12.5", "USDTT\u{200b}", "A deposit"),
        ("12.5", "X".repeat(33).as_str(), "A deposit"),
        ("1".repeat(100_000).as_str(), "USDTT", "A deposit"),
    ] {
        let platform = gateway(&[CREATED]);
        let url = link(&platform, "");
        assert_eq!(send(&platform, pay(&url, "coin=USDTT")).status, 200);
        let sent = json!({"currency": currency, "amount": amount});
        let to = json!({"currency": currency, "foreign_id": "user-17"});
        let body =
            json!({"id": 1, "type": "deposit", "status": "confirmed", "currency_sent": sent, "crypto_address": to});
        send(&platform, Sent::callback(body.to_string().as_bytes()));
        let page = send(&platform, get(&format!("{url}/status")));
        assert!(page.body.contains(&format!("<h2>{shown}</h2>")), "{}", page.body);
        assert_readable(&page, 15_000);
    }
}

#[test]
fn an_address_a_memo_or_a_url_with_hidden_characters_never_reaches_a_page() {
    let mut random = Random(12);
    for _ in 0..60 {
        let hidden = random.pick(&CHARACTERS[..18]);
        let bad: String = ["T1", &hidden.to_string(), "x"].concat();
        let reply = match random.below(3) {
            0 => json!({"address": bad}),
            1 => json!({"address": "T1", "memo": bad}),
            _ => json!({"redirect_url": format!("https://pay.example/{bad}"), "session_id": "s"}),
        };
        let form = if reply.get("address").is_some() { "coin=USDTT&mode=address" } else { "coin=USDTT&mode=redirect" };
        let platform = gateway(&[Turn::Answers(200, leak(&reply))]);
        let url = link(&platform, r#","mode":"both""#);
        let page = send(&platform, pay(&url, form));
        assert!(page.status >= 500 || !page.body.contains(hidden), "{hidden:?}: {}", page.body);
        assert_readable(&page, 20_000);
    }
}

#[test]
fn a_long_reason_of_the_gateway_stays_out_of_pages_and_problems() {
    let long = "x".repeat(300_000);
    for reply in [
        json!({"error_code": long}),
        json!({"error_code": "coin_not_found", "message": long}),
        json!({"errors": {long.as_str(): long}}),
        json!({"error_code": "coin_\u{202e}found", "message": "\u{1b}[2J\u{202e}"}),
    ] {
        for accept in ["text/html", "application/json"] {
            let platform = gateway(&[Turn::Answers(400, leak(&reply))]);
            let url = link(&platform, "");
            let answer = send(&platform, pay(&url, "coin=USDTT").with("Accept", accept));
            assert!(answer.status >= 400, "{}", answer.status);
            assert_readable(&answer, 15_000);
        }
    }
}
