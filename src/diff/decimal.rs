//! Numbers of an answer, exact to twelve decimals: what is taken apart adds up to what it was.

use std::fmt;

/// In units of ten to the power of minus twelve.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(i128);

const PLACES: u32 = 12;

impl Decimal {
    /// Reads what a database prints; none for what is no number or has more than twenty-five digits before its point.
    pub fn parse(text: &str) -> Option<Self> {
        if text.contains(['e', 'E']) {
            let value: f64 = text.parse().ok()?;
            return value.is_finite().then(|| format!("{value:.12}")).and_then(|plain| Self::parse(&plain));
        }
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let numeric = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
        if whole.is_empty() || whole.len() > 25 || !numeric(whole) || !numeric(part) {
            return None;
        }
        let kept: String = part.chars().chain(std::iter::repeat('0')).take(PLACES as usize).collect();
        let up = part.as_bytes().get(PLACES as usize).is_some_and(|next| *next >= b'5');
        let units: i128 = format!("{whole}{kept}").parse().ok()?;
        Some(Self(sign * (units + i128::from(up))))
    }

    /// Exact; it stays at the ends of what an `i128` counts.
    pub fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// From zero, in the smallest unit.
    pub fn distance(self) -> u128 {
        self.0.unsigned_abs()
    }

    /// Half away from zero to so many decimals.
    pub fn rounded(self, places: u32) -> Self {
        let unit = 10_i128.pow(PLACES.saturating_sub(places));
        let half = if unit > 1 { unit / 2 } else { 0 };
        let away = if self.0 < 0 { self.0 - half } else { self.0 + half };
        Self(away / unit * unit)
    }

    /// To draw it.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 1e12
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = 10_u128.pow(PLACES);
        let (whole, part) = (self.0.unsigned_abs() / unit, self.0.unsigned_abs() % unit);
        let sign = if self.0 < 0 { "-" } else { "" };
        let part = format!("{part:012}");
        let part = part.trim_end_matches('0');
        if part.is_empty() { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{part}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> String {
        Decimal::parse(text).map_or_else(|| "none".to_owned(), |number| number.to_string())
    }

    #[test]
    fn numbers_are_read_as_databases_print_them() {
        let all = ["12", "-0.5", "1234.5000", "1e-05", "0.1234567890129", "-7.", "nan", "inf", "2026-01-01", "", "-"];
        let told: Vec<String> = all.iter().map(|text| read(text)).collect();
        let expected =
            ["12", "-0.5", "1234.5", "0.00001", "0.123456789013", "-7", "none", "none", "none", "none", "none"];
        assert_eq!(told, expected);
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        let rounded = |text: &str, places| Decimal::parse(text).unwrap().rounded(places).to_string();
        assert_eq!(rounded("2.5", 0), "3");
        assert_eq!(rounded("-2.5", 0), "-3");
        assert_eq!(rounded("0.12349", 3), "0.123");
        assert_eq!(rounded("0.123456789012", 12), "0.123456789012");
    }

    proptest! {
        #[test]
        fn differences_add_up_exactly(values in prop::collection::vec(any::<i64>(), 2..9)) {
            let all: Vec<Decimal> = values.iter().map(|v| Decimal(i128::from(*v) * 1_000_003)).collect();
            let parts: i128 = all.windows(2).map(|pair| pair[1].minus(pair[0]).0).sum();
            prop_assert_eq!(parts, all[all.len() - 1].0 - all[0].0);
        }
    }
}
