//! Writing a random project: definition by definition, each put before `carat check`.

use carat::gold::Date;
use carat::model::{Aggregate, Expr, ExprKind, Model, Operator, Window};

use super::definitions::Kind;
use super::draft::{Draft, size, texts};
use super::node::Node;
use super::schema;
use super::tally::Tally;
use super::writer::{Known, KnownMetric, Writer};
use crate::data::{Random, dirty};
use crate::rig::{Project, leaves};
use crate::trials::AS_OF;

const KINDS: [(usize, Kind); 7] = [
    (10, Kind::Metric),
    (4, Kind::Filter),
    (3, Kind::Segment),
    (2, Kind::Resolve),
    (2, Kind::Policy),
    (2, Kind::View),
    (3, Kind::Expectation),
];

/// A project with random definitions over a random schema, and random rows; the same seed gives the same.
pub fn draft(seed: u64, tally: &mut Tally) -> (Draft, Model) {
    let mut random = Random::new(seed.wrapping_mul(0x9E37_79B9).wrapping_add(77));
    let text = schema::gold(&mut random);
    let mut model = Project::new(&text, "").build();
    let as_of = Date::parse(AS_OF[random.below(AS_OF.len())]).unwrap();
    let rows = 3 + random.below(12);
    let tables = texts(&model.gold, &dirty(&model.gold, &size(rows, as_of), seed));
    let gold = text.lines().map(str::to_string).collect();
    let mut draft = Draft { seed, gold, definitions: vec![], policy: None, as_of, tables };
    let mut known = Known::default();
    let wanted = 6 + random.below(12);
    for at in 0..wanted {
        if let Some((kind, name, node)) = definition(&model, &known, at, &mut random)
            && let Some(added) = added(&draft, kind, &name, node, tally)
        {
            (draft, model) = added;
            learn(&model, kind, &name, &mut known);
        }
    }
    (draft, model)
}

fn definition(model: &Model, known: &Known, at: usize, random: &mut Random) -> Option<(Kind, String, Node)> {
    let mut writer = Writer { gold: &model.gold, known, random };
    let kind = if at == 0 { Kind::Metric } else { writer.choice(&KINDS) };
    if kind == Kind::Policy && !known.policies.is_empty() {
        return None;
    }
    let name = format!("{}{at}", format!("{kind:?}").to_lowercase().chars().next()?);
    writer.definition(kind, &name).map(|node| (kind, name, node))
}

/// The project with one definition more, where `carat check` takes it; hidden, where it would else be on
/// every row of a report.
fn added(draft: &Draft, kind: Kind, name: &str, node: Node, tally: &mut Tally) -> Option<(Draft, Model)> {
    let mut tried = draft.clone();
    tried.definitions.push(node.clone());
    if kind == Kind::Policy {
        tried.policy = Some(name.to_string());
    }
    let mut result = tried.compile();
    let hide = |errors: &Vec<carat::diagnostics::Diagnostic>| errors.iter().all(|e| e.code.id == "number-from-nothing");
    if result.as_ref().is_err_and(hide) {
        tried.definitions.pop();
        tried.definitions.push(Node::new("metric", "{}\n{ hidden: true }", [node.clone()]));
        result = tried.compile();
    }
    match result {
        Ok(model) => {
            tally.accepted(kind);
            Some((tried, model))
        }
        Err(errors) => {
            tally.refused(kind, &errors[0], &node.to_string());
            None
        }
    }
}

fn learn(model: &Model, kind: Kind, name: &str, known: &mut Known) {
    match kind {
        Kind::Metric => {
            let metric = model.metric_named(name).and_then(|id| model.metric(id)).expect("a metric that was taken");
            known.metrics.push(metric_of(model, name, &metric.value));
        }
        Kind::Filter => known.filters.extend(model.filters.last().map(|filter| (name.to_string(), filter.table))),
        Kind::Segment => known.segments.extend(model.segments.last().map(|one| (name.to_string(), one.table))),
        Kind::Policy => known.policies.extend(model.policies.last().map(|one| (name.to_string(), one.table))),
        Kind::Resolve => {
            let asks = |resolve: &carat::model::Resolve| {
                let mut asks = false;
                let parts = resolve.condition.iter().chain([&resolve.value]);
                parts.for_each(|part| part.walk(&mut |one| asks |= matches!(one.kind, ExprKind::ThisPurpose)));
                asks
            };
            known.resolves.extend(model.resolves.last().map(|one| (name.to_string(), one.table, asks(one))));
        }
        Kind::View | Kind::Expectation => {}
    }
}

fn metric_of(model: &Model, name: &str, value: &Expr) -> KnownMetric {
    let mut tables = Vec::new();
    leaves(model, value, &mut tables);
    let mut period = false;
    crate::judge::windows(model, value, &mut |window| period |= *window == Window::Period);
    KnownMetric { name: name.into(), ty: value.ty, leaves: tables, period, latest: !has_total(model, value) }
}

/// Whether none of its outermost aggregates is the latest of something.
pub fn has_total(model: &Model, expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Aggregate(aggregate) => !is_latest(aggregate),
        ExprKind::Metric(id) => model.metric(*id).is_none_or(|metric| has_total(model, &metric.value)),
        ExprKind::Restricted { value, .. } => has_total(model, value),
        _ => expr.parts().all(|part| has_total(model, part)),
    }
}

fn is_latest(aggregate: &Aggregate) -> bool {
    matches!(aggregate.operator, Operator::Latest(_))
}
