//! Calendar dates, as TOML has them and as they stand in text.

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    pub year: u16,
    pub month: u8,
    pub day: u8,
}

impl Date {
    /// The date of this year, month and day, if there is such a day.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Date> {
        let date = Date { year, month, day };
        ((1..=12).contains(&month) && (1..=date.days_in_month()).contains(&day)).then_some(date)
    }

    /// Reads `2027-01-31`. `None` if the text is not of this shape, `Some(None)` if it is and there is no such day.
    pub fn from_text(text: &str) -> Option<Option<Date>> {
        let mut parts = text.trim().split('-');
        let mut part = |length: usize| {
            let part = parts.next()?;
            let digits = part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
            if digits { part.parse::<u16>().ok() } else { None }
        };
        let (year, month, day) = (part(4)?, part(2)?, part(2)?);
        if parts.next().is_some() {
            return None;
        }
        let small = |n: u16| u8::try_from(n).unwrap_or(0);
        Some(Date::new(year, small(month), small(day)))
    }

    pub fn is_leap_year(self) -> bool {
        self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400))
    }

    fn days_in_month(self) -> u8 {
        match self.month {
            2 if self.is_leap_year() => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn text_is_a_date_or_looks_like_one_or_neither() {
        assert_eq!(Date::from_text(" 2027-01-31 "), Some(Date::new(2027, 1, 31)));
        assert_eq!(Date::from_text("2024-02-29"), Some(Some(Date { year: 2024, month: 2, day: 29 })));
        for none in ["2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "1900-02-29"] {
            assert_eq!(Date::from_text(none), Some(None), "{none}");
        }
        for other in
            ["2026", "2026-1-5", "26-01-05", "2026-01-05-01", "2026 - 01 - 05", "a-b-c", "", "2026-01-05T10:00"]
        {
            assert_eq!(Date::from_text(other), None, "{other}");
        }
        assert_eq!(Date::new(2026, 1, 5).unwrap().to_string(), "2026-01-05");
    }
}
