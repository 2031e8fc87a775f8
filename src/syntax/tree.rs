//! The syntax tree: what was written, with every name and literal in its place and nothing resolved.
//!
//! A part that could not be read is [`Item::Broken`] or [`ExprKind::Broken`]; later stages skip it
//! without a further message.

use crate::source::{Span, Spanned};

/// A name as it was written, with its place; names are compared without regard to case when they are resolved.
pub type Name = Spanned<String>;

/// One `.metric` file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct File {
    pub items: Vec<Item>,
    /// `//` comments in the order of the text; `///` lines belong to their definition.
    pub comments: Vec<Spanned<String>>,
}

/// What a file is a list of, in the order of the text.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "nearly every item is a definition")]
pub enum Item {
    Definition(Definition),
    /// Text that could not be read as a definition; the message was given when it was parsed.
    Broken(Span),
}

/// A declaration with its business definition and what stands about it in braces.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// The `///` lines without their slashes, in order.
    pub docs: Vec<Spanned<String>>,
    pub kind: DefinitionKind,
    pub about: About,
    /// From the keyword to the end of the declaration, documentation lines not included.
    pub span: Span,
}

/// What a keyword declares, with its parts.
#[derive(Debug, Clone, PartialEq)]
pub enum DefinitionKind {
    Metric {
        name: Name,
        label: Option<Spanned<String>>,
        value: Expr,
    },
    Filter {
        name: Name,
        table: Name,
        condition: Expr,
    },
    Segment {
        name: Name,
        label: Option<Spanned<String>>,
        table: Name,
        condition: Expr,
        activation: Option<Activation>,
    },
    Policy {
        name: Name,
        activation: Activation,
        table: Name,
        rules: Vec<Rule>,
    },
    Resolve {
        name: Name,
        table: Name,
        value: Expr,
        condition: Option<Expr>,
        by: Path,
        per: Option<Name>,
        way: Spanned<Way>,
    },
    View {
        name: Name,
        label: Option<Spanned<String>>,
        metrics: Vec<Name>,
        by: Vec<Group>,
        condition: Option<Expr>,
    },
    /// `expect CONDITION [by COLUMN, ..]`; it has no name.
    Expect {
        condition: Expr,
        by: Vec<Group>,
    },
}

impl DefinitionKind {
    /// The name it declares; expectations have none.
    pub fn name(&self) -> Option<&Name> {
        match self {
            DefinitionKind::Metric { name, .. }
            | DefinitionKind::Filter { name, .. }
            | DefinitionKind::Segment { name, .. }
            | DefinitionKind::Policy { name, .. }
            | DefinitionKind::Resolve { name, .. }
            | DefinitionKind::View { name, .. } => Some(name),
            DefinitionKind::Expect { .. } => None,
        }
    }
}

/// `for PURPOSE by CHANNEL, CHANNEL`.
#[derive(Debug, Clone, PartialEq)]
pub struct Activation {
    pub purpose: Name,
    pub channels: Vec<Name>,
    pub span: Span,
}

/// One line of a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// `allow`, else `refuse`.
    pub allows: bool,
    pub label: Spanned<String>,
    /// None for `otherwise`.
    pub condition: Option<Expr>,
    pub span: Span,
}

/// How a resolve chooses among the sources (docs/language.md, Segments).
#[derive(Debug, Clone, PartialEq)]
pub enum Way {
    /// The latest of all sources; nothing more was written.
    Latest,
    /// `"value" wins within N days`.
    Wins { value: Spanned<String>, days: Spanned<String> },
    /// `strictest of ["a", "b"]`.
    Strictest(Vec<Spanned<String>>),
    /// `first of source_system in ["a", "b"]`.
    First { column: Name, values: Vec<Spanned<String>> },
}

/// What stands after `by` in a view: a column by path, or the name of a grain.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// One name is a grain (`month`, `fiscal year` as one name), two or more are a path.
    pub path: Path,
}

