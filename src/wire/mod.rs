//! The frames between widget, desk and server, as JSON. `docs/protocol.md` describes the whole protocol.
//!
//! Widget, desk and server read and write frames with the one codec in here, so that limits, leniency and error texts are the
//! same at both ends.

pub mod codec;
pub mod json;

mod agent;
mod object;
mod raw;
mod shapes;
mod visitor;
mod word;

pub use agent::{AgentFrame, AgentInfo, AgentItem, AgentStatus, CallRequest, CampaignInfo, Canned, DeskFrame, Disposition, OfferEnd, Role};
pub use codec::{Codec, Trouble};
pub use json::{Json, Malformed};
pub use object::Object;
pub use raw::RawJson;
pub use visitor::{Available, ChatPage, Code, FirstMessage, Have, Head, Item, Problem, ServerFrame, VisitorFrame};
pub use word::Word;

/// The version of the protocol. The server speaks this and the one before it (quality R18).
pub const VERSION: u32 = 1;
