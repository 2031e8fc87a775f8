//! The state of writing one measure: its variables, and which measures it asks for.
//!
//! A *frame* is one `VAR .. RETURN` block; what is bound in it is evaluated in the filter context in
//! which the block stands. A moved period, `where`, `ignoring` and cleared filters open frames.

use std::collections::BTreeSet;

use indexmap::IndexSet;

use crate::gold::{ColumnId, Gold, TableId};
use crate::model::Model;
use crate::plan::tree::{Column, Plan};

use super::Helper;
use super::beyond::Hand;
use super::book::Book;
use super::tree::{Dax, Variable};
use super::variables::free_name;

/// Where an expression stands inside a measure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The table of the row at hand.
    pub hand: Option<TableId>,
    pub columns: Columns,
    /// An iterator stands around it: aggregates need CALCULATE to be about the current row.
    pub in_row: bool,
    /// Rows of other tables are judged by it: those that find no row here see only missing values.
    pub by_others: bool,
}

/// How columns of the row at hand and of rows it leads to are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Columns {
    /// All by their names: in a filter argument, or over a table that was grouped by them.
    Named,
    /// Those of other tables by RELATED: the table of the row at hand itself is iterated.
    Related,
}

impl Place {
    /// A value a reader sees.
    pub const SHOWN: Place = Place { hand: None, columns: Columns::Named, in_row: false, by_others: false };

    /// The row at hand is in the filter context, as one value of its table's key.
    pub fn at_hand(table: TableId) -> Self {
        Self { hand: Some(table), ..Self::SHOWN }
    }

    /// In a filter argument: columns of the table by their names, one row of it at a time.
    pub fn in_filter(table: TableId) -> Self {
        Self { hand: Some(table), ..Self::SHOWN }
    }

    /// An iterator goes over rows of the table; `columns` says how what a row leads to is written.
    pub fn in_row(table: TableId, columns: Columns) -> Self {
        Self { columns, in_row: true, ..Self::at_hand(table) }
    }
}

#[derive(Debug, Default)]
struct Frame {
    variables: Vec<Variable>,
    /// How many of the variables are about the period; they stand first.
    of_period: usize,
    /// The table whose row at hand is in the filter context of this frame.
    hand: Option<TableId>,
    /// Another period than that of the frame around.
    own_period: bool,
    /// Columns that cannot be missing where the innermost condition stands.
    columns_present: Vec<Column>,
    /// How many rows are around it.
    hands: usize,
}

/// A row that is iterated: what is told of it before anything moves the filters, in variables of its own.
#[derive(Debug)]
struct Row {
    table: TableId,
    /// How many frames are around it.
    frames: usize,
    variables: Vec<Variable>,
}

/// What a frame changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Period {
    /// The frame has the period of the one around it.
    Kept,
    Own,
}

pub(super) struct Lower<'a> {
    pub model: &'a Model,
    pub plan: &'a Plan,
    pub book: &'a Book,
    /// The helper measures asked for, in order.
    pub asked: IndexSet<Helper>,
    frames: Vec<Frame>,
    /// The rows around, the outermost first.
    hands: Vec<Hand>,
    /// The rows that are iterated around what is written, the outermost first.
    rows: Vec<Row>,
    /// Tables and columns by which nothing counts as picked where it is written.
    ignored: Vec<Dax>,
    /// What variables of the measure are called, in lower case.
    taken: BTreeSet<String>,
}

impl<'a> Lower<'a> {
    /// For one measure; no frame is open yet.
    pub fn new(model: &'a Model, plan: &'a Plan, book: &'a Book) -> Self {
        Self {
            model,
            plan,
            book,
            asked: IndexSet::new(),
            frames: Vec::new(),
            hands: Vec::new(),
            rows: Vec::new(),
            ignored: Vec::new(),
            taken: BTreeSet::new(),
        }
    }

