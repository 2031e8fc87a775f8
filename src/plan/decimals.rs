//! A number that is written, as it is compared: after nine decimals (rule R14).

/// As many decimals as numbers are compared by.
const DECIMALS: usize = 9;

/// Rounded half away from zero, digit by digit: what has no more decimals stays the number that is written, which a product
/// with a power of ten does not.
pub(super) fn nine_decimals(value: f64) -> f64 {
    let written = value.abs().to_string();
    let Some((whole, decimals)) = written.split_once('.') else { return value };
    let Some((kept, rest)) = decimals.split_at_checked(DECIMALS).filter(|(_, rest)| !rest.is_empty()) else {
        return value;
    };
    let Ok(parts) = format!("{whole}{kept}").parse::<u128>() else { return value };
    let parts = parts + u128::from(rest.starts_with(['5', '6', '7', '8', '9']));
    let unit = 10_u128.pow(DECIMALS as u32);
    let rounded = format!("{}.{:0DECIMALS$}", parts / unit, parts % unit).parse().unwrap_or(value);
    if parts > 0 && value < 0.0 { -rounded } else { rounded }
}

#[cfg(test)]
mod tests {
    use super::nine_decimals;

    #[test]
    fn what_has_at_most_nine_decimals_stays_as_it_is_written() {
        let written = [4_229_454.73, 0.1, -8_999.123_456_789, 7.0, 1e300, 9_007_199_254_740_992.0, 0.000_000_001];
        for value in written {
            assert_eq!(nine_decimals(value).to_string(), value.to_string());
        }
    }

    #[test]
    fn half_of_the_ninth_decimal_is_rounded_away_from_zero() {
        let rounded = [
            (0.300_000_000_1, "0.3"),
            (0.333_333_333_3, "0.333333333"),
            (0.299_999_999_5, "0.3"),
            (-0.299_999_999_5, "-0.3"),
            (2.000_000_000_5, "2.000000001"),
            (9.999_999_999_9, "10"),
            (1e-300, "0"),
            (-1e-10, "0"),
            (4_229_454.730_000_001, "4229454.730000001"),
        ];
        for (value, words) in rounded {
            assert_eq!(nine_decimals(value).to_string(), words, "{value}");
        }
    }
}
