use super::*;

fn read(line: &str, account: &AccountName) -> Vec<String> {
    parse(line, account).iter().map(Grant::plain).collect()
}

#[test]
fn every_level_is_read() {
    let app = AccountName::new("app", "%");
    for (line, expected) in [
        ("GRANT USAGE ON *.* TO `app`@`%`", &[][..]),
        (
            "GRANT SELECT, CREATE USER ON *.* TO `app`@`%` WITH GRANT OPTION",
            &["SELECT on *.*, grantable", "CREATE USER on *.*, grantable"],
        ),
        (
            "GRANT BINLOG_ADMIN,XA_RECOVER_ADMIN ON *.* TO `app`@`%`",
            &["BINLOG_ADMIN on *.*", "XA_RECOVER_ADMIN on *.*"],
        ),
        (
            "GRANT ALL PRIVILEGES ON `a\\_b`.* TO `app`@`%`",
            &["ALL PRIVILEGES on a\\_b.*"],
        ),
        (
            "GRANT SELECT (`a`, `b,c`), DELETE ON `shop`.`t` TO `app`@`%`",
            &["DELETE on shop.t"],
        ),
        (
            "GRANT EXECUTE ON FUNCTION `shop`.`f` TO `app`@`%`",
            &["EXECUTE on function shop.f"],
        ),
        (
            "GRANT `r`@`%`,`we``ird`@`10.%` TO `app`@`%` WITH ADMIN OPTION",
            &["role r@%, grantable", "role we`ird@10.%, grantable"],
        ),
        (
            "GRANT PROXY ON `root`@`localhost` TO `app`@`%`",
            &["proxy for root@localhost"],
        ),
        (
            "REVOKE INSERT ON `shop`.* FROM `app`@`%`",
            &["without INSERT on shop.*"],
        ),
    ] {
        assert_eq!(read(line, &app), expected, "{line}");
    }
}

/// 5.6 prints accounts without escapes.
#[test]
fn a_name_cannot_give_itself_the_grant_option() {
    let hostile = AccountName::new("x' WITH GRANT OPTION -- ", "%");
    let line = format!("GRANT SELECT ON `d`.* TO '{}'@'%'", hostile.user);
    assert_eq!(read(&line, &hostile), ["SELECT on d.*"]);
    let line = format!("{line} WITH GRANT OPTION");
    assert_eq!(read(&line, &hostile), ["SELECT on d.*, grantable"]);
}

#[test]
fn what_was_read_can_be_granted_again() {
    let app = AccountName::new("o'b`", "%");
    let lines = [
        "GRANT SELECT, CREATE USER ON *.* TO `o'b```@`%`",
        "GRANT BACKUP_ADMIN ON *.* TO `o'b```@`%` WITH GRANT OPTION",
        "GRANT DELETE ON `shop`.`t``x` TO `o'b```@`%`",
        "GRANT `r`@`%` TO `o'b```@`%`",
        "REVOKE INSERT ON `shop`.* FROM `o'b```@`%`",
    ];
    let mut grants: BTreeSet<Grant> = lines.iter().flat_map(|line| parse(line, &app)).collect();
    for (privilege, column) in [("SELECT", "a,b"), ("SELECT", "c")] {
        grants.insert(Grant {
            on: GrantLevel::Table {
                name: TableName::new("shop", "t`x"),
            },
            privilege: privilege.to_owned(),
            column: Some(Ident::new(column)),
            grantable: false,
            revoked: false,
        });
    }
    assert_eq!(
        statements(&app, &grants),
        [
            "GRANT CREATE USER, SELECT ON *.* TO `o'b```@`%`",
            "GRANT BACKUP_ADMIN ON *.* TO `o'b```@`%` WITH GRANT OPTION",
            "GRANT DELETE, SELECT (`a,b`, `c`) ON `shop`.`t``x` TO `o'b```@`%`",
            "GRANT `r`@`%` TO `o'b```@`%`",
            "REVOKE INSERT ON `shop`.* FROM `o'b```@`%`",
        ]
    );
}
