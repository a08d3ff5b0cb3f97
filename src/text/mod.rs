//! Rules for texts: whether a text has visible characters, how it is trimmed, which parts of it are links, telephone numbers or mail
//! addresses, and whether it matches a pattern. Pure, and the same for widget, desk and server.

pub mod email;
pub mod links;
pub mod pattern;
pub mod phone;
mod tables;

/// Whether a character shows nothing: white space (Unicode's `White_Space`), characters that are ignored where they cannot be displayed
/// (`Default_Ignorable_Code_Point`), and control characters. Two more are drawn as nothing although Unicode calls them signs: the
/// braille pattern without dots and the notehead without a note.
#[must_use]
pub const fn is_blank(c: char) -> bool {
    matches!(c, '\0'..=' ' | '\u{7f}'..='\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}'
        | '\u{3000}' | '\u{2800}' | '\u{1d159}')
        || is_ignorable(c)
}

/// Unicode's `Default_Ignorable_Code_Point`: joiners, marks of direction, variation selectors, fillers, tags.
#[must_use]
pub const fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Characters that change the one before them and must not be lost: variation selectors, the tags of flags, the joiner that gives an
/// Arabic letter its form.
const fn is_attached(c: char) -> bool {
    matches!(c, '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0020}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether a text has no visible character.
#[must_use]
pub fn is_empty(text: &str) -> bool {
    text.chars().all(is_blank)
}

/// A text without the blanks at both ends. Characters after the last visible one that change its looks (the selector after a heart,
/// the tags of a flag) are kept; after a character of ASCII there is nothing to change.
#[must_use]
pub fn trim(text: &str) -> &str {
    let (mut start, mut end) = (text.len(), 0);
    let mut attached = false;
    for (at, c) in text.char_indices() {
        if !is_blank(c) {
            start = start.min(at);
            attached = !c.is_ascii();
        } else if !(attached && is_attached(c)) {
            attached = false;
            continue;
        }
        end = at + c.len_utf8();
    }
    text.get(start..end).unwrap_or("")
}

/// A text that can be stored: without NUL, which some keyboards and clipboards insert and databases reject.
#[must_use]
pub fn without_nul(mut text: String) -> String {
    text.retain(|c| c != '\0');
    text
}

/// A text without what cannot be seen or turns the writing around: control characters, marks of direction, fillers. Joiners and
/// variation selectors stay: they are part of how words and emoji are written.
#[must_use]
pub fn without_hidden(text: &str) -> String {
    let kept =
        |c: char| matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{180b}'..='\u{180d}' | '\u{e0100}'..='\u{e01ef}');
    text.chars().filter(|c| kept(*c) || !(c.is_control() || is_ignorable(*c))).collect()
}

/// The value of a decimal digit of any script, from 0 to 9.
#[must_use]
pub fn digit(c: char) -> Option<u8> {
    let code = u32::from(c);
    if c.is_ascii() {
        return if c.is_ascii_digit() { u8::try_from(code - u32::from('0')).ok() } else { None };
    }
    // The ten digits of a script have consecutive code points, so a table of the zeros is enough.
    let (zeros, code) = match code {
        0..=0xffff => (&tables::ZEROS[..], code),
        _ => (&tables::ZEROS_OF_PLANE_1[..], code.checked_sub(0x1_0000)?),
    };
    let zero = zeros.iter().map(|zero| u32::from(*zero)).find(|zero| (*zero..zero + 10).contains(&code))?;
    u8::try_from(code - zero).ok()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use regex::Regex;

    fn every_char() -> impl Iterator<Item = char> {
        ('\0'..=char::MAX).filter(|c| !('\u{e000}'..='\u{f8ff}').contains(c))
    }

    #[test]
    fn blanks_are_what_unicode_says() {
        let ignorable = Regex::new(r"^\p{Default_Ignorable_Code_Point}$").expect("a pattern");
        let blank = Regex::new(r"^[\p{White_Space}\p{Cc}\x{2800}\x{1d159}]$").expect("a pattern");
        for c in every_char() {
            let mut buffer = [0; 4];
            let text: &str = c.encode_utf8(&mut buffer);
            assert_eq!(is_ignorable(c), ignorable.is_match(text), "U+{:04X}", u32::from(c));
            assert_eq!(is_blank(c), is_ignorable(c) || blank.is_match(text), "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn digits_are_those_of_every_script() {
        let decimal = Regex::new(r"^\p{Decimal_Number}$").expect("a pattern");
        let mut next = 0;
        for c in every_char() {
            let mut buffer = [0; 4];
            let is_digit = decimal.is_match(c.encode_utf8(&mut buffer));
            assert_eq!(digit(c), is_digit.then_some(next), "U+{:04X}", u32::from(c));
            next = if is_digit { (next + 1) % 10 } else { 0 };
        }
    }
}
