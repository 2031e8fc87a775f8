//! Segments, policies and resolves as measures asked for one row: every filter from outside is set
//! aside, the row and, but for segments, the period are kept (docs/language.md, Segments).

use crate::gold::{ColumnId, TableId, Type};
use crate::model::{SegmentId, Way};
use crate::plan::tree::{Condition, Day, Plan, PolicyPlanId, ResolvePlan, ResolvePlanId, Scalar, ScalarKind};

use super::beyond::Hand;
use super::lower::{Columns, Lower, Period, Place};
use super::reads::Reads;
use super::tree::{Dax, Operator, Variable};
use super::visit::{Node, visit_condition, visit_scalar};

impl Lower<'_> {
    /// Whether the row at hand is a member: for all days up to the as-of date.
    pub fn segment_member(&mut self, id: SegmentId) -> Dax {
        let plan = self.plan;
        let Some(segment) = plan.segments.get(id.0 as usize) else { return Dax::Boolean(false) };
        let row = self.row_at_hand(segment.table);
        let someone = self.someone(&segment.condition, segment.table);
        let holds = self.at_row(self.row_alone(segment.table), |this| {
            this.frame(Some(segment.table), Period::Own, |this| this.at_hand(&segment.condition, segment.table))
        });
        let holds = Dax::all(someone.into_iter().chain([holds]).collect());
        Dax::call("CALCULATE", [vec![holds, Dax::call("REMOVEFILTERS", [])], row.into_iter().collect()].concat())
    }

    /// The row whose key is all that is filtered.
    fn row_alone(&self, table: TableId) -> Vec<Hand> {
        vec![Hand { table, columns: self.key(table).into_iter().collect(), alone: true }]
    }

    /// That the row at hand is not the one of nobody, where no column of it is tested.
    fn someone(&mut self, condition: &Condition, table: TableId) -> Option<Dax> {
        let key = self.key(table).filter(|_| self.reads(condition, table).columns.is_empty())?;
        Some(self.key_at_hand(key).is_present())
    }

    /// The key of the row that is in the filter context, whatever days are picked there: a row is at hand by its key.
    fn key_at_hand(&mut self, key: ColumnId) -> Dax {
        let name = Self::variable_name(&format!("{} key", self.table_label(key.table)));
        let mut value = Dax::call("SELECTEDVALUE", [Dax::Column(key)]);
        if self.calendar_filters(key.table) {
            value = Dax::call("CALCULATE", [value, self.clear_calendar()]);
        }
        self.bind(&name, value)
    }

    /// Whether the policy allows the row at hand, at the period at hand.
    pub fn policy_allows(&mut self, id: PolicyPlanId) -> Dax {
        let plan = self.plan;
        let Some(policy) = plan.policies.get(id.0 as usize) else { return Dax::Boolean(false) };
        let row = self.row_at_hand(policy.table);
        let period = self.same_period(asks_for_days(plan, Node::Condition(&policy.allowed)));
        let holds = self.at_row(self.row_alone(policy.table), |this| {
            this.frame(Some(policy.table), Period::Kept, |this| this.at_hand(&policy.allowed, policy.table))
        });
        let kept = period.into_iter().chain(row);
        Dax::call("CALCULATE", [vec![holds, Dax::call("REMOVEFILTERS", [])], kept.collect()].concat())
    }

    /// A filter argument that leaves the row whose key is in the filter context.
    fn row_at_hand(&mut self, table: TableId) -> Option<Dax> {
        let key = self.key(table)?;
        let row = self.key_at_hand(key);
        // To `=` the row of nobody has the key 0; text has no such key.
        let is_text = self.gold().column(key).is_some_and(|key| key.ty == Type::Text);
        Some(Dax::binary(if is_text { Operator::Equal } else { Operator::StrictlyEqual }, Dax::Column(key), row))
    }

    /// A filter argument that keeps the period when all filters go: its last day decides everything
    /// but what asks for the picked days.
    fn same_period(&mut self, all_days: bool) -> Option<Dax> {
        let day = Dax::Column(self.day_column()?);
        if !all_days {
            let end = self.period_end();
            return Some(Dax::binary(Operator::Equal, day, end));
        }
        Some(self.bind_for_period("PickedDays", Dax::call("DISTINCT", [day])))
    }

    /// What the sources say of the row at hand, at the end of the period.
    pub fn resolve_value(&mut self, id: ResolvePlanId) -> Dax {
        let plan = self.plan;
        let Some(resolve) = plan.resolves.get(id.0 as usize) else { return Dax::call("BLANK", []) };
        let row = self.row_at_hand(resolve.table);
        let name = Self::variable_name(&format!("{} rows", self.table_label(resolve.source)));
        let rows = self.said(resolve, row);
        let rows = self.bind(&name, rows);
        let latest = self.latest_of_each(resolve, rows);
        self.decided(resolve, latest)
    }

    /// The rows that belong to the row at hand, grouped by what matters of them.
    fn said(&mut self, resolve: &ResolvePlan, row: Option<Dax>) -> Dax {
        let set = self.row_set(resolve.source, &resolve.conjuncts);
        let mut columns = vec![Dax::Table(resolve.source)];
        let value = self.scalar_reads(&resolve.value, resolve.source);
        let own = resolve.per.iter().chain([&resolve.date]).map(|column| column.column);
        let ranked = match &resolve.way {
            Way::First { column, .. } => Some(*column),
            _ => None,
        };
        for column in ranked.into_iter().chain(own).chain(value.columns.iter().map(|column| column.column)) {
            let column = Dax::Column(column);
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        let mut rows = Dax::call("SUMMARIZE", columns);
        if let Dax::Extension(name) = self.said_by_row(resolve) {
            let value = self.value(&resolve.value, Place::in_row(resolve.source, Columns::Named));
            rows = Dax::call("ADDCOLUMNS", [rows, Dax::Text(name), value]);
        }
        if !set.tests.is_empty() {
            let bare = super::rows::RowSet { filters: Vec::new(), ..set.clone() };
            let (tested, _) = bare.iterated(self, &Reads::default(), Place::at_hand(resolve.source));
            rows = Dax::call("CALCULATETABLE", [rows, super::period::keep(tested)]);
        }
        let cleared = self.clear_calendar();
        let filters = set.filters.into_iter().filter(|filter| *filter != cleared);
        let all = [vec![rows, Dax::call("REMOVEFILTERS", [])], row.into_iter().chain(filters).collect()].concat();
        Dax::call("CALCULATETABLE", all)
    }

    /// Per source the rows of its latest date: a row that says nothing is never passed over for an older one.
    fn latest_of_each(&mut self, resolve: &ResolvePlan, rows: Dax) -> Dax {
        let date = Dax::Column(resolve.date.column);
        let ranked = match &resolve.way {
            Way::First { column, .. } => Some(*column),
            _ => None,
        };
        let latest = match resolve.per.as_ref().map(|per| per.column).or(ranked) {
            None => {
                let last = self.bind("LastDay", Dax::call("MAXX", [rows.clone(), date.clone()]));
                Dax::call("FILTER", [rows, Dax::binary(Operator::Equal, date, last)])
            }
            Some(source) => {
                let source = Dax::Column(source);
                let same = Dax::binary(Operator::StrictlyEqual, source.clone(), Dax::variable("SourceOfRow"));
                let of_source = Dax::call("FILTER", [rows.clone(), same]);
                let last = Dax::call("MAXX", [of_source, date.clone()]);
                let test = Dax::binary(Operator::Equal, date, last);
                let variable = Variable { name: "SourceOfRow".to_owned(), value: source };
                Dax::call("FILTER", [rows, Dax::block(vec![variable], test)])
            }
        };
        self.bind("LatestOfEach", latest)
    }

    fn decided(&mut self, resolve: &ResolvePlan, latest: Dax) -> Dax {
        match &resolve.way {
            Way::Latest => {
                let last = self.on_last_day(resolve, &latest);
                self.if_all_say_the_same(resolve, last)
            }
            Way::Wins { value, days } => self.unless_one_wins(resolve, latest, value, *days),
            Way::Strictest(values) => self.strictest(resolve, latest, values),
            Way::First { column, values } => {
                let rank = ranks(Dax::Column(*column), values);
                let first = self.bind("FirstSource", Dax::call("MINX", [latest.clone(), rank.clone()]));
                let of_first = Dax::call("FILTER", [latest, Dax::binary(Operator::StrictlyEqual, rank, first)]);
                let of_first = self.bind("RowsOfFirst", of_first);
                let listed = Dax::variable("FirstSource").is_present();
                let said = self.if_all_say_the_same(resolve, of_first);
                Dax::call("IF", [listed, said])
            }
        }
    }

    fn on_last_day(&mut self, resolve: &ResolvePlan, latest: &Dax) -> Dax {
        let date = Dax::Column(resolve.date.column);
        let last = self.bind("LastDay", Dax::call("MAXX", [latest.clone(), date.clone()]));
        self.bind("LastRows", Dax::call("FILTER", [latest.clone(), Dax::binary(Operator::Equal, date, last)]))
    }

    /// Two different values on one date are nothing known.
    fn if_all_say_the_same(&mut self, resolve: &ResolvePlan, rows: Dax) -> Dax {
        let value = self.said_by_row(resolve);
        let said = self.bind("SaidValue", Dax::call("MAXX", [rows.clone(), value.clone()]));
        let other = Dax::binary(Operator::StrictlyEqual, value, said.clone()).negated();
        let agree = Dax::call("ISEMPTY", [Dax::call("FILTER", [rows, other])]);
        Dax::call("IF", [agree, said])
    }

    fn said_by_row(&mut self, resolve: &ResolvePlan) -> Dax {
        match &resolve.value.kind {
            ScalarKind::Column(column) => Dax::Column(column.column),
            _ => {
                let name = self.model.resolve(resolve.id).map_or("", |found| &found.head.name);
                Dax::Extension(format!("@{}", Self::variable_name(name)))
            }
        }
    }

    fn unless_one_wins(&mut self, resolve: &ResolvePlan, latest: Dax, winner: &str, days: u32) -> Dax {
        let last_rows = self.on_last_day(resolve, &latest);
        let winner = Dax::Text(winner.to_owned());
        let wins = Dax::binary(Operator::Equal, self.said_by_row(resolve), winner.clone());
        let rows = Dax::call("FILTER", [latest.clone(), wins]);
        let date = Dax::Column(resolve.date.column);
        let day = self.bind("LastWinningDay", Dax::call("MAXX", [rows, date.clone()]));
        let unknown = Dax::call("FILTER", [latest, self.unknown(resolve)]);
        let unknown_day = self.bind("LastUnknownDay", Dax::call("MAXX", [unknown, date]));
        let near = Dax::binary(Operator::Subtract, Dax::variable("LastDay"), Dax::integer(i64::from(days)));
        let recent = |day: Dax| {
            Dax::all(vec![day.clone().is_present(), Dax::binary(Operator::GreaterOrEqual, day, near.clone())])
        };
        let agreed = self.if_all_say_the_same(resolve, last_rows);
        let otherwise = Dax::call("IF", [recent(unknown_day).negated(), agreed]);
        Dax::call("IF", [recent(day), winner, otherwise])
    }

    /// A row that says nothing; the empty text is nothing too (rule R5).
    fn unknown(&mut self, resolve: &ResolvePlan) -> Dax {
        Dax::binary(Operator::Equal, self.said_by_row(resolve), Dax::Text(String::new()))
    }

    /// The first of these that a row of a source's latest date says. An unknown may be any of them, so
    /// only the strictest stands beside it.
    fn strictest(&mut self, resolve: &ResolvePlan, latest: Dax, values: &[String]) -> Dax {
        let some = |test: Dax| Dax::call("ISEMPTY", [Dax::call("FILTER", [latest.clone(), test])]).negated();
        let value = self.said_by_row(resolve);
        let says = |text: &String| some(Dax::binary(Operator::Equal, value.clone(), Dax::Text(text.clone())));
        let mut branches: Vec<[Dax; 2]> = values.iter().map(|text| [says(text), Dax::Text(text.clone())]).collect();
        let unknown = some(self.unknown(resolve));
        branches.insert(branches.len().min(1), [unknown, Dax::call("BLANK", [])]);
        let branches = std::iter::once(Dax::Boolean(true)).chain(branches.into_iter().flatten());
        Dax::call("SWITCH", branches.collect::<Vec<_>>())
    }
}

