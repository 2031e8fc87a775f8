//! Aggregates -> DAX, each over the rows of its own table.

use crate::gold::{ColumnId, TableId, Type};
use crate::model::Operator as Aggregated;
use crate::plan::tree::{Absence, Aggregate, Column, Condition, Link, Scalar, ScalarKind};

use super::beyond::Hand;
use super::lower::{Columns, Lower, Place};
use super::period::keep;
use super::reads::Reads;
use super::rows::RowSet;
use super::tree::{Dax, Operator};

impl Lower<'_> {
    /// The aggregate as it is at `at`: at a row, over the rows that meet it.
    pub fn aggregate(&mut self, aggregate: &Aggregate, at: Place) -> Dax {
        let met = self.met_by_a_row(aggregate, at);
        let around = self.around(&aggregate.rows, aggregate.operand.as_ref(), at.hand, self.hands().len());
        let (in_row, hand) = (at.in_row && around.is_all_kept(), self.frame_hand(at));
        let told = met.and_then(|key| self.told_of_row(key, at));
        let filtered = met.filter(|_| told.is_none());
        let met = |this: &mut Self| this.of_met_rows(aggregate, filtered, Place { in_row, ..at });
        let value = self.of_other_rows(|this| this.without(around, hand, "CALCULATE", met));
        match told {
            Some(found) => Dax::call("IF", [found, value]),
            None => value,
        }
    }

    /// Whether the row at hand has the key, told at the row itself: `None` where only the filter context knows the row.
    fn told_of_row(&mut self, key: ColumnId, at: Place) -> Option<Dax> {
        let found = Dax::Column(key).is_present();
        if at.in_row {
            return Some(found);
        }
        let name = Self::variable_name(&format!("has {}", self.table_label(key.table)));
        self.bind_at_row(at.hand?, &name, found)
    }

    fn of_met_rows(&mut self, aggregate: &Aggregate, met: Option<ColumnId>, at: Place) -> Dax {
        let mut set = self.row_set(aggregate.rows.table, &aggregate.rows.conjuncts);
        set.filters.extend(met.map(|key| keep(Dax::Column(key).is_present())));
        self.of_rows(aggregate, set, at)
    }

    fn of_rows(&mut self, aggregate: &Aggregate, set: RowSet, at: Place) -> Dax {
        match (&aggregate.operator, &aggregate.operand) {
            (Aggregated::Latest(_), Some(operand)) => self.latest(&set, operand, aggregate.by.as_ref(), at),
            (_, None) => self.count(&set, at),
            (Aggregated::CountDistinct, Some(operand)) => self.count_distinct(&set, operand, at),
            (_, Some(operand)) => match plain(operand, set.table).filter(|_| set.tests.is_empty()) {
                Some(column) => self.of_column(aggregate, &set, column, at),
                None => self.over_rows(aggregate, set, operand, at),
            },
        }
    }

    /// The key of the common table over which rows meet the row at hand: nobody's rows meet nobody's row.
    fn met_by_a_row(&self, aggregate: &Aggregate, at: Place) -> Option<ColumnId> {
        match self.link_of(&aggregate.rows, at.hand?)? {
            Link::Common { table, .. } => self.key(table),
            Link::To(_) => None,
        }
    }

    fn count(&mut self, set: &RowSet, at: Place) -> Dax {
        let rows = Dax::call("COUNTROWS", [Dax::Table(set.table)]);
        if set.tests.is_empty() {
            return set.calculate(rows, at);
        }
        let (rows, _) = set.iterated(self, &Reads::default(), at);
        Dax::call("COUNTROWS", [rows])
    }

    fn of_column(&mut self, aggregate: &Aggregate, set: &RowSet, column: &Column, at: Place) -> Dax {
        let named = Dax::Column(column.column);
        let function = match aggregate.operator {
            Aggregated::Min => "MIN",
            Aggregated::Max => "MAX",
            Aggregated::Sum => "SUM",
            _ => return self.in_double(aggregate, set, at),
        };
        set.calculate(Dax::call(function, [named]), at)
    }

    /// Averages, medians and percentiles of a column, each value as a double.
    fn in_double(&mut self, aggregate: &Aggregate, set: &RowSet, at: Place) -> Dax {
        let Some(operand) = &aggregate.operand else { return Dax::integer(0) };
        let place = Place::in_row(set.table, Columns::Related);
        let value = self.value(operand, place);
        let mut set = set.clone();
        if keeps_blanks(&aggregate.operator) {
            set.filters.extend(self.presence(operand, Place::in_filter(set.table)).into_iter().map(keep));
        }
        let value = match &value {
            Dax::Column(_) => of_column_itself(&aggregate.operator, value),
            _ => iterator(&aggregate.operator, Dax::Table(set.table), value),
        };
        set.calculate(value, at)
    }

    /// An expression, or rows that only a test finds.
    fn over_rows(&mut self, aggregate: &Aggregate, mut set: RowSet, operand: &Scalar, at: Place) -> Dax {
        let reads = self.scalar_reads(operand, set.table);
        if keeps_blanks(&aggregate.operator) && self.absence(operand, Place::in_filter(set.table)) == Absence::Missing {
            set.reads.add(&reads);
            set.tests.push(Condition::Not(Box::new(Condition::IsMissing(operand.clone()))));
        }
        let within = set.tests.is_empty() && !aggregate.per_entity && !reads.context;
        let inner = if within { Place { in_row: false, ..at } } else { at };
        let bare = RowSet { filters: Vec::new(), ..set.clone() };
        let (rows, columns) = if within { &bare } else { &set }.iterated(self, &reads, inner);
        let hand = set.hand(self, &reads);
        let value = self.of_each_row(hand, operand, set.table, columns);
        let value = iterator(&aggregate.operator, rows, value);
        if within { set.calculate(value, at) } else { value }
    }

    /// The operand at each row.
    fn of_each_row(&mut self, hand: Vec<Hand>, operand: &Scalar, table: TableId, columns: Columns) -> Dax {
        let at = Place::in_row(table, columns);
        self.at_row(hand, |this| this.each_row(table, |this| this.value(operand, at)))
    }

    fn count_distinct(&mut self, set: &RowSet, operand: &Scalar, at: Place) -> Dax {
        let ScalarKind::Column(column) = &operand.kind else { return self.distinct_of_value(set, operand, at) };
        let named = Dax::Column(column.column);
        if !set.tests.is_empty() {
            return self.distinct_of_tested(set, operand, named, at);
        }
        let mut set = set.clone();
        if plain(operand, set.table).is_some() {
            let empty = self.is_missing(operand, Place::in_filter(set.table));
            if matches!(empty, Dax::Chain { .. }) {
                set.filters.push(keep(Dax::binary(Operator::NotEqual, named.clone(), Dax::Text(String::new()))));
            }
            return set.calculate(Dax::call("DISTINCTCOUNTNOBLANK", [named]), at);
        }
        let found = Dax::call("SUMMARIZE", [Dax::Table(set.table), named.clone()]);
        let there = self.values_there(found, operand);
        set.calculate(Dax::call("COUNTROWS", [there]), at)
    }

    /// Different values of an expression, worked out row by row.
    fn distinct_of_value(&mut self, set: &RowSet, operand: &Scalar, at: Place) -> Dax {
        let reads = self.scalar_reads(operand, set.table);
        let (rows, columns) = set.iterated(self, &reads, at);
        let hand = set.hand(self, &reads);
        let value = self.of_each_row(hand, operand, set.table, columns);
        let named = Dax::Extension("@Value".to_owned());
        let values = Dax::call("SELECTCOLUMNS", [rows, Dax::Text("@Value".to_owned()), value]);
        let there = match operand.ty {
            Type::Text => Dax::binary(Operator::NotEqual, named, Dax::Text(String::new())),
            _ => named.is_present(),
        };
        Dax::call("COUNTROWS", [Dax::call("FILTER", [Dax::call("DISTINCT", [values]), there])])
    }

    fn distinct_of_tested(&mut self, set: &RowSet, operand: &Scalar, column: Dax, at: Place) -> Dax {
        let (rows, _) = set.iterated(self, &Reads::default(), at);
        if set.reads.context {
            let found = Dax::call("SUMMARIZE", [Dax::Table(set.table), column]);
            let count = Dax::call("COUNTROWS", [self.values_there(found, operand)]);
            return Dax::call("CALCULATE", [vec![count], self.only(set, rows)].concat());
        }
        let found = Dax::call("SUMMARIZE", [rows, column]);
        Dax::call("COUNTROWS", [self.values_there(found, operand)])
    }

    /// The rows of a table of one column in which its value is there: of the row of nobody it is not, whatever the column.
    fn values_there(&mut self, rows: Dax, operand: &Scalar) -> Dax {
        let missing = self.is_missing(operand, Place::SHOWN);
        Dax::call("FILTER", [rows, missing.not_missing()])
    }

    /// Filter arguments that leave exactly the rows with these keys.
    pub fn only(&self, set: &RowSet, keys: Dax) -> Vec<Dax> {
        let cleared = set.clears_calendar.then(|| self.clear_calendar());
        cleared.into_iter().chain([keep(keys)]).collect()
    }

    /// The greatest present value on the greatest day that has one: two maxima, so that no text key
    /// decides between rows of one day (rules R40 and R46).
    fn latest(&mut self, set: &RowSet, operand: &Scalar, by: Option<&Column>, at: Place) -> Dax {
        let Some(by) = by else { return Dax::integer(0) };
        let dated = Scalar { kind: ScalarKind::Column(by.clone()), ty: Type::Date, absence: Absence::Missing };
        let mut set = self.with_value(set, operand, at);
        if !self.date_is_filtered(&set, by) {
            set.filters.extend(self.presence(&dated, Place::in_filter(set.table)).into_iter().map(keep));
        }
        let last_day = self.greatest(&dated, set.table);
        let last_day = set.calculate(last_day, at);
        let on_it = Dax::binary(Operator::Equal, Dax::Column(by.column), Dax::variable("LastDay"));
        set.filters.push(keep(on_it));
        let value = self.greatest(operand, set.table);
        let value = set.calculate(value, at);
        Dax::block(vec![super::tree::Variable { name: "LastDay".to_owned(), value: last_day }], value)
    }

    /// The rows for which a value is there, by filter arguments alone.
    fn with_value(&mut self, set: &RowSet, operand: &Scalar, at: Place) -> RowSet {
        let mut set = set.clone();
        let reads = self.scalar_reads(operand, set.table);
        let there = self.presence(operand, Place::in_filter(set.table));
        let tested = !there.is_empty() && reads.one_table().is_none();
        if tested {
            set.reads.add(&reads);
            set.tests.push(Condition::Not(Box::new(Condition::IsMissing(operand.clone()))));
        }
        if !set.tests.is_empty() {
            let (keys, _) = set.iterated(self, &Reads::default(), at);
            set.filters = self.only(&set, keys);
        }
        if !tested {
            set.filters.extend(there.into_iter().map(keep));
        }
        set
    }

    /// `MAX` of a column of the table itself; of anything else over its rows, which do not filter what they lead to.
    fn greatest(&mut self, value: &Scalar, table: TableId) -> Dax {
        match plain(value, table) {
            Some(column) => Dax::call("MAX", [Dax::Column(column.column)]),
            None => {
                let value = self.value(value, Place::in_row(table, Columns::Related));
                Dax::call("MAXX", [Dax::Table(table), value])
            }
        }
    }

    /// Whether a filter argument is about the date already: a window, which no missing date passes.
    fn date_is_filtered(&self, set: &RowSet, by: &Column) -> bool {
        let mut found = false;
        for filter in &set.filters {
            filter.walk(&mut |node| found |= *node == Dax::Column(by.column));
        }
        found
    }
}

