//! A question as text, so that it can be asked again of a smaller project.

use carat::gold::ColumnId;
use carat::model::{MetricId, Model};

use super::write::has_total;
use crate::data::Random;
use crate::judge::{Judge, Value};
use crate::rig::{Asked, groupable, slices};
use crate::rules::question;
use crate::trials::views;

#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// As an expectation of a case is written, before its `=>`.
    Slice(String),
    /// The view of that number.
    View(usize),
}

impl Question {
    /// None where the project has not what it names.
    pub fn asked(&self, model: &Model) -> Option<Asked> {
        match self {
            Question::View(at) => views(model).into_iter().nth(*at),
            Question::Slice(text) => question(model, text).map(|asked| Asked { kind: "a random slice", ..asked }),
        }
        .filter(|asked| can_be_asked(model, asked))
    }

    /// The question with less in it.
    pub fn smaller(&self) -> Vec<Question> {
        let Question::Slice(text) = self else { return vec![] };
        let (left, picks) = text.split_once(" where ").unwrap_or((text, ""));
        let (metrics, groups) = left.split_once(" by ").unwrap_or((left, ""));
        let list = |text: &str, by: &str| -> Vec<String> {
            text.split(by).filter(|one| !one.is_empty()).map(str::to_string).collect()
        };
        let (metrics, groups, picks) = (list(metrics, ", "), list(groups, ", "), list(picks, " and "));
        let mut found = Vec::new();
        found.extend(without_one(&picks).into_iter().map(|picks| written(&metrics, &groups, &picks)));
        found.extend(without_one(&groups).into_iter().map(|groups| written(&metrics, &groups, &picks)));
        let fewer = without_one(&metrics).into_iter().filter(|metrics| !metrics.is_empty());
        found.extend(fewer.map(|metrics| written(&metrics, &groups, &picks)));
        found.into_iter().map(Question::Slice).collect()
    }
}

/// A report has columns that readers see and every leaf reaches.
fn can_be_asked(model: &Model, asked: &Asked) -> bool {
    let values: Vec<_> = asked.metrics.iter().filter_map(|id| model.metric(*id)).map(|metric| &metric.value).collect();
    let groups = groupable(model, &values);
    values.iter().all(|value| has_total(model, value)) && asked.slice.groups.iter().all(|group| groups.contains(group))
}

fn without_one(all: &[String]) -> Vec<Vec<String>> {
    let without = |at| all.iter().enumerate().filter(|(one, _)| *one != at).map(|(_, text)| text.clone()).collect();
    (0..all.len()).map(without).collect()
}

fn written(metrics: &[String], groups: &[String], picks: &[String]) -> String {
    let mut text = metrics.join(", ");
    if !groups.is_empty() {
        text += &format!(" by {}", groups.join(", "));
    }
    if !picks.is_empty() {
        text += &format!(" where {}", picks.join(" and "));
    }
    text
}

/// A slice as text.
pub fn text_of(model: &Model, asked: &Asked) -> String {
    let metrics = asked.metrics.iter().filter_map(|id| model.metric(*id)).map(|metric| metric.head.name.clone());
    let grain = asked.slice.grain.iter().map(|grain| grain.name.clone());
    let groups = asked.slice.groups.iter().map(|column| name(model, *column)).chain(grain);
    let value = |value: &Value| match value {
        Value::Text(text) => format!("\"{text}\""),
        other => other.to_string(),
    };
    let pick = |(column, values): &(ColumnId, Vec<Value>)| {
        format!("{} = {}", name(model, *column), values.iter().map(value).collect::<Vec<_>>().join("|"))
    };
    let picks: Vec<String> = asked.slice.picks.iter().map(pick).collect();
    written(&metrics.collect::<Vec<_>>(), &groups.collect::<Vec<_>>(), &picks)
}

fn name(model: &Model, column: ColumnId) -> String {
    let table = model.gold.table(column.table).map_or("?", |table| &table.name);
    format!("{table}.{}", model.gold.column(column).map_or("?", |column| &column.name))
}

/// What is asked of a project: of every metric its total and some slices, some metrics together, the views.
pub fn questions(judge: &Judge, seed: u64) -> Vec<Question> {
    let model = judge.model;
    let mut random = Random::new(seed);
    let metrics: Vec<MetricId> = (0..model.metrics.len() as u32).map(MetricId).collect();
    let total = |id: &MetricId| model.metric(*id).is_some_and(|metric| has_total(model, &metric.value));
    let metrics: Vec<MetricId> = metrics.into_iter().filter(total).collect();
    let mut asked = Vec::new();
    for id in &metrics {
        let of_metric = slices(judge, &[*id], &mut random);
        asked.extend(some(of_metric, 4, &mut random));
    }
    for _ in 0..metrics.len() / 3 {
        let two = [*random.pick(&metrics), *random.pick(&metrics)];
        if two[0] != two[1] {
            asked.extend(some(slices(judge, &two, &mut random), 2, &mut random));
        }
    }
    asked.retain(|asked| can_be_asked(model, asked));
    let slices = asked.iter().map(|asked| Question::Slice(text_of(model, asked)));
    let views = views(model);
    let shown = views.iter().enumerate().filter(|(_, view)| can_be_asked(model, view)).map(|(at, _)| at);
    let shown: Vec<Question> = shown.map(Question::View).collect();
    slices.chain(shown).collect()
}

/// The first, the total, and so many others.
fn some(all: Vec<Asked>, wanted: usize, random: &mut Random) -> Vec<Asked> {
    let mut chosen = vec![all[0].clone()];
    chosen.extend((0..wanted).map(|_| random.pick(&all).clone()));
    chosen
}
