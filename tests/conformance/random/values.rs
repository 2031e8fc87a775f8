//! Random values of the row at hand: columns, arithmetic, functions, and at a row also metrics and aggregates.

use carat::gold::{TableId, Type};

use super::node::Node;
use super::writer::{Place, Writer};

#[derive(Debug, Clone, Copy)]
enum Form {
    Column,
    Plus,
    Times,
    Divide,
    Negate,
    Coalesce,
    Round,
    Case,
    Months,
    Bound,
    Resolved,
    /// A metric or aggregate over what belongs to the row.
    Evaluated,
}

impl Writer<'_> {
    /// A value of the type, or of one that goes to it; its depth is at most `depth`.
    pub fn scalar(&mut self, place: Place, ty: Type, depth: usize) -> Node {
        if depth == 0 {
            return self.plain_value(place, ty);
        }
        let form = self.form(place, ty);
        let made = self.formed(form, place, ty, depth - 1);
        let made = made.unwrap_or_else(|| self.plain_value(place, ty));
        if matches!(ty, Type::Integer | Type::Money | Type::Number) { made.or("1") } else { made }
    }

    /// A column; a literal where there is none of the type, and sometimes else.
    pub fn plain_value(&mut self, place: Place, ty: Type) -> Node {
        let literal = Node::leaf(&place.sort(ty.name()), self.literal(ty));
        if self.one_in(8) { literal } else { self.column(place, ty).unwrap_or(literal) }
    }

    fn form(&mut self, place: Place, ty: Type) -> Form {
        use Form::*;
        let evaluated = if place.written || self.gold.single_key(place.table).is_none() { 0 } else { 4 };
        match ty {
            Type::Integer => self.choice(&[
                (5, Column),
                (3, Plus),
                (1, Times),
                (1, Negate),
                (2, Coalesce),
                (1, Round),
                (2, Case),
                (3, Months),
                (evaluated + 2, Evaluated),
            ]),
            Type::Money => self.choice(&[
                (5, Column),
                (4, Plus),
                (3, Times),
                (1, Negate),
                (2, Coalesce),
                (2, Round),
                (2, Case),
                (evaluated, Evaluated),
            ]),
            Type::Number => self.choice(&[
                (3, Column),
                (2, Plus),
                (3, Times),
                (4, Divide),
                (1, Coalesce),
                (2, Round),
                (2, Case),
                (evaluated, Evaluated),
            ]),
            Type::Date => self.choice(&[(6, Column), (3, Bound), (2, Coalesce), (2, Case), (evaluated, Evaluated)]),
            Type::Text => self.choice(&[(5, Column), (1, Coalesce), (2, Case), (3, Resolved)]),
            Type::Boolean => Column,
        }
    }

    fn formed(&mut self, form: Form, place: Place, ty: Type, depth: usize) -> Option<Node> {
        let sort = place.sort(ty.name());
        Some(match form {
            Form::Column => self.plain_value(place, ty),
            Form::Plus => {
                let sides = [self.scalar(place, ty, depth), self.scalar(place, ty, depth)];
                let pattern = self.pick(&["({} + {})", "({} - {})"]);
                Node::new(&sort, pattern, sides)
            }
            Form::Times => {
                let (left, right) = self.factors(ty);
                Node::new(&sort, "({} * {})", [self.scalar(place, left, depth), self.scalar(place, right, depth)])
            }
            Form::Divide => {
                let (left, right) = (self.numeric(), self.numeric());
                Node::new(&sort, "({} / {})", [self.scalar(place, left, depth), self.scalar(place, right, depth)])
            }
            Form::Negate => Node::new(&sort, "(-{})", [self.column(place, ty)?]),
            Form::Coalesce => {
                let first = self.scalar(place, ty, depth);
                let second = self.literal_or_column(place, ty);
                Node::new(&sort, "coalesce({}, {})", [first, second])
            }
            Form::Round => {
                let decimals = self.pick(&["0", "1", "2", "3"]);
                Node::new(&sort, "round({}, {})", [self.scalar(place, ty, depth), Node::leaf("decimals", decimals)])
            }
            Form::Case => self.case(place, ty, depth),
            Form::Months => {
                let dates = [self.scalar(place, Type::Date, depth), self.scalar(place, Type::Date, depth)];
                let function = self.pick(&["months_between({}, {})", "full_months({}, {})", "days_between({}, {})"]);
                Node::new(&sort, function, dates)
            }
            Form::Bound => Node::leaf(&sort, self.pick(&["start", "end", "end"])),
            Form::Resolved => self.resolved(place)?,
            Form::Evaluated => self.evaluated(place, ty, depth)?,
        })
    }

    fn case(&mut self, place: Place, ty: Type, depth: usize) -> Node {
        let sort = place.sort(ty.name());
        let condition = self.condition(place, depth.min(1));
        let literal = self.one_in(4);
        let value = if literal { Node::leaf(&sort, self.literal(ty)) } else { self.scalar(place, ty, depth) };
        let other = self.literal_or_column(place, ty);
        if self.one_in(3) {
            let more = [self.condition(place, 0), self.literal_or_column(place, ty)];
            let pieces = [condition, value].into_iter().chain(more).chain([other]);
            return Node::new(&sort, "case when {} then {} when {} then {} else {} end", pieces);
        }
        Node::new(&sort, "case when {} then {} else {} end", [condition, value, other])
    }

    /// The literal takes the type of what it stands beside.
    pub fn literal_or_column(&mut self, place: Place, ty: Type) -> Node {
        let column = if self.one_in(3) { self.column(place, ty) } else { None };
        column.unwrap_or_else(|| Node::leaf(&place.sort(ty.name()), self.literal(ty)))
    }

    /// Types whose product is of the type.
    pub fn factors(&mut self, ty: Type) -> (Type, Type) {
        use Type::{Integer, Money, Number};
        match ty {
            Money => self.pick(&[(Money, Integer), (Integer, Money)]),
            Number => self.pick(&[(Money, Number), (Number, Integer), (Number, Number), (Number, Money)]),
            _ => (Integer, Integer),
        }
    }

    pub fn numeric(&mut self) -> Type {
        self.pick(&[Type::Integer, Type::Money, Type::Number])
    }

    fn resolved(&mut self, place: Place) -> Option<Node> {
        let usable = |(name, table, asks): &(String, TableId, bool)| {
            let prefix = self.gold.active_path(place.table, *table).map(|path| self.prefix(place, &path));
            prefix.filter(|_| place.asked || !asks).map(|prefix| format!("{prefix}{name}"))
        };
        let all: Vec<String> = self.known.resolves.iter().filter_map(usable).collect();
        (!all.is_empty()).then(|| Node::leaf(&place.sort("text"), self.pick(&all)))
    }

    /// A metric's name, or an aggregate over the rows that belong to the row at hand.
    fn evaluated(&mut self, place: Place, ty: Type, depth: usize) -> Option<Node> {
        let belonging: Vec<TableId> = self.belonging(place.table).into_iter().map(|(table, _)| table).collect();
        let meets = |leaves: &[TableId]| leaves.iter().all(|leaf| belonging.contains(leaf));
        let metrics = self.known.metrics.iter().filter(|metric| metric.ty == ty && meets(&metric.leaves));
        let metrics: Vec<String> = metrics.map(|metric| metric.name.clone()).collect();
        let sort = place.sort(ty.name());
        if !metrics.is_empty() && self.one_in(2) {
            let name = Node::leaf(&sort, self.pick(&metrics));
            return Some(self.shifted(name, &sort, place.table));
        }
        let aggregate = self.aggregate_at(place, ty, depth)?;
        Some(if self.one_in(8) { self.shifted(aggregate, &sort, place.table) } else { aggregate })
    }

    /// At times for another period, or without the row at hand.
    fn shifted(&mut self, value: Node, sort: &str, hand: TableId) -> Node {
        let table = self.table(hand).to_string();
        match self.random.below(12) {
            0 => self.prior(sort, value),
            1 => Node::new(sort, "opening({})", [value]),
            2 => Node::new(sort, &format!("({{}} ignoring {table})"), [value]),
            _ => value,
        }
    }

    pub fn prior(&mut self, sort: &str, value: Node) -> Node {
        let shift = self.pick(&["1 month", "3 months", "12 months", "1 year", "2 years", "5 months"]);
        Node::new(sort, &format!("prior({{}}, {shift})"), [value])
    }
}
