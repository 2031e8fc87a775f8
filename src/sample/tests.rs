//! The laws generated data keeps, on the shipped schema and on one of another trade.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::gold::ColumnId;
use crate::source::FileSet;

const SHIPPED: &str = include_str!("../../metrics/gold.yaml");
const SHIPPED_PROFILE: &str = include_str!("../../metrics/sample.yaml");
const OTHER: &str = "
as_of: load.complete_to
calendar: { table: days, day: day, from: 2020-01-01, to: 2027-12-31, grains: { month: month_index, fiscal year: fiscal_year } }
defaults: { schema: dw }
tables:
  machine:
    key: machine_no
    columns: { machine_no: integer, site?: { type: text, label: Site }, bought_on: date }
  reading:
    key: [machine_no, taken_on]
    to: { machine: machine_no }
    date: taken_on
    columns: { machine_no: integer, taken_on: date, hours: number, wear?: money }
  days:
    key: day
    columns: { day: date, month_index: integer, fiscal_year: text }
  load:
    columns: { complete_to: date }
";

fn gold(text: &str) -> Gold {
    let mut files = FileSet::default();
    let id = files.add("gold.yaml", text);
    let (gold, diagnostics) = crate::gold::load(&files, id);
    assert!(diagnostics.iter().all(|d| !d.is_error()), "{diagnostics:?}");
    gold
}

/// Table to rows to cells, as CSV has them.
fn tables(gold: &Gold, profile: &str, seed: u64) -> BTreeMap<String, Vec<BTreeMap<String, String>>> {
    of_size(gold, profile, seed, 400)
}

fn of_size(gold: &Gold, profile: &str, seed: u64, entities: u64) -> BTreeMap<String, Vec<BTreeMap<String, String>>> {
    let request = Request { entities, seed, as_of: default_as_of(gold) };
    let mut tables = BTreeMap::new();
    generate(gold, &Profile::parse(profile).unwrap(), request, |extract| {
        let text = String::from_utf8(extract.csv).unwrap();
        let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        let header = lines.next().unwrap();
        let row = |cells: Vec<String>| header.iter().cloned().zip(cells).collect();
        tables.insert(extract.name, lines.map(row).collect());
        Ok::<(), ()>(())
    })
    .unwrap();
    tables
}

#[test]
fn the_same_seed_gives_the_same_data_and_another_gives_other_data() {
    let gold = gold(SHIPPED);
    let first = tables(&gold, SHIPPED_PROFILE, 1);
    assert_eq!(first, tables(&gold, SHIPPED_PROFILE, 1));
    assert_ne!(first["customer"], tables(&gold, SHIPPED_PROFILE, 2)["customer"]);
    assert_eq!(first["customer"].len(), 400);
}

#[test]
fn keys_are_unique_and_never_missing() {
    for (text, profile) in [(SHIPPED, SHIPPED_PROFILE), (OTHER, "")] {
        let gold = gold(text);
        let tables = tables(&gold, profile, 1);
        for table in &gold.tables {
            let key: Vec<&str> = table.key.iter().map(|id| gold.column(*id).unwrap().name.as_str()).collect();
            let rows = &tables[&table.name];
            let keys: BTreeSet<Vec<&String>> =
                rows.iter().map(|row| key.iter().map(|name| &row[*name]).collect()).collect();
            assert!(key.is_empty() || keys.len() == rows.len(), "{}", table.name);
            assert!(keys.iter().flatten().all(|cell| !cell.is_empty()), "{}", table.name);
        }
    }
}

#[test]
fn every_column_that_may_be_missing_is_missing_somewhere_and_no_other_ever_is() {
    let gold = gold(SHIPPED);
    let tables = tables(&gold, SHIPPED_PROFILE, 1);
    for table in &gold.tables {
        for column in &table.columns {
            let missing = tables[&table.name].iter().any(|row| row[&column.name].is_empty());
            assert_eq!(missing, column.nullable, "{}.{}", table.name, column.name);
        }
    }
}

#[test]
fn most_links_find_their_row_and_some_lead_to_nobody() {
    let gold = gold(SHIPPED);
    let tables = tables(&gold, SHIPPED_PROFILE, 1);
    let customers: BTreeSet<&String> = tables["customer"].iter().map(|row| &row["customer_id"]).collect();
    let links: Vec<&String> = tables["order_line"].iter().map(|row| &row["customer_id"]).collect();
    let missing = links.iter().filter(|link| link.is_empty()).count();
    let nobody = links.iter().filter(|link| !link.is_empty() && !customers.contains(*link)).count();
    assert!(missing > 0 && nobody > 0 && (missing + nobody) * 10 < links.len(), "{missing} {nobody} {}", links.len());
}

#[test]
fn only_business_text_is_written_in_several_ways() {
    let gold = gold(SHIPPED);
    let tables = tables(&gold, SHIPPED_PROFILE, 1);
    let dirty = |cell: &String| cell.ends_with(" \"") || *cell != cell.to_lowercase();
    for table in &gold.tables {
        for column in table.columns.iter().filter(|column| column.ty == crate::gold::Type::Text && column.normalised) {
            assert!(!tables[&table.name].iter().any(|row| dirty(&row[&column.name])), "{}.{}", table.name, column.name);
        }
    }
    assert!(tables["order_line"].iter().any(|row| dirty(&row["status"])));
}

#[test]
fn what_repeats_a_column_of_its_owner_agrees_with_it() {
    let tables = tables(&gold(SHIPPED), SHIPPED_PROFILE, 1);
    let owner: BTreeMap<&String, &String> =
        tables["contact_point"].iter().map(|row| (&row["contact_point_id"], &row["customer_id"])).collect();
    for send in &tables["campaign_send"] {
        if let Some(customer) = owner.get(&send["contact_point_id"]) {
            assert_eq!(*customer, &send["customer_id"]);
        }
    }
}

