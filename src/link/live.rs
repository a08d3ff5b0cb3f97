//! The link to our own server: the [`Link`](client::Link) of a visitor.

use crate::client::{self, Visitor, link};
use crate::wire::{ServerFrame, VisitorFrame};

/// A visitor's link.
pub type Live = client::Link<Visitor>;
/// What its driver tells.
pub type Input = link::Input<VisitorFrame>;
/// What its driver has to do.
pub type Output = link::Output<VisitorFrame, ServerFrame>;
