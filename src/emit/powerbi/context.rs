//! What all parts of the Power BI project look at.

use crate::emit::dax::{Kind, Measure, Query, measures_and_queries};
use crate::emit::names::Names;
use crate::gold::{Column, ColumnId, Gold, Table, TableId};
use crate::model::{Definition, Fingerprints, Head, Model};
use crate::plan::tree::Plan;
use crate::settings::{PowerBi, Settings};

use super::scope::Scope;
use super::storage::Source;

/// A project on its way to Power BI.
pub struct Context<'a> {
    pub model: &'a Model,
    pub plan: &'a Plan,
    pub powerbi: &'a PowerBi,
    pub names: Names,
    pub measures: Vec<Measure>,
    pub queries: Vec<Query>,
    pub scope: Scope,
    pub fingerprints: Fingerprints,
}

impl<'a> Context<'a> {
    /// None where Power BI is no target.
    pub fn new(model: &'a Model, plan: &'a Plan) -> Option<Self> {
        let powerbi = model.settings.powerbi.as_ref()?;
        let (measures, queries) = measures_and_queries(model, plan);
        let scope = Scope::new(&model.gold, plan, &measures, &queries);
        let (names, fingerprints) = (Names::new(&model.gold), Fingerprints::of(model));
        Some(Self { model, plan, powerbi, names, measures, queries, scope, fingerprints })
    }

    /// Of the model.
    pub fn gold(&self) -> &'a Gold {
        &self.model.gold
    }

    /// Of the model.
    pub fn settings(&self) -> &'a Settings {
        &self.model.settings
    }

    /// The technical name, from which identifiers and file names are derived.
    pub fn project(&self) -> &'a str {
        &self.model.settings.project
    }

    /// Where the data of all tables comes from.
    pub fn source(&self) -> Source<'a> {
        Source { project: self.project(), powerbi: self.powerbi }
    }

    /// The tables of the model, in the order of `gold.yaml`.
    pub fn tables(&self) -> impl Iterator<Item = (TableId, &'a Table)> {
        self.scope.tables.iter().filter_map(|id| Some((*id, self.model.gold.table(*id)?)))
    }

    /// Those of the table that stand in the model, in the order of `gold.yaml`.
    pub fn columns(&self, table: TableId) -> impl Iterator<Item = (ColumnId, &'a Column)> {
        self.scope.columns_of(table).filter_map(|id| Some((id, self.model.gold.column(id)?)))
    }

    /// Those that stand in the table, in the order in which measures are made.
    pub fn measures_of(&self, table: TableId) -> impl Iterator<Item = &Measure> {
        self.measures.iter().filter(move |measure| measure.home == table)
    }

    /// The definition that a measure stands for; none for the period's and for helpers.
    pub fn head(&self, measure: &Measure) -> Option<&'a Head> {
        match measure.kind {
            Kind::Metric(id) => self.model.metric(id).map(|metric| &metric.head),
            Kind::SegmentCount(id) => self.model.segment(id).map(|segment| &segment.head),
            _ => None,
        }
    }

    /// The fingerprint of that definition, as people see it.
    pub fn fingerprint(&self, measure: &Measure) -> Option<String> {
        let definition = match measure.kind {
            Kind::Metric(id) => Definition::Metric(id),
            Kind::SegmentCount(id) => Definition::Segment(id),
            _ => return None,
        };
        self.fingerprints.get(definition).map(ToString::to_string)
    }
}
