//! A table as a database describes it.

use crate::gold::{Foreign, Type, foreign};
use crate::source::Span;

/// The name of a table as a file writes it; a part that is not written is empty and fits any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Name {
    pub catalog: String,
    pub schema: String,
    pub table: String,
}

/// Names as the database spells them.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// Empty where the file does not say.
    pub catalog: String,
    /// Empty where the file does not say.
    pub schema: String,
    pub name: String,
    pub comment: Option<String>,
    pub columns: Vec<Column>,
    /// The declared primary key; empty where none was declared.
    pub key: Vec<String>,
    /// What the constraint of the key is called, where the file says.
    pub key_name: Option<String>,
    pub references: Vec<Reference>,
    /// Constraints of which gold.yaml holds nothing, by name: nothing is lost where they are removed.
    pub constraints: Vec<String>,
    /// It is made by a query, which does not say what its columns are.
    pub is_made: bool,
    pub span: Span,
}

/// A column as its file declares it, whether or not the language has its type.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub name: String,
    /// The type as the file writes it.
    pub ty: String,
    pub nullable: bool,
    pub comment: Option<String>,
    /// Why the file does not say what the column holds, and what to do about it.
    pub unknown: Option<(String, &'static str)>,
    pub span: Span,
}

/// A declared foreign key.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    /// What its constraint is called, where the file says.
    pub name: Option<String>,
    pub columns: Vec<String>,
    pub table: Name,
    /// The columns it leads to; empty where they are the key's.
    pub to: Vec<String>,
    pub span: Span,
}

impl Table {
    pub fn new(name: Name, span: Span) -> Self {
        let Name { catalog, schema, table: name } = name;
        Self {
            catalog,
            schema,
            name,
            comment: None,
            columns: Vec::new(),
            key: Vec::new(),
            key_name: None,
            references: Vec::new(),
            constraints: Vec::new(),
            is_made: false,
            span,
        }
    }

    /// Whether it is the table of that name; an unknown schema fits any.
    pub fn is(&self, schema: &str, name: &str) -> bool {
        fits(&self.schema, schema) && self.name.eq_ignore_ascii_case(name)
    }

    /// Whether it is called so; a part that is not said fits any.
    pub fn is_called(&self, name: &Name) -> bool {
        fits(&self.catalog, &name.catalog) && self.is(&name.schema, &name.table)
    }

    /// Its name in full.
    pub fn full_name(&self) -> Name {
        Name { catalog: self.catalog.clone(), schema: self.schema.clone(), table: self.name.clone() }
    }

    /// Without regard to case.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.is(name))
    }

    /// Whether the column is one of the primary key, without regard to case.
    pub fn is_key(&self, column: &str) -> bool {
        self.key.iter().any(|key| key.eq_ignore_ascii_case(column))
    }

    /// The names of its constraints, as far as the files say.
    pub fn constraint_names(&self) -> impl Iterator<Item = &String> {
        let references = self.references.iter().filter_map(|reference| reference.name.as_ref());
        self.key_name.iter().chain(references).chain(&self.constraints)
    }

    /// Takes a primary key over; its columns are never missing.
    pub fn set_key(&mut self, key: Vec<String>, name: Option<String>) {
        let of_key = |column: &&mut Column| key.iter().any(|key| column.is(key));
        self.columns.iter_mut().filter(of_key).for_each(|column| column.nullable = false);
        (self.key, self.key_name) = (key, name);
    }

    /// Takes a foreign key over, once.
    pub fn refer(&mut self, reference: Reference) {
        let same = |other: &Reference| {
            same_names(&other.columns, &reference.columns)
                && other.table.table.eq_ignore_ascii_case(&reference.table.table)
                && same_names(&other.to, &reference.to)
        };
        if !self.references.iter().any(same) {
            self.references.push(reference);
        }
    }
}

fn fits(one: &str, other: &str) -> bool {
    one.is_empty() || other.is_empty() || one.eq_ignore_ascii_case(other)
}

/// Whether both name the same columns in the same order, without regard to case.
pub(super) fn same_names(one: &[String], other: &[String]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.eq_ignore_ascii_case(other))
}

impl Column {
    /// Without regard to case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// What the language makes of the type; none where nobody knows it.
    pub fn meaning(&self) -> Option<Foreign> {
        if self.unknown.is_some() {
            return None;
        }
        let own = Type::NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(&self.ty));
        foreign(&self.ty).or_else(|| own.map(|(_, ty)| Foreign::As(*ty)))
    }

    /// Whether it is a decimal that does not say how many decimals it has.
    pub fn is_decimal_without_scale(&self) -> bool {
        let (name, arguments) = self.ty.split_once('(').unwrap_or((&self.ty, ""));
        is_decimal(name) && !arguments.contains(',')
    }

    /// Whether it is a decimal with more digits than a type of the language is sure to hold.
    pub fn has_more_digits_than(&self, ty: Type) -> bool {
        let (name, arguments) = self.ty.split_once('(').unwrap_or((&self.ty, ""));
        let digits = arguments.split([',', ')']).next().and_then(|digits| digits.trim().parse::<u32>().ok());
        let most = DIGITS.iter().find(|(of, _)| *of == ty).map(|(_, most)| *most);
        is_decimal(name) && digits.zip(most).is_some_and(|(digits, most)| digits > most)
    }
}

/// The digits that `integer` always holds, and those that `money` has (Power BI keeps both in 64 bits).
const DIGITS: [(Type, u32); 2] = [(Type::Integer, 18), (Type::Money, 19)];

/// Whether a type is a decimal, by its name without arguments.
pub(super) fn is_decimal(name: &str) -> bool {
    ["decimal", "numeric", "dec", "number"].iter().any(|decimal| name.trim().eq_ignore_ascii_case(decimal))
}

impl Reference {
    /// Its column, where it has one: several have no counterpart in the language.
    pub fn column(&self) -> Option<&str> {
        match self.columns.as_slice() {
            [column] => Some(column),
            _ => None,
        }
    }
}
