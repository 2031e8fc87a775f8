//! Problems of aggregates: whose rows, over which days, at which row.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::syntax::tree::Path;

pub const ALL: &[&Code] = &[
    &NO_WINDOW,
    &COLUMN_WITHOUT_AGGREGATE,
    &TWO_TABLES,
    &NESTED_AGGREGATE,
    &COUNT_OF_A_COLUMN,
    &NO_TABLE_READ,
    &PER_WITHOUT_METRIC,
    &NO_SINGLE_KEY,
    &UNRELATED_ROWS,
    &AMBIGUOUS_LINK,
    &NOT_A_LINK,
    &LATEST_AS_TOTAL,
    &CLAUSE_OF_NOTHING,
    &WHERE_ON_COLUMNS,
    &WHERE_NOT_REACHED,
    &IGNORING_NOTHING,
    &IGNORING_THE_CALENDAR,
    &OPENING_OF_A_PERIOD,
    &SHIFT_BY_DAYS,
    &TOO_DEEP,
    &THIS_OUTSIDE_A_POLICY,
    &NO_SUCH_GRAIN,
];

pub const NO_WINDOW: Code = Code::error("no-window", "a table with a date is read over a window");
pub const COLUMN_WITHOUT_AGGREGATE: Code =
    Code::error("column-without-aggregate", "a metric aggregates columns, it does not name them bare");
pub const TWO_TABLES: Code = Code::error("two-tables", "an aggregate reads the rows of one table");
pub const NESTED_AGGREGATE: Code =
    Code::error("nested-aggregate", "an aggregate of a metric or an aggregate says `per` which entity");
pub const COUNT_OF_A_COLUMN: Code = Code::error("count-of-a-column", "`count` counts rows or distinct values");
pub const NO_TABLE_READ: Code = Code::error("no-table-read", "an aggregate reads a column of some table");
pub const PER_WITHOUT_METRIC: Code = Code::error("per-without-metric", "`per` is for metrics");
pub const NO_SINGLE_KEY: Code =
    Code::error("no-single-key", "metrics and aggregates at a row need a table with a single-column key");
pub const UNRELATED_ROWS: Code =
    Code::error("unrelated-rows", "rows belong to the row at hand by a path or a common table");
pub const AMBIGUOUS_LINK: Code = Code::error("ambiguous-link", "rows meet the row at hand in one nearest table");
pub const NOT_A_LINK: Code = Code::error("not-a-link", "`of` names a table in which the rows meet the row at hand");
pub const LATEST_AS_TOTAL: Code = Code::error("latest-as-total", "`latest` needs a row at hand or `per`");
pub const CLAUSE_OF_NOTHING: Code =
    Code::error("clause-of-nothing", "a clause behind an expression belongs to its only aggregate or to a metric");
pub const WHERE_ON_COLUMNS: Code =
    Code::error("where-on-columns", "`where` behind a metric is on columns of one table");
pub const WHERE_NOT_REACHED: Code =
    Code::error("where-not-reached", "`where` behind a metric is on a table that every part of it reaches");
pub const IGNORING_NOTHING: Code =
    Code::error("ignoring-nothing", "`ignoring` names a table that some part of the metric reaches");
pub const IGNORING_THE_CALENDAR: Code = Code::error("ignoring-the-calendar", "the calendar is never ignored");
pub const OPENING_OF_A_PERIOD: Code =
    Code::error("opening-of-a-period", "`opening` is not for what reads the period itself");
pub const SHIFT_BY_DAYS: Code = Code::error("shift-by-days", "`prior` moves by months or years");
pub const TOO_DEEP: Code = Code::error("too-deep", "conditions stand in conditions at most eight levels deep");
pub const THIS_OUTSIDE_A_POLICY: Code =
    Code::error("this-outside-a-policy", "a purpose and a channel are asked for in policies and resolves only");
pub const NO_SUCH_GRAIN: Code = Code::error("no-such-grain", "grains are those of the calendar in `gold.yaml`");

pub fn no_window(table: &str, date: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&NO_WINDOW, format!("which days of `{table}`? A table with a date is read over a window"))
        .at(span, "no window")
        .help(format!("add `over period of {date}`, `over last 12 months of {date}` or `over history of {date}`"))
}

pub fn column_without_aggregate(path: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&COLUMN_WITHOUT_AGGREGATE, format!("`{path}` is a column, and no row is at hand"))
        .at(span, "a value for every row")
        .help(format!("say what to do with the values: `sum({path})`, `max({path})`, `count(distinct {path})`"))
}

