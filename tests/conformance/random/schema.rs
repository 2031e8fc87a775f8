//! Random gold schemas, as text: one line for each column, so that a line can be left out.

use std::fmt::Write as _;

use crate::data::Random;

const HEAD: &str = "as_of: status.as_of
calendar:
  table: calendar
  day: day
  from: 2024-01-01
  to: 2026-12-31
  grains: { day: day, week: week_start, month: month_index, quarter: quarter_index, year: year, fiscal year: fiscal_year }
";

const TAIL: &str = "  calendar:
    label: Calendar
    key: day
    columns:
      day: { type: date, label: Date, group: true }
      year: { type: integer, label: Year, group: true }
      quarter: { type: integer, label: Quarter of year, group: true }
      quarter_index: { type: integer, label: Quarter index }
      month_index: { type: integer, label: Month index }
      month_label: { type: text, normalised: true, label: Month, group: true, sort: month_index }
      week_start: { type: date, label: Week, group: true }
      fiscal_year: { type: integer, label: Fiscal year, group: true }
  status:
    label: Status
    columns:
      as_of: { type: date, label: As-of date }
";

/// Texts as the random rows have them.
pub const TEXTS: [&str; 5] = ["de", "fr", "nl", "x y", "all"];

const NAMES: [(&str, &[&str]); 6] = [
    ("integer", &["points", "level"]),
    ("money", &["amount", "fee"]),
    ("number", &["rate", "score"]),
    ("text", &["kind", "state"]),
    ("boolean", &["paid", "urgent"]),
    ("date", &["opened_on", "closed_on"]),
];

/// A table that others may lead to, as far as it is known when they are written.
struct Target {
    name: &'static str,
    key: &'static str,
}

/// The text of a `gold.yaml`.
pub fn gold(random: &mut Random) -> String {
    let mut text = HEAD.to_string();
    let consent = random.one_in(3);
    if consent {
        text += "contact: { table: contact_point, channel: medium }\n";
    }
    text += "defaults: { schema: gold, sensitivity: internal }\ntables:\n";
    let region = random.one_in(3).then(|| dimension("region", &[], random, &mut text));
    let customer = dimension("customer", region.as_slice(), random, &mut text);
    let mut targets = vec![customer];
    for name in ["product", "shop"] {
        if random.one_in(2) {
            targets.push(dimension(name, &[], random, &mut text));
        }
    }
    for (at, name) in ["purchase", "visit", "contract", "balance"].into_iter().enumerate() {
        if at == 0 || random.one_in(2) {
            fact(name, &targets, random, &mut text);
        }
    }
    if consent {
        contacts(&targets[0], random, &mut text);
    }
    text + TAIL
}

fn dimension(name: &'static str, parents: &[Target], random: &mut Random, text: &mut String) -> Target {
    let key = if random.one_in(4) { "integer" } else { "{ type: text, normalised: true }" };
    let columns = attributes(name, &[], 2 + random.below(4), random);
    head(name, random, text);
    writeln!(text, "    key: id").unwrap();
    let links: Vec<String> = parents.iter().map(|parent| format!("{0}: {0}_id", parent.name)).collect();
    if !links.is_empty() {
        writeln!(text, "    to: {{ {} }}", links.join(", ")).unwrap();
    }
    dates(&columns, false, text);
    writeln!(text, "    columns:\n      id: {key}").unwrap();
    parents.iter().for_each(|parent| reference(&format!("{}_id", parent.name), parent.key, random, text));
    columns.iter().for_each(|column| writeln!(text, "      {}", column.text).unwrap());
    Target { name, key }
}

fn fact(name: &'static str, targets: &[Target], random: &mut Random, text: &mut String) {
    let columns = attributes(name, &["date", "money"], 2 + random.below(4), random);
    let mut linked: Vec<&Target> = targets.iter().filter(|_| random.one_in(2)).collect();
    if linked.is_empty() {
        linked.push(&targets[0]);
    }
    let role = *random.pick(&["payer", "maker"]);
    let playing = linked.iter().find(|_| random.one_in(4));
    let roles: Vec<(&Target, &str)> = playing.map(|target| (*target, role)).into_iter().collect();
    let composite = random.one_in(5);
    head(name, random, text);
    writeln!(text, "    key: {}", if composite { format!("[{}_id, line]", linked[0].name) } else { "id".into() })
        .unwrap();
    let plain = linked.iter().map(|target| format!("{0}: {0}_id", target.name));
    let playing = roles
        .iter()
        .map(|(target, role)| format!("{role}: {{ table: {}, by: {role}_id, active: false }}", target.name));
    writeln!(text, "    to: {{ {} }}", plain.chain(playing).collect::<Vec<_>>().join(", ")).unwrap();
    dates(&columns, !random.one_in(6), text);
    writeln!(text, "    columns:").unwrap();
    writeln!(text, "      {}", if composite { "line: integer" } else { "id: { type: text, normalised: true }" })
        .unwrap();
    for (at, target) in linked.iter().enumerate() {
        let column = format!("{}_id", target.name);
        match composite && at == 0 {
            true => writeln!(text, "      {column}: {}", target.key).unwrap(),
            false => reference(&column, target.key, random, text),
        }
    }
    roles.iter().for_each(|(target, role)| reference(&format!("{role}_id"), target.key, random, text));
    columns.iter().for_each(|column| writeln!(text, "      {}", column.text).unwrap());
}

