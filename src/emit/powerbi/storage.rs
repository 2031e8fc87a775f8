//! Where the model's data comes from: one shared expression or two parameters, a partition per table.

use crate::gold::Table;
use crate::settings::{Item, PowerBi, Storage, is_named};

use super::ids::id;
use super::tmdl::Object;
use super::tmdl::tree::{Property, Value};

/// A storage mode with its connection.
#[derive(Debug, Clone)]
pub struct Source<'a> {
    /// Its technical name, which ids are derived from.
    pub project: &'a str,
    pub powerbi: &'a PowerBi,
}

/// What fabric-cicd replaces where it deploys, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// The text in `expressions.tmdl`.
    pub find: String,
    /// What the environment knows it by.
    pub replace: String,
    /// Whether `find` is a regular expression, of which what stands in parentheses is replaced.
    pub is_pattern: bool,
}

impl Placeholder {
    fn new(find: String, replace: String) -> Self {
        Placeholder { find, replace, is_pattern: false }
    }

    /// Of a whole text of M, which may stand within another: an item `warehouse` in the name of its host. What is looked
    /// up cannot have quotes around it, as a value that is written has.
    fn within_quotes(value: &str, replace: String) -> Self {
        let escape = |letter: char| match letter.is_ascii_alphanumeric() || letter == '_' || !letter.is_ascii() {
            true => letter.to_string(),
            false => format!("\\{letter}"),
        };
        let escaped: String = value.replace('"', "\"\"").chars().map(escape).collect();
        Placeholder { find: format!("\"({escaped})\""), replace, is_pattern: true }
    }
}

impl<'a> Source<'a> {
    /// The mode that `carat.yaml` asks for.
    pub fn storage(&self) -> Storage {
        self.powerbi.storage
    }

    /// Over OneLake or over the SQL endpoint.
    pub fn is_direct_lake(&self) -> bool {
        self.storage() != Storage::Import
    }

    fn connection(&self, key: &str) -> &'a str {
        self.powerbi.connection.get(key).map_or("", String::as_str)
    }

    /// The shared expressions, in order.
    pub fn expressions(&self) -> Vec<Object> {
        match self.storage() {
            Storage::DirectLakeOneLake => vec![self.one_lake()],
            Storage::DirectLakeSql => vec![self.sql_endpoint()],
            Storage::Import => vec![self.parameter("SqlEndpoint", "endpoint"), self.parameter("Database", "database")],
        }
    }

    fn shared(&self, name: String, query: String) -> Object {
        let tag = id(&[self.project, "expression", &name]);
        Object::new("expression", name).is(query).text("lineageTag", tag)
    }

    fn one_lake(&self) -> Object {
        let url =
            format!("https://onelake.dfs.fabric.microsoft.com/{}/{}", self.connection("workspace"), self.lake_item());
        let call = format!("AzureStorage.DataLake({}, [HierarchicalNavigation=true])", m_text(&url));
        self.shared(self.shared_name(), format!("let\n    Source = {call}\nin\n    Source"))
    }

    fn sql_endpoint(&self) -> Object {
        let (endpoint, database) = (m_text(self.connection("endpoint")), m_text(self.connection("database")));
        let query = format!("let\n    database = Sql.Database({endpoint}, {database})\nin\n    database");
        self.shared(self.shared_name(), query)
    }

    fn parameter(&self, name: &str, key: &str) -> Object {
        let meta = "meta [IsParameterQuery=true, Type=\"Text\", IsParameterQueryRequired=true]";
        self.shared(name.to_owned(), format!("{} {meta}", m_text(self.connection(key))))
    }

    fn shared_name(&self) -> String {
        match self.storage() {
            Storage::DirectLakeOneLake => format!("DirectLake - {}", self.project),
            _ => "DatabaseQuery".to_owned(),
        }
    }

    /// OneLake addresses are all names or all identifiers; a name carries the kind of its item.
    fn lake_item(&self) -> String {
        let lakehouse = self.connection("lakehouse");
        match is_named(lakehouse) {
            true => format!("{lakehouse}.Lakehouse"),
            false => lakehouse.to_owned(),
        }
    }

    /// The table's only partition, called like the table.
    pub fn partition(&self, table: &Table, name: &str, columns: &[&str]) -> Object {
        match self.storage() {
            Storage::Import => {
                let source = Value::Expression(import_query(table, columns));
                Object::new("partition", name).is("m").word("mode", "import").with("source", source)
            }
            _ => {
                let source = Value::Block(vec![
                    Property::new("entityName", Value::Text(table.physical.clone())),
                    Property::new("schemaName", Value::Text(table.schema.clone())),
                    Property::new("expressionSource", Value::name(self.shared_name())),
                ]);
                Object::new("partition", name).is("entity").word("mode", "directLake").with("source", source)
            }
        }
    }

    /// What deployment fills in, in the order in which it stands in the connection.
    pub fn placeholders(&self) -> Vec<Placeholder> {
        let connection = |key| Some(self.connection(key)).filter(|value| !value.is_empty());
        let keys = self.storage().connection_keys().iter().copied();
        keys.filter_map(|key| Some((key, connection(key)?)))
            .flat_map(|(key, value)| match key {
                "workspace" => vec![Placeholder::new(value.to_owned(), "$workspace.$id".to_owned())],
                "lakehouse" if is_named(value) => {
                    let replace = looked_up(Item::Lakehouse, value, "id");
                    vec![Placeholder::new(self.lake_item(), replace)]
                }
                _ => self.of_endpoint(key, value).unwrap_or_else(|| filled_in(key, value)),
            })
            .collect()
    }

    /// The endpoint of an item, and what Direct Lake knows the item by; an import goes by its name.
    fn of_endpoint(&self, key: &str, value: &str) -> Option<Vec<Placeholder>> {
        let (item, database) = (self.powerbi.item()?, self.connection("database"));
        let attribute = match (key, item) {
            ("endpoint", _) => "sqlendpoint",
            _ if self.storage() == Storage::Import => return None,
            (_, Item::Lakehouse) => "sqlendpointid",
            (_, Item::Warehouse) => "id",
        };
        let replace = looked_up(item, database, attribute);
        Some(vec![match key {
            "database" => Placeholder::within_quotes(value, replace),
            _ => Placeholder::new(value.to_owned(), replace),
        }])
    }
}

