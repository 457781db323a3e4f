//! `objects` and `mappings`.

use super::{Block, Kind, List, Occurs, Text, attribute, block};

pub const DML: &[&str] = &["insert", "update", "delete"];
pub const DDL: &[&str] = &[
    "create_table",
    "alter_table",
    "drop_table",
    "rename_table",
    "truncate_table",
    "create_index",
    "drop_index",
    "create_view",
    "alter_view",
    "drop_view",
    "create_function",
    "drop_function",
    "create_procedure",
    "drop_procedure",
    "create_database",
    "alter_database",
    "drop_database",
];

/// All but `drop_database`.
const DEFAULT_DDL: &str = r#"["create_table", "alter_table", "drop_table", "rename_table",
    "truncate_table", "create_index", "drop_index", "create_view", "alter_view", "drop_view",
    "create_function", "drop_function", "create_procedure", "drop_procedure", "create_database",
    "alter_database"]"#;

pub const OBJECTS: Block = block("objects", "what takes part")
    .occurs(Occurs::Required)
    .attributes(&[
        attribute(
            "exclude",
            Kind::List(List::Patterns),
            "databases left out where a pattern selects them",
        ),
        attribute(
            "accounts",
            Kind::List(List::Patterns),
            "accounts and roles taken along with their grants: `user` at any host, or `user@host`; \
             `*` is the glob, `%` is literal",
        ),
    ])
    .blocks(&[block("database", "databases, by name or pattern")
        .occurs(Occurs::Some)
        .label("name or pattern", Kind::Text(Text::Pattern))
        .attributes(&[
            attribute(
                "include",
                Kind::List(List::Patterns),
                "tables; all unless set; must be written where there are `table` blocks",
            )
            .derived(),
            attribute(
                "exclude",
                Kind::List(List::Patterns),
                "objects of every kind that are left out",
            ),
            attribute(
                "kinds",
                Kind::List(List::SomeOf(&[
                    "tables", "views", "routines", "triggers", "events",
                ])),
                "kinds of objects; all, or `[\"tables\"]` where `include` is not `[\"*\"]`",
            )
            .derived(),
            attribute(
                "dml",
                Kind::List(List::SomeOf(DML)),
                "row changes that are replicated",
            )
            .default("[\"insert\", \"update\", \"delete\"]"),
            attribute(
                "ddl",
                Kind::List(List::SomeOrAll(DDL)),
                "statements that are replicated",
            )
            .default(DEFAULT_DDL),
        ])
        .blocks(&[block("table", "settings of tables that are included")
            .occurs(Occurs::Many)
            .label("name or pattern", Kind::Text(Text::Pattern))
            .attributes(&[
                attribute(
                    "where",
                    Kind::Text(Text::Sql),
                    "SQL over the source row; text in double quotes is a string, never a name",
                )
                .later(),
                attribute(
                    "columns",
                    Kind::List(List::Patterns),
                    "the columns that are taken",
                ),
                attribute(
                    "exclude_columns",
                    Kind::List(List::Patterns),
                    "the columns that are not",
                ),
                attribute(
                    "dml",
                    Kind::List(List::SomeOf(DML)),
                    "as in `database`, which it replaces",
                ),
                attribute(
                    "ddl",
                    Kind::List(List::SomeOrAll(DDL)),
                    "as in `database`, which it replaces",
                ),
            ])])]);

const RENAME: Block = block(
    "rename",
    "new names by rule; the first that matches applies",
)
.occurs(Occurs::Ordered)
.attributes(&[
    attribute(
        "match",
        Kind::Text(Text::Pattern),
        "the names on the source",
    )
    .required(),
    attribute(
        "to",
        Kind::Text(Text::NewName),
        "the name on the destination",
    )
    .required(),
    attribute("merge", Kind::Bool, "many into one")
        .default("false")
        .later(),
]);

pub const MAPPINGS: Block = block("mappings", "what changes on the way")
    .attributes(&[attribute(
        "name_case",
        Kind::Text(Text::OneOf(&["destination", "source", "lower", "upper"])),
        "case of names; `destination` lowers them where its lower_case_table_names is 1 or 2",
    )
    .default("\"destination\"")])
    .blocks(&[
        RENAME.label(
            "kind",
            Kind::Text(Text::OneOf(&["databases", "tables", "columns"])),
        ),
        block("database", "one database, by name or pattern")
            .occurs(Occurs::Many)
            .label("name or pattern", Kind::Text(Text::Pattern))
            .attributes(&[attribute(
                "to",
                Kind::Text(Text::NewName),
                "its name on the destination",
            )])
            .blocks(&[
                RENAME.label("kind", Kind::Text(Text::OneOf(&["tables", "columns"]))),
                block("table", "one table or view, by name or pattern")
                    .occurs(Occurs::Many)
                    .label("name or pattern", Kind::Text(Text::Pattern))
                    .attributes(&[attribute(
                        "to",
                        Kind::Text(Text::NewName),
                        "its name on the destination",
                    )])
                    .blocks(&[
                        RENAME.label("kind", Kind::Text(Text::OneOf(&["columns"]))),
                        block("column", "one column, by name or pattern")
                            .occurs(Occurs::Many)
                            .label("name or pattern", Kind::Text(Text::Pattern))
                            .attributes(&[
                                attribute(
                                    "to",
                                    Kind::Text(Text::NewName),
                                    "its name on the destination",
                                ),
                                attribute(
                                    "value",
                                    Kind::Text(Text::Sql),
                                    "SQL over the source row's columns; text in double quotes is a string",
                                )
                                .later(),
                            ]),
                    ]),
            ]),
    ]);
