//! The state of a conversation, computed from its log. A pure reducer, the same for server, desk and tests, so that everyone who
//! has read the same entries agrees; races are settled by the order of the log.

#[cfg(feature = "full")]
use super::FileRules;
use super::{Answer, ConversationId, EndReason, Entry, EntryBody, Page, Participant, ParticipantId, Party, Timestamp, WidgetId};
use crate::wire::codec::{record, words};

record! {
    /// The state of a conversation after the entries of its log.
    pub struct Conversation {
        pub id: ConversationId,
        pub standing: Standing,
        /// The `seq` of the last entry in it.
        pub head: u64,
        pub widget: WidgetId,
        /// The queue in which the conversation waits or waited.
        pub campaign: String,
        pub visitor: ParticipantId,
        /// The visitor's own name; empty when not given.
        pub name: String,
        pub locale: String,
        pub zone: String,
        pub page: Option<Page>,
        pub values: Vec<Answer>,
        /// The agents who are in the conversation now.
        pub agents: Vec<Participant>,
        /// Whether an agent was ever in the conversation.
        pub answered: bool,
        pub opened: Timestamp,
        /// When the present standing began.
        pub since: Timestamp,
        /// Messages of visitor and agents.
        pub messages: u32,
        /// The beginning of the visitor's first message, for the lists of desks. It is not sent to visitors.
        #[cfg(feature = "full")]
        pub first: Option<String>,
        /// The files that may be sent in it. Only for desks: pages get this from their site's configuration.
        #[cfg(feature = "full")]
        pub files: Option<FileRules>,
        /// How the conversation ended, once it has.
        pub end: Option<EndReason>,
        pub surveyed: bool,
        pub disposed: bool,
    }
}

words! {
    /// Where a conversation stands.
    pub enum Standing {
        /// Waiting for an agent: before the first one, or after the last one left.
        Queued = "queued",
        /// An agent is in the conversation.
        Online = "online",
        Ended = "ended",
    }
}

impl Conversation {
    /// The conversation that a first entry opens; `None` when the entry is not an opening.
    #[must_use]
    pub fn open(id: ConversationId, entry: &Entry) -> Option<Self> {
        let EntryBody::Opened { widget, visitor, locale, zone, page, values, campaign } = &entry.body else { return None };
        Some(Self {
            id,
            standing: Standing::Queued,
            head: entry.seq,
            widget: widget.clone(),
            campaign: campaign.clone(),
            visitor: visitor.clone(),
            name: String::new(),
            locale: locale.clone(),
            zone: zone.clone(),
            page: page.clone(),
            values: values.clone(),
            agents: Vec::new(),
            answered: false,
            opened: entry.at,
            since: entry.at,
            messages: 0,
            #[cfg(feature = "full")]
            first: None,
            #[cfg(feature = "full")]
            files: None,
            end: None,
            surveyed: false,
            disposed: false,
        })
    }

    /// Applies the next entry. False: it does not count by the rules (a second claim, a message after the end) and is not shown.
    /// Entries that were applied before are ignored, so that a repeat does no harm.
    pub fn apply(&mut self, entry: &Entry) -> bool {
        if entry.seq <= self.head {
            return false;
        }
        self.head = entry.seq;
        let counts = self.allows(&entry.body);
        if counts {
            self.take(entry);
        }
        counts
    }

    /// Whether [`apply`](Self::apply) would count an entry now.
    #[must_use]
    pub fn allows(&self, body: &EntryBody) -> bool {
        let ended = self.standing == Standing::Ended;
        match body {
            EntryBody::Opened { .. } => false,
            EntryBody::Message { from, .. } | EntryBody::File { from, .. } => {
                !ended && (from.party != Party::Agent || self.has_agent(&from.id))
            }
            EntryBody::Joined { who } => !ended && self.agents.is_empty() && who.party == Party::Agent,
            EntryBody::Left { who, .. } => !ended && self.has_agent(&who.id),
            EntryBody::Ended { .. } | EntryBody::Moved { .. } | EntryBody::FileDeleted { .. } | EntryBody::IdleWarned { .. } => !ended,
            EntryBody::Survey { .. } => ended && !self.surveyed,
            EntryBody::Disposed { .. } => ended && !self.disposed,
            #[cfg(feature = "full")]
            EntryBody::PageNotice { from, .. } | EntryBody::Renamed { from, .. } | EntryBody::AddressPushed { from, .. } => {
                !ended && (from.party != Party::Agent || self.has_agent(&from.id))
            }
            #[cfg(feature = "full")]
            EntryBody::Data { .. } | EntryBody::IdleClosed {} => !ended,
            EntryBody::Internal {} => true,
        }
    }

    /// Whether this agent is in the conversation.
    #[must_use]
    pub fn has_agent(&self, id: &ParticipantId) -> bool {
        self.agents.iter().any(|agent| agent.id == *id)
    }

    fn take(&mut self, entry: &Entry) {
        match &entry.body {
            #[cfg(not(feature = "full"))]
            EntryBody::Message { .. } => self.messages = self.messages.saturating_add(1),
            #[cfg(feature = "full")]
            EntryBody::Message { from, text } => {
                self.messages = self.messages.saturating_add(1);
                if from.party == Party::Visitor && self.first.is_none() {
                    self.first = Some(text.chars().take(FIRST_CHARS).collect());
                }
            }
            EntryBody::Joined { who } => {
                self.agents.push(who.clone());
                self.answered = true;
                self.stand(Standing::Online, entry.at);
            }
            EntryBody::Left { who, .. } => {
                self.agents.retain(|agent| agent.id != who.id);
                if self.agents.is_empty() {
                    self.stand(Standing::Queued, entry.at);
                }
            }
            EntryBody::Ended { reason, .. } => {
                self.end = Some(*reason);
                self.stand(Standing::Ended, entry.at);
            }
            EntryBody::Survey { .. } => self.surveyed = true,
            EntryBody::Moved { page } => self.page = Some(page.clone()),
            EntryBody::Disposed { .. } => self.disposed = true,
            #[cfg(feature = "full")]
            EntryBody::Renamed { from, name } if from.party == Party::Visitor => self.name.clone_from(name),
            #[cfg(feature = "full")]
            EntryBody::Data { values, .. } => self.learn(values),
            #[cfg(feature = "full")]
            EntryBody::PageNotice { .. } | EntryBody::Renamed { .. } | EntryBody::AddressPushed { .. } | EntryBody::IdleClosed {} => {}
            EntryBody::IdleWarned { .. }
            | EntryBody::Opened { .. }
            | EntryBody::File { .. }
            | EntryBody::FileDeleted { .. }
            | EntryBody::Internal {} => {}
        }
    }

    /// A value replaces an earlier one of the same name.
    #[cfg(feature = "full")]
    fn learn(&mut self, values: &[super::FieldValue]) {
        for value in values {
            let fresh = Answer::from(value.clone());
            match self.values.iter_mut().find(|known| known.name == value.name) {
                // Kind and label described the old value.
                Some(known) => *known = Answer { kind: known.kind, label: known.label.take(), most: known.most, ..fresh },
                None => self.values.push(fresh),
            }
        }
    }

    fn stand(&mut self, standing: Standing, at: Timestamp) {
        self.standing = standing;
        self.since = at;
    }
}

/// Characters of the first message that the state keeps.
#[cfg(feature = "full")]
const FIRST_CHARS: usize = 200;