/// What fabric-cicd looks an item of the workspace up by (fabric-cicd documentation, "Dynamic replacement").
fn looked_up(item: Item, name: &str, attribute: &str) -> String {
    let kind = match item {
        Item::Lakehouse => "Lakehouse",
        Item::Warehouse => "Warehouse",
    };
    let name = variables(name)
        .into_iter()
        .fold(name.to_owned(), |name, variable| name.replace(&format!("${{{variable}}}"), &format!("$ENV:{variable}")));
    format!("$items.{kind}.{name}.${attribute}")
}

/// Each variable of a value is the environment's; a value without any stays, for whoever gives each environment its own.
/// It is found with its quotes: fabric-cicd replaces every instance of a text, and a database `shop` may stand in the name
/// of its host as well. A lakehouse, told by its identifier, is part of an address and has none.
fn filled_in(key: &str, value: &str) -> Vec<Placeholder> {
    let of_environment = |name: &str| Placeholder::new(format!("${{{name}}}"), format!("$ENV:{name}"));
    match variables(value).as_slice() {
        [] if key == "lakehouse" => vec![Placeholder::new(value.to_owned(), value.to_owned())],
        [] => vec![Placeholder::new(m_text(value), m_text(value))],
        names => names.iter().map(|name| of_environment(name)).collect(),
    }
}

