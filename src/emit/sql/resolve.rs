//! Resolves: what several sources say, brought to one value per row (docs/language.md, Segments).

use sqlparser::ast::{BinaryOperator, Expr, SelectItem};

use super::ast;
use super::common;
use super::compiler::{Compiler, Known};
use super::context::{Context, PeriodId, Var};
use super::frame::{Driver, Frame, How, RelationId, Source};
use super::leaf::{Leaf, Measure, plain_name};
use crate::gold::RelationshipId;
use crate::model::{Literal, Way};
use crate::plan::tree::{Condition, Link, ResolvePlan, ResolvePlanId, ScalarKind};
use crate::syntax::tree::CompareOp;

/// The three steps: what each source said last, with the evidence; the value.
pub struct Steps {
    latest: RelationId,
    keys: Vec<String>,
}

impl<'a> Compiler<'a> {
    /// The column `value` of the resolve's relation, joined on the row that the path leads to.
    pub fn resolve_value(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        path: &[RelationshipId],
        id: ResolvePlanId,
    ) -> Expr {
        let relation = self.resolve_relation(id, context.period);
        let at = super::scalar::from_hand(context, path);
        let alias = self.join_by_key(frame, relation, &at, context.period);
        common::column(&alias, "value")
    }

    /// A relation keyed by the row a path leads to, and the unit of time.
    pub fn join_by_key(
        &mut self,
        frame: &mut Frame,
        relation: RelationId,
        path: &[RelationshipId],
        period: PeriodId,
    ) -> String {
        if let Some((_, _, alias)) = frame.links.iter().find(|(known, at, _)| *known == relation && at == path) {
            return alias.clone();
        }
        let key = self.key_at(frame, path).unwrap_or_else(ast::null);
        let name = self.key_name_at(frame, path);
        let unit = self.by_unit(period).then(|| self.var(frame, Var::Unit));
        let unit_name = self.unit_name();
        let alias = self.join(frame, Source::Relation(relation), |alias| {
            let by_key = ast::equal(common::column(alias, &name), key);
            let by_unit = unit.map(|unit| ast::equal(common::column(alias, unit_name), unit));
            How::Left(ast::all([by_key].into_iter().chain(by_unit)))
        });
        frame.links.push((relation, path.to_vec(), alias.clone()));
        alias
    }

    fn key_name_at(&self, frame: &Frame, path: &[RelationshipId]) -> String {
        let table = match &frame.driver {
            Driver::Table(table) => self.end_of(path).or(Some(*table)),
            Driver::Relation(_) | Driver::Open => self.end_of(path),
        };
        let key = table.and_then(|table| self.gold.single_key(table));
        key.map_or("key", |key| self.column_name(key)).to_owned()
    }

    /// One value a row of the table, made once for each period.
    pub fn resolve_relation(&mut self, id: ResolvePlanId, period: PeriodId) -> RelationId {
        let id = self.first_alike(id);
        self.known(Known::Resolve(id, period), |compiler| {
            let plan = compiler.plan;
            let Some(resolve) = plan.resolves.get(id.0 as usize) else {
                return compiler.add_fixed("nothing", ast::select(ast::Parts::default()), Vec::new());
            };
            let steps = compiler.latest_by_source(resolve, id, period);
            compiler.decided(resolve, id, &steps)
        })
    }

    /// The first resolve that asks the same and decides alike: purposes and channels need not make a difference.
    fn first_alike(&self, id: ResolvePlanId) -> ResolvePlanId {
        let all = &self.plan.resolves;
        let first = all.get(id.0 as usize).and_then(|resolve| all.iter().position(|other| other == resolve));
        first.map_or(id, |at| ResolvePlanId(at as u32))
    }

    /// Its own name, with what it is asked for where it stands for several purposes or channels.
    pub fn resolve_name(&self, resolve: &ResolvePlan, id: ResolvePlanId) -> String {
        let name = self.model.resolve(resolve.id).map_or("resolved", |resolve| resolve.head.name.as_str());
        let mut kind: Vec<&ResolvePlan> = Vec::new();
        for other in self.plan.resolves.iter().filter(|other| other.id == resolve.id) {
            if !kind.contains(&other) {
                kind.push(other);
            }
        }
        if kind.len() < 2 {
            return plain_name(name);
        }
        let words = |plan| told_apart(plan, &kind);
        let own = words(resolve);
        let alone = kind.iter().filter(|other| words(other) == own).count() == 1;
        plain_name(&if alone { format!("{name}_{}", own.join("_")) } else { format!("{name}_{}", id.0 + 1) })
    }

    /// The rows with the latest date of each source.
    fn latest_by_source(&mut self, resolve: &'a ResolvePlan, id: ResolvePlanId, period: PeriodId) -> Steps {
        let name = self.resolve_name(resolve, id);
        let said = self.said_by_period(resolve, &name, period);
        let keys = self.key_names(resolve.source, &Some(Link::To(resolve.path.clone())), &self.unit_var(period));
        self.latest_of(resolve, &name, said, keys)
    }