pub fn two_tables(first: (&str, Span), second: (&str, Span), path: Option<String>) -> Diagnostic {
    let message = format!("an aggregate reads one table, and this reads `{}` and `{}`", first.0, second.0);
    let help = path.map(|path| format!("write it from one table, with the path: `{path}`"));
    Diagnostic::new(&TWO_TABLES, message)
        .at(second.1, format!("of `{}`", second.0))
        .at(first.1, format!("of `{}`", first.0))
        .help_if(help)
        .help_if(Some("aggregate each table on its own and combine the results".to_owned()))
}

pub fn nested_aggregate(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(&NESTED_AGGREGATE, format!("{what} inside an aggregate: for each of what?"))
        .at(span, "has one value, not one a row")
        .help("say which entity it is evaluated for: `average(m per customer)`")
}

pub fn count_of_a_column(path: &str, table: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&COUNT_OF_A_COLUMN, format!("`count({path})` says neither rows nor values"))
        .at(span, "a column")
        .help(format!(
            "write `count(distinct {path})` for different values, or `count({table} where .. is present)` for rows"
        ))
}

/// `count(t.role)`, `count(distinct t.role)`: `tables` are the one that is read and the one that the path leads to, `column` is the one that leads there.
pub fn count_of_a_relationship(path: &Path, tables: (&str, &str), column: &str) -> Diagnostic {
    let names = || path.names.iter().map(|name| name.value.as_str());
    let written = names().collect::<Vec<_>>().join(".");
    let before: Vec<&str> = names().take(path.names.len().saturating_sub(1)).chain([column]).collect();
    let (from, to) = tables;
    Diagnostic::new(&COUNT_OF_A_COLUMN, format!("`{written}` leads to a row of `{to}`, and is neither a table nor a column"))
        .at(path.span, "a relationship")
        .help(format!(
            "write `count(distinct {})` for how many different ones are named, or `count({to} where any({from} ..))` for rows of `{to}`",
            before.join(".")
        ))
}

pub fn distinct_rows(table: &str, key: Option<&str>, span: Span) -> Diagnostic {
    Diagnostic::new(&COUNT_OF_A_COLUMN, format!("`distinct` is for a column, and `{table}` is a table"))
        .at(span, "rows")
        .help(match key {
            Some(key) => format!("write `count({table})`, or `count(distinct {table}.{key})`"),
            None => format!("write `count({table})`"),
        })
}

pub fn no_table_read(span: Span) -> Diagnostic {
    Diagnostic::new(&NO_TABLE_READ, "this aggregate reads no table")
        .at(span, "no column in it")
        .help("write columns with their table: `sum(order_line.net_amount)`")
}

pub fn bare_column(column: &Spanned<String>, tables: &[&str]) -> Diagnostic {
    without_table(&NO_TABLE_READ, column, tables)
}

pub fn bare_column_in_where(column: &Spanned<String>, tables: &[&str]) -> Diagnostic {
    without_table(&WHERE_ON_COLUMNS, column, tables)
}

fn without_table(code: &'static Code, column: &Spanned<String>, tables: &[&str]) -> Diagnostic {
    let columns = columns_of(&column.value, tables);
    Diagnostic::new(code, format!("`{}` stands without its table", column.value))
        .at(column.span, "of which table?")
        .help_if((!columns.is_empty()).then(|| format!("write {columns}")))
}

pub fn per_without_metric(span: Span, entity: &str) -> Diagnostic {
    Diagnostic::new(&PER_WITHOUT_METRIC, format!("nothing here is evaluated for each `{entity}`"))
        .at(span, "no metric in it")
        .help(format!("leave `per {entity}` out and write columns with their table, or name a metric"))
}

pub fn per_needs_an_aggregate(span: Span) -> Diagnostic {
    Diagnostic::new(&PER_WITHOUT_METRIC, "`count`, `latest` and `any` do not go with `per`")
        .at(span, "not for entities")
        .help("write `count(t where m > 0)` to count entities, or one of average, sum, min, max, median, percentile")
}

pub fn no_single_key(table: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&NO_SINGLE_KEY, format!("rows of `{table}` have no single-column key to evaluate this for"))
        .at(span, "evaluated for each row")
        .help("use columns of the row, or evaluate it at a table with a key of one column")
}

pub fn unrelated_rows(rows: &str, hand: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&UNRELATED_ROWS, format!("rows of `{rows}` do not belong to a row of `{hand}`"))
        .at(span, format!("reads `{rows}`, at a row of `{hand}`"))
        .help("neither leads to the other, and both lead to no common table")
}

pub fn ambiguous_link(rows: &str, hand: &str, tables: &[&str], span: Span) -> Diagnostic {
    let list = tables.iter().map(|table| format!("`{table}`")).collect::<Vec<_>>().join(" and ");
    let first = tables.first().copied().unwrap_or_default();
    Diagnostic::new(&AMBIGUOUS_LINK, format!("rows of `{rows}` meet a row of `{hand}` in {list}"))
        .at(span, "in which of them?")
        .help(format!("write which: `any({rows} of {first} where ..)`"))
}

