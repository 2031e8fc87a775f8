//! What the plan decides, over a small shop.

use crate::model::{Literal, Model};
use crate::source::FileSet;

use super::plan;
use super::tree::*;

const GOLD: &str = "
as_of: status.as_of
calendar: { table: calendar, day: date, from: 2020-01-01, to: 2030-12-31, grains: { month: month, fiscal year: fiscal } }
contact: { table: address, channel: channel }
tables:
  customer:
    key: id
    columns: { id: { type: text, normalised: true }, tier: { type: text, label: Tier, group: true }, closed?: date, test: boolean }
  address:
    key: id
    to: { customer: customer_id }
    columns:
      id: { type: text, normalised: true }
      customer_id: { type: text, normalised: true }
      channel: { type: text, label: Channel, values: [email, post] }
  sale:
    key: id
    to: { customer: customer_id }
    date: sold_on
    columns:
      id: { type: text, normalised: true }
      customer_id?: { type: text, normalised: true }
      sold_on: date
      shipped_on?: date
      amount: { type: money, label: Amount }
      cost?: money
  calendar: { key: date, columns: { date: date, month: integer, fiscal: integer } }
  status: { columns: { as_of: date } }
";

const SETTINGS: &str = "
language: 1
project: shop
gold: gold.yaml
currency: EUR
targets: { sql: [duckdb] }
";

fn model(text: &str) -> Model {
    let mut files = FileSet::default();
    let settings = files.add("carat.yaml", SETTINGS);
    let gold = files.add("gold.yaml", GOLD);
    let id = files.add("a.metric", text);
    let (settings, mut found) = crate::settings::load(&files, settings);
    let (gold, more) = crate::gold::load(&files, gold);
    found.extend(more);
    let (tree, more) = crate::syntax::parse(&files, id);
    found.extend(more);
    let (model, more) = crate::resolve::resolve(settings, gold, &[tree]);
    found.extend(more);
    let errors: Vec<_> = found.iter().filter(|d| d.is_error()).map(|d| (d.code.id, &d.message)).collect();
    assert!(errors.is_empty(), "{errors:?}");
    model
}

/// The last metric of the text, planned.
fn metric(text: &str) -> Scalar {
    plan(&model(text)).metrics.pop().unwrap()
}

fn sides(scalar: &Scalar) -> (&Scalar, &Scalar) {
    match &scalar.kind {
        ScalarKind::Arithmetic { left, right, .. } => (left, right),
        other => panic!("no arithmetic: {other:?}"),
    }
}

fn conjuncts(scalar: &Scalar) -> &[Condition] {
    match &scalar.kind {
        ScalarKind::Aggregate(aggregate) => &aggregate.rows.conjuncts,
        ScalarKind::ToNumber(inner) | ScalarKind::Zero(inner) => conjuncts(inner),
        other => panic!("no aggregate: {other:?}"),
    }
}

#[test]
fn a_bare_count_stays_absent_where_nothing_was_counted() {
    assert_eq!(metric("metric m = count(sale) over period of sold_on").absence, Absence::Zero);
    assert_eq!(metric("metric m = average(sale.amount) over period of sold_on").absence, Absence::Missing);
}

#[test]
fn a_numerator_that_counts_is_a_number_and_a_denominator_is_left_as_it_is() {
    let ratio =
        metric("metric m = count(sale where amount > 5 over period of sold_on) / count(sale over period of sold_on)");
    let (left, right) = sides(&ratio);
    assert!(matches!(&left.kind, ScalarKind::ToNumber(inner) if matches!(inner.kind, ScalarKind::Zero(_))));
    assert_eq!(right.absence, Absence::Zero);
    assert_eq!(ratio.absence, Absence::Missing);
}

#[test]
fn the_numerator_of_a_share_stays_absent_where_it_is_shown_and_not_where_it_is_used() {
    const SHARE: &str = "metric all = sum(sale.amount) over period of sold_on
metric share = all / (all ignoring customer)
";
    let share = metric(SHARE);
    let (left, _) = sides(&share);
    assert_eq!(left.absence, Absence::Zero);
    let rate = metric(&format!("{SHARE}metric rate = share / all"));
    let (used, _) = sides(&rate);
    let (numerator, _) = sides(used);
    assert_eq!(numerator.absence, Absence::Never);
}

#[test]
fn a_part_of_a_sum_stays_absent_where_nothing_was_summed() {
    let twelfth = metric("metric m = (sum(sale.amount) over period of sold_on) / 12");
    assert_eq!(twelfth.absence, Absence::Zero);
    assert!(matches!(&sides(&twelfth).0.kind, ScalarKind::ToNumber(inner) if inner.absence == Absence::Zero));
}

#[test]
fn a_sum_of_a_count_and_something_missing_is_zero_where_both_are_absent() {
    let sum = metric("metric m = count(sale over period of sold_on) + average(sale.amount over period of sold_on)");
    assert_eq!(sum.absence, Absence::Zero);
}

