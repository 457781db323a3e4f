//! Every check that can refuse a migration is proved: a test in which real servers make it fail, and
//! then, mended, let it pass. A new one that is not in this list fails here.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use crate::samples::files;

/// A file below `tests/it`, one of its tests, and the checks that fail in it and pass in it.
const PROVED: &[(&str, &str, &[&str])] = &[
    (
        "stream/heartbeat",
        "a_heartbeat_beats_only_when_asked_and_finish_removes_it",
        &["source_priv_heartbeat"],
    ),
    (
        "prechecks",
        "the_grants_that_are_asked_for_are_enough",
        &[
            "source_priv_show_view",
            "source_priv_trigger",
            "source_priv_event",
            "source_priv_routine_def",
            "destination_priv_ddl",
            "destination_priv_dml",
            "metadata_privileges",
        ],
    ),
    (
        "prechecks",
        "apply_refuses_what_plan_finds_and_writes_nothing",
        &[
            "destination_is_writable",
            "object_name_conflict",
            "destination_table_not_empty",
        ],
    ),
    (
        "prechecks",
        "a_source_that_no_stream_can_be_read_from_is_refused_until_it_is_mended",
        &[
            "binlog_format_row",
            "binlog_retention",
            "binlog_row_image_full",
            "online_ddl_in_progress",
            "server_id_set",
            "source_priv_lock_or_reload",
            "source_priv_replication",
            "xa_prepared",
            "binlog_do_db",
            "binlog_list_complete",
            "binlog_enabled",
            "log_slave_updates_on_replica",
        ],
    ),
    (
        "prechecks",
        "what_an_old_destination_cannot_hold_is_refused",
        &[
            "definition_too_new",
            "collation_known",
            "fulltext_parser",
            "account_destination_version",
            "mysql9_javascript_routines",
        ],
    ),
    (
        "prechecks/streams",
        "a_place_that_the_source_has_purged_is_seen_before_the_stream_goes_on",
        &["gtid_purged_covers", "binlog_position_exists"],
    ),
    (
        "prechecks/streams",
        "a_stream_needs_no_more_than_the_grants_that_are_asked_for",
        &["destination_priv_followed_ddl"],
    ),
    (
        "prechecks/streams",
        "what_an_old_source_cascades_is_refused_where_it_could_not_be_followed",
        &["fk_cascade_dml", "fk_cascade_parent"],
    ),
    (
        "prechecks/fitting",
        "what_does_not_fit_is_refused_and_what_is_corrected_passes",
        &[
            "selection_matches",
            "selection_not_empty",
            "selection_ambiguous",
            "same_instance",
            "mapping_collision",
            "fk_parent_missing",
            "views_dependencies",
            "columns_known",
            "key_column_left_out",
            "destination_disk_space",
            "destination_key",
            "engine_unsupported",
            "definer_missing",
            "destination_priv_definer",
            "destination_schema_exists",
            "destination_columns_compatible",
            "source_priv_select",
            "account_source_read",
            "account_destination_priv",
            "destination_priv_session_vars",
        ],
    ),
    (
        "prechecks/vendors",
        "a_server_of_another_kind_is_refused_and_nothing_else_is_said",
        &["server_flavor_supported"],
    ),
    (
        "prechecks/vendors",
        "a_reader_of_a_cluster_is_refused",
        &["aurora_reader"],
    ),
    (
        "prechecks/fitting",
        "a_table_has_one_migration_at_a_time",
        &["migration_overlap"],
    ),
    (
        "prechecks/servers",
        "a_destination_that_lacks_something_is_refused_until_it_has_it",
        &[
            "destination_group_rules",
            "destination_single_writer",
            "engine_missing_on_destination",
            "time_zone_tables",
            "destination_bin_trust_function_creators",
        ],
    ),
    (
        "museum",
        "a_museum_of_5_6_is_refused_piece_by_piece_and_the_rest_arrives_on_9_7",
        &[
            "dot_table_syntax",
            "enum_set_length",
            "fk_engine",
            "float_auto_increment",
            "group_by_asc_desc",
            "identifier_invalid",
            "partition_engine_native",
            "partition_prefix_key",
            "partition_temporal_delimiter",
            "removed_functions",
            "removed_syntax",
            "reserved_word_in_body",
            "check_table_health",
            "innodb_strict_mode",
            "row_size_limit",
        ],
    ),
    (
        "museum",
        "odd_settings_of_a_destination_are_refused_until_the_advice_is_followed",
        &["fk_nonunique_parent", "index_prefix_length"],
    ),
    (
        "name_case",
        "names_that_differ_in_case_alone_are_found_before_they_meet",
        &["case_collision"],
    ),
    (
        "accounts",
        "accounts_arrive_with_roles_grants_limits_and_passwords",
        &[
            "account_exists_on_destination",
            "account_missing",
            "account_own",
        ],
    ),
];

