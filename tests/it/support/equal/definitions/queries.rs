//! What is asked of `information_schema`. Columns named `key...`, `table` and `column` say which
//! definition it is; the others are facts of it.

use super::{Aspect, Comparison, Part};

pub(super) fn aspects(comparison: &Comparison, modern: bool) -> Vec<Aspect> {
    let mut aspects = Vec::new();
    if comparison.has(Part::Tables) {
        aspects.extend([
            database(),
            tables(),
            columns(modern),
            indexes(modern),
            foreign_keys(),
            checks(modern),
            partitions(),
        ]);
    }
    if comparison.has(Part::Objects) {
        let texts = comparison.renames.is_empty();
        let definers = comparison.has(Part::Definers);
        aspects.extend([
            views(texts, definers),
            triggers(texts, definers),
            routines(texts, definers),
            parameters(),
            events(texts, definers),
        ]);
    }
    aspects
}

/// A further column, where it is compared.
fn when(asked: bool, column: &str) -> String {
    if asked {
        format!(", {column}")
    } else {
        String::new()
    }
}

fn database() -> Aspect {
    let sql = "SELECT schema_name AS `key_database`, default_character_set_name AS `charset`, \
               default_collation_name AS `collation` \
               FROM information_schema.schemata WHERE schema_name = ?";
    Aspect {
        kind: "database",
        sql: sql.to_owned(),
    }
}

fn tables() -> Aspect {
    let sql = "SELECT table_name AS `table`, engine AS `engine`, row_format AS `row_format`, \
               table_collation AS `collation`, create_options AS `options`, table_comment AS `comment`, \
               auto_increment AS `auto_increment` \
               FROM information_schema.tables WHERE table_schema = ? AND table_type = 'BASE TABLE'";
    Aspect {
        kind: "table",
        sql: sql.to_owned(),
    }
}

fn columns(modern: bool) -> Aspect {
    let newer = if modern {
        "generation_expression AS `generated`, srs_id AS `srs`"
    } else {
        "'' AS `generated`, NULL AS `srs`"
    };
    let sql = format!(
        "SELECT c.table_name AS `table`, c.column_name AS `column`, c.ordinal_position AS `position`, \
         c.column_default AS `default`, c.is_nullable AS `nullable`, c.column_type AS `type`, \
         c.character_set_name AS `charset`, c.collation_name AS `collation`, c.extra AS `extra`, \
         c.column_comment AS `comment`, {newer} \
         FROM information_schema.columns c JOIN information_schema.tables t \
         ON t.table_schema = c.table_schema AND t.table_name = c.table_name \
         WHERE c.table_schema = ? AND t.table_type = 'BASE TABLE'"
    );
    Aspect {
        kind: "column",
        sql,
    }
}

fn indexes(modern: bool) -> Aspect {
    let newer = if modern {
        "is_visible AS `visible`, expression AS `expression`"
    } else {
        "'YES' AS `visible`, NULL AS `expression`"
    };
    let sql = format!(
        "SELECT table_name AS `table`, index_name AS `key_index`, \
         LPAD(seq_in_index, 2, '0') AS `key_place`, \
         column_name AS `of_column`, non_unique AS `non_unique`, sub_part AS `prefix`, \
         collation AS `direction`, index_type AS `index_type`, index_comment AS `comment`, {newer} \
         FROM information_schema.statistics WHERE table_schema = ?"
    );
    Aspect { kind: "index", sql }
}

fn foreign_keys() -> Aspect {
    let sql = "SELECT k.table_name AS `table`, k.constraint_name AS `key_constraint`, \
               k.ordinal_position AS `key_place`, k.column_name AS `of_column`, \
               k.referenced_table_schema AS `parent_database`, k.referenced_table_name AS `parent`, \
               k.referenced_column_name AS `parent_column`, \
               r.update_rule AS `on_update`, r.delete_rule AS `on_delete` \
               FROM information_schema.key_column_usage k \
               JOIN information_schema.referential_constraints r \
               ON r.constraint_schema = k.constraint_schema AND r.table_name = k.table_name \
               AND r.constraint_name = k.constraint_name \
               WHERE k.table_schema = ? AND k.referenced_table_name IS NOT NULL";
    Aspect {
        kind: "foreign key",
        sql: sql.to_owned(),
    }
}

