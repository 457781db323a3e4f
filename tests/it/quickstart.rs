//! The README's first command, with the binary that was built for the tests.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use crate::support::temp::TempFolder;

#[test]
fn the_quickstart_moves_the_shop_and_leaves_nothing_running() {
    let folder = TempFolder::new("quickstart");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/quickstart/run");
    let output = Command::new(script)
        .env("CUTOVER_BIN", env!("CARGO_BIN_EXE_cutover"))
        .env("TMPDIR", folder.path())
        .stdin(Stdio::null())
        .output()
        .expect("the script runs");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stdout}\n{stderr}");
    for command in ["validate", "plan", "apply", "verify"] {
        assert!(
            stdout.contains(&format!("$ cutover {command} examples/quickstart/shop.hcl")),
            "{stdout}"
        );
    }
    // apply shows its plan again
    let (plan, _) = stdout.split_once("$ cutover apply").expect("seen above");
    let warnings: Vec<&str> = plan
        .lines()
        .filter_map(|line| line.strip_prefix("  ! ")?.split(':').next())
        .collect();
    assert_eq!(warnings, ["no_primary_key", "source_still_written"]);
    assert!(stdout.contains("2 warnings (2 acknowledged)"), "{stdout}");
    assert!(stdout.contains("Equal: 16 tables"), "{stdout}");
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .expect("the folder is there")
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
