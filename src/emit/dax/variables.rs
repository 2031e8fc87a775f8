//! What variables are called: readable, of at least two words, and never like a table or a function.
//!
//! A variable takes ASCII letters and digits and may not be called like a table of the model or a reserved word (DAX
//! reference, "VAR"); letters of other alphabets are written with those.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::emit::names::object_name;
use crate::gold::Gold;
use crate::gold::text::capital;

use super::tree::{Dax, Variable};
use super::words::may_be_reserved;

/// How letters outside ASCII are written: each letter of the first as the second.
const LETTERS: [(&str, &str); 25] = [
    ("ä", "ae"),
    ("ö", "oe"),
    ("ü", "ue"),
    ("ß", "ss"),
    ("æ", "ae"),
    ("œ", "oe"),
    ("þ", "th"),
    ("àáâãåāăą", "a"),
    ("çćĉċč", "c"),
    ("ðďđ", "d"),
    ("èéêëēĕėęě", "e"),
    ("ĝğġģ", "g"),
    ("ĥħ", "h"),
    ("ìíîïĩīĭįı", "i"),
    ("ĵ", "j"),
    ("ķ", "k"),
    ("ĺļľŀł", "l"),
    ("ñńņňŋ", "n"),
    ("òóôõøōŏő", "o"),
    ("ŕŗř", "r"),
    ("śŝşšș", "s"),
    ("ţťŧț", "t"),
    ("ùúûũūŭůűų", "u"),
    ("ýÿŷ", "y"),
    ("źżž", "z"),
];

/// A variable's name out of a label: `High-value threshold` becomes `HighValueThreshold`.
pub(super) fn variable_name(label: &str) -> String {
    let plain: Cow<'_, str> =
        if label.is_ascii() { Cow::Borrowed(label) } else { label.chars().map(in_ascii).collect() };
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name: String = words.map(capital).collect();
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { format!("Value{name}") }
}

/// A variable's name out of a label, with another word behind it where it may be reserved: `CasesValue`.
pub(super) fn variable_of(label: &str, kind: &str) -> String {
    let name = variable_name(label);
    if may_be_reserved(&name) { format!("{name}{kind}") } else { name }
}

/// The name, with a number behind it where it is taken; nothing else is called so from now on.
pub(super) fn free_name(taken: &mut BTreeSet<String>, name: &str) -> String {
    let mut names = std::iter::once(name.to_owned()).chain((2..).map(|n| format!("{name}{n}")));
    names.find(|name| taken.insert(name.to_lowercase())).unwrap_or_default()
}

fn in_ascii(letter: char) -> String {
    let small = letter.to_lowercase().next().unwrap_or(letter);
    match LETTERS.iter().find(|(letters, _)| letters.contains(small)) {
        Some((_, plain)) if letter.is_uppercase() => capital(plain),
        Some((_, plain)) => (*plain).to_owned(),
        None => letter.to_string(),
    }
}

/// The tables of the model as they are called there, in lower case.
pub(super) fn taken(gold: &Gold) -> BTreeSet<String> {
    gold.tables.iter().map(|table| object_name(&table.label).to_lowercase()).collect()
}

/// The expression with other names for variables that are called like a table of [`taken`] or may be reserved.
pub(super) fn renamed(taken: &BTreeSet<String>, dax: Dax) -> Dax {
    let used = variables(&dax);
    let clashes = |name: &str| taken.contains(&name.to_lowercase()) || may_be_reserved(name);
    let clashing: Vec<&String> = used.iter().filter(|name| clashes(name)).collect();
    if clashing.is_empty() {
        return dax;
    }
    let mut taken = taken.clone();
    taken.extend(used.iter().map(|name| name.to_lowercase()));
    let mut others = BTreeMap::new();
    for name in clashing {
        let mut free = std::iter::once(format!("This{name}")).chain((2..).map(|n| format!("{name}{n}")));
        let other = free.find(|other| taken.insert(other.to_lowercase())).unwrap_or_default();
        others.insert(name.clone(), other);
    }
    rename(dax, &others)
}

fn variables(dax: &Dax) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    dax.walk(&mut |node| {
        if let Dax::Block { variables, .. } = node {
            found.extend(variables.iter().map(|variable| variable.name.clone()));
        }
    });
    found
}

fn rename(dax: Dax, others: &BTreeMap<String, String>) -> Dax {
    let name = |name: String| others.get(&name).cloned().unwrap_or(name);
    let all = |items: Vec<Dax>| items.into_iter().map(|item| rename(item, others)).collect();
    match dax {
        Dax::Variable(own) => Dax::Variable(name(own)),
        Dax::Call { function, arguments } => Dax::Call { function, arguments: all(arguments) },
        Dax::Chain { operator, operands } => Dax::Chain { operator, operands: all(operands) },
        Dax::List(items) => Dax::List(all(items)),
        Dax::Not(inner) => Dax::Not(Box::new(rename(*inner, others))),
        Dax::Block { variables, result } => {
            let each =
                |variable: Variable| Variable { name: name(variable.name), value: rename(variable.value, others) };
            let variables = variables.into_iter().map(each).collect();
            Dax::Block { variables, result: Box::new(rename(*result, others)) }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_variables_cannot_have_are_written_with_those_they_can() {
        assert_eq!(variable_name("Größere Kunden"), "GroessereKunden");
        assert_eq!(variable_name("Élève, niño"), "EleveNino");
        assert_eq!(variable_name("High-value threshold"), "HighValueThreshold");
        assert_eq!(variable_name("2 Übersicht"), "Value2Uebersicht");
        assert_eq!(variable_name("客户"), "Value");
    }

    #[test]
    fn a_name_of_one_word_says_what_it_holds() {
        assert_eq!(variable_of("Cases", "Value"), "CasesValue");
        assert_eq!(variable_of("Last date", "Value"), "LastDateValue");
        assert_eq!(variable_of("Net revenue", "Value"), "NetRevenue");
    }

    #[test]
    fn a_variable_called_like_a_table_or_a_word_of_the_engine_gets_another_name_where_it_stands_and_is_read() {
        let block = |name: &str| {
            let variable = Variable { name: name.to_owned(), value: Dax::integer(1) };
            Dax::block(vec![variable], Dax::variable(name).plus_zero())
        };
        let tables = BTreeSet::from(["ordervalue".to_owned()]);
        assert_eq!(renamed(&tables, block("Date")), block("ThisDate"));
        assert_eq!(renamed(&tables, block("LastDate")), block("ThisLastDate"));
        assert_eq!(renamed(&tables, block("OrderValue")), block("ThisOrderValue"));
        assert_eq!(renamed(&tables, block("OrdersValue")), block("OrdersValue"));
    }
}
