//! Measure -> measure of the semantic model, with what its definition says about it.

use crate::emit::dax::book::{AS_OF, PERIOD_START};
use crate::emit::dax::{Helper, Kind, Measure};
use crate::emit::names::object_name;
use crate::model::{About, Format, Head, Status};

use super::context::Context;
use super::formats::format_string;
use super::ids::id;
use super::tmdl::Object;

/// The measure under its home table.
pub fn measure(context: &Context, measure: &Measure) -> Object {
    let head = context.head(measure);
    let about = head.map(|head| &head.about);
    let format = about.map_or(&Format::Default, |about| &about.format);
    let object = Object::new("measure", &measure.name)
        .described(head.map_or_else(|| helper_description(context, measure), |head| description(context, head)))
        .is(measure.dax.clone())
        .text_if("formatString", format_string(format, measure.ty, &context.settings().currency))
        .flag("isHidden", measure.hidden)
        .text_if("displayFolder", about.and_then(|about| about.folder.as_deref()).map(folder))
        .text("lineageTag", id(&[context.project(), "measure", &technical_name(context, measure)]));
    match head {
        Some(head) => annotated(object, measure.kind, head, context.fingerprint(measure)),
        None => object,
    }
}

/// Folders within folders are written with `/` or `\`.
pub fn folder(folder: &str) -> String {
    folder.replace('/', "\\")
}

fn annotated(object: Object, kind: Kind, head: &Head, fingerprint: Option<String>) -> Object {
    let key = match kind {
        Kind::SegmentCount(_) => "carat_segment",
        _ => "carat_metric",
    };
    let about = &head.about;
    object
        .annotated(key, &head.name)
        .annotated_if("carat_version", about.version.map(|version| version.to_string()))
        .annotated_if("carat_status", status(&about.status))
        .annotated_if("carat_fingerprint", fingerprint)
        .annotated_if("carat_replaced_by", replaced_by(about))
        .annotated_if("carat_ends", ends(about))
        .annotated_if("carat_owner", about.owner.as_ref())
        .annotated_if("carat_synonyms", (!about.synonyms.is_empty()).then(|| about.synonyms.join(", ")))
}

fn status(status: &Status) -> Option<&'static str> {
    match status {
        Status::Draft => None,
        Status::Certified => Some("certified"),
        Status::Deprecated { .. } => Some("deprecated"),
    }
}

fn replaced_by(about: &About) -> Option<&str> {
    match &about.status {
        Status::Deprecated { replaced_by: Some(name), .. } => Some(&name.value),
        _ => None,
    }
}

fn ends(about: &About) -> Option<&str> {
    match &about.status {
        Status::Deprecated { ends: Some(day), .. } => Some(&day.value),
        _ => None,
    }
}

/// What is said of the definition; of one that is given up, what to take in its place and how long it is kept.
fn description(context: &Context, head: &Head) -> Vec<String> {
    let about = &head.about;
    let given_up = matches!(about.status, Status::Deprecated { .. });
    let label = |name| Some(&context.model.head(context.model.definition_named(name)?)?.label);
    let next = replaced_by(about).and_then(label).map(|label| format!("use [{}]", object_name(label)));
    let kept = ends(about).map(|day| format!("kept until {day}"));
    let said: Vec<String> = next.into_iter().chain(kept).collect();
    let line = (given_up && !said.is_empty()).then(|| format!("Deprecated: {}.", said.join("; ")));
    head.docs.iter().cloned().chain(line).collect()
}

/// What the definition is called in the project's files; names of measures may change, this may not.
fn technical_name(context: &Context, measure: &Measure) -> String {
    match (measure.kind, context.head(measure)) {
        (Kind::Metric(_), Some(head)) => format!("metric/{}", head.name),
        (Kind::SegmentCount(_), Some(head)) => format!("segment/{}", head.name),
        _ => format!("helper/{}", measure.name),
    }
}

/// What a measure that no reader sees is there for.
fn helper_description(context: &Context, measure: &Measure) -> Vec<String> {
    let line = match measure.kind {
        Kind::Helper(Helper::Filter(id)) => {
            return context.model.filter(id).map_or_else(Vec::new, |filter| filter.head.docs.clone());
        }
        Kind::Helper(Helper::Segment(_)) => "Whether the row at hand is a member of the segment.",
        Kind::Helper(Helper::Policy(_)) => "Whether the policy allows the row at hand to be reached by the channel.",
        Kind::Helper(Helper::Resolve(_)) => "What all sources together say of the row at hand.",
        _ => day_description(&measure.name),
    };
    vec![line.to_owned()]
}

/// Which day a measure of the calendar is.
fn day_description(name: &str) -> &'static str {
    match name {
        AS_OF => "The as-of date: the last day that the data is complete to.",
        PERIOD_START => "The first of the days that are picked.",
        _ => "The last of the days that are picked, up to the as-of date; where none is left, no metric has a value.",
    }
}