/// Of an aggregate, which cannot say it.
pub fn ambiguous_link_of_aggregate(rows: &str, hand: &str, tables: &[&str], span: Span) -> Diagnostic {
    let list = tables.iter().map(|table| format!("`{table}`")).collect::<Vec<_>>().join(" and ");
    let first = tables.first().copied().unwrap_or_default();
    Diagnostic::new(&AMBIGUOUS_LINK, format!("rows of `{rows}` meet a row of `{hand}` in {list}"))
        .at(span, "in which of them?")
        .help(format!(
            "`any` alone says which: `any({rows} of {first} where ..)`; ask everything else of a row of `{first}`, in a filter of \
             `{first}` that is read as `{first}.NAME`, or `per {first}`"
        ))
}

pub fn not_a_link(link: &Spanned<String>, rows: &str, hand: &str) -> Diagnostic {
    Diagnostic::new(&NOT_A_LINK, format!("`{rows}` and `{hand}` do not meet in `{}`", link.value))
        .at(link.span, format!("not reached from both `{rows}` and `{hand}`"))
}

pub fn link_without_row(link: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(&NOT_A_LINK, format!("no row is at hand that rows could share `{}` with", link.value))
        .at(link.span, "not inside a condition on rows")
        .help("`of` stands inside `count(t where ..)`, filters, segments and policies")
}

pub fn any_without_row(span: Span) -> Diagnostic {
    Diagnostic::new(&UNRELATED_ROWS, "`any` asks for rows that belong to a row, and no row is at hand")
        .at(span, "of which row?")
        .help("write `count(t where ..) > 0`, or use it inside `count(t where any(..))`")
}

pub fn latest_as_total(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&LATEST_AS_TOTAL, format!("{name} is the latest value of one row, and no row is at hand"))
        .at(span, "has no total")
        .help("mark the metric `hidden: true` and use it in conditions or with `per`: `average(m per customer)`")
}

pub fn clause_of_nothing(span: Span) -> Diagnostic {
    Diagnostic::new(&CLAUSE_OF_NOTHING, "this clause has no aggregate or metric to belong to")
        .at(span, "nothing to restrict")
}

pub fn over_outside(span: Span) -> Diagnostic {
    Diagnostic::new(&CLAUSE_OF_NOTHING, "`over` stands behind an expression without its one aggregate")
        .at(span, "whose dates?")
        .help("write the window inside the parentheses of each aggregate; a metric has its window already")
}

pub fn where_on_columns(span: Span) -> Diagnostic {
    Diagnostic::new(&WHERE_ON_COLUMNS, "`where` behind a metric is a filter on columns of one table")
        .at(span, "more than columns of that table")
        .help("write columns with their table, `m where customer.tier = \"gold\"`; other conditions belong inside an aggregate")
}

/// A condition behind a metric that asks for more than the row itself, such as a filter with a metric in it.
pub fn where_beyond_the_row(span: Span) -> Diagnostic {
    where_on_columns(span)
        .help("write it as a segment of the table, `m where customer.valuable`, or inside the aggregate")
}

/// `table`: the one it is asked of, where that is written.
pub fn metric_in_where(name: &Spanned<String>, table: Option<&str>) -> Diagnostic {
    let (name, span) = (&name.value, name.span);
    let (rows, table) = table.map_or(("rows".to_owned(), "customer"), |table| (format!("rows of `{table}`"), table));
    let message = format!("`{name}` is a metric, and `where` behind a metric is a filter on columns of one table");
    Diagnostic::new(&WHERE_ON_COLUMNS, message).at(span, "not a column").help(format!(
        "choose {rows} by it in a segment, as in `segment chosen \"Chosen\" of {table} = {name} > 0`, and write `where {table}.chosen`"
    ))
}

/// A name that is nothing here: misspelled, or most likely a text that lost its quotes, as a shell takes them.
pub fn bare_text_in_where(name: &Spanned<String>, closest: Option<&str>) -> Diagnostic {
    let meant = closest.map(|closest| format!("did you mean `{closest}`? a ")).unwrap_or_default();
    let text = format!("text stands in quotes: \"{}\"; in a shell the whole condition in single quotes", name.value);
    Diagnostic::new(&WHERE_ON_COLUMNS, format!("`{}` is neither a column nor a name of the project", name.value))
        .at(name.span, "unknown here")
        .help(format!("{meant}{text}"))
}

pub fn where_on_the_calendar(span: Span) -> Diagnostic {
    Diagnostic::new(&WHERE_ON_COLUMNS, "`where` behind a metric is not on the calendar")
        .at(span, "a column of the calendar")
        .help("the days are those the reader picks; only `prior`, `opening` and windows move them")
}