#[test]
fn the_days_at_which_rules_change_their_answer_occur() {
    let tables = tables(&gold(SHIPPED), SHIPPED_PROFILE, 1);
    let has = |table: &str, column: &str, day: &str| tables[table].iter().any(|row| row[column] == day);
    assert_eq!(tables["data_status"][0]["as_of_date"], "2026-06-30");
    assert!(has("order_line", "order_date", "2026-06-30"));
    assert!(has("order_line", "order_date", "2024-02-29"));
    assert!(tables["order_line"].iter().any(|row| row["order_date"].as_str() > "2026-06-30"));
}

#[test]
fn some_entries_of_do_not_contact_begin_and_some_end_on_the_as_of_date() {
    let entries = &of_size(&gold(SHIPPED), SHIPPED_PROFILE, 1, 2_000)["do_not_contact"];
    let on_the_day = |column: &str| entries.iter().filter(|row| row[column] == "2026-06-30").count();
    let (begin, end) = (on_the_day("effective_from"), on_the_day("effective_to"));
    assert!((2..=12).contains(&begin) && (2..=12).contains(&end), "{begin} {end} of {}", entries.len());
}

#[test]
fn a_snapshot_table_has_one_row_a_month_end_for_each_owner() {
    let tables = tables(&gold(OTHER), "tables: { reading: { rows: 12 } }", 1);
    assert!(tables["reading"].len() > 400 * 8);
    assert!(tables["reading"].iter().any(|row| row["taken_on"] == "2026-05-31"));
}

#[test]
fn a_table_keeps_its_rows_when_another_is_added() {
    let with = tables(&gold(OTHER), "", 1);
    let more = OTHER.replace("  days:\n", "  supplier:\n    key: id\n    columns: { id: integer }\n  days:\n");
    assert_eq!(with["reading"], tables(&gold(&more), "", 1)["reading"]);
}

/// The example of the schema's reference, as people copy it.
fn documented() -> &'static str {
    let page = include_str!("../../docs/schema.md");
    page.split_once("```gold\n").and_then(|(_, rest)| rest.split_once("```")).map(|(example, _)| example).unwrap()
}

const SECOND: &str = include_str!("../../tests/cases/second_project/schema/gold.yaml");

/// The calendar's rows as days and what another column holds on them.
fn on_days(gold: &Gold, column: ColumnId) -> Vec<(Date, String)> {
    let calendar = gold.calendar.as_ref().unwrap();
    let name = |id| gold.column(id).unwrap().name.clone();
    let table = &gold.table(calendar.table).unwrap().physical;
    let rows = &tables(gold, "", 1)[table];
    rows.iter().map(|row| (Date::parse(&row[&name(calendar.day)]).unwrap(), row[&name(column)].clone())).collect()
}

/// Whether a unit of the grain begins on the day.
fn starts_unit(grain: &str, fiscal_first: u32, day: Date) -> bool {
    let (_, month, of_month) = day.ymd();
    match grain {
        "day" => true,
        "week" => (day.0 + 3).rem_euclid(7) == 0,
        "month" => of_month == 1,
        "quarter" => of_month == 1 && month % 3 == 1,
        "year" => of_month == 1 && month == 1,
        _ => of_month == 1 && month == fiscal_first,
    }
}

#[test]
fn a_grains_column_changes_where_a_unit_begins_whatever_it_is_called() {
    for (text, fiscal_first) in [(SHIPPED, 1), (SECOND, 7), (documented(), 1), (OTHER, 1)] {
        let gold = gold(text);
        for (grain, column) in &gold.calendar.as_ref().unwrap().grains {
            let days = on_days(&gold, *column);
            for pair in days.windows(2) {
                let [(_, before), (day, value)] = pair else { panic!("two days") };
                assert_eq!(
                    before != value,
                    starts_unit(grain, fiscal_first, *day),
                    "{grain} on {day}: {before} {value}"
                );
            }
            let units: BTreeSet<&String> = days.iter().map(|(_, value)| value).collect();
            let begun = 1 + days.iter().skip(1).filter(|(day, _)| starts_unit(grain, fiscal_first, *day)).count();
            assert_eq!(units.len(), begun, "{grain}: no unit comes twice");
        }
    }
}

#[test]
fn a_title_says_what_it_is_sorted_by() {
    for text in [SHIPPED, SECOND, documented()] {
        let gold = gold(text);
        let table = gold.calendar.as_ref().unwrap().table;
        for (at, column) in gold.table(table).unwrap().columns.iter().enumerate() {
            let Some(sort) = column.sort else { continue };
            let titles = on_days(&gold, ColumnId { table, index: at as u32 });
            let keys = on_days(&gold, sort);
            let pairs: BTreeSet<(&String, &String)> =
                titles.iter().map(|(_, t)| t).zip(keys.iter().map(|(_, k)| k)).collect();
            let titles: BTreeSet<&String> = titles.iter().map(|(_, title)| title).collect();
            assert_eq!(pairs.len(), titles.len(), "{}", column.name);
        }
    }
}

#[test]
fn the_profile_says_when_a_fiscal_year_begins() {
    let gold = gold(SHIPPED);
    let days = &tables(&gold, SHIPPED_PROFILE, 1)["calendar"];
    let of = |day: &str| days.iter().find(|row| row["date"] == day).unwrap()["fiscal_year"].clone();
    assert_eq!((of("2026-03-31"), of("2026-04-01")), ("2026".to_owned(), "2027".to_owned()));
}
