//! Callbacks to the merchant, with their schedule and attempts.
//!
//! A callback is sent immediately, and again after each gap of the schedule until the merchant answers 200. Citron's
//! schedule has 13 numbers (Integration Guide / Callbacks), and does not say whether they are gaps or offsets, nor
//! whether the first attempt counts; here they are gaps between attempts, and the first attempt does not count.

pub(crate) mod body;
mod disorder;

use std::collections::BTreeMap;

pub use disorder::{Delivery, Disorder};
use serde::{Deserialize, Serialize};

use crate::{
    agenda::{Agenda, Event},
    auth::Credentials,
    clock::{self, MINUTE, Millis},
    http::Effect,
    identity::Id,
    json::escape_every_text,
    profile::Schedule,
    status::Status,
    store::Store,
};

/// The most callbacks in memory.
pub const CAPACITY: usize = 2_000;

/// The longest time that a callback is held back to arrive out of order.
const MAX_HOLD: Millis = MINUTE;

/// The state of a callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It will be sent, possibly again.
    Waiting,
    /// It is held back until the next one of the same transaction was sent.
    Held,
    /// The merchant answered 200.
    Delivered,
    /// The schedule is used up.
    GivenUp,
    /// There was no callback URL.
    NotSent,
}

/// One attempt to deliver a callback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// Its time.
    #[serde(serialize_with = "clock::serialize")]
    pub at: Millis,
    /// Whether it was requested by a control call.
    pub manual: bool,
    /// The HTTP status of the merchant's answer.
    pub http_status: Option<u16>,
    /// Why there was no answer.
    pub error: Option<String>,
    /// Whether it is finished.
    pub finished: bool,
}

/// The outcome of an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The merchant answered with this HTTP status.
    Status(u16),
    /// There was no answer, for this reason.
    Error(String),
}

/// A callback and its attempts, as returned by the control calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Callback {
    /// Its id in the control calls.
    pub id: Id,
    /// UUID of the deposit or withdrawal that it is about.
    #[serde(rename = "transaction_id")]
    pub transaction: String,
    /// The status in its body.
    pub status: Status,
    /// Its state.
    pub state: State,
    /// The signed text.
    pub body: String,
    /// The time of the next attempt, if there is one.
    #[serde(rename = "due_at", serialize_with = "clock::serialize")]
    pub due: Option<Millis>,
    /// The attempts, oldest first.
    pub attempts: Vec<Attempt>,
    /// Whether the next attempt is made two times.
    #[serde(skip)]
    twice: bool,
    /// The number of used steps of the schedule.
    #[serde(skip)]
    repeats: usize,
}

/// An attempt in flight.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Flight {
    /// UUID of the callback.
    callback: String,
    /// Its index in the callback's attempts.
    attempt: usize,
    /// Whether a failure schedules the next step.
    scheduled: bool,
}

/// All callbacks, and the attempts in flight.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Callbacks {
    all: Store<Callback, CAPACITY>,
    flights: BTreeMap<u64, Flight>,
    attempts: u64,
    duplicates: u32,
    held_back: u32,
    next_delivery: Delivery,
}

impl Callbacks {
    /// Returns an empty store that continues the numbers of attempts, so that the outcome of an old attempt does not
    /// match a new one.
    pub fn cleared(&self) -> Self {
        Self { attempts: self.attempts, ..Self::default() }
    }

    /// Requests a disorder of the next callbacks; zero ends it.
    pub fn disturb(&mut self, disorder: Disorder, times: u32) {
        match disorder {
            Disorder::DuplicateCallback => self.duplicates = times,
            Disorder::CallbacksOutOfOrder => self.held_back = times,
        }
    }

    /// Returns the pending disorders and their remaining numbers.
    pub fn disorders(&self) -> impl Iterator<Item = (Disorder, u32)> {
        [(Disorder::DuplicateCallback, self.duplicates), (Disorder::CallbacksOutOfOrder, self.held_back)]
            .into_iter()
            .filter(|(_, times)| *times > 0)
    }

    /// Sets the delivery of the next callback.
    pub fn deliver_next(&mut self, delivery: Delivery) {
        self.next_delivery = delivery;
    }

    /// Adds a callback about a transaction, and schedules it.
    pub fn add(&mut self, agenda: &mut Agenda, id: Id, transaction: &Id, status: Status, body: String, now: Millis) {
        let held = self.held_back > 0;
        let delivery = core::mem::take(&mut self.next_delivery);
        let (state, due) = match delivery {
            Delivery::Late(seconds) => (State::Waiting, now.saturating_add(seconds.saturating_mul(1000))),
            _ if held => (State::Held, now.saturating_add(MAX_HOLD)),
            _ => (State::Waiting, now),
        };
        self.held_back = self.held_back.saturating_sub(1);
        agenda.add(due, Event::Callback(id.uuid.clone()));
        let callback = Callback {
            id: id.clone(),
            transaction: transaction.uuid.clone(),
            status,
            state,
            body: if delivery == Delivery::Escaped { escape_every_text(&body) } else { body },
            due: Some(due),
            attempts: Vec::new(),
            twice: delivery == Delivery::Twice,
            repeats: 0,
        };
        self.all.add(&id, callback);
    }

