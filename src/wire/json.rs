//! A JSON reader and writer of our own: bounded depth, no allocation beyond the values themselves. It counts with integers only; other
//! numbers are let through as text.
//!
//! Why not serde_json: derived over our frames it costs the visitor 30 KB, this one 8 (docs/decisions.md, "The codec"). A property
//! test holds it against serde_json (`tests/codec.rs`).

/// How deep arrays and objects may nest (quality S34).
pub const MAX_DEPTH: usize = 64;

/// A JSON value, and where it stands in the text that it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct Json {
    pub value: Value,
    /// Its bytes in the text, without the white space around it: see [`super::RawJson`].
    pub span: core::ops::Range<usize>,
}

/// The type of a JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    /// A number that is no integer of 64 bits, as it was written. Nothing that we know needs one; a member of a later version may.
    Number(String),
    Str(String),
    List(Vec<Json>),
    /// Members in the order of the text. Of two members with one name the first counts.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Read in place of a missing member.
    pub(super) const MISSING: &'static Self = &Self { value: Value::Null, span: 0..0 };

    /// Reads one whole text.
    ///
    /// # Errors
    /// [`Malformed`] with the byte offset when the text is not JSON or nests deeper than [`MAX_DEPTH`].
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let mut reader = Reader { bytes: text.as_bytes(), text, at: 0 };
        reader.whole().map_err(|expected| Malformed { field: String::new(), expected, offset: Some(reader.at) })
    }

    /// The member of an object; `None` when there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        match &self.value {
            Value::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The value of an integer of 0 or more.
    #[must_use]
    pub fn as_count(&self) -> Option<u64> {
        match &self.value {
            Value::Int(value) => u64::try_from(*value).ok(),
            _ => None,
        }
    }

    /// The text of a string value.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }
}

/// A fault in JSON that was received: the error names the field and what was expected there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Path of the field, outermost first, joined with dots; empty for the whole.
    pub field: String,
    /// The expected form, as a noun phrase.
    pub expected: &'static str,
    /// Byte offset in the text when it was not JSON at all.
    pub offset: Option<usize>,
}

impl Malformed {
    /// Whether the fault is only that the kind is unknown. Both sides ignore such frames (quality R18).
    #[must_use]
    pub fn is_unknown_kind(&self) -> bool {
        self.expected == UNKNOWN_KIND
    }
}

/// The `expected` of a tagged value whose tag is of a later version.
pub const UNKNOWN_KIND: &str = "a known kind";

impl core::fmt::Display for Malformed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(if self.field.is_empty() { "frame" } else { &self.field })?;
        f.write_str(": expected ")?;
        f.write_str(self.expected)
    }
}

