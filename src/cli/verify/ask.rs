//! Asks the engines, and makes a verdict of what they say.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::cli::output::{Progress, Stop};
use crate::cli::run;
use crate::emit::names::{Names, dax_bracket};
use crate::emit::powerbi::scope::Scope;
use crate::emit::sql::{FIRST_DAY, LAST_DAY};
use crate::emit::{dax, powerbi, sql};
use crate::engine::{self, Answer, Cell, DaxAnswer, DuckDb};
use crate::gold::{ColumnId, Type};
use crate::model::{Expr, ExprKind, Fingerprints, Literal, MetricId, Model, TableFilter};
use crate::pipeline::Compiled;
use crate::plan;
use crate::plan::tree::{Absence, Plan, Query, Scalar};
use crate::settings::DialectName;
use crate::source::{FileId, Span};
use crate::verify::compare::{self, Compared};
use crate::verify::power_bi::{Expected, filter};
use crate::verify::slices::MONTH;
use crate::verify::{
    Answers, Breakers, CheckVerdict, Difference, Kind, Member, MetricVerdict, Said, Shown, Slice, Verdict, slices,
};

/// A project, its data and the program that answers for SQL.
pub struct Asking<'a> {
    compiled: &'a Compiled,
    plan: &'a Plan,
    duckdb: &'a DuckDb,
    data: &'a Path,
    limits: Limits,
    slices: Vec<(Slice, Vec<MetricId>)>,
    measures: BTreeMap<MetricId, dax::Measure>,
    scope: Scope,
}

/// How much is asked at most.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Members of a slice.
    pub values: usize,
    /// Seconds of DAX for each metric.
    pub dax_seconds: u16,
}

/// What SQL says.
#[derive(Default)]
struct Sql {
    version: String,
    days: Option<(String, String)>,
    /// By the place of the slice and the metric.
    answers: BTreeMap<(usize, MetricId), Answers>,
    /// The members to compare, by the place of the slice.
    members: Vec<Vec<Member>>,
    checks: Vec<CheckVerdict>,
    /// The first day of each month, which says more than its number.
    months: BTreeMap<Member, String>,
}

/// What DAX says, by the place of the slice, the metric and the member.
#[derive(Default)]
struct Dax {
    version: Option<String>,
    why_not: Option<String>,
    said: BTreeMap<(usize, MetricId), BTreeMap<Member, Said>>,
}

/// Every number is missing then, which both sides would only agree on.
const NO_DAYS: &str = "the calendar has no day up to the as-of date of the data, so that no metric has a value";

/// Rows of a broken check that are shown.
const SHOWN_ROWS: usize = 3;

impl<'a> Asking<'a> {
    /// Works out the slices and the measures once; nothing is asked yet.
    pub fn new(compiled: &'a Compiled, plan: &'a Plan, duckdb: &'a DuckDb, data: &'a Path, limits: Limits) -> Self {
        let model = &compiled.model;
        let metrics: Vec<MetricId> = model.visible_metrics().into_iter().map(|(id, _)| id).collect();
        let (measures, queries) = dax::measures_and_queries(model, plan);
        let scope = Scope::new(&model.gold, plan, &measures, &queries);
        let of_metric = |measure: dax::Measure| match measure.kind {
            dax::Kind::Metric(id) => Some((id, measure)),
            _ => None,
        };
        let measures = measures.into_iter().filter_map(of_metric).collect();
        Self { compiled, plan, duckdb, data, limits, slices: slices(model, &metrics), measures, scope }
    }

