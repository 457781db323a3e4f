//! `fmt` as a user meets it: which files, which exit code, what is left on disk.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
};

use crate::support::cli::Cli;

const UGLY: &str = "source{\nhost=\"a\"\n  password    =  \"hunter2\"\n}\n";
const TIDY: &str = "source {\n  host     = \"a\"\n  password = \"hunter2\"\n}\n";

#[test]
fn check_changes_nothing_and_names_what_would_change() {
    let cli = Cli::new();
    cli.write("a.hcl", UGLY);
    cli.write("b.hcl", TIDY);
    let check = cli.run(&["fmt", "--check"]).expect_code(3);
    assert_eq!(
        (check.stdout.as_str(), check.stderr.as_str()),
        ("a.hcl\n", "")
    );
    assert_eq!(cli.read("a.hcl"), UGLY);
    let done = cli.run(&["fmt"]).expect_code(0);
    assert_eq!(done.stdout, "a.hcl\n");
    assert_eq!(cli.read("a.hcl"), TIDY);
    let again = cli.run(&["fmt", "--check"]).expect_code(0);
    assert_eq!(again.stdout, "");
}

#[test]
fn diff_shows_the_change_and_no_secret() {
    let cli = Cli::new();
    cli.write("a.hcl", UGLY);
    let diff = cli
        .run(&["fmt", "--check", "--diff", "a.hcl"])
        .expect_code(3);
    assert_eq!(
        diff.stdout,
        "a.hcl\n--- old/a.hcl\n+++ new/a.hcl\n@@ -1,4 +1,4 @@\n-source{\n-host=\"a\"\n-  \
         password    =  \"*******\"\n+source {\n+  host     = \"a\"\n+  password = \"*******\"\n }\n"
    );
    assert_eq!(cli.read("a.hcl"), UGLY);
}

#[test]
fn a_file_that_does_not_parse_is_told_and_left_and_the_others_are_laid_out() {
    let cli = Cli::new();
    let broken = "source{\n  host = \n  password = \"hunter2\"\n}\n";
    cli.write("a.hcl", broken);
    cli.write("b.hcl", UGLY);
    cli.write("sub/c.hcl", UGLY);
    cli.write(".hidden.hcl", UGLY);
    let run = cli.run(&["fmt"]).expect_code(1);
    assert!(run.stderr.contains("a.hcl:2"), "{}", run.stderr);
    assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);
    assert_eq!(cli.read("a.hcl"), broken);
    assert_eq!(cli.read("b.hcl"), TIDY);
    assert_eq!(cli.read("sub/c.hcl"), UGLY);
    assert_eq!(cli.read(".hidden.hcl"), UGLY);
}

#[test]
fn mode_and_links_stay() {
    let cli = Cli::new();
    let file = cli.write("sub/c.hcl", UGLY);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let link = cli.folder().join("link.hcl");
    symlink(&file, &link).unwrap();
    cli.run(&["fmt", "link.hcl"]).expect_code(0);
    assert_eq!(cli.read("sub/c.hcl"), TIDY);
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o640
    );
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_dir(cli.folder().join("sub")).unwrap().count(), 1);
}

#[test]
fn what_is_not_there_is_said() {
    let cli = Cli::new();
    let nothing = cli.run(&["fmt", "gone.hcl"]).expect_code(1);
    assert!(
        nothing
            .stderr
            .contains("gone.hcl cannot be read: it does not exist"),
        "{}",
        nothing.stderr
    );
    let empty = cli.run(&["fmt"]).expect_code(1);
    assert!(
        empty.stderr.contains("holds no .hcl file"),
        "{}",
        empty.stderr
    );
}