#[test]
fn windows_are_computed_on_the_day_after_the_period() {
    let within = |text: &str| match conjuncts(&metric(text)).last() {
        Some(Condition::Within { from, before, .. }) => (*from, *before),
        other => panic!("no window: {other:?}"),
    };
    let last = within("metric m = count(sale) over last 12 months of sold_on");
    assert_eq!(last, (Some(Day::NextLessMonths(12)), Some(Day::Next)));
    let years = within("metric m = count(sale) over last 2 years of sold_on");
    assert_eq!(years, (Some(Day::NextLessMonths(24)), Some(Day::Next)));
    let complete = within("metric m = count(sale) over last 3 complete months of sold_on");
    assert_eq!(complete, (Some(Day::MonthOfNextLess(3)), Some(Day::MonthOfNextLess(0))));
    let history = within("metric m = count(sale) over history of sold_on");
    assert_eq!(history, (None, Some(Day::Next)));
}

#[test]
fn a_column_of_another_table_may_be_missing_whatever_the_schema_says() {
    let planned = metric("metric m = count(sale) where customer.test = false over period of sold_on");
    let Some(Condition::Compare { left, .. }) = conjuncts(&planned).first() else { panic!("{planned:?}") };
    assert_eq!(left.absence, Absence::Missing);
}

#[test]
fn a_filter_from_outside_asks_rows_that_may_not_be_there() {
    let planned = metric(
        "metric n = count(sale) over period of sold_on
metric m = n where customer.tier != \"gold\"",
    );
    let ScalarKind::Restricted { condition, .. } = &planned.kind else { panic!("{planned:?}") };
    let Condition::Compare { left, .. } = condition.as_ref() else { panic!("{condition:?}") };
    assert_eq!(left.absence, Absence::Missing);
}

#[test]
fn text_is_folded_in_the_literal_and_marked_on_the_column() {
    let planned = metric("metric m = count(customer where tier = \"Gold \")");
    let Some(Condition::Compare { left, right, .. }) = conjuncts(&planned).first() else { panic!("{planned:?}") };
    assert!(matches!(&left.kind, ScalarKind::Column(column) if column.fold));
    assert_eq!(right.kind, ScalarKind::Literal(Literal::Text("gold".into())));
}

#[test]
fn doubles_are_compared_after_rounding_and_exact_numbers_as_they_are() {
    let planned = metric("metric m = count(customer where average(sale.amount over history of sold_on) >= 10)");
    let Some(Condition::Compare { left, right, .. }) = conjuncts(&planned).first() else { panic!("{planned:?}") };
    assert!(matches!(left.kind, ScalarKind::Rounded(_)));
    assert_eq!(right.kind, ScalarKind::Literal(Literal::Number(10.0)));
    let exact = metric("metric m = count(customer where sum(sale.amount over history of sold_on) >= 10)");
    let Some(Condition::Compare { left, .. }) = conjuncts(&exact).first() else { panic!("{exact:?}") };
    assert!(matches!(left.kind, ScalarKind::Aggregate(_)));
}

#[test]
fn a_moved_period_tells_no_value_from_zero_where_it_is_used() {
    let ratio = metric(
        "metric n = count(sale) over period of sold_on
metric m = prior(n, 12 months) / n",
    );
    let (left, _) = sides(&ratio);
    let ScalarKind::ToNumber(shifted) = &left.kind else { panic!("{left:?}") };
    let ScalarKind::Shifted { value, shift } = &shifted.kind else { panic!("{shifted:?}") };
    assert_eq!(*shift, Shift::Prior { months: 12, reads_period: true });
    assert!(matches!(value.kind, ScalarKind::Zero(_)));
}

const POLICY: &str = "policy mail for marketing by email, post of address
{
  refuse \"test\" when customer.test = true
  allow \"gold\" when customer.tier = \"gold\"
  refuse \"rest\" otherwise
}
";

#[test]
fn a_policy_beside_a_condition_on_the_channel_is_asked_for_that_channel_alone() {
    let planned = metric(&format!("{POLICY}metric m = count(address where channel = \"POST\" and mail)"));
    let policies: Vec<_> = conjuncts(&planned)
        .iter()
        .filter_map(|c| if let Condition::Policy { instances, .. } = c { Some(instances) } else { None })
        .collect();
    assert_eq!(policies, [&vec![PolicyPlanId(1)]]);
}

#[test]
fn a_policy_refuses_a_row_whose_paths_find_nothing_and_rows_of_other_channels() {
    let planned = plan(&model(POLICY));
    assert_eq!(planned.policies.len(), 2);
    let email = &planned.policies[0];
    assert!(matches!(&email.paths_found, Condition::Exists(path) if path.len() == 1));
    let Condition::And(parts) = &email.allowed else { panic!("{:?}", email.allowed) };
    assert_eq!(parts[0], email.of_channel);
    assert_eq!(parts[1], email.paths_found);
}

