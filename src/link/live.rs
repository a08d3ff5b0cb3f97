//! The link to our own server: [`client::Live`] of a visitor.

use crate::client::{self, Visitor, link};
use crate::wire::VisitorFrame;

pub use link::Input;

/// A visitor's link.
pub type Live = client::Live<Visitor>;
/// A task for its driver.
pub type Task = link::Task<VisitorFrame>;
