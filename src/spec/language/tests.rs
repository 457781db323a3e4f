use super::*;
use crate::spec::default_setting;

fn walk(block: &'static Block, visit: &mut impl FnMut(&'static Block)) {
    visit(block);
    for inner in block.blocks {
        walk(inner, visit);
    }
}

#[test]
fn every_default_is_valid_for_its_own_attribute() {
    let mut count = 0;
    walk(&ROOT, &mut |block| {
        for attribute in block.attributes {
            if let Absent::Default(text) = attribute.value {
                count += 1;
                let setting = default_setting(attribute);
                assert!(
                    setting.is_some(),
                    "{}.{} = {text}",
                    block.name,
                    attribute.name
                );
            }
        }
    });
    assert!(count > 30, "only {count} defaults");
}

#[test]
fn names_are_unique_in_their_block_and_everything_is_described() {
    walk(&ROOT, &mut |block| {
        assert!(!block.about.is_empty(), "{}", block.name);
        let mut names: Vec<_> = block.attributes.iter().map(|one| one.name).collect();
        names.extend(block.blocks.iter().map(|one| one.name));
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "in {}", block.name);
        for attribute in block.attributes {
            assert!(
                !attribute.about.is_empty(),
                "{}.{}",
                block.name,
                attribute.name
            );
        }
    });
}

#[test]
fn whatever_may_be_there_many_times_is_told_apart_by_a_label() {
    walk(&ROOT, &mut |block| {
        let many = matches!(block.occurs, Occurs::Many | Occurs::Some | Occurs::Ordered);
        let named_once = block.name == "migration";
        assert_eq!(many || named_once, block.label.is_some(), "{}", block.name);
    });
}
