//! TMDL documents: objects with properties and children, and the `ref` lines of the model.

use crate::emit::blanks;

/// The objects of one file, in order, and the `ref` lines below them, in groups.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    pub objects: Vec<Object>,
    pub references: Vec<Vec<Reference>>,
}

/// `ref table 'Order line'`: fixes the place of an object that another file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    pub keyword: &'static str,
    pub name: String,
}

/// One object: `/// description`, `keyword name = value`, properties, children.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    pub keyword: &'static str,
    /// None for objects that have none (`translations`, `database`).
    pub name: Option<String>,
    /// One string a line.
    pub description: Vec<String>,
    /// What stands after `=`.
    pub value: Option<String>,
    /// In any order: the writer sorts them.
    pub properties: Vec<Property>,
    /// In the order in which they are written; annotations last.
    pub children: Vec<Object>,
    pub spacing: Spacing,
}

/// Whether children stand apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spacing {
    /// An empty line before every child.
    Airy,
    /// None, as in translations.
    Dense,
}

/// `name: value` below an object, or `name = value` where the value is an expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    pub name: &'static str,
    pub value: Value,
}

/// How a property's value is written, quoted where its kind asks for it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// True: the name alone.
    Flag,
    /// A keyword, number or truth value.
    Word(String),
    /// Free text.
    Text(String),
    /// The name of another object, with its table where it needs one.
    Name(Vec<String>),
    /// M or DAX after `=`.
    Expression(String),
    /// Properties of its own, one deeper.
    Block(Vec<Property>),
}

impl Object {
    /// An object of that name without anything below it.
    pub fn new(keyword: &'static str, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..Self::nameless(keyword) }
    }

    /// For keywords that stand alone, or whose name is that of the object around.
    pub fn nameless(keyword: &'static str) -> Self {
        Self {
            keyword,
            name: None,
            description: Vec::new(),
            value: None,
            properties: Vec::new(),
            children: Vec::new(),
            spacing: Spacing::Airy,
        }
    }

    /// What stands after `=`.
    pub fn is(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// `///` lines above it, one a string.
    pub fn described(mut self, lines: Vec<String>) -> Self {
        self.description = lines;
        self
    }

    /// One property more; a name stands once.
    pub fn with(mut self, name: &'static str, value: Value) -> Self {
        self.properties.push(Property { name, value });
        self
    }

    /// The property only where there is a value.
    pub fn with_some(self, name: &'static str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The flag only where it holds.
    pub fn flag(self, name: &'static str, holds: bool) -> Self {
        self.with_some(name, holds.then_some(Value::Flag))
    }

    /// A property that is written as it is.
    pub fn word(self, name: &'static str, word: impl Into<String>) -> Self {
        self.with(name, Value::Word(word.into()))
    }

    /// A property that is quoted where it must be.
    pub fn text(self, name: &'static str, text: impl Into<String>) -> Self {
        self.with(name, Value::Text(text.into()))
    }

    /// The text only where there is one.
    pub fn text_if(self, name: &'static str, text: Option<impl Into<String>>) -> Self {
        self.with_some(name, text.map(|text| Value::Text(text.into())))
    }

    /// One child more, after those it has.
    pub fn child(mut self, child: Object) -> Self {
        self.children.push(child);
        self
    }

    /// More children, after those it has.
    pub fn children(mut self, children: impl IntoIterator<Item = Object>) -> Self {
        self.children.extend(children);
        self
    }

    /// `annotation NAME = VALUE`; one line, since line ends have no form of their own there.
    pub fn annotated(self, name: &'static str, value: impl AsRef<str>) -> Self {
        let value = value.as_ref();
        let line = blanks::joined(value.split_whitespace(), value.len());
        self.child(Object::new("annotation", name).is(line))
    }

    /// The annotation only where there is a value.
    pub fn annotated_if(self, name: &'static str, value: Option<impl AsRef<str>>) -> Self {
        match value {
            Some(value) => self.annotated(name, value),
            None => self,
        }
    }

    /// Without empty lines between its children.
    pub fn dense(mut self) -> Self {
        self.spacing = Spacing::Dense;
        self
    }

    /// The property of that name.
    pub fn property(&self, name: &str) -> Option<&Value> {
        self.properties.iter().find(|property| property.name == name).map(|property| &property.value)
    }

    /// The children of that keyword.
    pub fn all<'a>(&'a self, keyword: &'a str) -> impl Iterator<Item = &'a Object> {
        self.children.iter().filter(move |child| child.keyword == keyword)
    }
}

impl Value {
    /// An object of the model that needs no table before it.
    pub fn name(name: impl Into<String>) -> Value {
        Value::Name(vec![name.into()])
    }

    /// `'Order line'.order_date`.
    pub fn member(table: impl Into<String>, name: impl Into<String>) -> Value {
        Value::Name(vec![table.into(), name.into()])
    }
}

impl Property {
    /// For the properties of a block.
    pub fn new(name: &'static str, value: Value) -> Self {
        Self { name, value }
    }
}
