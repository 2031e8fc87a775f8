//! Scripts as tools write them: what of them is read, and what is told of the rest.

use super::*;
use crate::gold::import::source;

/// Each table as one line: `schema.name (key) column: type, column?: type -> target`.
pub(super) fn tables(sql: &str) -> Vec<String> {
    let (tables, _) = read(&files(&[("tables.sql", sql)]));
    tables.iter().map(line).collect()
}

pub(super) fn line(table: &source::Table) -> String {
    let column = |column: &source::Column| {
        let missing = if column.nullable { "?" } else { "" };
        let unknown = if column.unknown.is_some() { " not known" } else { "" };
        format!("{}{missing}: {}{unknown}", column.name, column.ty)
    };
    let columns: Vec<String> = table.columns.iter().map(column).collect();
    let to = |reference: &source::Reference| format!(" {} -> {}", reference.columns.join("+"), reference.table.table);
    let to: String = table.references.iter().map(to).collect();
    format!("{}.{} ({}) {}{to}", table.schema, table.name, table.key.join(", "), columns.join(", "))
}

/// What is told of a script, each with its line; reminders of what no database says are left out.
pub(super) fn told(sql: &str) -> Vec<String> {
    let files = files(&[("tables.sql", sql)]);
    let (_, report) = import(&files);
    let reminders = ["no key is declared", "so there is no calendar", "is complete to", "a database does not say"];
    let at = |finding: &Diagnostic| {
        let line = files.position(finding.labels[0].span).line;
        format!("{line}: {}", finding.message)
    };
    let new = report.iter().filter(|finding| !reminders.iter().any(|reminder| finding.message.contains(reminder)));
    new.map(at).collect()
}

pub(super) fn assert_reads(sql: &str, expected: &[&str]) {
    assert_eq!(tables(sql), expected, "{sql}");
    assert_eq!(told(sql), Vec::<String>::new(), "{sql}");
}

#[test]
fn what_management_studio_scripts_becomes_a_draft() {
    let files = files(&[("ssms.sql", include_str!("ssms.sql"))]);
    let (text, report) = import(&files);
    snapshots().bind(|| {
        insta::assert_snapshot!("ssms_draft", text);
        insta::assert_snapshot!("ssms_report", human(&files, &report, Terminal { width: 120, colour: false }));
    });
}

#[test]
fn what_databricks_scripts_becomes_a_draft() {
    let files = files(&[("spark.sql", include_str!("spark.sql"))]);
    let (text, report) = import(&files);
    snapshots().bind(|| {
        insta::assert_snapshot!("spark_draft", text);
        insta::assert_snapshot!("spark_report", human(&files, &report, Terminal { width: 120, colour: false }));
    });
}

#[test]
fn types_in_brackets_are_types() {
    assert_reads(
        "CREATE TABLE [g].[c]([a] [varchar](36) NOT NULL, [b] [int], [c] [decimal](18, 2), [d] [sys].[date] NULL)",
        &["g.c () a: VARCHAR(36), b?: INT, c?: DECIMAL(18,2), d?: DATE"],
    );
}

#[test]
fn nothing_need_stand_between_two_tables() {
    assert_reads(
        "CREATE TABLE g.a (x int NOT NULL PRIMARY KEY)\nCREATE TABLE g.b (y int NOT NULL)\n\
         ALTER TABLE g.b ADD CONSTRAINT pk PRIMARY KEY NONCLUSTERED (y) NOT ENFORCED\n\
         ALTER TABLE g.b ADD FOREIGN KEY (y) REFERENCES g.a (x) ON DELETE NO ACTION ON UPDATE SET NULL\nGO 2\n",
        &["g.a (x) x: INT", "g.b (y) y: INT y -> a"],
    );
}

#[test]
fn a_table_behind_a_condition_or_another_statement_is_read() {
    for sql in [
        "IF NOT EXISTS (SELECT * FROM sys.objects WHERE name = 'a') BEGIN CREATE TABLE g.a (x int) END",
        "IF OBJECT_ID('g.a') IS NULL\nCREATE TABLE g.a (x int)\nELSE PRINT 'there'",
        "DROP TABLE IF EXISTS g.a\nCREATE TABLE g.a (x int)",
        "USE [db]\nSET NOCOUNT ON\nCREATE TABLE g.a (x int)\nINSERT INTO g.a SELECT 1",
        "GRANT CREATE TABLE TO me\nCREATE TABLE g.a (x int) GRANT SELECT ON g.a TO me",
        "CREATE TABLE g.a (x date)\nDROP TABLE g.a\nCREATE TABLE g.a (x int)",
        "CREATE TABLE g.a (x date); CREATE OR REPLACE TABLE g.a (x int);",
        "CREATE TABLE #t (y int) CREATE TABLE g.a (x int)\nCREATE TEMPORARY TABLE t (z int)",
    ] {
        assert_reads(sql, &["g.a () x?: INT"]);
    }
}

