//! Refusals: the answers of the domain to requests that it does not carry out, with a code and a reason.

use crate::store::StoreError;
use chinwag::wire::{Code, Problem};

/// A refusal as the client gets it.
#[derive(Debug)]
pub struct Refusal {
    pub code: Code,
    /// For a developer; the widget shows its own texts.
    pub message: &'static str,
    /// The field of the frame.
    pub field: Option<&'static str>,
    pub problems: Vec<Problem>,
}

impl Refusal {
    /// A refusal without a field.
    #[must_use]
    pub const fn new(code: Code, message: &'static str) -> Self {
        Self { code, message, field: None, problems: Vec::new() }
    }

    /// A refusal because of a field.
    #[must_use]
    pub const fn field(code: Code, field: &'static str, message: &'static str) -> Self {
        Self { code, message, field: Some(field), problems: Vec::new() }
    }

    /// The item is of a kind of a later version. It gets a refusal with its id and is not ignored, so that the client's outbox goes on.
    #[must_use]
    pub const fn unknown_item() -> Self {
        Self::field(Code::Malformed, "item.t", "item.t: expected a known kind; the server is older than the client")
    }

    /// There is no such conversation, or the client may not see it: the answer is the same (quality S19).
    #[must_use]
    pub const fn not_found() -> Self {
        Self::field(Code::NotFound, "conv", "there is no such conversation")
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(_) | StoreError::Stale => Self::new(Code::Conflict, "the id was used before for something else"),
            StoreError::Sealed => Self::new(Code::Ended, "the conversation is closed for good"),
            StoreError::NotFound => Self::not_found(),
            StoreError::TooLarge => Self::new(Code::TooLarge, "too large"),
            StoreError::Unavailable(reason) => {
                // The reason is logged here and not sent: clients are told only that the request failed (quality S33).
                tracing::error!(reason, "the store refused");
                Self::new(Code::Unavailable, "cannot store at the moment")
            }
        }
    }
}
