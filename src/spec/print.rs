//! A section as canonical HCL: attributes in the table's order, `=` aligned, secrets masked.

use super::section::Section;
use super::setting::quote;

/// The text of a whole specification. The same section gives the same bytes.
pub fn print(root: &Section) -> String {
    let mut text = String::new();
    body(&mut text, root, 0);
    text
}

fn body(text: &mut String, section: &Section, depth: usize) {
    let indent = "  ".repeat(depth);
    let lines: Vec<(&str, String)> = section
        .block
        .attributes
        .iter()
        .filter_map(|attribute| {
            let setting = section.entries.get(attribute.name)?.setting.as_ref()?;
            Some((attribute.name, setting.to_hcl()))
        })
        .collect();
    let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, value) in &lines {
        text.extend([
            indent.as_str(),
            name,
            &" ".repeat(width - name.len()),
            " = ",
            value,
            "\n",
        ]);
    }
    let mut blank = !lines.is_empty();
    for block in section.block.blocks {
        for inner in section.sections(block.name) {
            if blank {
                text.push('\n');
            }
            blank = true;
            text.push_str(&indent);
            text.push_str(block.name);
            if let Some(label) = &inner.label {
                text.push(' ');
                text.push_str(&quote(&label.text));
            }
            if inner.entries.is_empty() && inner.sections.is_empty() {
                text.push_str(" {}\n");
                continue;
            }
            text.push_str(" {\n");
            body(text, inner, depth + 1);
            text.push_str(&indent);
            text.push_str("}\n");
        }
    }
}
