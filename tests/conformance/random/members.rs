//! The contacts that an activated segment may reach: each by a channel whose policy allows it.

use std::collections::BTreeSet;

use carat::emit::sql;
use carat::model::{Model, Segment, SegmentId};
use carat::settings::DialectName;

use crate::engines::{Answer, REFUSED, Sql, Work};
use crate::judge::{Context, Judge};
use crate::rig::Trial;

/// Key of a contact and channel.
type Reached = BTreeSet<(String, String)>;

/// The queries of a project's activated segments and what the judge says; one line for each that differs,
/// and how many were compared.
pub fn ask(trial: &Trial, engine: &dyn Sql) -> (usize, Vec<String>) {
    let model = &trial.model;
    let dialect = DialectName::NAMES.iter().find(|(name, _)| *name == engine.dialect());
    let (Some((_, dialect)), Some(contact)) = (dialect, model.gold.contact) else { return (0, vec![]) };
    let activated: Vec<usize> =
        (0..model.segments.len()).filter(|at| model.segments[*at].activation.is_some()).collect();
    let query = |at: &usize| sql::members(model, &trial.plan, SegmentId(*at as u32), *dialect).0;
    let queries: Vec<String> = activated.iter().map(query).collect();
    if queries.is_empty() {
        return (0, vec![]);
    }
    let folder = trial.data_folder();
    let answers = engine.run(&[Work { gold: &model.gold, folder: &folder, queries: queries.clone() }]).remove(0);
    let judge = Judge::new(model, &trial.data);
    let key = model.gold.single_key(contact.table).and_then(|key| model.gold.column(key)).map(|key| key.name.clone());
    let mut wrong = Vec::new();
    for ((at, answer), query) in activated.iter().zip(answers).zip(&queries) {
        let segment = &model.segments[*at];
        let expected = reached(&judge, model, SegmentId(*at as u32), segment);
        match said(&answer, &key.clone().unwrap_or_default()) {
            Ok(said) if said == expected => {}
            Err(why) if why.starts_with(REFUSED) => {}
            other => wrong.push(format!(
                "{}: {} reaches {other:?}, expected {expected:?}\n{query}",
                engine.dialect(),
                segment.head.name
            )),
        }
    }
    (activated.len(), wrong)
}

fn said(answer: &Answer, key: &str) -> Result<Reached, String> {
    let rows = answer.as_ref().map_err(Clone::clone)?;
    let place = |name: &str| rows.names.iter().position(|column| column == name).ok_or(format!("no column {name}"));
    let (key, channel) = (place(key)?, place("channel")?);
    let text = |row: &[Option<String>], at: usize| row[at].clone().unwrap_or_default();
    Ok(rows.rows.iter().map(|row| (text(row, key), text(row, channel))).collect())
}

fn reached(judge: &Judge, model: &Model, id: SegmentId, segment: &Segment) -> Reached {
    let (Some(contact), Some(period)) = (model.gold.contact, judge.whole_period()) else { return Reached::new() };
    let (Some(key), Some(path)) =
        (model.gold.single_key(contact.table), model.gold.active_path(contact.table, segment.table))
    else {
        return Reached::new();
    };
    let whole = Context::of_reader(period, Vec::new());
    let mut found = Reached::new();
    for row in 0..judge.data.rows(contact.table) {
        let member = judge.follow(&path, Some(row));
        if member.is_none() || !judge.segment(id, &whole.at(segment.table, member)) {
            continue;
        }
        for channel in segment.activation.iter().flat_map(|activation| &activation.channels) {
            let policy = model.policy(channel.policy).expect("the policy of a channel");
            if judge.allows(policy, &channel.channel, &whole.at(contact.table, Some(row))) {
                found.insert((judge.cell(key, row).to_string(), channel.channel.clone()));
            }
        }
    }
    found
}