    /// Of the model.
    pub fn gold(&self) -> &'a Gold {
        &self.model.gold
    }

    /// The body of one measure, with a row of `hand` in its filter context where there is one.
    pub fn measure(&mut self, hand: Option<TableId>, body: impl FnOnce(&mut Self) -> Dax) -> Dax {
        self.taken.clear();
        self.frames.clear();
        let own = hand.and_then(|table| self.key(table)).into_iter().collect::<Vec<_>>();
        self.hands = Hand::of_columns(&own);
        let dax = self.frame(hand, Period::Own, body);
        self.hands.clear();
        super::variables::renamed(self.book.taken(), dax)
    }

    /// An expression that may bind variables of its own.
    pub fn frame(&mut self, hand: Option<TableId>, period: Period, body: impl FnOnce(&mut Self) -> Dax) -> Dax {
        let hands = self.hands.len();
        self.frames.push(Frame { hand, own_period: period == Period::Own, hands, ..Frame::default() });
        let result = body(self);
        let frame = self.frames.pop().unwrap_or_default();
        let named = |name: String| free_name(&mut self.taken, &name);
        let (variables, result) = super::repeated::name_repeated_calls(frame.variables, result, named);
        Dax::block(variables, result)
    }

    /// The table whose row at hand is in the filter context of the innermost frame.
    pub fn hand_in_context(&self) -> Option<TableId> {
        self.frames.last().and_then(|frame| frame.hand)
    }

    /// Binds in the innermost frame that no row is around.
    pub fn bind_outside_rows(&mut self, name: &str, value: Dax) -> Dax {
        let at = self.frames.iter().rposition(|frame| frame.hands == 0).unwrap_or(0);
        self.bind_at(at, name, value)
    }

    /// The rows around, the outermost first.
    pub fn hands(&self) -> &[Hand] {
        &self.hands
    }

    /// The columns of a table by which the row at hand leads there: they are of the row, not of what was picked.
    pub fn columns_of_row(&self, hand: Option<TableId>, table: TableId) -> Vec<ColumnId> {
        let row = self.hands.iter().rposition(|one| Some(one.table) == hand);
        let own = row.and_then(|at| self.hands.get(at..)).unwrap_or_default().iter();
        own.filter(|one| one.table == table).flat_map(|one| one.columns.clone()).collect()
    }

    /// How many rows are around the innermost frame.
    pub fn hands_of_frame(&self) -> usize {
        self.frames.last().map_or(0, |frame| frame.hands)
    }

    /// Lowers with just these rows around.
    pub fn with_hands<T>(&mut self, hands: Vec<Hand>, body: impl FnOnce(&mut Self) -> T) -> T {
        let around = std::mem::replace(&mut self.hands, hands);
        let result = body(self);
        self.hands = around;
        result
    }

    /// Lowers where nothing counts as picked by these tables and columns.
    pub fn with_ignored<T>(&mut self, filters: Vec<Dax>, body: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.ignored.len();
        self.ignored.extend(filters);
        let result = body(self);
        self.ignored.truncate(before);
        result
    }

    /// The tables and columns by which nothing counts as picked here.
    pub fn ignored(&self) -> &[Dax] {
        &self.ignored
    }

    /// Lowers with a row more around.
    pub fn at_row<T>(&mut self, row: Vec<Hand>, body: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.hands.len();
        self.hands.extend(row);
        let result = body(self);
        self.hands.truncate(before);
        result
    }

    /// An expression for each row of a table, which may tell things of the row in variables.
    pub fn each_row(&mut self, table: TableId, body: impl FnOnce(&mut Self) -> Dax) -> Dax {
        self.rows.push(Row { table, frames: self.frames.len(), variables: Vec::new() });
        let result = self.of_other_rows(body);
        let variables = self.rows.pop().map_or_else(Vec::new, |row| row.variables);
        Dax::block(variables, result)
    }

    /// Binds at the row of this table that is iterated outside of the innermost frame; `None` where there is none.
    pub fn bind_at_row(&mut self, table: TableId, name: &str, value: Dax) -> Option<Dax> {
        let depth = self.frames.len();
        let row = self.rows.last_mut().filter(|row| row.table == table && row.frames < depth)?;
        Some(bind_in(&mut row.variables, &mut self.taken, name, value))
    }

    /// Binds in the innermost frame; an equal value that is bound there is used again.
    pub fn bind(&mut self, name: &str, value: Dax) -> Dax {
        let at = self.frames.len().saturating_sub(1);
        self.bind_at(at, name, value)
    }

    /// Binds in the frame that decides the period.
    pub fn bind_for_period(&mut self, name: &str, value: Dax) -> Dax {
        let at = self.frames.iter().rposition(|frame| frame.own_period).unwrap_or(0);
        let before = self.frames.get(at).map_or(0, |frame| frame.variables.len());
        let variable = self.bind_at(at, name, value);
        if let Some(frame) = self.frames.get_mut(at)
            && frame.variables.len() > before
            && let Some(last) = frame.variables.pop()
        {
            frame.variables.insert(frame.of_period, last);
            frame.of_period += 1;
        }
        variable
    }

    fn bind_at(&mut self, at: usize, name: &str, value: Dax) -> Dax {
        let Some(frame) = self.frames.get_mut(at) else { return value };
        bind_in(&mut frame.variables, &mut self.taken, name, value)
    }

    /// Whether a value is bound in the innermost frame.
    pub fn is_bound(&self, value: &Dax) -> bool {
        self.frames.last().is_some_and(|frame| frame.variables.iter().any(|variable| variable.value == *value))
    }

    /// Asks for a helper measure.
    pub fn helper(&mut self, helper: Helper) -> Dax {
        self.asked.insert(helper);
        Dax::measure(self.book.helper(helper))
    }

    /// Lowers with the knowledge that these columns are there: conditions beside say so.
    pub fn with_present<T>(&mut self, columns: Vec<Column>, body: impl FnOnce(&mut Self) -> T) -> T {
        let Some(frame) = self.frames.last_mut() else { return body(self) };
        let before = frame.columns_present.len();
        frame.columns_present.extend(columns);
        let result = body(self);
        if let Some(frame) = self.frames.last_mut() {
            frame.columns_present.truncate(before);
        }
        result
    }

    /// Lowers what is asked of other rows than the one at hand: what is known of its columns is not known of theirs.
    pub fn of_other_rows<T>(&mut self, body: impl FnOnce(&mut Self) -> T) -> T {
        let known = self.frames.last_mut().map(|frame| std::mem::take(&mut frame.columns_present));
        let result = body(self);
        if let (Some(frame), Some(known)) = (self.frames.last_mut(), known) {
            frame.columns_present = known;
        }
        result
    }

    /// Whether conditions beside say that the column is not missing here ([`with_present`](Self::with_present)).
    pub fn is_known_present(&self, column: &Column) -> bool {
        self.frames.last().is_some_and(|frame| frame.columns_present.contains(column))
    }

    /// None for a table without a key, or with one of several columns.
    pub fn key(&self, table: TableId) -> Option<ColumnId> {
        self.gold().single_key(table)
    }

    /// A variable's name out of a label: `High-value threshold` becomes `HighValueThreshold`.
    pub fn variable_name(label: &str) -> String {
        super::variables::variable_name(label)
    }
}

/// The variable that has the value: an equal one that is bound there, else a new one, with a number behind its name
/// where that is taken.
fn bind_in(variables: &mut Vec<Variable>, taken: &mut BTreeSet<String>, name: &str, value: Dax) -> Dax {
    if let Some(known) = variables.iter().find(|variable| variable.value == value) {
        return Dax::variable(&known.name);
    }
    let name = free_name(taken, name);
    variables.push(Variable { name: name.clone(), value });
    Dax::Variable(name)
}
