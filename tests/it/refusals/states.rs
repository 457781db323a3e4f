//! State files that cannot be used, and locks.

use std::fs;

use super::{prepared, refused, says};
use crate::support::wait;

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_state_file_is_refused_and_left_as_it_is() {
    let (pair, database, cli) = prepared("state", "").await;
    cli.run(&["apply", "--auto-approve", "--until", "schema"])
        .expect_code(0);
    let name = format!("state/{}.json", pair.database("migration"));
    let whole = cli.read(&name);
    let half = &whole[..whole.len() / 2];
    let edited = whole.replace("\"serial\": ", "\"serial\": 1");
    assert_ne!(edited, whole);
    let newer = whole.replace("\"format_version\": 1", "\"format_version\": 99");
    assert_ne!(newer, whole);
    for (text, expected) in [
        (half, "cut short"),
        ("", "cut short"),
        ("\0\0\0\0", "cut short"),
        ("{}", "no cutover wrote it"),
        (&edited, "edited or damaged"),
        (&newer, "it has format 99"),
    ] {
        cli.write(&name, text);
        for arguments in [
            &["apply", "--auto-approve"][..],
            &["plan"],
            &["status"],
            &["verify"],
            &["state", "show"],
        ] {
            let output = refused(&pair, &cli, arguments, 1).await;
            says(&output, &[expected, &name]);
        }
    }
    // the copy beside it is whole, and going on from it is exact
    let backup = cli.folder().join(format!("{name}.backup"));
    fs::copy(backup, cli.folder().join(&name)).unwrap();
    cli.run(&["apply", "--auto-approve"]).expect_code(0);
    crate::support::equal::Comparison::of(&[&database])
        .assert_equal(pair.source(), pair.destination())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_of_another_migration_is_refused() {
    let (pair, _, cli) = prepared("other", "").await;
    cli.run(&["apply", "--auto-approve", "--until", "schema"])
        .expect_code(0);
    let first = pair.database("migration");
    let renamed = cli.read("main.hcl").replace(&first, "another");
    cli.write("main.hcl", &renamed);
    let state = format!("state/{first}.json");
    for arguments in [
        &["apply", "--auto-approve", "--state", &state][..],
        &["plan", "--state", &state],
        &["status", "--state", &state],
    ] {
        let output = refused(&pair, &cli, arguments, 1).await;
        says(&output, &[&first, "\"another\""]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_of_a_running_process_is_respected_and_one_of_a_killed_process_is_not() {
    let (pair, database, cli) = prepared("lock", "").await;
    // it holds the lock, and waits for its password until a file is there
    let whole = cli.read("main.hcl");
    let waiting = "password_command = [\"sh\", \"-c\", \"touch asked; until test -e go; do sleep 0.05; done; echo $PASSWORD\"]";
    cli.write(
        "main.hcl",
        &whole.replacen("password = env(\"PASSWORD\")", waiting, 1),
    );
    let first = cli.spawn(&["apply", "--auto-approve"]);
    let asked = cli.folder().join("asked");
    wait::until("the first asks for its password", || asked.exists());
    fs::remove_file(&asked).unwrap();
    for arguments in [
        &["apply", "--auto-approve"][..],
        &["apply", "--auto-approve", "--lock-timeout", "300ms"],
    ] {
        let output = refused(&pair, &cli, arguments, 4).await;
        says(
            &output,
            &["the state is locked by", &first.pid().to_string()],
        );
    }
    let lock = cli.read(&format!("state/{}.json.lock", pair.database("migration")));
    let lock: serde_json::Value = serde_json::from_str(&lock).unwrap();
    let id = lock["id"].as_str().unwrap();
    let output = refused(&pair, &cli, &["state", "unlock", id], 4).await;
    says(&output, &["locked by"]);
    // those who only look are not kept away
    cli.write("go", "");
    cli.run(&["plan"]).expect_code(0);
    let ended = first.wait().expect_code(0);
    assert!(ended.stdout.contains("Finished"), "{}", ended.stdout);
    crate::support::equal::Comparison::of(&[&database])
        .assert_equal(pair.source(), pair.destination())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lock_of_a_killed_process_is_taken_over() {
    let (_pair, _, mut cli) = prepared("killed", "").await;
    cli.env("CUTOVER_FAILPOINT", "engine.entered");
    cli.run(&["apply", "--auto-approve"]).expect_code(128 + 6);
    cli.env_remove("CUTOVER_FAILPOINT");
    let output = cli.run(&["apply", "--auto-approve"]).expect_code(0);
    says(&output, &["its lock is taken over"]);
    // a lock of another host is only a person's to release
    let (pair, _, cli) = prepared("elsewhere", "").await;
    let name = format!("state/{}.json.lock", pair.database("migration"));
    cli.write(
        &name,
        "{\"id\": \"0000abcd\", \"user\": \"u\", \"host\": \"elsewhere.example\", \"pid\": 1, \
         \"since\": \"2026-01-01T00:00:00Z\", \"command\": \"cutover apply\"}\n",
    );
    let output = refused(&pair, &cli, &["apply", "--auto-approve"], 4).await;
    says(
        &output,
        &["u@elsewhere.example", "cutover state unlock 0000abcd"],
    );
    cli.run(&["state", "unlock", "0000abcd"]).expect_code(0);
    cli.run(&["apply", "--auto-approve"]).expect_code(0);
}
