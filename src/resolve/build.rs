//! From a complete section to the types of a [`super::Migration`].

use std::num::NonZeroU16;

use super::endpoint::{Address, Compression, Endpoint, PasswordSource, Tls, TlsMode};
use super::mapping::{
    ColumnMapping, DatabaseMapping, Mapping, NameCase, Rename, Renamed, TableMapping,
};
use super::options::{
    Acknowledgement, Definer, EventMode, ExistingTables, FenceMode, FinishOptions, FinishVerify,
    Heartbeat, PrecheckPolicy, SchemaOptions, SecondaryIndexes, SpoolOptions, TriggerMode,
    WarningPolicy, Workers,
};
use super::rename::NewName;
use super::selection::{DatabaseRule, ObjectKind, Selection};
use super::table_rule::{ColumnChoice, RowExpression, TableRule, TableRules};
use crate::spec::pattern::Pattern;
use crate::spec::{Diagnostic, Diagnostics, Place, Section, Spec, name_fault};
use crate::sql;

/// Builds the parts. `None` always means that something has been reported.
pub struct Builder<'a> {
    pub spec: &'a Spec,
    pub found: &'a mut Diagnostics,
}

impl Builder<'_> {
    pub fn endpoint(&mut self, section: &Section) -> Option<Endpoint> {
        let address = match (section.text("socket"), section.text("host")) {
            (Some(socket), _) => Address::Socket(self.spec.path(socket)),
            (None, Some(host)) => Address::Tcp {
                host: host.to_owned(),
                port: u16::try_from(section.number("port")?).ok()?,
            },
            (None, None) => return None,
        };
        let password = if let Some(secret) = section.secret("password") {
            PasswordSource::Plain(secret.clone())
        } else if let Some(command) = section.secrets("password_command") {
            PasswordSource::Command(command.to_vec())
        } else {
            PasswordSource::None
        };
        Some(Endpoint {
            address,
            user: section.text("user")?.to_owned(),
            password,
            compression: match section.text("compression")? {
                "zlib" => Compression::Zlib,
                _ => Compression::None,
            },
            connect_timeout: section.duration("connect_timeout")?,
            tls: self.tls(section.section("tls")?)?,
        })
    }

    fn tls(&mut self, section: &Section) -> Option<Tls> {
        let file = |name| section.text(name).map(|path| self.spec.path(path));
        Some(Tls {
            mode: match section.text("mode")? {
                "disabled" => TlsMode::Disabled,
                "required" => TlsMode::Required,
                "verify-ca" => TlsMode::VerifyCa,
                "verify-identity" => TlsMode::VerifyIdentity,
                _ => TlsMode::Preferred,
            },
            ca_file: file("ca_file"),
            cert_file: file("cert_file"),
            key_file: file("key_file"),
        })
    }

    pub fn selection(root: &Section) -> Option<Selection> {
        let objects = root.section("objects")?;
        let databases: Option<Vec<_>> = objects.sections("database").map(database).collect();
        Some(Selection {
            databases: databases?,
            exclude: patterns(objects, "exclude"),
            accounts: patterns(objects, "accounts"),
            heartbeat_database: Self::heartbeat(root).map(|heartbeat| heartbeat.database),
            metadata_database: root
                .section("destination")?
                .text("metadata_database")?
                .into(),
        })
    }

    pub fn mapping(&mut self, section: &Section) -> Option<Mapping> {
        Some(Mapping {
            name_case: match section.text("name_case")? {
                "source" => NameCase::Source,
                "lower" => NameCase::Lower,
                "upper" => NameCase::Upper,
                _ => NameCase::Destination,
            },
            renames: self.renames(section)?,
            databases: self.each(section, "database", |builder, section, pattern| {
                Some(DatabaseMapping {
                    to: builder.to(section, &pattern)?,
                    renames: builder.renames(section)?,
                    tables: builder.tables(section)?,
                    pattern,
                })
            })?,
        })
    }

    fn tables(&mut self, section: &Section) -> Option<Vec<TableMapping>> {
        self.each(section, "table", |builder, section, pattern| {
            Some(TableMapping {
                to: builder.to(section, &pattern)?,
                renames: builder.renames(section)?,
                columns: builder.each(section, "column", |builder, section, pattern| {
                    Some(ColumnMapping {
                        to: builder.to(section, &pattern)?,
                        value: expression(section, "value", true),
                        pattern,
                    })
                })?,
                pattern,
            })
        })
    }

    /// Builds every block of a name; all of them before the first that is wrong is missed.
    fn each<T>(
        &mut self,
        section: &Section,
        name: &str,
        build: impl Fn(&mut Self, &Section, Pattern) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut parts = Vec::new();
        for inner in section.sections(name) {
            let pattern = inner.pattern.clone();
            parts.push(pattern.and_then(|pattern| build(self, inner, pattern)));
        }
        parts.into_iter().collect()
    }

    fn renames(&mut self, section: &Section) -> Option<Vec<Rename>> {
        let mut renames = Vec::new();
        for rule in section.sections("rename") {
            renames.push(self.rename(rule));
        }
        renames.into_iter().collect()
    }

    fn rename(&mut self, rule: &Section) -> Option<Rename> {
        let pattern = rule.pattern("match")?.clone();
        Some(Rename {
            what: match rule.label() {
                "databases" => Renamed::Databases,
                "tables" => Renamed::Tables,
                _ => Renamed::Columns,
            },
            to: self.to(rule, &pattern)??,
            merge: rule.bool("merge")?,
            pattern,
        })
    }

    /// The new name, where there is one; the outer `None` when it is wrong.
    #[expect(
        clippy::option_option,
        reason = "absent and wrong are different answers"
    )]
    fn to(&mut self, section: &Section, pattern: &Pattern) -> Option<Option<NewName>> {
        if !section.has("to") {
            return Some(None);
        }
        let (text, place) = (section.text("to")?, section.place("to")?.clone());
        let name = match NewName::parse(text, pattern.groups()) {
            Ok(name) => name,
            Err(error) => {
                let message = format!("`to` cannot be \"{text}\": {error}");
                self.invalid(
                    "cutover::resolve::new_name",
                    message,
                    &place,
                    error.remedy(),
                );
                return None;
            }
        };
        if let Some(fault) = name.fixed().as_deref().and_then(name_fault) {
            let message = format!("`to` cannot be \"{}\"", text.escape_debug());
            let help = format!("{fault} in MySQL");
            self.invalid("cutover::resolve::new_name", message, &place, &help);
            return None;
        }
        Some(Some(name))
    }

    fn invalid(&mut self, code: &'static str, message: String, place: &Place, help: &str) {
        self.found.push(
            Diagnostic::error(code, message)
                .at(place, "here")
                .help(help),
        );
    }

    pub fn workers(section: &Section) -> Option<Workers> {
        match section.number("workers") {
            Some(count) => Some(Workers::Count(NonZeroU16::new(u16::try_from(count).ok()?)?)),
            None => section.text("workers").map(|_| Workers::Auto),
        }
    }

    pub fn finish(section: &Section) -> Option<FinishOptions> {
        Some(FinishOptions {
            fence: match section.text("fence")? {
                "idle" => FenceMode::Idle(section.duration("idle_for")?),
                _ => FenceMode::ReadOnly,
            },
            max_lag: section.duration("max_lag")?,
            timeout: section.duration("timeout")?,
            verify: match section.text("verify")? {
                "none" => FinishVerify::None,
                "full" => FinishVerify::Full,
                _ => FinishVerify::Changed,
            },
        })
    }

    /// `None` where it is not asked for.
    pub fn heartbeat(root: &Section) -> Option<Heartbeat> {
        let section = root.section("incremental")?.section("heartbeat")?;
        Some(Heartbeat {
            every: section.duration("every")?,
            database: section.text("database")?.into(),
        })
    }

    /// `None` where it is not asked for.
    pub fn spool(spec: &Spec, root: &Section) -> Option<SpoolOptions> {
        let section = root.section("incremental")?.section("spool")?;
        Some(SpoolOptions {
            folder: spec.path(section.text("folder")?),
            max: section.size("max")?,
        })
    }

    pub fn existing_tables(section: &Section) -> Option<ExistingTables> {
        Some(match section.text("existing_tables")? {
            "reuse" => ExistingTables::Reuse,
            _ => ExistingTables::Error,
        })
    }

    pub fn schema(section: &Section) -> Option<SchemaOptions> {
        Some(SchemaOptions {
            definer: match section.text("definer")? {
                "invoker" => Definer::Invoker,
                "keep" => Definer::Keep,
                account => {
                    let (user, host) = account.rsplit_once('@')?;
                    Definer::Account {
                        user: user.to_owned(),
                        host: host.to_owned(),
                    }
                }
            },
            triggers: match section.text("triggers")? {
                "guarded" => TriggerMode::Guarded,
                "skip" => TriggerMode::Skip,
                _ => TriggerMode::AtFinish,
            },
            events: match section.text("events")? {
                "skip" => EventMode::Skip,
                _ => EventMode::AtFinish,
            },
            secondary_indexes: match section.text("secondary_indexes")? {
                "with-table" => SecondaryIndexes::WithTable,
                _ => SecondaryIndexes::AfterCopy,
            },
            assessment: section.bool("assessment")?,
        })
    }

    pub fn prechecks(section: &Section) -> Option<PrecheckPolicy> {
        let acknowledgements = section.sections("acknowledge").map(|one| {
            let objects = one.texts("objects");
            Some(Acknowledgement {
                check: one.label().to_owned(),
                objects: objects.map(|items| items.iter().map(|item| item.text.clone()).collect()),
                reason: one.text("reason")?.to_owned(),
            })
        });
        Some(PrecheckPolicy {
            acknowledgements: acknowledgements.collect::<Option<_>>()?,
            warnings: match section.text("warnings")? {
                "allow" => WarningPolicy::Allow,
                _ => WarningPolicy::Acknowledge,
            },
        })
    }
}

