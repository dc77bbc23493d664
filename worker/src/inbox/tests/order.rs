//! The order of deliveries within a transaction while the merchant's endpoint fails.

use core::time::Duration;
use std::{cell::RefCell, collections::HashMap, rc::Rc};

use citrn::Platform;
use futures_util::future::join;
use serde_json::Value;

use super::{DAY, Scripted, authorized, body, call, list, store};
use crate::{clock::milliseconds, storage::object::DurableObject, testing::Random};

/// The attempts after which a delivery is parked.
const ATTEMPTS: u32 = 16;

/// One attempt as the merchant's endpoint received it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Attempt {
    /// Transaction, status and note, which identify an event within a test.
    event: (String, String, u32),
    superseded: bool,
    is_taken: bool,
}

/// A merchant whose endpoint answers each event with the statuses of a rule, and records the attempts.
fn merchant(platform: &Scripted, refusals: impl Fn(&str, u32) -> Vec<u16> + 'static) -> Rc<RefCell<Vec<Attempt>>> {
    let attempts: Rc<RefCell<Vec<Attempt>>> = Rc::default();
    let seen = Rc::clone(&attempts);
    let counts: RefCell<HashMap<(String, String, u32), usize>> = RefCell::default();
    platform.merchant_answers(move |delivery| {
        let payload: Value = serde_json::from_str(delivery).unwrap();
        let data = &payload["data"];
        let text = |name: &str| data[name].as_str().unwrap().to_owned();
        let note = data["callback"]["note"].as_f64().unwrap();
        let event = (text("callback_id"), text("status"), note as u32);
        let mut counts = counts.borrow_mut();
        let count = counts.entry(event.clone()).or_default();
        let answer = refusals(&event.1, event.2).get(*count).copied().unwrap_or(200);
        *count += 1;
        let superseded = data["superseded"].as_bool().unwrap();
        seen.borrow_mut().push(Attempt { event, superseded, is_taken: answer == 200 });
        answer
    });
    attempts
}

fn statuses(attempts: &RefCell<Vec<Attempt>>) -> Vec<(String, bool)> {
    attempts.borrow().iter().map(|attempt| (attempt.event.1.clone(), attempt.superseded)).collect()
}

fn row(status: &str, superseded: bool) -> (String, bool) {
    (status.to_owned(), superseded)
}

#[test]
fn a_final_event_overtakes_one_that_is_not_final_and_failed_three_times() {
    for refusal in [400, 401, 404, 410, 422, 500] {
        let platform = Scripted::default();
        let attempts =
            merchant(&platform, move |status, _| if status == "not_confirmed" { vec![refusal; 4] } else { vec![] });
        store(&platform, &body(17, "not_confirmed", 1));
        store(&platform, &body(17, "confirmed", 1));
        platform.alarms_until(Duration::from_secs(120));
        let first = [
            row("not_confirmed", false),
            row("not_confirmed", false),
            row("not_confirmed", false),
            row("confirmed", false),
        ];
        assert_eq!(statuses(&attempts), first, "{refusal}");
        let waiting = &list(&platform, "?state=pending")["data"][0];
        assert_eq!((&waiting["status"], &waiting["superseded"]), (&"not_confirmed".into(), &true.into()));
        assert_eq!(waiting["delivery"]["attempts"], 3);
        platform.alarms_until(DAY);
        assert_eq!(statuses(&attempts)[4..], [row("not_confirmed", true), row("not_confirmed", true)], "{refusal}");
        assert_eq!(list(&platform, "?state=delivered")["data"].as_array().unwrap().len(), 2);
    }
}

#[test]
fn a_final_event_that_arrives_late_overtakes_immediately() {
    let platform = Scripted::default();
    let attempts = merchant(&platform, |status, _| if status == "confirmed" { vec![] } else { vec![422; 100] });
    store(&platform, &body(17, "not_confirmed", 1));
    store(&platform, &body(17, "processing", 1));
    platform.alarms_until(DAY);
    let failed = attempts.borrow().len();
    assert!(failed > 3 && attempts.borrow().iter().all(|attempt| attempt.event.1 == "not_confirmed"));
    store(&platform, &body(17, "confirmed", 1));
    platform.alarms_until(platform.clock());
    assert_eq!(statuses(&attempts)[failed..], [row("confirmed", false)]);
    platform.alarms_until(DAY * 10);
    // The overtaken events follow in order, each until it is parked.
    let after = &statuses(&attempts)[failed + 1..];
    assert!(after.iter().all(|(_, superseded)| *superseded));
    assert!(after.is_sorted_by_key(|(status, _)| status == "processing"));
    let parked = &list(&platform, "?state=parked")["data"];
    assert_eq!([&parked[0]["delivery"]["attempts"], &parked[1]["delivery"]["attempts"]], [ATTEMPTS, ATTEMPTS]);
}

