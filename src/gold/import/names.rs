//! Names for a draft: ones the language can write, for tables, relationships and columns.

use crate::gold::Foreign;
use crate::gold::check::{can_be_written, is_reserved};

use super::source::{Column, Table};

/// A name the language can write for every table: its own, or letters and digits of it.
pub(super) fn table_names(sources: &[Table]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for table in sources {
        let mut name = if is_usable(&table.name) { table.name.clone() } else { usable(&table.name) };
        while names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            name.push_str("_2");
        }
        names.push(name);
    }
    names
}

fn is_usable(name: &str) -> bool {
    can_be_written(name) && !is_reserved(name)
}

fn usable(name: &str) -> String {
    let letters = name
        .to_lowercase()
        .chars()
        .map(|letter| if letter.is_alphanumeric() { letter } else { '_' })
        .collect::<String>();
    let name = letters.trim_matches('_').to_owned();
    if is_usable(&name) { name } else { format!("table_{name}") }
}

/// The target's name, or the column without its `_id` where two relationships lead there.
pub(super) fn role(target: &str, column: &str, taken: impl Fn(&str) -> bool) -> String {
    let ends = ["_id", "_key", "Id", "Key", "ID", "_ID", "_KEY"];
    let stem = ends.iter().find_map(|end| column.strip_suffix(end)).unwrap_or(column);
    let choices = [target.to_owned(), stem.to_owned(), format!("{stem}_{target}")];
    let free = choices.iter().find(|role| is_usable(role) && !taken(role));
    free.cloned().unwrap_or_else(|| format!("{column}_row"))
}

/// Why a column cannot be taken over, and what to do about it.
pub(super) fn obstacle(column: &Column) -> Option<(String, &'static str)> {
    let ty = &column.ty;
    if !is_usable(&column.name) {
        let reason = "its name cannot be written in a definition".to_owned();
        return Some((
            reason,
            "rename it in the lakehouse: letters, digits and `_`, beginning with a letter, and no word of the language",
        ));
    }
    if let Some(unknown) = &column.unknown {
        return Some(unknown.clone());
    }
    match column.meaning() {
        Some(Foreign::As(_)) => None,
        Some(Foreign::FineDecimal { scale }) => Some((
            format!("`{ty}` has {scale} decimals, and Power BI keeps four exactly"),
            "round it to four decimals upstream; or store it as a double (`FLOAT` in T-SQL, `DOUBLE` in Spark) and add it as `number`, if nine significant digits are enough",
        )),
        Some(Foreign::Single) => Some((
            format!("`{ty}` keeps seven digits, and engines differ in how they sum and compare it"),
            "store it as a double upstream: `FLOAT` in T-SQL, `DOUBLE` in Spark",
        )),
        Some(Foreign::Instant) => Some((
            format!("`{ty}` is a point in time, and the language counts days"),
            "split it upstream into a date in the business's time zone",
        )),
        Some(Foreign::Unsupported) => {
            Some((format!("Power BI cannot hold `{ty}`"), "turn it into text upstream if it is needed"))
        }
        None => Some((format!("`{ty}` is a type carat does not know"), "add it by hand with the type it stands for")),
    }
}
