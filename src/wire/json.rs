//! A JSON reader and writer of our own: integers only, bounded depth, no allocation beyond the values themselves.
//!
//! Why not serde_json: derived over our frames it costs the visitor 30 KB, this one 8 (shared design, toolchain). A property
//! test holds it against serde_json (`tests/codec.rs`).

/// How deep arrays and objects may nest (quality S34).
pub const MAX_DEPTH: usize = 64;

/// A JSON value. Numbers are 64-bit integers: nothing that travels needs a fraction.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Int(i64),
    Str(String),
    List(Vec<Self>),
    /// Members in the order they came. The first of two members with one name counts.
    Object(Vec<(String, Self)>),
}

impl Json {
    /// Reads one whole text.
    ///
    /// # Errors
    /// [`Malformed`] with the byte offset when the text is not JSON, nests deeper than [`MAX_DEPTH`] or holds a fraction.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let mut reader = Reader { bytes: text.as_bytes(), text, at: 0 };
        reader.whole().map_err(|expected| Malformed { field: String::new(), expected, offset: Some(reader.at) })
    }

    /// The member of an object, or nothing.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of a string value.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }
}

/// What was wrong with something that arrived, and where: the error names the field and says what was expected there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Path of the field, outermost first, joined with dots; empty for the whole.
    pub field: String,
    /// What was expected there, as a noun phrase.
    pub expected: &'static str,
    /// Byte offset in the text when it was not JSON at all.
    pub offset: Option<usize>,
}

impl Malformed {
    /// Whether this says "a frame of a kind that I do not know", which both sides ignore (quality R18).
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

/// Errors inside are only what was expected; where, the reader knows.
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
        // 0 stands for the end: it begins no token, so every caller refuses it.
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, &'static str> {
        if self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            self.at += word.len();
            Ok(value)
        } else {
            Err("a JSON value")
        }
    }

    fn value(&mut self, depth: usize) -> Result<Json, &'static str> {
        match self.peek() {
            b'"' => self.string().map(Json::Str),
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            b'n' => self.word("null", Json::Null),
            b'-' | b'0'..=b'9' => self.integer(),
            _ => Err("a JSON value"),
        }
    }

    fn integer(&mut self) -> Result<Json, &'static str> {
        let negative = self.peek() == b'-';
        if negative {
            self.at += 1;
        }
        if self.peek() == b'0' && matches!(self.bytes.get(self.at + 1), Some(b'0'..=b'9')) {
            return Err("an integer without leading zeros");
        }
        let start = self.at;
        let mut sum: i64 = 0;
        while let digit @ b'0'..=b'9' = self.peek() {
            let step = i64::from(digit - b'0');
            // Summed on its own side of zero, so that i64::MIN is read too.
            sum = sum
                .checked_mul(10)
                .and_then(|tens| if negative { tens.checked_sub(step) } else { tens.checked_add(step) })
                .ok_or("an integer of 64 bits")?;
            self.at += 1;
        }
        if self.at == start || matches!(self.peek(), b'.' | b'e' | b'E') {
            return Err("an integer");
        }
        Ok(Json::Int(sum))
    }

    fn list(&mut self, depth: usize) -> Result<Json, &'static str> {
        let depth = depth.checked_sub(1).ok_or("at most 64 levels")?;
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.peek() == b']' {
            self.at += 1;
            return Ok(Json::List(items));
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
        Ok(Json::List(items))
    }

    fn object(&mut self, depth: usize) -> Result<Json, &'static str> {
        let depth = depth.checked_sub(1).ok_or("at most 64 levels")?;
        self.at += 1;
        let mut members = Vec::new();
        self.space();
        if self.peek() == b'}' {
            self.at += 1;
            return Ok(Json::Object(members));
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
        Ok(Json::Object(members))
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
