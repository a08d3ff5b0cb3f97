//! The rules: for the window messages of a page, for its events, and for the server's logs at the end.

use super::world::World;
use chinwag::dialects::{Message, Value};
use chinwag::engine::*;
use chinwag::model::*;
use std::collections::BTreeMap;

impl World {
    pub fn count_ends(&mut self) {
        for event in &self.page.events {
            if let Happening::ChatFinished { conv, .. } = &event.what {
                *self.finished.entry(conv.clone()).or_default() += 1;
            }
            if let Happening::ChatStarted { conv } = &event.what {
                self.known.push(conv.clone());
            }
        }
    }

    /// The rules for one page at any time.
    pub fn check_page(&self) {
        check_order(&self.page.messages);
        let mut heard: BTreeMap<ConversationId, Vec<EntryId>> = BTreeMap::new();
        for event in &self.page.events {
            if let Happening::MessageReceived { conv, id, .. } = &event.what {
                heard.entry(conv.clone()).or_default().push(id.clone());
            }
        }
        for (conv, ids) in heard {
            let stored: Vec<&EntryId> = self.server.logs[&conv].entries.iter().map(|entry| &entry.id).collect();
            let places: Vec<usize> =
                ids.iter().map(|id| stored.iter().position(|other| *other == id).expect("heard what was stored")).collect();
            assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "told the page twice or out of order: {ids:?}");
        }
    }

    /// The rules at the end, when everything has been delivered.
    pub fn check_world(&mut self) {
        self.check_page();
        self.count_ends();
        self.check_ends();
        self.check_first_words();
        for (conv, log) in &self.server.logs {
            let stored: Vec<&str> = log
                .entries
                .iter()
                .filter_map(|entry| match &entry.body {
                    EntryBody::Message { from, text } if from.party == Party::Visitor => Some(text.as_str()),
                    _ => None,
                })
                .collect();
            // The first message is in the conversation that it began.
            let here =
                |said: &Option<ConversationId>, text: &str| said.as_ref().map_or_else(|| stored.contains(&text), |said| said == conv);
            let said: Vec<&str> = self.said.iter().filter(|(said, text)| here(said, text)).map(|(_, text)| text.as_str()).collect();
            // In the order in which they were sent, each at most once.
            let mut rest = said.iter();
            assert!(stored.iter().all(|text| rest.any(|other| other == text)), "stored {stored:?}, said {said:?}");
            if log.state.standing != Standing::Ended {
                assert_eq!(stored, said, "everything that was said is stored while the conversation is open");
            }
        }
        for index in 0..self.page.engine.widgets() {
            let Some(conv) = self.page.engine.conversation(index) else { continue };
            let log = &self.server.logs[conv];
            assert_ne!(log.state.standing, Standing::Ended, "the page knows that it is over");
            let stored: Vec<&EntryId> =
                log.entries.iter().filter(|entry| matches!(entry.body, EntryBody::Message { .. })).map(|entry| &entry.id).collect();
            let Some(View { stage: Stage::Chat(chat), unread, open, .. }) = self.page.engine.view(index) else {
                panic!("a conversation is shown")
            };
            let read = self.read.get(conv).copied().unwrap_or(0);
            let others = |entry: &&Entry| matches!(&entry.body, EntryBody::Message { from, .. } if from.party != Party::Visitor);
            let new = log.entries.iter().filter(others).filter(|entry| entry.seq > read).count();
            let counted = usize::try_from(unread).expect("small");
            if open {
                assert_eq!(counted, 0, "what is before the eyes is read");
            } else {
                assert!(counted <= new && (chat.more || counted == new), "unread: {counted}, not {new}");
            }
            let lines: Vec<&Line> = chat.lines.iter().filter(|line| matches!(line.said, Said::Message { .. })).collect();
            assert!(lines.iter().all(|line| line.seq.is_some()), "nothing is pending: {lines:?}");
            let shown: Vec<&EntryId> = lines.iter().map(|line| &line.id).collect();
            let first = stored.len() - shown.len().min(stored.len());
            assert_eq!(shown, stored[first..], "the transcript is the log, from some place on");
            assert!(chat.more || first == 0);
        }
        for event in &self.page.events {
            if let Happening::MessageSent { conv, id } = &event.what {
                let times = self.server.logs[conv].entries.iter().filter(|entry| entry.id == *id).count();
                assert_eq!(times, 1, "called sent, so it is stored once");
            }
        }
    }
}

impl World {
    /// Whether the server has a text.
    pub fn has(&self, text: &str) -> bool {
        let mut entries = self.server.logs.values().flat_map(|log| &log.entries);
        entries.any(|entry| matches!(&entry.body, EntryBody::Message { text: other, .. } if other == text))
    }