    /// Schedules the latest callback of a transaction once more. Returns whether there is one.
    pub fn repeat_latest(&mut self, agenda: &mut Agenda, transaction: &str, now: Millis) -> bool {
        let latest = self.all.iter_mut().filter(|callback| callback.transaction == transaction).last();
        let Some(callback) = latest else { return false };
        callback.due = Some(now);
        agenda.add(now, Event::Callback(callback.id.uuid.clone()));
        true
    }

    /// Sends a callback that was due at a time, unless it was rescheduled.
    pub fn send_due(
        &mut self,
        id: &str,
        due: Millis,
        now: Millis,
        url: Option<&str>,
        credentials: &Credentials,
    ) -> Vec<Effect> {
        let Some(callback) = self.all.get_mut(id).filter(|callback| callback.due == Some(due)) else {
            return Vec::new();
        };
        callback.due = None;
        let Some(url) = url else {
            callback.state = State::NotSent;
            return Vec::new();
        };
        callback.state = State::Waiting;
        let copies = if core::mem::take(&mut callback.twice) || self.duplicates > 0 { 2 } else { 1 };
        self.duplicates = self.duplicates.saturating_sub(1);
        (0..copies).filter_map(|copy| self.send(id, now, url, credentials, copy == 0, false)).collect()
    }

    /// Sends a callback once more for a control call. `None` if it is not in memory.
    pub fn resend(&mut self, id: &str, now: Millis, url: &str, credentials: &Credentials) -> Option<Effect> {
        self.send(id, now, url, credentials, false, true)
    }

    fn send(
        &mut self,
        id: &str,
        now: Millis,
        url: &str,
        credentials: &Credentials,
        scheduled: bool,
        manual: bool,
    ) -> Option<Effect> {
        let callback = self.all.get_mut(id)?;
        self.attempts += 1;
        let flight = Flight { callback: id.to_owned(), attempt: callback.attempts.len(), scheduled };
        self.flights.insert(self.attempts, flight);
        callback.attempts.push(Attempt { at: now, manual, http_status: None, error: None, finished: false });
        let mut headers = vec![("Content-Type", "application/json".to_owned())];
        headers.extend(credentials.sign(&callback.body));
        Some(Effect::Deliver { attempt: self.attempts, url: url.to_owned(), headers, body: callback.body.clone() })
    }

    /// Records the outcome of an attempt. A failed one is repeated after the next gap of `schedule`. Returns a line for
    /// the log.
    pub fn finish(
        &mut self,
        agenda: &mut Agenda,
        flight: u64,
        outcome: Outcome,
        schedule: Schedule,
        now: Millis,
    ) -> Option<String> {
        let Flight { callback: id, attempt, scheduled } = self.flights.remove(&flight)?;
        let callback = self.all.get_mut(&id)?;
        let attempt = callback.attempts.get_mut(attempt)?;
        attempt.finished = true;
        let note = match outcome {
            Outcome::Status(status) => attempt.http_status.insert(status).to_string(),
            Outcome::Error(reason) => attempt.error.insert(reason).clone(),
        };
        let mut line = format!("callback {} of {}: {note}", callback.status, callback.transaction);
        if attempt.http_status == Some(200) {
            callback.state = State::Delivered;
            callback.due = None;
        } else if scheduled && callback.state == State::Waiting {
            match schedule.minutes().get(callback.repeats) {
                Some(minutes) => {
                    callback.repeats += 1;
                    let due = attempt.at.saturating_add(minutes * MINUTE);
                    callback.due = Some(due);
                    agenda.add(due, Event::Callback(id));
                    line.push_str(&format!(", next attempt {minutes} min after this one"));
                }
                None => {
                    callback.state = State::GivenUp;
                    line.push_str(", given up");
                }
            }
        }
        let transaction = callback.transaction.clone();
        self.release(agenda, &transaction, now);
        Some(line)
    }

    /// Schedules the callbacks of a transaction that were held back.
    fn release(&mut self, agenda: &mut Agenda, transaction: &str, now: Millis) {
        for callback in self.all.iter_mut() {
            if callback.state == State::Held && callback.transaction == transaction {
                callback.state = State::Waiting;
                callback.due = Some(now);
                agenda.add(now, Event::Callback(callback.id.uuid.clone()));
            }
        }
    }

    /// Whether attempts are in flight.
    pub fn in_flight(&self) -> bool {
        !self.flights.is_empty()
    }

    /// Returns the store of callbacks.
    pub fn all(&self) -> &Store<Callback, CAPACITY> {
        &self.all
    }

    /// Returns the callbacks, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Callback> {
        self.all.iter()
    }
}
