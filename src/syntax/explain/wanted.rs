//! The names of grammar rules in the words of a reader.

use crate::syntax::grammar::Rule;

/// What may have to stand behind a complete value.
const BEHIND_A_VALUE: [Rule; 6] =
    [Rule::close, Rule::close_list, Rule::k_then, Rule::k_else, Rule::k_end, Rule::k_latest];

const PHRASES: [(Rule, &str); 27] = [
    (Rule::name, "a name"),
    (Rule::step, "a name"),
    (Rule::path, "a column"),
    (Rule::text, "text in quotation marks"),
    (Rule::whole, "a whole number"),
    (Rule::unit, "`days`, `months` or `years`"),
    (Rule::k_days, "`days`"),
    (Rule::window, "a window of time"),
    (Rule::life, "a window of time"),
    (Rule::activation, "`for PURPOSE by CHANNEL`"),
    (Rule::names, "a list of metrics in square brackets"),
    (Rule::texts, "a list of texts in square brackets"),
    (Rule::group, "a column or a grain such as `month`"),
    (Rule::equals, "`=`"),
    (Rule::colon, "`:`"),
    (Rule::comma, "`,`"),
    (Rule::open, "`(`"),
    (Rule::close, "`)`"),
    (Rule::open_list, "`[`"),
    (Rule::close_list, "`]`"),
    (Rule::open_brace, "`{`"),
    (Rule::close_brace, "`}`"),
    (Rule::key, "a key such as `format`"),
    (Rule::words, "a word or text in quotation marks"),
    (Rule::branch, "`when`"),
    (Rule::entry, "a key such as `format`"),
    (Rule::dot, "`.`"),
];

/// What is needed, in a phrase; none where the text is complete and might only go on.
pub(super) fn phrase(positives: &[Rule]) -> Option<String> {
    let has = |wanted| positives.contains(&wanted);
    let needed: Vec<Rule> = positives.iter().copied().filter(|positive| is_needed(*positive, positives)).collect();
    if has(Rule::EOI) || needed.is_empty() {
        return None;
    }
    let mut phrases: Vec<String> = needed.into_iter().filter_map(of_rule).collect();
    phrases.dedup();
    (!phrases.is_empty()).then(|| either(&phrases))
}

/// Behind a value only what must come; a label and closing braces may always be left out.
fn is_needed(wanted: Rule, positives: &[Rule]) -> bool {
    let has = |other| positives.contains(&other);
    match wanted {
        _ if an_operator(positives) => BEHIND_A_VALUE.contains(&wanted),
        Rule::text => !has(Rule::equals) && !has(Rule::k_of),
        Rule::close_brace => !has(Rule::key) && !has(Rule::entry),
        Rule::dot | Rule::comma => positives.len() == 1,
        _ => true,
    }
}

/// Whether a value or a condition is needed.
pub(super) fn is_value(positives: &[Rule]) -> bool {
    const VALUES: [Rule; 6] =
        [Rule::sum, Rule::expression, Rule::condition, Rule::reference, Rule::number, Rule::parenthesis];
    !an_operator(positives) && positives.iter().any(|wanted| VALUES.contains(wanted))
}

fn of_rule(wanted: Rule) -> Option<String> {
    let known = PHRASES.iter().find(|(known, _)| *known == wanted).map(|(_, phrase)| (*phrase).to_owned());
    known.or_else(|| format!("{wanted:?}").strip_prefix("k_").map(|word| format!("`{word}`")))
}

fn either(phrases: &[String]) -> String {
    match phrases {
        [first, middle @ .., last] => {
            let middle: String = middle.iter().map(|phrase| format!(", {phrase}")).collect();
            format!("{first}{middle} or {last}")
        }
        _ => phrases.join(""),
    }
}

/// Whether a place wants a name and nothing else.
pub(super) fn only_a_name(positives: &[Rule]) -> bool {
    !positives.is_empty() && positives.iter().all(|wanted| matches!(wanted, Rule::name | Rule::step | Rule::path))
}

/// Whether an operator could stand at the place.
pub(super) fn an_operator(positives: &[Rule]) -> bool {
    [Rule::arithmetic_operator, Rule::k_and, Rule::ignoring, Rule::k_ignoring]
        .iter()
        .any(|wanted| positives.contains(wanted))
}
