//! Typed expressions of the resolved project.
//!
//! An expression is evaluated in a context: a period, the filters from outside and perhaps a row at hand. Which
//! table the row at hand is of follows from where the expression stands (docs/language.md, The row at hand).

use crate::gold::{ColumnId, Date, RelationshipId, TableId, Type};
use crate::source::Span;
use crate::syntax::tree::{ArithmeticOp, CompareOp, Grain};

use super::{FilterId, MetricId, PolicyId, ResolveId, SegmentId};

/// A value or a condition with its type, every name in it resolved.
#[derive(Debug, Clone)]
pub struct Expr {
    pub kind: ExprKind,
    /// Conditions are [`Type::Boolean`].
    pub ty: Type,
    pub span: Span,
}

/// The forms of an [`Expr`], values first; where a clause restricts an aggregate it stands in its [`Rows`].
#[derive(Debug, Clone)]
pub enum ExprKind {
    Literal(Literal),
    /// A column of the row at hand or, by path, of the row it leads to.
    Column(PathColumn),
    /// First day of the period.
    Start,
    /// Last day of the period.
    End,
    /// The purpose that a policy or resolve is asked for; text, as is the channel.
    ThisPurpose,
    ThisChannel,
    Negate(Box<Expr>),
    Arithmetic {
        operator: ArithmeticOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// Of as many arguments as the [`Function`] takes.
    Call {
        function: Function,
        arguments: Vec<Expr>,
    },
    /// `case when .. then ..`: the first branch whose condition holds; `otherwise` where none does.
    Case {
        branches: Vec<(Expr, Expr)>,
        otherwise: Box<Expr>,
    },
    Aggregate(Box<Aggregate>),
    Metric(MetricId),
    /// The value of a resolve at the row the path leads to.
    Resolve {
        path: RowPath,
        id: ResolveId,
    },
    /// The value or condition for the same days so many months earlier (docs/language.md, Other periods).
    Prior {
        value: Box<Expr>,
        months: u32,
    },
    /// The value or condition for all days before the period.
    Opening(Box<Expr>),
    /// `m where p`, the condition evaluated at a row of `table`.
    Restricted {
        value: Box<Expr>,
        table: TableId,
        condition: Box<Expr>,
    },
    /// `m ignoring t`: without what the reader picked by columns of `table` (rule R31).
    Ignoring {
        value: Box<Expr>,
        table: TableId,
    },

    Compare {
        operator: CompareOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// The values are literals, `this purpose` or `this channel`.
    In {
        left: Box<Expr>,
        negated: bool,
        values: Vec<Expr>,
    },
    /// `d in w`; false where the date is missing.
    InWindow {
        date: Box<Expr>,
        window: Window,
    },
    /// Both bounds belong to it.
    Between {
        left: Box<Expr>,
        low: Box<Expr>,
        high: Box<Expr>,
    },
    /// Of folded text, as every comparison of text (rule R16).
    StartsWith {
        left: Box<Expr>,
        text: String,
    },
    Contains {
        left: Box<Expr>,
        text: String,
    },
    IsMissing(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    /// Some row of these that belongs to the row at hand.
    Any(Box<Rows>),
    /// At the row the path leads to, as segments and policies below; false where it finds none.
    Filter {
        path: RowPath,
        id: FilterId,
    },
    Segment {
        path: RowPath,
        id: SegmentId,
    },
    Policy {
        path: RowPath,
        id: PolicyId,
    },
    /// What could not be resolved; its message was given.
    Broken,
}

/// From the row at hand along active relationships; empty for the row itself.
pub type RowPath = Vec<RelationshipId>;

/// A column of the row that a path leads to; missing where it finds no row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PathColumn {
    pub path: RowPath,
    pub column: ColumnId,
}

/// A literal in the type its place asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    Integer(i64),
    /// In ten-thousandths.
    Money(i64),
    Number(f64),
    /// As written.
    Text(String),
    Boolean(bool),
    Date(Date),
}

/// The scalar functions of the language, each of one meaning in every target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// `coalesce(e, k)`; two arguments.
    Coalesce,
    /// `round(e, n)`, half away from zero; the second argument is an integer literal.
    Round,
    /// Month boundaries from the first date to the second.
    MonthsBetween,
    /// Whole months elapsed from the first date to the second.
    FullMonths,
    /// Days from the first date to the second.
    DaysBetween,
}

/// An aggregate over the rows of one table.
#[derive(Debug, Clone)]
pub struct Aggregate {
    pub operator: Operator,
    pub rows: Rows,
    /// What is aggregated, at a row of the table; none for a count of rows. For `m per entity` it
    /// is an expression over metrics and the rows are entities.
    pub operand: Option<Expr>,
    /// Written with `per`.
    pub per_entity: bool,
}

/// What an aggregate does with the values of its rows; missing ones take no part.
#[derive(Debug, Clone, PartialEq)]
pub enum Operator {
    /// Of rows: there is no operand.
    Count,
    CountDistinct,
    Sum,
    Average,
    Min,
    Max,
    /// Between the two in the middle, as `PERCENTILE.INC` (rule R38).
    Median,
    /// Between 0 and 1.
    Percentile(f64),
    /// `latest(e by d)`: the date.
    Latest(PathColumn),
}

/// Rows of a table under the aggregate's own clauses.
#[derive(Debug, Clone)]
pub struct Rows {
    pub table: TableId,
    /// `where`, at a row of `table`; none where all rows take part.
    pub condition: Option<Expr>,
    /// Windows that a row must lie in, all of them.
    pub over: Vec<Over>,
    /// `of LINK`: the table over which the rows meet the row at hand, where it was written.
    pub of: Option<TableId>,
    /// The table of the row at hand where the rows meet it over an inactive relationship
    /// (`any(campaign_send of contact_point ..)` at a contact point): that relationship. Else none: the active paths decide.
    pub through: Option<RelationshipId>,
    pub span: Span,
}

/// `over WINDOW of DATE`.
#[derive(Debug, Clone, PartialEq)]
pub struct Over {
    pub window: Window,
    /// None for `life`, which names its own dates. By path, also over an inactive relationship.
    pub date: Option<PathColumn>,
}

/// The days that a row's date must be one of, counted from the period (docs/language.md, Windows).
#[derive(Debug, Clone, PartialEq)]
pub enum Window {
    /// `period`: the days that the reader picked.
    Period,
    /// So many days, the last of them the period's last (rule R50).
    LastDays(u32),
    /// Years are twelve months each.
    LastMonths(u32),
    /// Whole calendar months that end on or before the period's last day, so many.
    LastCompleteMonths(u32),
    /// From the first day of the unit in which the period's last day lies up to that day.
    ToDate(Grain),
    /// Every day up to the period's last.
    History,
    /// Begun by the period's last day and not ended on it: `to` lies later or is missing.
    Life { from: PathColumn, to: PathColumn },
}

impl Expr {
    /// `ty` is what the form gives: nothing here checks that they agree.
    pub fn new(kind: ExprKind, ty: Type, span: Span) -> Self {
        Self { kind, ty, span }
    }
}
