//! What is asked twice is asked once and named.

use std::collections::BTreeSet;

use super::lower::Lower;
use super::tree::{Dax, Variable};

/// What a test asks more than once is asked once and named: quotients first, then measures, so that a quotient is
/// written with the names of its measures, then all else that takes several calls.
pub(super) fn name_repeated(test: Dax) -> Dax {
    let (test, ratios) = named_apart(vec![test], |node| matches!(node, Dax::Call { function: "DIVIDE", .. }));
    let names: Vec<String> = ratios.iter().map(|ratio| ratio.name.clone()).collect();
    let values = test.into_iter().chain(ratios.into_iter().map(|ratio| ratio.value)).collect();
    let (parts, measures) = named_apart(values, |node| matches!(node, Dax::Measure(_)));
    let mut parts = parts.into_iter();
    let result = parts.next().unwrap_or(Dax::Boolean(true));
    let ratios = names.into_iter().zip(parts).map(|(name, value)| Variable { name, value });
    let variables: Vec<Variable> = measures.into_iter().chain(ratios).collect();
    let mut taken = names_in(variables.iter().map(|one| &one.value).chain([&result]));
    taken.extend(variables.iter().map(|one| one.name.to_lowercase()));
    let (variables, result) = name_repeated_calls(variables, result, |name| taken_name(name, &mut taken));
    Dax::block(variables, result)
}

/// A block with what takes several calls and stands in it more than once in a variable, before the first that reads it.
/// `named` says what a variable of that name is called where it is not free.
pub(super) fn name_repeated_calls(
    mut variables: Vec<Variable>,
    mut result: Dax,
    mut named: impl FnMut(String) -> String,
) -> (Vec<Variable>, Dax) {
    while let Some(found) = repeated_calls(&variables, &result) {
        let name = named(name_of(&found));
        let at = variables.iter().position(|one| count(&one.value, &found) > 0).unwrap_or(variables.len());
        let by = Dax::variable(&name);
        let reading = |one: Variable| Variable { value: replace(one.value, &found, &by), ..one };
        variables = variables.into_iter().map(reading).collect();
        result = replace(result, &found, &by);
        variables.insert(at, Variable { name, value: found });
    }
    (variables, result)
}

/// The first expression of several calls that stands twice where the block is evaluated.
fn repeated_calls(variables: &[Variable], result: &Dax) -> Option<Dax> {
    let mut seen: Vec<&Dax> = Vec::new();
    for part in variables.iter().map(|one| &one.value).chain([result]) {
        shallow(part, &mut |node| {
            if takes_several_calls(node) {
                seen.push(node);
            }
        });
    }
    let twice = |(at, node): &(usize, &&Dax)| seen.iter().skip(at + 1).any(|other| other == *node);
    seen.iter().enumerate().find(twice).map(|(_, node)| (*node).clone())
}

fn takes_several_calls(dax: &Dax) -> bool {
    let Dax::Call { arguments, .. } = dax else { return false };
    let mut calls = false;
    let mut see = |node: &Dax| calls |= matches!(node, Dax::Call { .. });
    arguments.iter().for_each(|argument| argument.walk(&mut see));
    calls
}

/// A name after the first measure that is asked, else after what is worked out.
fn name_of(dax: &Dax) -> String {
    let (mut measure, mut is_moved) = (None, false);
    dax.walk(&mut |node| {
        is_moved |= moves_the_period(node);
        if let (Dax::Measure(label), None) = (node, &measure) {
            measure = Some(label.clone());
        }
    });
    let words = match (measure, dax) {
        (Some(label), _) if is_moved => format!("earlier {label}"),
        (Some(label), _) => label,
        (None, Dax::Call { function: "FILTER" | "CALCULATETABLE" | "SUMMARIZE", .. }) => "found rows".to_owned(),
        (None, _) => "found value".to_owned(),
    };
    Lower::variable_name(&words)
}

/// `CALCULATE ( .., REMOVEFILTERS ( 'Calendar' ), days )`: the value of other days.
fn moves_the_period(dax: &Dax) -> bool {
    let Dax::Call { function: "CALCULATE", arguments } = dax else { return false };
    let cleared = |argument: &Dax| matches!(argument, Dax::Call { function: "REMOVEFILTERS", .. });
    matches!(arguments.as_slice(), [_, second, Dax::Chain { .. }] if cleared(second))
}

/// The expressions with what stands in them twice or more replaced by variables.
fn named_apart(mut parts: Vec<Dax>, wanted: fn(&Dax) -> bool) -> (Vec<Dax>, Vec<Variable>) {
    let mut variables: Vec<Variable> = Vec::new();
    // The names before any is given here.
    let mut read = None;
    for found in nodes_in(&parts, wanted) {
        let asked: usize = parts.iter().map(|part| count(part, &found)).sum();
        if asked < 2 {
            continue;
        }
        let name = match &found {
            Dax::Measure(label) => Lower::variable_name(label),
            _ => "Ratio".to_owned(),
        };
        let name = free_name(name, read.get_or_insert_with(|| names_in(parts.iter())));
        if variables.iter().all(|variable| variable.name != name) {
            parts = parts.into_iter().map(|part| replace(part, &found, &Dax::variable(&name))).collect();
            variables.push(Variable { name, value: found });
        }
    }
    (parts, variables)
}