/// Names with dots between them, outermost first.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    pub names: Vec<Name>,
    pub span: Span,
}

/// What stands in braces: key, colon, value. It never changes a number.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct About {
    pub entries: Vec<AboutEntry>,
    /// The braces and all between them; none where nothing was written.
    pub span: Option<Span>,
}

/// `key: value` in braces; which keys and values there are is checked when it is resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct AboutEntry {
    pub key: Name,
    pub value: AboutValue,
    pub span: Span,
}

/// What stands after the colon in braces, as it was written.
#[derive(Debug, Clone, PartialEq)]
pub enum AboutValue {
    /// A bare word, or several: `whole`, `certified`, `true`, `1`.
    Word(Spanned<String>),
    Text(Spanned<String>),
    List(Vec<Spanned<String>>),
    /// `translations: { de: "Kunden" }`, or one level more: `{ de: { label: "..", folder: ".." } }`.
    Map(Vec<AboutEntry>),
}

/// A value or a condition: one kind of node for both, and `resolve` says which it must be.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

/// The forms of an expression. Operators are nested as they bind, parentheses leave no trace.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// Digits as written, with an optional fraction.
    Number(String),
    Text(String),
    Boolean(bool),
    /// A column, relationship, metric, filter, segment, policy or resolve, or a path to one.
    Path(Path),
    /// `start`, the first day of the period.
    Start,
    /// `end`, its last day.
    End,
    /// `this purpose`.
    ThisPurpose,
    /// `this channel`.
    ThisChannel,
    Negate(Box<Expr>),
    Arithmetic {
        operator: Spanned<ArithmeticOp>,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Compare {
        operator: Spanned<CompareOp>,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    In {
        left: Box<Expr>,
        negated: bool,
        values: Vec<Expr>,
    },
    /// `d in w`, or `d not in w`.
    InWindow {
        left: Box<Expr>,
        negated: bool,
        window: Spanned<Window>,
    },
    Between {
        left: Box<Expr>,
        low: Box<Expr>,
        high: Box<Expr>,
    },
    StartsWith {
        left: Box<Expr>,
        text: Box<Expr>,
    },
    Contains {
        left: Box<Expr>,
        text: Box<Expr>,
    },
    /// `is missing`, or `is present` when `negated`.
    IsMissing {
        value: Box<Expr>,
        negated: bool,
    },
    /// Two or more, flat.
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    /// `case` with at least one branch: condition, then value.
    Case {
        branches: Vec<(Expr, Expr)>,
        otherwise: Box<Expr>,
    },
    /// `coalesce`, `round`, `months_between`, `full_months`, `days_between`.
    Call {
        function: Name,
        arguments: Vec<Expr>,
    },
    /// `count(..)`, `sum(..)` and so on, and `any(..)`.
    Aggregate(Box<Aggregate>),
    /// `prior(e, N units)`; the digits as written.
    Prior {
        value: Box<Expr>,
        count: Spanned<String>,
        unit: Spanned<Unit>,
    },
    /// `opening(e)`.
    Opening(Box<Expr>),
    /// `m ignoring t`.
    Ignoring {
        value: Box<Expr>,
        table: Name,
    },
    /// Clauses written behind an expression: those of a metric's only aggregate, or `m where p`.
    Clauses {
        value: Box<Expr>,
        clauses: Vec<Clause>,
    },
    /// What could not be read; its message was given.
    Broken,
}

/// `OPERATOR(..)` with everything between its parentheses.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    pub operator: Spanned<AggregateOp>,
    /// `count(distinct ..)`.
    pub distinct: bool,
    /// A table, a path from a table, an expression of such paths, or with `per` a metric.
    pub operand: Expr,
    /// `per ENTITY`.
    pub per: Option<Name>,
    /// `latest(e by d)`.
    pub by: Option<Path>,
    /// `any(t of LINK ..)`.
    pub of: Option<Name>,
    /// `percentile(e, 0.9)`.
    pub fraction: Option<Expr>,
    pub clauses: Vec<Clause>,
}

