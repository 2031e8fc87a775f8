//! Scripts that change what was there before, step by step: the draft is of what they end with.

use super::scripts::{assert_reads, line, tables, told};
use super::*;

const TWO: &str = "CREATE TABLE g.a (x int CONSTRAINT pk PRIMARY KEY, y varchar(9) CONSTRAINT df DEFAULT 'z' NOT NULL,\n\
                   CONSTRAINT ck CHECK (x > 0));\n\
                   CREATE TABLE g.b (u int NOT NULL PRIMARY KEY, x int CONSTRAINT fk REFERENCES a (x));\n";

/// The tables of [`TWO`] after a change.
fn assert_becomes(change: &str, expected: [&str; 2]) {
    assert_reads(&format!("{TWO}{change}"), &expected);
}

const A: &str = "g.a (x) x: INT, y: VARCHAR(9)";
const B: &str = "g.b (u) u: INT, x?: INT x -> a";

#[test]
fn another_type_alone_leaves_missing_values_as_they_were() {
    let b = "g.b (u) u: BIGINT, x?: BIGINT x -> a";
    assert_becomes("ALTER TABLE g.b ALTER COLUMN u TYPE bigint, ALTER COLUMN x TYPE bigint USING x::bigint", [A, b]);
    assert_becomes("ALTER TABLE g.b ALTER u SET DATA TYPE bigint, ALTER x SET DATA TYPE bigint", [A, b]);
    let b = "g.b (u) u: INT, x?: DECIMAL(9,2) x -> a";
    assert_eq!(tables(&format!("{TWO}ALTER TABLE `g`.`b` ALTER COLUMN `x` TYPE DECIMAL(9, 2)")), [A, b]);
}

#[test]
fn actions_of_one_statement_follow_each_other() {
    let change = "ALTER TABLE g.a ADD COLUMN z date, DROP COLUMN y, ALTER COLUMN x TYPE bigint, ADD COLUMN y text";
    assert_becomes(change, ["g.a (x) x: BIGINT, z?: DATE, y?: TEXT", B]);
}

#[test]
fn keys_and_references_follow_a_column_that_is_renamed() {
    let a = "g.a (z) z: INT, y: VARCHAR(9)";
    for change in [
        "ALTER TABLE g.a RENAME COLUMN x TO z",
        "ALTER TABLE g.a RENAME x TO z",
        "EXEC sp_rename 'g.a.x', 'z', 'COLUMN'",
        "EXECUTE sys.sp_rename @objname = N'[g].[a].[x]', @newname = N'z', @objtype = N'COLUMN'",
    ] {
        assert_becomes(change, [a, B]);
        let (draft, _) = import(&files(&[("a.sql", &format!("{TWO}{change}"))]));
        assert!(draft.contains("to: { a: x }"), "{draft}");
    }
    assert_becomes("ALTER TABLE g.b RENAME COLUMN x TO z", [A, "g.b (u) u: INT, z?: INT z -> a"]);
    for (change, why) in [
        ("ALTER TABLE g.a RENAME COLUMN w TO z", "it renames `w`, which is no column of `a`"),
        ("ALTER TABLE g.a RENAME COLUMN x TO y", "it calls `x` of `a` by the name `y`, which another column has"),
    ] {
        assert_eq!(told(&format!("{TWO}{change}")), [format!("4: a statement is passed over: {why}")]);
    }
}

#[test]
fn references_follow_a_table_that_is_renamed_or_moved() {
    let renamed = ["g.c (x) x: INT, y: VARCHAR(9)", "g.b (u) u: INT, x?: INT x -> c"];
    for change in ["ALTER TABLE g.a RENAME TO c", "EXEC sp_rename 'g.a', 'c'", "EXEC sp_rename 'a', 'c', 'OBJECT'"] {
        assert_becomes(change, renamed);
    }
    let moved = ["h.a (x) x: INT, y: VARCHAR(9)", B];
    for change in ["ALTER TABLE g.a SET SCHEMA h", "ALTER SCHEMA h TRANSFER g.a", "ALTER SCHEMA h TRANSFER OBJECT::g.a"]
    {
        assert_becomes(change, moved);
    }
    assert_eq!(
        told(&format!("{TWO}EXEC sp_rename 'g.a', 'b'")),
        ["4: a statement is passed over: it calls `a` by the name `b`, which another table has"]
    );
}

#[test]
fn a_table_that_is_built_beside_and_renamed_takes_the_place_of_the_old() {
    let sql = "CREATE TABLE g.a (x int);\nCREATE TABLE g.a_new (x bigint);\nINSERT INTO g.a_new SELECT x FROM g.a;\n\
               DROP TABLE g.a\nGO\nEXECUTE sp_rename N'g.a_new', N'a', 'OBJECT'";
    assert_reads(sql, &["g.a () x?: BIGINT"]);
    // What was there before the script is not what it creates.
    assert_reads("ALTER TABLE g.a RENAME TO a_old;\nCREATE TABLE g.a (x int);", &["g.a () x?: INT"]);
    let later = [("alter.sql", "ALTER TABLE g.a RENAME TO b"), ("create.sql", "CREATE TABLE g.a (x int)")];
    let (found, report) = read(&files(&later));
    assert_eq!((found.iter().map(line).collect::<Vec<_>>(), report), (vec!["g.b () x?: INT".to_owned()], Vec::new()));
}

