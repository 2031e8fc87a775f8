//! Two answers to one question.

use std::collections::BTreeMap;

use super::Said;
use crate::gold::Type;

/// A value of the grouping column, as compared (folded text); none where it is missing, and for the total.
pub type Member = Option<String>;

/// A value for each member of a slice; none where it is missing.
pub type Answers = BTreeMap<Member, Option<String>>;

/// What decides whether two values are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    pub ty: Type,
    /// Nothing and 0 are one: a count or a sum.
    pub sparse: bool,
}

/// A value that differs, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The place of its slice in the order of the slices.
    pub slice: usize,
    pub member: Member,
    /// The slice in words: `total`, `customer.country = de`.
    pub place: String,
    /// None where the value is missing, as for DAX.
    pub sql: Option<String>,
    pub dax: Option<String>,
}

/// The comparison of one slice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// How many values were compared.
    pub count: usize,
    /// Members with what SQL and DAX say.
    pub different: Vec<(Member, Option<String>, Option<String>)>,
    /// Why values could not be evaluated as DAX.
    pub failures: Vec<String>,
}

/// Compares every member that DAX was asked for; one that SQL does not list has no value there.
pub fn compare(kind: Kind, sql: &Answers, dax: &BTreeMap<Member, Said>) -> Compared {
    let mut compared = Compared::default();
    for (member, said) in dax {
        let sql = sql.get(member).cloned().flatten();
        match said {
            Err(why) if compared.failures.contains(why) => {}
            Err(why) => compared.failures.push(why.clone()),
            Ok(dax) => {
                compared.count += 1;
                if !same(kind, sql.as_deref(), dax.as_deref()) {
                    compared.different.push((member.clone(), sql, dax.clone()));
                }
            }
        }
    }
    compared
}

/// Whether two printed values are one: whole numbers and money exactly, other numbers up to the last digits
/// that a double keeps in a different order of summing.
pub fn same(kind: Kind, sql: Option<&str>, dax: Option<&str>) -> bool {
    let (Some(sql), Some(dax)) = (sql, dax) else {
        let only = sql.or(dax);
        return only.is_none_or(|value| kind.sparse && number(value) == Some(0.0));
    };
    match (kind.ty, number(sql), number(dax)) {
        (Type::Integer, Some(sql), Some(dax)) => (sql - dax).abs() < 0.5 && close(sql, dax),
        // The evaluator adds money as doubles; its four decimals are what counts.
        (Type::Money, Some(sql), Some(dax)) => (sql - dax).abs() < 0.000_05_f64.max(sql.abs() * 1e-14),
        (Type::Number, Some(sql), Some(dax)) => close(sql, dax),
        _ => fold(sql) == fold(dax),
    }
}

/// Text as both engines compare it: without trailing blanks, without regard to case.
pub fn fold(text: &str) -> String {
    text.trim_end_matches(' ').to_lowercase()
}

/// A group value as a member: empty text is missing.
pub fn member(value: Option<&str>) -> Member {
    value.map(fold).filter(|text| !text.is_empty())
}

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(1.0)
}

fn number(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}

/// The difference with the fewest things to look at: the smallest of the larger values.
pub fn smallest(differences: &[Difference]) -> Option<&Difference> {
    let size = |one: &&Difference| {
        let values = [&one.sql, &one.dax].into_iter().flatten().filter_map(|value| number(value));
        values.map(f64::abs).fold(0.0, f64::max)
    };
    differences.iter().min_by(|one, other| size(one).total_cmp(&size(other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNT: Kind = Kind { ty: Type::Integer, sparse: true };
    const RATE: Kind = Kind { ty: Type::Number, sparse: false };
    const MONEY: Kind = Kind { ty: Type::Money, sparse: true };

    fn text(value: &str) -> Option<String> {
        Some(value.to_owned())
    }

    #[test]
    fn a_wrong_dax_value_is_caught_and_named() {
        let sql = Answers::from([(text("de"), text("12")), (text("fr"), text("7"))]);
        let dax = BTreeMap::from([(text("de"), Ok(text("12"))), (text("fr"), Ok(text("8")))]);
        let compared = compare(COUNT, &sql, &dax);
        assert_eq!(compared.count, 2);
        assert_eq!(compared.different, [(text("fr"), text("7"), text("8"))]);
    }

    #[test]
    fn a_group_that_dax_alone_has_is_a_difference() {
        let dax = BTreeMap::from([(None, Ok(text("3")))]);
        assert_eq!(compare(COUNT, &Answers::new(), &dax).different, [(None, None, text("3"))]);
    }

    #[test]
    fn what_could_not_be_evaluated_is_neither_right_nor_wrong() {
        let said: BTreeMap<Member, Said> =
            [text("a"), text("b")].map(|member| (member, Err("no MEDIANX".to_owned()))).into();
        let compared = compare(RATE, &Answers::new(), &said);
        assert_eq!((compared.count, compared.failures), (0, vec!["no MEDIANX".to_owned()]));
    }

    #[test]
    fn nothing_and_zero_are_one_for_a_count_alone() {
        assert!(same(COUNT, Some("0"), None));
        assert!(!same(RATE, Some("0"), None));
        assert!(!same(COUNT, Some("1"), None));
        assert!(same(RATE, None, None));
    }

    #[test]
    fn counts_and_money_are_exact_and_rates_are_close() {
        assert!(!same(COUNT, Some("12"), Some("13")));
        assert!(same(MONEY, Some("98500.0800"), Some("98500.08000000002")));
        assert!(!same(MONEY, Some("98500.0800"), Some("98500.0801")));
        assert!(same(RATE, Some("0.6666666666666666"), Some("0.66666666666667")));
        assert!(!same(RATE, Some("0.6666666666666666"), Some("0.6667")));
    }

    #[test]
    fn the_smallest_difference_has_the_least_in_it() {
        let difference = |sql: &str, dax: Option<&str>| Difference {
            slice: 0,
            member: None,
            place: sql.to_owned(),
            sql: text(sql),
            dax: dax.map(str::to_owned),
        };
        let all = [difference("900", Some("901")), difference("2", Some("3")), difference("1", Some("50"))];
        assert_eq!(smallest(&all).map(|one| one.place.as_str()), Some("2"));
    }
}
