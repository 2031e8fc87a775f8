//! Random conditions on the row at hand.

use carat::gold::{TableId, Type};

use super::node::Node;
use super::writer::{Place, Writer};

#[derive(Debug, Clone, Copy)]
enum Form {
    Compare,
    List,
    Between,
    Text,
    Missing,
    Flag,
    InWindow,
    Named,
    Both,
    Not,
    Any,
    Shifted,
}

const ALL_TYPES: [Type; 6] = [Type::Integer, Type::Money, Type::Number, Type::Text, Type::Boolean, Type::Date];

impl Writer<'_> {
    pub fn condition(&mut self, place: Place, depth: usize) -> Node {
        use Form::*;
        let simple =
            [(6, Compare), (3, List), (2, Between), (2, Text), (3, Missing), (2, Flag), (2, InWindow), (3, Named)];
        let form = match depth {
            0 => self.choice(&simple),
            _ => self.choice(&[&simple[..], &[(8, Both), (3, Not), (10, Any), (2, Shifted)]].concat()),
        };
        let made = self.of_form(form, place, depth.saturating_sub(1));
        made.unwrap_or_else(|| self.comparison(place, depth.saturating_sub(1)))
    }

    fn of_form(&mut self, form: Form, place: Place, depth: usize) -> Option<Node> {
        let sort = place.sort("condition");
        Some(match form {
            Form::Compare => self.comparison(place, depth),
            Form::List => self.list(place, depth),
            Form::Between => self.between(place, depth),
            Form::Text => self.text_test(place)?,
            Form::Missing => {
                let ty = self.some_type(place, &ALL_TYPES)?;
                let value = self.scalar(place, ty, depth.min(1));
                Node::new(&sort, self.pick(&["{} is missing", "{} is present"]), [value])
            }
            Form::Flag => {
                let column = self.column(place, Type::Boolean)?;
                Node::new(&sort, self.pick(&["{}", "{} = true", "{} = false", "{} != true", "{} != false"]), [column])
            }
            Form::InWindow => {
                let date = self.scalar(place, Type::Date, depth.min(1));
                let window = self.window();
                let pattern = if self.one_in(4) { "{} not in {}" } else { "{} in {}" };
                Node::new(&sort, pattern, [date, window])
            }
            Form::Named => Node::leaf(&sort, self.named(place)?),
            Form::Both => {
                let sides = [self.condition(place, depth), self.condition(place, depth)];
                Node::new(&sort, self.pick(&["({} and {})", "({} or {})"]), sides)
            }
            Form::Not => Node::new(&sort, "not ({})", [self.condition(place, depth)]),
            Form::Any => self.any(place, depth)?,
            Form::Shifted => {
                let inner = self.condition(place, depth);
                if self.one_in(3) { Node::new(&sort, "opening({})", [inner]) } else { self.prior(&sort, inner) }
            }
        })
    }

    fn comparison(&mut self, place: Place, depth: usize) -> Node {
        let sort = place.sort("condition");
        let ty = self.some_type(place, &ALL_TYPES[..4]).unwrap_or(Type::Integer);
        let ty = if self.one_in(4) { Type::Date } else { ty };
        let left = self.scalar(place, ty, depth);
        let right = match ty {
            Type::Date if self.one_in(2) => Node::leaf(&place.sort("date"), self.pick(&["start", "end"])),
            _ if self.one_in(4) => self.scalar(place, ty, depth),
            _ => Node::leaf(&place.sort(ty.name()), self.literal(ty)),
        };
        let operators: &[&str] = match ty {
            Type::Text => &["{} = {}", "{} != {}"],
            _ => &["{} = {}", "{} != {}", "{} < {}", "{} <= {}", "{} > {}", "{} >= {}"],
        };
        Node::new(&sort, self.pick(operators), [left, right])
    }

    fn list(&mut self, place: Place, depth: usize) -> Node {
        let ty = self.some_type(place, &[Type::Text, Type::Text, Type::Integer, Type::Money, Type::Number, Type::Date]);
        let ty = ty.unwrap_or(Type::Integer);
        let value = self.scalar(place, ty, depth);
        let literals: Vec<String> = (0..1 + self.random.below(3)).map(|_| self.literal(ty)).collect();
        let pattern = if self.one_in(3) { "{} not in [{}]" } else { "{} in [{}]" };
        Node::new(&place.sort("condition"), pattern, [value, Node::leaf("list", literals.join(", "))])
    }

    fn between(&mut self, place: Place, depth: usize) -> Node {
        let ty =
            self.some_type(place, &[Type::Integer, Type::Money, Type::Number, Type::Date]).unwrap_or(Type::Integer);
        let value = self.scalar(place, ty, depth);
        let ends = [self.literal_or_column(place, ty), self.literal_or_column(place, ty)];
        Node::new(&place.sort("condition"), "{} between {} and {}", [value].into_iter().chain(ends))
    }

    fn text_test(&mut self, place: Place) -> Option<Node> {
        let column = self.column(place, Type::Text)?;
        let text = self.pick(&["\"d\"", "\"X\"", "\"k\"", "\" y\"", "\"al\"", "\"E\"", "\"%\""]);
        let pattern = self.pick(&["{} starts with {}", "{} contains {}"]);
        Some(Node::new(&place.sort("condition"), pattern, [column, Node::leaf("pattern", text)]))
    }

    /// A type that the place has columns of.
    fn some_type(&mut self, place: Place, types: &[Type]) -> Option<Type> {
        let there: Vec<Type> = types.iter().copied().filter(|ty| !self.columns(place, *ty).is_empty()).collect();
        (!there.is_empty()).then(|| self.pick(&there))
    }

    /// A filter, segment or policy of the table at hand, or of one that it leads to.
    fn named(&mut self, place: Place) -> Option<String> {
        let named = self.known.filters.iter().chain(&self.known.segments).chain(&self.known.policies);
        let written = |(name, table): &(String, TableId)| {
            let path = self.gold.active_path(place.table, *table)?;
            Some(format!("{}{name}", self.prefix(place, &path)))
        };
        let all: Vec<String> = named.filter_map(written).collect();
        (!all.is_empty()).then(|| self.pick(&all))
    }

    fn any(&mut self, place: Place, depth: usize) -> Option<Node> {
        let mut tables = self.belonging(place.table);
        tables.extend(self.belonging_inactively(place.table).into_iter().map(|table| (table, String::new())));
        tables.retain(|(table, _)| *table != place.table);
        if tables.is_empty() {
            return None;
        }
        let (table, link) = self.pick(&tables);
        let name = self.table(table).to_string();
        let clauses = self.clauses(table, depth, place.asked);
        Some(Node::new(&place.sort("condition"), &format!("any({name}{link}{{}})"), [clauses]))
    }
}
