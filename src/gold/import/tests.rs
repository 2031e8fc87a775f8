//! Scripts in, drafts and drift out; a script of the shipped schema comes back as the shipped schema.

use super::*;
use crate::diagnostics::render::{Terminal, human};
use crate::gold::{ColumnId, Gold, Table, TableId, Type};

mod exports;
mod migrations;
mod scripts;

fn files(contents: &[(&str, &str)]) -> FileSet {
    let mut files = FileSet::default();
    for (name, text) in contents {
        files.add(*name, *text);
    }
    files
}

fn load(text: &str) -> (Gold, Vec<Diagnostic>) {
    let files = files(&[("gold.yaml", text)]);
    crate::gold::load(&files, FileId(0))
}

fn shipped() -> Gold {
    load(include_str!("../../../metrics/gold.yaml")).0
}

/// How a database writes types, quotes names and says that a constraint is not enforced.
struct Target {
    types: [(Type, &'static str); 6],
    quotes: [&'static str; 2],
    tail: &'static str,
}

const FABRIC: Target = Target {
    types: [
        (Type::Integer, "bigint"),
        (Type::Money, "decimal(19,4)"),
        (Type::Number, "float"),
        (Type::Text, "varchar(8000)"),
        (Type::Boolean, "bit"),
        (Type::Date, "date"),
    ],
    quotes: ["[", "]"],
    tail: ")\nGO\n",
};

const SPARK: Target = Target {
    types: [
        (Type::Integer, "BIGINT"),
        (Type::Money, "DECIMAL(19, 4)"),
        (Type::Number, "DOUBLE"),
        (Type::Text, "STRING"),
        (Type::Boolean, "BOOLEAN"),
        (Type::Date, "DATE"),
    ],
    quotes: ["`", "`"],
    tail: ") USING DELTA PARTITIONED BY (x) TBLPROPERTIES ('a' = 'b');\n",
};

/// A schema as the script of a database. SQL has no words for labels, groups, values, sources or
/// inactive relationships.
fn script(gold: &Gold, target: &Target) -> String {
    gold.tables.iter().enumerate().map(|(at, table)| create(gold, TableId(at as u32), table, target)).collect()
}

fn create(gold: &Gold, id: TableId, table: &Table, target: &Target) -> String {
    let quoted = |name: &str| format!("{}{name}{}", target.quotes[0], target.quotes[1]);
    let name = |id: ColumnId| quoted(&gold.column(id).expect("a column").name);
    let ty = |ty: Type| target.types.iter().find(|(of, _)| *of == ty).expect("every type").1;
    let mut lines: Vec<String> = Vec::new();
    for column in &table.columns {
        let missing = if column.nullable { "" } else { " NOT NULL" };
        lines.push(format!("  {} {}{missing}", quoted(&column.name), ty(column.ty)));
    }
    if !table.key.is_empty() {
        let key: Vec<String> = table.key.iter().map(|id| name(*id)).collect();
        lines.push(format!(
            "  CONSTRAINT pk_{} PRIMARY KEY NONCLUSTERED ({}) NOT ENFORCED",
            table.name,
            key.join(", ")
        ));
    }
    let references = |column: ColumnId, to: ColumnId| {
        let target = &gold.table(to.table).expect("a table").physical;
        format!("  FOREIGN KEY ({}) REFERENCES {}.{} ({})", name(column), quoted("gold"), quoted(target), name(to))
    };
    lines.extend(gold.leaving(id).map(|(_, relationship)| references(relationship.from, relationship.to)));
    let day = gold.calendar.as_ref().expect("a calendar").day;
    lines.extend(table.date.iter().chain(&table.other_dates).map(|date| references(*date, day)));
    let schema = quoted(&table.schema);
    format!("CREATE TABLE {schema}.{} (\n{}\n{}", quoted(&table.physical), lines.join(",\n"), target.tail)
}

/// What a script can say of a table, to compare two schemas by.
fn said(gold: &Gold) -> Vec<String> {
    let column = |id: ColumnId| gold.column(id).expect("a column").name.clone();
    let describe = |(at, table): (usize, &Table)| {
        let columns: Vec<_> = table.columns.iter().map(|c| (&c.name, c.ty, c.nullable)).collect();
        let key: Vec<_> = table.key.iter().map(|id| column(*id)).collect();
        let dates: Vec<_> = table.date.iter().chain(&table.other_dates).map(|id| column(*id)).collect();
        let to: Vec<_> = gold.leaving(TableId(at as u32)).map(|(_, r)| (&r.role, column(r.from), r.active)).collect();
        format!("{}.{} {key:?} {dates:?} {to:?} {columns:?}", table.schema, table.physical)
    };
    gold.tables.iter().enumerate().map(describe).collect()
}

#[test]
fn a_script_of_the_shipped_schema_comes_back_as_the_shipped_schema() {
    let gold = shipped();
    for target in [FABRIC, SPARK] {
        let files = files(&[("gold.sql", &script(&gold, &target))]);
        let (text, report) = import(&files);
        assert_eq!(report.iter().filter(|finding| finding.is_error()).collect::<Vec<_>>(), Vec::<&Diagnostic>::new());
        let (drafted, problems) = load(&text);
        let lacking: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(
            lacking,
            ["`calendar` does not say `from:`", "`calendar` does not say `to:`", "`calendar` does not say `grains:`"]
        );
        assert_eq!(said(&drafted), said(&gold));
        assert_eq!(drafted.as_of, gold.as_of);
        assert_eq!(compare(&drafted, &files).0, []);
    }
}

#[test]
fn the_shipped_schema_has_not_drifted_from_its_own_script() {
    let gold = shipped();
    for target in [FABRIC, SPARK] {
        let (drift, problems) = compare(&gold, &files(&[("gold.sql", &script(&gold, &target))]));
        assert_eq!((drift, problems), (Vec::new(), Vec::new()));
    }
}

const MESSY: &str = r#"
-- Scripted by hand and by tools; not all of it can be taken over.
CREATE SCHEMA gold;
CREATE TABLE [gold].[dim customer] (
    [CustomerKey] varchar(50) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL PRIMARY KEY CLUSTERED,
    [Country] varchar(60) NULL,
    [Rating] decimal(18, 6) NULL,
    [Full Name] nvarchar(max) NULL,
    [RowGuid] uniqueidentifier NOT NULL DEFAULT newid()
) ON [PRIMARY]
GO
CREATE TABLE gold.fact_order (
    order_id bigint IDENTITY(1,1) NOT NULL,
    CustomerKey varchar(50) NULL,
    PayerKey varchar(50) NULL,
    ordered_at datetime2(6) NOT NULL,
    ordered_on date NOT NULL,
    shipped_on date NULL,
    net money NOT NULL,
    CONSTRAINT pk_order PRIMARY KEY CLUSTERED ([order_id] ASC) WITH (PAD_INDEX = OFF) ON [PRIMARY]
) ON [PRIMARY]
GO
ALTER TABLE gold.fact_order WITH CHECK ADD CONSTRAINT fk1 FOREIGN KEY (CustomerKey) REFERENCES [gold].[dim customer] (CustomerKey)
GO
ALTER TABLE gold.fact_order ADD CONSTRAINT fk2 FOREIGN KEY (PayerKey) REFERENCES [gold].[dim customer] (CustomerKey) NOT ENFORCED
GO
ALTER TABLE gold.fact_order ADD CONSTRAINT fk3 FOREIGN KEY (ordered_on) REFERENCES gold.dim_date (day) NOT ENFORCED
GO
ALTER TABLE gold.fact_order ADD CONSTRAINT fk4 FOREIGN KEY (shipped_on) REFERENCES gold.dim_date (day) NOT ENFORCED
GO
ALTER TABLE gold.fact_order ADD CONSTRAINT fk5 FOREIGN KEY (order_id) REFERENCES gold.elsewhere (id) NOT ENFORCED
GO
CREATE TABLE gold.dim_date (day date NOT NULL PRIMARY KEY, month_index int NOT NULL);
CREATE TABLE staging.load_log (message varchar(max), rows_read int);
CREATE TABLE gold.copy AS SELECT * FROM gold.fact_order;
CREATE TABLE gold.broken (id int, net money NOT NULL,, last date);
INSERT INTO gold.dim_date VALUES ('2024-01-01', 1);
"#;

fn snapshots() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/gold_import"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

#[test]
fn a_messy_script_becomes_an_honest_draft() {
    let files = files(&[("messy.sql", MESSY)]);
    let (text, report) = import(&files);
    snapshots().bind(|| {
        insta::assert_snapshot!("messy_draft", text);
        insta::assert_snapshot!("messy_report", human(&files, &report, Terminal { width: 120, colour: false }));
    });
}

#[test]
fn an_export_of_columns_becomes_a_draft() {
    let export = "\u{feff}TABLE_CATALOG;TABLE_SCHEMA;TABLE_NAME;COLUMN_NAME;ORDINAL_POSITION;IS_NULLABLE;DATA_TYPE;NUMERIC_PRECISION;NUMERIC_SCALE\n\
                  lake;gold;customer;customer_id;1;NO;varchar;;\n\
                  lake;gold;customer;\"since\";2;YES;date;;\n\
                  lake;gold;customer;rating;3;YES;decimal;9;5\n\
                  lake;gold;status;as_of;1;NO;date;;\n\
                  lake;gold;;;\n";
    let files = files(&[("columns.csv", export)]);
    let (text, report) = import(&files);
    snapshots().bind(|| {
        insta::assert_snapshot!("export_draft", text);
        insta::assert_snapshot!("export_report", human(&files, &report, Terminal { width: 120, colour: false }));
    });
}

#[test]
fn drift_names_the_columns_that_are_not_what_they_were() {
    let gold = shipped();
    let changed = script(&gold, &FABRIC)
        .replace("[tier] varchar(8000) NOT NULL", "[tier] int NOT NULL")
        .replace("[country] varchar(8000) NOT NULL", "[country] varchar(8000)")
        .replace("[birth_date] date", "[birth_date] date NOT NULL")
        .replace("  [language] varchar(8000) NOT NULL,\n", "")
        .replace("[quantity] bigint NOT NULL", "[quantity] bigint NOT NULL, [discount] money")
        .replace("[gold].[do_not_contact]", "[gold].[suppression]")
        .replace("PRIMARY KEY NONCLUSTERED ([pair_id])", "PRIMARY KEY NONCLUSTERED ([pair_id], [verdict])");
    let (drift, problems) = compare(&gold, &files(&[("gold.sql", &changed)]));
    assert_eq!(problems, []);
    let shown = |drift: &Drift| {
        let breaks = if drift.change.breaks() { "breaks" } else { "harmless" };
        format!("{drift} ({breaks}, {} columns)", drift.columns.len())
    };
    assert_eq!(
        drift.iter().map(shown).collect::<Vec<_>>(),
        [
            "`customer.birth_date` is never missing in the database, and gold.yaml has a `?` (harmless, 1 columns)",
            "`customer.country` may be missing in the database, and gold.yaml says never (breaks, 1 columns)",
            "`customer.language` is not in the database (breaks, 1 columns)",
            "`customer.tier` is `INT` in the database, and gold.yaml says text (breaks, 1 columns)",
            "`match_review` has the key pair_id, verdict in the database (breaks, 1 columns)",
            "`do_not_contact` is not in the database (breaks, 7 columns)",
            "`order_line.discount` is in the database and not in gold.yaml (harmless, 0 columns)",
            "`suppression` is in the database and not in gold.yaml (harmless, 0 columns)",
        ]
    );
}

/// The text of a block of an error page.
fn block(page: &str, heading: &str) -> String {
    let (_, section) = page.split_once(&format!("## {heading}\n")).expect("the heading");
    let (kind, rest) = section.strip_prefix("```").and_then(|rest| rest.split_once('\n')).expect("a block");
    assert!(matches!(kind, "sql" | "csv"), "{kind}");
    rest.split_once("```").expect("the end of the block").0.to_owned()
}

#[test]
fn every_page_about_an_import_shows_its_finding() {
    for code in codes::ALL {
        let path = format!("{}/docs/errors/{}.md", env!("CARGO_MANIFEST_DIR"), code.id);
        let page = std::fs::read_to_string(path).expect(code.id);
        let reported = |heading: &str| {
            let (_, report) = import(&files(&[("tables.sql", &block(&page, heading))]));
            report.iter().any(|finding| finding.code.id == code.id)
        };
        assert!(reported("Wrong") && (!reported("Right") || code.id == "draft-lacks"), "{}", code.id);
    }
}

#[test]
fn files_without_a_table_are_refused_and_cut_scripts_never_panic() {
    let (_, report) = import(&files(&[("empty.sql", "SELECT 1;\n")]));
    assert_eq!(report.iter().map(|finding| finding.code.id).collect::<Vec<_>>(), ["nothing-to-import"]);
    let script = script(&shipped(), &FABRIC);
    for at in (0..script.len()).step_by(97) {
        import(&files(&[("cut.sql", &script[..at]), ("cut.csv", &MESSY[..at.min(MESSY.len())])]));
    }
    let deep = format!("CREATE TABLE a (b int DEFAULT {}1{})", "(".repeat(100_000), ")".repeat(100_000));
    let (_, report) = import(&files(&[("deep.sql", &deep)]));
    assert!(!report.iter().any(Diagnostic::is_error), "a default is not read");
    let deep = format!("CREATE TABLE a (b {}1{})", "x(".repeat(100_000), ")".repeat(100_000));
    let (_, report) = import(&files(&[("deep.sql", &deep)]));
    let errors: Vec<_> = report.iter().filter(|finding| finding.is_error()).map(|finding| finding.code.id).collect();
    assert_eq!(errors, ["column-left-out"]);
}