    /// The end of every conversation was reported to a page, once, if a page was loaded soon enough.
    fn check_ends(&self) {
        for (conv, log) in &self.server.logs {
            let told = self.finished.get(conv).copied().unwrap_or(0);
            let long_ago = self.page.now.since(log.state.since) > 15 * 60_000;
            if log.state.standing == Standing::Ended && self.known.contains(conv) {
                assert!(told == 1 || (told == 0 && long_ago), "{conv} is over and was told {told} times");
            } else {
                assert_eq!(told, 0, "{conv} goes on, or was taken back before a page knew of it");
            }
        }
    }

    /// The first message of a conversation is stored once, or visible to the visitor as not sent.
    fn check_first_words(&self) {
        let stored = |text: &str| {
            let entries = self.server.logs.values().flat_map(|log| &log.entries);
            entries.filter(|entry| matches!(&entry.body, EntryBody::Message { text: other, .. } if other == text)).count()
        };
        let views = || (0..self.page.engine.widgets()).filter_map(|index| self.page.engine.view(index));
        for (conv, text) in &self.said {
            let times = stored(text);
            assert!(times <= 1, "{text} is stored {times} times");
            if conv.is_some() || times == 1 || self.given_up.contains(text) {
                continue;
            }
            let shown = views().any(|view| match view.stage {
                Stage::Chat(chat) => {
                    chat.draft.lines().any(|line| line == text)
                        || chat.lines.iter().any(|line| matches!(&line.said, Said::Message { text: other, .. } if other == text))
                }
                // The composer and its text are still there, below this stage.
                Stage::Engagement | Stage::Refused { .. } => true,
                _ => false,
            });
            assert!(shown, "{text} is nowhere");
        }
    }
}
/// The invariants of CT1.8 over the messages of one page.
fn check_order(messages: &[Message]) {
    let text = |message: &Message, name: &str| match message.fields.iter().find(|(key, _)| *key == name) {
        Some((_, Value::Text(text))) => text.clone(),
        _ => String::new(),
    };
    let mut loaded = Vec::new();
    let mut shown: BTreeMap<String, bool> = BTreeMap::new();
    let mut collecting: Vec<(String, String)> = Vec::new();
    let mut chats: BTreeMap<String, (u32, u32, u32, bool)> = BTreeMap::new();
    let mut surveys: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for message in messages {
        assert!(message.fields.iter().all(|(_, value)| *value != Value::Text(String::new())), "empty field in {message:?}");
        let element = text(message, "elementID");
        let chat = text(message, "chatID");
        match message.kind {
            "Loaded" => loaded.push(element),
            "WidgetShown" => {
                assert!(loaded.contains(&element));
                assert_ne!(shown.insert(element, true), Some(true), "shown twice");
            }
            "WidgetHidden" => assert_eq!(shown.insert(element, false), Some(true), "hidden though not shown"),
            "WidgetClicked" => assert_eq!(shown.get(&element), Some(&true), "clicked though not shown"),
            "DatacollectionStarted" => collecting.push((text(message, "widgetID"), text(message, "type"))),
            "DatacollectionSubmitted" => {
                let key = (text(message, "widgetID"), text(message, "type"));
                let at = collecting.iter().position(|other| *other == key).expect("submitted after it started");
                collecting.remove(at);
            }
            "ChatStarted" => {
                let seen = chats.entry(chat).or_default();
                assert_eq!(*seen, (0, 0, 0, false), "started once, before everything else");
                seen.0 = 1;
            }
            "ChatOnline" => {
                let seen = chats.entry(chat).or_default();
                assert_eq!((seen.1, seen.2), (0, 0), "online once, before the end");
                seen.1 = 1;
            }
            "ChatFinished" => {
                let survey = message.fields.contains(&("isSurveyConfigured", Value::Flag(true)));
                let seen = chats.entry(chat).or_default();
                assert_eq!(seen.2, 0, "finished once");
                assert!(!survey || seen.1 == 1, "a survey only after it was online");
                (seen.2, seen.3) = (1, survey);
            }
            "SurveyStarted" => {
                assert_eq!(chats.get(&chat).map(|seen| (seen.2, seen.3)), Some((1, true)));
                let seen = surveys.entry(chat).or_default();
                assert_eq!(*seen, (0, 0));
                seen.0 = 1;
            }
            "SurveySubmitted" => {
                let seen = surveys.entry(chat).or_default();
                assert_eq!(*seen, (1, 0));
                seen.1 = 1;
            }
            other => panic!("not one of the eleven: {other}"),
        }
    }
}
