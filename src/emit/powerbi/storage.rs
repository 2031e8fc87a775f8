//! Where the model's data comes from: one shared expression or two parameters, a partition per table.

use crate::gold::Table;
use crate::settings::{PowerBi, Storage};

use super::ids::id;
use super::tmdl::Object;
use super::tmdl::tree::{Property, Value};

/// A storage mode with its connection.
#[derive(Debug, Clone)]
pub struct Source<'a> {
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
}

impl<'a> Source<'a> {
    pub fn storage(&self) -> Storage {
        self.powerbi.storage
    }

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
        let one = |key: &&str| match *key {
            "lakehouse" => self.lakehouse_placeholder(),
            key => {
                Placeholder { find: self.connection(key).to_owned(), replace: replacement(key, self.connection(key)) }
            }
        };
        self.storage().connection_keys().iter().map(one).filter(|place| !place.find.is_empty()).collect()
    }

    fn lakehouse_placeholder(&self) -> Placeholder {
        let lakehouse = self.connection("lakehouse");
        let replace = match is_named(lakehouse) {
            true => format!("$items.Lakehouse.{lakehouse}.$id"),
            false => replacement("lakehouse", lakehouse),
        };
        Placeholder { find: self.lake_item(), replace }
    }
}

/// The workspace that is deployed to, else the environment variable that `${NAME}` names, else the
/// value as it stands.
fn replacement(key: &str, value: &str) -> String {
    match (key, variable(value)) {
        ("workspace", _) => "$workspace.$id".to_owned(),
        (_, Some(name)) => format!("$ENV:{name}"),
        _ => value.to_owned(),
    }
}

/// `${NAME}` and nothing else.
fn variable(value: &str) -> Option<&str> {
    value.strip_prefix("${")?.strip_suffix('}')
}

/// Neither a variable nor an identifier.
fn is_named(item: &str) -> bool {
    variable(item).is_none() && uuid::Uuid::try_parse(item).is_err()
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