#[test]
fn a_constraint_whose_name_is_known_is_removed() {
    let without_key = ["g.a () x: INT, y: VARCHAR(9)", B];
    for change in
        ["DROP CONSTRAINT pk", "DROP CONSTRAINT IF EXISTS pk", "DROP PRIMARY KEY IF EXISTS CASCADE", "DROP pk"]
    {
        assert_eq!(tables(&format!("{TWO}ALTER TABLE g.a {change}")), without_key);
    }
    let without_reference = [A, "g.b (u) u: INT, x?: INT"];
    for change in ["DROP CONSTRAINT fk WITH (ONLINE = OFF)", "DROP FOREIGN KEY (x)", "DROP FOREIGN KEY IF EXISTS (x)"] {
        assert_becomes(&format!("ALTER TABLE g.b {change}"), without_reference);
    }
    assert_becomes("ALTER TABLE g.a DROP CONSTRAINT ck, df", [A, B]);
    assert_becomes("ALTER TABLE g.a DROP CONSTRAINT IF EXISTS other", [A, B]);
    assert_becomes("ALTER TABLE g.b DROP CONSTRAINT b_pkey", [A, "g.b () u: INT, x?: INT x -> a"]);
    let change = "ALTER TABLE g.b RENAME CONSTRAINT fk TO k; ALTER TABLE g.b DROP CONSTRAINT k";
    assert_becomes(change, without_reference);
    let change = "EXEC sp_rename 'g.fk', 'k', 'OBJECT'; ALTER TABLE g.b DROP CONSTRAINT k";
    assert_becomes(change, without_reference);
    assert_eq!(
        told(&format!("{TWO}ALTER TABLE g.b DROP CONSTRAINT IF EXISTS PK__b__3213E83F")),
        [
            "4: a statement is passed over: it removes the constraint `PK__b__3213E83F` of `b`, and it is not known what that held"
        ]
    );
    assert_reads(
        "CREATE TABLE g.a (x int NOT NULL CONSTRAINT k PRIMARY KEY CLUSTERED (x), y int);\n\
         ALTER TABLE g.a DROP CONSTRAINT k;\nALTER TABLE g.a ADD CONSTRAINT k PRIMARY KEY (x, y)",
        &["g.a (x, y) x: INT, y: INT"],
    );
}

#[test]
fn a_table_that_a_query_makes_is_told_where_it_is_made() {
    let made = |name: &str| format!("1: the columns of `{name}` are not written down");
    for sql in [
        "SELECT x, y INTO g.b FROM g.a",
        "WITH c AS (SELECT 1 AS x) SELECT x INTO [g].[b] FROM c",
        "CREATE TABLE g.b AS SELECT x FROM g.a",
        "CREATE TABLE g.b LIKE g.a",
        "CREATE OR REPLACE TABLE g.b SHALLOW CLONE g.a",
        "SELECT x INTO g.b FROM g.a; ALTER TABLE g.b ADD PRIMARY KEY (x)",
        "CREATE TABLE g.b (x int); DROP TABLE g.b; CREATE TABLE g.b AS SELECT x FROM g.a",
    ] {
        assert_eq!((tables(sql), told(sql)), (Vec::new(), vec![made("b")]), "{sql}");
    }
    let sql = "SELECT * INTO g.new FROM g.a; DROP TABLE g.a; EXEC sp_rename 'g.new', 'a'";
    assert_eq!(told(sql), [made("a")]);
    let sql = "SELECT x INTO #t FROM g.a; SELECT x INTO TEMP t FROM g.a; SELECT x INTO g.t FROM g.a; DROP TABLE g.t;\n\
               CREATE TABLE g.a (x int)";
    assert_reads(sql, &["g.a () x?: INT"]);
    let sql = "CREATE TABLE g.a (x int)\nGO\nCREATE PROCEDURE p AS SELECT x INTO g.b FROM g.a";
    assert_eq!(told(sql), ["3: a statement is passed over: the table `b` is created by a procedure"]);
    let export = "TABLE_SCHEMA,TABLE_NAME,COLUMN_NAME,IS_NULLABLE,DATA_TYPE\ng,b,x,NO,int\n";
    let (found, report) = read(&files(&[("b.sql", "CREATE TABLE g.b AS SELECT x FROM g.a"), ("b.csv", export)]));
    assert_eq!((found.iter().map(line).collect::<Vec<_>>(), report), (vec!["g.b () x: int".to_owned()], Vec::new()));
}
