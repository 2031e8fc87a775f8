//! Calendar arithmetic of the language: days, months that clamp to the last day, ISO text.

use std::fmt;

use super::Date;

impl Date {
    /// 1900-03-01, the first day that DAX can calculate with (semantics R47).
    pub const FIRST_OF_DAX: Date = Date(-25_508);

    /// The day of a year (1 or later), month (1 to 12) and day of the month, where it exists.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Date> {
        let exists =
            (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
        exists.then(|| Date(days_from_civil(year, month, day)))
    }

    /// Reads `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Date> {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = |part: &str, width| part.len() == width && part.bytes().all(|b| b.is_ascii_digit());
        if parts.next().is_some() || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
            return None;
        }
        Date::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// Year, month (1 to 12), day of the month.
    pub fn ymd(self) -> (i32, u32, u32) {
        civil_from_days(self.0)
    }

    /// So many days later; negative counts go back.
    pub fn plus_days(self, days: i32) -> Date {
        Date(self.0.saturating_add(days))
    }

    /// `EDATE`: the same day of the month `months` later, or the last day where it does not exist
    /// (rule R55).
    pub fn plus_months(self, months: i32) -> Date {
        let (year, month, day) = self.ymd();
        let index = year * 12 + month as i32 - 1 + months;
        let (year, month) = (index.div_euclid(12), index.rem_euclid(12) as u32 + 1);
        Date(days_from_civil(year, month, day.min(days_in_month(year, month))))
    }

    /// The first day of the month that it lies in.
    pub fn first_of_month(self) -> Date {
        let (year, month, _) = self.ymd();
        Date(days_from_civil(year, month, 1))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// 28 to 31; `month` is 1 to 12, leap years are those of the Gregorian calendar.
pub fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
fn days_from_civil(year: i32, month: u32, day: u32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted = (month as i32 + 9) % 12;
    let day_of_year = (153 * shifted + 2) / 5 + day as i32 - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i32) -> (i32, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * shifted + 2) / 5 + 1) as u32;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 } as u32;
    (year_of_era + era * 400 + i32::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).expect(text)
    }

    #[test]
    fn a_date_reads_and_prints_as_iso_text() {
        for text in ["1970-01-01", "2024-02-29", "1999-12-31", "2030-12-31"] {
            assert_eq!(day(text).to_string(), text);
        }
        assert_eq!(Date::FIRST_OF_DAX, day("1900-03-01"));
        assert_eq!(Date::parse("2025-02-29"), None);
        assert_eq!(Date::parse("2025-2-09"), None);
    }

    #[test]
    fn a_month_is_added_to_the_last_day_where_the_day_does_not_exist() {
        assert_eq!(day("2025-01-31").plus_months(1), day("2025-02-28"));
        assert_eq!(day("2024-02-29").plus_months(-12), day("2023-02-28"));
        assert_eq!(day("2025-03-01").plus_months(-1), day("2025-02-01"));
    }
}
