//! JSON objects without a type of their own, written member by member.

use super::codec::{Codec, open_member, put_member, write_list};
use super::json::write_str;
use super::raw::RawJson;

/// A JSON object that is being written. `close` consumes it, so that nothing can be added after the closing brace.
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
    /// An object without members.
    #[must_use]
    pub fn new() -> Self {
        Self("{".into())
    }

    /// Adds a member, unless its value is left out (`None`). `name` must not need escapes.
    #[must_use]
    pub fn put<T: Codec>(mut self, name: &'static str, value: &T) -> Self {
        put_member(&mut self.0, name, value);
        self
    }

    /// Adds a member with a text.
    #[must_use]
    pub fn text(mut self, name: &'static str, text: &str) -> Self {
        open_member(&mut self.0, name);
        write_str(&mut self.0, text);
        self
    }

    /// Adds a member with a list.
    #[must_use]
    pub fn list<T: Codec>(mut self, name: &'static str, items: &[T]) -> Self {
        open_member(&mut self.0, name);
        write_list(&mut self.0, items);
        self
    }

    /// The finished object.
    #[must_use]
    pub fn close(mut self) -> RawJson {
        self.0.push('}');
        RawJson::whole(self.0)
    }
}
