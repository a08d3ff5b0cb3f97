//! Finds possible links in a text of an untrusted writer. The text is not changed: the result says which parts of it may be links, and a parser
//! for addresses (the browser's own) decides about each.

use super::{email::is_email, is_blank, is_ignorable, tables};

/// A run of a text. The runs joined together are the whole text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    Link(Link<'a>),
}

/// A run that may be a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link<'a> {
    /// The run itself.
    pub shown: &'a str,
    /// The text to put before it to make it an address: nothing, `https://` or `mailto:`.
    pub prefix: &'static str,
}

/// Most bytes of a link: longer ones stay text.
const LONGEST: usize = 2_000;
/// Fewest digits in a `tel:` link.
const FEWEST_DIGITS: usize = 5;

const HTTPS: &str = "https://";
const HTTP: &str = "http://";
const MAILTO: &str = "mailto:";
const TEL: &str = "tel:";
const WWW: &str = "www.";

impl<'a> Link<'a> {
    /// The address, for a parser.
    #[must_use]
    pub fn address(&self) -> String {
        let mut address = String::from(self.prefix);
        address.push_str(self.shown);
        address
    }

    /// The host as a reader sees it: the first part of a web address, or the part behind the at sign of a mail address.
    /// Empty for a telephone number.
    #[must_use]
    pub fn look(&self) -> &'a str {
        if begins(self.shown, TEL) {
            return "";
        }
        if self.prefix == MAILTO || begins(self.shown, MAILTO) {
            return after(until(self.shown, b'?'), b'@');
        }
        let rest = [HTTPS, HTTP].iter().find_map(|scheme| begins(self.shown, scheme).then(|| self.shown.get(scheme.len()..)));
        let rest = rest.flatten().unwrap_or(self.shown);
        let in_brackets = rest.starts_with('[');
        let ends = |b: u8| if in_brackets { b == b']' } else { matches!(b, b'/' | b'?' | b'#' | b'\\' | b':') };
        let end = rest.bytes().position(ends).map_or(rest.len(), |at| at + usize::from(in_brackets));
        rest.get(..end).unwrap_or("")
    }

    /// Whether a host, as a parser gives it, is the one that the link looks like. If it is not, it has to be shown.
    #[must_use]
    pub fn looks_like(&self, host: &str) -> bool {
        self.look().eq_ignore_ascii_case(host)
    }
}

/// Whether a click may lead to this address: a page of the web, a mail, a telephone. `followed` of src/browser/js/href.js has the same rule for
/// the output of the browser's parser.
#[must_use]
pub fn may_follow(address: &str) -> bool {
    is_web(address) || [MAILTO, TEL].iter().any(|scheme| begins(address, scheme))
}

/// Whether the address is `http:` or `https:`.
#[must_use]
pub fn is_web(address: &str) -> bool {
    [HTTPS, HTTP].iter().any(|scheme| begins(address, scheme))
}

/// Cuts a text into runs.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let (mut plain, mut at) = (0, 0);
    while let Some(byte) = text.as_bytes().get(at) {
        let hit = match byte | 0x20 {
            b'h' | b'm' | b't' | b'w' => written(text, at),
            _ if *byte == b'@' => mail(text, plain, at),
            _ => None,
        };
        let Some((start, end, prefix)) = hit else {
            at += 1;
            continue;
        };
        if start < end {
            if let Some(before) = text.get(plain..start).filter(|before| !before.is_empty()) {
                found.push(Piece::Text(before));
            }
            if let Some(shown) = text.get(start..end) {
                found.push(Piece::Link(Link { shown, prefix }));
            }
            plain = end;
        }
        at = end.max(at + 1);
    }
    if let Some(rest) = text.get(plain..).filter(|rest| !rest.is_empty()) {
        found.push(Piece::Text(rest));
    }
    found
}

