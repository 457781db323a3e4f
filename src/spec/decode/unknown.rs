//! Names that the table does not have, and what was probably meant.

use crate::spec::diagnostic::{Diagnostic, Place};
use crate::spec::language::{Attribute, Block, ROOT};
use crate::spec::nearest::{either, nearest};

/// `parent`: what the block is called, with a dot behind it; empty for the whole.
/// The attribute of the block that was probably meant.
pub fn meant_attribute(block: &Block, key: &str) -> Option<&'static Attribute> {
    if block.block(key).is_some() {
        return None;
    }
    block.attribute(nearest(key, block.attributes.iter().map(|one| one.name))?)
}

/// The block in `parent` that was probably meant.
pub fn meant_block(parent: &Block, word: &str) -> Option<&'static Block> {
    if parent.attribute(word).is_some() {
        return None;
    }
    parent.block(nearest(word, names(parent))?)
}

/// What may stand in a block, as blocks.
fn names(parent: &Block) -> Vec<&'static str> {
    let own = parent.blocks.iter().map(|one| one.name);
    let root = parent.name.is_empty().then_some(["variable", "locals"]);
    own.chain(root.into_iter().flatten()).collect()
}

pub fn attribute(block: &Block, parent: &str, key: &str, place: &Place) -> Diagnostic {
    let message = if parent.is_empty() {
        format!("a specification has no attribute `{key}`")
    } else {
        format!(
            "`{}` has no attribute `{key}`",
            parent.trim_end_matches('.')
        )
    };
    let found =
        Diagnostic::error("cutover::spec::unknown_attribute", message).at(place, "not known");
    if let Some(inner) = block.block(key) {
        let label = inner
            .label
            .map(|label| format!(" \"{}\"", label.what.to_uppercase()));
        let found = found.at(place, "written as an attribute");
        return found.help(format!(
            "`{key}` is a block: write `{key}{} {{ ... }}`, without `=`",
            label.unwrap_or_default()
        ));
    }
    let names = || block.attributes.iter().map(|one| one.name);
    if let Some(near) = nearest(key, names()) {
        return found.help(format!("did you mean `{near}`?"));
    }
    let elsewhere = holders(key);
    if !elsewhere.is_empty() {
        let blocks = either(elsewhere.iter().map(String::as_str));
        return found.help(format!("`{key}` belongs in {blocks}"));
    }
    if block.attributes.is_empty() {
        let blocks = either(block.blocks.iter().map(|one| one.name));
        return found.help(format!("only blocks stand here: {blocks}"));
    }
    found.help(format!(
        "known here: {}",
        either(names()).replace(" or ", ", ")
    ))
}

pub fn block(parent: &Block, called: &str, word: &str, place: &Place) -> Diagnostic {
    let message = if called.is_empty() {
        format!("a specification has no block `{word}`")
    } else {
        format!("`{}` has no block `{word}`", called.trim_end_matches('.'))
    };
    let found = Diagnostic::error("cutover::spec::unknown_block", message).at(place, "not known");
    if parent.attribute(word).is_some() {
        let found = found.at(place, "written as a block");
        return found.help(format!("`{word}` is an attribute: write `{word} = ...`"));
    }
    if !called.is_empty() && self::names(&ROOT).contains(&word) {
        return found.help(format!(
            "`{word}` stands by itself: write it outside of every other block"
        ));
    }
    let names = names(parent);
    if let Some(near) = nearest(word, names.iter().copied()) {
        return found.help(format!("did you mean `{near}`?"));
    }
    let elsewhere = block_holders(word);
    if !elsewhere.is_empty() {
        let blocks = either(elsewhere.iter().map(String::as_str));
        return found.help(format!("`{word}` belongs in {blocks}"));
    }
    if names.is_empty() {
        return found.help(format!(
            "`{}` holds no blocks",
            called.trim_end_matches('.')
        ));
    }
    let known = either(names).replace(" or ", ", ");
    found.help(format!("known here: {known}"))
}

/// The blocks of the language that have an attribute of this name: `limits.full`.
fn holders(key: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk(&ROOT, "", &mut |block, path| {
        if block.attribute(key).is_some() {
            found.push(path.to_owned());
        }
    });
    found
}

/// The blocks of the language that have a block of this name.
fn block_holders(word: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk(&ROOT, "", &mut |block, path| {
        if block.block(word).is_some() && !path.is_empty() {
            found.push(path.to_owned());
        }
    });
    found
}

fn walk(block: &'static Block, path: &str, visit: &mut impl FnMut(&'static Block, &str)) {
    visit(block, path);
    for inner in block.blocks {
        let dot = if path.is_empty() { "" } else { "." };
        walk(inner, &format!("{path}{dot}{}", inner.name), visit);
    }
}
