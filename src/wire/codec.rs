//! The types of the model as JSON: the trait, and its implementations for plain values. Our own types get it from the macros in `shapes.rs`.

use super::json::{Json, Malformed, UNKNOWN_KIND, Value, write_int, write_str};
use super::word::Word;

/// A value that is sent as JSON.
pub trait Codec: Sized {
    /// Appends the JSON of this value.
    fn encode(&self, out: &mut String);

    /// Reads the value back. A reader never returns early: when the JSON has the wrong form, it notes that in `trouble`, returns some value
    /// of its type and reads on. The caller checks `trouble` once, at the end. An early return after every member would double the
    /// size of the readers, which every visitor downloads. A missing member is read as null.
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

    /// As [`from_text`](Self::from_text), and also returns the fault of the first part that was left out so that the rest could be read.
    fn read_text(text: &str) -> (Result<Self, Malformed>, Option<Malformed>) {
        let json = match Json::parse(text) {
            Ok(json) => json,
            Err(error) => return (Err(error), None),
        };
        let mut trouble = Trouble::of(text);
        let value = Self::decode(&json, &mut trouble);
        (trouble.first.map_or(Ok(value), Err), trouble.left_out)
    }
}

/// The faults that readers note: the path of the member that is being read, and the first fault.
#[derive(Debug, Default)]
pub struct Trouble<'a> {
    /// The whole text that is being read.
    text: &'a str,
    path: Vec<&'static str>,
    first: Option<Malformed>,
    left_out: Option<Malformed>,
}

impl<'a> Trouble<'a> {
    /// No fault so far in this text.
    pub(crate) fn of(text: &'a str) -> Self {
        Self { text, ..Self::default() }
    }

    /// The value, unless there was a fault.
    ///
    /// # Errors
    /// The first fault that was noted.
    pub(crate) fn end<T>(self, value: T) -> Result<T, Malformed> {
        self.first.map_or(Ok(value), Err)
    }

    #[inline(never)]
    fn enter<'j>(&mut self, json: &'j Json, name: &'static str) -> &'j Json {
        self.path.push(name);
        json.get(name).unwrap_or(Json::MISSING)
    }

    /// A value as it was written; empty for one that is missing.
    pub(super) fn written(&self, json: &Json) -> &'a str {
        self.text.get(json.span.clone()).unwrap_or("")
    }

    /// Notes the expected form, unless there was a fault before.
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

    /// Reads an optional part with `read`. False when its form is wrong: the part counts as left out, and that is no fault of the
    /// whole.
    pub(crate) fn spare(&mut self, read: &mut dyn FnMut(&mut Self)) -> bool {
        let before = self.first.take();
        read(self);
        let wrong = core::mem::replace(&mut self.first, before);
        let fine = wrong.is_none();
        self.left_out = self.left_out.take().or(wrong);
        fine
    }

    /// Whether the only fault so far is a kind of a later version. That fault is forgotten. `untroubled`: there was none before this part.
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

/// The index of a value in a list of words. An unknown word is kept and has an index beyond the last; a value that is no text is a fault.
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
            // An item of an unknown kind is left out; the others stay.
            if !trouble.is_of_tomorrow(untroubled) {
                list.push(value);
            }
        }
        list
    }
}

/// The items of a list. Apart from the generic reader, so that it is not compiled again for each type of item.
#[inline(never)]
fn items<'a>(json: &'a Json, trouble: &mut Trouble) -> &'a [Json] {
    if let Value::List(items) = &json.value {
        return items;
    }
    trouble.miss("a list");
    &[]
}

pub(crate) use super::shapes::{id, one_of, record, tagged, unknown_kind, words};
