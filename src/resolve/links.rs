//! How rows of an aggregate or `any` meet the row at hand (docs/language.md, The row at hand).

use crate::diagnostics::codes::grain as codes;
use crate::gold::{Link, LinkError, RelationshipId, TableId, common, link};
use crate::model::{Definition, Expr, ExprKind, MetricId};
use crate::source::Span;
use crate::syntax::tree::Name;

use super::{Resolver, words};

/// What `of` and inactive relationships say of a link; the active paths decide the rest.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Linked {
    pub of: Option<TableId>,
    pub through: Option<RelationshipId>,
}

/// Which relationships may link rows to the row at hand: `any` may also use an inactive one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Active,
    AlsoInactive,
}

impl Resolver<'_> {
    /// The link of rows of `rows` to the row at hand, reported where there is none.
    pub(super) fn linked(
        &mut self,
        rows: TableId,
        hand: Option<TableId>,
        of: Option<&Name>,
        by: By,
        span: Span,
    ) -> Option<Linked> {
        let Some(hand) = hand else {
            return match of {
                Some(of) => self.nothing(codes::link_without_row(of)),
                None => Some(Linked::default()),
            };
        };
        match of {
            Some(of) => self.written_link(rows, hand, of, by),
            None => self.found_link(rows, hand, by, span),
        }
    }

    fn written_link(&mut self, rows: TableId, hand: TableId, of: &Name, by: By) -> Option<Linked> {
        if self.gold.table_named(&of.value).is_none() {
            return self.link_by_role(rows, hand, of, by);
        }
        let table = self.table(of)?;
        if common(self.gold, rows, hand, table).is_some() {
            return Some(Linked { of: Some(table), through: None });
        }
        match self.inactive(rows, hand) {
            Some(id) if table == hand && by == By::AlsoInactive => Some(Linked { of: None, through: Some(id) }),
            _ => {
                let (rows, hand) = (words::table(self.gold, rows), words::table(self.gold, hand));
                self.nothing(codes::not_a_link(of, &rows, &hand))
            }
        }
    }

    /// `of payer`: the relationship of that name, where another one leads to the same table.
    fn link_by_role(&mut self, rows: TableId, hand: TableId, of: &Name, by: By) -> Option<Linked> {
        let named = self.gold.role_named(rows, &of.value);
        let to = named.and_then(|id| self.gold.relationship(id)).map(|role| (role.active, role.to.table));
        match (named, to) {
            (Some(_), Some((true, table))) if common(self.gold, rows, hand, table).is_some() => {
                Some(Linked { of: Some(table), through: None })
            }
            (Some(id), Some((false, table))) if table == hand && by == By::AlsoInactive => {
                Some(Linked { of: None, through: Some(id) })
            }
            (Some(_), _) => {
                let (rows, hand) = (words::table(self.gold, rows), words::table(self.gold, hand));
                self.nothing(codes::not_a_link(of, &rows, &hand))
            }
            (None, _) => self.table(of).map(|_| Linked::default()),
        }
    }

    /// A direct relationship is the link even where it is inactive and nothing else links them. Where they meet in a
    /// common table as well, a count would take that one: the author says which.
    fn found_link(&mut self, rows: TableId, hand: TableId, by: By, span: Span) -> Option<Linked> {
        let straight = self.gold.active_path(rows, hand).is_some();
        let inactive = self.inactive(rows, hand).filter(|_| !straight && by == By::AlsoInactive);
        let also = match link(self.gold, rows, hand) {
            Ok(Link::Common { table, .. }) => vec![table],
            Err(LinkError::Ambiguous(tables)) => tables,
            _ => Vec::new(),
        };
        match inactive {
            Some(id) if also.is_empty() => Some(Linked { of: None, through: Some(id) }),
            Some(_) => {
                self.ambiguous(rows, hand, &[&[hand][..], &also].concat(), by, span);
                None
            }
            None => self.meets(rows, hand, by, span).map(|()| Linked::default()),
        }
    }

    fn ambiguous(&mut self, rows: TableId, hand: TableId, tables: &[TableId], by: By, span: Span) {
        let (rows, hand) = (words::table(self.gold, rows), words::table(self.gold, hand));
        let tables = self.tables(tables);
        let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
        self.report(match by {
            By::AlsoInactive => codes::ambiguous_link(&rows, &hand, &tables, span),
            By::Active => codes::ambiguous_link_of_aggregate(&rows, &hand, &tables, span),
        });
    }

    /// The only inactive relationship from one table straight to another.
    fn inactive(&self, rows: TableId, hand: TableId) -> Option<RelationshipId> {
        let mut found = self.gold.leaving(rows).filter(|(_, r)| !r.active && r.to.table == hand);
        let (id, _) = found.next()?;
        found.next().is_none().then_some(id)
    }

    /// Rows of one table can meet a row of another along active relationships.
    fn meets(&mut self, rows: TableId, hand: TableId, by: By, span: Span) -> Option<()> {
        let names = (words::table(self.gold, rows), words::table(self.gold, hand));
        match link(self.gold, rows, hand) {
            Ok(_) => Some(()),
            Err(LinkError::Unrelated) => self.nothing(codes::unrelated_rows(&names.0, &names.1, span)),
            Err(LinkError::Ambiguous(tables)) => {
                self.ambiguous(rows, hand, &tables, by, span);
                None
            }
        }
    }

    /// A metric at a row: the table has one key, and every leaf of the metric meets the row.
    pub(super) fn metric_at_row(&mut self, id: MetricId, hand: TableId, span: Span) -> Option<Expr> {
        let known = self.known.get(&Definition::Metric(id))?;
        let (ty, leaves) = (known.ty, known.reads.leaves.clone());
        self.evaluated_at(hand, span)?;
        for leaf in leaves {
            self.meets(leaf, hand, By::Active, span)?;
        }
        Some(Expr::new(ExprKind::Metric(id), ty, span))
    }

    /// Metrics and aggregates are evaluated for rows with a single-column key.
    pub(super) fn evaluated_at(&mut self, hand: TableId, span: Span) -> Option<()> {
        if self.gold.single_key(hand).is_some() {
            return Some(());
        }
        let table = words::table(self.gold, hand);
        self.nothing(codes::no_single_key(&table, span))
    }
}
