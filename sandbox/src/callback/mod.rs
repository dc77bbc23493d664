//! Callbacks: what is sent to the merchant, when, and how it went.
//!
//! A callback is sent at once and, until the merchant answers 200, again after each of 13 gaps (Integration Guide /
//! Callbacks). The documentation does not say whether the numbers are gaps or offsets, nor whether the first sending
//! counts; here they are gaps from one attempt to the next, and the first sending does not count.

pub(crate) mod body;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    agenda::{Agenda, Event},
    auth::Credentials,
    clock::{MINUTE, Millis},
    http::Effect,
    identity::Id,
};

/// Minutes between one attempt and the next.
pub const SCHEDULE: [i64; 13] = [1, 5, 10, 15, 20, 30, 60, 90, 120, 150, 180, 210, 240];

/// Callbacks that are remembered; the oldest are forgotten first.
const CAPACITY: usize = 2_000;

/// How long a callback is held back at most, when it is to arrive out of order.
const HELD: Millis = MINUTE;

/// What became of a callback.
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When it was made.
    pub at: Millis,
    /// Whether it was asked for by hand.
    pub manual: bool,
    /// What came of it; nothing while it is under way.
    pub outcome: Option<Outcome>,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The merchant answered with this HTTP status.
    Status(u16),
    /// There was no answer, for this reason.
    Error(String),
}

/// A callback and everything that was tried with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    /// Its id in the control calls.
    pub id: Id,
    /// UUID of the deposit or withdrawal that it tells of.
    pub transaction: String,
    /// The status that it tells.
    pub status: &'static str,
    /// The exact text that is signed and sent.
    pub body: String,
    /// What became of it.
    pub state: State,
    /// When it is due, if it is.
    pub due: Option<Millis>,
    /// In the order in which they were made.
    pub attempts: Vec<Attempt>,
    /// Steps of the schedule that were used.
    repeats: usize,
}

/// A disorder that a test asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disorder {
    /// Each attempt is made twice.
    DuplicateCallback,
    /// A callback is held back until the next one of the same transaction was sent.
    CallbacksOutOfOrder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Flight {
    callback: u64,
    /// Which of the callback's attempts it is.
    attempt: usize,
    /// Whether a failure leads on to the next step of the schedule.
    scheduled: bool,
}

/// Every callback, and the attempts that are under way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Callbacks {
    all: BTreeMap<u64, Callback>,
    flights: BTreeMap<u64, Flight>,
    flown: u64,
    duplicates: u32,
    held_back: u32,
}

impl Callbacks {
    /// Nothing remembered any more. Attempts are numbered on, so that one that comes back later is taken for no new one.
    #[must_use]
    pub fn forgotten(&self) -> Self {
        Self { flown: self.flown, ..Self::default() }
    }

    /// Asks for a disorder of the next few callbacks; zero ends it.
    pub fn disturb(&mut self, disorder: Disorder, times: u32) {
        match disorder {
            Disorder::DuplicateCallback => self.duplicates = times,
            Disorder::CallbacksOutOfOrder => self.held_back = times,
        }
    }

    /// The disorders that are still to come, with their number.
    #[must_use]
    pub fn disorders(&self) -> Vec<(Disorder, u32)> {
        [(Disorder::DuplicateCallback, self.duplicates), (Disorder::CallbacksOutOfOrder, self.held_back)]
            .into_iter()
            .filter(|(_, times)| *times > 0)
            .collect()
    }

    /// Puts a callback into the queue.
    pub fn enqueue(
        &mut self,
        agenda: &mut Agenda,
        id: Id,
        transaction: &str,
        status: &'static str,
        body: String,
        now: Millis,
    ) {
        let held = self.held_back > 0;
        let (state, due) = if held { (State::Held, now.saturating_add(HELD)) } else { (State::Waiting, now) };
        self.held_back = self.held_back.saturating_sub(1);
        let serial = id.serial;
        agenda.add(due, Event::Callback { callback: serial });
        let transaction = transaction.to_owned();
        let callback =
            Callback { id, transaction, status, body, state, due: Some(due), attempts: Vec::new(), repeats: 0 };
        self.all.insert(serial, callback);
        if self.all.len() > CAPACITY {
            self.all.pop_first();
        }
    }

    /// A callback's time has come: sends it, unless it was dealt with in the meantime.
    pub fn fall_due(
        &mut self,
        serial: u64,
        due: Millis,
        now: Millis,
        url: Option<&str>,
        credentials: &Credentials,
    ) -> Vec<Effect> {
        let Some(callback) = self.all.get_mut(&serial).filter(|callback| callback.due == Some(due)) else {
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
        (0..copies).filter_map(|copy| self.depart(serial, now, url, credentials, copy == 0, false)).collect()
    }

    /// Sends a callback once more, by hand. `None` if it is not remembered.
    pub fn resend(&mut self, id: &str, now: Millis, url: &str, credentials: &Credentials) -> Option<Effect> {
        let serial = self.get(id)?.id.serial;
        self.depart(serial, now, url, credentials, false, true)
    }

    fn depart(
        &mut self,
        serial: u64,
        now: Millis,
        url: &str,
        credentials: &Credentials,
        scheduled: bool,
        manual: bool,
    ) -> Option<Effect> {
        let callback = self.all.get_mut(&serial)?;
        self.flown += 1;
        self.flights.insert(self.flown, Flight { callback: serial, attempt: callback.attempts.len(), scheduled });
        callback.attempts.push(Attempt { at: now, manual, outcome: None });
        let mut headers = vec![("Content-Type", "application/json".to_owned())];
        headers.extend(credentials.sign(&callback.body));
        Some(Effect::Deliver { attempt: self.flown, url: url.to_owned(), headers, body: callback.body.clone() })
    }

    /// An attempt came to its end. Gives a line for the log.
    pub fn land(&mut self, agenda: &mut Agenda, flight: u64, outcome: Outcome, now: Millis) -> Option<String> {
        let Flight { callback: serial, attempt, scheduled } = self.flights.remove(&flight)?;
        let callback = self.all.get_mut(&serial)?;
        let delivered = outcome == Outcome::Status(200);
        let note = match &outcome {
            Outcome::Status(status) => status.to_string(),
            Outcome::Error(reason) => reason.clone(),
        };
        let made = callback.attempts.get_mut(attempt)?;
        let started = made.at;
        made.outcome = Some(outcome);
        let mut line = format!("callback {} of {}: {note}", callback.status, callback.transaction);
        if delivered {
            callback.state = State::Delivered;
            callback.due = None;
        } else if scheduled && callback.state == State::Waiting {
            match SCHEDULE.get(callback.repeats) {
                Some(minutes) => {
                    callback.repeats += 1;
                    let due = started.saturating_add(minutes * MINUTE);
                    callback.due = Some(due);
                    agenda.add(due, Event::Callback { callback: serial });
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

    /// Lets go what was held back behind another callback of the same transaction.
    fn release(&mut self, agenda: &mut Agenda, transaction: &str, now: Millis) {
        for (serial, callback) in &mut self.all {
            if callback.state == State::Held && callback.transaction == transaction {
                callback.state = State::Waiting;
                callback.due = Some(now);
                agenda.add(now, Event::Callback { callback: *serial });
            }
        }
    }

    /// Whether attempts are under way.
    #[must_use]
    pub fn in_flight(&self) -> bool {
        !self.flights.is_empty()
    }

    /// The callback with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Callback> {
        self.all.values().find(|callback| callback.id.uuid == id)
    }

    /// The callbacks, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Callback> {
        self.all.values()
    }
}
