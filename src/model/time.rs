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
        self.start.map_or(0.0, |date| f64::from(day_of_year(date)) / days_in(date.year))
    }

    /// The fraction of the year at time `t`, in [0, 1).
    pub fn year_fraction(&self, t: f64) -> f64 {
        let years = self.start_fraction() + t * self.unit.in_units_of(TimeUnit::Year);
        years - years.floor()
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_in(year: u16) -> f64 {
    if is_leap(year) { 366.0 } else { 365.0 }
}

/// Days of the year before this one: 0 on the first of January.
fn day_of_year(date: Date) -> u16 {
    let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let month = usize::from(date.month.clamp(1, 12)) - 1;
    let leap_day = u16::from(month > 1 && is_leap(date.year));
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
    fn units_convert() {
        assert_eq!(TimeUnit::Year.in_units_of(TimeUnit::Day), 365.25);
        assert_eq!(TimeUnit::Year.in_units_of(TimeUnit::Month), 12.0);
        assert_eq!(TimeUnit::from_name("weeks"), Some(TimeUnit::Week));
        assert_eq!(TimeUnit::from_name("fortnight"), None);
    }
}
