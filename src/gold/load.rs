//! The arrow from `gold.yaml` to [`Gold`].

use crate::diagnostics::Diagnostic;
use crate::source::{FileId, FileSet};

use super::Gold;

/// Reads `gold.yaml`. A schema is always given; what could not be read or resolved is not in it, and
/// the diagnostics say why. All problems of the file are reported at once, in the order of the text.
pub fn load(files: &FileSet, id: FileId) -> (Gold, Vec<Diagnostic>) {
    let mut out = Vec::new();
    let Some(file) = files.get(id) else { return (Gold::default(), out) };
    let node = match crate::yaml::parse(id, file) {
        Ok(node) => node,
        Err(problem) => return (Gold::default(), vec![problem]),
    };
    let raw = super::read::read(&node, &mut out);
    let draft = super::build::build(&raw, &mut out);
    super::check::check(&draft, &mut out);
    out.sort_by_key(|problem| problem.span().map(|span| (span.start, span.end)));
    (draft.gold, out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gold::{ColumnId, Sensitivity, Type};

    fn shipped() -> (Gold, Vec<Diagnostic>) {
        let mut files = FileSet::default();
        let id = files.add("gold.yaml", include_str!("../../metrics/gold.yaml"));
        load(&files, id)
    }

    #[test]
    fn the_shipped_schema_loads_without_a_message() {
        let (gold, problems) = shipped();
        let said: Vec<_> = problems.iter().map(|problem| (problem.code.id, &problem.message)).collect();
        assert_eq!(said, []);
        assert_eq!(gold.tables.len(), 16);
        assert_eq!(gold.relationships.len(), 15);
    }

    #[test]
    fn a_column_keeps_all_that_was_said_about_it() {
        let (gold, _) = shipped();
        let customer = gold.table_named("customer").expect("the table");
        let id = gold.column_named(customer, "birth_date").expect("the column");
        let birth_date = gold.column(id).expect("its id is valid");
        assert_eq!((birth_date.ty, birth_date.nullable, birth_date.group), (Type::Date, true, false));
        assert_eq!(birth_date.sensitivity, Sensitivity::Personal);
        assert_eq!(birth_date.from, ["crm.contact.birthdate"]);
        assert_eq!(birth_date.label.as_deref(), Some("Birth date"));
    }

    #[test]
    fn paths_follow_active_relationships_only() {
        let (gold, _) = shipped();
        let table = |name| gold.table_named(name).expect(name);
        let path = |from, to| gold.active_path(table(from), table(to)).map(|path| path.len());
        assert_eq!(path("consent_event", "customer"), Some(2));
        assert_eq!(path("campaign_send", "customer"), Some(1));
        assert_eq!(path("campaign_send", "contact_point"), None);
        assert_eq!(path("product", "customer"), None);
    }

    #[test]
    fn the_calendar_has_its_days_and_grains() {
        let (gold, _) = shipped();
        let calendar = gold.calendar.as_ref().expect("a calendar");
        let column = |id: &ColumnId| gold.column(*id).expect("its id is valid").name.clone();
        let grains: Vec<_> = calendar.grains.iter().map(|(grain, id)| (grain.as_str(), column(id))).collect();
        assert_eq!(grains[2], ("month", "month_index".to_owned()));
        assert_eq!(grains[5].0, "fiscal year");
        assert_eq!(calendar.first.to_string(), "2015-01-01");
        assert_eq!(calendar.last.to_string(), "2030-12-31");
    }
}
