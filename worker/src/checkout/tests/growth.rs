//! The checkout's running time is linear in the length of its lists.

use std::time::Instant;

use super::*;

/// The factor between the two sizes: large, so that a quadratic cost differs from a linear one by far more than the noise
/// of a busy machine.
const FACTOR: usize = 16;

/// Measures a size and `FACTOR` times that size, with the shortest of several runs each, until the growth is linear.
/// The larger one may take 4 times as long as linear growth; a quadratic cost takes up to 16 times as long.
#[track_caller]
fn assert_linear(size: usize, prepare: impl Fn(usize) -> Box<dyn Fn()>) {
    let works = [size, size * FACTOR].map(prepare);
    let mut shortest = [Duration::MAX; 2];
    for _ in 0..6 {
        for (shortest, work) in shortest.iter_mut().zip(&works) {
            let began = Instant::now();
            work();
            *shortest = began.elapsed().min(*shortest);
        }
        if shortest[1] <= shortest[0] * 64 {
            return;
        }
    }
    panic!("{size} entries take {:?}, {FACTOR} times as many {:?}", shortest[0], shortest[1]);
}

fn listing(entries: impl Iterator<Item = String>) -> &'static str {
    Box::leak(format!(r#"{{"data":[{}]}}"#, entries.collect::<Vec<_>>().join(",")).into_boxed_str())
}

#[test]
fn the_picker_takes_linear_time_in_the_gateways_list() {
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
            Box::new(move || assert_eq!(send(&platform, get(&url)).status, 200))
        });
    }
}

#[test]
fn the_status_takes_linear_time_in_the_payers_deposits() {
    assert_linear(100, |size| {
        let platform = gateway(&[CREATED]);
        let url = link(&platform, "");
        assert_eq!(send(&platform, pay(&url, "coin=USDTT")).status, 200);
        for id in 1..=size {
            send(&platform, deposit(u32::try_from(id).unwrap(), "not_confirmed", MINE));
        }
        Box::new(move || {
            let page = send(&platform, get(&format!("{url}/status")));
            assert_eq!(page.body.matches("<section").count(), 40);
        })
    });
}

#[test]
fn a_picker_shows_at_most_300_coins() {
    let platform = Scripted::default();
    let url = link_with(&platform, "");
    platform.lists(listing((0..38_000).map(|number| format!(r#"{{"currency":"COIN{number}"}}"#))));
    let page = send(&platform, get(&url));
    assert_eq!(page.body.matches("type=\"radio\"").count(), super::super::coin_list::MOST_LISTED);
    assert!(page.body.contains("value=\"COIN0\"") && page.body.contains("value=\"COIN299\""));
    assert_payer_error(&send(&platform, pay(&url, "coin=COIN37999")), 422, "coin_not_offered");
}

#[test]
fn a_link_may_name_a_coin_beyond_the_first_300_of_the_list() {
    let platform = Scripted::default();
    platform.lists(listing((0..1_000).map(|number| format!(r#"{{"currency":"COIN{number}"}}"#))));
    send(&platform, get(&link_with(&platform, "")));
    let url = link_with(&platform, r#","coins":["COIN999"]"#);
    assert!(send(&platform, get(&url)).body.contains("value=\"COIN999\""));
}