/// The names in `${NAME}`, each once, in order.
fn variables(value: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for (name, _) in value.split("${").skip(1).filter_map(|rest| rest.split_once('}')) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// A text of Power Query M.
fn m_text(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn import_query(table: &Table, columns: &[&str]) -> String {
    let (schema, item) = (m_text(&table.schema), m_text(&table.physical));
    let columns: Vec<String> = columns.iter().map(|column| m_text(column)).collect();
    format!(
        "let\n    Source = Sql.Database(#\"SqlEndpoint\", #\"Database\"),\n    Data = Source{{[Schema={schema}, Item={item}]}}[Data],\n    \
         Columns = Table.SelectColumns(Data, {{{}}})\nin\n    Columns",
        columns.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholders(storage: Storage, connection: &[(&str, &str)]) -> Vec<(String, String)> {
        let connection = connection.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let powerbi = PowerBi { storage, connection };
        let source = Source { project: "shop", powerbi: &powerbi };
        source.placeholders().into_iter().map(|place| (place.find, place.replace)).collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(find, replace)| ((*find).to_owned(), (*replace).to_owned())).collect()
    }

    #[test]
    fn each_variable_of_a_value_is_filled_in_and_the_text_around_it_stays() {
        let found = placeholders(
            Storage::Import,
            &[("endpoint", "${ENDPOINT}"), ("database", "gold_${STAGE}_${REGION}_${STAGE}")],
        );
        let expected = [("${ENDPOINT}", "$ENV:ENDPOINT"), ("${STAGE}", "$ENV:STAGE"), ("${REGION}", "$ENV:REGION")];
        assert_eq!(found, pairs(&expected));
    }

    #[test]
    fn a_value_without_variables_stays_and_can_be_changed_for_each_environment() {
        let found = placeholders(Storage::DirectLakeSql, &[("endpoint", "x.fabric.example"), ("database", "gold")]);
        assert_eq!(found, pairs(&[("\"x.fabric.example\"", "\"x.fabric.example\""), ("\"gold\"", "\"gold\"")]));
    }

    /// Every instance of what is found is replaced: none stands within another value.
    #[test]
    fn a_database_whose_name_is_part_of_its_host_leaves_the_host_alone() {
        let connection = [("endpoint", "shop-abc.fabric.example"), ("database", "shop")];
        for storage in [Storage::DirectLakeSql, Storage::Import] {
            let connection = connection.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            let powerbi = PowerBi { storage, connection };
            let source = Source { project: "shop", powerbi: &powerbi };
            let expressions: String = source.expressions().into_iter().filter_map(|one| one.value).collect();
            for place in source.placeholders() {
                assert_eq!(expressions.matches(&place.find).count(), 1, "{} in {expressions}", place.find);
            }
        }
    }

    #[test]
    fn an_item_behind_an_endpoint_is_looked_up_by_its_kind_and_its_name() {
        let of = |storage, item| {
            let connection = [("endpoint", "${ENDPOINT}"), ("database", "gold_${STAGE}"), ("item", item)];
            placeholders(storage, &connection)
        };
        let pair =
            |replaces: [&str; 2]| pairs(&[("${ENDPOINT}", replaces[0]), (r#""(gold_\$\{STAGE\})""#, replaces[1])]);
        let warehouse = ["$items.Warehouse.gold_$ENV:STAGE.$sqlendpoint", "$items.Warehouse.gold_$ENV:STAGE.$id"];
        assert_eq!(of(Storage::DirectLakeSql, "warehouse"), pair(warehouse));
        let lakehouse =
            ["$items.Lakehouse.gold_$ENV:STAGE.$sqlendpoint", "$items.Lakehouse.gold_$ENV:STAGE.$sqlendpointid"];
        assert_eq!(of(Storage::DirectLakeSql, "lakehouse"), pair(lakehouse));
        let imported = [("${ENDPOINT}", lakehouse[0]), ("${STAGE}", "$ENV:STAGE")];
        assert_eq!(of(Storage::Import, "lakehouse"), pairs(&imported));
    }

    #[test]
    fn a_lakehouse_is_looked_up_by_its_name_and_an_identifier_is_none() {
        let of = |lakehouse| {
            placeholders(Storage::DirectLakeOneLake, &[("workspace", "Gold"), ("lakehouse", lakehouse)]).remove(1)
        };
        assert_eq!(of("gold").1, "$items.Lakehouse.gold.$id");
        assert_eq!(of("gold_${STAGE}").1, "$items.Lakehouse.gold_$ENV:STAGE.$id");
        assert_eq!(of("${LAKE}").1, "$ENV:LAKE");
        let id = "0f8fad5b-d9cb-469f-a165-70867728950e";
        assert_eq!(of(id).1, id);
    }
}
