//! Identifiers derived from names: the same on every machine and in every build, so that renaming a
//! label or moving a definition never looks like a new object.

use uuid::Uuid;

/// The namespace of carat's identifiers (RFC 9562, version 5).
const CARAT: Uuid = Uuid::from_u128(0x8f2c_61f0_5c1e_5a2b_9d3e_0c5a_7a1b_c0de);

/// The identifier of an object by the technical names that lead to it: `["customer_360", "table", "customer"]`.
pub fn id(path: &[&str]) -> String {
    Uuid::new_v5(&CARAT, path.join("/").to_lowercase().as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_follows_from_its_names_alone() {
        assert_eq!(id(&["p", "table", "customer"]), id(&["p", "table", "Customer"]));
        assert_ne!(id(&["p", "table", "customer"]), id(&["p", "table", "product"]));
        assert_eq!(id(&["p", "table", "customer"]).len(), 36);
    }
}
