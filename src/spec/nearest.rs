//! Which of the valid names was probably meant.

/// The candidate nearest to `word`, where it is near enough to be a slip: a third of the letters
/// at most, letters swapped with their neighbour counting once; or its beginning.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = word.to_lowercase();
    let length = folded.chars().count();
    candidates
        .into_iter()
        .map(|candidate| (distance(&folded, &candidate.to_lowercase()), candidate))
        .map(|(distance, candidate)| {
            // A word that was cut short is no slip of a letter, but is meant all the same.
            let begins = length >= 3 && candidate.to_lowercase().starts_with(&folded);
            (if begins { distance.min(1) } else { distance }, candidate)
        })
        .filter(|(distance, candidate)| *distance <= length.max(candidate.len()).div_ceil(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `one`, `two` or `three`, for "expected ...".
pub fn either<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<_> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

/// Optimal string alignment.
fn distance(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.chars().take(100).collect();
    let other: Vec<char> = other.chars().take(100).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let replaced = above[j] + usize::from(a != b);
            let mut least = replaced.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_strangers_are_not() {
        let names = ["host", "port", "password", "user"];
        assert_eq!(nearest("hots", names), Some("host"));
        assert_eq!(nearest("passwrd", names), Some("password"));
        assert_eq!(nearest("Port", names), Some("port"));
        assert_eq!(nearest("pass", names), Some("password"));
        assert_eq!(nearest("timezone", names), None);
        assert_eq!(nearest("", names), None);
    }

    #[test]
    fn alternatives_read_as_a_sentence() {
        assert_eq!(either(["a"]), "`a`");
        assert_eq!(either(["a", "b", "c"]), "`a`, `b` or `c`");
    }
}
