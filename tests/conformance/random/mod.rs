//! Generated definitions: random valid projects over random gold schemas and dirty rows, asked of every
//! engine. What fails is made small, shown, and can become a case of `random/cases`.
//!
//! `CARAT_RANDOM_SEED` says where to begin (`CARAT_RANDOM_FIRST` at which project of the seed), `CARAT_RANDOM_MINUTES` how long to go on (else so many projects
//! as `CARAT_RANDOM_PROJECTS` says), `CARAT_RANDOM_WRITE` the folder that cases are written to.

mod aggregates;
mod ask;
mod case;
mod conditions;
mod definitions;
mod draft;
mod members;
mod metrics;
mod node;
mod question;
mod run;
mod schema;
mod shrink;
mod tally;
mod values;
mod write;
mod writer;

#[test]
fn generated_definitions_have_one_number_in_every_engine() {
    run::with_room(|| {
        let options = run::Options::of_environment();
        let found = run::run(&options);
        assert!(found.is_empty(), "{} failures:\n{}", found.len(), found.join("\n\n"));
    });
}
