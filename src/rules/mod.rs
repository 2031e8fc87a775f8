//! One file per law of a resolved project, registered in one list.
