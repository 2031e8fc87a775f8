//! What a test asks twice is asked once and named.

use std::collections::BTreeSet;

use super::lower::Lower;
use super::tree::{Dax, Variable};

/// What a test asks more than once is asked once and named: quotients first, then measures, so that a
/// quotient is written with the names of its measures.
pub(super) fn name_repeated(test: Dax) -> Dax {
    let (test, ratios) = named_apart(vec![test], |node| matches!(node, Dax::Call { function: "DIVIDE", .. }));
    let names: Vec<String> = ratios.iter().map(|ratio| ratio.name.clone()).collect();
    let values = test.into_iter().chain(ratios.into_iter().map(|ratio| ratio.value)).collect();
    let (parts, measures) = named_apart(values, |node| matches!(node, Dax::Measure(_)));
    let mut parts = parts.into_iter();
    let result = parts.next().unwrap_or(Dax::Boolean(true));
    let ratios = names.into_iter().zip(parts).map(|(name, value)| Variable { name, value });
    Dax::block(measures.into_iter().chain(ratios).collect(), result)
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
        let name = free_name(name, read.get_or_insert_with(|| names_in(&parts)));
        if variables.iter().all(|variable| variable.name != name) {
            parts = parts.into_iter().map(|part| replace(part, &found, &Dax::variable(&name))).collect();
            variables.push(Variable { name, value: found });
        }
    }
    (parts, variables)
}

/// The variables that the expressions read or bind, in lower case.
fn names_in(parts: &[Dax]) -> BTreeSet<String> {
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
fn shallow(dax: &Dax, see: &mut impl FnMut(&Dax)) {
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
