//! `schema`: the JSON Schema of a document, as under `schemas/`.

use crate::{
    cli::{arguments::SchemaDocument, exit::Exit},
    ui::Ui,
};

const SPEC: &str = include_str!("../../../schemas/spec.schema.json");
const PLAN: &str = include_str!("../../../schemas/plan.schema.json");
const STATE: &str = include_str!("../../../schemas/state.schema.json");

pub fn run(document: SchemaDocument, ui: Ui) -> Exit {
    ui.answer(match document {
        SchemaDocument::Spec => SPEC,
        SchemaDocument::Plan => PLAN,
        SchemaDocument::State => STATE,
    });
    Exit::Done
}
