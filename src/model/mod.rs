//! The resolved project: every name an id, every expression typed. Immutable once built.
//!
//! What a definition means is here; how it is computed is in [`crate::plan`].

mod canonical;
mod expr;
mod fingerprint;
pub mod lock;
mod needs;
mod reads;
mod walk;
pub mod words;

pub use expr::*;
pub use fingerprint::{Fingerprint, Fingerprints, Sealed};
pub use reads::Reads;
pub use walk::Definition;

use indexmap::IndexMap;

use crate::gold::{ColumnId, Gold, TableId, Type};
use crate::settings::Settings;
use crate::source::{Span, Spanned};

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);
    )*};
}

id! {
    /// A metric, by its place in [`Model::metrics`].
    MetricId,
    /// A filter, by its place in [`Model::filters`].
    FilterId,
    /// A segment, by its place in [`Model::segments`].
    SegmentId,
    /// A policy, by its place in [`Model::policies`].
    PolicyId,
    /// A resolve, by its place in [`Model::resolves`].
    ResolveId,
}

/// A project whose names are resolved. Declarations stand in the order of files and lines.
#[derive(Debug, Clone, Default)]
pub struct Model {
    pub settings: Settings,
    pub gold: Gold,
    pub metrics: Vec<Metric>,
    pub filters: Vec<Filter>,
    pub segments: Vec<Segment>,
    pub policies: Vec<Policy>,
    pub resolves: Vec<Resolve>,
    pub views: Vec<View>,
    pub expectations: Vec<Expectation>,
    /// What was worked out, once somebody asked for it.
    pub sealed: Sealed,
}

/// What every named declaration has.
#[derive(Debug, Clone)]
pub struct Head {
    /// As written where it is declared.
    pub name: String,
    /// The quoted name people see; the technical name made readable where none was written.
    pub label: String,
    /// The business definition, one string a line.
    pub docs: Vec<String>,
    pub about: About,
    pub name_span: Span,
    pub span: Span,
}

impl Head {
    /// What the column of its values is called, wherever one is written or looked for.
    pub fn column(&self) -> String {
        self.name.to_lowercase()
    }

    /// Whether that is its name, without regard to case.
    pub fn is_called(&self, name: &str) -> bool {
        let is_plain = self.name.is_ascii() && name.is_ascii();
        self.name.eq_ignore_ascii_case(name) || (!is_plain && self.column() == name.to_lowercase())
    }
}

/// What stands in braces. Nothing here changes a number.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The display folder in Power BI; `\` parts its levels.
    pub folder: Option<String>,
    pub teams: Vec<String>,
    pub owner: Option<String>,
    pub synonyms: Vec<String>,
    /// Computed for what reads it, and not shown.
    pub hidden: bool,
    pub status: Status,
    /// What a certificate is of; none where it never had one.
    pub version: Option<u32>,
    /// Language tag to what is said in that language.
    pub translations: IndexMap<String, Translation>,
    pub format: Format,
}

impl About {
    /// Whether readers see it. What is deprecated stays for those who bind to it, and is offered to nobody else.
    pub fn is_shown(&self) -> bool {
        !self.hidden && !matches!(self.status, Status::Deprecated { .. })
    }
}

/// What is said in one other language; none where it was not written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Translation {
    pub label: Option<String>,
    pub description: Option<String>,
    pub folder: Option<String>,
}

/// Where a definition stands between draft and retirement: `status:` in its braces, a draft where nothing is
/// written.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Status {
    #[default]
    Draft,
    Certified,
    /// Still computed; `ends` is the last day it is kept, as written.
    Deprecated {
        replaced_by: Option<Spanned<String>>,
        ends: Option<Spanned<String>>,
    },
}

/// How a number is printed (docs/language.md, What stands in braces).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Format {
    /// Nothing was written: the type decides.
    #[default]
    Default,
    Whole,
    Number,
    Money,
    Percent,
    Score,
    Date,
    Custom(String),
}

impl Format {
    /// Whether a value of that type is printed with the project's currency.
    pub fn names_currency(&self, ty: Type) -> bool {
        match self {
            Format::Default => ty == Type::Money,
            format => *format == Format::Money,
        }
    }
}

/// A number, defined once: a value whose type is that of its expression.
#[derive(Debug, Clone)]
pub struct Metric {
    pub head: Head,
    pub value: Expr,
}

/// A condition that belongs to a table.
#[derive(Debug, Clone)]
pub struct Filter {
    pub head: Head,
    pub table: TableId,
    pub condition: Expr,
}

/// A set of rows of `table`, for all days up to the as-of date and without filters from outside (docs/language.md,
/// Segments).
#[derive(Debug, Clone)]
pub struct Segment {
    pub head: Head,
    pub table: TableId,
    pub condition: Expr,
    /// None for an analytical segment.
    pub activation: Option<Activation>,
}

/// `for PURPOSE by CHANNEL, ..` with the policy of each channel.
#[derive(Debug, Clone)]
pub struct Activation {
    pub purpose: String,
    pub channels: Vec<ActivationChannel>,
}

