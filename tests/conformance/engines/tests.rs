//! That an engine reads what the judge reads: missing, `""`, blanks, quotes, exact money, days.

use carat::gold::{Column, Date, Gold, Sensitivity, Table, Type};
use carat::source::{FileId, Span};

use super::{Rows, Work, sql_engines};
use crate::data::Data;
use crate::judge::Value;

fn column(name: &str, ty: Type) -> Column {
    Column {
        name: name.into(),
        ty,
        nullable: true,
        normalised: false,
        label: None,
        about: None,
        group: false,
        values: vec![],
        sort: None,
        sensitivity: Sensitivity::Public,
        from: vec![],
        span: Span::new(FileId(0), 0, 0),
    }
}

fn gold() -> Gold {
    let columns =
        vec![column("t", Type::Text), column("m", Type::Money), column("d", Type::Date), column("n", Type::Number)];
    let table = Table {
        name: "things".into(),
        schema: "gold".into(),
        physical: "thing_rows".into(),
        label: String::new(),
        about: None,
        key: vec![],
        columns,
        date: None,
        other_dates: vec![],
        span: Span::new(FileId(0), 0, 0),
    };
    Gold { tables: vec![table], ..Gold::default() }
}

#[test]
fn every_engine_reads_the_rows_that_were_written() {
    let (gold, folder) = (gold(), tempfile::tempdir().unwrap());
    let mut data = Data::empty(&gold);
    let table = carat::gold::TableId(0);
    let text = |text: &str| Value::Text(text.into());
    let day = Value::Date(Date::from_ymd(2024, 2, 29).unwrap());
    data.push(table, vec![text("a \"b\", "), Value::Money(-500), day, Value::Number(0.1)]);
    data.push(table, vec![text(""), Value::Missing, Value::Missing, Value::Missing]);
    data.push(table, vec![Value::Missing; 4]);
    data.write(&gold, folder.path());
    let queries = [
        "SELECT CASE WHEN t = '' THEN 'empty' ELSE t END AS t, m, d, n FROM gold.thing_rows ORDER BY m, t",
        "SELECT nothing",
    ];
    for engine in sql_engines() {
        let work = Work { gold: &gold, folder: folder.path(), queries: queries.map(String::from).to_vec() };
        let said = engine.run(&[work]).remove(0);
        let rows: Rows = said[0].clone().unwrap_or_else(|why| panic!("{}: {why}", engine.dialect()));
        let some = |texts: [&str; 4]| texts.map(|text| (text != "-").then(|| text.to_string())).to_vec();
        assert_eq!(rows.names, ["t", "m", "d", "n"]);
        for expected in
            [some(["a \"b\", ", "-0.0500", "2024-02-29", "0.1"]), some(["empty", "-", "-", "-"]), some(["-"; 4])]
        {
            assert!(rows.rows.contains(&expected), "{} has no {expected:?} in {:?}", engine.dialect(), rows.rows);
        }
        assert!(said[1].as_ref().is_err_and(|why| why.contains("nothing")), "{}: {:?}", engine.dialect(), said[1]);
    }
}