fn database(section: &Section) -> Option<DatabaseRule> {
    let kinds = section.texts("kinds")?.iter().filter_map(|item| {
        let named = |kind: &ObjectKind| kind.as_str() == item.text;
        ObjectKind::ALL.into_iter().find(named)
    });
    let tables = section.sections("table").map(table_rule);
    Some(DatabaseRule {
        pattern: section.pattern.clone()?,
        include: patterns(section, "include"),
        exclude: patterns(section, "exclude"),
        kinds: kinds.collect(),
        tables: TableRules::new(tables.collect::<Option<_>>()?),
    })
}

fn table_rule(section: &Section) -> Option<TableRule> {
    let columns = if section.has("columns") {
        ColumnChoice::Only(patterns(section, "columns"))
    } else if section.has("exclude_columns") {
        ColumnChoice::Except(patterns(section, "exclude_columns"))
    } else {
        ColumnChoice::All
    };
    Some(TableRule {
        pattern: section.pattern.clone()?,
        filter: expression(section, "where", false),
        columns,
    })
}

/// What is wrong with it was reported by the rules.
fn expression(section: &Section, name: &str, variables: bool) -> Option<RowExpression> {
    let text = section.text(name)?;
    let uses = sql::uses(text, variables).ok()?;
    let text = text.to_owned();
    Some(RowExpression { text, uses })
}

fn patterns(section: &Section, name: &str) -> Vec<Pattern> {
    let patterns = section.patterns(name).unwrap_or_default();
    patterns
        .iter()
        .map(|(pattern, _)| pattern.clone())
        .collect()
}
