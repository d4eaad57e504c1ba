//! Leaves out whatever is not needed: the delta debugging of Zeller and Hildebrandt (2002), with a bound on how often it asks.

/// How often the question may still be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    left: usize,
}

impl Budget {
    /// So many questions.
    pub const fn new(questions: usize) -> Self {
        Self { left: questions }
    }

    /// Takes one; false when none is left.
    const fn take(&mut self) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        true
    }

    /// How many are left.
    pub const fn left(self) -> usize {
        self.left
    }
}

/// The items that are needed: leaving out any chunk of them, down to single ones while the budget lasts, makes `holds` false.
/// `holds` is true of all items; it is asked with the indices that stay, in order.
pub fn reduced(count: usize, budget: &mut Budget, mut holds: impl FnMut(&[usize]) -> bool) -> Vec<usize> {
    let mut kept: Vec<usize> = (0..count).collect();
    let mut chunk = count;
    while chunk > 0 && !kept.is_empty() {
        let mut start = 0;
        let mut shrunk = false;
        while start < kept.len() {
            let end = (start + chunk).min(kept.len());
            if !budget.take() {
                return kept;
            }
            let without: Vec<usize> = kept.iter().enumerate().filter(|(at, _)| *at < start || *at >= end).map(|(_, item)| *item).collect();
            if holds(&without) {
                kept = without;
                shrunk = true;
            } else {
                start = end;
            }
        }
        // At single items, another round only helps when this one left something out.
        chunk = if chunk == 1 && shrunk { 1 } else { chunk / 2 };
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_needed_stays() {
        let mut budget = Budget::new(500);
        let kept = reduced(100, &mut budget, |items| items.contains(&17) && items.contains(&80));
        assert_eq!(kept, [17, 80]);
        assert!(budget.left() > 400, "{budget:?}");
    }

    #[test]
    fn the_budget_bounds_the_questions() {
        let mut asked = 0;
        let kept = reduced(1000, &mut Budget::new(7), |items| {
            asked += 1;
            items.iter().filter(|item| *item % 2 == 0).count() == 500
        });
        assert_eq!(asked, 7);
        assert!(kept.len() >= 500);
        assert_eq!(reduced(0, &mut Budget::new(3), |_| true), Vec::<usize>::new());
    }
}