#[test]
fn a_table_that_is_not_closed_hides_no_other() {
    let sql = "CREATE TABLE g.a (x int,\nCREATE TABLE g.b (y int)";
    assert_eq!(tables(sql), ["g.a () x?: INT", "g.b () y?: INT"]);
    assert_eq!(told(sql), ["1: a part of the script cannot be read: the parenthesis that opens here has no end"]);
}

#[test]
fn a_table_created_as_the_script_runs_is_told_with_its_place() {
    let sql = "CREATE TABLE g.a (x int)\nGO\nCREATE PROCEDURE p AS BEGIN\nCREATE TABLE g.b (y int); CREATE TABLE #t (z int) END\n\
               GO\nEXEC('create  table g.c (z int)')\nCREATE VIEW g.v AS SELECT 1";
    assert_eq!(tables(sql), ["g.a () x?: INT"]);
    assert_eq!(
        told(sql),
        [
            "4: a statement is passed over: the table `b` is created by a procedure",
            "6: a statement is passed over: a table is created or changed by a text that is executed",
            "7: the view `v` is not read, since a script does not say the types of its columns",
        ]
    );
}

#[test]
fn columns_that_are_added_changed_and_removed_are_followed() {
    assert_reads(
        "CREATE TABLE g.a (x int NOT NULL, gone int, w date NOT NULL);\n\
         ALTER TABLE g.a ADD y date NULL, CONSTRAINT pk PRIMARY KEY (x);\n\
         ALTER TABLE g.a ADD COLUMN IF NOT EXISTS z INT COMMENT 'zz' AFTER y;\n\
         ALTER TABLE g.a ADD COLUMNS (u STRING, v DECIMAL(9,2) FIRST);\n\
         ALTER TABLE g.a ALTER COLUMN x bigint NOT NULL;\nALTER TABLE g.a ALTER COLUMN w date;\n\
         ALTER TABLE g.a ALTER COLUMN y SET NOT NULL;\n\
         ALTER TABLE g.a DROP COLUMN gone;\nALTER TABLE g.a DROP COLUMNS (u, v)",
        &["g.a (x) x: BIGINT, w?: DATE, y: DATE, z?: INT"],
    );
}

#[test]
fn what_an_alter_says_of_storage_is_no_news() {
    assert_reads(
        "CREATE TABLE g.a (x int);\nALTER TABLE g.a ADD CONSTRAINT df DEFAULT ((1)) FOR [x];\n\
         ALTER TABLE g.a CHECK CONSTRAINT [fk];\nALTER TABLE g.a WITH CHECK CHECK CONSTRAINT fk;\n\
         ALTER TABLE g.a WITH NOCHECK ADD CONSTRAINT ck CHECK (x > 0);\n\
         ALTER TABLE g.a SET TBLPROPERTIES ('a' = 'b');\nALTER TABLE g.a SET (SYSTEM_VERSIONING = ON);\n\
         ALTER TABLE g.a ALTER COLUMN x SET DEFAULT 1;\nALTER TABLE g.a ADD PARTITION (day = 1);",
        &["g.a () x?: INT"],
    );
}

#[test]
fn what_an_alter_says_that_is_not_followed_is_told_with_its_place() {
    let sql = "CREATE TABLE g.a (x int);\nALTER TABLE g.a SWAP WITH b;\nALTER TABLE g.a DROP CONSTRAINT pk;\n\
               ALTER TABLE g.a DROP COLUMN y;\nALTER TABLE g.b ADD z int;\nEXEC sp_rename @from, 'b';\nALTER TABLE g.a ADD;\n\
               ALTER TABLE g.a RENAME COLUMN s.x TO y;\nEXEC sp_rename 'g.a.x', 'y'";
    assert_eq!(
        told(sql),
        [
            "2: a statement is passed over: `SWAP WITH b` changes the table `a`",
            "6: a statement is passed over: `sp_rename` gives a table or column another name",
            "7: a part of the script cannot be read: what is added is not understood",
            "8: a statement is passed over: `RENAME COLUMN s` changes the table `a`",
            "9: a statement is passed over: `sp_rename` gives a table or column another name",
            "3: a statement is passed over: it removes the constraint `pk` of `a`, and it is not known what that held",
            "4: a statement is passed over: it removes `y`, which is no column of `a`",
            "5: `b` is changed here, and no file creates a table of that name",
        ]
    );
}

