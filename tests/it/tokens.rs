//! Whatever the server accepts as a body comes back byte for byte where nothing is mapped.

use cutover::{
    mysql::{TableName, names::SameNames},
    sql::{ChangedNames, Definer, Mode, Program, ProgramKind, rewrite_definition, tokenize},
};
use mysql_async::prelude::Queryable as _;

use crate::support::{pair::Pair, server::Version};

const CASES: usize = 400;
const MODES: [&str; 6] = [
    "",
    "ANSI_QUOTES",
    "NO_BACKSLASH_ESCAPES",
    "ANSI_QUOTES,NO_BACKSLASH_ESCAPES",
    "PIPES_AS_CONCAT,IGNORE_SPACE",
    "HIGH_NOT_PRECEDENCE",
];
/// Between two words.
const GAPS: [&str; 12] = [
    " ",
    "\n",
    "\t ",
    " /* it's ; `a` \" */ ",
    " -- it's ; `\n",
    " # \" ;\n",
    "/**/",
    " /*! */ ",
    " /*!50100 + 1 */ ",
    " /*!99999 no ' sense */ ",
    " /*+ hint */ ",
    "\r\n",
];
/// Values; some are strings under one mode and names under another.
const VALUES: [&str; 34] = [
    "'a'",
    "'it''s'",
    "'\\''",
    "'\\\\'",
    "'ends \\\\'",
    "''",
    "\"b\"",
    "\"\"\"\"",
    "\"\\\"\"",
    "`x`",
    "`a``b`",
    "`sp ace`",
    "N'n'",
    "_utf8mb4'ü'",
    "_latin1 X'41'",
    "X'00ff'",
    "0xFF",
    "b'01'",
    "0b1",
    "1",
    "1.5e-3",
    ".5",
    "1e1",
    "@v",
    "@`od``d`",
    "@'q'",
    "@@sql_mode",
    "@@SESSION.sql_mode",
    "NULL",
    "'\u{1F600} \u{e4}'",
    "'-- not a comment'",
    "'/* nor this */'",
    "(SELECT 'x' 'y')",
    "DATE'2024-02-03'",
];
const OPERATORS: [&str; 12] = [
    "+", "-", "*", "||", "&&", ",", "<=>", "- -", "->", " AND ", " OR ", "!=",
];

struct Dice(u64);

impl Dice {
    fn of<'a>(&mut self, faces: &[&'a str]) -> &'a str {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        faces[usize::try_from(self.0 % faces.len() as u64).expect("small")]
    }

    /// A statement that may make sense.
    fn statement(&mut self) -> String {
        let mut text = format!("SELECT{}", self.of(&GAPS));
        for at in 0..4 {
            if at > 0 {
                text.push_str(self.of(&OPERATORS));
                text.push_str(self.of(&GAPS));
            }
            text.push_str(self.of(&VALUES));
            text.push_str(self.of(&GAPS));
        }
        text
    }
}

#[tokio::test]
async fn what_the_server_accepts_comes_back_byte_for_byte() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("tokens");
    let mut conn = pair.source().root().await;
    conn.query_drop(format!("CREATE DATABASE {database}; USE {database}"))
        .await
        .expect("a database");
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut accepted = 0;
    for case in 0..CASES {
        let mode = dice.of(&MODES);
        let body = format!(
            "BEGIN{}{};{}END",
            dice.of(&GAPS),
            dice.statement(),
            dice.of(&GAPS)
        );
        conn.query_drop(format!("SET SESSION sql_mode = '{mode}'"))
            .await
            .expect("a mode");
        let create = format!("CREATE PROCEDURE `p``{case}`(){}{body}", dice.of(&GAPS));
        let joined: String = tokenize(&create, Mode::from_sql_mode(mode))
            .iter()
            .map(|token| token.text)
            .collect();
        assert_eq!(joined, create);
        if conn.query_drop(&create).await.is_err() {
            continue;
        }
        accepted += 1;
        let name = format!("p`{case}");
        let definition = shown_definition(&mut conn, case).await;
        let program = Program {
            kind: ProgramKind::Procedure,
            name: &TableName::new(database.as_str(), name.as_str()),
            definition: &definition,
            sql_mode: mode,
        };
        let none = ChangedNames::default();
        let rewritten = rewrite_definition(&program, &SameNames, &Definer::Keep, &none)
            .unwrap_or_else(|error| panic!("{error}\n{definition}"));
        let quote = if mode.contains("ANSI_QUOTES") {
            "\""
        } else {
            "`"
        };
        let own = format!("{quote}{}{quote}", name.replace(quote, &quote.repeat(2)));
        let qualified = format!("`{database}`.`p``{case}`");
        assert_eq!(
            rewritten.statement,
            definition.replacen(&own, &qualified, 1),
            "under {mode:?}"
        );
    }
    assert!(accepted > CASES / 8, "only {accepted} were accepted");
}

async fn shown_definition(conn: &mut mysql_async::Conn, case: usize) -> String {
    let row: Option<mysql_async::Row> = conn
        .query_first(format!("SHOW CREATE PROCEDURE `p``{case}`"))
        .await
        .expect("it is shown");
    row.and_then(|row| row.get(2)).expect("a definition")
}
