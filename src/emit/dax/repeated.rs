//! What is asked twice is asked once and named.
//!
//! What has a name is gone into but once, and only what begins alike is compared: the work grows with the text.

use std::collections::{BTreeSet, HashMap};

use super::lower::Lower;
use super::tree::{Dax, Variable};
use super::variables::{free_name, variable_of};

/// What a test asks more than once is asked once and named: measures and quotients first, so that a quotient is
/// written with the names of its measures, then all else that takes several calls.
pub(super) fn name_repeated(test: Dax) -> Dax {
    let mut taken = names_in(&test);
    let mut named = |name: String| free_name(&mut taken, &name);
    let (mut variables, result) = name_each(Vec::new(), test, is_measure_or_ratio, &mut named);
    variables.sort_by_key(|one| !matches!(one.value, Dax::Measure(_)));
    let (variables, result) = name_repeated_calls(variables, result, named);
    Dax::block(variables, result)
}

/// A block with what takes several calls and stands in it more than once in a variable, before the first that reads it.
/// `named` says what a variable of that name is called where it is not free.
pub(super) fn name_repeated_calls(
    variables: Vec<Variable>,
    result: Dax,
    mut named: impl FnMut(String) -> String,
) -> (Vec<Variable>, Dax) {
    name_each(variables, result, takes_several_calls, &mut named)
}

/// A block with each wanted expression that stands in it twice or more in a variable.
fn name_each(
    variables: Vec<Variable>,
    result: Dax,
    wanted: fn(&Dax) -> bool,
    named: &mut dyn FnMut(String) -> String,
) -> (Vec<Variable>, Dax) {
    let mut asked = Asked::new();
    for part in variables.iter().map(|one| &one.value).chain([&result]) {
        count(part, wanted, &mut asked);
    }
    let repeated = asked.into_values().flatten().filter(|(_, times)| *times > 1);
    let repeated: HashMap<Dax, Option<String>> = repeated.map(|(one, _)| (one.clone(), None)).collect();
    if repeated.is_empty() {
        return (variables, result);
    }
    let mut naming = Naming { repeated, named, variables: Vec::new() };
    for Variable { name, value } in variables {
        let value = naming.read(value);
        naming.variables.push(Variable { name, value });
    }
    let result = naming.read(result);
    (naming.variables, result)
}

/// Expressions and how often each is asked, those together that call one function with as many arguments.
type Asked<'d> = HashMap<(&'static str, usize), Vec<(&'d Dax, usize)>>;

/// How often each wanted expression is asked where it is evaluated; those within another are asked once for all its places.
fn count<'d>(dax: &'d Dax, wanted: fn(&Dax) -> bool, asked: &mut Asked<'d>) {
    if wanted(dax) {
        let alike = asked.entry(beginning(dax)).or_default();
        if let Some((_, times)) = alike.iter_mut().find(|(known, _)| *known == dax) {
            *times += 1;
            return;
        }
        alike.push((dax, 1));
    }
    if !moves_context(dax) {
        dax.each_child(|child| count(child, wanted, asked));
    }
}

fn beginning(dax: &Dax) -> (&'static str, usize) {
    match dax {
        Dax::Call { function, arguments } => (function, arguments.len()),
        _ => ("", 0),
    }
}

/// Writes a block anew, with variables in the places of what is repeated.
struct Naming<'n> {
    /// What is asked more than once, and its name once it has one.
    repeated: HashMap<Dax, Option<String>>,
    named: &'n mut dyn FnMut(String) -> String,
    variables: Vec<Variable>,
}

impl Naming<'_> {
    fn read(&mut self, dax: Dax) -> Dax {
        match self.repeated.get(&dax) {
            Some(Some(name)) => Dax::variable(name),
            Some(None) => self.bind(dax),
            None => self.within(dax),
        }
    }

    /// In a variable behind those that it reads itself.
    fn bind(&mut self, dax: Dax) -> Dax {
        let value = self.within(dax.clone());
        let name = (self.named)(name_of(&dax));
        self.variables.push(Variable { name: name.clone(), value });
        self.repeated.insert(dax, Some(name.clone()));
        Dax::Variable(name)
    }

    fn within(&mut self, dax: Dax) -> Dax {
        if moves_context(&dax) {
            return dax;
        }
        match dax {
            Dax::Call { function, arguments } => Dax::Call { function, arguments: self.each(arguments) },
            Dax::Chain { operator, operands } => Dax::Chain { operator, operands: self.each(operands) },
            Dax::List(items) => Dax::List(self.each(items)),
            Dax::Not(inner) => Dax::Not(Box::new(self.read(*inner))),
            other => other,
        }
    }

    fn each(&mut self, items: Vec<Dax>) -> Vec<Dax> {
        items.into_iter().map(|item| self.read(item)).collect()
    }
}

fn is_measure_or_ratio(dax: &Dax) -> bool {
    matches!(dax, Dax::Measure(_) | Dax::Call { function: "DIVIDE", .. })
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
    if let Dax::Call { function: "DIVIDE", .. } = dax {
        return "RatioValue".to_owned();
    }
    let (mut measure, mut is_moved) = (None, false);
    dax.walk(&mut |node| {
        is_moved |= moves_the_period(node);
        if let (Dax::Measure(label), None) = (node, &measure) {
            measure = Some(label.clone());
        }
    });
    let words = match (measure, dax) {
        (Some(label), _) if is_moved => format!("earlier {label}"),
        (Some(label), _) => return variable_of(&label, "Value"),
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

/// The variables that the expression reads or binds, in lower case.
fn names_in(dax: &Dax) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    dax.walk(&mut |node| match node {
        Dax::Variable(name) => names.extend([name.to_lowercase()]),
        Dax::Block { variables, .. } => names.extend(variables.iter().map(|one| one.name.to_lowercase())),
        _ => {}
    });
    names
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
    fn each_of_two_quotients_has_a_name_and_is_written_with_those_of_its_measures() {
        let ratio = |name| Dax::call("DIVIDE", [Dax::measure(name), Dax::measure("Customers")]);
        let between = |ratio: Dax| {
            let bound = |operator, at| Dax::binary(operator, ratio.clone(), Dax::integer(at));
            [bound(Operator::GreaterOrEqual, 0), bound(Operator::LessOrEqual, 1)]
        };
        let test = Dax::all([between(ratio("Orders")), between(ratio("Lines"))].concat());
        let Dax::Block { variables, .. } = name_repeated(test) else { panic!("a block") };
        assert_eq!(
            variables.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
            ["CustomersValue", "RatioValue", "RatioValue2"]
        );
        let second = Dax::call("DIVIDE", [Dax::measure("Lines"), Dax::variable("CustomersValue")]);
        assert_eq!(variables.last().map(|one| &one.value), Some(&second));
    }

    #[test]
    fn what_is_asked_for_other_filters_is_not_the_same() {
        let inside = Dax::call("CALCULATE", [earlier_orders(), Dax::Boolean(true)]);
        let ratio = Dax::call("DIVIDE", [inside, earlier_orders()]);
        assert_eq!(name_repeated_calls(Vec::new(), ratio.clone(), |name| name), (Vec::new(), ratio));
    }
}