#[test]
fn a_script_that_drops_and_creates_is_read_as_it_ends() {
    assert_reads(
        "ALTER TABLE g.a DROP CONSTRAINT [df]\nGO\nDROP TABLE g.a\nGO\nCREATE TABLE g.a (x int)",
        &["g.a () x?: INT"],
    );
    let later = [("alter.sql", "ALTER TABLE g.a ADD PRIMARY KEY (x)"), ("create.sql", "CREATE TABLE g.a (x int)")];
    let (found, report) = read(&files(&later));
    assert_eq!((found.iter().map(line).collect::<Vec<_>>(), report), (vec!["g.a (x) x: INT".to_owned()], Vec::new()));
}

#[test]
fn words_of_vendors_about_a_column_cost_nothing() {
    for (column, expected) in [
        ("x int DEFAULT 1 NOT NULL", "x: INT"),
        ("x int NOT NULL DEFAULT next value for g.s", "x: INT"),
        ("x decimal(9,2) CONSTRAINT df DEFAULT ((0)) WITH VALUES NOT NULL", "x: DECIMAL(9,2)"),
        ("x varchar(9) MASKED WITH (FUNCTION = 'default()') NULL", "x?: VARCHAR(9)"),
        ("x date GENERATED ALWAYS AS ROW START HIDDEN NOT NULL", "x: DATE"),
        ("x INT GENERATED ALWAYS AS (YEAR(y)) COMMENT 'z'", "x?: INT"),
        ("x BIGINT GENERATED BY DEFAULT AS IDENTITY (START WITH 1) NOT NULL", "x: BIGINT"),
        ("x STRING MASK g.f USING COLUMNS (y) COMMENT \"z\"", "x?: STRING"),
        ("x int IDENTITY(1,1) NOT FOR REPLICATION NOT NULL", "x: INT"),
        ("x int SPARSE NULL CHECK (x > 0) UNIQUE NONCLUSTERED", "x?: INT"),
        (
            "x STRUCT<zip: STRING COMMENT 'x', b: MAP<STRING, ARRAY<INT>>> NOT NULL",
            "x: STRUCT<zip: STRING COMMENT 'x', b: MAP<STRING, ARRAY<INT>>>",
        ),
        ("x STRUCT<a INT NOT NULL>", "x?: STRUCT<a INT NOT NULL>"),
        ("x INTERVAL DAY TO SECOND", "x?: INTERVAL DAY TO SECOND"),
        ("period int, index int, [check] int", "period?: INT, index?: INT, check?: INT"),
    ] {
        assert_eq!(tables(&format!("CREATE TABLE g.a ({column})")), [format!("g.a () {expected}")]);
    }
}

#[test]
fn words_of_vendors_about_a_key_cost_nothing() {
    for key in [
        "x int NOT NULL, CONSTRAINT k PRIMARY KEY(x) RELY",
        "x int, CONSTRAINT `k` PRIMARY KEY (`x` TIMESERIES) NOT ENFORCED",
        "x int, PRIMARY KEY CLUSTERED ([x] ASC) WITH (PAD_INDEX = OFF) ON [PRIMARY], INDEX ix NONCLUSTERED (x)",
        "x int CONSTRAINT k PRIMARY KEY NONCLUSTERED NOT ENFORCED",
        "x int CONSTRAINT k PRIMARY KEY CLUSTERED (x), PERIOD FOR SYSTEM_TIME (a, b)",
    ] {
        assert_reads(&format!("CREATE TABLE g.a ({key})"), &["g.a (x) x: INT"]);
    }
    let sql = "CREATE TABLE g.a (x INT NOT NULL FOREIGN KEY REFERENCES g.b(y) NOT ENFORCED); CREATE TABLE g.b (y INT PRIMARY KEY);";
    assert_reads(sql, &["g.a () x: INT x -> b", "g.b (y) y: INT"]);
}

