//! What `carat explain` says of definitions and codes.

use super::{carat, json, shipped, started, started_with, stderr, stdout};

#[test]
fn an_explanation_says_meaning_readers_and_place() {
    let text = stdout(&carat(&shipped(), &["explain", "Churn_Rate"]));
    assert!(text.contains("12 months earlier") && text.contains("active_customer (filter)"), "{text}");
    assert!(text.contains("marketing_scorecard (view)"), "{text}");
    let page = json(&carat(&shipped(), &["explain", "churn_rate", "--format", "json"]));
    assert_eq!(page["kind"], "metric");
    assert!(page["place"].as_str().unwrap().starts_with("customers.metric:"));
}

#[test]
fn a_segment_is_explained_with_what_it_may_be_used_for_and_its_members() {
    let text = stdout(&carat(&shipped(), &["explain", "win_back"]));
    let meaning = "For marketing by email, post, where “";
    assert!(text.contains(meaning) && text.contains("allows it."), "{text}");
    let sql = text.split_once("\nSQL (").unwrap().1;
    assert!(sql.contains("SELECT") && sql.contains("consent"), "{sql}");
    let folder = started();
    let text = stdout(&carat(folder.path(), &["explain", "win_back", "-C", "shop"]));
    assert!(text.contains("It is only counted") && text.contains("AS members"), "{text}");
}

#[test]
fn a_label_is_told_as_it_is_written() {
    let folder = started_with("/// Customers.\nmetric other \"it's\" = count(customer)\n");
    let text = stdout(&carat(folder.path(), &["check", "shop"]));
    assert!(text.contains("the label \"it's\""), "{text}");
}

#[test]
fn who_counts_or_tests_the_rows_of_a_table_reads_it_and_an_expectation_reads_its_metric() {
    let read_by = |name: &str| {
        let page = json(&carat(&shipped(), &["explain", name, "--format", "json"]));
        let names = page["read_by"].as_array().unwrap().iter().map(|reader| reader.as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    let customer = read_by("customer");
    for reader in ["active (filter)", "active_customer (filter)", "customers (metric)", "churn_risk (segment)"] {
        assert!(customer.iter().any(|name| name == reader), "{reader}: {customer:?}");
    }
    let revenue = read_by("net_revenue");
    assert!(revenue.iter().any(|name| name.ends_with("(expectation)")), "{revenue:?}");
}

#[test]
fn a_code_is_explained_by_its_page_and_a_wrong_name_by_the_closest() {
    assert!(stdout(&carat(&shipped(), &["explain", "not-utf8"])).starts_with("# `not-utf8`"));
    let output = carat(&shipped(), &["explain", "custmers"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("did you mean `customers`?"));
}

#[test]
fn a_meaning_is_explained_with_its_dax_and_sql_before_it_is_certified() {
    let text = "/// Customers.\nmetric all_customers \"All customers\" = count(customer)\n{ status: certified  version: 1  owner: \"Sales\" }\n";
    let folder = started_with(text);
    let check = carat(folder.path(), &["check", "shop"]);
    assert!(stderr(&check).contains("not-yet-certified") || stdout(&check).contains("not-yet-certified"));
    let text = stdout(&carat(folder.path(), &["explain", "all_customers", "-C", "shop"]));
    assert!(text.contains("COUNTROWS") && text.contains("SELECT COUNT"), "{text}");
}
