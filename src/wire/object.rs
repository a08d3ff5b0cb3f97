//! Objects that no type of ours stands for, written member by member.

use super::codec::{Codec, open_member, put_member, write_list};
use super::json::write_str;
use super::raw::RawJson;

/// A JSON object that is being written. It is closed once, at the end, so nothing is ever added behind that.
///
/// ```
/// use chinwag::wire::Object;
///
/// let object = Object::new().text("what", "failed").put("code", &7_u32).close();
/// assert_eq!(object.as_str(), r#"{"what":"failed","code":7}"#);
/// ```
#[derive(Clone, Debug)]
pub struct Object(String);

impl Default for Object {
    fn default() -> Self {
        Self::new()
    }
}

impl Object {
    /// One without members.
    #[must_use]
    pub fn new() -> Self {
        Self("{".into())
    }

    /// With a member more, unless the value is one that is left out. `name` needs no escapes.
    #[must_use]
    pub fn put<T: Codec>(mut self, name: &'static str, value: &T) -> Self {
        put_member(&mut self.0, name, value);
        self
    }

    /// With a text more.
    #[must_use]
    pub fn text(mut self, name: &'static str, text: &str) -> Self {
        open_member(&mut self.0, name);
        write_str(&mut self.0, text);
        self
    }

    /// With a list more.
    #[must_use]
    pub fn list<T: Codec>(mut self, name: &'static str, items: &[T]) -> Self {
        open_member(&mut self.0, name);
        write_list(&mut self.0, items);
        self
    }

    /// The whole of it.
    #[must_use]
    pub fn close(mut self) -> RawJson {
        self.0.push('}');
        RawJson::whole(self.0)
    }
}