#[test]
fn what_cannot_be_read_costs_itself_alone() {
    let sql = "CREATE TABLE g.a (\n x int,,\n b int garbage,\n c,\n 5 d,\n e AS (x * 2),\n PRIMARY KEY (x + 1),\n z date);\n\
               CREATE TABLE g.b (y int, s varchar(9) DEFAULT 'open);\n";
    assert_eq!(tables(sql)[0], "g.a () x?: INT, b?: int not known, c?:  not known, e?: computed not known, z?: DATE");
    let messages = told(sql);
    let expected = [
        "2: a part of the script cannot be read: there is nothing before this comma",
        "5: a part of the script cannot be read: a column begins with its name",
        "7: a part of the script cannot be read: this part of a key is not understood",
        "9: a part of the script cannot be read: the parenthesis that opens here has no end",
        "9: a part of the script cannot be read: a text, name or comment that begins here has no end, and nothing behind it is read",
        "3: the column `b` of `a` is left out: `garbage` is not understood in its definition",
        "4: the column `c` of `a` is left out: its type is not written",
        "6: the column `e` of `a` is left out: the database works it out, and the script does not say its type",
    ];
    for message in expected {
        assert!(messages.iter().any(|told| told == message), "{message}\n{messages:#?}");
    }
}

#[test]
fn comments_are_taken_over_from_wherever_they_stand() {
    let spark = "CREATE TABLE g.a (x INT COMMENT \"ex\", y INT) COMMENT 'first' TBLPROPERTIES ('comment' = 'no');\n\
                 COMMENT ON COLUMN c.g.a.y IS 'why';\nCREATE TABLE g.b (z INT) USING delta COMMENT 'old';\n\
                 COMMENT ON TABLE g.b IS 'new'; ALTER TABLE g.b ALTER COLUMN z COMMENT 'zed';";
    let tsql = "CREATE TABLE [g].[a] ([x] [int], [y] [int])\nCREATE TABLE g.b (z int)\nGO\n\
         EXEC sys.sp_addextendedproperty @name=N'MS_Description', @value=N'first', @level0type=N'SCHEMA',@level0name=N'g', @level1type=N'TABLE',@level1name=N'a'\n\
         EXEC sp_addextendedproperty 'MS_Description', 'ex', 'SCHEMA', g, 'TABLE', [a], 'COLUMN', x\n\
         EXECUTE sp_addextendedproperty N'MS_Description', N'why', 'user', dbo, 'table', 'a', 'column', 'y';\n\
         EXEC sp_addextendedproperty @value='new', @name='MS_Description', @level0type='SCHEMA', @level0name='g', @level1name='b', @level1type='TABLE'\n\
         EXEC sp_addextendedproperty 'MS_Description', 'zed', 'SCHEMA', 'g', 'TABLE', 'b', 'COLUMN', 'z'\n\
         EXEC sp_addextendedproperty 'MS_Description', 'a key', 'SCHEMA', 'g', 'TABLE', 'b', 'CONSTRAINT', 'k'\n\
         EXEC sp_addextendedproperty 'Owner', 'me', 'SCHEMA', 'g', 'TABLE', 'b'";
    for sql in [spark, &tsql.replace("'user', dbo", "'SCHEMA', g")] {
        let (tables, _) = read(&files(&[("tables.sql", sql)]));
        let said = |text: &Option<String>| text.clone().unwrap_or_default();
        let of = |table: &source::Table| {
            let columns: Vec<String> = table.columns.iter().map(|column| said(&column.comment)).collect();
            format!("{}: {}", said(&table.comment), columns.join(", "))
        };
        assert_eq!(tables.iter().map(of).collect::<Vec<_>>(), ["first: ex, why", "new: zed"], "{sql}");
        assert_eq!(told(sql), Vec::<String>::new());
    }
    let of_a_view = "CREATE TABLE g.a (x INT); COMMENT ON TABLE g.v IS 'v'; COMMENT ON COLUMN g.a.z IS 'z';";
    assert_eq!(
        told(of_a_view),
        [
            "1: a statement is passed over: it describes `z`, which is no column of `a`",
            "1: `v` is described here, and no file creates a table of that name",
        ]
    );
}

#[test]
fn a_partition_column_with_a_type_is_a_column() {
    assert_reads(
        "CREATE TABLE g.a (x INT) USING PARQUET PARTITIONED BY (day STRING); CREATE TABLE g.b (x INT) PARTITIONED BY (days(x), x);",
        &["g.a () x?: INT, day?: STRING", "g.b () x?: INT"],
    );
}

