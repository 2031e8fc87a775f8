//! JSON whose keys keep the order in which Power BI Desktop writes them.

use serde::ser::{Serialize, SerializeMap, Serializer};

/// Only the shapes that the files of a project have.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    Text(String),
    Whole(i64),
    Flag(bool),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

impl Json {
    /// Escaped when it is written.
    pub fn text(text: impl Into<String>) -> Json {
        Json::Text(text.into())
    }

    /// A list of texts, in order.
    pub fn texts(texts: impl IntoIterator<Item = String>) -> Json {
        Json::List(texts.into_iter().map(Json::Text).collect())
    }

    /// A document of Fabric, with the address of its published schema first.
    pub fn document(schema: &str, fields: Vec<(&'static str, Json)>) -> Json {
        let address = format!("https://developer.microsoft.com/json-schemas/fabric/{schema}/schema.json");
        Json::Object(std::iter::once(("$schema", Json::Text(address))).chain(fields).collect())
    }

    /// The text of a file.
    pub fn written(&self) -> String {
        // Texts, numbers and lists of them always have a JSON form.
        serde_json::to_string_pretty(self).map(|text| text + "\n").unwrap_or_default()
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Text(text) => text.serialize(serializer),
            Json::Whole(number) => number.serialize(serializer),
            Json::Flag(flag) => flag.serialize(serializer),
            Json::List(items) => items.serialize(serializer),
            Json::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                fields.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
                map.end()
            }
        }
    }
}
