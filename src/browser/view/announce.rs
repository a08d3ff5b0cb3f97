//! The words of an event for screen readers.

use super::chat::queue_words;
use super::line::{ended_key, named};
use super::widget::Widget;
use crate::engine::{Event, Happening, LinkStatus};
use crate::model::Party;

impl Widget {
    #[inline(never)]
    pub(super) fn announce(&mut self, event: &Event) {
        let texts = self.texts.clone();
        if !self.open {
            // While the panel is closed only the number of new messages is read out.
            if let Happening::UnreadChanged { count: count @ 1.. } = event.what {
                self.live.say_count(texts.count("new", count), &texts);
            }
            return;
        }
        let text = match &event.what {
            Happening::MessageReceived { from, text, .. } => {
                if from.party != Party::Visitor {
                    let mut words = named(&texts, &from.name);
                    words.push_str(": ");
                    words.push_str(text);
                    self.live.say_message(words, &texts);
                }
                return;
            }
            Happening::FileReceived { from, name, .. } => {
                let mut words = named(&texts, &from.name);
                words.push_str(": ");
                words.push_str(&texts.fill("file_came", name));
                words
            }
            Happening::IdleWarned { .. } => texts.get("idle_warned"),
            Happening::MessageSent { .. } => texts.get("sent"),
            Happening::MessageFailed { .. } => texts.get("failed"),
            Happening::QueueMoved { position, .. } => queue_words(&texts, *position),
            Happening::AgentJoined { who, .. } => texts.fill("joined", &named(&texts, &who.name)),
            Happening::AgentLeft { who, .. } => texts.fill("left", &named(&texts, &who.name)),
            Happening::ChatFinished { by, .. } => texts.get(ended_key(*by)),
            Happening::LinkChanged { status: LinkStatus::Reconnecting, .. } if !self.offline => {
                self.offline = true;
                texts.get("reconnecting")
            }
            Happening::LinkChanged { status: LinkStatus::Stopped, .. } => texts.get("stopped"),
            Happening::LinkChanged { status: LinkStatus::Online, .. } if self.offline => {
                self.offline = false;
                texts.get("back")
            }
            _ => return,
        };
        self.live.say(text, &texts);
    }
}
