//! The language as a table: every block and attribute with its type, range and default.
//!
//! [`ROOT`] is the whole of it. Whatever is not in the table is an error at its place; the
//! reference is made from the same table, so that it cannot differ from what is accepted.

mod kind;
mod later;
mod objects;
mod run;
mod servers;

pub use kind::{Kind, List, Range, Text};
pub use objects::DDL;

/// A block of the language.
#[derive(Debug)]
pub struct Block {
    pub name: &'static str,
    /// What its label is, where it has one.
    pub label: Option<Label>,
    pub occurs: Occurs,
    pub attributes: &'static [Attribute],
    pub blocks: &'static [Block],
    /// Whether writing the block asks for something that `apply` cannot do yet.
    pub engine: Engine,
    pub about: &'static str,
}

/// The label of a block: `database "shop"`.
#[derive(Clone, Copy, Debug)]
pub struct Label {
    pub what: &'static str,
    pub kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occurs {
    /// Exactly once.
    Required,
    /// At most once; absent, its defaults hold.
    Default,
    /// At most once; absent, what it is about is off.
    Optional,
    /// Any number, told apart by their labels.
    Many,
    /// One or more, told apart by their labels.
    Some,
    /// Any number, in order; the labels may repeat.
    Ordered,
}

/// Whether the engine can do what a setting asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Here,
    Later,
}

/// An attribute of the language.
#[derive(Debug)]
pub struct Attribute {
    pub name: &'static str,
    pub kind: Kind,
    pub value: Absent,
    pub engine: Engine,
    pub about: &'static str,
}

/// What holds where the attribute is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// Nothing: the feature is off, the quantity unlimited.
    Nothing,
    /// This value, as HCL.
    Default(&'static str),
    /// What `resolve` derives from other settings.
    Derived,
    /// It must be written.
    Required,
}

impl Block {
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.attributes.iter().find(|one| one.name == name)
    }

    pub fn block(&self, name: &str) -> Option<&'static Block> {
        self.blocks.iter().find(|one| one.name == name)
    }
}

const fn block(name: &'static str, about: &'static str) -> Block {
    Block {
        name,
        label: None,
        occurs: Occurs::Default,
        attributes: &[],
        blocks: &[],
        engine: Engine::Here,
        about,
    }
}

impl Block {
    const fn label(mut self, what: &'static str, kind: Kind) -> Self {
        self.label = Some(Label { what, kind });
        self
    }

    const fn occurs(mut self, occurs: Occurs) -> Self {
        self.occurs = occurs;
        self
    }

    const fn attributes(mut self, attributes: &'static [Attribute]) -> Self {
        self.attributes = attributes;
        self
    }

    const fn blocks(mut self, blocks: &'static [Block]) -> Self {
        self.blocks = blocks;
        self
    }

    const fn later(mut self) -> Self {
        self.engine = Engine::Later;
        self
    }
}

const fn attribute(name: &'static str, kind: Kind, about: &'static str) -> Attribute {
    Attribute {
        name,
        kind,
        value: Absent::Nothing,
        engine: Engine::Here,
        about,
    }
}

impl Attribute {
    const fn required(mut self) -> Self {
        self.value = Absent::Required;
        self
    }

    const fn derived(mut self) -> Self {
        self.value = Absent::Derived;
        self
    }

    const fn default(mut self, value: &'static str) -> Self {
        self.value = Absent::Default(value);
        self
    }

    const fn later(mut self) -> Self {
        self.engine = Engine::Later;
        self
    }
}

/// The top level of a specification, but for `variable` and `locals`, which are not settings.
pub static ROOT: Block = block("", "a specification").blocks(&[
    run::MIGRATION,
    servers::SOURCE,
    servers::DESTINATION,
    objects::OBJECTS,
    objects::MAPPINGS,
    run::LIMITS,
    run::CONFLICTS,
    run::SCHEMA,
    later::INCREMENTAL,
    later::FINISH,
    later::WINDOW,
    run::PRECHECKS,
    later::VERIFY,
    later::NOTIFY,
    later::METRICS,
    run::STATE,
]);

/// A `variable` block; its `type` is a bare word, read apart.
pub static VARIABLE: Block = block("variable", "a value from outside")
    .label("name", Kind::Text(Text::Word))
    .attributes(&[
        attribute(
            "description",
            Kind::Text(Text::Any),
            "what the value is for",
        ),
        attribute(
            "type",
            Kind::Text(Text::Any),
            "`string`, `number`, `bool`, `list` or `map`, without quotes",
        ),
        attribute(
            "default",
            Kind::Text(Text::Any),
            "the value where none is given",
        ),
        attribute("sensitive", Kind::Bool, "whether the value is secret").default("false"),
    ]);

#[cfg(test)]
mod schema;
#[cfg(test)]
mod tests;
