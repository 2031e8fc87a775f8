//! The plan: scalars and conditions with every decision made, free of any target.
//!
//! A node is evaluated in a context: a period, filters from outside, perhaps a row at hand. Targets
//! represent *missing* as NULL or BLANK.

pub use crate::gold::Link;
use crate::gold::{ColumnId, Date, RelationshipId, TableId, Type};
use crate::model::{FilterId, Literal, MetricId, Operator, PolicyId, ResolveId, SegmentId, Way};
use crate::syntax::tree::{ArithmeticOp, CompareOp, Grain};

/// What a NULL or BLANK in the place of this scalar means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Absence {
    /// It cannot be absent.
    Never,
    /// The value is missing.
    Missing,
    /// The value is 0: nothing was counted or summed. Kept absent so that
    /// groups without data stay unlisted; [`ScalarKind::Zero`] makes it a number.
    Zero,
}

/// A value: what computes it, its type, and what is where there is nothing to compute it from.
#[derive(Debug, Clone, PartialEq)]
pub struct Scalar {
    pub kind: ScalarKind,
    pub ty: Type,
    pub absence: Absence,
}

impl Scalar {
    /// `""` or blanks: a text that is missing.
    pub fn is_blank(&self) -> bool {
        matches!(&self.kind, ScalarKind::Literal(Literal::Text(text)) if text.is_empty())
    }

    /// As it was stored, written or rounded: such a number has no noise that must be rounded off before it is told from
    /// others (rules R14, R15).
    pub fn is_given(&self) -> bool {
        match &self.kind {
            ScalarKind::Column(_) | ScalarKind::Literal(_) | ScalarKind::Round { .. } => true,
            ScalarKind::ToNumber(inner) => inner.is_given(),
            _ => false,
        }
    }
}

/// The forms of a [`Scalar`].
#[derive(Debug, Clone, PartialEq)]
pub enum ScalarKind {
    /// Text is folded: lower case, no trailing blanks, never empty.
    Literal(Literal),
    Column(Column),
    /// A day of the period at hand.
    Day(Day),
    /// `+` and `-` read an absent side as 0 and are absent when both are; `*` is absent when a side
    /// is; `/` is absent when a side is or the right side is 0. Both sides of `/` are doubles.
    Arithmetic {
        operator: ArithmeticOp,
        left: Box<Scalar>,
        right: Box<Scalar>,
    },
    /// First value, else second.
    Coalesce(Box<Scalar>, Box<Scalar>),
    /// Half away from zero to so many decimals; the operand is exact or a rounded double.
    Round {
        value: Box<Scalar>,
        decimals: u32,
    },
    /// Boundaries of months from the first date to the second, absent where a date is (rule R48).
    MonthsBetween(Box<Scalar>, Box<Scalar>),
    /// Whole months elapsed, counted with `EDATE`, absent where a date is (rule R48).
    FullMonths(Box<Scalar>, Box<Scalar>),
    /// Days from the first date to the second, absent where a date is (rule R48).
    DaysBetween(Box<Scalar>, Box<Scalar>),
    /// The first branch whose condition holds.
    Case {
        branches: Vec<(Condition, Scalar)>,
        otherwise: Box<Scalar>,
    },
    /// Exact to double, before an operation in double (rules R11, R12).
    ToNumber(Box<Scalar>),
    /// A double rounded to nine decimals, as it is compared (rule R14).
    Rounded(Box<Scalar>),
    /// An [`Absence::Zero`] scalar made a number: `+ 0`, `COALESCE(.., 0)`.
    Zero(Box<Scalar>),
    Aggregate(Box<Aggregate>),
    /// The metric's own plan, in the context at hand. Only where a reference is exact; else the
    /// definition stands here in full.
    Metric(MetricId),
    /// The resolve's value at the row at hand (the path leads to a row of its table).
    Resolve {
        path: Vec<RelationshipId>,
        id: ResolvePlanId,
    },
    /// The value for another period.
    Shifted {
        value: Box<Scalar>,
        shift: Shift,
    },
    /// The value as if the reader had also set the condition, on the row of `table`.
    Restricted {
        value: Box<Scalar>,
        table: TableId,
        condition: Box<Condition>,
    },
    /// The value without filters from outside on the table and, if the row at hand is of that table,
    /// without the row at hand.
    Ignoring {
        value: Box<Scalar>,
        table: TableId,
    },
}

