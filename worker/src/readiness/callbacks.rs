//! The check `callbacks`: whether the gateway's callbacks arrive.

use core::{cell::Cell, time::Duration};

use futures_util::FutureExt;

use crate::{
    bindings::Runtime,
    clock::{milliseconds, rfc3339},
    http::{Problem, problem::Check},
    inbox::{
        Silence,
        creations::{first_creation_after, latest_callback, note},
    },
};

/// The minimum time between two notes of this instance.
const NOTE_INTERVAL: Duration = Duration::from_secs(60);

/// The observations of this instance of the Worker.
#[derive(Debug, Default)]
pub struct CallbackMonitor {
    invalid_signatures: Cell<u32>,
    noted_at: Cell<Option<Duration>>,
}

impl CallbackMonitor {
    /// Counts a callback with an invalid signature. Nothing is stored for it, since anyone can send one.
    pub fn count_invalid_signature(&self) {
        self.invalid_signatures.set(self.invalid_signatures.get().saturating_add(1));
    }

    pub(super) fn invalid_signatures(&self) -> Option<u32> {
        Some(self.invalid_signatures.get())
    }

    /// Notes the creation of a payment or an address after the answer, unless one was noted within a minute.
    pub fn note_creation<P: Runtime>(&self, platform: &P) {
        let now = platform.now();
        // After the clock was set back, the time of the latest note means nothing.
        let since_note = self.noted_at.get().and_then(|at| now.checked_sub(at));
        if since_note.is_some_and(|since| since < NOTE_INTERVAL) {
            return;
        }
        self.noted_at.set(Some(now));
        let inbox = platform.clone();
        // A lost note only delays a warning.
        platform.keep_alive(async move { drop(note(&inbox).await) }.boxed_local());
    }
}

/// Checks that a callback arrived since payments or addresses were created. Silence is a warning: the payers may not
/// have paid.
pub(super) async fn check<P: Runtime>(platform: &P, silence: Silence) -> Check {
    let check = |finding| Check::new("callbacks", true, finding);
    match read(platform, silence).await {
        Ok((latest, is_silent)) => {
            let result = if is_silent {
                let hours = silence.hours;
                let detail = format!(
                    "No callback arrived for {hours} hours, although payments or addresses were created. Payers may \
                     simply not have paid. If one has, check the callback URL at the gateway, and that nothing in \
                     front of this Worker blocks it."
                );
                check(Some(("silent", detail)))
            } else {
                check(None)
            };
            Check { latest_at: latest.map(rfc3339), ..result }
        }
        // The check of the deliveries fails if the inbox does.
        Err(problem) => check(Some((&problem.code, problem.detail.clone()))),
    }
}

/// Returns the time of the latest callback, and whether the first creation since then is too long ago.
async fn read<P: Runtime>(platform: &P, silence: Silence) -> Result<(Option<i64>, bool), Problem> {
    let latest = latest_callback(platform).await?;
    let too_long_ago = milliseconds(platform.now().saturating_sub(silence.span()));
    if latest.is_some_and(|at| at > too_long_ago) {
        return Ok((latest, false));
    }
    let created = first_creation_after(platform, latest.unwrap_or_default()).await?;
    Ok((latest, created.is_some_and(|at| at <= too_long_ago)))
}