/// `SWITCH ( column, "crm", 1, .. )`: BLANK for a source that is not listed.
fn ranks(column: Dax, values: &[String]) -> Dax {
    let pairs = values.iter().zip(1i64..).flat_map(|(value, rank)| [Dax::Text(value.clone()), Dax::integer(rank)]);
    Dax::call("SWITCH", std::iter::once(column).chain(pairs).collect::<Vec<_>>())
}

/// Whether the picked days, or the first of them, matter to a condition, through what it names.
fn asks_for_days(plan: &Plan, node: Node) -> bool {
    let mut found = false;
    let mut see = |node: Node| {
        found |= match node {
            Node::Condition(Condition::InPeriod { .. } | Condition::Shifted { .. }) => true,
            Node::Condition(Condition::Within { from, before, .. }) => [from, before].contains(&&Some(Day::Start)),
            Node::Condition(Condition::Filter { id, .. }) => {
                plan.filters.get(id.0 as usize).is_some_and(|inner| asks_for_days(plan, Node::Condition(inner)))
            }
            Node::Scalar(Scalar { kind: ScalarKind::Day(Day::Start) | ScalarKind::Shifted { .. }, .. }) => true,
            Node::Scalar(Scalar { kind: ScalarKind::Metric(id), .. }) => {
                plan.metrics.get(id.0 as usize).is_some_and(|inner| asks_for_days(plan, Node::Scalar(inner)))
            }
            _ => false,
        }
    };
    match node {
        Node::Scalar(scalar) => visit_scalar(scalar, &mut see),
        Node::Condition(condition) => visit_condition(condition, &mut see),
    }
    found
}