#[test]
fn a_decimal_without_a_scale_is_whole_in_a_script_with_a_word() {
    assert_eq!(
        told("CREATE TABLE g.a (x decimal, y numeric(9), z [decimal](9,0))"),
        [
            "1: the draft assumes that `a.x` has no decimals, as `DECIMAL` without a scale has none in T-SQL and Spark",
            "1: the draft assumes that `a.y` has no decimals, as `NUMERIC(9)` without a scale has none in T-SQL and Spark",
        ]
    );
}

/// What is told of a reference to `b`, whose tables have one row for each `id`.
fn told_of_reference(to: &str) -> (Vec<String>, String) {
    let sql = format!(
        "CREATE TABLE g.b (id bigint NOT NULL PRIMARY KEY, no varchar(9) NOT NULL UNIQUE);\n\
                       CREATE TABLE g.a (x bigint NOT NULL PRIMARY KEY, y varchar(9), {to});"
    );
    let told = told(&sql).into_iter().filter(|told| !told.contains("lower case")).collect();
    (told, import(&files(&[("tables.sql", &sql)])).0)
}

#[test]
fn a_foreign_key_that_does_not_lead_to_the_key_is_left_out_with_a_word() {
    for (to, why) in [
        ("FOREIGN KEY (y) REFERENCES g.b (no)", "it leads to `no`, and the key of `b` is `id`"),
        ("FOREIGN KEY (y) REFERENCES g.b", "`y` is `VARCHAR(9)`, and `id` is `BIGINT`"),
        ("FOREIGN KEY (x, y) REFERENCES g.b (id, no)", "it has several columns"),
        ("w uniqueidentifier REFERENCES g.b (id)", "the column `w` is left out"),
        ("w bigint REFERENCES g.a (x)", "it leads to its own table"),
    ] {
        let (told, draft) = told_of_reference(to);
        assert!(
            told.iter().any(|told| told.starts_with("2: ") && told.ends_with(&format!("leaves that out: {why}"))),
            "{told:#?}"
        );
        assert!(!draft.contains("to:"), "{draft}");
    }
    let (told, draft) = told_of_reference("FOREIGN KEY (x) REFERENCES g.b (ID)");
    assert_eq!(told, Vec::<String>::new());
    assert!(draft.contains("to: { b: x }"), "{draft}");
}

#[test]
fn a_reference_leads_to_the_table_of_its_schema() {
    let tables = "CREATE TABLE s.b (id int NOT NULL PRIMARY KEY); CREATE TABLE g.b (id int NOT NULL PRIMARY KEY);\n\
                  CREATE TABLE t.b (id int NOT NULL PRIMARY KEY);\nCREATE TABLE g.a (x int REFERENCES b);";
    let (draft, _) = import(&files(&[("tables.sql", tables)]));
    assert!(draft.contains("to: { b_2: x }"), "{draft}");
    assert_eq!(
        told(&format!("{tables}\nCREATE TABLE o.a (x int REFERENCES b);")),
        ["4: `a.x` refers to `b`, and several schemas have it"]
    );
}

#[test]
fn one_table_of_two_databases_is_one_table_with_a_word() {
    let sql = "CREATE TABLE m.g.a (x int);\nCREATE TABLE n.g.a (x int, y int);\nCREATE TABLE m.g.c (x int, X int);";
    assert_eq!(tables(sql), ["g.a () x?: INT", "g.c () x?: INT, X?: INT not known"]);
    assert_eq!(
        told(sql),
        [
            "2: the table `a` is described twice",
            "3: the column `X` of `c` is left out: `x` is there already, and gold.yaml does not tell capitals apart",
        ]
    );
}

#[test]
fn a_decimal_of_more_digits_than_power_bi_keeps_is_taken_over_with_a_word() {
    assert_eq!(
        told(
            "CREATE TABLE g.a (x decimal(38,0), y numeric(18,0),\n z NUMBER(28, 4), w decimal(19,4), v decimal(18,2))"
        ),
        [
            "1: the draft assumes that `a.x` is never too large for `integer`, which Power BI keeps in 64 bits; `DECIMAL(38,0)` could be",
            "2: the draft assumes that `a.z` is never too large for `money`, which Power BI keeps in 64 bits; `NUMBER(28, 4)` could be",
        ]
    );
}
