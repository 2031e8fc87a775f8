//! Aggregates of one table by the same keys, in one pass over it.

use sqlparser::ast::{Expr, SelectItem};

use super::ast::{self, Selection};
use super::common;
use super::compiler::Compiler;
use super::context::{PeriodId, Var};
use super::frame::{Driver, Frame, RelationId, initials};
use super::leaf::{Evaluated, Leaf, Measure, Placed};
use super::window::{self, Window};
use crate::gold::{RelationshipId, TableId, Type};
use crate::model::Operator;
use crate::plan::tree::{Condition, Link, Scalar};

/// Leaves share a pass where these agree.
#[derive(Debug, PartialEq)]
pub struct GroupKey<'a> {
    pub table: TableId,
    pub link: Option<Link>,
    pub vars: Vec<Var>,
    /// The period that gives the unit of time, where time is a key.
    pub period: Option<PeriodId>,
    /// The windows that the join to it expresses.
    pub windows: Vec<&'a Condition>,
    /// The name of a relation of its own; else none.
    pub own: Option<String>,
    /// Its leaves count the different rows that this relationship leads to.
    pub counted: Option<RelationshipId>,
    /// What tells its rows apart, and what they say, where they are the changes of something.
    pub days: Vec<&'a Scalar>,
}

/// One pass over a table, as a relation with a row for each combination of its keys.
#[derive(Debug)]
pub struct Group<'a> {
    pub key: GroupKey<'a>,
    pub frame: Frame,
    /// Name and value of each column that rows are grouped by.
    pub keys: Vec<(String, Expr)>,
    pub leaves: Vec<GroupLeaf>,
}

/// One value of a [`Group`], of the rows for which its own conditions hold.
#[derive(Debug)]
pub struct GroupLeaf {
    pub column: String,
    /// Beyond what the pass asks of all its rows.
    pub conditions: Vec<Expr>,
    pub value: Value,
    /// Where its rows lie in one window.
    pub window: Option<Window>,
}

/// How the values of the rows become one. Sparse: a count of nothing is missing, so that groups
/// without data are not listed.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Exists,
    Count { sparse: bool },
    CountDistinct { operand: Expr, sparse: bool },
    Sum { operand: Expr, ty: Type },
    Plain { function: &'static str, operand: Expr },
    Percentile { operand: Expr, at: f64 },
}

impl Group<'_> {
    /// The column that the value gets; the same value has the same one.
    pub fn add(&mut self, hint: &str, value: Value, conditions: Vec<Expr>, window: Option<Window>) -> String {
        let conditions = ast::conjuncts_once(conditions);
        let is_it = |leaf: &&GroupLeaf| leaf.value == value && leaf.conditions == conditions && leaf.window == window;
        if let Some(known) = self.leaves.iter().find(is_it) {
            return known.column.clone();
        }
        let taken = |name: &str| {
            self.leaves.iter().any(|leaf| leaf.column == name) || self.keys.iter().any(|(key, _)| key == name)
        };
        let hint = if hint.is_empty() { "value" } else { hint };
        let mut column = hint.to_owned();
        let mut number = 2;
        while taken(&column) {
            column = format!("{hint}_{number}");
            number += 1;
        }
        self.leaves.push(GroupLeaf { column: column.clone(), conditions, value, window });
        column
    }

    /// What every leaf asks of a row, and the days that all of them span.
    pub fn common(&self) -> Vec<Expr> {
        let mut all: Vec<Expr> = Vec::new();
        for condition in self.leaves.iter().flat_map(|leaf| &leaf.conditions) {
            if !all.contains(condition) && self.leaves.iter().all(|leaf| leaf.asks(condition)) {
                all.push(condition.clone());
            }
        }
        let span = self.spanned(&all);
        ast::conjuncts_once(all.into_iter().chain(span.into_iter().flatten()))
    }

    /// That a row lies in the days that the windows of several leaves span, where these end alike or nothing else tells
    /// the leaves apart.
    fn spanned(&self, all: &[Expr]) -> Option<[Expr; 2]> {
        let windows: Vec<&Window> = self.leaves.iter().map(|leaf| leaf.window.as_ref()).collect::<Option<_>>()?;
        let (first, rest) = windows.split_first().filter(|(_, rest)| !rest.is_empty())?;
        let end_alike = rest.iter().all(|window| window.ends_with(first));
        let worth_it = end_alike || self.leaves.iter().all(|leaf| leaf.asks_its_window(all));
        if worth_it { window::spanned(windows) } else { None }
    }

    /// What a leaf asks beyond what all ask.
    pub fn own(leaf: &GroupLeaf, common: &[Expr]) -> Expr {
        ast::all(leaf.conditions.iter().filter(|condition| !common.contains(condition)).cloned())
    }

    /// Beyond what all leaves ask of the rows worth reading: where each has a window of its own, that one of them takes
    /// the row, unless the days they span are all that there is to ask.
    pub fn taken_by_one(&self, common: &[Expr]) -> Option<Expr> {
        if self.leaves.len() < 2 || self.leaves.iter().any(|leaf| leaf.window.is_none()) {
            return None;
        }
        let is_spanned = self.leaves.iter().all(|leaf| leaf.asks_its_window(common)) && self.spanned(common).is_some();
        let own: Vec<Expr> = self.leaves.iter().map(|leaf| Self::own(leaf, common)).collect();
        (!is_spanned && !own.iter().any(ast::is_always)).then(|| ast::any(own))
    }
}

