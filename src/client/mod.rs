//! What widget and desk have in common as clients of one protocol.

pub mod files;
