//! The data types of the product. No behaviour over time, no browser, no socket.

mod conversation;
mod entry;
mod files;
mod form;
mod id;
pub mod limits;
#[cfg(feature = "full")]
mod name;
mod site;
mod time;

pub use conversation::{Conversation, Standing};
pub use entry::{EndReason, Entry, EntryBody, LeaveReason, Page, Participant, Party};
pub use files::{FileFault, FileRules};
pub use form::{Answer, Choice, FieldKind, FieldProblem, FieldSpec, FieldValue, Form, Named, find_value, validate};
pub use id::{ConversationId, EntryId, ParticipantId, RequestId, SiteKey, WidgetId};
#[cfg(feature = "full")]
pub use name::{tidy_name, visitor_name};
pub use site::{
    Availability, Brand, Consent, DialectSpec, EngagementKind, Fallback, Rules, Setting, SiteConfig, Slot, WidgetKind, WidgetSpec,
};
pub use time::Timestamp;
