//! The order in which Microsoft's serializer writes the properties of an object (measured with the
//! Tabular Object Model libraries).

/// Keyword of an object to its properties.
const PROPERTIES: [(&str, &[&str]); 9] = [
    ("database", &["compatibilityLevel"]),
    (
        "model",
        &[
            "culture",
            "defaultPowerBIDataSourceVersion",
            "discourageImplicitMeasures",
            "sourceQueryCulture",
            "directLakeBehavior",
            "valueFilterBehavior",
            "caption",
        ],
    ),
    ("expression", &["lineageTag"]),
    ("table", &["isHidden", "lineageTag", "sourceLineageTag", "dataCategory", "caption"]),
    ("measure", &["formatString", "isHidden", "caption", "description", "displayFolder", "lineageTag", "dataCategory"]),
    (
        "column",
        &[
            "dataType",
            "isHidden",
            "isKey",
            "formatString",
            "isAvailableInMdx",
            "lineageTag",
            "sourceLineageTag",
            "dataCategory",
            "summarizeBy",
            "sourceColumn",
            "sortByColumn",
            "caption",
        ],
    ),
    ("relationship", &["isActive", "fromColumn", "toColumn"]),
    ("partition", &["mode", "source"]),
    ("source", &["entityName", "schemaName", "expressionSource"]),
];

/// The place of a property among those of its object; unknown ones stand last.
pub fn place(keyword: &str, property: &str) -> usize {
    let known = PROPERTIES.iter().find(|(object, _)| *object == keyword);
    let at = known.and_then(|(_, properties)| properties.iter().position(|name| *name == property));
    at.unwrap_or(usize::MAX)
}
