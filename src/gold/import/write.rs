//! A draft as text: the layout of a `gold.yaml` that a person would keep.

use std::fmt::Write as _;

use super::draft::{Draft, DraftColumn, DraftRelationship, DraftTable};

/// The text of a draft made from the named files. It loads as it stands but for what a database cannot say.
pub(super) fn write(draft: &Draft, files: &[&str]) -> String {
    let mut text = format!("# The gold schema, drafted from {}.\n\n", files.join(", "));
    // Writing to a string cannot fail.
    if let Some(as_of) = &draft.as_of {
        let _ = writeln!(text, "as_of: {}\n", scalar(as_of));
    }
    if let Some((table, day)) = &draft.calendar {
        let _ = writeln!(text, "calendar:\n  table: {}\n  day: {}\n", scalar(table), scalar(day));
    }
    if !draft.schema.is_empty() {
        let _ = writeln!(text, "defaults: {{ schema: {} }}\n", scalar(&draft.schema));
    }
    text.push_str("tables:\n");
    draft.tables.iter().for_each(|table| write_table(&mut text, table));
    text
}

fn write_table(text: &mut String, table: &DraftTable) {
    let _ = writeln!(text, "\n  {}:", scalar(&table.name));
    let mut line = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(text, "    {key}: {value}");
        }
    };
    line("schema", table.schema.as_deref().map(scalar));
    line("physical", table.physical.as_deref().map(scalar));
    line("about", table.about.as_deref().map(scalar));
    line("key", one_or_list(&table.key));
    line("to", relationships(&table.relationships));
    line("date", table.dates.first().map(|date| scalar(date)));
    line("other_dates", table.dates.get(1..).and_then(list));
    text.push_str("    columns:\n");
    write_columns(text, &table.columns);
}

fn one_or_list(names: &[String]) -> Option<String> {
    match names {
        [one] => Some(scalar(one)),
        many => list(many),
    }
}

fn list(names: &[String]) -> Option<String> {
    let names: Vec<String> = names.iter().map(|name| scalar(name)).collect();
    (!names.is_empty()).then(|| format!("[{}]", names.join(", ")))
}

fn relationships(relationships: &[DraftRelationship]) -> Option<String> {
    let entries: Vec<String> = relationships.iter().map(relationship).collect();
    (!entries.is_empty()).then(|| format!("{{ {} }}", entries.join(", ")))
}

fn relationship(relationship: &DraftRelationship) -> String {
    let by = scalar(&relationship.by);
    let named = relationship.role == relationship.table;
    let table = if named { String::new() } else { format!("table: {}, ", scalar(&relationship.table)) };
    let active = if relationship.active { "" } else { ", active: false" };
    match (named, relationship.active) {
        (true, true) => format!("{}: {by}", scalar(&relationship.role)),
        _ => format!("{}: {{ {table}by: {by}{active} }}", scalar(&relationship.role)),
    }
}

fn write_columns(text: &mut String, columns: &[DraftColumn]) {
    let names: Vec<String> = columns.iter().map(written_name).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    for (column, name) in columns.iter().zip(names) {
        let _ = match column {
            DraftColumn::Kept { .. } => writeln!(text, "      {name:width$} {}", properties(column)),
            DraftColumn::LeftOut { reason, .. } => {
                writeln!(text, "      # {name} left out, since {}", one_line(reason))
            }
        };
    }
}

/// `name:` or `name?:`.
fn written_name(column: &DraftColumn) -> String {
    match column {
        DraftColumn::Kept { name, nullable: true, .. } => format!("{}:", scalar(&format!("{name}?"))),
        DraftColumn::Kept { name, .. } => format!("{}:", scalar(name)),
        DraftColumn::LeftOut { name, .. } => format!("{}:", one_line(name)),
    }
}

fn properties(column: &DraftColumn) -> String {
    let DraftColumn::Kept { ty, normalised, about, .. } = column else { return String::new() };
    let mut parts = vec![format!("type: {}", ty.name())];
    parts.extend(normalised.then(|| "normalised: true".to_owned()));
    parts.extend(about.as_deref().map(|about| format!("about: {}", scalar(about))));
    match parts.as_slice() {
        [_] => ty.name().to_owned(),
        _ => format!("{{ {} }}", parts.join(", ")),
    }
}

fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// Words that YAML does not read as text.
const NOT_TEXT: [&str; 8] = ["true", "false", "null", "yes", "no", "on", "off", "y"];

/// Text as YAML: bare where it can only be read as text, else in quotes.
fn scalar(text: &str) -> String {
    let harmless = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '?' | ' ' | '-');
    let begins = text.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
    let bare = begins
        && !text.ends_with(' ')
        && text.chars().all(harmless)
        && !NOT_TEXT.contains(&text.to_lowercase().as_str());
    if bare { text.to_owned() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            control if control.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_yaml_would_read_otherwise_is_quoted() {
        assert_eq!(scalar("order_line"), "order_line");
        assert_eq!(scalar("closed_on?"), "closed_on?");
        assert_eq!(scalar("no"), "\"no\"");
        assert_eq!(scalar("1st"), "\"1st\"");
        assert_eq!(scalar("a: \"b\"\n\u{7}"), "\"a: \\\"b\\\"\\n\\u0007\"");
    }
}