fn checks(modern: bool) -> Aspect {
    let sql = if modern {
        "SELECT t.table_name AS `table`, t.constraint_name AS `key_constraint`, \
         c.check_clause AS `expression`, t.enforced AS `enforced` \
         FROM information_schema.table_constraints t \
         JOIN information_schema.check_constraints c \
         ON c.constraint_schema = t.constraint_schema AND c.constraint_name = t.constraint_name \
         WHERE t.table_schema = ? AND t.constraint_type = 'CHECK'"
    } else {
        "SELECT table_name AS `table`, '' AS `key_constraint`, '' AS `expression`, '' AS `enforced` \
         FROM information_schema.tables WHERE table_schema = ? AND FALSE"
    };
    Aspect {
        kind: "check",
        sql: sql.to_owned(),
    }
}

fn partitions() -> Aspect {
    let sql = "SELECT table_name AS `table`, partition_name AS `key_partition`, \
               COALESCE(subpartition_name, '') AS `key_subpartition`, \
               partition_ordinal_position AS `position`, \
               subpartition_ordinal_position AS `subposition`, \
               partition_method AS `method`, subpartition_method AS `submethod`, \
               partition_expression AS `partition_expression`, \
               subpartition_expression AS `subpartition_expression`, \
               partition_description AS `description`, partition_comment AS `comment` \
               FROM information_schema.partitions \
               WHERE table_schema = ? AND partition_name IS NOT NULL";
    Aspect {
        kind: "partition",
        sql: sql.to_owned(),
    }
}

fn views(texts: bool, definers: bool) -> Aspect {
    let sql = format!(
        "SELECT table_name AS `key_view`, check_option AS `check_option`, is_updatable AS `updatable`, \
         character_set_client AS `charset`{}{} \
         FROM information_schema.views WHERE table_schema = ?",
        when(texts, "view_definition AS `text`"),
        when(
            definers,
            "definer AS `definer`, security_type AS `security`"
        ),
    );
    Aspect { kind: "view", sql }
}

fn triggers(texts: bool, definers: bool) -> Aspect {
    // 5.6 has one trigger for each time and event, and calls all places 0.
    let sql = format!(
        "SELECT trigger_name AS `key_trigger`, event_object_table AS `table`, \
         GREATEST(action_order, 1) AS `place`, action_timing AS `timing`, event_manipulation AS `event`, \
         sql_mode AS `sql_mode`, character_set_client AS `charset`, \
         collation_connection AS `collation`{}{} \
         FROM information_schema.triggers WHERE trigger_schema = ?",
        when(texts, "action_statement AS `text`"),
        when(definers, "definer AS `definer`"),
    );
    Aspect {
        kind: "trigger",
        sql,
    }
}

fn routines(texts: bool, definers: bool) -> Aspect {
    let sql = format!(
        "SELECT routine_name AS `key_routine`, routine_type AS `key_type`, dtd_identifier AS `type`, \
         is_deterministic AS `is_deterministic`, sql_data_access AS `access`, sql_mode AS `sql_mode`, \
         routine_comment AS `comment`, character_set_client AS `charset`, \
         collation_connection AS `collation`{}{} \
         FROM information_schema.routines WHERE routine_schema = ?",
        when(texts, "routine_definition AS `text`"),
        when(
            definers,
            "definer AS `definer`, security_type AS `security`"
        ),
    );
    Aspect {
        kind: "routine",
        sql,
    }
}

fn parameters() -> Aspect {
    let sql = "SELECT specific_name AS `key_routine`, routine_type AS `key_type`, \
               ordinal_position AS `key_place`, parameter_mode AS `mode`, parameter_name AS `name`, \
               dtd_identifier AS `type`, character_set_name AS `charset`, collation_name AS `collation` \
               FROM information_schema.parameters WHERE specific_schema = ?";
    Aspect {
        kind: "parameter",
        sql: sql.to_owned(),
    }
}

fn events(texts: bool, definers: bool) -> Aspect {
    let sql = format!(
        "SELECT event_name AS `key_event`, event_type AS `type`, time_zone AS `time_zone`, \
         execute_at AS `execute_at`, interval_value AS `interval_value`, \
         interval_field AS `interval_field`, sql_mode AS `sql_mode`, starts AS `starts`, ends AS `ends`, \
         status AS `status`, on_completion AS `on_completion`, event_comment AS `comment`, \
         character_set_client AS `charset`, collation_connection AS `collation`{}{} \
         FROM information_schema.events WHERE event_schema = ?",
        when(texts, "event_definition AS `text`"),
        when(definers, "definer AS `definer`"),
    );
    Aspect { kind: "event", sql }
}
