//! The Best Practice Analyzer's rules that concern the model's objects, on the trees of two projects.
//!
//! Not held, with reasons: AVOID_FLOATING_POINT_DATA_TYPES (a `number` column of the gold schema is a
//! double), DATECOLUMN_FORMATSTRING (ISO dates instead of month first), INTEGER_FORMATTING (money has
//! the project's currency, `number` two decimals), RELATIONSHIP_COLUMNS_SHOULD_BE_OF_INTEGER_DATA_TYPE
//! (keys of the gold schema are texts and dates), ENSURE_TABLES_HAVE_RELATIONSHIPS (the one-row table of
//! the as-of date stands alone), UNNECESSARY_MEASURES (an author may hide a metric).

use std::collections::BTreeSet;
use std::path::Path;

use crate::model::Model;
use crate::{gold, plan, resolve, settings, source, syntax};

use super::context::Context;
use super::semantic_model::Parts;
use super::tmdl::Object;
use super::tmdl::tree::Value;

fn model(folder: &str) -> Model {
    let (mut sources, mut found) = source::project::load(Path::new(folder));
    let (settings, _) = settings::load(&sources.files, sources.settings.expect("carat.yaml"));
    let gold_file = sources.read(&settings.gold, &mut found).expect("the gold schema");
    let (gold, _) = gold::load(&sources.files, gold_file);
    let trees: Vec<_> = sources.definitions.iter().map(|file| syntax::parse(&sources.files, *file).0).collect();
    resolve::resolve(settings, gold, &trees).0
}

/// The shipped project and the one of every shape.
fn all_parts() -> Vec<Parts> {
    let parts = |folder: &&str| {
        let model = model(folder);
        let plan = plan::plan(&model);
        Parts::new(&Context::new(&model, &plan).expect("Power BI is a target"))
    };
    ["metrics", "tests/cases/powerbi/every_shape"].iter().map(parts).collect()
}

fn all(keyword: &'static str) -> Vec<Object> {
    let tables = all_parts().into_iter().flat_map(|parts| parts.tables);
    tables.flat_map(|table| table.all(keyword).cloned().collect::<Vec<_>>()).collect()
}

fn is_hidden(object: &Object) -> bool {
    object.property("isHidden").is_some()
}

fn word(text: &str) -> Option<Value> {
    Some(Value::Word(text.to_owned()))
}

#[test]
fn numeric_column_summarize_by() {
    assert!(all("column").iter().all(|column| column.property("summarizeBy").cloned() == word("none")));
}

#[test]
fn data_columns_must_have_a_source_column() {
    assert!(all("column").iter().all(|column| column.property("sourceColumn").is_some()));
}

#[test]
fn expression_reliant_objects_must_have_an_expression() {
    assert!(all("measure").iter().all(|measure| measure.value.as_ref().is_some_and(|dax| !dax.trim().is_empty())));
}

#[test]
fn provide_format_string_for_measures() {
    let without = all("measure").into_iter().filter(|measure| measure.property("formatString").is_none());
    assert!(without.into_iter().all(|measure| is_hidden(&measure)), "only hidden truth values and texts");
}

#[test]
fn isavailableinmdx_false_for_what_is_neither_seen_nor_sorted_by() {
    for parts in all_parts() {
        for table in &parts.tables {
            let sorting: Vec<&Value> =
                table.all("column").filter_map(|column| column.property("sortByColumn")).collect();
            for column in table.all("column") {
                let sorts = sorting.contains(&&Value::name(column.name.clone().unwrap_or_default()));
                let off = column.property("isAvailableInMdx").cloned() == word("false");
                assert_eq!(off, is_hidden(column) && !sorts, "{:?}", column.name);
            }
        }
    }
}

#[test]
fn model_should_have_a_date_table() {
    for parts in all_parts() {
        let dated: Vec<&Object> =
            parts.tables.iter().filter(|table| table.property("dataCategory").is_some()).collect();
        assert_eq!(dated.len(), 1);
        let key = dated.iter().flat_map(|table| table.all("column")).find(|column| column.property("isKey").is_some());
        assert_eq!(key.and_then(|key| key.property("dataType")).cloned(), word("dateTime"));
    }
}

