//! The deposits on a link's status page.

use std::collections::BTreeSet;

use super::*;

const DAY: Duration = Duration::from_secs(86_400);

/// A callback of a deposit whose amount is its id, so that the page identifies it.
fn callback(id: usize, status: &str, customer: Option<&str>, address: Option<&str>) -> Sent {
    let sent = json!({"currency": "USDTT", "amount": id.to_string()});
    let mut to = json!({"currency": "USDTT"});
    for (name, value) in [("foreign_id", customer), ("address", address)] {
        if let Some(value) = value {
            to[name] = json!(value);
        }
    }
    let body = json!({"id": id, "type": "deposit", "status": status, "currency_sent": sent, "crypto_address": to});
    Sent::callback(body.to_string().as_bytes())
}

/// Returns the ids of the deposits on a status page, in its order.
fn on_page(platform: &Scripted, status: &str) -> Vec<usize> {
    let page = send(platform, get(status));
    assert_eq!(page.status, 200, "{}", page.body);
    let amounts = page.body.split("<h2>").skip(1).map(|rest| rest.split(' ').next().unwrap().parse().unwrap());
    amounts.collect()
}

/// Starts a redirect session.
fn redirect(platform: &Scripted, url: &str) {
    platform.then(&[CREATED]);
    assert_eq!(send(platform, pay(url, "coin=USDTT&mode=redirect")).status, 200);
}

/// Starts a session with the address T1.
fn address(platform: &Scripted, url: &str) {
    platform.then(&[TAKEN]);
    assert_eq!(send(platform, pay(url, "coin=USDTT&mode=address")).status, 200);
}

const MINE: Option<&str> = Some("user-17");
const OTHER: Option<&str> = Some("user-18");

