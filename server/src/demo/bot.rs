//! The demo's bot: its answers while no person answers. No side effects: entries come in, texts come out.

use chinwag::model::{ConversationId, Entry, EntryBody, Participant, ParticipantId, Party};
use std::collections::{HashMap, HashSet};

/// The bot's state for every conversation of its account.
pub(crate) struct Bot {
    me: ParticipantId,
    talks: HashMap<ConversationId, Talk>,
    /// Ids of its own messages: any other message under its name was written at the desk.
    said: HashSet<String>,
}

#[derive(Default)]
struct Talk {
    /// The `seq` of the last entry that the bot has read.
    seen: u64,
    /// Messages of the visitor in a row for which no answer matched.
    puzzled: usize,
    greeted: bool,
    /// Whether a person at the desk has taken over.
    by_hand: bool,
}

impl Bot {
    pub(crate) fn new(me: ParticipantId) -> Self {
        Self { me, talks: HashMap::new(), said: HashSet::new() }
    }

    pub(crate) const fn me(&self) -> &ParticipantId {
        &self.me
    }

    /// Notes that the bot is going to send a message with this id.
    pub(crate) fn will_say(&mut self, id: &str) {
        self.said.insert(id.to_owned());
    }

    /// The `seq` of the last entry of a conversation that the bot has read.
    pub(crate) fn seen(&self, conv: &ConversationId) -> Option<u64> {
        self.talks.get(conv).map(|talk| talk.seen)
    }

    /// Reads entries in order and gives the answers.
    pub(crate) fn hear<'a>(&mut self, conv: &ConversationId, entries: impl IntoIterator<Item = &'a Entry>) -> Vec<&'static str> {
        let talk = self.talks.entry(conv.clone()).or_default();
        let mut answers: Vec<&str> = Vec::new();
        for entry in entries {
            if entry.seq <= talk.seen {
                continue;
            }
            talk.seen = entry.seq;
            match &entry.body {
                EntryBody::Message { from, text } if from.party == Party::Visitor => {
                    let known = answer(text);
                    let puzzle = PUZZLED[talk.puzzled % PUZZLED.len()];
                    talk.puzzled += usize::from(known.is_none());
                    answers.push(known.unwrap_or(puzzle));
                }
                EntryBody::Message { from, .. } if from.id == self.me => {
                    // The bot wrote before its restart: then everything up to that message was answered.
                    talk.greeted = true;
                    answers.clear();
                    talk.by_hand |= !self.said.is_empty() && !self.said.contains(&entry.id.0);
                }
                EntryBody::Joined { who: Participant { id, .. } } if *id == self.me && !talk.greeted => {
                    talk.greeted = true;
                    answers.insert(0, GREETING);
                }
                EntryBody::Ended { .. } => {
                    talk.by_hand = true;
                    answers.clear();
                }
                _ => {}
            }
        }
        if talk.by_hand { Vec::new() } else { answers }
    }

    /// Whether the bot still has to answer in a conversation: a person may have joined meanwhile.
    pub(crate) fn may_speak(&self, conv: &ConversationId) -> bool {
        self.talks.get(conv).is_some_and(|talk| !talk.by_hand)
    }
}

fn answer(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    let has = |known: &str| words.iter().any(|word| word.starts_with(known));
    ANSWERS.iter().find(|(known, _)| known.split(' ').any(has)).map(|(_, answer)| *answer)
}

const GREETING: &str = "Hello! I am Ada – or rather a small program at her desk. Ask me about sizes, prices or delivery. \
     You can also answer from the desk yourself: as soon as you do, I am silent.";

/// Beginnings of words, and the answer when one of them occurs.
const ANSWERS: [(&str, &str); 9] = [
    ("size tall larg small cm inch grö tagli", "How tall are you? Up to 1.70 m we build 52, up to 1.85 m 56, and above that 60 or 62."),
    ("price cost much euro cheap expens", "They start at € 790 for the Brezza. The electric Libeccio is € 1,990."),
    ("deliver ship long arriv wann", "Three weeks after the order it is at your door, ready to ride."),
    ("return back refund", "Thirty days to send it back, and we pay for the parcel."),
    ("colour color green blue red", "Any colour you like. The green in the picture is the favourite this season."),
    ("plug link offline connect", "Go on, pull it! Write while it is out. When it is back, each message arrives once and in order."),
    ("human person somebody agent real", "That would be you: answer from the desk beside this chat, and I am silent."),
    ("thank thanks grazie danke merci", "With pleasure. Shall I put one aside for a test ride on Saturday?"),
    ("hi hello hey ciao hallo good", "Hello! What would you like to know about our bicycles?"),
];

const PUZZLED: [&str; 3] = [
    "I am only a small program and do not know that. Try the desk: a person can answer from there.",
    "Ask me about sizes, prices, colours, delivery or returns.",
    "Have you pulled the plug yet? Write something while it is out, and put it back.",
];

#[cfg(test)]
mod tests {
    use super::*;
    use chinwag::model::{EntryId, Timestamp};

    fn entry(seq: u64, id: &str, body: EntryBody) -> Entry {
        Entry { seq, prev: seq - 1, at: Timestamp(0), id: EntryId(id.into()), body }
    }

    fn says(seq: u64, who: &str, text: &str) -> Entry {
        let party = if who == "a_ada" { Party::Agent } else { Party::Visitor };
        let from = Participant::new(ParticipantId(who.into()), party, String::new());
        entry(seq, &format!("{who}-{seq}"), EntryBody::Message { from, text: text.into() })
    }

    fn joined(seq: u64) -> Entry {
        let who = Participant::new(ParticipantId("a_ada".into()), Party::Agent, "Ada".into());
        entry(seq, "joined", EntryBody::Joined { who })
    }

    fn bot() -> (Bot, ConversationId) {
        (Bot::new(ParticipantId("a_ada".into())), ConversationId("c".into()))
    }

    #[test]
    fn it_greets_once_and_answers_what_was_said_before_it_came() {
        let (mut bot, conv) = bot();
        let answers = bot.hear(&conv, &[says(2, "v", "Which SIZE do I need?"), joined(3)]);
        assert_eq!(answers.len(), 2);
        assert_eq!(answers[0], GREETING);
        assert!(answers[1].contains("How tall"));
        assert!(
            bot.hear(&conv, &[says(2, "v", "Which SIZE do I need?"), joined(3)]).is_empty(),
            "a page that comes again says nothing new"
        );
        assert!(bot.hear(&conv, &[joined(9)]).is_empty(), "it was lost and is back");
    }

    #[test]
    fn it_does_not_answer_twice_after_it_was_started_again() {
        let (mut bot, conv) = bot();
        let log = [joined(2), says(3, "v", "hi"), says(4, "a_ada", "Hello!"), says(5, "v", "what does it cost?")];
        let answers = bot.hear(&conv, &log);
        assert_eq!(answers.len(), 1);
        assert!(answers[0].contains("790"));
    }

    #[test]
    fn a_person_at_the_desk_silences_it() {
        let (mut bot, conv) = bot();
        bot.hear(&conv, &[joined(2)]);
        bot.will_say("mine");
        bot.hear(&conv, &[Entry { id: EntryId("mine".into()), ..says(3, "a_ada", GREETING) }]);
        assert!(bot.may_speak(&conv));
        assert_eq!(bot.hear(&conv, &[says(4, "v", "well")]), [PUZZLED[0]]);
        bot.hear(&conv, &[says(5, "a_ada", "I am a person")]);
        assert!(bot.hear(&conv, &[says(6, "v", "hello")]).is_empty());
        assert!(!bot.may_speak(&conv));
    }
}
