//! A visitor on a page, and an agent, one step after the other.

use super::page::Page;
use super::server::{ModelServer, agent};
use super::*;
use chinwag::engine::*;

pub const CHAT: WidgetKind = WidgetKind::Chat;

/// A page with a model server behind it, and the actions of a visitor and an agent.
pub struct Run {
    pub page: Page,
    pub server: ModelServer,
    pub config: SiteConfig,
    pub messages: u32,
}

impl Run {
    pub fn new(widgets: Vec<WidgetSpec>) -> Self {
        Self::with(site(widgets))
    }

    pub fn with(config: SiteConfig) -> Self {
        let server = ModelServer::new(config.widgets.clone());
        Self { page: Page::load(config.clone(), None, 1, Timestamp(0)), server, config, messages: 0 }
    }

    pub fn order(&self) -> String {
        self.page.order()
    }

    pub fn act(&mut self, action: Action) -> &mut Self {
        self.on(0, action)
    }

    pub fn on(&mut self, index: usize, action: Action) -> &mut Self {
        self.page.act(index, action);
        self.page.quiet(&mut self.server);
        self
    }

    /// Opens a widget without a form and sends the first message.
    pub fn begin(&mut self) -> &mut Self {
        self.act(Action::Activate).write("hi")
    }

    pub fn write(&mut self, text: &str) -> &mut Self {
        self.act(Action::Draft(text.into())).act(Action::Send)
    }

    pub fn chat(&self) -> ChatView<'_> {
        match self.page.engine.view(0).expect("the widget is there").stage {
            Stage::Chat(chat) => chat,
            other => panic!("no conversation: {other:?}"),
        }
    }

    pub fn stage(&self) -> Stage<'_> {
        self.page.engine.view(0).expect("the widget is there").stage
    }

    /// How often the page received an event.
    pub fn told(&self, name: &str) -> usize {
        self.page.events.iter().filter(|event| event.what.name() == name).count()
    }

    /// The texts that the server has, in order.
    pub fn stored(&self) -> Vec<String> {
        let entries = self.server.logs.values().flat_map(|log| &log.entries);
        entries.filter_map(|entry| if let EntryBody::Message { text, .. } = &entry.body { Some(text.clone()) } else { None }).collect()
    }

    pub fn fill(&mut self) -> &mut Self {
        self.act(Action::Edit(value("email", "ada@example.org"))).act(Action::Submit)
    }

    pub fn survey(&mut self) -> &mut Self {
        self.act(Action::Edit(value("stars", "5"))).act(Action::Submit)
    }

    pub fn entry(&mut self, body: EntryBody) -> &mut Self {
        self.messages += 1;
        let conv = self.server.newest().expect("a conversation");
        self.server.append(&conv, EntryId(format!("s{}", self.messages)), body).expect("counts");
        self.page.quiet(&mut self.server);
        self
    }

    pub fn join(&mut self) -> &mut Self {
        self.entry(EntryBody::Joined { who: agent("ada") })
    }

    /// The agent sends a message.
    pub fn says(&mut self, text: &str) -> &mut Self {
        self.entry(EntryBody::Message { from: agent("ada"), text: text.into() })
    }

    pub fn unread(&self) -> u32 {
        self.page.engine.view(0).expect("the widget is there").unread
    }

    pub fn agent_ends(&mut self) -> &mut Self {
        self.entry(EntryBody::Ended { by: Party::Agent, reason: EndReason::Closed })
    }

    pub fn reload(&mut self) -> &mut Self {
        let (kept, rewrite) = (self.page.leave(), self.page.rewrite.take());
        self.page = Page::load(self.config.clone(), kept, 99, self.page.now);
        self.page.rewrite = rewrite;
        self.page.quiet(&mut self.server);
        self
    }
}

impl Run {
    /// The page is told whether an agent is available for the first widget.
    pub fn available(&mut self, availability: Availability) -> &mut Self {
        self.config.widgets[0].availability = availability;
        self.page.input(Input::Config(self.config.clone()));
        self.page.quiet(&mut self.server);
        self
    }

    pub fn stage_name(&self) -> &'static str {
        match self.stage() {
            Stage::Engagement => "engagement",
            _ => "other",
        }
    }

    /// The agent ends the conversation while the page gets no frames.
    pub fn agent_ends_unheard(&mut self) -> &mut Self {
        self.unheard(EntryBody::Ended { by: Party::Agent, reason: EndReason::Closed })
    }

    /// Appends an entry while the page gets no frames.
    pub fn unheard(&mut self, body: EntryBody) -> &mut Self {
        self.messages += 1;
        let conv = self.server.newest().expect("a conversation");
        self.server.append(&conv, EntryId(format!("s{}", self.messages)), body).expect("counts");
        self
    }
}

/// A widget without form, survey or rules.
pub fn chat() -> WidgetSpec {
    widget("sales", "ctw-1", CHAT)
}

/// A widget with form and survey.
pub fn full() -> WidgetSpec {
    with_survey(with_form(chat()))
}
