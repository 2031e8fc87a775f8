//! A slice as a query.

use carat::settings::DialectName;

use super::{carat, shipped, stderr, stdout};

#[test]
fn sql_is_printed_for_every_dialect_and_slice() {
    for (dialect, _) in DialectName::NAMES {
        let arguments = [
            "sql",
            "net_revenue",
            "win_back",
            "--by",
            "customer.country",
            "--where",
            "customer.tier = \"vip\"",
            "--dialect",
            dialect,
        ];
        let output = carat(&shipped(), &arguments);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let text = stdout(&output);
        assert!(text.contains("members_of_win_back") && text.trim_end().ends_with(';'), "{text}");
    }
}

#[test]
fn a_mistake_in_a_slice_is_underlined_like_one_in_a_file() {
    let output = carat(&shipped(), &["sql", "customers", "--where", "custmer.tier = \"vip\""]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("(command line)") && stderr(&output).contains("did you mean `customer`?"));
}

#[test]
fn a_column_without_its_table_is_told_with_it() {
    let by = carat(&shipped(), &["sql", "customers", "--by", "country"]);
    assert!(stderr(&by).contains("did you mean `customer.country`?"), "{}", stderr(&by));
    let filter = carat(&shipped(), &["sql", "customers", "--where", "tier = \"vip\""]);
    assert!(stderr(&filter).contains("write `customer.tier`"), "{}", stderr(&filter));
}
