//! Time grows no faster than the lists of the checkout.

use std::time::Instant;

use super::*;

/// Whether twice as much takes at most 2.5 times as long.
fn is_linear(single: Duration, double: Duration) -> bool {
    double * 2 <= single * 5
}

/// Measures sizes 1, 2 and 4 times `size`: the shortest of several runs each, and all again when the machine was busy.
#[track_caller]
fn assert_linear(size: usize, prepare: impl Fn(usize) -> Box<dyn Fn()>) {
    let works = [1, 2, 4].map(|times| prepare(size * times));
    let mut measured = Vec::new();
    for _ in 0..4 {
        let [one, two, four] = works.each_ref().map(|work| {
            let run = || {
                let began = Instant::now();
                work();
                began.elapsed()
            };
            (0..5).map(|_| run()).min().unwrap()
        });
        if is_linear(one, two) && is_linear(two, four) {
            return;
        }
        measured.push([one, two, four]);
    }
    panic!("sizes 1, 2 and 4 take {measured:?}");
}

fn listing(entries: impl Iterator<Item = String>) -> &'static str {
    Box::leak(format!(r#"{{"data":[{}]}}"#, entries.collect::<Vec<_>>().join(",")).into_boxed_str())
}

#[test]
fn the_picker_takes_time_in_proportion_to_the_gateways_list() {
    for entry in [
        |number: usize| format!(r#"{{"currency":"COIN{number}","type":"crypto"}}"#),
        |number: usize| format!(r#"{{"currency":"COIN{}","type":"crypto"}}"#, number % 250),
        |number: usize| format!(r#"{{"currency":"F{number}","type":"fiat"}}"#),
    ] {
        assert_linear(2_000, |size| {
            let platform = Scripted::default();
            let url = link_with(&platform, "");
            let usdt = r#"{"currency":"USDTT"}"#.to_owned();
            platform.lists(listing((0..size).map(entry).chain([usdt])));
            Box::new(move || assert_eq!(ask(&platform, get(&url)).status, 200))
        });
    }
}

#[test]
fn the_status_takes_time_in_proportion_to_the_payers_deposits() {
    assert_linear(200, |size| {
        let platform = gateway(&[CREATED]);
        let url = link(&platform, "");
        assert_eq!(ask(&platform, pay(&url, "coin=USDTT")).status, 200);
        for id in 1..=size {
            ask(&platform, deposit(u32::try_from(id).unwrap(), "not_confirmed", MINE));
        }
        Box::new(move || {
            let page = ask(&platform, get(&format!("{url}/status")));
            assert_eq!(page.body.matches("<section").count(), 40);
        })
    });
}

#[test]
fn a_picker_shows_a_few_hundred_coins_of_a_list_of_any_length() {
    let platform = Scripted::default();
    let url = link_with(&platform, "");
    platform.lists(listing((0..38_000).map(|number| format!(r#"{{"currency":"COIN{number}"}}"#))));
    let page = ask(&platform, get(&url));
    assert_eq!(page.body.matches("type=\"radio\"").count(), super::super::coins::MOST_LISTED);
    assert!(page.body.contains("value=\"COIN0\"") && page.body.contains("value=\"COIN299\""));
    assert_trouble(&ask(&platform, pay(&url, "coin=COIN37999")), 422, "coin_not_offered");
}

#[test]
fn a_link_may_name_a_coin_beyond_those_that_are_kept_of_a_long_list() {
    let platform = Scripted::default();
    platform.lists(listing((0..1_000).map(|number| format!(r#"{{"currency":"COIN{number}"}}"#))));
    ask(&platform, get(&link_with(&platform, "")));
    let url = link_with(&platform, r#","coins":["COIN999"]"#);
    assert!(ask(&platform, get(&url)).body.contains("value=\"COIN999\""));
}