/// Its methods return the expected form as an error; the position of the error is `at`.
struct Reader<'a> {
    bytes: &'a [u8],
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn whole(&mut self) -> Result<Json, &'static str> {
        self.space();
        let value = self.value(MAX_DEPTH)?;
        self.space();
        if self.at == self.bytes.len() { Ok(value) } else { Err("one value and nothing after it") }
    }

    fn peek(&self) -> u8 {
        // 0 means the end of the text: no token begins with it, so every caller refuses it.
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, &'static str> {
        if self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            self.at += word.len();
            Ok(value)
        } else {
            Err("a JSON value")
        }
    }

    fn value(&mut self, depth: usize) -> Result<Json, &'static str> {
        let start = self.at;
        let value = match self.peek() {
            b'"' => self.string().map(Value::Str),
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'n' => self.word("null", Value::Null),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err("a JSON value"),
        }?;
        Ok(Json { value, span: start..self.at })
    }

    fn number(&mut self) -> Result<Value, &'static str> {
        let start = self.at;
        let negative = self.peek() == b'-';
        if negative {
            self.at += 1;
        }
        if self.peek() == b'0' && matches!(self.bytes.get(self.at + 1), Some(b'0'..=b'9')) {
            return Err("a number without leading zeros");
        }
        let mut sum = self.digits(negative)?;
        if self.peek() == b'.' {
            self.at += 1;
            self.digits(false)?;
            sum = None;
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.at += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.at += 1;
            }
            self.digits(false)?;
            sum = None;
        }
        let text = self.text.get(start..self.at).unwrap_or("");
        Ok(sum.map_or_else(|| Value::Number(text.to_owned()), Value::Int))
    }

    /// Digits, at least one, and their value if it fits into 64 bits.
    #[inline(never)]
    fn digits(&mut self, negative: bool) -> Result<Option<i64>, &'static str> {
        let start = self.at;
        let mut sum = Some(0i64);
        while let digit @ b'0'..=b'9' = self.peek() {
            let step = i64::from(digit - b'0');
            // Summed on its own side of zero, so that i64::MIN is read too.
            let tens = sum.and_then(|sum| sum.checked_mul(10));
            sum = tens.and_then(|tens| if negative { tens.checked_sub(step) } else { tens.checked_add(step) });
            self.at += 1;
        }
        if self.at == start { Err("a number") } else { Ok(sum) }
    }

    fn list(&mut self, depth: usize) -> Result<Value, &'static str> {
        let depth = depth.checked_sub(1).ok_or("at most 64 levels")?;
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.peek() == b']' {
            self.at += 1;
            return Ok(Value::List(items));
        }
        loop {
            self.space();
            items.push(self.value(depth)?);
            self.space();
            match self.peek() {
                b',' => self.at += 1,
                b']' => break,
                _ => return Err("',' or ']'"),
            }
        }
        self.at += 1;
        Ok(Value::List(items))
    }

    fn object(&mut self, depth: usize) -> Result<Value, &'static str> {
        let depth = depth.checked_sub(1).ok_or("at most 64 levels")?;
        self.at += 1;
        let mut members = Vec::new();
        self.space();
        if self.peek() == b'}' {
            self.at += 1;
            return Ok(Value::Object(members));
        }
        loop {
            self.space();
            if self.peek() != b'"' {
                return Err("a member name");
            }
            let name = self.string()?;
            self.space();
            if self.peek() != b':' {
                return Err("':'");
            }
            self.at += 1;
            self.space();
            members.push((name, self.value(depth)?));
            self.space();
            match self.peek() {
                b',' => self.at += 1,
                b'}' => break,
                _ => return Err("',' or '}'"),
            }
        }
        self.at += 1;
        Ok(Value::Object(members))
    }

    fn string(&mut self) -> Result<String, &'static str> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let start = self.at;
            while !matches!(self.peek(), b'"' | b'\\' | 0..=0x1f) {
                self.at += 1;
            }
            // Both ends stand at ASCII bytes, so the cut is at character borders.
            out.push_str(self.text.get(start..self.at).unwrap_or(""));
            match self.peek() {
                b'"' => break,
                b'\\' => self.escape(&mut out)?,
                _ => return Err("the end of a string"),
            }
        }
        self.at += 1;
        Ok(out)
    }

    fn escape(&mut self, out: &mut String) -> Result<(), &'static str> {
        self.at += 1;
        let plain = match self.peek() {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.at += 1;
                out.push(self.unicode()?);
                return Ok(());
            }
            _ => return Err("an escape"),
        };
        self.at += 1;
        out.push(plain);
        Ok(())
    }

    /// A `\uXXXX`, or two of them for a character beyond the first plane. A lone half becomes the replacement character.
    fn unicode(&mut self) -> Result<char, &'static str> {
        let first = self.hex()?;
        if (0xd800..0xdc00).contains(&first) && self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(b"\\u")) {
            let back = self.at;
            self.at += 2;
            let second = self.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                let joined = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = back;
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Result<u32, &'static str> {
        let mut sum = 0;
        for _ in 0..4 {
            let digit = char::from(self.peek()).to_digit(16).ok_or("four hexadecimal digits")?;
            sum = sum * 16 + digit;
            self.at += 1;
        }
        Ok(sum)
    }
}

/// Writes a string with quotes and escapes.
pub fn write_str(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if u32::from(c) < 0x20 => {
                out.push_str("\\u00");
                for shift in [4, 0] {
                    out.push(char::from_digit((u32::from(c) >> shift) & 15, 16).unwrap_or('0'));
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Writes an integer. By hand: the formatting machinery behind `to_string` would be the only use of it in the widget.
pub fn write_int(out: &mut String, value: i64) {
    let mut digits = [0u8; 20];
    let mut count = 0;
    let mut rest = value.unsigned_abs();
    // 20 places hold every 64-bit number.
    for digit in &mut digits {
        #[allow(clippy::cast_possible_truncation, reason = "below ten")]
        {
            *digit = b'0' + (rest % 10) as u8;
        }
        rest /= 10;
        count += 1;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        out.push('-');
    }
    for digit in digits.iter().take(count).rev() {
        out.push(char::from(*digit));
    }
}
