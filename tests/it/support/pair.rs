//! A source and a destination, with an account for the migration on each and names of their own.

use super::{
    server::{Builder, Place, Server, Version},
    temp::unique,
};

/// Two servers. Databases and accounts carry the pair's own number, so that tests can share servers.
pub struct Pair {
    number: u64,
    source: Host,
    destination: Host,
}

/// A server that is shared with other tests, or this pair's own.
enum Host {
    Shared(&'static Server),
    Own(Box<Server>),
}

impl Host {
    fn server(&self) -> &Server {
        match self {
            Self::Shared(server) => server,
            Self::Own(server) => server,
        }
    }
}

/// What an account needs that only reads: rows, definitions, one consistent snapshot, the binlog.
const SOURCE_PRIVILEGES: &str = "SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES, PROCESS, RELOAD, \
     REPLICATION CLIENT, REPLICATION SLAVE";

impl Pair {
    /// On the shared servers. Nothing global may be changed on them.
    pub async fn shared(source: Version, destination: Version) -> Self {
        let source = Host::Shared(Server::shared(source, Place::Source));
        let destination = Host::Shared(Server::shared(destination, Place::Destination));
        Self::with(source, destination).await
    }

    /// On two servers of the test's own, which may be stopped and changed.
    pub async fn dedicated(source: Version, destination: Version) -> Self {
        let (source, destination) = Server::start_two(source, destination);
        Self::with(
            Host::Own(Box::new(source)),
            Host::Own(Box::new(destination)),
        )
        .await
    }

    /// On these two servers.
    pub async fn of(source: Builder, destination: Builder) -> Self {
        let (source, destination) = source.start_with(destination);
        let own = |server| Host::Own(Box::new(server));
        Self::with(own(source), own(destination)).await
    }

    async fn with(source: Host, destination: Host) -> Self {
        let pair = Self {
            number: unique(),
            source,
            destination,
        };
        let (user, password) = (pair.user(), pair.password());
        // 5.6 has routines' texts in mysql.proc, later releases a privilege of their own.
        let routines = match pair.source().version() {
            Version::V9_7 => format!("GRANT SHOW_ROUTINE, XA_RECOVER_ADMIN ON *.* TO '{user}'@'%'"),
            Version::V5_6 => format!("GRANT SELECT ON mysql.proc TO '{user}'@'%'"),
        };
        let account = format!("CREATE USER '{user}'@'%' IDENTIFIED BY '{password}'");
        pair.source()
            .sql(&format!(
                "{account}; GRANT {SOURCE_PRIVILEGES} ON *.* TO '{user}'@'%'; {routines}"
            ))
            .await;
        pair.destination()
            .sql(&format!(
                "{account}; GRANT ALL ON *.* TO '{user}'@'%' WITH GRANT OPTION"
            ))
            .await;
        pair
    }

    pub fn source(&self) -> &Server {
        self.source.server()
    }

    pub fn destination(&self) -> &Server {
        self.destination.server()
    }

    /// This pair's name for a database: `shop` is `t123_shop`.
    pub fn database(&self, name: &str) -> String {
        format!("t{}_{name}", self.number)
    }

    /// A metadata database of the pair's own.
    pub fn metadata_database(&self) -> String {
        self.database("metadata")
    }

    /// The account on both servers; 5.6 allows 16 bytes.
    pub fn user(&self) -> String {
        format!("m{}", self.number)
    }

    /// Its password. A test that finds it anywhere has found a leak.
    pub fn password(&self) -> String {
        format!("S3cret-{}-do-not-print", self.number)
    }

    /// The blocks `source` and `destination` of a specification, which takes the password from the
    /// variable `PASSWORD` of the environment.
    pub fn endpoints_hcl(&self) -> String {
        let block = |name: &str, server: &Server, more: &str| {
            format!(
                "{name} {{\n  host     = \"127.0.0.1\"\n  port     = {}\n  user     = \"{}\"\n  \
                 password = env(\"PASSWORD\")\n{more}}}\n",
                server.port(),
                self.user()
            )
        };
        let metadata = format!("  metadata_database = \"{}\"\n", self.metadata_database());
        format!(
            "{}\n{}",
            block("source", self.source(), ""),
            block("destination", self.destination(), &metadata)
        )
    }
}
