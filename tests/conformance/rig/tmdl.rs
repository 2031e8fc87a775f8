//! The least TMDL that the evaluator of DAX needs: tables, columns, relationships, measures.

use std::fmt::Write as _;

use carat::emit::OutputFile;
use carat::emit::dax::{Measure, measures};
use carat::emit::names::Names;
use carat::gold::{ColumnId, Gold, TableId, Type};
use carat::model::Model;
use carat::plan::tree::Plan;

pub fn files(model: &Model, plan: &Plan) -> Vec<OutputFile> {
    let (names, all) = (Names::new(&model.gold), measures(model, plan));
    let ids = (0..model.gold.tables.len() as u32).map(TableId);
    let mut files: Vec<OutputFile> = ids.map(|id| table(&model.gold, &names, id, &all)).collect();
    files.push(OutputFile { path: "relationships.tmdl".into(), text: relationships(&model.gold, &names) });
    files
}

fn table(gold: &Gold, names: &Names, id: TableId, measures: &[Measure]) -> OutputFile {
    let table = &gold.tables[id.0 as usize];
    let is_calendar = gold.calendar.as_ref().is_some_and(|calendar| calendar.day.table == id);
    let mut text = format!("table {}\n", quoted(names.table(id)));
    if is_calendar {
        text.push_str("\tdataCategory: Time\n");
    }
    for measure in measures.iter().filter(|measure| measure.home == id) {
        writeln!(text, "\n\tmeasure {} =", quoted(&measure.name)).unwrap();
        measure.dax.lines().for_each(|line| writeln!(text, "\t\t\t{line}").unwrap());
    }
    for (index, column) in table.columns.iter().enumerate() {
        let column_id = ColumnId { table: id, index: index as u32 };
        let (name, kind) = (quoted(names.column(column_id)), data_type(column.ty));
        writeln!(text, "\n\tcolumn {name}\n\t\tdataType: {kind}\n\t\tsourceColumn: {}", column.name).unwrap();
        if gold.calendar.as_ref().is_some_and(|calendar| calendar.day == column_id) {
            text.push_str("\t\tisKey\n");
        }
    }
    let (name, physical) = (quoted(names.table(id)), &table.physical);
    write!(text, "\n\tpartition {name} = entity\n\t\tmode: directLake\n\t\tsource\n\t\t\tentityName: {physical}\n")
        .unwrap();
    OutputFile { path: format!("tables/{}.tmdl", table.name), text }
}

fn data_type(ty: Type) -> &'static str {
    match ty {
        Type::Integer => "int64",
        Type::Money => "decimal",
        Type::Number => "double",
        Type::Text => "string",
        Type::Boolean => "boolean",
        Type::Date => "dateTime",
    }
}

/// Those of the schema, and one from every date role to the calendar, the first of a table active.
fn relationships(gold: &Gold, names: &Names) -> String {
    let of_schema = gold.relationships.iter().map(|one| (one.from, one.to, one.active));
    let day = gold.calendar.as_ref().map(|calendar| calendar.day);
    let dates = gold.tables.iter().flat_map(|table| {
        let active = table.date.into_iter().map(|date| (date, true));
        active.chain(table.other_dates.iter().map(|date| (*date, false)))
    });
    let dates = dates.filter_map(|(date, active)| Some((date, day?, active)));
    let mut text = String::new();
    for (at, (from, to, active)) in of_schema.chain(dates).enumerate() {
        let end = |id: ColumnId| format!("{}.{}", quoted(names.table(id.table)), quoted(names.column(id)));
        writeln!(text, "relationship r{at}").unwrap();
        if !active {
            text.push_str("\tisActive: false\n");
        }
        writeln!(text, "\tfromColumn: {}\n\ttoColumn: {}\n", end(from), end(to)).unwrap();
    }
    text
}

fn quoted(name: &str) -> String {
    format!("'{}'", name.replace('\'', "''"))
}