#[test]
fn an_expired_link_does_not_show_later_deposits_through_other_channels() {
    let platform = gateway(&[]);
    let url = link(&platform, r#","expires_in":2"#);
    redirect(&platform, &url);
    let status = format!("{url}/status");
    platform.pass(DAY);
    send(&platform, callback(1, "not_confirmed", MINE, Some("T9")));
    platform.pass(Duration::from_millis(1));
    send(&platform, callback(2, "confirmed", MINE, Some("T9")));
    assert_eq!(on_page(&platform, &status), [1], "the first arrived within a day, the second later");
    platform.pass(2 * DAY);
    send(&platform, callback(1, "confirmed", MINE, Some("T9")));
    assert_eq!(on_page(&platform, &status), [1], "a deposit that was shown stays");
    assert!(send(&platform, get(&status)).body.contains("Confirmed by the network"));
}

#[test]
fn a_later_session_extends_the_period_of_shown_deposits() {
    let platform = gateway(&[]);
    let url = link(&platform, r#","expires_in":2592000"#);
    redirect(&platform, &url);
    platform.pass(3 * DAY);
    send(&platform, callback(1, "confirmed", MINE, None));
    assert_eq!(on_page(&platform, &format!("{url}/status")), Vec::<usize>::new());
    redirect(&platform, &url);
    platform.pass(DAY);
    send(&platform, callback(2, "confirmed", MINE, None));
    assert_eq!(on_page(&platform, &format!("{url}/status")), [2, 1], "both arrived within a day of the latest session");
}

#[test]
fn a_link_that_only_showed_addresses_shows_only_deposits_to_them() {
    let platform = gateway(&[]);
    let url = link(&platform, r#","mode":"address","expires_in":60"#);
    address(&platform, &url);
    let status = format!("{url}/status");
    send(&platform, callback(1, "confirmed", MINE, Some("T9")));
    send(&platform, callback(2, "confirmed", MINE, None));
    send(&platform, callback(3, "confirmed", OTHER, Some("T1")));
    assert_eq!(on_page(&platform, &status), Vec::<usize>::new());
    platform.pass(5 * DAY);
    send(&platform, callback(4, "confirmed", MINE, Some("T1")));
    platform.pass(Duration::from_millis(1));
    send(&platform, callback(5, "confirmed", None, Some("t1")));
    assert_eq!(on_page(&platform, &status), [5, 4], "an address that the link showed stays the link's");
}

#[test]
fn a_pending_deposit_is_not_displaced_by_later_ones() {
    let platform = gateway(&[]);
    let url = link(&platform, r#","expires_in":2592000"#);
    redirect(&platform, &url);
    let confirm = |ids: core::ops::RangeInclusive<usize>| {
        for id in ids {
            platform.pass(Duration::from_secs(1));
            send(&platform, callback(id, "confirmed", MINE, None));
        }
    };
    confirm(1..=1);
    platform.pass(Duration::from_secs(1));
    send(&platform, callback(2, "not_confirmed", MINE, None));
    confirm(3..=40);
    let latest: Vec<usize> = (21..=40).rev().collect();
    assert_eq!(on_page(&platform, &format!("{url}/status")), [latest.clone(), vec![2]].concat());
    send(&platform, callback(2, "confirmed", MINE, None));
    assert_eq!(on_page(&platform, &format!("{url}/status")), latest);
}

/// The sessions, addresses and callbacks of a link, with times in milliseconds.
#[derive(Default)]
struct Model {
    sessions: Vec<u128>,
    has_redirects: bool,
    addresses: BTreeSet<&'static str>,
    /// Deposit, time, customer, address.
    callbacks: Vec<(usize, u128, Option<&'static str>, Option<&'static str>)>,
}

impl Model {
    fn shows(&self, id: usize) -> bool {
        let all: Vec<_> = self.callbacks.iter().filter(|callback| callback.0 == id).collect();
        let (Some(first), Some(began)) = (all.first().map(|callback| callback.1), self.sessions.first()) else {
            return false;
        };
        let is_mine = all.iter().any(|callback| callback.2 == MINE);
        let is_at_address = all.iter().any(|(_, _, customer, address)| {
            *customer != OTHER && address.is_some_and(|address| self.addresses.contains(address))
        });
        let in_time = self.has_redirects && first <= self.sessions.last().unwrap() + DAY.as_millis();
        first >= *began && (is_at_address || (is_mine && in_time))
    }
}

#[test]
fn for_any_timeline_the_shown_deposits_are_those_of_the_rule() {
    for seed in 1..=40 {
        let mut random = Random(seed * 0x9E37_79B9);
        let platform = gateway(&[]);
        let lifetime = random.pick(&[3_600, 200_000, 2_592_000]);
        let url = link(&platform, &format!(r#","mode":"both","expires_in":{lifetime}"#));
        let (mut model, mut shown) = (Model::default(), BTreeSet::new());
        let mut status_token = None;
        for _ in 0..24 {
            // Longer than a session, so that every choice starts a new one.
            platform.pass(Duration::from_secs(random.pick(&[601, 3_600, 40_000, 86_400, 100_000])));
            let now = platform.clock().as_millis();
            let can_begin = platform.clock() < Duration::from_secs(lifetime);
            match random.below(4) {
                0 if can_begin => {
                    redirect(&platform, &url);
                    status_token = Some(sent_return_url(&platform));
                    model.has_redirects = true;
                    model.sessions.push(now);
                }
                1 if can_begin => {
                    let (reply, address) = random.pick(&[(TAKEN_A, "A"), (TAKEN_B, "B")]);
                    platform.then(&[Turn::Answers(200, reply)]);
                    assert_eq!(send(&platform, pay(&url, "coin=USDTT&mode=address")).status, 200);
                    model.addresses.insert(address);
                    model.sessions.push(now);
                }
                _ => {
                    let (customer, address) = (
                        random.pick(&[MINE, MINE, OTHER, None]),
                        random.pick(&[Some("A"), Some("B"), Some("C"), None]),
                    );
                    let id = 1 + random.below(6);
                    let status = random.pick(&["not_confirmed", "confirmed", "cancelled"]);
                    send(&platform, callback(id, status, customer, address));
                    model.callbacks.push((id, now, customer, address));
                }
            }
            if model.sessions.is_empty() {
                continue;
            }
            let expected: BTreeSet<usize> = (1..=6).filter(|id| model.shows(*id)).collect();
            let found: BTreeSet<usize> = on_page(&platform, &format!("{url}/status")).into_iter().collect();
            assert_eq!(found, expected, "seed {seed} at {now}");
            assert!(found.is_superset(&shown), "seed {seed} at {now}: {shown:?} were shown before");
            shown = found;
        }
        if let Some(status) = status_token {
            assert_eq!(on_page(&platform, &status).into_iter().collect::<BTreeSet<_>>(), shown, "seed {seed}");
        }
    }
}

const TAKEN_A: &str = r#"{"address":"A"}"#;
const TAKEN_B: &str = r#"{"address":"B"}"#;