#[test]
fn what_a_policy_asks_of_the_row_it_leads_to_stands_apart_at_that_row() {
    let planned = plan(&model(POLICY));
    let email = &planned.policies[0];
    let owner = email.owner.as_ref().expect("it leads to a customer");
    assert_eq!(Condition::Exists(vec![owner.relationship]), email.paths_found);
    assert_eq!(owner.rest, email.of_channel);
    let asked = format!("{:?}", owner.asked);
    assert!(asked.contains("path: []") && !asked.contains("path: [Rel"), "{asked}");
    let Condition::And(parts) = &owner.asked else { panic!("{asked}") };
    assert_eq!(parts.len(), 2, "{asked}");
}

#[test]
fn a_policy_that_asks_of_its_own_row_alone_has_no_such_part() {
    let text = "policy mail for marketing by email of address
{
  allow \"known\" when id = \"a1\"
  refuse \"rest\" otherwise
}
";
    assert_eq!(plan(&model(text)).policies[0].owner, None);
}

#[test]
fn what_a_window_says_of_a_date_is_not_said_again_by_a_filter() {
    const ASKED: &str = "filter shipped of sale = sold_on <= end and shipped_on <= end\nmetric m = ";
    let parts = |aggregate: &str| conjuncts(&metric(&format!("{ASKED}{aggregate}"))).len();
    assert_eq!(parts("count(sale) where shipped over history of sold_on"), 2);
    assert_eq!(parts("count(sale) where sold_on <= end and not shipped over last 12 months of sold_on"), 2);
    assert_eq!(parts("count(sale) where sold_on < end over period of sold_on"), 2, "one day less than the window");
    assert_eq!(parts("count(sale) where shipped_on <= end over period of sold_on"), 2, "another date");
}

#[test]
fn a_case_keeps_the_branches_that_can_be_taken() {
    let of_always = metric(
        "metric m = case when (sum(sale.amount over history of sold_on)) is present then count(sale over history of sold_on) else 5 end",
    );
    assert!(matches!(&of_always.kind, ScalarKind::Aggregate(_)), "{of_always:?}");
    let branches = |text: &str| match metric(text).kind {
        ScalarKind::Case { branches, .. } => branches.len(),
        other => panic!("no case: {other:?}"),
    };
    let some = "count(sale over history of sold_on) > 2";
    assert_eq!(
        branches(&format!(
            "metric m = case when count(sale over history of sold_on) is missing then 1 when {some} then 2 else 3 end"
        )),
        1
    );
    assert_eq!(
        branches(&format!(
            "metric m = case when {some} then 1 when count(sale over history of sold_on) is present then 2 else 3 end"
        )),
        1
    );
}

#[test]
fn a_case_at_the_end_of_a_case_is_more_of_its_branches() {
    let rows = "count(sale over history of sold_on)";
    let deep = (2..15).fold("1".to_owned(), |last, n| format!("case when {rows} > {n} then {n} else {last} end"));
    let ScalarKind::Case { branches, otherwise } = metric(&format!("metric m = {deep}")).kind else {
        panic!("no case")
    };
    assert_eq!(branches.len(), 13);
    assert!(matches!(otherwise.kind, ScalarKind::Literal(_)), "{otherwise:?}");
}

const SOLD: &str = "metric n = count(sale) over period of sold_on
metric mean = average(sale.amount) over period of sold_on
";

#[test]
fn what_a_case_takes_is_absent_where_it_is_shown_and_a_number_where_it_is_used() {
    const TAKEN: &str = "metric taken = case when n > 2 then n else prior(n, 1 month) end\n";
    let thens = |scalar: &Scalar| match &scalar.kind {
        ScalarKind::Case { branches, .. } => branches.iter().map(|(_, then)| then.absence).collect::<Vec<_>>(),
        other => panic!("no case: {other:?}"),
    };
    let shown = metric(&format!("{SOLD}{TAKEN}"));
    assert_eq!((thens(&shown), shown.absence), (vec![Absence::Zero], Absence::Missing));
    let doubled = metric(&format!("{SOLD}{TAKEN}metric m = n / taken / 2 + (taken / n)"));
    let (_, rate) = sides(&doubled);
    let ScalarKind::ToNumber(used) = &sides(rate).0.kind else { panic!("{rate:?}") };
    assert_eq!((thens(used), used.absence), (vec![Absence::Never], Absence::Missing));
}

#[test]
fn a_number_beside_a_count_leaves_a_case_absent_for_zero() {
    let level = metric(&format!("{SOLD}metric m = case when n > 0 then 1 else n end"));
    assert_eq!(level.absence, Absence::Zero);
}

#[test]
fn zero_and_no_value_are_one_for_what_may_be_a_count() {
    let sparse = |text: &str| {
        let plan = plan(&model(&format!("{SOLD}metric m = {text}")));
        crate::plan::is_sparse(&plan, plan.metrics.last().unwrap())
    };
    for text in [
        "n",
        "prior(n, 1 month) * 2",
        "case when n > 2 then mean else prior(n, 1 month) end",
        "opening(count(sale over history of sold_on)) / 12",
    ] {
        assert!(sparse(text), "{text}");
    }
    for text in ["mean", "n / mean", "mean * n", "case when n > 2 then mean else mean / n end"] {
        assert!(!sparse(text), "{text}");
    }
}
