//! Exports of columns as tools write them: what of them is read, and what is told of the rest.

use super::*;

const FIRST: &str = "TABLE_CATALOG,TABLE_SCHEMA,TABLE_NAME,COLUMN_NAME,IS_NULLABLE,DATA_TYPE,NUMERIC_SCALE\n";

/// The tables of an export as `schema.name: column type, column type?`, and what is told of it.
fn export(text: &str) -> (Vec<String>, Vec<String>) {
    let (tables, report) = read(&files(&[("columns.csv", text)]));
    let line = |table: &super::super::source::Table| {
        let columns = table.columns.iter().map(|column| {
            let missing = if column.nullable { "?" } else { "" };
            let unknown = if column.unknown.is_some() { " not known" } else { "" };
            format!("{} {}{missing}{unknown}", column.name, column.ty)
        });
        format!("{}.{}: {}", table.schema, table.name, columns.collect::<Vec<_>>().join(", "))
    };
    (tables.iter().map(line).collect(), report.into_iter().map(|finding| finding.message).collect())
}

#[test]
fn a_decimal_of_which_the_scale_is_not_exported_is_not_guessed() {
    for scale in ["", "NULL"] {
        let (tables, told) = export(&format!("{FIRST}m,g,a,x,NO,decimal,{scale}\nm,g,a,y,YES,numeric,2\n"));
        assert_eq!((tables, told), (vec!["g.a: x decimal not known, y numeric(,2)?".to_owned()], Vec::new()));
    }
    let (draft, report) =
        import(&files(&[("c.csv", "TABLE_NAME,COLUMN_NAME,IS_NULLABLE,DATA_TYPE\na,x,NO,decimal\n")]));
    assert!(draft.contains("# x: left out, since the export does not say how many decimals `decimal` has"), "{draft}");
    assert!(report.iter().any(Diagnostic::is_error));
}

#[test]
fn tables_of_the_database_itself_are_left_out_with_a_word() {
    let (tables, told) = export(&format!(
        "{FIRST}m,sys,o,x,NO,int,\nm,sys,p,x,NO,int,\nm,INFORMATION_SCHEMA,c,x,NO,int,\nm,g,a,x,NO,int,\n"
    ));
    assert_eq!(tables, ["g.a: x int"]);
    assert_eq!(
        told,
        [
            "the tables of `sys` are the database's own and left out",
            "the tables of `INFORMATION_SCHEMA` are the database's own and left out",
        ]
    );
}

#[test]
fn what_gold_yaml_cannot_tell_apart_is_there_once_with_a_word() {
    let (tables, told) = export(&format!(
        "{FIRST}m,g,a,x,NO,int,\nn,g,a,x,NO,int,\nn,g,a,y,NO,int,\nm,g,A,z,NO,int,\nm,g,a,X,NO,int,\n"
    ));
    assert_eq!(tables, ["g.a: x int, X int not known"]);
    assert_eq!(told, ["the table `a` is described twice", "the table `A` is described twice"]);
    let (_, report) = import(&files(&[("c.csv", &format!("{FIRST}m,g,a,x,NO,int,\nm,g,a,X,NO,int,\n"))]));
    assert!(report.iter().any(|finding| finding.message.contains("`x` is there already")));
}

#[test]
fn what_programs_write_around_the_lines_is_no_table() {
    let (tables, told) = export(&format!("{FIRST}-,-,---,---,--,--,-\nm,g,a,x,NO,int,\n\n(1 rows affected)\n"));
    assert_eq!((tables, told), (vec!["g.a: x int".to_owned()], Vec::new()));
}

#[test]
fn a_line_that_is_cut_is_told() {
    let (tables, told) = export(&format!("{FIRST}m,g,a,x,NO,int,\nm,g,a\nm,g,a,y,maybe,int,\nm,g,\"a,z,NO,int,\n"));
    assert_eq!(tables, ["g.a: x int, y int?"]);
    assert_eq!(
        told,
        [
            "the export of columns cannot be read: a line has no table, column or type",
            "the export of columns cannot be read: IS_NULLABLE is neither YES nor NO, so the column is taken to be missing at times",
            "the export of columns cannot be read: a quote that begins here has no end, and nothing behind it is read",
        ]
    );
}

#[test]
fn databricks_exports_types_in_full_and_comments() {
    let text = "table_schema|table_name|column_name|is_nullable|full_data_type|data_type|comment\n\
                g|a|x|NO|decimal(18,2)|DECIMAL|What is paid\n";
    let (found, _) = read(&files(&[("c.csv", text)]));
    let column = &found[0].columns[0];
    assert_eq!((column.ty.as_str(), column.comment.as_deref()), ("decimal(18,2)", Some("What is paid")));
}

#[test]
fn a_column_that_cannot_be_compared_is_told() {
    let gold = load("tables:\n  a:\n    key: x\n    columns:\n      x: integer\n      y: money\n").0;
    let text = "TABLE_NAME,COLUMN_NAME,IS_NULLABLE,DATA_TYPE\na,x,NO,int\na,y,NO,decimal\na,z,NO,decimal\n";
    let (drift, problems) = compare(&gold, &files(&[("c.csv", text)]));
    assert_eq!(
        drift.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["`a.z` is in the database and not in gold.yaml"]
    );
    let told: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(told, ["the column `y` of `a` is left out: the export does not say how many decimals `decimal` has"]);
}
