//! Databases full of edge cases: the scripts beside this crate, and what no script can say.

use mysql_async::{Conn, Value, prelude::Queryable};

use super::server::{Server, Version};

const TYPES_COMMON: &str = include_str!("../fixtures/types_common.sql");
const TYPES_5_6: &str = include_str!("../fixtures/types_5_6.sql");
const TYPES_9_7: &str = include_str!("../fixtures/types_9_7.sql");
const KEYS: &str = include_str!("../fixtures/keys.sql");
const NAMES: &str = include_str!("../fixtures/names.sql");

/// Creates `database` and runs a script in it, as root.
pub async fn load(server: &Server, database: &str, script: &str) {
    let mut conn = create(server, database).await;
    run(&mut conn, script).await;
    conn.disconnect().await.expect("the connection closes");
}

/// Creates `database` with every column type, character set and kind of table that this server has.
/// The same rows at each call.
pub async fn load_types(server: &Server, database: &str) {
    let mut conn = create(server, database).await;
    run(&mut conn, TYPES_COMMON).await;
    match server.version() {
        Version::V5_6 => run(&mut conn, TYPES_5_6).await,
        Version::V9_7 => run(&mut conn, TYPES_9_7).await,
    }
    add_floats(&mut conn).await;
    add_every_byte(&mut conn).await;
    add_big(&mut conn).await;
    add_character_sets(&mut conn).await;
    add_collations(&mut conn).await;
    conn.disconnect().await.expect("the connection closes");
}

/// Creates `database` with tables and columns of hostile names.
pub async fn load_names(server: &Server, database: &str) {
    load(server, database, NAMES).await;
}

/// Creates `database` with 2,000 rows under every kind of key, and under none.
pub async fn load_keys(server: &Server, database: &str) {
    load(server, database, KEYS).await;
}

async fn create(server: &Server, database: &str) -> Conn {
    let mut conn = server.root().await;
    let quoted = super::equal::quoted(database);
    run(
        &mut conn,
        &format!("CREATE DATABASE {quoted}; USE {quoted}; SET NAMES utf8mb4"),
    )
    .await;
    conn
}

async fn run(conn: &mut Conn, script: &str) {
    if let Err(error) = conn.query_drop(script).await {
        panic!(
            "{error}\nin: {}",
            script.chars().take(300).collect::<String>()
        );
    }
}

/// The same pseudo-random numbers at each run (xorshift64).
pub struct Numbers(u64);