/// Those that no `MySQL` of our own can fail, and why; crafted inspections prove them.
const CRAFTED: &[(&str, &str)] = &[(
    "blob_default",
    "every release leaves such a default out, with sql_mode = '' and a warning (1101) too; only a \
         data folder from before 5.0 has one",
)];

/// The functions of a file, by name, with their text.
fn functions(text: &str) -> Vec<(String, String)> {
    let text = text.replace("\npub(super) fn ", "\nfn ");
    let text = text.replace("\npub fn ", "\nfn ");
    let parts = text.split("\nfn ").skip(1);
    parts
        .map(|part| {
            let name = part
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_');
            let end = part.find("\n}").unwrap_or(part.len());
            (name.collect(), part[..end].to_owned())
        })
        .collect()
}

/// The ids of the checks that may say `fail`, by the function that each runs.
fn refusing() -> BTreeSet<String> {
    let mut paths = Vec::new();
    files(Path::new("src/prechecks"), ".rs", &mut paths);
    let mut bodies = Vec::new();
    let mut runs = BTreeMap::new();
    for path in paths {
        if path.components().any(|part| part.as_os_str() == "tests") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("readable");
        bodies.extend(functions(&text));
        for check in text.split("id: \"").skip(1) {
            let id = check.split('"').next().expect("quoted").to_owned();
            if let Some((_, run)) = check.split_once("run: ") {
                let run = run.split(',').next().expect("a name").trim();
                runs.insert(id, run.to_owned());
            }
        }
    }
    let mut failing: BTreeSet<String> = BTreeSet::new();
    loop {
        let more: Vec<String> = bodies
            .iter()
            .filter(|(name, body)| {
                !failing.contains(name)
                    && (body.contains("Found::fail(") || failing.iter().any(|one| calls(body, one)))
            })
            .map(|(name, _)| name.clone())
            .collect();
        if more.is_empty() {
            break;
        }
        failing.extend(more);
    }
    let runs = runs.into_iter().filter(|(_, run)| failing.contains(run));
    runs.map(|(id, _)| id).collect()
}

fn calls(body: &str, name: &str) -> bool {
    let call = format!("{name}(");
    body.match_indices(&call).any(|(at, _)| {
        let before = body[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.')
    })
}

#[test]
fn every_check_that_refuses_is_proved_on_servers() {
    let refusing = refusing();
    assert!(refusing.len() > 50, "only {} found", refusing.len());
    let mut proved: BTreeSet<String> = BTreeSet::new();
    for (file, test, checks) in PROVED {
        let text = fs::read_to_string(format!("tests/it/{file}.rs")).expect("readable");
        assert!(
            text.contains(&format!("async fn {test}()")),
            "{file}::{test}"
        );
        let snapshots = ["refused", "told"].map(|name| {
            let module = file.replace('/', "__");
            let path = format!("tests/it/snapshots/it__{module}__{name}.snap");
            fs::read_to_string(path).unwrap_or_default()
        });
        for check in *checks {
            let named = text.contains(&format!("\"{check}\""))
                || snapshots
                    .iter()
                    .any(|one| one.contains(&format!("\n{check}\n")));
            assert!(named, "{file} does not name {check}");
            assert!(
                proved.insert((*check).to_owned()),
                "{check} stands here twice"
            );
        }
    }
    proved.extend(CRAFTED.iter().map(|(check, _)| (*check).to_owned()));
    let missing: Vec<_> = refusing.difference(&proved).collect();
    let unknown: Vec<_> = proved.difference(&refusing).collect();
    assert!(
        missing.is_empty() && unknown.is_empty(),
        "not proved: {missing:#?}\nnot refusing: {unknown:#?}"
    );
}
