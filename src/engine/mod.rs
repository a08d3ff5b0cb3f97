//! What happens: the state machine of widgets, collection, conversation and survey, without socket, timer, DOM or clock.

mod effect;
mod event;
mod input;
mod view;

pub use effect::{Area, Effect, Focus};
pub use event::{Event, Happening, LinkStatus, Subject};
pub use input::{Action, Command, Input, LinkEvent, WidgetIndex};
pub use view::{ChatView, FormView, Line, LineState, Progress, Said, Stage, View};
