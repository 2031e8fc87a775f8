//! Translations from the braces of metrics and segments, one culture a language.

use indexmap::IndexMap;

use crate::emit::dax::Measure;
use crate::gold::TableId;
use crate::model::Translation;

use super::context::Context;
use super::measures::folder;
use super::tmdl::Object;

/// The cultures in order of first mention. One line ends a description: it has no second.
pub fn cultures(context: &Context) -> Vec<Object> {
    let heads = context.measures.iter().filter_map(|measure| context.head(measure));
    let mut languages: IndexMap<String, &str> = IndexMap::new();
    for language in heads.flat_map(|head| head.about.translations.keys()) {
        languages.entry(language.to_lowercase()).or_insert(language);
    }
    languages.values().map(|language| culture(context, language)).collect()
}

fn culture(context: &Context, language: &str) -> Object {
    let tables = context.tables().map(|(table, _)| translated_table(context, table, language));
    let tables = tables.filter(|table| !table.children.is_empty());
    let model = Object::new("model", "Model").children(tables).dense();
    Object::new("cultureInfo", language).child(Object::nameless("translations").child(model).dense()).dense()
}

fn translated_table(context: &Context, table: TableId, language: &str) -> Object {
    let measures = context.measures_of(table).filter_map(|measure| translated(context, measure, language));
    Object::new("table", context.names.table(table)).children(measures).dense()
}

fn translated(context: &Context, measure: &Measure, language: &str) -> Option<Object> {
    let translations = &context.head(measure)?.about.translations;
    let (_, said): (_, &Translation) = translations.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(language))?;
    let description = said.description.as_deref().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    let object = Object::new("measure", &measure.name)
        .text_if("caption", said.label.as_deref())
        .text_if("description", description)
        .text_if("displayFolder", said.folder.as_deref().map(folder));
    (!object.properties.is_empty()).then_some(object)
}
