//! Choices.

use crate::support::fixtures::Numbers;

/// A source of choices.
pub struct Dice(Numbers);

impl Dice {
    /// The same choices for the same seed.
    pub fn new(seed: u64) -> Self {
        let mut numbers = Numbers::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        for _ in 0..5 {
            numbers.next();
        }
        Self(numbers)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).expect("small");
        usize::try_from((self.0.next() >> 11) % limit).expect("below the limit")
    }

    pub fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}
