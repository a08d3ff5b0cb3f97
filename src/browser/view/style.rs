//! The style sheet, squeezed while compiling, and the accent colour of a site.

use js_sys::Array;

use super::colour::Accent;
use super::dom::{El, Sheet};

const SOURCE: &str = include_str!("style.css");
static CSS: [u8; squeeze::<{ SOURCE.len() }>(SOURCE).1] = cut(&squeeze::<{ SOURCE.len() }>(SOURCE).0);

/// Gives a shadow root its style sheet, in place of those it has.
pub(super) fn dress(root: &El) {
    let sheet = Sheet::new();
    sheet.replace(std::str::from_utf8(&CSS).unwrap_or(""));
    root.set_sheets(&Array::of1(&sheet));
}

/// Sets the site's accent colour. A host page's `--chinwag-accent` goes before it.
pub(super) fn paint(frame: &El, accent: &str) {
    let accent = Accent::new(accent);
    for (name, colour) in [("--fill0", accent.fill), ("--on0", accent.on), ("--ink-l", accent.ink_light), ("--ink-d", accent.ink_dark)] {
        frame.css(name, &colour.text());
    }
}

/// Takes comments, line breaks, indentation and the spaces around marks out of a style sheet. Gives its bytes and how many count.
const fn squeeze<const N: usize>(css: &str) -> ([u8; N], usize) {
    let css = css.as_bytes();
    let mut out = [0; N];
    let (mut from, mut to) = (0, 0);
    while from < css.len() {
        let byte = css[from];
        let next = if from + 1 < css.len() { css[from + 1] } else { 0 };
        let last = if to > 0 { out[to - 1] } else { b'\n' };
        if byte == b'/' && next == b'*' {
            from += 2;
            while !(css[from] == b'*' && css[from + 1] == b'/') {
                from += 1;
            }
            from += 2;
            continue;
        }
        from += 1;
        let gap = byte == b'\n' || byte == b' ';
        // A space before a colon can be the one between two selectors: it stays.
        if byte == b'\n' || (gap && (matches!(last, b'\n' | b'{' | b'}' | b';' | b',' | b':') || matches!(next, b'{' | b' '))) {
            continue;
        }
        out[to] = byte;
        to += 1;
    }
    (out, to)
}

const fn cut<const N: usize>(long: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    let mut at = 0;
    while at < N {
        out[at] = long[at];
        at += 1;
    }
    out
}