/// The variables that the expressions read or bind, in lower case.
fn names_in<'d>(parts: impl Iterator<Item = &'d Dax>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for part in parts {
        part.walk(&mut |node| match node {
            Dax::Variable(name) => names.extend([name.to_lowercase()]),
            Dax::Block { variables, .. } => names.extend(variables.iter().map(|one| one.name.to_lowercase())),
            _ => {}
        });
    }
    names
}

/// The name, with a number where a variable of the block around is called so.
fn free_name(name: String, read: &BTreeSet<String>) -> String {
    let others = (2..).map(|n| format!("{name}{n}"));
    let free = std::iter::once(name.clone()).chain(others).find(|other| !read.contains(&other.to_lowercase()));
    free.unwrap_or(name)
}

/// The same; nothing else is called so from now on.
fn taken_name(name: String, taken: &mut BTreeSet<String>) -> String {
    let name = free_name(name, taken);
    taken.insert(name.to_lowercase());
    name
}

fn nodes_in(parts: &[Dax], wanted: fn(&Dax) -> bool) -> Vec<Dax> {
    let mut found = Vec::new();
    for part in parts {
        shallow(part, &mut |node| {
            if wanted(node) && !found.contains(node) {
                found.push(node.clone());
            }
        });
    }
    found
}

fn count(dax: &Dax, wanted: &Dax) -> usize {
    let mut n = 0;
    shallow(dax, &mut |node| n += usize::from(node == wanted));
    n
}

/// Visits what is evaluated where the expression stands: a call that moves the context is left out.
fn shallow<'d>(dax: &'d Dax, see: &mut impl FnMut(&'d Dax)) {
    see(dax);
    if moves_context(dax) {
        return;
    }
    dax.each_child(|child| shallow(child, see));
}

/// Whether the arguments of a function are evaluated for other rows or filters than those at hand: `CALCULATE` and the
/// like, and what goes over the rows of a table (`FILTER`, `SUMX`, `PERCENTILEX.INC`).
fn moves_context(dax: &Dax) -> bool {
    let Dax::Call { function, .. } = dax else { return matches!(dax, Dax::Block { .. }) };
    let name = function.split_once('.').map_or(*function, |(name, _)| name);
    name.starts_with("CALCULATE") || name.ends_with('X') || OVER_ROWS.contains(&name)
}

/// Those without an X in their names that evaluate an expression for each row.
const OVER_ROWS: [&str; 4] = ["FILTER", "ADDCOLUMNS", "SELECTCOLUMNS", "TOPN"];

fn replace(dax: Dax, wanted: &Dax, by: &Dax) -> Dax {
    if dax == *wanted {
        return by.clone();
    }
    if moves_context(&dax) {
        return dax;
    }
    let all = |items: Vec<Dax>| items.into_iter().map(|item| replace(item, wanted, by)).collect();
    match dax {
        Dax::Call { function, arguments } => Dax::Call { function, arguments: all(arguments) },
        Dax::Chain { operator, operands } => Dax::Chain { operator, operands: all(operands) },
        Dax::List(items) => Dax::List(all(items)),
        Dax::Not(inner) => Dax::Not(Box::new(replace(*inner, wanted, by))),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::dax::tree::Operator;

    fn earlier_orders() -> Dax {
        let days = Dax::binary(Operator::Less, Dax::variable("Day"), Dax::integer(1));
        let cleared = Dax::call("REMOVEFILTERS", [Dax::Boolean(true)]);
        Dax::call("CALCULATE", [Dax::measure("Orders"), cleared, days])
    }

    #[test]
    fn what_takes_several_calls_is_named_before_the_first_that_reads_it() {
        let variable = Variable { name: "Twice".to_owned(), value: earlier_orders().plus_zero() };
        let (variables, result) = name_repeated_calls(vec![variable], earlier_orders(), |name| name);
        assert_eq!(result, Dax::variable("EarlierOrders"));
        assert_eq!(variables.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["EarlierOrders", "Twice"]);
        assert_eq!(variables.first().map(|one| &one.value), Some(&earlier_orders()));
    }

    #[test]
    fn what_is_asked_for_other_filters_is_not_the_same() {
        let inside = Dax::call("CALCULATE", [earlier_orders(), Dax::Boolean(true)]);
        let ratio = Dax::call("DIVIDE", [inside, earlier_orders()]);
        assert_eq!(name_repeated_calls(Vec::new(), ratio.clone(), |name| name), (Vec::new(), ratio));
    }
}
