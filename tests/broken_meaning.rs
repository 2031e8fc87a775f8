//! Definitions that read well and mean nothing: what is said about them.

#[path = "support/project.rs"]
mod project;

use project::{Project, plain};

#[test]
fn the_shipped_project_has_a_meaning() {
    let (files, model, found) = Project::shipped().compile();
    let said: String = found.iter().map(|problem| plain(&files, problem)).collect();
    assert_eq!(said, "");
    assert_eq!((model.metrics.len(), model.segments.len(), model.policies.len()), (34, 8, 2));
}
