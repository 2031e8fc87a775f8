//! What is asked of an extract about one definition.

use crate::diff::Subject;
use crate::diff::steps::Step;
use crate::emit::sql;
use crate::gold::ColumnId;
use crate::model::Model;
use crate::plan;
use crate::plan::tree::Plan;
use crate::settings::DialectName;
use crate::verify::slices::MONTH;

/// A version, planned once.
pub struct Planned<'a> {
    model: &'a Model,
    plan: Plan,
}

/// The queries behind one part of an [`Impact`](crate::diff::Impact), and what they are about.
pub struct Question {
    pub subject: Subject,
    pub about: About,
    pub queries: Vec<String>,
}

/// What the queries of a [`Question`] tell, and in which order they stand.
pub enum About {
    /// The metric as a whole: the old query, the new one.
    Total,
    /// The clauses of each step; a query for each step but the last, which ends at the new version.
    Steps(Vec<Vec<String>>),
    /// By the column of this name: the old query, the new one.
    Slices(String),
    /// The old query, the new one.
    Months,
    /// Contacts that enter or leave, counted by channel and by what the policy says before and after.
    People,
}

impl<'a> Planned<'a> {
    /// Plans the model once for all questions about it.
    pub fn of(model: &'a Model) -> Self {
        Self { model, plan: plan::plan(model) }
    }

    /// A metric, by a column or a grain; none where this version has no such thing.
    fn metric(&self, name: &str, group: Option<&str>, grain: Option<&str>) -> Option<String> {
        let id = self.model.metric_named(name)?;
        let groups = group.map_or(Some(Vec::new()), |group| column(self.model, group).map(|column| vec![column]))?;
        let query = plan::query(self.model, vec![id], groups, grain, &[], None);
        Some(sql::query(self.model, &self.plan, &query, DialectName::DuckDb))
    }

    /// What the policies say of each contact of the segment's members; none for what is no activated segment here.
    fn decisions(&self, segment: &str) -> Option<Decisions> {
        let id = self.model.segment_named(segment)?;
        let activation = self.model.segment(id)?.activation.as_ref()?;
        let (query, columns) = sql::decisions(self.model, &self.plan, id, DialectName::DuckDb);
        let keys = columns.into_iter().take_while(|column| column != "channel").collect();
        let channels = activation.channels.iter().map(|channel| channel.channel.clone()).collect();
        Some(Decisions { query, keys, channels })
    }
}

/// The total, the clauses, a question for each column, and the months where charts ask for them. What either version
/// cannot answer is left out.
pub fn metric(subject: &Subject, sides: &[Planned<'_>; 2], steps: &[Step<'_>], months: bool) -> Vec<Question> {
    let name = &subject.name;
    let both = |group: Option<&str>, grain: Option<&str>| -> Option<Vec<String>> {
        sides.iter().map(|side| side.metric(name, group, grain)).collect()
    };
    let question = |about, queries: Option<Vec<String>>| {
        queries.map(|queries| Question { subject: subject.clone(), about, queries })
    };
    let mut all = vec![question(About::Total, both(None, None)), question_of_steps(subject, steps)];
    let columns = groups(sides[1].model, name);
    all.extend(columns.iter().map(|column| question(About::Slices(column.clone()), both(Some(column), None))));
    if months && sides.iter().all(|side| has_months(side.model)) {
        all.push(question(About::Months, both(None, Some(MONTH))));
    }
    all.into_iter().flatten().collect()
}

fn has_months(model: &Model) -> bool {
    model.gold.calendar.as_ref().is_some_and(|calendar| calendar.grains.contains_key(MONTH))
}

/// None where a single clause changed: there is nothing to take apart.
fn question_of_steps(subject: &Subject, steps: &[Step<'_>]) -> Option<Question> {
    let (_, between) = steps.split_last().filter(|(_, between)| !between.is_empty())?;
    let query = |step: &Step<'_>| Planned::of(step.model).metric(&subject.name, None, None);
    let queries: Vec<String> = between.iter().map(query).collect::<Option<_>>()?;
    let clauses = steps.iter().map(|step| step.clauses.clone()).collect();
    Some(Question { subject: subject.clone(), about: About::Steps(clauses), queries })
}

/// The columns by which views show a metric: `customer.country`.
fn groups(model: &Model, metric: &str) -> Vec<String> {
    let Some(id) = model.metric_named(metric) else { return Vec::new() };
    let views = model.views.iter().filter(|view| view.metrics.contains(&id));
    let mut found: Vec<String> = views.flat_map(|view| &view.groups).map(|group| model.gold.written(*group)).collect();
    found.sort();
    found.dedup();
    found
}

fn column(model: &Model, name: &str) -> Option<ColumnId> {
    let (table, column) = name.split_once('.')?;
    let table = model.gold.table_named(table)?;
    model.gold.column_named(table, column)
}

struct Decisions {
    query: String,
    /// The columns that tell contacts apart.
    keys: Vec<String>,
    channels: Vec<String>,
}

/// The contacts that move; none where the segment is activated in neither version, or the keys of its contacts
/// changed.
pub fn segment(subject: &Subject, sides: &[Planned<'_>; 2]) -> Vec<Question> {
    let [old, new] = sides.each_ref().map(|side| side.decisions(&subject.name));
    let queries = match (old, new) {
        (Some(old), Some(new)) if old.keys == new.keys => vec![people(&old, &new)],
        (Some(old), None) => vec![people(&old, &nobody_like(&old))],
        (None, Some(new)) => vec![people(&nobody_like(&new), &new)],
        _ => return Vec::new(),
    };
    vec![Question { subject: subject.clone(), about: About::People, queries }]
}

/// A version in which the segment reaches nobody.
fn nobody_like(other: &Decisions) -> Decisions {
    let query = format!("SELECT * FROM ({}) AS other WHERE 1 = 0", other.query);
    Decisions { query, keys: other.keys.clone(), channels: Vec::new() }
}

/// Contacts that only one of the versions may reach, counted by what each says of them.
fn people(old: &Decisions, new: &Decisions) -> String {
    let keys = old.keys.iter().map(|key| format!("\"{}\"", key.replace('"', "\"\"")));
    let keys: Vec<String> = keys.chain(["channel".to_owned()]).collect();
    let same = keys.iter().map(|key| format!("o.{key} = n.{key}")).collect::<Vec<_>>().join(" AND ");
    let (was, is) = (outside("o", "n", &old.channels), outside("n", "o", &new.channels));
    format!(
        "SELECT channel, enters, was, becomes, COUNT(*) AS contacts FROM (SELECT COALESCE(o.channel, n.channel) AS \
         channel, COALESCE(n.allowed, 0) AS enters, COALESCE(o.allowed, 0) AS left_behind, {was} AS was, {is} AS \
         becomes FROM ({}) AS o FULL OUTER JOIN ({}) AS n ON {same}) AS both_versions WHERE enters <> left_behind \
         GROUP BY ALL ORDER BY ALL",
        old.query, new.query
    )
}

/// What a version says of a contact, or why it says nothing.
fn outside(own: &str, other: &str, channels: &[String]) -> String {
    let named: Vec<String> = channels.iter().map(|name| format!("'{}'", name.replace('\'', "''"))).collect();
    let unused = "'not on this channel'";
    match named.is_empty() {
        true => format!("COALESCE({own}.outcome, {unused})"),
        false => format!(
            "COALESCE({own}.outcome, CASE WHEN {other}.channel IN ({}) THEN 'not in the segment' ELSE {unused} END)",
            named.join(", ")
        ),
    }
}