    fn model(&self) -> &'a Model {
        &self.compiled.model
    }

    /// The verdict, and every value that SQL gives, for Power BI.
    ///
    /// # Errors
    /// What an engine says of a statement it cannot run.
    pub fn verdict(&self, progress: &Progress) -> Result<(Verdict, Vec<Expected>), Stop> {
        progress.step("asking DuckDB");
        let sql = self.ask_sql()?;
        let dax = self.ask_dax(&sql, progress)?;
        let fingerprints = Fingerprints::of(self.model());
        let metrics = self.slices.first().map_or(&[][..], |(_, metrics)| metrics);
        let metrics: Result<Vec<_>, Stop> =
            metrics.iter().map(|id| self.metric(*id, &fingerprints, &sql, &dax)).collect();
        let expected = self.expected(&sql);
        let evaluator = dax.version.map(|version| ("pbix-mcp".to_owned(), version));
        let verdict = Verdict {
            days: sql.days,
            metrics: metrics?,
            checks: sql.checks,
            no_dax: dax.why_not,
            engines: [("DuckDB".to_owned(), sql.version)].into_iter().chain(evaluator).collect(),
        };
        Ok((verdict, expected))
    }

    fn ask_sql(&self) -> Result<Sql, Stop> {
        let checks = sql::checks(self.model(), self.plan, DialectName::DuckDb);
        let checks: Vec<CheckVerdict> = [("contract", checks.contract), ("expectation", checks.expectations)]
            .into_iter()
            .flat_map(|(kind, all)| all.into_iter().map(move |(name, sql)| self.unchecked(kind, name, sql)))
            .collect();
        let mut queries = vec!["SELECT version()".to_owned()];
        for (slice, metrics) in &self.slices {
            queries.push(self.sql(slice, metrics, &[]));
            queries.push(self.members_query(slice));
        }
        queries.extend(checks.iter().map(|check| check.sql.clone()));
        let setup = engine::views(&self.compiled.gold, self.data, &queries);
        let no_answer = |problem| run::no_answer(self.duckdb, &self.compiled.gold, (self.data, &queries), problem);
        let mut answers = self.duckdb.ask(&setup, &queries).map_err(no_answer)?.into_iter();
        let mut sql =
            Sql { version: answers.next().unwrap_or_default().cell().unwrap_or("?").to_owned(), ..Sql::default() };
        for (at, (slice, metrics)) in self.slices.iter().enumerate() {
            let (values, members) = (answers.next().unwrap_or_default(), answers.next().unwrap_or_default());
            self.learn(&mut sql, (at, slice, metrics), &values, &members);
        }
        sql.checks = checks.into_iter().zip(answers).map(|(check, answer)| checked(check, &answer)).collect();
        Ok(sql)
    }

    fn unchecked(&self, kind: &'static str, name: String, sql: String) -> CheckVerdict {
        let written = if kind == "expectation" { self.written(&name) } else { None };
        CheckVerdict { kind, written, name, breaches: 0, breakers: Breakers::Rows(0), rows: Vec::new(), sql }
    }

    /// The expectation that a check is of, as it stands in its file: a check is called `NAME, every month`.
    fn written(&self, check: &str) -> Option<String> {
        let is_checked = |name: &str| check.strip_prefix(name).is_some_and(|slice| slice.starts_with(", "));
        let found = self.model().expectations.iter().find(|one| is_checked(&one.name))?;
        let files = &self.compiled.sources.files;
        let (path, line) = (files.path(found.span.file), files.position(found.span).line);
        let text: Vec<&str> = files.text(found.span).split_whitespace().collect();
        Some(format!("{path}:{line} `{}`", text.join(" ")))
    }

    /// The query of metrics in a slice under filters.
    fn sql(&self, slice: &Slice, metrics: &[MetricId], filters: &[TableFilter]) -> String {
        let groups = if let Slice::Column(column) = slice { vec![*column] } else { Vec::new() };
        let grain = matches!(slice, Slice::Month(_)).then_some(MONTH);
        let query: Query = plan::query(self.model(), metrics.to_vec(), groups, grain, filters, None);
        sql::query(self.model(), self.plan, &query, DialectName::DuckDb)
    }

    /// All values of the slice's column: a group that SQL does not list may be one that DAX does.
    fn members_query(&self, slice: &Slice) -> String {
        let gold = &self.compiled.gold;
        let place = slice.column().and_then(|id| Some((gold.table(id.table)?, gold.column(id)?)));
        let Some((table, column)) = place else { return "SELECT NULL WHERE FALSE".to_owned() };
        format!("SELECT DISTINCT {} FROM {} ORDER BY 1", engine::quoted(&column.name), engine::place(table))
    }

    fn learn(&self, sql: &mut Sql, (at, slice, metrics): (usize, &Slice, &[MetricId]), values: &Answer, all: &Answer) {
        let place = |name: &str| values.columns.iter().position(|column| column.eq_ignore_ascii_case(name));
        let cell = |row: &[Option<String>], at: Option<usize>| row.get(at?).cloned().flatten();
        let key = |row: &Vec<Option<String>>| match slice {
            Slice::Total => None,
            _ => compare::member(row.first().and_then(|cell| cell.as_deref())),
        };
        for id in metrics {
            let name = self.model().metric(*id).map(|metric| metric.head.column()).unwrap_or_default();
            let column = place(&name);
            let answers = values.rows.iter().map(|row| (key(row), cell(row, column))).collect();
            sql.answers.insert((at, *id), answers);
        }
        if let (Slice::Month(_), Some(start)) = (slice, place(FIRST_DAY)) {
            sql.months.extend(values.rows.iter().filter_map(|row| Some((key(row), cell(row, Some(start))?))));
        }
        if *slice == Slice::Total {
            let row = values.rows.first().map_or(&[][..], Vec::as_slice);
            sql.days = cell(row, place(FIRST_DAY)).zip(cell(row, place(LAST_DAY)));
        }
        sql.members.push(self.chosen(slice, values.rows.iter().map(key).collect(), all));
    }

    /// The members that SQL lists, then those of the column it does not list, evenly chosen.
    fn chosen(&self, slice: &Slice, listed: BTreeSet<Member>, all: &Answer) -> Vec<Member> {
        let column = all.rows.iter().map(|row| compare::member(row.first().and_then(|cell| cell.as_deref())));
        let missing = matches!(slice, Slice::Column(_)).then_some(None);
        let others: BTreeSet<Member> = column.chain(missing).filter(|member| !listed.contains(member)).collect();
        let mut chosen = evenly(listed, self.limits.values);
        if *slice == Slice::Total && chosen.is_empty() {
            chosen.push(None);
        }
        let left = self.limits.values.saturating_sub(chosen.len());
        chosen.extend(evenly(others, left));
        chosen
    }

    fn ask_dax(&self, sql: &Sql, progress: &Progress) -> Result<Dax, Stop> {
        let why = |why: &str| Ok(Dax { why_not: Some(why.to_owned()), ..Dax::default() });
        if self.compiled.gold.calendar.is_some() && sql.days.is_none() {
            return why(NO_DAYS);
        }
        let files = powerbi::build(self.model(), self.plan);
        if files.is_empty() {
            return why("Power BI is no target of this project");
        }
        let Some(evaluator) = engine::find_dax() else { return why(engine::DAX_HINT) };
        progress.step(format!("evaluating DAX, {} s for a metric at most", self.limits.dax_seconds));
        let (places, cells) = self.cells(sql);
        let gold = &self.compiled.gold;
        let all: Vec<String> = gold.tables.iter().map(|table| table.physical.clone()).collect();
        let setup = engine::views(gold, self.data, &all);
        let answer = evaluator
            .evaluate(gold, &files, (self.duckdb, &setup), (&cells, self.limits.dax_seconds))
            .map_err(Stop::new)?;
        Ok(self.heard(&places, answer))
    }

    /// The cells to evaluate, each with the place of its slice and its member. A column that is not in the
    /// model cannot be picked by a reader.
    fn cells(&self, sql: &Sql) -> (Vec<(usize, Member)>, Vec<Cell>) {
        let names = Names::new(&self.compiled.gold);
        let name = |column: ColumnId| format!("{}[{}]", names.table(column.table), names.column(column));
        let mut found = (Vec::new(), Vec::new());
        for (at, (slice, metrics)) in self.slices.iter().enumerate() {
            if slice.column().is_some_and(|column| !self.scope.columns.contains(&column)) {
                continue;
            }
            let measures: Vec<String> =
                metrics.iter().filter_map(|id| self.measures.get(id)).map(|measure| measure.name.clone()).collect();
            for member in sql.members.get(at).into_iter().flatten() {
                let filter = slice.column().map(|column| (name(column), member.clone()));
                found.0.push((at, member.clone()));
                found.1.push(Cell { measures: measures.clone(), filter });
            }
        }
        found
    }

    fn heard(&self, places: &[(usize, Member)], answer: DaxAnswer) -> Dax {
        let mut dax = Dax { version: Some(answer.version), ..Dax::default() };
        for ((at, member), said) in places.iter().zip(answer.cells) {
            for (id, measure) in &self.measures {
                if let Some(said) = said.get(&measure.name) {
                    dax.said.entry((*at, *id)).or_default().insert(member.clone(), said.clone());
                }
            }
        }
        dax
    }

    fn metric(&self, id: MetricId, prints: &Fingerprints, sql: &Sql, dax: &Dax) -> Result<MetricVerdict, Stop> {
        let head = self.model().metric(id).map(|metric| &metric.head);
        let mut verdict = MetricVerdict {
            id,
            name: head.map_or_else(String::new, |head| head.name.clone()),
            label: head.map_or_else(String::new, |head| head.label.clone()),
            fingerprint: prints.metric(id).map_or_else(String::new, |print| print.full().to_owned()),
            sql: sql.answers.get(&(0, id)).and_then(|answers| answers.get(&None).cloned().flatten()),
            dax: dax.said.get(&(0, id)).and_then(|said| said.get(&None).cloned()),
            slices: Vec::new(),
            compared: 0,
            differences: Vec::new(),
            failures: Vec::new(),
            shown: Vec::new(),
        };
        for (at, (slice, _)) in self.slices.iter().enumerate() {
            let (Some(answers), Some(said)) = (sql.answers.get(&(at, id)), dax.said.get(&(at, id))) else { continue };
            let place = |member: &Member| self.place(slice, member, &sql.months);
            add(&mut verdict, at, compare::compare(self.kind(id), answers, said), place);
            verdict.slices.push(slice.name(self.model()));
        }
        verdict.shown = self.shown(id, &verdict.differences)?;
        Ok(verdict)
    }

    fn kind(&self, id: MetricId) -> Kind {
        let ty = self.model().metric(id).map_or(Type::Number, |metric| metric.value.ty);
        let sparse = |value: &Scalar| value.absence != Absence::Missing || plan::is_sparse(self.plan, value);
        let sparse = self.plan.metrics.get(id.0 as usize).is_some_and(sparse);
        Kind { ty, sparse }
    }

    /// The slice and its member in words.
    fn place(&self, slice: &Slice, member: &Member, months: &BTreeMap<Member, String>) -> String {
        let name = slice.name(self.model());
        match (slice, member) {
            (Slice::Month(_), _) if months.contains_key(member) => {
                format!("{name} from {}", months.get(member).map_or("", String::as_str))
            }
            (Slice::Total, _) => name,
            (_, None) => format!("{name} is missing"),
            (_, Some(member)) => format!("{name} = {member}"),
        }
    }

    /// The first difference and, where it is another one, the smallest.
    fn shown(&self, id: MetricId, differences: &[Difference]) -> Result<Vec<Shown>, Stop> {
        let first = differences.first();
        let smallest = compare::smallest(differences).filter(|smallest| Some(*smallest) != first);
        let both = [("first", first), ("smallest", smallest)];
        both.into_iter()
            .filter_map(|(why, one)| Some((why, one?)))
            .map(|(why, one)| self.queries(id, why, one))
            .collect()
    }

    fn queries(&self, id: MetricId, why: &'static str, difference: &Difference) -> Result<Shown, Stop> {
        let column = self.slices.get(difference.slice).and_then(|(slice, _)| slice.column());
        let filters: Vec<TableFilter> =
            column.and_then(|column| self.condition(column, &difference.member)).into_iter().collect();
        let sql = self.sql(&Slice::Total, &[id], &filters);
        let names = Names::new(&self.compiled.gold);
        let (name, text) = self.measures.get(&id).map_or(("", ""), |one| (one.name.as_str(), one.dax.as_str()));
        let measure = dax_bracket(name);
        let picked = column.and_then(|column| filter(self.model(), &names, column, &difference.member));
        let call = picked.map_or_else(|| measure.clone(), |picked| format!("CALCULATE ( {measure}, {picked} )"));
        let dax = format!("EVALUATE {{ {call} }}\n\n-- {measure} :=\n{text}");
        Ok(Shown { why, difference: difference.clone(), sql, dax })
    }

    /// `column = member`, or `column is missing`.
    fn condition(&self, column: ColumnId, member: &Member) -> Option<TableFilter> {
        let ty = self.compiled.gold.column(column)?.ty;
        let made = |kind, ty| Expr::new(kind, ty, Span::new(FileId(0), 0, 0));
        let left = Box::new(made(ExprKind::Column(crate::model::PathColumn { path: vec![], column }), ty));
        let kind = match member {
            None => ExprKind::IsMissing(left),
            Some(member) => {
                let value = made(ExprKind::Literal(literal(member, ty)?), ty);
                ExprKind::In { left, negated: false, values: vec![value] }
            }
        };
        Some(TableFilter { table: column.table, condition: made(kind, Type::Boolean) })
    }

    fn expected(&self, sql: &Sql) -> Vec<Expected> {
        let mut expected = Vec::new();
        for (at, (slice, metrics)) in self.slices.iter().enumerate() {
            if slice.column().is_some_and(|column| !self.scope.columns.contains(&column)) {
                continue;
            }
            let members = sql.members.get(at).map_or(&[][..], Vec::as_slice);
            for (id, member) in metrics.iter().flat_map(|id| members.iter().map(move |member| (*id, member))) {
                let value = sql.answers.get(&(at, id)).and_then(|answers| answers.get(member).cloned().flatten());
                let (member, place) = (member.clone(), self.place(slice, member, &sql.months));
                expected.push(Expected { metric: id, kind: self.kind(id), slice: slice.clone(), member, place, value });
            }
        }
        expected
    }
}

