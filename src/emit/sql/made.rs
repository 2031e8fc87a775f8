//! What is called after views and segments, in a database and in its folder: no two of one name
//! (`rules/sql_names.rs`).

use super::leaf::plain_name;
use crate::model::Head;

/// Of a view.
pub fn view(head: &Head) -> String {
    plain_name(&head.name)
}

/// Of the rows of a view as they stand, by the name of the view.
pub fn stored(view: &str) -> String {
    format!("{view}_stored")
}

/// Of the members that may be reached, of an activation segment.
pub fn members(head: &Head) -> String {
    format!("{}_members", plain_name(&head.name))
}

/// Of the file with the members' number or funnel, of any segment.
pub fn funnel(head: &Head) -> String {
    format!("segments/{}.sql", plain_name(&head.name))
}
