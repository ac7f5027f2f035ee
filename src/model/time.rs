//! Time as a scenario counts it: units, horizon, step, and the calendar date of time 0.

use crate::scenario::Date;

/// Days in a mean Gregorian-calendar year as used for all conversions.
const DAYS_IN_YEAR: f64 = 365.25;

/// What a bare number of time means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    Day,
    Week,
    Month,
    Year,
}

impl TimeUnit {
    pub const ALL: [TimeUnit; 4] = [TimeUnit::Day, TimeUnit::Week, TimeUnit::Month, TimeUnit::Year];

    pub fn name(self) -> &'static str {
        match self {
            TimeUnit::Day => "day",
            TimeUnit::Week => "week",
            TimeUnit::Month => "month",
            TimeUnit::Year => "year",
        }
    }

    /// Reads `week` or `weeks`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| name.strip_suffix('s').unwrap_or(name) == unit.name())
    }

    /// Its length in days: a year has 365.25 of them, a month a twelfth of that.
    pub fn days(self) -> f64 {
        match self {
            TimeUnit::Day => 1.0,
            TimeUnit::Week => 7.0,
            TimeUnit::Month => DAYS_IN_YEAR / 12.0,
            TimeUnit::Year => DAYS_IN_YEAR,
        }
    }

    /// How many of `other` one of these is.
    pub fn in_units_of(self, other: TimeUnit) -> f64 {
        if self == other { 1.0 } else { self.days() / other.days() }
    }
}

/// `[time]`, understood. Times are in `unit`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calendar {
    pub unit: TimeUnit,
    /// Positive and finite.
    pub horizon: f64,
    /// Positive; how often drifting variables and time-dependent expressions are refreshed.
    pub step: f64,
    pub start: Option<Date>,
}

impl Calendar {
    /// The fraction of the year that has passed at time 0, in [0, 1); 0 without a start date.
    pub fn start_fraction(&self) -> f64 {
        self.start.map_or(0.0, |date| f64::from(day_of_year(date)) / days_in_year(date))
    }

    /// The fraction of the year at time `t`, in [0, 1).
    pub fn year_fraction(&self, t: f64) -> f64 {
        let years = self.start_fraction() + t * self.unit.in_units_of(TimeUnit::Year);
        years - years.floor()
    }
}

/// The time at which a day begins, in `unit`s since the beginning of the day `start`; negative for an earlier day.
pub fn time_of(date: Date, start: Date, unit: TimeUnit) -> f64 {
    (day_number(date) - day_number(start)) as f64 / unit.days()
}

/// Days since the first of March of the year 0, in the Gregorian calendar carried back to it.
fn day_number(date: Date) -> i64 {
    // Years begin in March here, so that the leap day is the last of its year.
    let year = i64::from(date.year) - i64::from(date.month <= 2);
    let month = (i64::from(date.month) + 9) % 12;
    365 * year + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (153 * month + 2) / 5
        + i64::from(date.day)
        - 1
}

fn days_in_year(date: Date) -> f64 {
    if date.is_leap_year() { 366.0 } else { 365.0 }
}

/// Days of the year before this one: 0 on the first of January.
fn day_of_year(date: Date) -> u16 {
    let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let month = usize::from(date.month.clamp(1, 12)) - 1;
    let leap_day = u16::from(month > 1 && date.is_leap_year());
    before[month] + leap_day + u16::from(date.day.max(1)) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_becomes_a_fraction_of_its_year() {
        let calendar = |year, month, day| Calendar {
            unit: TimeUnit::Week,
            horizon: 104.0,
            step: 1.0,
            start: Some(Date { year, month, day }),
        };
        assert_eq!(calendar(2026, 1, 1).start_fraction(), 0.0);
        assert_eq!(calendar(2026, 12, 31).start_fraction(), 364.0 / 365.0);
        assert_eq!(calendar(2024, 3, 1).start_fraction(), 60.0 / 366.0);
        let at = calendar(2026, 1, 1).year_fraction(365.25 / 7.0 * 1.5);
        assert!((at - 0.5).abs() < 1e-12, "{at}");
    }

    #[test]
    fn a_date_becomes_a_time() {
        let date = |text| Date::from_text(text).flatten().unwrap();
        let days = |from, to| time_of(date(to), date(from), TimeUnit::Day);
        assert_eq!(days("2026-01-05", "2026-01-05"), 0.0);
        assert_eq!(days("2026-01-05", "2027-01-05"), 365.0);
        assert_eq!(days("2024-02-28", "2024-03-01"), 2.0);
        assert_eq!(days("2026-03-01", "2026-02-28"), -1.0);
        // From the epoch of Unix to a date known by its count of seconds, 951,782,400.
        assert_eq!(days("1970-01-01", "2000-02-29"), 951_782_400.0 / 86_400.0);
        assert_eq!(time_of(date("2026-03-16"), date("2026-01-05"), TimeUnit::Week), 10.0);
        // Each day is one more than the one before, over 400 years and more.
        let (mut last, mut count) = (None, 0);
        for year in 2000..2400 {
            for (month, day) in (1..=12).flat_map(|month| (1..=31).map(move |day| (month, day))) {
                let Some(date) = Date::new(year, month, day) else { continue };
                assert!(last.is_none_or(|last| day_number(date) == last + 1), "{date}");
                last = Some(day_number(date));
                count += 1;
            }
        }
        assert_eq!(count, 146_097);
    }

    #[test]
    fn units_convert() {
        assert_eq!(TimeUnit::Year.in_units_of(TimeUnit::Day), 365.25);
        assert_eq!(TimeUnit::Year.in_units_of(TimeUnit::Month), 12.0);
        assert_eq!(TimeUnit::from_name("weeks"), Some(TimeUnit::Week));
        assert_eq!(TimeUnit::from_name("fortnight"), None);
    }
}
