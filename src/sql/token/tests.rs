use proptest::prelude::*;

use super::*;

fn kinds(sql: &str) -> Vec<(Kind, &str)> {
    tokenize(sql, Mode::default())
        .into_iter()
        .filter(|token| token.kind != Kind::Space)
        .map(|token| (token.kind, token.text))
        .collect()
}

#[test]
fn a_versioned_comment_is_code_and_others_are_not() {
    assert_eq!(
        kinds("/*!50100 a /* b */ c */ /* ` */ /*+ x */ -- y\n--1 # z"),
        [
            (Kind::VersionedOpen, "/*!50100"),
            (Kind::Word, "a"),
            (Kind::Comment, "/* b */"),
            (Kind::Word, "c"),
            (Kind::VersionedClose, "*/"),
            (Kind::Comment, "/* ` */"),
            (Kind::Hint, "/*+ x */"),
            (Kind::Comment, "-- y\n"),
            (Kind::Symbol, "-"),
            (Kind::Symbol, "-"),
            (Kind::Number, "1"),
            (Kind::Comment, "# z"),
        ]
    );
}

#[test]
fn strings_end_where_the_server_ends_them() {
    assert_eq!(
        kinds(r#"'a\'b''c' "d""e" N'x' _latin1'y' x'0f' B'01' x'0g'"#),
        [
            (Kind::Text, r"'a\'b''c'"),
            (Kind::Text, r#""d""e""#),
            (Kind::Text, "N'x'"),
            (Kind::Introducer, "_latin1"),
            (Kind::Text, "'y'"),
            (Kind::HexOrBit, "x'0f'"),
            (Kind::HexOrBit, "B'01'"),
            (Kind::Word, "x"),
            (Kind::Text, "'0g'"),
        ]
    );
    assert_eq!(kinds("'a\\"), [(Kind::Unterminated, "'a\\")]);
}

#[test]
fn the_sql_mode_decides_about_quotes_and_backslashes() {
    let mode = Mode::from_sql_mode("ANSI_QUOTES,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES");
    let tokens = tokenize(r#""a""b" 'x\' y"#, mode);
    assert_eq!(tokens[0].kind, Kind::Quoted);
    assert_eq!(tokens[0].name(), Some(Ident::new("a\"b")));
    assert_eq!(tokens[2].text, r"'x\'");
    assert_eq!(tokens[4].text, "y");
    assert_eq!(Mode::from_sql_mode("ANSI"), Mode::default());
}

#[test]
fn names_numbers_and_variables_are_told_apart() {
    assert_eq!(
        kinds(
            "1st 0x1F 0xyz a.1b 1.5e-3 .5 a.select @a.b @`x``y` @'z' @@GLOBAL.c `r`@`h` é$1 a:=1->>2"
        ),
        [
            (Kind::Word, "1st"),
            (Kind::HexOrBit, "0x1F"),
            (Kind::Word, "0xyz"),
            (Kind::Word, "a"),
            (Kind::Symbol, "."),
            (Kind::Word, "1b"),
            (Kind::Number, "1.5e-3"),
            (Kind::Number, ".5"),
            (Kind::Word, "a"),
            (Kind::Symbol, "."),
            (Kind::Word, "select"),
            (Kind::Variable, "@a.b"),
            (Kind::Variable, "@`x``y`"),
            (Kind::Variable, "@'z'"),
            (Kind::Variable, "@@GLOBAL.c"),
            (Kind::Quoted, "`r`"),
            (Kind::Variable, "@`h`"),
            (Kind::Word, "é$1"),
            (Kind::Word, "a"),
            (Kind::Symbol, ":="),
            (Kind::Number, "1"),
            (Kind::Symbol, "->>"),
            (Kind::Number, "2"),
        ]
    );
}

#[test]
fn a_body_in_dollar_quotes_is_one_string() {
    assert_eq!(
        kinds("AS $$ it's `a` $$ x AS $js$ ' $js$ $a$"),
        [
            (Kind::Word, "AS"),
            (Kind::Text, "$$ it's `a` $$"),
            (Kind::Word, "x"),
            (Kind::Word, "AS"),
            (Kind::Text, "$js$ ' $js$"),
            (Kind::Word, "$a$"),
        ]
    );
}

fn assert_lossless(sql: &str, mode: Mode) {
    let tokens = tokenize(sql, mode);
    let joined: String = tokens.iter().map(|token| token.text).collect();
    assert_eq!(joined, sql);
    assert!(tokens.iter().all(|token| !token.text.is_empty()));
}

fn any_mode() -> impl Strategy<Value = Mode> {
    (any::<bool>(), any::<bool>()).prop_map(|(ansi_quotes, no_backslash_escapes)| Mode {
        ansi_quotes,
        no_backslash_escapes,
    })
}

proptest! {
    #[test]
    fn any_text_comes_back_byte_for_byte(sql in any::<String>(), mode in any_mode()) {
        assert_lossless(&sql, mode);
    }

    #[test]
    fn text_made_of_sql_comes_back_byte_for_byte(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("`"), Just("'"), Just("\""), Just("\\"), Just("/*"), Just("*/"), Just("/*!"),
                Just("/*!50100"), Just("--"), Just("-- "), Just("#"), Just("\n"), Just("@"),
                Just("@@"), Just("$"), Just("$$"), Just("AS"), Just("x'"), Just("_utf8"), Just("."),
                Just("1"), Just("e+"), Just("0x"), Just("é"), Just("😀"), Just("select "), Just("\0"),
                Just("("), Just(")"), Just("->"), Just(":="), Just("N'"), Just("/*+"), Just(" "),
            ],
            0..40,
        ),
        mode in any_mode(),
    ) {
        assert_lossless(&pieces.concat(), mode);
    }

    #[test]
    fn an_identifier_comes_back_as_the_same_name(name in "\\PC{1,20}") {
        let ident = Ident::new(name);
        let sql = ident.to_string();
        let tokens = tokenize(&sql, Mode::default());
        prop_assert_eq!(tokens.len(), 1);
        prop_assert_eq!(tokens[0].name(), Some(ident));
    }
}
