//! The style sheet, squeezed while compiling, and the accent colour of a site.

use js_sys::Array;

use super::colour::Accent;
use super::dom::{El, Sheet};

const SOURCE: &str = include_str!("style.css");
const SQUEEZED: ([u8; SOURCE.len()], usize) = squeeze(SOURCE.as_bytes());

/// Gives a shadow root its style sheet, in place of those it has.
pub(super) fn dress(root: &El) {
    let sheet = Sheet::new();
    let (bytes, len) = &SQUEEZED;
    sheet.replace(bytes.get(..*len).and_then(|css| std::str::from_utf8(css).ok()).unwrap_or_default());
    root.set_sheets(&Array::of1(&sheet));
}

/// Sets the site's accent colour. A host page's `--chinwag-accent` goes before it.
pub(super) fn paint(frame: &El, accent: &str) {
    let accent = Accent::new(accent);
    for (name, colour) in [("--fill0", accent.fill), ("--on0", accent.on), ("--ink-l", accent.ink_light), ("--ink-d", accent.ink_dark)] {
        frame.css(name, &colour.text());
    }
}

/// Takes comments, line breaks and indentation out of a style sheet.
const fn squeeze<const N: usize>(css: &[u8]) -> ([u8; N], usize) {
    let mut out = [0; N];
    let (mut from, mut to) = (0, 0);
    while from < css.len() {
        if css[from] == b'/' && from + 1 < css.len() && css[from + 1] == b'*' {
            from += 2;
            while !(css[from] == b'*' && css[from + 1] == b'/') {
                from += 1;
            }
            from += 2;
        } else if css[from] == b'\n' {
            from += 1;
            while from < css.len() && css[from] == b' ' {
                from += 1;
            }
        } else {
            out[to] = css[from];
            to += 1;
            from += 1;
        }
    }
    (out, to)
}