pub fn where_several(first: (&str, Span), second: (&str, Span)) -> Diagnostic {
    let message = format!("`where` behind a metric is on one table, and this is on `{}` and `{}`", first.0, second.0);
    Diagnostic::new(&WHERE_ON_COLUMNS, message)
        .at(second.1, format!("of `{}`", second.0))
        .at(first.1, format!("of `{}`", first.0))
        .help("give each table its own metric: one with the first condition, and another that restricts it further")
}

pub fn where_not_reached(table: &str, leaf: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        &WHERE_NOT_REACHED,
        format!("`{leaf}` does not reach `{table}`, so this would restrict only a part"),
    )
    .at(span, format!("the metric reads `{leaf}`"))
    .help(format!("no chain of active relationships leads from `{leaf}` to `{table}`"))
}

pub fn ignoring_nothing(table: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(&IGNORING_NOTHING, format!("nothing in the metric reaches `{}`", table.value))
        .at(table.span, "changes nothing")
        .help(format!(
            "it belongs to what stands right before it: behind a `where`, write `(m where p) ignoring {}`",
            table.value
        ))
}

pub fn ignoring_the_calendar(table: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(&IGNORING_THE_CALENDAR, "the calendar is never ignored")
        .at(table.span, "the calendar")
        .help("only time shifts and windows change the days: `prior`, `opening`, `over history of ..`")
}

pub fn opening_of_a_period(span: Span) -> Diagnostic {
    Diagnostic::new(&OPENING_OF_A_PERIOD, "what reads `period` has no opening value")
        .at(span, "reads the period itself")
        .help("`opening` is for what stands at a day, such as `over history of ..` or `over life ..`; else use `prior`")
}

pub fn shift_by_days(span: Span) -> Diagnostic {
    Diagnostic::new(&SHIFT_BY_DAYS, "`prior` moves by months or years")
        .at(span, "days")
        .help("write `prior(x, 12 months)`")
}

pub fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::new(&TOO_DEEP, "conditions stand in conditions more than eight levels deep")
        .at(span, "the ninth level")
        .help("filters and metrics used here count as levels of their own; simplify one of them")
}

pub fn this_outside_a_policy(what: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&THIS_OUTSIDE_A_POLICY, format!("{what} is known only where a policy asks for it"))
        .at(span, "no purpose and channel here")
        .help("use a policy as the condition: it knows what it is asked for")
}

pub fn life_as_condition(span: Span) -> Diagnostic {
    Diagnostic::new(&NO_SUCH_GRAIN, "`life` names its own dates").at(span, "not a window of a date")
}

/// `tables`: those with a column of that name.
pub fn unknown_grain(name: &Spanned<String>, known: &[&str], tables: &[&str], closest: Option<&str>) -> Diagnostic {
    let known = known.iter().map(|grain| format!("`{grain}`")).collect::<Vec<_>>().join(", ");
    Diagnostic::new(&NO_SUCH_GRAIN, format!("the calendar has no grain `{}`", name.value))
        .at(name.span, "not a grain")
        .help(match closest {
            Some(closest) => format!("did you mean `{closest}`?"),
            None => format!(
                "{}its grains are {known}; a column is written with its table",
                did_you_mean(&name.value, tables)
            ),
        })
}

/// A grain, but for its case, blanks or `_`. The command line takes groups from a shell.
pub fn grain_written_otherwise(name: &Spanned<String>, grain: &str) -> Diagnostic {
    let in_a_shell = if grain.contains(' ') { format!("; in a shell `--grain \"{grain}\"`") } else { String::new() };
    Diagnostic::new(&NO_SUCH_GRAIN, format!("the calendar has no grain `{}`", name.value))
        .at(name.span, "not a grain")
        .help(format!("write the grain `{grain}`{in_a_shell}"))
}

/// A table among the groups.
pub fn table_as_group(name: &Spanned<String>, columns: &[&str]) -> Diagnostic {
    let columns: Vec<String> =
        columns.iter().take(5).map(|column| format!("`{}.{column}`", name.value.to_lowercase())).collect();
    Diagnostic::new(&NO_SUCH_GRAIN, format!("`{}` is a table: by which of its columns?", name.value))
        .at(name.span, "neither a column nor a grain")
        .help_if((!columns.is_empty()).then(|| format!("write {}", columns.join(", or "))))
}

/// Nothing, or a sentence to stand before the rest.
fn did_you_mean(column: &str, tables: &[&str]) -> String {
    match columns_of(column, tables) {
        columns if columns.is_empty() => columns,
        columns => format!("did you mean {columns}? "),
    }
}

/// The column of the first of the tables, as one writes it.
fn columns_of(column: &str, tables: &[&str]) -> String {
    tables.iter().take(3).map(|table| format!("`{table}.{column}`")).collect::<Vec<_>>().join(" or ")
}
