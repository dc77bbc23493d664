//! Dates, and times relative to now ("in 58 minutes"), in a language.

use maud::{Markup, html};

use super::{Template, template::isolated};
use crate::clock::rfc3339;

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// The forms of a counted noun, with `#` for the number, in the order of [`Times::plural`].
pub type Forms = &'static [&'static str];

/// Dates and times in a language.
#[derive(Debug)]
pub struct Times {
    /// The index of a number's plural form (CLDR's plural rules, for whole numbers).
    pub plural: fn(u64) -> usize,
    pub seconds: Forms,
    pub minutes: Forms,
    pub hours: Forms,
    pub days: Forms,
    /// A time in the future: the duration until then.
    pub future: Template<1>,
    /// A time in the past: the duration since then.
    pub past: Template<1>,
    /// A time within the next minute.
    pub within_a_minute: &'static str,
    /// A time within the last minute.
    pub just_now: &'static str,
    /// A date and time: day, month, year, time of day with its time zone.
    pub date: Template<4>,
    /// The months as they appear in a date.
    pub months: [&'static str; 12],
}

impl Times {
    /// Returns a number with its noun, such as "58 minutes".
    pub fn count(&self, number: u64, forms: Forms) -> String {
        let form = forms.get((self.plural)(number)).copied().unwrap_or_default();
        form.replace('#', &number.to_string())
    }

    /// Returns a time relative to now, both in milliseconds since the epoch. Durations are rounded down, so a link
    /// never expires earlier than its page says.
    pub fn relative(&self, at: i64, now: i64) -> String {
        let duration = at.abs_diff(now);
        let (unit, forms) = match duration {
            0..MINUTE_MS if at > now => return self.within_a_minute.to_owned(),
            0..MINUTE_MS => return self.just_now.to_owned(),
            // A unit begins at two, since "in 1 hour" could be almost two hours.
            MINUTE_MS.. if duration < 2 * HOUR_MS => (MINUTE_MS, self.minutes),
            MINUTE_MS.. if duration < 2 * DAY_MS => (HOUR_MS, self.hours),
            MINUTE_MS.. => (DAY_MS, self.days),
        };
        let template = if at > now { self.future } else { self.past };
        template.text([&self.count(duration / unit, forms)])
    }

    /// Renders a time in milliseconds since the epoch, to the minute and in UTC: the payer's time zone is unknown.
    pub fn absolute(&self, at: i64) -> Markup {
        let whole = rfc3339(at);
        let part = |range: core::ops::Range<usize>| whole.get(range).unwrap_or_default();
        let month = part(5..7).parse().ok().and_then(|month: usize| self.months.get(month - 1)).copied();
        let (day, clock) = (part(8..10).trim_start_matches('0'), isolated(&format!("{} UTC", part(11..16))).0);
        let date = self.date.text([day, month.unwrap_or_default(), part(0..4), &clock]);
        html! { time datetime=(whole) { (maud::PreEscaped(date)) } }
    }
}
