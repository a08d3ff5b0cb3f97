//! The site's configuration, as a page gets it.

use super::{FileRules, Form, SiteKey, Timestamp, WidgetId};
use crate::wire::codec::{record, words};

record! {
    /// The configuration of one site, with every text already in the language that was asked for.
    pub struct SiteConfig {
        pub site: SiteKey,
        /// The locale of the texts in it, a BCP 47 tag such as `it` or `en-GB`.
        pub locale: String,
        pub brand: Brand,
        pub consent: Consent,
        /// Widgets in the order in which they load.
        pub widgets: Vec<WidgetSpec>,
        /// Which vendors' vocabularies the page gets events in, with their options.
        pub dialects: Vec<DialectSpec>,
        /// Origins of the site's pages: links to them stay in the tab. Older servers do not send this field.
        pub origins: Option<Vec<String>>,
        /// The files that the site accepts; `None` when it accepts none.
        pub files: Option<FileRules>,
        /// The link that is shown when the widget cannot start.
        pub fallback: Fallback,
        /// The server's time when it answered.
        pub now: Timestamp,
    }
}

record! {
    /// How the widget presents itself.
    pub struct Brand {
        /// The name in the panel's header.
        pub name: String,
        /// The accent colour as `#rrggbb`; empty for the product's own.
        pub accent: String,
        /// Link to the privacy notice; empty for none.
        pub privacy_url: String,
        /// Where the site's picture is, below the server's address.
        pub logo: Option<String>,
    }
}

record! {
    /// One widget of a site.
    pub struct WidgetSpec {
        pub id: WidgetId,
        /// The id of the element that holds it; unique on the page.
        pub element: String,
        pub kind: WidgetKind,
        pub engagement: EngagementKind,
        /// The words on the launcher.
        pub label: String,
        /// The panel's title.
        pub title: String,
        /// A first line from the company; may be empty.
        pub greeting: String,
        /// The form before the contact starts.
        pub form: Option<Form>,
        /// The form after a conversation.
        pub survey: Option<Form>,
        /// Offer the survey also when no agent joined.
        pub survey_after_unanswered: bool,
        pub rules: Rules,
        pub availability: Availability,
        /// For a closed widget: when it opens again, if that is known.
        pub opens: Option<Timestamp>,
        /// Free times for a call, soonest first; empty when the form asks for none.
        pub slots: Vec<Slot>,
    }
}

record! {
    /// When a widget becomes visible.
    pub struct Rules {
        /// Only on pages whose address (without query and fragment) fits one of these patterns (`text::pattern`); empty for all.
        pub pages: Vec<String>,
        /// Milliseconds on the page before it shows.
        pub after: u32,
        /// Milliseconds after it is shown until it opens by itself; 0 for never. Does not take the focus.
        pub open_after: u32,
        /// Show only while an agent can answer. Otherwise it shows at any time and says that no agent is there.
        pub only_available: bool,
    }
}

record! {
    /// A free time for a call.
    pub struct Slot {
        pub start: Timestamp,
        /// Minutes.
        pub minutes: u32,
    }
}

record! {
    /// A vendor's vocabulary for events on the page.
    pub struct DialectSpec {
        /// The name of the dialect.
        pub name: String,
        pub settings: Vec<Setting>,
    }
}

record! {
    /// An option of a dialect.
    pub struct Setting {
        pub key: String,
        pub value: String,
    }
}

record! {
    /// The contact link that replaces the widget when it cannot start.
    pub struct Fallback {
        /// Words of the contact link; empty for no fallback.
        pub label: String,
        /// Its target: `https:`, `mailto:` or `tel:`.
        pub href: String,
    }
}

words! {
    /// The kind of a widget: a chat or a way to call.
    pub enum WidgetKind {
        Chat = "chat",
        CallbackNow = "callback_now",
        CallbackLater = "callback_later",
        ClickToCall = "click_to_call",
    }
}

words! {
    /// How a widget presents itself before it is opened.
    pub enum EngagementKind {
        /// A round button in the lower corner.
        Button = "button",
        /// A tab at the edge of the window.
        Tab = "tab",
        /// A card in the middle.
        Popup = "popup",
    }
}

words! {
    /// Whether an agent can answer.
    pub enum Availability {
        Available = "available",
        /// No agent is there, or the queue is full.
        NoAgents = "no_agents",
        /// Outside the opening hours.
        Closed = "closed",
    }
}

impl Availability {
    /// A value of a later version counts as available: the server refuses a start that is not possible.
    #[must_use]
    pub const fn in_our_words(self) -> Self {
        match self {
            Self::Unknown(_) => Self::Available,
            known => known,
        }
    }
}

words! {
    /// What the site allows to be stored on the visitor's device (quality P2).
    pub enum Consent {
        /// Nothing until a conversation or request is started, then only for this tab.
        Strict = "strict",
        /// As the host page sets it with `setConsent`; until then as `Strict`.
        Host = "host",
        /// Across tabs and visits, once a conversation or request was started.
        Remember = "remember",
    }
}