#[test]
fn events_that_may_not_overtake_wait() {
    // An event that is not final waits for its turn, and no event overtakes a final one.
    for (first, second) in [("not_confirmed", "processing"), ("confirmed", "cancelled"), ("confirmed", "processing")] {
        let platform = Scripted::default();
        let attempts = merchant(&platform, move |status, _| if status == first { vec![400; 5] } else { vec![] });
        store(&platform, &body(17, first, 1));
        store(&platform, &body(17, second, 1));
        platform.alarms_until(DAY);
        let order: Vec<String> = statuses(&attempts).into_iter().map(|(status, _)| status).collect();
        assert_eq!(order, [[first; 6].as_slice(), &[second]].concat());
    }
}

#[test]
fn a_final_event_waits_for_a_running_attempt_and_is_never_sent_concurrently() {
    let platform = Scripted::default();
    // The fourth attempt gets no answer for ten seconds.
    let attempts = merchant(&platform, |status, _| if status == "confirmed" { vec![] } else { vec![500, 500, 500, 0] });
    store(&platform, &body(17, "not_confirmed", 1));
    platform.alarms_until(Duration::from_secs(100));
    let object = super::object(17);
    let shard = platform.inbox(object);
    let at = platform.alarms()[&object];
    platform.pass(Duration::from_millis(u64::try_from(at).unwrap()) - platform.clock());
    let meanwhile = async {
        platform.sleep(Duration::from_secs(1)).await;
        let app = super::app(&platform);
        assert_eq!(app.serve(super::Sent::callback(&body(17, "confirmed", 1))).await.0.status, 200);
        assert_eq!(attempts.borrow().len(), 4);
    };
    platform.set_alarm(object, shard.alarm_fired());
    let (next, ()) = platform.run(join(shard.work(), meanwhile));
    assert_eq!(statuses(&attempts)[3..], [row("not_confirmed", false), row("confirmed", false)]);
    platform.set_alarm(object, next.unwrap());
    platform.alarms_until(DAY);
    assert_eq!(statuses(&attempts)[5..], [row("not_confirmed", true)]);
}

#[test]
fn an_overtaken_event_can_be_redelivered() {
    let platform = Scripted::default();
    let attempts = merchant(&platform, |status, _| if status == "confirmed" { vec![] } else { vec![400; 4] });
    store(&platform, &body(17, "not_confirmed", 1));
    store(&platform, &body(17, "confirmed", 1));
    platform.alarms_until(Duration::from_secs(120));
    assert_eq!(call(&platform, authorized("POST", "/v1/callbacks/17/redeliver")).0, 202);
    platform.alarms_until(DAY);
    let again = [row("not_confirmed", true), row("not_confirmed", true), row("confirmed", false)];
    assert_eq!(statuses(&attempts)[4..], again);
}

/// A step in the history of the inbox.
enum Step {
    Arrived(usize),
    Attempted(Attempt),
}