/// Adds the comparison of one slice.
fn add(verdict: &mut MetricVerdict, slice: usize, compared: Compared, place: impl Fn(&Member) -> String) {
    verdict.compared += compared.count;
    let new = compared.failures.into_iter().filter(|why| !verdict.failures.contains(why)).collect::<Vec<_>>();
    verdict.failures.extend(new);
    verdict.differences.extend(compared.different.into_iter().map(|(member, sql, dax)| {
        let place = place(&member);
        Difference { slice, place, member, sql, dax }
    }));
}

fn literal(text: &str, ty: Type) -> Option<Literal> {
    Some(match ty {
        Type::Integer => Literal::Integer(text.parse().ok()?),
        Type::Number => Literal::Number(text.parse().ok()?),
        Type::Text => Literal::Text(text.to_owned()),
        Type::Boolean => Literal::Boolean(text == "true"),
        Type::Date => Literal::Date(crate::gold::Date::parse(text.get(..10)?)?),
        Type::Money => return None,
    })
}

/// At most so many, with equal distances, in their order.
fn evenly(all: BTreeSet<Member>, most: usize) -> Vec<Member> {
    let count = all.len();
    let kept = |at: &usize| count <= most || (at * most) / count != ((at + 1) * most) / count;
    all.into_iter().enumerate().filter(|(at, _)| kept(at)).map(|(_, member)| member).collect()
}

fn checked(check: CheckVerdict, answer: &Answer) -> CheckVerdict {
    let row = |row: &Vec<Option<String>>| {
        let cells = answer.columns.iter().zip(row);
        let cells: Vec<String> =
            cells.map(|(name, cell)| format!("{name}: {}", cell.as_deref().unwrap_or("missing"))).collect();
        cells.join(", ")
    };
    let counted = Breakers::of_the_contract(&answer.columns, &answer.rows).filter(|_| check.kind == "contract");
    let breakers = match sql::is_of_the_table(&check.name) {
        true => Breakers::Table,
        false => counted.unwrap_or(Breakers::Rows(answer.rows.len() as u64)),
    };
    CheckVerdict {
        breaches: answer.rows.len(),
        breakers,
        rows: answer.rows.iter().take(SHOWN_ROWS).map(row).collect(),
        ..check
    }
}
