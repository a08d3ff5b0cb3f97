//! How the nouns of the model become JSON and come back: the trait, and what implements it for plain values. Types of our own get it from the
//! macros in `shapes.rs`.

use super::json::{Json, Malformed, UNKNOWN_KIND, Value, write_int, write_str};
use super::word::Word;

/// A value that travels.
pub trait Codec: Sized {
    /// Appends the JSON of this value.
    fn encode(&self, out: &mut String);

    /// Reads it back. What is not of the form is noted in `trouble`, and something of the type is returned all the same: reading
    /// goes on, and whoever began it looks at `trouble` once at the end. A way out of every step would double the size of the
    /// readers, which every visitor downloads. What is missing is read as null.
    fn decode(json: &Json, trouble: &mut Trouble) -> Self;

    /// Reads the member of an object.
    #[inline(never)]
    fn member(json: &Json, name: &'static str, trouble: &mut Trouble) -> Self {
        let value = Self::decode(trouble.enter(json, name), trouble);
        trouble.path.pop();
        value
    }

    /// Whether the member is left out when written.
    fn is_absent(&self) -> bool {
        false
    }

    /// The JSON text of this value.
    #[must_use]
    fn to_text(&self) -> String {
        let mut out = String::new();
        self.encode(&mut out);
        out
    }

    /// Reads a whole text.
    ///
    /// # Errors
    /// [`Malformed`] naming the field and what was expected in it, or when the text is not JSON.
    fn from_text(text: &str) -> Result<Self, Malformed> {
        Self::read_text(text).0
    }

    /// As [`from_text`](Self::from_text). Tells besides what was wrong with the first part that is left out so that the rest can be read.
    fn read_text(text: &str) -> (Result<Self, Malformed>, Option<Malformed>) {
        let json = match Json::parse(text) {
            Ok(json) => json,
            Err(error) => return (Err(error), None),
        };
        let mut trouble = Trouble { text, ..Trouble::default() };
        let value = Self::decode(&json, &mut trouble);
        (trouble.first.map_or(Ok(value), Err), trouble.left_out)
    }
}

/// Where a reader is, and the first thing that was wrong.
#[derive(Debug, Default)]
pub struct Trouble<'a> {
    /// What is read.
    text: &'a str,
    path: Vec<&'static str>,
    first: Option<Malformed>,
    left_out: Option<Malformed>,
}

impl<'a> Trouble<'a> {
    #[inline(never)]
    fn enter<'j>(&mut self, json: &'j Json, name: &'static str) -> &'j Json {
        self.path.push(name);
        json.get(name).unwrap_or(Json::MISSING)
    }

    /// A value as it was written; empty for one that is missing.
    pub(super) fn written(&self, json: &Json) -> &'a str {
        self.text.get(json.span.clone()).unwrap_or("")
    }

    /// Notes what was expected here, unless something was wrong before.
    #[inline(never)]
    pub fn miss(&mut self, expected: &'static str) {
        if self.first.is_none() {
            let mut field = String::new();
            for name in &self.path {
                if !field.is_empty() {
                    field.push('.');
                }
                field.push_str(name);
            }
            self.first = Some(Malformed { field, expected, offset: None });
        }
    }

    /// Reads something that can be done without, with `read`. False when it is not of the form: then it counts as left out, and the rest
    /// can be read all the same.
    pub(crate) fn spare(&mut self, read: &mut dyn FnMut(&mut Self)) -> bool {
        let before = self.first.take();
        read(self);
        let wrong = core::mem::replace(&mut self.first, before);
        let fine = wrong.is_none();
        self.left_out = self.left_out.take().or(wrong);
        fine
    }

    /// Whether something that is of a later version was read since there was no trouble. Then there is none.
    #[inline(never)]
    fn is_of_tomorrow(&mut self, untroubled: bool) -> bool {
        let of_tomorrow = untroubled && self.first.as_ref().is_some_and(Malformed::is_unknown_kind);
        if of_tomorrow {
            self.first = None;
        }
        of_tomorrow
    }

    /// Notes that the tag of a tagged value is of a later version.
    pub(crate) fn unknown_kind(&mut self) {
        self.path.push("t");
        self.miss(UNKNOWN_KIND);
        self.path.pop();
    }
}