/// A column of the row at hand or of a row it leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Column {
    /// Active relationships from the row's table; in [`Condition::Within`] the last may be inactive.
    pub path: Vec<RelationshipId>,
    pub column: ColumnId,
    /// Text that SQL must fold (lower case, trailing blanks, empty) before it compares or groups.
    pub fold: bool,
}

/// A day computed from the period alone. `next` is the day after its last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Day {
    /// The period's first day.
    Start,
    /// The period's last day.
    End,
    Next,
    /// `next - N days`.
    NextLessDays(u32),
    /// `EDATE(next, -N)`.
    NextLessMonths(u32),
    /// The first day of `next`'s month, N months back (0 for that day itself).
    MonthOfNextLess(u32),
    /// The first day of the unit that `end` lies in; for [`Grain::FiscalYear`] the first calendar day
    /// with the same value in the calendar's fiscal-year column.
    UnitStart(Grain),
}

/// The period moved (docs/language.md, Other periods). Where the moved period has no day, or the
/// period has gaps and what is moved reads `period of` a date, a value is missing and a condition false.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shift {
    /// Days from `EDATE(start, -N)` to before `EDATE(next, -N)`.
    Prior { months: u32, reads_period: bool },
    /// All days before `start`.
    Opening,
}

/// True or false; a comparison with an absent side is false (docs/language.md, Conditions).
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    True,
    False,
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    /// An absent side of kind [`Absence::Zero`] compares as 0. Doubles are [`ScalarKind::Rounded`] already.
    Compare {
        operator: CompareOp,
        left: Scalar,
        right: Scalar,
    },
    /// The values are literals of the type of `value`; negated: present and none of them.
    In {
        value: Scalar,
        values: Vec<Literal>,
        negated: bool,
    },
    /// Both bounds belong to it; false where a side is absent.
    Between {
        value: Scalar,
        low: Scalar,
        high: Scalar,
    },
    /// Folded text.
    StartsWith {
        value: Scalar,
        text: String,
    },
    Contains {
        value: Scalar,
        text: String,
    },
    /// The value is absent.
    IsMissing(Scalar),
    /// `from <= date < before`; false where the date is missing.
    Within {
        date: Scalar,
        from: Option<Day>,
        before: Option<Day>,
    },
    /// The date is one of the period's days: the only window that sees gaps.
    InPeriod {
        date: Scalar,
    },
    /// Some of these rows belongs to the row at hand.
    Any(Box<Rows>),
    /// A filter of the table the path leads to, at that row; false where the path finds none.
    Filter {
        path: Vec<RelationshipId>,
        id: FilterId,
    },
    /// Membership, evaluated for all days up to the as-of date without filters from outside.
    Segment {
        path: Vec<RelationshipId>,
        id: SegmentId,
    },
    /// The policy allows the row, at the period at hand and without filters from outside. True where
    /// any of the listed instances (one a channel, each false on rows of other channels) allows.
    Policy {
        path: Vec<RelationshipId>,
        instances: Vec<PolicyPlanId>,
    },
    /// The path finds a row.
    Exists(Vec<RelationshipId>),
    /// The condition for another period, at the same row.
    Shifted {
        condition: Box<Condition>,
        shift: Shift,
    },
}

/// Rows of a table that an aggregate or `any` reads, before the context's filters and row at hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    pub table: TableId,
    /// Windows included, as conjuncts of their own at the top level.
    pub conjuncts: Vec<Condition>,
    /// How they meet the row at hand where the author or an inactive relationship says so; else
    /// [`crate::gold::link()`] decides from the table of the row at hand.
    pub link: Option<Link>,
}

/// A number over rows of one table, as every target computes it; missing operands take no part.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// As in the model; `Latest` carries its date in `by`.
    pub operator: Operator,
    /// At a row of `rows.table`; none for a count of rows. Already [`ScalarKind::ToNumber`] where
    /// the operator works in double.
    pub operand: Option<Scalar>,
    /// The date of `latest`.
    pub by: Option<Column>,
    pub rows: Rows,
    /// The operand reads metrics: it is evaluated for each row of `rows.table`, the entity.
    pub per_entity: bool,
}

/// A policy for one channel: `this purpose` and `this channel` are literals in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PolicyPlanId(pub u32);

