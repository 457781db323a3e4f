//! `source` and `destination`.

use super::{Attribute, Block, Kind, Occurs, Text, attribute, block};

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;

const HOST: Attribute = attribute(
    "host",
    Kind::Text(Text::Host),
    "where the server is; required unless `socket` or `defaults_file` says it",
);
const SOCKET: Attribute = attribute(
    "socket",
    Kind::Text(Text::Path),
    "its socket, instead of `host`",
);
const PORT: Attribute = attribute(
    "port",
    Kind::Port,
    "its port; 3306 unless set; not with `socket`",
)
.derived();
const USER: Attribute = attribute(
    "user",
    Kind::Text(Text::Any),
    "the account; required unless `defaults_file` has it",
);
const PASSWORD: Attribute = attribute("password", Kind::Secret, "its password");
const PASSWORD_COMMAND: Attribute = attribute(
    "password_command",
    Kind::SecretCommand,
    "it is run, and the first line of what it prints is the password",
);
const DEFAULTS_FILE: Attribute = attribute(
    "defaults_file",
    Kind::Text(Text::Path),
    "an option file of MySQL from which host, port, socket, user and password are taken",
);
const DEFAULTS_GROUP: Attribute = attribute(
    "defaults_group",
    Kind::Text(Text::Any),
    "the group in it; `client` unless named",
)
.derived();
const COMPRESSION: Attribute = attribute(
    "compression",
    Kind::Text(Text::OneOf(&["none", "zlib"])),
    "of what goes over the connection",
)
.default("\"none\"");
const CONNECT_TIMEOUT: Attribute = attribute(
    "connect_timeout",
    Kind::duration(100, 10 * MINUTE),
    "how long one attempt to connect may take",
)
.default("\"10s\"");
const SERVER_ID: Attribute = attribute(
    "server_id",
    Kind::number(1, 4_294_967_295),
    "as which the stream registers; derived from the migration unless set",
);
const SERVER_ID_LATER: Attribute = SERVER_ID.later();

const TLS: Block = block("tls", "how the connection is protected").attributes(&[
    attribute(
        "mode",
        Kind::Text(Text::OneOf(&[
            "disabled",
            "preferred",
            "required",
            "verify-ca",
            "verify-identity",
        ])),
        "what is asked of the server; the plan prints what was negotiated",
    )
    .default("\"preferred\""),
    attribute(
        "ca_file",
        Kind::Text(Text::Path),
        "certificates of the authorities to trust, PEM",
    ),
    attribute(
        "cert_file",
        Kind::Text(Text::Path),
        "our certificate, PEM; with `key_file`",
    ),
    attribute(
        "key_file",
        Kind::Text(Text::Path),
        "its key, PEM; with `cert_file`",
    ),
]);

pub const SOURCE: Block = block("source", "the server from which data comes")
    .occurs(Occurs::Required)
    .attributes(&[
        HOST,
        SOCKET,
        PORT,
        USER,
        PASSWORD,
        PASSWORD_COMMAND,
        DEFAULTS_FILE,
        DEFAULTS_GROUP,
        COMPRESSION,
        CONNECT_TIMEOUT,
        SERVER_ID,
    ])
    .blocks(&[TLS]);

pub const DESTINATION: Block = block("destination", "the server to which data goes")
    .occurs(Occurs::Required)
    .attributes(&[
        HOST,
        SOCKET,
        PORT,
        USER,
        PASSWORD,
        PASSWORD_COMMAND,
        DEFAULTS_FILE,
        DEFAULTS_GROUP,
        COMPRESSION,
        CONNECT_TIMEOUT,
        SERVER_ID_LATER,
        attribute(
            "free_space",
            Kind::Size,
            "what its disk has left, for the space check",
        ),
        attribute(
            "metadata_database",
            Kind::Text(Text::Name),
            "where the ledger lives: leases, progress, what was created",
        )
        .default("\"_cutover\""),
        attribute(
            "write_binlog",
            Kind::Bool,
            "whether the full copy is written to its binlog; its replicas lack it otherwise",
        )
        .default("true"),
    ])
    .blocks(&[TLS]);
