//! E-mail addresses.

use super::is_blank;

/// Longest address, part before the at sign, and label of a host, in bytes (RFC 5321, RFC 1035).
const ADDRESS: usize = 254;
const LOCAL: usize = 64;
const LABEL: usize = 63;

/// Whether a text can be one e-mail address in the common form: no quotes, no comments, no IP address in brackets. Letters of every script are
/// allowed. Only a mail can show whether the address exists.
#[must_use]
pub fn is_email(text: &str) -> bool {
    // Bytes of the part that is being read: before the at sign all of it, after it one label.
    let mut part = 0;
    let mut last = '.';
    let mut has_letter = false;
    let mut labels = 0;
    let mut in_host = false;
    for c in text.chars() {
        match c {
            '@' if in_host || part == 0 || part > LOCAL || last == '.' => return false,
            '@' => (in_host, part, last) = (true, 0, '.'),
            '.' if last == '.' => return false,
            '.' if in_host && (part > LABEL || last == '-') => return false,
            '.' => {
                (labels, has_letter) = (labels + usize::from(in_host), false);
                part = if in_host { 0 } else { part + 1 };
                last = c;
            }
            '-' if in_host && part == 0 => return false,
            _ if !fits(c, in_host) => return false,
            _ => {
                has_letter |= !matches!(c, '0'..='9' | '-');
                part += c.len_utf8();
                last = c;
            }
        }
    }
    in_host && labels > 0 && has_letter && part > 0 && part <= LABEL && last != '-' && text.len() <= ADDRESS
}

fn fits(c: char, in_host: bool) -> bool {
    match c {
        '0'..='9' | 'A'..='Z' | 'a'..='z' | '-' => true,
        '!' | '#'..='\'' | '*' | '+' | '/' | '=' | '?' | '^'..='`' | '{'..='~' => !in_host,
        _ => !c.is_ascii() && !is_blank(c),
    }
}