/// What restricts the rows of an aggregate, or a metric.
#[derive(Debug, Clone, PartialEq)]
pub enum Clause {
    Where(Expr),
    Over(Over),
}

/// `over WINDOW [of DATE]`; `life from a to b` names its own dates.
#[derive(Debug, Clone, PartialEq)]
pub struct Over {
    pub window: Spanned<Window>,
    /// None for `life`, and where the author wrote none.
    pub date: Option<Path>,
    pub span: Span,
}

/// The days that `over` and `in` speak of (docs/language.md, Windows).
#[derive(Debug, Clone, PartialEq)]
pub enum Window {
    Period,
    /// `last N days|months|years`; the digits as written.
    Last {
        count: Spanned<String>,
        unit: Unit,
    },
    /// `last N complete months`.
    LastComplete {
        count: Spanned<String>,
    },
    /// `year|quarter|month|fiscal year to date`.
    ToDate(Grain),
    History,
    Life {
        from: Path,
        to: Path,
    },
}

/// What a duration counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    Days,
    Months,
    Years,
}

/// The unit of the calendar whose first day `.. to date` begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Grain {
    Month,
    Quarter,
    Year,
    FiscalYear,
}

impl Grain {
    /// As definitions and the calendar of `gold.yaml` write it.
    pub fn name(self) -> &'static str {
        match self {
            Grain::Month => "month",
            Grain::Quarter => "quarter",
            Grain::Year => "year",
            Grain::FiscalYear => "fiscal year",
        }
    }
}

/// `+`, `-`, `*`, `/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArithmeticOp {
    Add,
    Subtract,
    Multiply,
    Divide,
}

impl ArithmeticOp {
    /// As definitions write it.
    pub fn sign(self) -> &'static str {
        match self {
            ArithmeticOp::Add => "+",
            ArithmeticOp::Subtract => "-",
            ArithmeticOp::Multiply => "*",
            ArithmeticOp::Divide => "/",
        }
    }
}

/// `=`, `!=`, `<`, `<=`, `>`, `>=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompareOp {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl CompareOp {
    /// The operator that holds of two values that are there where this one does not.
    pub fn opposite(self) -> CompareOp {
        match self {
            CompareOp::Equal => CompareOp::NotEqual,
            CompareOp::NotEqual => CompareOp::Equal,
            CompareOp::Less => CompareOp::GreaterOrEqual,
            CompareOp::LessOrEqual => CompareOp::Greater,
            CompareOp::Greater => CompareOp::LessOrEqual,
            CompareOp::GreaterOrEqual => CompareOp::Less,
        }
    }

    /// The operator with its sides exchanged.
    pub fn mirrored(self) -> CompareOp {
        match self {
            CompareOp::Less => CompareOp::Greater,
            CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
            CompareOp::Greater => CompareOp::Less,
            CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
            other => other,
        }
    }

    /// Whether it holds of two values that stand in this order.
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            CompareOp::Equal => order.is_eq(),
            CompareOp::NotEqual => order.is_ne(),
            CompareOp::Less => order.is_lt(),
            CompareOp::LessOrEqual => order.is_le(),
            CompareOp::Greater => order.is_gt(),
            CompareOp::GreaterOrEqual => order.is_ge(),
        }
    }

    /// As definitions write it.
    pub fn sign(self) -> &'static str {
        match self {
            CompareOp::Equal => "=",
            CompareOp::NotEqual => "!=",
            CompareOp::Less => "<",
            CompareOp::LessOrEqual => "<=",
            CompareOp::Greater => ">",
            CompareOp::GreaterOrEqual => ">=",
        }
    }
}

/// The word before the parenthesis of an aggregate; `any` is a condition, all others are values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AggregateOp {
    Count,
    Sum,
    Average,
    Min,
    Max,
    Median,
    Percentile,
    Latest,
    Any,
}