/// Start, end and prefix. An empty run gives the position from which to search on.
type Hit = (usize, usize, &'static str);

/// An address that begins here with a scheme or with `www.`.
fn written(text: &str, start: usize) -> Option<Hit> {
    let rest = text.get(start..)?;
    let scheme = *[HTTPS, HTTP, MAILTO, TEL, WWW].iter().find(|scheme| begins(rest, scheme))?;
    // Not inside a word; letters of other scripts may stand right before it.
    let before = start.checked_sub(1).and_then(|at| text.as_bytes().get(at));
    if before.is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let run = run(rest, scheme);
    let body = run.get(scheme.len()..).unwrap_or("");
    let fits = match scheme {
        HTTPS | HTTP => body.bytes().next().is_some_and(opens_host),
        WWW => body.bytes().next().is_some_and(opens_host) && after(body, b'.') != body && !after(body, b'.').is_empty(),
        MAILTO => is_email(until(body, b'?')),
        _ => body.bytes().filter(u8::is_ascii_digit).count() >= FEWEST_DIGITS,
    };
    if !fits || run.len() > LONGEST {
        return None;
    }
    // With invisible characters in it, the address could look like another one.
    let end = if run.chars().any(|c| is_ignorable(c) || c.is_control()) { start } else { start + run.len() };
    if end == start {
        return Some((start + run.len(), start + run.len(), ""));
    }
    Some((start, end, if scheme == WWW { HTTPS } else { "" }))
}

/// A mail address around an at sign. The text before `floor` belongs to another link.
fn mail(text: &str, floor: usize, at: usize) -> Option<Hit> {
    let before = text.get(floor..at)?;
    // The part before the at sign has letters of one kind: ASCII and accented letters, or other ones. So a word of another script right in
    // front of the address is not taken as a part of it.
    let mut start = at;
    let mut kind = None;
    for (index, c) in before.char_indices().rev() {
        let own = match c {
            '0'..='9' | '.' | '_' | '%' | '+' | '-' | '\'' => None,
            'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' => Some(true),
            _ if c.is_ascii() || stops(c) || is_glued(c) => break,
            _ => Some(false),
        };
        if own.is_some() && kind.is_some() && own != kind {
            break;
        }
        kind = kind.or(own);
        start = floor + index;
    }
    let local = text.get(start..at)?;
    let start = start + (local.len() - local.trim_start_matches(['.', '-', '\'', '+', '%']).len());
    if start == at || start.checked_sub(1).is_some_and(|before| text.as_bytes().get(before) == Some(&b'/')) {
        return None;
    }
    let rest = text.get(at + 1..)?;
    let end = rest.find(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && c != '.' && c != '-').unwrap_or(rest.len());
    let host = run(rest.get(..end)?, "@").trim_end_matches(['.', '-']);
    let end = at + 1 + host.len();
    is_email(text.get(start..end)?).then_some((start, end, MAILTO))
}

/// The run that begins with a scheme, without the punctuation of the sentence around it.
fn run<'a>(text: &'a str, scheme: &str) -> &'a str {
    // `@`: the host of a mail address.
    let skip = if scheme == "@" { 0 } else { scheme.len() };
    let (mut end, mut last) = (skip, '/');
    let mut in_host = true;
    // Whether there are characters since the last delimiter, all of them ASCII.
    let mut plain = false;
    for (at, c) in text.get(skip..).unwrap_or("").char_indices() {
        if stops(c) || end > LONGEST {
            break;
        }
        in_host &= !matches!(c, '/' | '?' | '#');
        if c.is_ascii_alphanumeric() {
            plain |= !matches!(last, '\u{80}'..);
        } else if c.is_ascii() {
            plain = false;
        } else if is_glued(c) {
            // In scripts that put no spaces between words the sentence goes on right after the address.
            let begins_part = matches!(last, '/' | '=' | '_' | '-' | '+' | '#' | ':') || (in_host && last == '.');
            if plain || (last.is_ascii() && !begins_part) {
                break;
            }
        }
        if !joins(c) {
            last = c;
        }
        end = skip + at + c.len_utf8();
    }
    close(text.get(..end).unwrap_or(""), skip)
}

/// Cuts the punctuation of the sentence from the end, and brackets that were not opened inside.
fn close(run: &str, skip: usize) -> &str {
    let mut open = [0_i32; 3];
    for byte in run.bytes() {
        if let Some((kind, step)) = bracket(byte)
            && let Some(open) = open.get_mut(kind)
        {
            *open += step;
        }
    }
    let mut end = run.len();
    for c in run.chars().rev() {
        if end <= skip {
            break;
        }
        let kept = match c {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '|' | '`' | '^' | '\\' => false,
            '(' | ')' | '[' | ']' | '{' | '}' => {
                let (kind, step) = u8::try_from(c).ok().and_then(bracket).unwrap_or((0, 0));
                let count = open.get_mut(kind);
                // A closing bracket is kept if an opening one inside the run belongs to it.
                let balanced = step < 0 && count.as_ref().is_some_and(|count| **count >= 0);
                if let Some(count) = count
                    && !balanced
                {
                    *count -= step;
                }
                balanced
            }
            _ => c.is_ascii() || !(is_blank(c) || joins(c)),
        };
        if kept {
            break;
        }
        end -= c.len_utf8();
    }
    run.get(..end).unwrap_or("")
}

const fn bracket(byte: u8) -> Option<(usize, i32)> {
    match byte {
        b'(' => Some((0, 1)),
        b')' => Some((0, -1)),
        b'[' => Some((1, 1)),
        b']' => Some((1, -1)),
        b'{' => Some((2, 1)),
        b'}' => Some((2, -1)),
        _ => None,
    }
}

/// Characters that end an address: white space, quotes, angle brackets, punctuation beyond ASCII, signs and emoji.
fn stops(c: char) -> bool {
    match c {
        '"' | '<' | '>' => true,
        '!'..='~' => false,
        '\u{20a0}'..='\u{20cf}' | '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' | '\u{ff5e}' => true,
        _ => (is_blank(c) && !is_ignorable(c)) || (!joins(c) && is_punctuation(c)),
    }
}

/// Punctuation that stands inside words and names. At the end of an address it closes the sentence all the same.
const fn joins(c: char) -> bool {
    matches!(c, '\u{b7}' | '\u{2010}'..='\u{2013}' | '\u{2019}' | '\u{30fb}')
}

/// Punctuation beyond ASCII.
fn is_punctuation(c: char) -> bool {
    let code = u32::from(c);
    let (table, code) = match code {
        0..=0xffff => (&tables::PUNCTUATION[..], code),
        _ => (&tables::PUNCTUATION_OF_PLANE_1[..], code - 0x1_0000),
    };
    table.iter().any(|(first, last)| u32::from(*first) <= code && code <= u32::from(*last))
}

/// Letters of scripts that are written without spaces between words, or that put endings right behind a foreign word.
const fn is_glued(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ffdc}' | '\u{20000}'..='\u{3ffff}')
}

const fn opens_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || byte == b'['
}

fn begins(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// The text before the first of a byte of ASCII; all of it when there is none.
fn until(text: &str, mark: u8) -> &str {
    let end = text.bytes().position(|byte| byte == mark).unwrap_or(text.len());
    text.get(..end).unwrap_or("")
}

/// The text behind the last of a byte of ASCII; all of it when there is none.
fn after(text: &str, mark: u8) -> &str {
    let start = text.bytes().rposition(|byte| byte == mark).map_or(0, |at| at + 1);
    text.get(start..).unwrap_or("")
}
