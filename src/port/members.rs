//! The types of members of objects at the border.

use crate::wire::codec::{Codec, open_member, put_member, write_list};
use crate::wire::json::write_str;

/// A type that can be a member of an object.
pub(super) trait Member {
    fn put(&self, out: &mut String, name: &'static str);
}

impl<T: Codec> Member for T {
    fn put(&self, out: &mut String, name: &'static str) {
        put_member(out, name, self);
    }
}

/// A text of the API, by reference.
pub(super) struct Word<'a>(pub(super) &'a str);

impl Member for Word<'_> {
    fn put(&self, out: &mut String, name: &'static str) {
        open_member(out, name);
        write_str(out, self.0);
    }
}

/// A list by reference.
pub(super) struct List<'a, T>(pub(super) &'a [T]);

impl<T: Codec> Member for List<'_, T> {
    fn put(&self, out: &mut String, name: &'static str) {
        open_member(out, name);
        write_list(out, self.0);
    }
}

/// A member that may be absent.
pub(super) struct Maybe<T>(pub(super) Option<T>);

impl<T: Member> Member for Maybe<T> {
    fn put(&self, out: &mut String, name: &'static str) {
        if let Some(value) = &self.0 {
            value.put(out, name);
        }
    }
}

/// A member that a function writes.
pub(super) struct Written<F>(pub(super) F);

impl<F: Fn(&mut String)> Member for Written<F> {
    fn put(&self, out: &mut String, name: &'static str) {
        open_member(out, name);
        (self.0)(out);
    }
}

/// Writes a list, each item by `put`, which writes nothing for one that is left out.
pub(super) fn put_list<T>(out: &mut String, items: impl Iterator<Item = T>, put: impl Fn(&mut String, T)) {
    out.push('[');
    for item in items {
        if !out.ends_with('[') {
            out.push(',');
        }
        put(out, item);
    }
    out.push(']');
}
