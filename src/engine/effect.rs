//! Effects: the engine's requests to its driver.

use super::{Event, TabWord, WidgetIndex};
use crate::wire::VisitorFrame;

/// A request to the driver. To be drained after every input until none is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send this event to the page.
    Emit(Event),
    /// Send a frame if the link is open; drop it if not (the engine sends again what must not be lost).
    Send(VisitorFrame),
    /// Open a link to the server, and keep it open.
    OpenLink,
    /// The link is not needed any more.
    CloseLink,
    /// Keep this text for this visitor, over reloads; `None`: delete the text that is kept.
    Store(Area, Option<String>),
    /// Send this message to the other tabs of this site.
    Tell(TabWord),
    /// The view of this widget has to be drawn again.
    Render(WidgetIndex),
    /// An action of the visitor moves the focus. Arriving frames never do (quality A15).
    Focus(WidgetIndex, Focus),
}

/// The place of stored state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// For this tab, until it is closed.
    Tab,
    /// For this browser.
    Device,
}

/// The target of the focus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Focus {
    Launcher,
    /// The first field of the form or survey, or the one of this name.
    Field(Option<String>),
    Composer,
    /// The heading of a confirmation, refusal or ended conversation.
    Notice,
    /// The question whether to end the conversation; this effect also asks it.
    #[cfg(feature = "facade")]
    EndQuestion,
}
