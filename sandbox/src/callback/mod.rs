//! Callbacks to the merchant: their schedule and their attempts.
//!
//! A callback is sent immediately and, until the merchant answers 200, again after each of 13 gaps (Integration Guide /
//! Callbacks). The documentation does not say whether the numbers are gaps or offsets, nor whether the first sending
//! counts; here they are gaps from one attempt to the next, and the first sending does not count.

pub(crate) mod body;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    agenda::{Agenda, Event},
    auth::Credentials,
    clock::{self, MINUTE, Millis},
    http::Effect,
    identity::Id,
    status::Status,
    store::Store,
};

/// Minutes between one attempt and the next.
const SCHEDULE: [i64; 13] = [1, 5, 10, 15, 20, 30, 60, 90, 120, 150, 180, 210, 240];

/// Callbacks that are remembered.
pub const CAPACITY: usize = 2_000;

/// How long a callback is held back at most, when it is to arrive out of order.
const HELD: Millis = MINUTE;

/// The state of a callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It will be sent, for the first time or again.
    Waiting,
    /// It is held back, so that the next one of the same transaction overtakes it.
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
    /// When it was made.
    #[serde(serialize_with = "clock::serialize")]
    pub at: Millis,
    /// Whether it was requested by hand.
    pub manual: bool,
    /// The HTTP status that the merchant answered.
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

/// A callback and its attempts, as the control calls show it.
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
    /// The exact text that is signed and sent.
    pub body: String,
    /// When it is due, if it is.
    #[serde(rename = "due_at", serialize_with = "clock::serialize")]
    pub due: Option<Millis>,
    /// In the order in which they were made.
    pub attempts: Vec<Attempt>,
    /// Steps of the schedule that were used.
    #[serde(skip)]
    repeats: usize,
}

/// A disorder that a test wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disorder {
    /// Each attempt is made twice.
    DuplicateCallback,
    /// A callback is held back until the next one of the same transaction was sent.
    CallbacksOutOfOrder,
}

/// An attempt under way.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Flight {
    /// UUID of the callback.
    callback: String,
    /// Which of the callback's attempts it is.
    attempt: usize,
    /// Whether the next step of the schedule follows a failure.
    scheduled: bool,
}

/// Every callback, and the attempts that are under way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Callbacks {
    all: Store<Callback, CAPACITY>,
    flights: BTreeMap<u64, Flight>,
    flown: u64,
    duplicates: u32,
    held_back: u32,
}

impl Callbacks {
    /// No callbacks. Attempts are numbered on, so that one that comes back later is taken for no new one.
    pub fn forgotten(&self) -> Self {
        Self { flown: self.flown, ..Self::default() }
    }

    /// Requests a disorder of the next few callbacks; zero ends it.
    pub fn disturb(&mut self, disorder: Disorder, times: u32) {
        match disorder {
            Disorder::DuplicateCallback => self.duplicates = times,
            Disorder::CallbacksOutOfOrder => self.held_back = times,
        }
    }

    /// The disorders that are still to come, with their number.
    pub fn disorders(&self) -> impl Iterator<Item = (Disorder, u32)> {
        [(Disorder::DuplicateCallback, self.duplicates), (Disorder::CallbacksOutOfOrder, self.held_back)]
            .into_iter()
            .filter(|(_, times)| *times > 0)
    }

    /// Adds a callback with this id about a transaction, and puts it into the agenda.
    pub fn add(&mut self, agenda: &mut Agenda, id: Id, transaction: &Id, status: Status, body: String, now: Millis) {
        let held = self.held_back > 0;
        let (state, due) = if held { (State::Held, now.saturating_add(HELD)) } else { (State::Waiting, now) };
        self.held_back = self.held_back.saturating_sub(1);
        agenda.add(due, Event::Callback(id.uuid.clone()));
        let callback = Callback {
            id: id.clone(),
            transaction: transaction.uuid.clone(),
            status,
            state,
            body,
            due: Some(due),
            attempts: Vec::new(),
            repeats: 0,
        };
        self.all.add(&id, callback);
    }

    /// Sends a callback that was due at a moment, unless that changed in the meantime.
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
        let copies = if self.duplicates > 0 { 2 } else { 1 };
        self.duplicates = self.duplicates.saturating_sub(1);
        (0..copies).filter_map(|copy| self.send(id, now, url, credentials, copy == 0, false)).collect()
    }

    /// Sends a callback once more, by hand. `None` if it is not remembered.
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
        self.flown += 1;
        let flight = Flight { callback: id.to_owned(), attempt: callback.attempts.len(), scheduled };
        self.flights.insert(self.flown, flight);
        callback.attempts.push(Attempt { at: now, manual, http_status: None, error: None, finished: false });
        let mut headers = vec![("Content-Type", "application/json".to_owned())];
        headers.extend(credentials.sign(&callback.body));
        Some(Effect::Deliver { attempt: self.flown, url: url.to_owned(), headers, body: callback.body.clone() })
    }

    /// Takes in the outcome of an attempt. Returns a line for the log.
    pub fn finish(&mut self, agenda: &mut Agenda, flight: u64, outcome: Outcome, now: Millis) -> Option<String> {
        let Flight { callback: id, attempt, scheduled } = self.flights.remove(&flight)?;
        let callback = self.all.get_mut(&id)?;
        let made = callback.attempts.get_mut(attempt)?;
        made.finished = true;
        let note = match outcome {
            Outcome::Status(status) => made.http_status.insert(status).to_string(),
            Outcome::Error(reason) => made.error.insert(reason).clone(),
        };
        let mut line = format!("callback {} of {}: {note}", callback.status, callback.transaction);
        if made.http_status == Some(200) {
            callback.state = State::Delivered;
            callback.due = None;
        } else if scheduled && callback.state == State::Waiting {
            match SCHEDULE.get(callback.repeats) {
                Some(minutes) => {
                    callback.repeats += 1;
                    let due = made.at.saturating_add(minutes * MINUTE);
                    callback.due = Some(due);
                    agenda.add(due, Event::Callback(id));
                    line.push_str(&format!(", again {minutes} min after this attempt"));
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

    /// Releases the callbacks that were held back behind another one of the same transaction.
    fn release(&mut self, agenda: &mut Agenda, transaction: &str, now: Millis) {
        for callback in self.all.iter_mut() {
            if callback.state == State::Held && callback.transaction == transaction {
                callback.state = State::Waiting;
                callback.due = Some(now);
                agenda.add(now, Event::Callback(callback.id.uuid.clone()));
            }
        }
    }

    /// Whether attempts are under way.
    pub fn in_flight(&self) -> bool {
        !self.flights.is_empty()
    }

    /// Every callback that is remembered.
    pub fn all(&self) -> &Store<Callback, CAPACITY> {
        &self.all
    }

    /// The callbacks, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Callback> {
        self.all.iter()
    }
}
