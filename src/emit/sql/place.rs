//! Where the value of a leaf lives: the relation that computes it, alone or in one pass with its like.

use sqlparser::ast::Expr;

use super::ast;
use super::compiler::{Body, Compiler};
use super::context::Var;
use super::dialects::Percentile;
use super::frame::{Frame, RelationId};
use super::group::{Group, GroupKey, Value};
use super::leaf::{Evaluated, Leaf, Measure, Placed};
use super::periods::shift_name;
use crate::gold::RelationshipId;
use crate::model::Operator;

impl<'a> Compiler<'a> {
    /// The relation and column of a leaf; computed once.
    pub fn place(&mut self, leaf: Leaf<'a>) -> Placed<'a> {
        if let Some(known) = self.placed.iter().find(|placed| placed.leaf.is(&leaf)) {
            return known.clone();
        }
        let placed = self.place_in_steps(&leaf).unwrap_or_else(|| self.place_rows(leaf));
        self.placed.push(placed.clone());
        placed
    }

    fn place_rows(&mut self, leaf: Leaf<'a>) -> Placed<'a> {
        let mut frame = self.table_frame(leaf.table, leaf.context.period);
        if let Some(relationship) = self.counted_rows(&leaf) {
            let evaluated = self.evaluate_counted(&mut frame, &leaf, relationship);
            return self.place_in_group(leaf, frame, evaluated, Some(relationship));
        }
        let evaluated = self.evaluate(&mut frame, &leaf);
        self.place_evaluated(leaf, frame, evaluated)
    }

    fn place_evaluated(&mut self, leaf: Leaf<'a>, frame: Frame, evaluated: Evaluated) -> Placed<'a> {
        match leaf.measure {
            Measure::Of { operator: Operator::Latest(_), .. } => self.place_latest(leaf, frame, evaluated),
            Measure::Of { operator: Operator::Percentile(_) | Operator::Median, .. } => {
                self.asks_percentile = true;
                match self.percentile {
                    Percentile::Window => self.place_windowed(leaf, frame, evaluated),
                    Percentile::Aggregate => self.place_in_group(leaf, frame, evaluated, None),
                }
            }
            _ => self.place_in_group(leaf, frame, evaluated, None),
        }
    }

    fn place_in_group(
        &mut self,
        leaf: Leaf<'a>,
        frame: Frame,
        evaluated: Evaluated,
        counted: Option<RelationshipId>,
    ) -> Placed<'a> {
        let vars = evaluated.vars.clone();
        let one_row = vars.is_empty() && leaf.link.is_none();
        let key = GroupKey { counted, ..self.group_key(&leaf, &vars) };
        let (relation, column) = match self.fitting_group(&key, &frame) {
            Some(relation) => (relation, self.add_to_group(relation, &leaf)),
            None => self.new_group(key, frame, &leaf, evaluated),
        };
        Placed { leaf, relation, column, vars, one_row }
    }

    fn group_key(&self, leaf: &Leaf<'a>, vars: &[Var]) -> GroupKey<'a> {
        let by_unit = vars.contains(&Var::Unit);
        GroupKey {
            table: leaf.table,
            link: leaf.link.clone(),
            vars: vars.to_vec(),
            period: by_unit.then_some(leaf.context.period),
            windows: if by_unit {
                self.time_shape(leaf).into_iter().filter_map(|at| leaf.conjuncts.get(at).copied()).collect()
            } else {
                Vec::new()
            },
            own: leaf.own.clone(),
            counted: None,
            days: Vec::new(),
        }
    }

    /// A group of the same rows and keys that nothing this leaf reads is computed from.
    fn fitting_group(&self, key: &GroupKey<'a>, frame: &Frame) -> Option<RelationId> {
        let groups = self.relations.iter().enumerate().filter_map(|(at, relation)| match &relation.body {
            Body::Group(group) if group.key == *key => Some(RelationId(at)),
            _ => None,
        });
        let reads: Vec<RelationId> = frame.relations().collect();
        groups.into_iter().find(|group| !reads.iter().any(|read| self.reaches(*read, *group)))
    }

    fn new_group(
        &mut self,
        key: GroupKey<'a>,
        mut frame: Frame,
        leaf: &Leaf<'a>,
        evaluated: Evaluated,
    ) -> (RelationId, String) {
        let keys = match key.counted {
            Some(relationship) => self.keys_before_counting(&mut frame, leaf, &evaluated.vars, relationship),
            None => self.relation_keys(&mut frame, leaf, &evaluated.vars),
        };
        let name = leaf.own.clone().unwrap_or_else(|| self.relation_name_for(leaf));
        let (mut group, hint) = (Group { key, frame, keys, leaves: Vec::new() }, self.column_hint(leaf));
        let window = self.window(&group.frame, leaf, &evaluated.conditions);
        let column = group.add(&hint, self.value(leaf, &evaluated), evaluated.conditions, window);
        (self.add(&name, Body::Group(Box::new(group))), column)
    }

    fn add_to_group(&mut self, relation: RelationId, leaf: &Leaf<'a>) -> String {
        let Some(group) = self.group_mut(relation) else { return String::new() };
        let (mut frame, counted) = (group.frame.clone(), group.key.counted);
        let evaluated = match counted {
            Some(relationship) => self.evaluate_counted(&mut frame, leaf, relationship),
            None => self.evaluate(&mut frame, leaf),
        };
        let value = self.value(leaf, &evaluated);
        let (window, hint) = (self.window(&frame, leaf, &evaluated.conditions), self.column_hint(leaf));
        let Some(group) = self.group_mut(relation) else { return String::new() };
        group.frame = frame;
        group.add(&hint, value, evaluated.conditions, window)
    }

    /// None where the relation is no pass over a table.
    pub fn group_mut(&mut self, relation: RelationId) -> Option<&mut Group<'a>> {
        match &mut self.relations.get_mut(relation.0)?.body {
            Body::Group(group) => Some(group),
            Body::Fixed { .. }
            | Body::Bounds(_)
            | Body::States(_)
            | Body::Totals(_)
            | Body::Changes(_)
            | Body::OwnTotals(_)
            | Body::Written => None,
        }
    }

    /// What its value may be called beside that of other periods; by time, the relation says which period is meant.
    fn column_hint(&self, leaf: &Leaf<'a>) -> String {
        if self.by_unit(leaf.context.period) { leaf.context.hint.clone() } else { self.hint_of_period(leaf) }
    }

    /// The hint of a leaf, with how its period is moved.
    pub fn hint_of_period(&self, leaf: &Leaf<'a>) -> String {
        let hint = leaf.context.hint.as_str();
        match self.period(leaf.context.period).shifts.last().filter(|_| !hint.is_empty()) {
            Some(shift) => format!("{hint}_{}", shift_name(*shift)),
            None => hint.to_owned(),
        }
    }

    /// What a reader finds it by: its table, what its rows are kept apart by, and how its period is moved.
    pub fn relation_name_for(&self, leaf: &Leaf<'a>) -> String {
        let table = self.table_name(leaf.table);
        let name = match &leaf.link {
            Some(link) => format!("{table}_by_{}", self.table_name(self.link_table(leaf.table, link))),
            None => format!("{table}_totals"),
        };
        let moved = self
            .by_unit(leaf.context.period)
            .then(|| self.period(leaf.context.period))
            .and_then(|period| period.shifts.last().copied());
        match moved {
            Some(shift) => format!("{name}_{}", shift_name(shift)),
            None => name,
        }
    }

    /// Name and value of what its rows are kept apart by: the row they belong to first, then the variables.
    pub fn relation_keys(&mut self, frame: &mut Frame, leaf: &Leaf<'a>, vars: &[Var]) -> Vec<(String, Expr)> {
        let names = self.key_names(leaf.table, &leaf.link, vars);
        let mut values = Vec::new();
        if let Some(link) = &leaf.link {
            values.push(self.link_key(frame, leaf.table, link).unwrap_or_else(ast::null));
        }
        for var in vars {
            values.push(self.var(frame, *var));
        }
        names.into_iter().zip(values).collect()
    }

    fn value(&self, leaf: &Leaf<'a>, evaluated: &Evaluated) -> Value {
        let sparse = leaf.link.is_none() && !evaluated.vars.is_empty();
        let operand = evaluated.operand.clone().unwrap_or_else(ast::null);
        match leaf.measure {
            Measure::Exists => Value::Exists,
            Measure::Of { operator, operand: scalar, .. } => match operator {
                Operator::Count => Value::Count { sparse },
                Operator::CountDistinct => Value::CountDistinct { operand, sparse },
                Operator::Sum => {
                    Value::Sum { operand, ty: scalar.map_or(crate::gold::Type::Number, |scalar| scalar.ty) }
                }
                Operator::Average => Value::Plain { function: "AVG", operand },
                Operator::Min => Value::Plain { function: "MIN", operand },
                Operator::Max | Operator::Latest(_) => Value::Plain { function: "MAX", operand },
                Operator::Median => Value::Percentile { operand, at: 0.5 },
                Operator::Percentile(at) => Value::Percentile { operand, at: *at },
            },
        }
    }
}
