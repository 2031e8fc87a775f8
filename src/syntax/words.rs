//! The words of the language, as data. What is a name and what is not stands in `grammar/carat.pest`; these
//! lists let the cutter find definitions and let messages say what a word is.

/// What a definition begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keyword {
    Metric,
    Filter,
    Segment,
    Policy,
    Resolve,
    View,
    Expect,
}

pub(crate) const KEYWORDS: [(&str, Keyword); 7] = [
    ("metric", Keyword::Metric),
    ("filter", Keyword::Filter),
    ("segment", Keyword::Segment),
    ("policy", Keyword::Policy),
    ("resolve", Keyword::Resolve),
    ("view", Keyword::View),
    ("expect", Keyword::Expect),
];

/// Words that are no names; the rule `reserved` of the grammar holds the same.
pub(super) const RESERVED: [&str; 27] = [
    "and", "or", "not", "in", "is", "between", "starts", "contains", "missing", "present", "where", "over", "per",
    "by", "of", "for", "ignoring", "distinct", "this", "start", "case", "when", "then", "else", "end", "true", "false",
];

/// Words that are kept for a later version: no definition is called by one.
pub(super) const KEPT: [&str; 3] = ["cap", "priority", "holdout"];

/// Words that have a meaning in one place only and may stand beside a name there.
pub(super) const LOCAL: [&str; 27] = [
    "latest",
    "strictest",
    "first",
    "wins",
    "within",
    "last",
    "complete",
    "period",
    "history",
    "life",
    "from",
    "to",
    "date",
    "fiscal",
    "day",
    "month",
    "year",
    "quarter",
    "days",
    "purpose",
    "months",
    "years",
    "with",
    "refuse",
    "allow",
    "otherwise",
    "this",
];

pub(crate) const AGGREGATES: [&str; 9] =
    ["count", "sum", "average", "min", "max", "median", "percentile", "latest", "any"];

/// The scalar functions and how many arguments each takes.
pub(crate) const FUNCTIONS: [(&str, usize); 5] =
    [("coalesce", 2), ("round", 2), ("months_between", 2), ("full_months", 2), ("days_between", 2)];

pub(super) fn keyword(word: &str) -> Option<Keyword> {
    KEYWORDS.iter().find(|(text, _)| *text == word).map(|(_, keyword)| *keyword)
}

pub(super) fn is_reserved(word: &str) -> bool {
    RESERVED.contains(&word)
}

/// Whether a value or a condition must follow the reserved word: `end` behind it is the end of the period, not of a
/// `case`.
pub(super) fn awaits_a_value(word: &str) -> bool {
    matches!(word, "and" | "or" | "not" | "in" | "between" | "contains" | "where" | "over" | "per")
        || matches!(word, "by" | "of" | "for" | "ignoring" | "case" | "when" | "then" | "else" | "distinct")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::grammar::{Grammar, Rule};
    use pest::Parser;

    #[test]
    fn the_reserved_words_are_those_of_the_grammar() {
        for word in RESERVED {
            assert!(Grammar::parse(Rule::name, word).is_err(), "{word} is a name");
        }
        for (word, _) in KEYWORDS {
            assert!(Grammar::parse(Rule::name, word).is_ok(), "{word} is no name");
        }
    }
}
