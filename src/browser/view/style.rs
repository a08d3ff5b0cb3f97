//! The style sheets, squeezed while compiling.

const HOST: &str = include_str!("host.css");
static HOST_CSS: [u8; squeeze::<{ HOST.len() }>(HOST).1] = cut(&squeeze::<{ HOST.len() }>(HOST).0);
const SOURCE: &str = include_str!("launcher.css");
static CSS: [u8; squeeze::<{ SOURCE.len() }>(SOURCE).1] = cut(&squeeze::<{ SOURCE.len() }>(SOURCE).0);

/// The style sheet of the element that holds a widget.
pub(super) fn host_css() -> &'static str {
    std::str::from_utf8(&HOST_CSS).unwrap_or("")
}

/// The style sheet of its content.
pub(super) fn css() -> &'static str {
    std::str::from_utf8(&CSS).unwrap_or("")
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
        // The last declaration of a rule needs no semicolon.
        if byte == b'}' && last == b';' {
            to -= 1;
        }
        // A space before a colon can be the one between two selectors: it stays.
        if byte == b'\n' || (gap && (matches!(last, b'\n' | b'{' | b'}' | b';' | b',' | b':') || matches!(next, b'{' | b'}' | b'!' | b' ')))
        {
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