/// The operand as a column of the table itself.
fn plain(operand: &Scalar, table: TableId) -> Option<&Column> {
    match &operand.kind {
        ScalarKind::Column(column) if column.path.is_empty() && column.column.table == table => Some(column),
        ScalarKind::ToNumber(inner) => plain(inner, table),
        _ => None,
    }
}

/// Medians and percentiles take BLANK for a value; the others leave it out (DAX function reference).
fn keeps_blanks(operator: &Aggregated) -> bool {
    matches!(operator, Aggregated::Median | Aggregated::Percentile(_))
}

/// What an iterator over a column's own rows gives, as it is written without one.
fn of_column_itself(operator: &Aggregated, column: Dax) -> Dax {
    match operator {
        Aggregated::Median => Dax::call("MEDIAN", [column]),
        Aggregated::Percentile(k) => Dax::call("PERCENTILE.INC", [column, Dax::Number(k.to_string())]),
        _ => Dax::call("AVERAGE", [column]),
    }
}

fn iterator(operator: &Aggregated, rows: Dax, value: Dax) -> Dax {
    let function = match operator {
        Aggregated::Sum => "SUMX",
        Aggregated::Average => "AVERAGEX",
        Aggregated::Min => "MINX",
        Aggregated::Median => "MEDIANX",
        Aggregated::Percentile(k) => {
            return Dax::call("PERCENTILEX.INC", [rows, value, Dax::Number(k.to_string())]);
        }
        _ => "MAXX",
    };
    Dax::call(function, [rows, value])
}
