//! What a change of each class does to those who read the number.

/// The classes of change, worst for a reader first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// A report visual or query that binds to the name breaks.
    Name,
    /// Someone may be reached who was not, or the other way round.
    Consent,
    /// A number may change.
    Meaning,
    /// Type, format, grouping columns.
    Shape,
    /// Description, folder, translations.
    Text,
}

/// What a project does about a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    Allow,
    Warn,
    Deny,
}

impl Class {
    /// Worst for a reader first, as reports list them.
    pub const ALL: [Class; 5] = [Class::Name, Class::Consent, Class::Meaning, Class::Shape, Class::Text];

    /// As `carat.yaml` and the reports write it.
    pub fn name(self) -> &'static str {
        match self {
            Class::Name => "name",
            Class::Consent => "consent",
            Class::Meaning => "meaning",
            Class::Shape => "shape",
            Class::Text => "text",
        }
    }

    /// What it does to a reader, in a few words.
    pub fn means(self) -> &'static str {
        match self {
            Class::Name => "a report or query that binds to a name may break",
            Class::Consent => "someone may be reached who was not, or the other way round",
            Class::Meaning => "a number may change",
            Class::Shape => "types, formats or grouping columns change",
            Class::Text => "texts and folders change",
        }
    }

    /// Where `carat.yaml` says nothing: what breaks others is denied, what they must know is a warning.
    pub fn default_level(self) -> Level {
        match self {
            Class::Name | Class::Consent => Level::Deny,
            Class::Meaning | Class::Shape => Level::Warn,
            Class::Text => Level::Allow,
        }
    }
}

impl Level {
    /// As `carat.yaml` writes it.
    pub fn name(self) -> &'static str {
        match self {
            Level::Allow => "allow",
            Level::Warn => "warn",
            Level::Deny => "deny",
        }
    }

    /// None for what is no level.
    pub fn named(name: &str) -> Option<Self> {
        [Level::Allow, Level::Warn, Level::Deny].into_iter().find(|level| level.name() == name)
    }
}
