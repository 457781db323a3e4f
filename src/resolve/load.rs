//! From files to a [`Migration`].

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};

use super::endpoint::{Address, Compression, Endpoint, PasswordSource, Tls, TlsMode};
use super::mapping::{Mapping, NameCase};
use super::migration::Migration;
use super::options::{
    Definer, EventMode, ExistingTables, Phase, Phases, PrecheckPolicy, SchemaOptions,
    SecondaryIndexes, TriggerMode, WarningPolicy, Workers,
};
use super::pattern::Pattern;
use super::selection::{DatabaseRule, ObjectKind, Selection};
use crate::mysql::Ident;
use crate::spec::{Diagnostic, Diagnostics, Inputs, Secret};

/// Reads the specification at `path`, a file or a folder.
pub fn load(path: &Path, inputs: &Inputs) -> Result<Migration, Diagnostics> {
    minimal(path, inputs).map_err(|message| {
        let mut found = Diagnostics::default();
        found.push(Diagnostic::error("cutover::spec::invalid", message));
        found
    })
}

fn minimal(path: &Path, inputs: &Inputs) -> Result<Migration, String> {
    let file = if path.is_dir() {
        path.join("main.hcl")
    } else {
        path.to_owned()
    };
    let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let body: Body = text
        .parse()
        .map_err(|e: hcl_edit::parser::Error| e.message().to_owned())?;
    let block = |name: &'static str| {
        body.get_blocks(name)
            .next()
            .ok_or(format!("the block `{name}` is missing"))
    };
    let migration = block("migration")?;
    let name = migration
        .labels
        .first()
        .map_or("", |label| label.as_str())
        .to_owned();
    let phases = Phases::new(&[Phase::Schema, Phase::Full]).ok_or("no phase")?;
    let metadata_database = Ident::new("_cutover");
    let databases = block("objects")?
        .body
        .get_blocks("database")
        .map(database)
        .collect::<Result<_, _>>()?;
    let folder = file.parent().unwrap_or(Path::new(".")).to_owned();
    Ok(Migration {
        state_path: inputs
            .state
            .clone()
            .unwrap_or_else(|| folder.join(format!("state/{name}.json"))),
        name,
        folder,
        phases,
        tags: BTreeMap::new(),
        source: endpoint(block("source")?, inputs)?,
        destination: endpoint(block("destination")?, inputs)?,
        free_space: None,
        metadata_database: metadata_database.clone(),
        write_binlog: true,
        selection: Selection {
            databases,
            exclude: Vec::new(),
            metadata_database,
        },
        mapping: Mapping {
            name_case: NameCase::Destination,
            renames: Vec::new(),
            databases: Vec::new(),
        },
        full_workers: Workers::Auto,
        chunk_time: Duration::from_secs(1),
        existing_tables: ExistingTables::Error,
        schema: SchemaOptions {
            definer: Definer::Invoker,
            triggers: TriggerMode::AtFinish,
            events: EventMode::AtFinish,
            secondary_indexes: SecondaryIndexes::AfterCopy,
            assessment: true,
        },
        prechecks: PrecheckPolicy {
            warnings: WarningPolicy::Acknowledge,
            acknowledgements: Vec::new(),
        },
        printed: String::new(),
        spec_hash: String::new(),
        unsupported: Vec::new(),
        warnings: Diagnostics::default(),
    })
}

fn database(block: &Block) -> Result<DatabaseRule, String> {
    let label = block.labels.first().map_or("", |label| label.as_str());
    Ok(DatabaseRule {
        pattern: Pattern::parse(label).map_err(|e| e.to_string())?,
        include: vec![Pattern::parse("*").map_err(|e| e.to_string())?],
        exclude: Vec::new(),
        kinds: ObjectKind::ALL.to_vec(),
        tables: Vec::new(),
    })
}

fn endpoint(block: &Block, inputs: &Inputs) -> Result<Endpoint, String> {
    let text = |key: &str| match block.body.get_attribute(key).map(|one| &one.value) {
        None => Ok(None),
        Some(Expression::String(text)) => Ok(Some(text.as_str().to_owned())),
        Some(Expression::FuncCall(call)) if call.name.name.as_str() == "env" => {
            let name = call
                .args
                .get(0)
                .and_then(Expression::as_str)
                .unwrap_or_default();
            let value = inputs.environment.get(name).cloned();
            value
                .map(Some)
                .ok_or(format!("the environment has no {name}"))
        }
        Some(_) => Err(format!("`{key}` is not a text")),
    };
    let port = block
        .body
        .get_attribute("port")
        .and_then(|one| one.value.as_number());
    let port = port
        .and_then(|port| u16::try_from(port.as_u64()?).ok())
        .unwrap_or(3306);
    let address = match (text("host")?, text("socket")?) {
        (_, Some(socket)) => Address::Socket(socket.into()),
        (Some(host), None) => Address::Tcp { host, port },
        (None, None) => return Err("`host` is missing".to_owned()),
    };
    Ok(Endpoint {
        address,
        user: text("user")?.ok_or("`user` is missing")?,
        password: text("password")?.map_or(PasswordSource::None, |one| {
            PasswordSource::Plain(Secret::new(one))
        }),
        compression: Compression::None,
        connect_timeout: Duration::from_secs(10),
        tls: Tls {
            mode: TlsMode::Preferred,
            ca_file: None,
            cert_file: None,
            key_file: None,
        },
    })
}
