//! Whether a text fits a pattern. A page gets no regular expressions: a browser's engine for them may need hours for a short text (`(a+)+$`), and
//! a different engine could decide differently from the server's. The server turns each expression into the table of an automaton, and both ends
//! follow that table: one step for each character and position, so the time is bounded by the two lengths.
//!
//! The table is lists of numbers, with `,` between numbers and `;` between lists. The first list has the number of classes. Then come
//! the classes, each the first and last code points of its runs in rising order, and then the positions: the number of the class that leads
//! there, 1 if a text may end there and else 0, and the positions that can come next. At the first position no character was read yet.

/// Most positions, and most transitions between them, in one pattern: with these a text of the greatest length takes less than a fifth of a second.
pub const POSITIONS: usize = 1_000;
pub const WAYS: usize = 2_000;

/// Whether the whole text fits. Every text fits a table that cannot be read: the server checks again.
#[must_use]
pub fn fits(table: &str, text: &str) -> bool {
    let lists = read(table);
    let count = lists.first().and_then(|list| list.first()).copied().unwrap_or(0) as usize;
    let Some((classes, positions)) = lists.get(1..).and_then(|rest| rest.split_at_checked(count)) else { return true };
    let leads = |to: usize, c: char| {
        let class = positions.get(to).and_then(|position| classes.get(*position.first()? as usize));
        class.is_some_and(|runs| holds(runs, u32::from(c)))
    };
    // The positions that are possible after the characters so far.
    let mut here = vec![false; positions.len()];
    if let Some(first) = here.first_mut() {
        *first = true;
    }
    for c in text.chars() {
        let mut next = vec![false; positions.len()];
        for (position, _) in positions.iter().zip(&here).filter(|(_, on)| **on) {
            for to in position.iter().skip(2) {
                if let Some(on) = next.get_mut(*to as usize)
                    && !*on
                {
                    *on = leads(*to as usize, c);
                }
            }
        }
        here = next;
    }
    positions.is_empty() || positions.iter().zip(here).any(|(position, on)| on && position.get(1) == Some(&1))
}

/// Whether a code point lies in one of the runs.
fn holds(runs: &[u32], code: u32) -> bool {
    let (mut low, mut high) = (0, runs.len() / 2);
    while low < high {
        let middle = usize::midpoint(low, high);
        if runs.get(2 * middle + 1).is_some_and(|last| *last < code) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    runs.get(2 * low).is_some_and(|first| *first <= code)
}

fn read(table: &str) -> Vec<Vec<u32>> {
    let mut lists = Vec::new();
    let mut list = Vec::new();
    let (mut number, mut begun) = (0_u32, false);
    for byte in table.bytes().chain([b';']) {
        if byte.is_ascii_digit() {
            number = number.wrapping_mul(10).wrapping_add(u32::from(byte - b'0'));
            begun = true;
            continue;
        }
        if begun {
            list.push(number);
        }
        (number, begun) = (0, false);
        if byte == b';' {
            lists.push(core::mem::take(&mut list));
        }
    }
    lists
}
