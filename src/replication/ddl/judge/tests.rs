use super::*;

fn table(name: &str) -> TableName {
    TableName::new("d", name)
}

#[test]
fn renames_are_followed_to_their_end() {
    let pairs = [
        (table("a"), table("tmp")),
        (table("b"), table("a")),
        (table("tmp"), table("b")),
        (table("x"), table("y")),
    ];
    let moved = moves(&pairs);
    assert_eq!(
        moved,
        [
            (table("b"), table("a")),
            (table("a"), table("b")),
            (table("x"), table("y"))
        ]
    );
    assert_eq!(kept(&pairs, &moved[..2]), pairs[..3]);
    assert_eq!(
        moves(&[(table("a"), table("t")), (table("t"), table("a"))]),
        []
    );
}