#[test]
fn relationship_columns_same_data_type_and_hidden_foreign_keys() {
    for parts in all_parts() {
        let column = |end: Option<&Value>| {
            let Some(Value::Name(names)) = end else { panic!("a relationship has two ends") };
            let table = parts.tables.iter().find(|table| table.name == names.first().cloned()).expect("the table");
            table.all("column").find(|column| column.name == names.last().cloned()).expect("the column").clone()
        };
        for relationship in &parts.relationships {
            let (from, to) = (column(relationship.property("fromColumn")), column(relationship.property("toColumn")));
            assert_eq!(from.property("dataType"), to.property("dataType"));
            assert!(to.property("isKey").is_some());
            assert!(is_hidden(&from), "{:?}", from.name);
        }
    }
}

#[test]
fn add_data_category_for_columns() {
    let places = ["country", "city", "continent"];
    let is_place = |object: &Object| {
        let name = object.name.as_deref().unwrap_or_default().to_lowercase();
        object.property("dataType").cloned() == word("string") && places.iter().any(|place| name.contains(place))
    };
    let found: Vec<Object> = all("column").into_iter().filter(is_place).collect();
    assert!(!found.is_empty());
    assert!(found.iter().all(|column| column.property("dataCategory").is_some()), "{found:?}");
}

#[test]
fn no_inactive_relationship_that_is_never_activated() {
    for parts in all_parts() {
        let measures: Vec<&Object> = parts.tables.iter().flat_map(|table| table.all("measure")).collect();
        let inactive = parts.relationships.iter().filter(|one| one.property("isActive").is_some());
        for relationship in inactive {
            let Some(Value::Name(names)) = relationship.property("fromColumn") else { panic!("an end") };
            let named = format!("USERELATIONSHIP ( '{}'[{}]", names[0], names[1]);
            assert!(measures.iter().any(|one| one.value.as_ref().is_some_and(|dax| dax.contains(&named))), "{named}");
        }
    }
}

#[test]
fn partition_name_should_match_table_name_for_single_partition_tables() {
    for table in all_parts().into_iter().flat_map(|parts| parts.tables) {
        let names: Vec<_> = table.all("partition").map(|partition| partition.name.clone()).collect();
        assert_eq!(names, std::slice::from_ref(&table.name));
    }
}

#[test]
fn objects_with_no_description() {
    for object in all("column").into_iter().chain(all("measure")) {
        assert!(is_hidden(&object) || !object.description.is_empty(), "{:?}", object.name);
    }
}

#[test]
fn unnecessary_columns() {
    for parts in all_parts() {
        let texts: Vec<String> =
            parts.tables.iter().flat_map(|table| table.all("measure")).filter_map(|m| m.value.clone()).collect();
        for table in parts.tables.iter().filter(|table| table.property("dataCategory").is_none()) {
            for column in table.all("column").filter(|column| is_hidden(column)) {
                let name = column.name.clone().unwrap_or_default();
                let member = Value::member(table.name.clone().unwrap_or_default(), &name);
                let joined = parts.relationships.iter().flat_map(|one| &one.properties).any(|end| end.value == member);
                let sorts =
                    table.all("column").any(|other| other.property("sortByColumn") == Some(&Value::name(&name)));
                let read = texts.iter().any(|text| text.contains(&format!("[{name}]")));
                assert!(joined || sorts || read, "{name}");
            }
        }
    }
}

#[test]
fn perspectives_with_no_objects_and_names_with_blanks_at_an_end() {
    for parts in all_parts() {
        assert!(parts.perspectives.iter().all(|perspective| !perspective.children.is_empty()));
    }
    for object in all("column").into_iter().chain(all("measure")) {
        let name = object.name.unwrap_or_default();
        assert_eq!(name.trim(), name);
        assert!(!name.contains(['\t', '\r', '\n']));
    }
}

#[test]
fn measure_names_differ_in_the_model_and_from_the_columns_beside_them() {
    for parts in all_parts() {
        let mut seen = BTreeSet::new();
        for table in &parts.tables {
            let columns: Vec<String> =
                table.all("column").filter_map(|c| c.name.clone()).map(|n| n.to_lowercase()).collect();
            for name in table.all("measure").filter_map(|measure| measure.name.clone()) {
                assert!(seen.insert(name.to_lowercase()), "{name}");
                assert!(!columns.contains(&name.to_lowercase()), "{name}");
            }
        }
    }
}
