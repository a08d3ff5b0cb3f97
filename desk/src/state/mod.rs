//! The desk as a pure machine: [`Desk::handle`] is the only way in, [`Desk::poll_effect`] the only way out. It reads no clock, owns
//! no socket and draws nothing; the screens read its fields.

mod action;
mod canned;
mod caret;
mod conversation;
mod desk;
mod effect;
mod frame;
mod ids;
mod line;
mod link;
mod outbox;
mod release;
mod request;
mod restore;
mod toast;
mod welcome;
mod words;

pub use action::Action;
pub use canned::{begin_canned, canned_query, find_canned, insert_canned};
pub use caret::keep_to;
pub use conversation::{LiveConversation, Seat, named};
pub use desk::{Desk, Input, Offer, Stage};
pub use effect::{Chime, Effect, Kept};
pub use ids::Ids;
pub use line::{Line, lines};
pub use link::{Agent, Link, LinkState, Stop};
pub use outbox::{Outbox, Parcel, parcels_of};
pub use request::{Urgency, sort_requests, urgency};
pub use toast::{Toast, Tone};
pub use words::{age, ago, bytes, countdown, label_of, status_word, upload_words};

#[cfg(test)]
mod tests;
