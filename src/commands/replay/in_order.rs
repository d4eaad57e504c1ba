//! Works on many things at a time, and hands the results on in their order; never runs far ahead, so that memory stays flat.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Condvar, Mutex, PoisonError};

use crate::failure::Failure;

/// Results that may wait for an earlier one, for each thread.
const AHEAD: usize = 8;

/// Works on every item with so many threads; `take` gets the results one by one, in the order of the items.
///
/// # Errors
/// The first error of `take`; work stops then.
pub(super) fn each<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> R + Sync,
    mut take: impl FnMut(usize, R) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let threads = threads.clamp(1, items.len().max(1));
    let next = AtomicUsize::new(0);
    let gate = Gate { taken: Mutex::new(0), moved: Condvar::new(), stopped: AtomicBool::new(false), ahead: threads * AHEAD };
    let (send, receive) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (send, gate, next, work) = (send.clone(), &gate, &next, &work);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { return };
                    if !gate.wait(index) || send.send((index, work(item))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let mut waiting = BTreeMap::new();
        let mut due = 0;
        for (index, result) in receive {
            waiting.insert(index, result);
            while let Some(result) = waiting.remove(&due) {
                let taken = take(due, result);
                due += 1;
                if taken.is_err() {
                    gate.stop();
                    return taken;
                }
                gate.moves(due);
            }
        }
        Ok(())
    })
}

/// Holds back threads that would run too far ahead.
struct Gate {
    taken: Mutex<usize>,
    moved: Condvar,
    stopped: AtomicBool,
    ahead: usize,
}

impl Gate {
    /// Waits until the item at `index` may be worked on; false when nothing is wanted any more.
    fn wait(&self, index: usize) -> bool {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        while index >= *taken + self.ahead && !self.stopped.load(Ordering::Relaxed) {
            taken = self.moved.wait(taken).unwrap_or_else(PoisonError::into_inner);
        }
        !self.stopped.load(Ordering::Relaxed)
    }

    fn moves(&self, taken: usize) {
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner) = taken;
        self.moved.notify_all();
    }

    fn stop(&self) {
        let _held = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        self.stopped.store(true, Ordering::Relaxed);
        self.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Kind;

    #[test]
    fn results_come_in_order_whatever_finishes_first() {
        let items: Vec<u64> = (0..300).collect();
        let mut seen = Vec::new();
        each(
            &items,
            7,
            |item| item * 2,
            |index, result| {
                seen.push((index, result));
                Ok(())
            },
        )
        .unwrap();
        assert_eq!(seen, (0..300).map(|item| (item, item as u64 * 2)).collect::<Vec<_>>());
        assert!(each(&[] as &[u64], 4, |item| *item, |_, _| Ok(())).is_ok());
    }

    #[test]
    fn an_error_stops_the_work() {
        let items: Vec<usize> = (0..10_000).collect();
        let result = each(
            &items,
            4,
            |item| *item,
            |index, _| match index {
                5 => Err(Failure::new(Kind::Output, "full")),
                _ => Ok(()),
            },
        );
        assert_eq!(result.unwrap_err().message, "full");
    }
}
