//! Telephone numbers as people write them.

use super::{digit, is_blank};

/// A number, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phone {
    /// Its digits as ASCII, with a plus in front when it has one.
    pub digits: String,
    /// The digits of the extension; empty when there is none.
    pub extension: String,
}

/// Fewest digits of a number, most of one (E.164), and most when it begins with the `00` that many countries dial in place of the plus.
const FEWEST: usize = 5;
const MOST: usize = 15;
const MOST_DIALLED: usize = 17;
/// Most digits of an extension, and most letters of a word for one, such as `ext` or `доб`.
const EXTENSION: usize = 7;
const WORD: usize = 12;

impl Phone {
    /// Reads a number: digits of any script, what people put between them, marks of direction and spaces of every kind, a plus at
    /// either end (in writing from right to left it is often typed last), a label in front (`Tel.`), and an extension behind, which
    /// is a word or a sign and up to seven digits. `None` when the text cannot be a number.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut phone = Self::default();
        let (mut plus, mut closed) = (false, true);
        // Letters of the label, and then of the word before the extension.
        let mut letters = 0;
        let mut extends = false;
        let mut count = 0;
        for c in text.chars() {
            if let Some(digit) = digit(c) {
                if !closed {
                    return None;
                }
                let part = if extends { &mut phone.extension } else { &mut phone.digits };
                part.push(char::from(b'0' + digit));
                count += usize::from(!extends);
                continue;
            }
            match c {
                _ if is_blank(c) => {}
                '+' | '＋' if plus || extends => return None,
                '+' | '＋' => {
                    plus = true;
                    // A plus after the digits is the end of them.
                    closed = count == 0;
                }
                '.' | ':' | '：' if count == 0 => closed = true,
                '-' | '.' | '/' | '(' | ')' | '[' | ']' | '~' | '·' | '‐'..='―' | '−' | '－' | '（' | '）' | '．' | '／' | 'ー' =>
                    {}
                _ if count == 0 => (closed, letters) = (false, letters + 1),
                _ if count >= FEWEST && phone.extension.is_empty() => {
                    letters = if extends { letters + 1 } else { 1 };
                    (extends, closed) = (true, true);
                }
                _ => return None,
            }
            if letters > WORD {
                return None;
            }
        }
        let most = if phone.digits.starts_with("00") { MOST_DIALLED } else { MOST };
        let fits = count >= FEWEST && count <= most && extends != phone.extension.is_empty() && phone.extension.len() <= EXTENSION;
        if plus {
            let digits = core::mem::replace(&mut phone.digits, String::from("+"));
            phone.digits.push_str(&digits);
        }
        fits.then_some(phone)
    }

    /// The digits to show, with those of the extension.
    #[must_use]
    pub fn plain(&self) -> String {
        let mut plain = self.digits.clone();
        if !self.extension.is_empty() {
            plain.push_str(" ext. ");
            plain.push_str(&self.extension);
        }
        plain
    }

    /// The number for a `tel:` link (RFC 3966): the global number if it is known, else the digits; with the extension.
    #[must_use]
    pub fn link(&self, global: Option<&str>) -> String {
        let mut link = String::from("tel:");
        link.push_str(global.unwrap_or(&self.digits));
        if !self.extension.is_empty() {
            link.push_str(";ext=");
            link.push_str(&self.extension);
        }
        link
    }
}
