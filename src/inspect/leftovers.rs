//! What no database that may be selected holds: programs without a database, and tables of people
//! among the server's own.

use super::activity::{ask, map};
use crate::{
    catalog::{Answer, Grants},
    conn::{Result, Session},
};

/// The server's own tables, of any release.
const OWN: &[&str] = &[
    "columns_priv",
    "component",
    "db",
    "default_roles",
    "engine_cost",
    "event",
    "firewall_group_allowlist",
    "firewall_groups",
    "firewall_membership",
    "firewall_users",
    "firewall_whitelist",
    "func",
    "general_log",
    "global_grants",
    "gtid_executed",
    "help_category",
    "help_keyword",
    "help_relation",
    "help_topic",
    "host",
    "innodb_index_stats",
    "innodb_table_stats",
    "masking_dictionaries",
    "ndb_binlog_index",
    "password_history",
    "plugin",
    "proc",
    "procs_priv",
    "proxies_priv",
    "replication_asynchronous_connection_failover",
    "replication_asynchronous_connection_failover_managed",
    "replication_group_configuration_version",
    "replication_group_member_actions",
    "role_edges",
    "server_cost",
    "servers",
    "slave_master_info",
    "slave_relay_log_info",
    "slave_worker_info",
    "slow_log",
    "tables_priv",
    "time_zone",
    "time_zone_leap_second",
    "time_zone_name",
    "time_zone_transition",
    "time_zone_transition_type",
    "user",
];

/// Routines and events whose database is gone, as `database.name`; from 8.0 on there are none.
pub(super) async fn orphans(session: &mut Session) -> Result<Answer<Vec<String>>> {
    const QUERY: &str = "SELECT CONCAT(ROUTINE_SCHEMA, '.', ROUTINE_NAME) AS name \
         FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA NOT IN \
         (SELECT SCHEMA_NAME FROM information_schema.SCHEMATA) \
         UNION SELECT CONCAT(EVENT_SCHEMA, '.', EVENT_NAME) FROM information_schema.EVENTS \
         WHERE EVENT_SCHEMA NOT IN (SELECT SCHEMA_NAME FROM information_schema.SCHEMATA) \
         ORDER BY name";
    if session.version().at_least(8, 0, 0) {
        return Ok(Answer::NotAsked);
    }
    // whoever sees some databases only would take the others for gone
    let grants: Vec<String> = session.rows("SHOW GRANTS").await?;
    let grants = Grants::parse(grants.iter().map(String::as_str));
    let sees = |privilege: &&str| grants.globally(privilege);
    if !["SHOW DATABASES", "SELECT"].iter().any(sees) {
        let reason = "the account does not see every database";
        return Ok(Answer::Refused(reason.to_owned()));
    }
    ask::<String>(session, QUERY).await
}

/// Tables in `mysql` that no release of the server makes, as `mysql.name`.
pub(super) async fn in_mysql(session: &mut Session) -> Result<Answer<Vec<String>>> {
    const QUERY: &str = "SELECT TABLE_NAME FROM information_schema.TABLES \
         WHERE TABLE_SCHEMA = 'mysql' ORDER BY TABLE_NAME";
    let names = ask::<String>(session, QUERY).await?;
    Ok(map(names, |names| {
        let others = names
            .into_iter()
            .filter(|name| !OWN.contains(&name.to_lowercase().as_str()));
        others.map(|name| format!("mysql.{name}")).collect()
    }))
}