    /// The same of the rows that count, kept apart by the keys.
    pub fn latest_of(&mut self, resolve: &ResolvePlan, name: &str, said: RelationId, keys: Vec<String>) -> Steps {
        let frame = Frame::new(Driver::Relation(said), "s".to_owned(), PeriodId(0));
        let key_values: Vec<(String, Expr)> = keys.iter().map(|key| (key.clone(), common::column("s", key))).collect();
        let partition: Vec<Expr> = key_values.iter().map(|(_, value)| value.clone()).collect();
        let column = |name: &str| (name.to_owned(), common::column("s", name));
        let mut values = vec![column("said"), column("said_on")];
        values.extend(resolve.evidence.map(|_| column("evidence")));
        let deciding = match &resolve.way {
            Way::First { .. } => ast::call("MIN", [common::column("s", "source_place")]),
            _ => ast::call("MAX", [common::column("s", "said_on")]),
        };
        let is_first = matches!(resolve.way, Way::First { .. });
        values.extend(is_first.then(|| column("source_place")));
        let name_of = if is_first { "first_place" } else { "latest_on" };
        values.push((name_of.to_owned(), ast::over(deciding, partition, Vec::new())));
        let conditions = vec![ast::equal(common::column("s", "place"), ast::number(1))];
        let latest = self.add_values(&format!("{name}_latest"), &frame, &key_values, values, conditions);
        Steps { latest, keys }
    }

    fn unit_var(&self, period: PeriodId) -> Vec<Var> {
        if self.by_unit(period) { vec![Var::Unit] } else { Vec::new() }
    }

    /// The rows that count, each with its place among those of its source.
    fn said_by_period(&mut self, resolve: &'a ResolvePlan, name: &str, period: PeriodId) -> RelationId {
        let context = Context::bare(period);
        let link = Some(Link::To(resolve.path.clone()));
        let conjuncts = resolve.conjuncts.iter().collect();
        let leaf = Leaf { table: resolve.source, conjuncts, measure: Measure::Exists, link, context, own: None };
        let mut frame = self.table_frame(resolve.source, period);
        let evaluated = self.evaluate(&mut frame, &leaf);
        let vars = self.unit_var(period);
        let keys = self.relation_keys(&mut frame, &leaf, &vars);
        self.said_by(resolve, name, frame, &keys, evaluated.conditions)
    }

    /// The rows of a frame of the source, each with its place among those of its source and keys.
    pub fn said_by(
        &mut self,
        resolve: &'a ResolvePlan,
        name: &str,
        mut frame: Frame,
        keys: &[(String, Expr)],
        mut conditions: Vec<Expr>,
    ) -> RelationId {
        let hand = super::context::Hand { table: resolve.source, path: Vec::new() };
        let at_row = Context::bare(frame.period).at_row(hand);
        let value = self.scalar(&mut frame, &at_row, &resolve.value);
        let date = self.column(&mut frame, &at_row, &resolve.date);
        let mut values = vec![("said".to_owned(), value), ("said_on".to_owned(), date.clone())];
        let mut partition: Vec<Expr> = keys.iter().map(|(_, value)| value.clone()).collect();
        partition.extend(resolve.per.as_ref().map(|per| self.column(&mut frame, &at_row, per)));
        if let Way::First { column, values: sources } = &resolve.way {
            let source = self.stored(&frame.alias.clone(), *column);
            conditions.push(ast::in_list(
                source.clone(),
                sources.iter().map(|text| common::text(text)).collect(),
                false,
            ));
            if resolve.per.is_none() {
                partition.push(source.clone());
            }
            values.push(("source_place".to_owned(), self.source_place(source, sources)));
        }
        if let Some(evidence) = resolve.evidence {
            values.push(("evidence".to_owned(), self.column_at(&mut frame, &[], evidence)));
        }
        values.push((
            "place".to_owned(),
            ast::over(ast::call("RANK", Vec::new()), partition, vec![ast::descending(date)]),
        ));
        self.add_values(&format!("{name}_said"), &frame, keys, values, conditions)
    }

    fn source_place(&self, source: Expr, sources: &[String]) -> Expr {
        let branches = sources
            .iter()
            .enumerate()
            .map(|(at, text)| (ast::equal(source.clone(), common::text(text)), ast::number(at + 1)));
        ast::case(branches.collect(), None)
    }

    /// One value a key out of what the sources said last.
    pub fn decided(&mut self, resolve: &ResolvePlan, id: ResolvePlanId, steps: &Steps) -> RelationId {
        let name = self.resolve_name(resolve, id);
        let frame = Frame::new(Driver::Relation(steps.latest), "l".to_owned(), PeriodId(0));
        let keys = steps.keys.iter().map(|key| (key.clone(), common::column("l", key))).collect();
        let items: Vec<SelectItem> = vec![ast::named(self.decision(&resolve.way), common::ident("value"))];
        let select = self.grouped(frame, keys, items, Vec::new(), None);
        self.add_fixed(&name, select, vec![steps.latest])
    }