impl Numbers {
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

/// Zeros, denormals, limits and random bit patterns; parameters of the binary protocol keep them.
async fn add_floats(conn: &mut Conn) {
    let mut floats: Vec<f32> = vec![
        0.0,
        -0.0,
        f32::MIN_POSITIVE,
        f32::MAX,
        f32::MIN,
        0.1,
        1.0 / 3.0,
    ];
    floats.extend([1_u32, 0x007F_FFFF, 0x8000_0001, 0x807F_FFFF, 0x0080_0001].map(f32::from_bits));
    floats.extend([16_777_217.0, 123_456.79, 9_999_999.0]);
    let mut numbers = Numbers::new(7);
    let mut doubles: Vec<f64> = vec![
        0.0,
        -0.0,
        f64::MIN_POSITIVE,
        f64::MAX,
        f64::MIN,
        0.1,
        1.0 / 3.0,
    ];
    doubles.extend([1_u64, 0x000F_FFFF_FFFF_FFFF, 0x8000_0000_0000_0001].map(f64::from_bits));
    doubles.extend([9_007_199_254_740_993.0, 1e22, 123_456_789.123_456_79]);
    while floats.len() < 300 || doubles.len() < 300 {
        let bits = numbers.next();
        let (float, double) = (f32::from_bits((bits >> 32) as u32), f64::from_bits(bits));
        // The server has no infinities and no NaN.
        if float.is_finite() && double.is_finite() {
            floats.push(float);
            doubles.push(double);
        }
    }
    let rows = floats
        .iter()
        .zip(&doubles)
        .enumerate()
        .map(|(id, (&float, &double))| {
            let fixed = f32::from((numbers.next() % 60_000) as u16) / 1000.0;
            vec![
                Value::from(id),
                Value::Float(float),
                Value::Double(double),
                Value::Float(fixed),
                Value::Double(f64::from(fixed) * -1000.0),
            ]
        });
    let rows: Vec<_> = rows.collect();
    insert(conn, "INSERT INTO floats VALUES (?, ?, ?, ?, ?)", rows).await;
    run(conn, "INSERT INTO floats (id) VALUES (-1)").await;
}

async fn add_every_byte(conn: &mut Conn) {
    let rows = (0..=255_u8).flat_map(|byte| {
        [vec![byte], vec![b'\\', byte], vec![byte, b'\\', byte]]
            .into_iter()
            .enumerate()
            .map(move |(place, bytes)| {
                let mut row = vec![Value::from(usize::from(byte) * 3 + place)];
                row.extend(std::iter::repeat_n(Value::Bytes(bytes), 4));
                row
            })
    });
    // The first goes into a latin1 column as it is.
    let sql = "INSERT INTO every_byte VALUES (?, CONVERT(CAST(? AS BINARY) USING latin1), ?, ?, ?)";
    insert(conn, sql, rows.collect()).await;
}

/// Values of 16 MB: random bytes, and text whose escaped form is twice as long.
async fn add_big(conn: &mut Conn) {
    let mut numbers = Numbers::new(16);
    let size = 16 * 1024 * 1024;
    let bytes: Vec<u8> = std::iter::repeat_with(|| numbers.next().to_le_bytes())
        .take(size / 8)
        .flatten()
        .collect();
    let rows = vec![
        vec![Value::from(1), Value::Bytes(bytes), Value::NULL],
        vec![
            Value::from(2),
            Value::Bytes(Vec::new()),
            Value::Bytes(b"\\\t\n\0".repeat(size / 16)),
        ],
    ];
    // One transaction each: 5.6 limits what one may hold.
    for row in rows {
        insert(conn, "INSERT INTO big VALUES (?, ?, ?)", vec![row]).await;
    }
}

async fn insert(conn: &mut Conn, sql: &str, rows: Vec<Vec<Value>>) {
    run(conn, "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; BEGIN").await;
    if let Err(error) = conn.exec_batch(sql, rows).await {
        panic!("{error}\nin: {sql}");
    }
    run(conn, "COMMIT").await;
}

/// Characters of many scripts, among them those whose second byte is a backslash in sjis, big5, gbk.
fn sample_characters() -> Vec<u32> {
    let ranges = [
        0x00..=0x17F,
        0x391..=0x3A1,
        0x410..=0x44F,
        0x5D0..=0x5EA,
        0x621..=0x63A,
        0xE01..=0xE3A,
        0x10D0..=0x10F0,
        0x531..=0x556,
        0x2010..=0x203A,
        0x30A1..=0x30F6,
        0x4E00..=0x4E5F,
        0xAC00..=0xAC1F,
        0xFF61..=0xFF7F,
        0x1F600..=0x1F60F,
    ];
    let mut characters: Vec<u32> = ranges.into_iter().flatten().collect();
    characters.extend([
        0x20AC, 0x8868, 0x5341, 0x80FD, 0x529F, 0x8A31, 0x84CB, 0xFFFD, 0xFEFF,
    ]);
    characters.extend([0x1D11E, 0x20000, 0x10_FFFF]);
    characters
}

/// For each character set of the server a table with every sample that the set can say.
async fn add_character_sets(conn: &mut Conn) {
    run(conn, "SET sql_mode = ''; CREATE TABLE samples (n INT PRIMARY KEY, c VARCHAR(1) CHARACTER SET utf32)").await;
    let values: Vec<_> = sample_characters()
        .iter()
        .map(|n| format!("({n}, X'{n:08X}')"))
        .collect();
    run(
        conn,
        &format!("INSERT INTO samples VALUES {}", values.join(", ")),
    )
    .await;
    for charset in character_sets(conn).await {
        run(
            conn,
            &format!(
                "CREATE TABLE charset_{charset} (n INT NOT NULL PRIMARY KEY, c CHAR(3), v VARCHAR(3), \
                 t TEXT, e ENUM('a', '\\\\', 'b c'), s SET('x', '\\\\')) DEFAULT CHARACTER SET {charset};
                 INSERT INTO charset_{charset} SELECT n, CONVERT(c USING {charset}), \
                 CONVERT(c USING {charset}), REPEAT(CONVERT(c USING {charset}), 3), 1 + n % 3, n % 4 \
                 FROM samples WHERE HEX(CONVERT(CONVERT(c USING {charset}) USING utf32)) = HEX(c)"
            ),
        )
        .await;
    }
    run(conn, "DROP TABLE samples").await;
}

/// The character sets of a server, less `binary`, which the byte types show.
pub async fn character_sets(conn: &mut Conn) -> Vec<String> {
    let sql = "SELECT character_set_name FROM information_schema.character_sets \
               WHERE character_set_name <> 'binary' ORDER BY character_set_name";
    conn.query(sql).await.expect("character sets can be listed")
}

/// One column for each collation of the server.
async fn add_collations(conn: &mut Conn) {
    let sql = "SELECT character_set_name, collation_name FROM information_schema.collations \
               WHERE character_set_name <> 'binary' ORDER BY collation_name";
    let collations: Vec<(String, String)> =
        conn.query(sql).await.expect("collations can be listed");
    let columns: Vec<_> = collations
        .iter()
        .map(|(charset, collation)| {
            format!("{collation} VARCHAR(3) CHARACTER SET {charset} COLLATE {collation}")
        })
        .collect();
    let values = vec!["'aA'"; columns.len()].join(", ");
    run(
        conn,
        &format!(
            "CREATE TABLE every_collation (id INT NOT NULL PRIMARY KEY, {}) \
             DEFAULT CHARACTER SET latin1; INSERT INTO every_collation VALUES (1, {values})",
            columns.join(", ")
        ),
    )
    .await;
}