#[test]
fn any_sequence_of_events_and_failures_is_delivered_in_order_and_delays_no_final_event() {
    let mut overtaken = 0;
    for seed in 0..100 {
        let random = &mut Random(seed);
        let platform = Scripted::default();
        platform.change("INBOX_RETENTION_DAYS", Some("3650"));
        let mut plan = HashMap::new();
        let mut events: Vec<(String, String, u32)> = Vec::new();
        let mut at = Vec::new();
        for note in 0..u32::try_from(1 + random.below(7)).unwrap() {
            let status =
                random.pick(&["not_confirmed", "processing", "not_confirmed", "confirmed", "cancelled"]).to_owned();
            let refusal = random.pick(&[400_u16, 404, 410, 422, 429, 500, 1]);
            plan.insert((status.clone(), note), vec![refusal; random.pick(&[0, 0, 1, 2, 3, 4, 8, 100])]);
            events.push((random.pick(&["17", "18"]).to_owned(), status, note));
            let latest = random.pick(&[2, 60, 7_200, 200_000]);
            at.push(Duration::from_secs(u64::try_from(random.below(latest)).unwrap()));
        }
        at.sort();
        let rule = plan.clone();
        let seen = merchant(&platform, move |status, note| rule[&(status.to_owned(), note)].clone());
        let mut steps = Vec::new();
        let drain = |steps: &mut Vec<Step>| steps.extend(seen.take().into_iter().map(Step::Attempted));
        for (number, (event, at)) in events.iter().zip(&at).enumerate() {
            platform.alarms_until(*at);
            platform.pass(at.saturating_sub(platform.clock()));
            drain(&mut steps);
            steps.push(Step::Arrived(number));
            store(&platform, &body(event.0.parse().unwrap(), &event.1, event.2));
        }
        platform.alarms_until(DAY * 30);
        drain(&mut steps);
        overtaken += check(seed, &events, &steps);
        let page = list(&platform, "?limit=100");
        for event in page["data"].as_array().unwrap() {
            let note = event["callback"]["note"].as_f64().unwrap() as u32;
            let refused = u32::try_from(plan[&(event["status"].as_str().unwrap().to_owned(), note)].len()).unwrap();
            let (state, attempts) = if refused < ATTEMPTS { ("delivered", refused + 1) } else { ("parked", ATTEMPTS) };
            assert_eq!(
                (&event["delivery"]["state"], &event["delivery"]["attempts"]),
                (&state.into(), &attempts.into())
            );
        }
    }
    assert!(overtaken > 15, "{overtaken}");
}

/// Compares the events with the rule; returns how many were overtaken.
fn check(seed: u64, events: &[(String, String, u32)], steps: &[Step]) -> usize {
    let is_final = |event: usize| matches!(events[event].1.as_str(), "confirmed" | "cancelled");
    let mut arrived: Vec<usize> = Vec::new();
    let mut settled: Vec<usize> = Vec::new();
    let mut failures: HashMap<usize, u32> = HashMap::new();
    let mut superseded: Vec<usize> = Vec::new();
    let mut overtaken = 0;
    for step in steps {
        let attempt = match step {
            Step::Arrived(new) => {
                let same = |event: &&usize| events[**event].0 == events[*new].0;
                if !is_final(*new) && arrived.iter().filter(same).any(|event| is_final(*event)) {
                    superseded.push(*new);
                }
                arrived.push(*new);
                continue;
            }
            Step::Attempted(attempt) => attempt,
        };
        let event = events.iter().position(|event| *event == attempt.event).unwrap();
        let unsettled: Vec<usize> = arrived
            .iter()
            .copied()
            .filter(|other| events[*other].0 == attempt.event.0 && !settled.contains(other))
            .collect();
        let failed = |event: &usize| failures.get(event).copied().unwrap_or(0);
        let is_held_back = |event: &usize| !is_final(*event) && failed(event) >= 3;
        let first_final = unsettled.iter().copied().find(|event| is_final(*event));
        let expected = match first_final {
            // A final event that has overtaken others keeps its turn.
            Some(first) if unsettled.iter().any(is_held_back) => first,
            _ => unsettled[0],
        };
        assert_eq!(event, expected, "seed {seed}: {attempt:?} of {events:?}");
        if is_final(event) {
            let passed = |other: &usize| *other < event && !is_final(*other) && !superseded.contains(other);
            let passed: Vec<usize> = unsettled.iter().copied().filter(passed).collect();
            overtaken += passed.len();
            superseded.extend(passed);
        }
        assert_eq!(attempt.superseded, superseded.contains(&event), "seed {seed}: {attempt:?} of {events:?}");
        if attempt.is_taken {
            settled.push(event);
        } else {
            *failures.entry(event).or_default() += 1;
            if failures[&event] == ATTEMPTS {
                settled.push(event);
            }
        }
    }
    assert_eq!(settled.len(), events.len(), "seed {seed}: {events:?}");
    overtaken
}

#[test]
fn one_alarm_makes_at_most_900_attempts_and_the_next_one_follows_immediately() {
    let platform = Scripted::default();
    let object = super::object(17);
    for id in (0..).filter(|id| super::object(*id) == object).take(1_000) {
        store(&platform, &body(id, "confirmed", 1));
    }
    let shard = platform.inbox(object);
    for (delivered, next) in [(900, Some(milliseconds(platform.clock()))), (100, None)] {
        let alarm = platform.run(shard.run_due_work());
        assert_eq!(platform.delivered().len(), delivered);
        assert!(next.is_none() || alarm == next, "{alarm:?}");
    }
}