    fn decision(&self, way: &Way) -> Expr {
        let column = |name: &str| common::column("l", name);
        let says = |text: &str| ast::equal(column("said"), common::text(text));
        let some =
            |condition: Expr| ast::equal(ast::call("MAX", [ast::when(condition, ast::number(1))]), ast::number(1));
        let latest = ast::equal(column("said_on"), column("latest_on"));
        match way {
            Way::Latest => self.agreed(latest, Vec::new()),
            Way::Wins { value, days } => {
                let since = common::add_days(column("latest_on"), -i64::from(*days));
                let recent = ast::compare(column("said_on"), BinaryOperator::GtEq, since);
                let wins = some(ast::all([says(value), recent.clone()]));
                let unknown = some(ast::all([ast::is_null(column("said")), recent]));
                self.agreed(latest, vec![(wins, common::text(value)), (unknown, ast::null())])
            }
            Way::First { .. } => self.agreed(ast::equal(column("source_place"), column("first_place")), Vec::new()),
            Way::Strictest(values) => {
                let mut branches: Vec<(Expr, Expr)> =
                    values.iter().map(|value| (some(says(value)), common::text(value))).collect();
                branches.insert(branches.len().min(1), (some(ast::is_null(column("said"))), ast::null()));
                ast::case(branches, None)
            }
        }
    }

    /// The value of the rows that decide, if they all say the same; an unknown is a saying too.
    fn agreed(&self, deciding: Expr, mut branches: Vec<(Expr, Expr)>) -> Expr {
        let said = common::column("l", "said");
        let known = ast::coalesce(said.clone(), common::text(""));
        let known = ast::when(deciding.clone(), known);
        let (least, greatest) = (ast::call("MIN", [known.clone()]), ast::call("MAX", [known]));
        let value = ast::call("MAX", [ast::when(deciding, said)]);
        branches.push((ast::equal(least, greatest), value));
        ast::case(branches, None)
    }

    /// The row that gave the value; the greatest key on ties. A label, never a decision.
    pub fn evidence_relation(&mut self, id: ResolvePlanId, period: PeriodId) -> Option<RelationId> {
        let (plan, id) = (self.plan, self.first_alike(id));
        let resolve = plan.resolves.get(id.0 as usize)?;
        resolve.evidence?;
        let value = self.resolve_relation(id, period);
        let latest = *self.reads(value).first()?;
        Some(self.known(Known::Evidence(id, period), |compiler| compiler.evidence(resolve, id, period, value, latest)))
    }

    fn evidence(
        &mut self,
        resolve: &ResolvePlan,
        id: ResolvePlanId,
        period: PeriodId,
        value: RelationId,
        latest: RelationId,
    ) -> RelationId {
        let keys = self.key_names(resolve.source, &Some(Link::To(resolve.path.clone())), &self.unit_var(period));
        let mut frame = Frame::new(Driver::Relation(latest), "l".to_owned(), period);
        self.join(&mut frame, Source::Relation(value), |alias| {
            let same = keys.iter().map(|key| ast::equal(common::column(alias, key), common::column("l", key)));
            let said = ast::equal(common::column(alias, "value"), common::column("l", "said"));
            How::Inner(ast::all(same.chain([said]).collect::<Vec<_>>()))
        });
        let key_values: Vec<(String, Expr)> = keys.iter().map(|key| (key.clone(), common::column("l", key))).collect();
        let partition = key_values.iter().map(|(_, value)| value.clone()).collect();
        let order =
            vec![ast::descending(common::column("l", "said_on")), ast::descending(common::column("l", "evidence"))];
        let place = ast::over(ast::call("ROW_NUMBER", []), partition, order);
        let values = vec![("evidence".to_owned(), common::column("l", "evidence")), ("place".to_owned(), place)];
        let first = matches!(resolve.way, Way::First { .. });
        let deciding =
            first.then(|| ast::equal(common::column("l", "source_place"), common::column("l", "first_place")));
        let name = self.resolve_name(resolve, id);
        let ranked =
            self.add_values(&format!("{name}_ranked"), &frame, &key_values, values, deciding.into_iter().collect());
        let frame = Frame::new(Driver::Relation(ranked), "r".to_owned(), period);
        let key_values: Vec<(String, Expr)> = keys.iter().map(|key| (key.clone(), common::column("r", key))).collect();
        let values = vec![("evidence".to_owned(), common::column("r", "evidence"))];
        let first = vec![ast::equal(common::column("r", "place"), ast::number(1))];
        self.add_values(&format!("{name}_evidence"), &frame, &key_values, values, first)
    }
}

/// The texts that a resolve asks of its rows, and not all of its kind do.
fn told_apart<'p>(resolve: &'p ResolvePlan, kind: &[&ResolvePlan]) -> Vec<&'p str> {
    let shared = |text: &&str| kind.iter().all(|other| asked_texts(other).any(|asked| asked == *text));
    asked_texts(resolve).filter(|text| !shared(text)).collect()
}

fn asked_texts(resolve: &ResolvePlan) -> impl Iterator<Item = &str> {
    resolve.conjuncts.iter().filter_map(|conjunct| match conjunct {
        Condition::Compare { operator: CompareOp::Equal, right, .. } => match &right.kind {
            ScalarKind::Literal(Literal::Text(text)) if !text.is_empty() => Some(text.as_str()),
            _ => None,
        },
        _ => None,
    })
}