/// Which of the words a value is. One that is none of them has an index beyond the last, and is kept; what is no text is noted.
#[inline(never)]
pub fn word_of(json: &Json, words: &[&str], expected: &'static str, trouble: &mut Trouble) -> (usize, Word) {
    let Some(word) = json.as_str() else {
        trouble.miss(expected);
        return (words.len(), Word::LOST);
    };
    let mut index = 0;
    for other in words {
        if *other == word {
            return (index, Word::LOST);
        }
        index += 1;
    }
    (index, Word::keep(word))
}

/// Writes the name of a member, with a comma in front unless it is the first.
#[inline(never)]
pub fn open_member(out: &mut String, name: &str) {
    if !out.ends_with('{') {
        out.push(',');
    }
    out.push('"');
    out.push_str(name);
    out.push_str("\":");
}

/// Writes one member, unless it is left out.
pub fn put_member<T: Codec>(out: &mut String, name: &'static str, value: &T) {
    if !value.is_absent() {
        open_member(out, name);
        value.encode(out);
    }
}

impl Codec for String {
    fn encode(&self, out: &mut String) {
        write_str(out, self);
    }

    #[inline(never)]
    fn decode(json: &Json, trouble: &mut Trouble) -> Self {
        if let Value::Str(text) = &json.value {
            return text.clone();
        }
        trouble.miss("a string");
        Self::new()
    }
}

impl Codec for bool {
    fn encode(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }

    #[inline(never)]
    fn decode(json: &Json, trouble: &mut Trouble) -> Self {
        if let Value::Bool(value) = &json.value {
            return *value;
        }
        trouble.miss("true or false");
        false
    }
}

macro_rules! integers {
    ($($t:ty: $expected:literal),*) => {$(
        impl Codec for $t {
            fn encode(&self, out: &mut String) {
                write_int(out, i64::try_from(*self).unwrap_or(i64::MAX));
            }

            #[inline(never)]
            fn decode(json: &Json, trouble: &mut Trouble) -> Self {
                if let Value::Int(value) = &json.value
                    && let Ok(value) = Self::try_from(*value)
                {
                    return value;
                }
                trouble.miss($expected);
                0
            }
        }
    )*};
}

integers!(u32: "an integer of 0 to 4294967295", u64: "an integer of 0 or more", i64: "an integer");

impl<T: Codec> Codec for Option<T> {
    fn encode(&self, out: &mut String) {
        match self {
            Some(value) => value.encode(out),
            None => out.push_str("null"),
        }
    }

    fn decode(json: &Json, trouble: &mut Trouble) -> Self {
        match json.value {
            Value::Null => None,
            _ => Some(T::decode(json, trouble)),
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

/// Writes a list.
pub fn write_list<T: Codec>(out: &mut String, items: &[T]) {
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        item.encode(out);
    }
    out.push(']');
}

impl<T: Codec> Codec for Vec<T> {
    fn encode(&self, out: &mut String) {
        write_list(out, self);
    }

    #[inline(never)]
    fn decode(json: &Json, trouble: &mut Trouble) -> Self {
        let mut list = Self::new();
        for item in items(json, trouble) {
            let untroubled = trouble.first.is_none();
            let value = T::decode(item, trouble);
            // What is of a kind that is not known is left out, and the others are there.
            if !trouble.is_of_tomorrow(untroubled) {
                list.push(value);
            }
        }
        list
    }
}

/// What is in a list. A function of its own, so that every kind of list has less of it.
#[inline(never)]
fn items<'a>(json: &'a Json, trouble: &mut Trouble) -> &'a [Json] {
    if let Value::List(items) = &json.value {
        return items;
    }
    trouble.miss("a list");
    &[]
}

pub(crate) use super::shapes::{id, one_of, record, tagged, unknown_kind, words};
