//! Dates, and times relative to now ("in 58 minutes"), in a language.

use core::ops::Range;

use maud::{Markup, PreEscaped, html};

use super::template::{Template, isolated};
use crate::clock::rfc3339;

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// The forms of a counted noun, with `#` for the number, in the order of [`Times::plural`].
pub type Forms = &'static [&'static str];

/// The plural rule of languages with a form for one and a form for all other numbers.
pub fn one_or_other(number: u64) -> usize {
    usize::from(number != 1)
}

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

    /// Returns a time less than a minute away from now.
    pub fn near(&self, at: i64, now: i64) -> &'static str {
        if at > now { self.within_a_minute } else { self.just_now }
    }

    /// Returns a time relative to now, both in milliseconds since the epoch. Durations are rounded down, so a link
    /// never expires earlier than its page says.
    pub fn relative(&self, at: i64, now: i64) -> String {
        let duration = at.abs_diff(now);
        let (unit, forms) = match duration {
            0..MINUTE_MS => return self.near(at, now).to_owned(),
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
        let part = |range: Range<usize>| whole.get(range).unwrap_or_default();
        let month = part(5..7).parse().ok().and_then(|month: usize| self.months.get(month.checked_sub(1)?)).copied();
        let (day, clock) = (part(8..10).trim_start_matches('0'), isolated(&format!("{} UTC", part(11..16))).0);
        let date = self.date.text([day, month.unwrap_or_default(), part(0..4), &clock]);
        html! { time datetime=(whole) { (PreEscaped(date)) } }
    }
}

#[cfg(test)]
mod tests {
    use crate::checkout::texts::languages::{DEFAULT, LANGUAGES};

    #[test]
    fn relative_times_match_the_browsers() {
        // From new Intl.RelativeTimeFormat(`${language}-u-nu-latn`).format(1, "minute") and so on, in Node 24.
        const HOURS: i64 = 60;
        const DAYS: i64 = 24 * HOURS;
        let minutes = [1, 2, 5, -21, -111, 2 * HOURS, -11 * HOURS, 3 * DAYS, -22 * DAYS, -102 * DAYS];
        for (texts, expected) in LANGUAGES.iter().zip([
            "in 1 minute|in 2 minutes|in 5 minutes|21 minutes ago|111 minutes ago|in 2 hours|11 hours ago|in 3 days\
             |22 days ago|102 days ago",
            "خلال دقيقة واحدة|خلال دقيقتين|خلال 5 دقائق|قبل 21 دقيقة|قبل 111 دقيقة|خلال ساعتين|قبل 11 ساعة|خلال 3 أيام\
             |قبل 22 يومًا|قبل 102 يوم",
            "in 1 Minute|in 2 Minuten|in 5 Minuten|vor 21 Minuten|vor 111 Minuten|in 2 Stunden|vor 11 Stunden|in 3 Tagen\
             |vor 22 Tagen|vor 102 Tagen",
            "dentro de 1 minuto|dentro de 2 minutos|dentro de 5 minutos|hace 21 minutos|hace 111 minutos|dentro de 2 horas\
             |hace 11 horas|dentro de 3 días|hace 22 días|hace 102 días",
            "dans 1 minute|dans 2 minutes|dans 5 minutes|il y a 21 minutes|il y a 111 minutes|dans 2 heures\
             |il y a 11 heures|dans 3 jours|il y a 22 jours|il y a 102 jours",
            "em 1 minuto|em 2 minutos|em 5 minutos|há 21 minutos|há 111 minutos|em 2 horas|há 11 horas|em 3 dias\
             |há 22 dias|há 102 dias",
            "через 1 минуту|через 2 минуты|через 5 минут|21 минуту назад|111 минут назад|через 2 часа|11 часов назад\
             |через 3 дня|22 дня назад|102 дня назад",
            "1 dakika sonra|2 dakika sonra|5 dakika sonra|21 dakika önce|111 dakika önce|2 saat sonra|11 saat önce\
             |3 gün sonra|22 gün önce|102 gün önce",
            "1分钟后|2分钟后|5分钟后|21分钟前|111分钟前|2小时后|11小时前|3天后|22天前|102天前",
        ]) {
            let now = 400 * 86_400_000;
            let rendered = minutes.map(|minutes| texts.times.relative(now + minutes * 60_000, now));
            assert_eq!(rendered.join("|"), expected);
        }
    }