/// A channel that a segment is sent by, and the policy that `carat.yaml` names for it and the purpose.
#[derive(Debug, Clone)]
pub struct ActivationChannel {
    pub channel: String,
    pub policy: PolicyId,
}

/// Whom its channels may reach for its purpose: of the rules, the first that applies decides about a row of
/// `table`, the contacts. Rows of other channels are refused.
#[derive(Debug, Clone)]
pub struct Policy {
    pub head: Head,
    pub table: TableId,
    pub purpose: String,
    pub channels: Vec<String>,
    /// In order; the last has no condition and refuses.
    pub rules: Vec<Rule>,
}

/// One rule of a [`Policy`]: what it decides, what that is called in the funnel, and where it applies.
#[derive(Debug, Clone)]
pub struct Rule {
    pub allows: bool,
    pub label: String,
    /// None for `otherwise`.
    pub condition: Option<Expr>,
    pub span: Span,
}

/// One value per row of `table` out of many rows of `source`, per source system (docs/language.md, Segments).
#[derive(Debug, Clone)]
pub struct Resolve {
    pub head: Head,
    pub table: TableId,
    /// The table whose rows are read.
    pub source: TableId,
    /// Evaluated at a row of `source`; text.
    pub value: Expr,
    /// Evaluated at a row of `source`.
    pub condition: Option<Expr>,
    /// `latest by`: a date column of `source`.
    pub date: ColumnId,
    /// `per`: a column of `source`; without it all rows are one source.
    pub per: Option<ColumnId>,
    pub way: Way,
}

/// How a [`Resolve`] chooses among what each source said last (docs/language.md, Segments).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// What the latest date of all says; two different values on it are missing.
    Latest,
    /// The value, where a source said it at most so many days before the latest date; else as
    /// [`Latest`](Way::Latest).
    Wins { value: String, days: u32 },
    /// The first of these values that any source has.
    Strictest(Vec<String>),
    /// What the first of these sources that has rows says; `column` holds the source.
    First { column: ColumnId, values: Vec<String> },
}

/// A table of metrics by columns and a grain of time, without a total row: totals are never sums.
#[derive(Debug, Clone)]
pub struct View {
    pub head: Head,
    pub metrics: Vec<MetricId>,
    pub groups: Vec<ColumnId>,
    /// A grain of the calendar: its name in `gold.yaml`.
    pub grain: Option<String>,
    /// The reader's filters, each on columns of one table.
    pub filters: Vec<TableFilter>,
}

/// A condition on columns of one table, evaluated at its row.
#[derive(Debug, Clone)]
pub struct TableFilter {
    pub table: TableId,
    pub condition: Expr,
}

/// What must hold on real data: in total, in every month, and in each group; a missing value is not checked.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// The first metric in it and a number: expectations have no name of their own.
    pub name: String,
    /// A condition over metrics, with no row at hand.
    pub condition: Expr,
    pub groups: Vec<ColumnId>,
    pub span: Span,
}

impl Model {
    /// The metric of an id. Like the lookups after it, none only for an id of another model.
    pub fn metric(&self, id: MetricId) -> Option<&Metric> {
        self.metrics.get(id.0 as usize)
    }

    /// The filter of an id.
    pub fn filter(&self, id: FilterId) -> Option<&Filter> {
        self.filters.get(id.0 as usize)
    }

    /// The segment of an id.
    pub fn segment(&self, id: SegmentId) -> Option<&Segment> {
        self.segments.get(id.0 as usize)
    }

    /// The policy of an id.
    pub fn policy(&self, id: PolicyId) -> Option<&Policy> {
        self.policies.get(id.0 as usize)
    }

    /// The resolve of an id.
    pub fn resolve(&self, id: ResolveId) -> Option<&Resolve> {
        self.resolves.get(id.0 as usize)
    }

    /// The metrics that people see, in the order of the files.
    pub fn visible_metrics(&self) -> Vec<(MetricId, &Metric)> {
        let metrics = self.metrics.iter().enumerate().filter(|(_, metric)| !metric.head.about.hidden);
        metrics.map(|(at, metric)| (MetricId(at as u32), metric)).collect()
    }

    /// What a company agreed on, asked for where no metric is named: the certified metrics that people see; all that
    /// they see while none is.
    pub fn agreed_metrics(&self) -> Vec<(MetricId, &Metric)> {
        let metrics = self.visible_metrics();
        let is_certified = |(_, metric): &(MetricId, &Metric)| metric.head.about.status == Status::Certified;
        if metrics.iter().any(is_certified) { metrics.into_iter().filter(is_certified).collect() } else { metrics }
    }

    /// The metric of that name, without regard to case.
    pub fn metric_named(&self, name: &str) -> Option<MetricId> {
        let at = self.metrics.iter().position(|metric| metric.head.is_called(name))?;
        Some(MetricId(at as u32))
    }

    /// The segment of that name, without regard to case.
    pub fn segment_named(&self, name: &str) -> Option<SegmentId> {
        let at = self.segments.iter().position(|segment| segment.head.is_called(name))?;
        Some(SegmentId(at as u32))
    }
}