/// A resolve for one purpose and channel, by its place in [`Plan::resolves`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResolvePlanId(pub u32);

/// Whom a policy lets through on one channel for one purpose.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyPlan {
    pub id: PolicyId,
    pub table: TableId,
    pub purpose: String,
    pub channel: String,
    /// The row is of the channel; a row of another is refused as "other channel".
    pub of_channel: Condition,
    /// Every path the policy takes finds its row; else refused as "nobody".
    pub paths_found: Condition,
    /// The first that applies decides.
    pub rules: Vec<RulePlan>,
    /// All of the above as one condition: the policy allows the row.
    pub allowed: Condition,
    /// `allowed` in two parts; none where it cannot be taken apart so.
    pub owner: Option<OwnerPart>,
}

/// What allows a row, in two parts: one asks a row it leads to (the customer of a contact point), the other what is
/// left. A row is allowed exactly where it leads to such a row and both hold.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnerPart {
    pub relationship: RelationshipId,
    /// At the row the relationship leads to.
    pub asked: Condition,
    /// At the policy's row.
    pub rest: Condition,
}

/// One rule of a [`PolicyPlan`], where the rules before it do not apply.
#[derive(Debug, Clone, PartialEq)]
pub struct RulePlan {
    pub allows: bool,
    pub label: String,
    /// [`Condition::True`] for `otherwise`.
    pub condition: Condition,
}

/// One value per row of `table` (docs/language.md, Segments). A row with a missing value is a row
/// that says "unknown", which may be any value: it is never passed over for an older one, and what it
/// could have overruled (within the days of `wins`, or beside anything but the strictest) is unknown too,
/// so that a missing value never enlarges a policy's set. All rows of a source's latest date speak.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvePlan {
    pub id: ResolveId,
    pub table: TableId,
    pub source: TableId,
    /// From `source` to `table`.
    pub path: Vec<RelationshipId>,
    pub value: Scalar,
    /// Conditions on rows of `source`; the date on or before the period's end is one of them.
    pub conjuncts: Vec<Condition>,
    pub date: Column,
    /// The column of `source` that tells its systems apart; none where all rows are of one.
    pub per: Option<Column>,
    /// Texts folded.
    pub way: Way,
    /// The single-column key of `source`, which names the evidence row; none if it has none.
    pub evidence: Option<ColumnId>,
}

/// Who is in a segment, and the policies that its contacts must pass.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentPlan {
    pub table: TableId,
    pub condition: Condition,
    /// One a channel, in the order of the segment.
    pub channels: Vec<PolicyPlanId>,
}

/// Everything a project computes, in the order of the model's lists.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub metrics: Vec<Scalar>,
    pub filters: Vec<Condition>,
    pub segments: Vec<SegmentPlan>,
    pub policies: Vec<PolicyPlan>,
    pub resolves: Vec<ResolvePlan>,
    pub views: Vec<Query>,
    pub expectations: Vec<ExpectationPlan>,
}

/// Metrics by groups: a view, or what an analyst asks for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    pub metrics: Vec<MetricId>,
    /// Columns that every leaf reaches.
    pub groups: Vec<ColumnId>,
    /// The calendar column whose values are the units.
    pub grain: Option<QueryGrain>,
    /// The reader's filters, each evaluated at the row of its table.
    pub filters: Vec<(TableId, Condition)>,
    /// The reader's filters on calendar columns: they pick days.
    pub calendar: Vec<Condition>,
    /// In place of the gold as-of date.
    pub as_of: Option<Date>,
}

/// The unit of time by which a [`Query`] lists its values.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryGrain {
    /// As `gold.yaml` names it: `month`.
    pub name: String,
    pub column: ColumnId,
}

/// A condition over metrics with no row at hand. Where a value in it is missing it is not checked, unless it asks
/// `is missing`.
#[derive(Debug, Clone, PartialEq)]
pub struct ExpectationPlan {
    pub name: String,
    pub condition: Condition,
    /// Those it speaks of, as it names them: what is told of what breaks it.
    pub metrics: Vec<MetricId>,
    /// Where it is checked, each a query of its own.
    pub slices: Vec<CheckSlice>,
}

/// All days or each unit of a grain, of all rows or by groups.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckSlice {
    pub groups: Vec<ColumnId>,
    pub grain: Option<ColumnId>,
}
