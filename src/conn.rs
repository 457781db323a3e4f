//! The only place that opens a connection: address, password, TLS, and the session settings under
//! which everything else may rely on what a statement means.
//!
//! In: an [`crate::resolve::Endpoint`]. Out: a [`Session`] whose settings are known, whatever
//! `init_connect` or a configuration file says.

pub mod binlog;
pub mod error;
pub mod password;
pub mod session;
pub mod settings;
pub mod tls;
mod trace;

pub use binlog::{AtEnd, BinlogFrom, BinlogRequest, RawBinlog};
pub use error::{ConnError, Result};
pub use session::{Outcome, Session};
pub use settings::Purpose;

use std::{path::Path, sync::Arc, time::Duration};

use mysql_async::{Conn, DriverError, Error as DriverFailure, IoError, OptsBuilder};

use crate::{
    mysql::{Role, ServerVersion},
    resolve::{Address, Compression, Endpoint, TlsMode},
};

const PRIVILEGE_MISSING: u16 = 1227;
/// The protocol's own limit; the server's is a precheck, and its error.
const LARGEST_PACKET: usize = 1 << 30;

/// Opens sessions on one server. The password is read once, when this is made.
#[derive(Clone)]
pub struct Connector {
    inner: Arc<Inner>,
}

struct Inner {
    role: Role,
    label: String,
    options: OptsBuilder,
    tls: TlsMode,
    timeout: Duration,
    write_binlog: bool,
}

impl Connector {
    /// Reads the password and the certificates; does not connect yet. A password command is run in
    /// `folder`, which is the specification's.
    ///
    /// # Errors
    /// A password command that fails, an option file or certificate that cannot be read.
    pub async fn new(role: Role, endpoint: &Endpoint, folder: &Path) -> Result<Self> {
        let label = format!("{} {}", role.as_str(), endpoint.address);
        let login = password::login(&label, endpoint, folder).await?;
        let mut options = OptsBuilder::default()
            .user(Some(login.user))
            .pass(
                login
                    .password
                    .as_ref()
                    .map(|secret| secret.expose().to_owned()),
            )
            .prefer_socket(Some(false))
            // A statement is closed when the next takes its place. Without a place the driver closes
            // none, and max_prepared_stmt_count ends a long copy.
            .stmt_cache_size(Some(1))
            // else the driver asks for these two before the session is ours: under a
            // max_execution_time of the server's that question may fail
            .max_allowed_packet(Some(LARGEST_PACKET))
            .wait_timeout(Some(settings::WAIT_TIMEOUT))
            .tcp_keepalive(Some(Duration::from_secs(30)))
            .connect_attribute("program_name", "cutover");
        options = match &endpoint.address {
            Address::Tcp { host, port } => options.ip_or_hostname(host.clone()).tcp_port(*port),
            Address::Socket(path) => options.socket(Some(path.display().to_string())),
        };
        if endpoint.compression == Compression::Zlib {
            options = options.compression(Some(mysql_async::Compression::default()));
        }
        let uses_tls = matches!(endpoint.address, Address::Tcp { .. });
        if uses_tls {
            options = options.ssl_opts(tls::options(&label, &endpoint.tls)?);
        }
        Ok(Self {
            inner: Arc::new(Inner {
                role,
                label,
                options,
                tls: if uses_tls {
                    endpoint.tls.mode
                } else {
                    TlsMode::Disabled
                },
                timeout: endpoint.connect_timeout,
                write_binlog: true,
            }),
        })
    }

    /// The same, but sessions that write rows keep them out of the destination's binlog
    /// (`sql_log_bin = 0`).
    #[must_use]
    pub fn without_binlog(self) -> Self {
        let inner = Inner {
            role: self.inner.role,
            label: self.inner.label.clone(),
            options: self.inner.options.clone(),
            tls: self.inner.tls,
            timeout: self.inner.timeout,
            write_binlog: false,
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// `source 10.0.0.5:3306`, for messages.
    pub fn label(&self) -> &str {
        &self.inner.label
    }

    pub fn role(&self) -> Role {
        self.inner.role
    }

    /// Connects, and sets the session up for its purpose.
    ///
    /// # Errors
    /// Whatever stops a login, and a session variable that this account may not set.
    pub async fn session(&self, purpose: Purpose) -> Result<Session> {
        let mut conn = self.connect().await?;
        let version = version(&self.inner.label, &mut conn).await?;
        let mut session = Session::new(conn, self.inner.label.clone(), version);
        let statements = settings::statements(
            self.inner.role,
            purpose,
            session.version(),
            self.inner.write_binlog,
        );
        for statement in statements {
            session.execute(statement).await?;
        }
        for (variable, value, statement) in
            settings::guarded(self.inner.role, purpose, session.version())
        {
            let there: String = session.one(format!("SELECT @@SESSION.{variable}")).await?;
            if there == value {
                continue;
            }
            match session.execute(statement).await {
                Ok(_) => {}
                // it only decides whether odd row formats are refused or adjusted
                Err(error)
                    if error.code() == Some(PRIVILEGE_MISSING)
                        && variable == "innodb_strict_mode" => {}
                Err(error) => return Err(error),
            }
        }
        tracing::info!(
            target: "cutover::conn",
            server = self.label(),
            connection = session.connection_id(),
            version = session.version().text.as_str(),
            purpose = ?purpose,
            "connected"
        );
        Ok(session)
    }

    /// `preferred` is a second try without TLS where the server has none.
    async fn connect(&self) -> Result<Conn> {
        match self.attempt(self.inner.options.clone()).await {
            Err(ConnError::NoTls { .. }) if self.inner.tls == TlsMode::Preferred => {
                self.attempt(self.inner.options.clone().ssl_opts(None))
                    .await
            }
            other => other,
        }
    }

    async fn attempt(&self, options: OptsBuilder) -> Result<Conn> {
        let label = || self.inner.label.clone();
        match tokio::time::timeout(self.inner.timeout, Conn::new(options)).await {
            Ok(Ok(conn)) => Ok(conn),
            Ok(Err(DriverFailure::Driver(DriverError::NoClientSslFlagFromServer))) => {
                Err(ConnError::NoTls {
                    server: label(),
                    mode: self.inner.tls.as_str(),
                })
            }
            Ok(Err(DriverFailure::Io(IoError::Tls(reason)))) => Err(ConnError::Tls {
                server: label(),
                mode: self.inner.tls.as_str(),
                reason: reason.to_string(),
            }),
            Ok(Err(source)) => Err(ConnError::Connect {
                server: label(),
                source: Box::new(source),
            }),
            Err(_) => Err(ConnError::Timeout {
                server: label(),
                after: self.inner.timeout,
            }),
        }
    }
}

async fn version(label: &str, conn: &mut Conn) -> Result<ServerVersion> {
    use mysql_async::prelude::Queryable as _;
    let row: Option<(String, String)> = conn
        // the server's own max_execution_time may be too short for any answer
        .query_first("SELECT /*+ MAX_EXECUTION_TIME(60000) */ @@version, @@version_comment")
        .await
        .map_err(|source| ConnError::Connect {
            server: label.to_owned(),
            source: Box::new(source),
        })?;
    let (version, comment) = row.unwrap_or_default();
    Ok(ServerVersion::parse(&version, &comment))
}