/// Points of contact of customers, and what was said on them.
fn contacts(customer: &Target, random: &mut Random, text: &mut String) {
    let key = "{ type: text, normalised: true }";
    let columns = attributes("contact_point", &[], 2, random);
    head("contact_point", random, text);
    writeln!(text, "    key: id\n    to: {{ customer: customer_id }}").unwrap();
    dates(&columns, false, text);
    writeln!(text, "    columns:\n      id: {key}").unwrap();
    reference("customer_id", customer.key, random, text);
    let medium = "medium: { type: text, label: Medium, values: [email, sms], group: true }";
    writeln!(text, "      {medium}").unwrap();
    columns.iter().for_each(|column| writeln!(text, "      {}", column.text).unwrap());
    head("consent_event", random, text);
    writeln!(text, "    key: id\n    to: {{ contact_point: contact_point_id }}\n    date: given_on").unwrap();
    let missing = if random.one_in(2) { "?" } else { "" };
    writeln!(text, "    columns:\n      id: {key}").unwrap();
    reference("contact_point_id", key, random, text);
    writeln!(text, "      purpose: {{ type: text, values: [marketing, service] }}").unwrap();
    writeln!(text, "      said{missing}: {{ type: text, values: [opted_in, opted_out, expired] }}").unwrap();
    writeln!(text, "      source: {{ type: text, values: [crm, shop, web], label: Consent source, group: true }}")
        .unwrap();
    writeln!(text, "      given_on{missing}: date\n      expires_on?: date").unwrap();
}

fn head(name: &str, random: &mut Random, text: &mut String) {
    writeln!(text, "  {name}:").unwrap();
    writeln!(text, "    label: {}", capital(name)).unwrap();
    if random.one_in(4) {
        writeln!(text, "    schema: mart").unwrap();
    }
    if random.one_in(4) {
        writeln!(text, "    physical: t_{name}").unwrap();
    }
}

fn reference(column: &str, key: &str, random: &mut Random, text: &mut String) {
    let missing = if random.one_in(3) { "" } else { "?" };
    writeln!(text, "      {column}{missing}: {key}").unwrap();
}

struct Attribute {
    name: String,
    date: bool,
    text: String,
}

/// Columns of these types, most often, and of random types; no two of one name.
fn attributes(table: &str, usual: &[&str], wanted: usize, random: &mut Random) -> Vec<Attribute> {
    let mut found: Vec<Attribute> = Vec::new();
    let usual = NAMES.iter().filter(|(ty, _)| usual.contains(ty));
    let mut types: Vec<_> = usual.filter(|_| !random.one_in(5)).collect();
    types.extend((0..wanted).map(|_| random.pick(&NAMES)).collect::<Vec<_>>());
    for (ty, names) in types {
        let name = *random.pick(names);
        if !found.iter().any(|known| known.name == name) {
            found.push(attribute(table, name, ty, random));
        }
    }
    found
}

fn attribute(table: &str, name: &str, ty: &str, random: &mut Random) -> Attribute {
    let nullable = !random.one_in(3);
    let mut about = vec![format!("type: {ty}")];
    if ty == "text" && random.one_in(3) {
        about.push("normalised: true".into());
    }
    if ty == "text" && random.one_in(3) {
        about.push(format!("values: [{}]", TEXTS.map(|text| format!("\"{text}\"")).join(", ")));
    }
    let group = !nullable && ty != "number" && ty != "money" && !random.one_in(3);
    if group || random.one_in(3) {
        about.push(format!("label: {} {}", capital(table), name.replace('_', " ")));
    }
    if group {
        about.push("group: true".into());
    }
    let mark = if nullable { "?" } else { "" };
    Attribute { name: name.into(), date: ty == "date", text: format!("{name}{mark}: {{ {} }}", about.join(", ")) }
}

/// The date role of a fact, and the other dates of the table.
fn dates(columns: &[Attribute], role: bool, text: &mut String) {
    let mut names: Vec<&str> = columns.iter().filter(|column| column.date).map(|column| column.name.as_str()).collect();
    if role && !names.is_empty() {
        writeln!(text, "    date: {}", names.remove(0)).unwrap();
    }
    if !names.is_empty() {
        writeln!(text, "    other_dates: [{}]", names.join(", ")).unwrap();
    }
}

fn capital(name: &str) -> String {
    let words = name.replace('_', " ");
    words[..1].to_uppercase() + &words[1..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::Project;

    #[test]
    fn a_random_schema_is_one_without_errors() {
        for seed in 0..200 {
            let text = gold(&mut Random::new(seed));
            let (_, said) = Project::new(&text, "").model();
            let errors: Vec<&str> = said.iter().filter(|one| one.is_error()).map(|one| one.message.as_str()).collect();
            assert!(errors.is_empty(), "seed {seed}: {errors:?}\n{text}");
        }
    }
}