impl GroupLeaf {
    /// It has the condition, or another that what is missing fails as well.
    fn asks(&self, condition: &Expr) -> bool {
        let fails = |value: &Expr| self.conditions.iter().any(|asked| ast::says_present(asked, value));
        self.conditions.contains(condition) || matches!(condition, Expr::IsNotNull(value) if fails(value))
    }

    /// Beyond these conditions it asks for its window alone.
    fn asks_its_window(&self, beyond: &[Expr]) -> bool {
        let window = self.window.iter().flat_map(Window::conditions).collect::<Vec<_>>();
        self.conditions.iter().all(|condition| beyond.contains(condition) || window.contains(condition))
    }
}

impl<'a> Compiler<'a> {
    /// Conditions that all leaves share stand in `WHERE`, the others within their aggregates.
    pub fn group_select(&self, mut group: Group<'a>) -> Selection {
        let common = match group.leaves.as_mut_slice() {
            [only] => std::mem::take(&mut only.conditions),
            _ => group.common(),
        };
        let (marking, taken) = (group.leaves.len() == 1 && is_marking(&group), group.taken_by_one(&common));
        let Group { frame, keys, leaves, .. } = group;
        let aggregate = |leaf: GroupLeaf| {
            let own = ast::all(leaf.conditions.into_iter().filter(|condition| !common.contains(condition)));
            ast::named(aggregated(leaf.value, own), common::ident(&leaf.column))
        };
        let items: Vec<SelectItem> = leaves.into_iter().map(aggregate).collect();
        if marking {
            let items = keys.into_iter().map(|(name, value)| self.item(value, &name)).chain(items).collect();
            return ast::select(ast::Parts { items, conditions: common, ..self.parts_from(frame) });
        }
        let conditions = common.into_iter().chain(taken).collect();
        self.grouped(frame, keys, items, conditions, None)
    }