    #[test]
    fn plural_rules_match_the_browsers() {
        // From new Intl.PluralRules(language).select(1) and so on, in Node 24: one, two, few, many, other.
        let ru = ["offf", &"m".repeat(16), &"offfmmmmmm".repeat(8), "offf", &"m".repeat(16)].concat();
        let ar = ["ot", &"f".repeat(8), &"m".repeat(89), "xxx", &"f".repeat(8), &"m".repeat(10)].concat();
        for (tag, categories, expected) in [("ru", "ofm", ru), ("ar", "otfmx", ar)] {
            let texts = LANGUAGES.iter().find(|texts| texts.language == tag).unwrap();
            let selected: String =
                (1..=120).map(|number| categories.chars().nth((texts.times.plural)(number)).unwrap()).collect();
            assert_eq!(selected, expected, "{tag}");
        }
    }

    #[test]
    fn a_plural_rule_has_a_form_for_every_number() {
        for texts in LANGUAGES {
            let times = &texts.times;
            for forms in [times.seconds, times.minutes, times.hours, times.days] {
                let used: std::collections::BTreeSet<usize> = (0..2_000).map(times.plural).collect();
                assert_eq!(used, (0..forms.len()).collect(), "{}: {forms:?}", texts.language);
            }
        }
    }

    #[test]
    fn durations_are_rounded_down_and_units_begin_at_two() {
        let times = &DEFAULT.times;
        let now = 100 * 86_400_000;
        for (milliseconds, expected) in [
            (1, "in less than a minute"),
            (59_999, "in less than a minute"),
            (119_999, "in 1 minute"),
            (7_199_999, "in 119 minutes"),
            (7_200_000, "in 2 hours"),
            (2 * 86_400_000 - 1, "in 47 hours"),
            (30 * 86_400_000, "in 30 days"),
            (0, "just now"),
            (-59_999, "just now"),
            (-60_000, "1 minute ago"),
        ] {
            assert_eq!(times.relative(now + milliseconds, now), expected);
        }
        assert_eq!(times.relative(i64::MIN, i64::MAX), "213503982334 days ago");
    }

    #[test]
    fn no_language_promises_more_time_than_is_left() {
        let units = [(60_000, 120, 1), (3_600_000, 48, 2), (86_400_000, 60, 2)];
        for texts in LANGUAGES {
            let times = &texts.times;
            for ((unit, end, first), forms) in units.into_iter().zip([times.minutes, times.hours, times.days]) {
                for number in first..end {
                    let expected = times.future.text([&times.count(u64::try_from(number).unwrap(), forms)]);
                    for left in [number * unit, number * unit + 1, (number + 1) * unit - 1] {
                        assert_eq!(times.relative(left, 0), expected, "{}: {left}", texts.language);
                        assert_ne!(times.relative(number * unit - 1, 0), expected, "{}: {left}", texts.language);
                    }
                }
            }
            for left in [1, 59_999] {
                assert_eq!(times.relative(left, 0), times.within_a_minute, "{}", texts.language);
                assert_eq!(times.relative(-left, 0), times.just_now, "{}", texts.language);
            }
        }
    }

    #[test]
    fn dates_have_the_form_of_their_language() {
        // From Intl.DateTimeFormat with dateStyle "long", in Node 24; English as in en-GB.
        for (texts, date) in LANGUAGES.iter().zip([
            "1 March 2026, ",
            "1 مارس 2026، ",
            "1. März 2026, ",
            "1 de marzo de 2026, ",
            "1 mars 2026, ",
            "1 de março de 2026, ",
            "1 марта 2026 г., ",
            "1 Mart 2026, ",
            "2026年3月1日 ",
        ]) {
            let expected = format!("<time datetime=\"2026-03-01T05:08:00.000Z\">{date}<bdi>05:08 UTC</bdi></time>");
            assert_eq!(texts.times.absolute(1_772_341_680_000).0, expected);
        }
    }
}
