//! The engine's inputs.

use super::{LinkEvent, TabWord};
use crate::model::{EntryId, FieldValue, Page, SiteConfig};
#[cfg(feature = "facade")]
use crate::wire::Item;
use crate::wire::ServerFrame;

/// The place of a widget in the site's configuration. It stays the same for the life of the page.
pub type WidgetIndex = usize;

/// An event from outside the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The page is ready: begin. The first input, once.
    Start,
    /// A command of the host page.
    Host(Command),
    /// An action of the visitor in a widget.
    Visitor(WidgetIndex, Action),
    /// A frame came from the server.
    Server(ServerFrame),
    /// The link changed.
    Link(LinkEvent),
    /// A message of another tab of this site.
    Tab(TabWord),
    /// Whether the tab is visible. Before the first such input it counts as visible.
    Watched(bool),
    /// An [`Effect::Store`](super::Effect::Store) failed: storage is blocked, full or missing.
    Unkept,
    /// The configuration was read again: another locale, or the poll for availability.
    Config(SiteConfig),
    /// The time of [`Engine::deadline`](super::Engine::deadline) has come.
    Wake,
}

/// An action of the visitor in a widget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Pressed the launcher: starts the widget, or opens its panel if a conversation or request was started before.
    Activate,
    /// Closed the panel. A form is left (its values are kept), a conversation stays open.
    Close,
    /// Dismissed the whole widget.
    Dismiss,
    /// Changed a field of the form or the survey.
    Edit(FieldValue),
    /// Submitted the form or the survey.
    Submit,
    /// Skipped the survey.
    Skip,
    /// Wants to answer the survey after skipping it.
    Survey,
    /// Wants a call instead: opens the widget that offers it.
    CallBack,
    /// Changed the text in the composer.
    Draft(String),
    /// Sends the text in the composer.
    Send,
    /// Sends this text in place of the composer's text.
    SendAs(String),
    /// Tries again to send a message that failed.
    Retry(EntryId),
    /// Removes a message that failed.
    Discard(EntryId),
    /// Ends the conversation, or leaves the queue.
    End,
    /// Was asked whether to end the conversation, and stays in it. Changes nothing.
    #[cfg(feature = "facade")]
    Stay,
    /// Cancels a start that the server has not answered yet.
    Cancel,
    /// Leaves an ended conversation, a confirmation or a refusal: back to the beginning, panel still open.
    Restart,
    /// Wants earlier messages.
    Older,
    /// Sees the end of the transcript: no message is unread any more, and an ended conversation counts as seen.
    Seen,
}

/// A command of the host page. `None` as the widget means all widgets, or the first that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// As [`Action::Activate`], and never closes.
    Open(Option<WidgetIndex>),
    Close(Option<WidgetIndex>),
    /// Makes a widget visible that rules or a `Hide` kept hidden.
    Show(Option<WidgetIndex>),
    Hide(Option<WidgetIndex>),
    /// Sends a message in the open conversation, without changing the visitor's draft, or begins the conversation that waits for its first
    /// message; without either, the text becomes the draft of the first chat widget.
    SendMessage(Option<WidgetIndex>, String),
    End(Option<WidgetIndex>),
    /// As [`Action::Submit`], with these values in place of those that the fields have.
    Submit(Option<WidgetIndex>, Vec<FieldValue>),
    /// Fills fields of the forms, by name.
    SetVisitor(Vec<FieldValue>),
    /// Begins a conversation with these values, without asking the visitor for any.
    #[cfg(feature = "facade")]
    Begin(Option<WidgetIndex>, Vec<FieldValue>),
    /// The visitor types in a field of the page, or stopped.
    Typing(Option<WidgetIndex>, bool),
    /// Adds an entry that is no message to the conversation. Success and failure are reported as for a message.
    #[cfg(feature = "facade")]
    Put(Option<WidgetIndex>, Item),
    /// The page is being left, or may be: store the present state, with the drafts.
    Keep,
    /// Takes ended conversations off the screen and forgets filled-in values, so that the next start begins empty. An open conversation
    /// stays.
    #[cfg(feature = "facade")]
    Renew(Option<WidgetIndex>),
    /// Asks the visitor whether to end the conversation.
    #[cfg(feature = "facade")]
    AskEnd(Option<WidgetIndex>),
    /// Adds a line of the page at the end of the transcript on the screen.
    #[cfg(feature = "facade")]
    Inject(Option<WidgetIndex>, EntryId, super::Injected),
    /// Replaces a message on the screen: by another text, by an element that the host draws, or by nothing.
    #[cfg(feature = "facade")]
    Rewrite(Option<WidgetIndex>, EntryId, Option<super::Injected>),
    /// The visitor's consent, as the host knows it.
    SetConsent(bool),
    /// The visitor is on another page of a single-page application.
    SetPage(Page),
    /// Forget this visitor: end everything, delete the stored data.
    Forget,
    /// Remove everything from the page.
    Destroy,
}