    /// The greatest value among the rows with the greatest date (rule R46): the first of them in order.
    pub fn place_latest(&mut self, leaf: Leaf<'a>, mut frame: Frame, evaluated: Evaluated) -> Placed<'a> {
        let keys = self.relation_keys(&mut frame, &leaf, &evaluated.vars);
        let (Some(value), Some(date)) = (evaluated.operand, evaluated.by) else {
            return self.place_nothing(leaf, evaluated.vars);
        };
        let mut conditions = evaluated.conditions;
        for asked in [&value, &date] {
            if !conditions.iter().any(|condition| ast::says_present(condition, asked)) {
                conditions.push(ast::is_not_null(asked.clone()));
            }
        }
        let order = vec![ast::descending(date), ast::descending(value.clone())];
        let partition = keys.iter().map(|(_, value)| value.clone()).collect();
        let place = ast::over(ast::call("ROW_NUMBER", []), partition, order);
        let column = named_or_value(&leaf.context.hint);
        let values = vec![(column.clone(), value), ("place".to_owned(), place)];
        let name = format!("{}_ranked", self.relation_name_for(&leaf));
        let ranked = self.add_values(&name, &frame, &keys, values, conditions);
        let relation = self.first_of(&leaf, ranked, &keys, &column);
        Placed { leaf, relation, column, vars: evaluated.vars, one_row: false }
    }

    /// A percentile as a window function: every row has it, one is taken.
    pub fn place_windowed(&mut self, leaf: Leaf<'a>, mut frame: Frame, evaluated: Evaluated) -> Placed<'a> {
        let keys = self.relation_keys(&mut frame, &leaf, &evaluated.vars);
        let at = match leaf.measure {
            Measure::Of { operator: Operator::Percentile(at), .. } => *at,
            _ => 0.5,
        };
        let operand = evaluated.operand.unwrap_or_else(ast::null);
        let partition = keys.iter().map(|(_, value)| value.clone()).collect();
        let value =
            ast::over(ast::within_group("PERCENTILE_CONT", vec![ast::number(at)], operand), partition, Vec::new());
        let column = named_or_value(&leaf.context.hint);
        let name = format!("{}_values", self.relation_name_for(&leaf));
        let values = self.add_values(&name, &frame, &keys, vec![(column.clone(), value)], evaluated.conditions);
        let relation = self.any_of(&leaf, values, &keys, &column);
        Placed { leaf, relation, column, vars: evaluated.vars, one_row: keys.is_empty() }
    }

    fn place_nothing(&mut self, leaf: Leaf<'a>, vars: Vec<Var>) -> Placed<'a> {
        let nothing = vec![ast::named(ast::null(), common::ident("nothing"))];
        let select = ast::select(ast::Parts { items: nothing, ..ast::Parts::default() });
        let relation = self.add_fixed("nothing", select, Vec::new());
        Placed { leaf, relation, column: "nothing".to_owned(), vars, one_row: true }
    }

    /// A relation of rows, not of groups.
    pub fn add_values(
        &mut self,
        name: &str,
        frame: &Frame,
        keys: &[(String, Expr)],
        values: Vec<(String, Expr)>,
        conditions: Vec<Expr>,
    ) -> RelationId {
        let items = keys.iter().cloned().chain(values).map(|(name, value)| self.item(value, &name)).collect();
        let select = ast::select(ast::Parts { items, conditions, ..self.parts_of(frame) });
        self.add_fixed(name, select, frame.relations().collect())
    }

    /// Of a relation of rows in order, the first of each key; without a key one row, also where there is none.
    fn first_of(&mut self, leaf: &Leaf<'a>, rows: RelationId, keys: &[(String, Expr)], column: &str) -> RelationId {
        let (frame, keys) = self.over_rows(leaf, rows, keys);
        let value = common::column(&frame.alias, column);
        let first = vec![ast::equal(common::column(&frame.alias, "place"), ast::number(1))];
        let select = if keys.is_empty() {
            let greatest = ast::named(ast::call("MAX", [value]), common::ident(column));
            self.grouped(frame, keys, vec![greatest], first, None)
        } else {
            let items = keys.into_iter().map(|(name, key)| self.item(key, &name)).collect::<Vec<_>>();
            let items = items.into_iter().chain([self.item(value, column)]).collect();
            ast::select(ast::Parts { items, conditions: first, ..self.parts_of(&frame) })
        };
        self.add_fixed(&self.relation_name_for(leaf), select, vec![rows])
    }

    /// Of a relation of rows that all say the same of a key, one a key.
    fn any_of(&mut self, leaf: &Leaf<'a>, rows: RelationId, keys: &[(String, Expr)], column: &str) -> RelationId {
        let (frame, keys) = self.over_rows(leaf, rows, keys);
        let value = ast::call("MAX", [common::column(&frame.alias, column)]);
        let select = self.grouped(frame, keys, vec![ast::named(value, common::ident(column))], Vec::new(), None);
        self.add_fixed(&self.relation_name_for(leaf), select, vec![rows])
    }

    /// A frame over a relation of rows, and its keys there.
    fn over_rows(&self, leaf: &Leaf<'a>, rows: RelationId, keys: &[(String, Expr)]) -> (Frame, Vec<(String, Expr)>) {
        let alias = initials(self.relation_name(rows));
        let keys = keys.iter().map(|(name, _)| (name.clone(), common::column(&alias, name))).collect();
        (Frame::new(Driver::Relation(rows), alias, leaf.context.period), keys)
    }
}

fn named_or_value(hint: &str) -> String {
    if hint.is_empty() { "value".to_owned() } else { hint.to_owned() }
}

/// The rows are those of the key's own table, one a key.
fn is_marking(group: &Group<'_>) -> bool {
    let own_rows = matches!(&group.key.link, Some(Link::To(steps)) if steps.is_empty());
    own_rows && group.leaves.iter().all(|leaf| matches!(leaf.value, Value::Exists))
}

fn aggregated(value: Value, condition: Expr) -> Expr {
    let always = ast::is_always(&condition);
    let given = |operand: Expr| ast::when(condition, operand);
    match value {
        Value::Exists if always => ast::number(1),
        Value::Exists => ast::call("MAX", [given(ast::number(1))]),
        Value::Count { .. } if always => common::count_rows(),
        Value::Count { sparse } => count(common::count(given(ast::number(1))), sparse),
        Value::CountDistinct { operand, sparse } => count(common::count_distinct(given(operand)), sparse),
        Value::Sum { operand, ty: Type::Integer } => common::sum_of_integers(given(operand)),
        Value::Sum { operand, .. } => ast::call("SUM", [given(operand)]),
        Value::Plain { function, operand } => ast::call(function, vec![given(operand)]),
        Value::Percentile { operand, at } => {
            ast::within_group("PERCENTILE_CONT", vec![ast::number(at)], given(operand))
        }
    }
}

/// Sparse: a count of 0 is missing (rule R8).
pub fn count(value: Expr, sparse: bool) -> Expr {
    if sparse { ast::nullif(value, ast::number(0)) } else { value }
}
