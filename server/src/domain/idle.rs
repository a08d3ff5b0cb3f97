//! Idle conversations: a warning, then the end. The times come from the site, or from the handler of the protocol that the visitor uses.

use super::agent::own_entry;
use super::floor::OpenConversation;
use super::room::Log;
use super::{Domain, Refusal};
use crate::config::{Config, Idle};
use chinwag::model::{ConversationId, EndReason, EntryBody, Party, Standing};
use std::time::{Duration, Instant};

/// How long no message has come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quiet {
    since: Instant,
    warned: bool,
    /// The `seq` of the last entry that counts as a message, and of the last warning.
    said: u64,
    warning: u64,
}

impl Quiet {
    /// For a log that was just loaded: the time starts again.
    pub(super) fn begin(log: &Log) -> Self {
        let (said, warning) = log.stirred();
        Self { since: Instant::now(), warned: warning > said, said, warning }
    }

    /// Notes an entry.
    pub(super) fn follow(&mut self, log: &Log) {
        let (said, warning) = log.stirred();
        if said > self.said {
            (self.said, self.warned, self.since) = (said, false, Instant::now());
        }
        if warning > self.warning {
            (self.warning, self.warned, self.since) = (warning, true, Instant::now());
        }
    }

    /// The time until the warning or the end, and until the end.
    fn left(&self, idle: Idle) -> (Duration, Duration) {
        let next = if self.warned { idle.close.0 } else { idle.warn.0 };
        let end = if self.warned { idle.close.0 } else { idle.warn.0 + idle.close.0 };
        let passed = self.since.elapsed();
        (next.saturating_sub(passed), end.saturating_sub(passed))
    }
}

/// The idle times of a conversation, while an agent is in it.
fn times(config: &Config, chat: &OpenConversation) -> Option<Idle> {
    if chat.state.standing != Standing::Online {
        return None;
    }
    chat.idle.or_else(|| config.site(&chat.site).and_then(|site| site.idle))
}

/// Whether a conversation has to be warned or closed.
pub(super) fn is_due(config: &Config, chat: &OpenConversation) -> bool {
    times(config, chat).is_some_and(|idle| chat.quiet.left(idle).0.is_zero())
}

impl Domain {
    /// Sets the times of a conversation whose visitor uses another protocol.
    pub fn set_idle(&self, conv: &ConversationId, idle: Idle) {
        if let Some(chat) = self.floor().chats.get_mut(conv) {
            chat.idle = Some(idle);
        }
    }

    /// Resets the idle time of a conversation as a message does.
    pub fn stir(&self, conv: &ConversationId) {
        if let Some(chat) = self.floor().chats.get_mut(conv) {
            (chat.quiet.warned, chat.quiet.since) = (false, Instant::now());
        }
    }

    /// The time until a conversation is closed if no message comes; `None` when it will not be closed.
    #[must_use]
    pub fn idle_left(&self, conv: &ConversationId) -> Option<Duration> {
        let floor = self.floor();
        let chat = floor.chats.get(conv)?;
        times(&floor.config, chat).map(|idle| chat.quiet.left(idle).1)
    }

    /// Warns both sides, or closes the conversation.
    pub(super) async fn idle(&self, conv: &ConversationId) -> Result<(), Refusal> {
        let mut held = self.lock(conv).await?;
        let Some(log) = held.as_mut() else { return Ok(()) };
        // A message may have come while this call waited for the lock.
        let due = {
            let floor = self.floor();
            let chat = floor.chats.get(conv).filter(|chat| is_due(&floor.config, chat));
            chat.and_then(|chat| Some((chat.quiet.warned, times(&floor.config, chat)?)))
        };
        let Some((warned, idle)) = due else { return Ok(()) };
        if !warned {
            self.add(log, &own_entry("idle"), &EntryBody::IdleWarned { seconds: idle.close.0.as_secs() }).await?;
            return Ok(());
        }
        self.add(log, &own_entry("idle"), &EntryBody::IdleClosed {}).await?;
        self.add(log, &own_entry("end"), &EntryBody::Ended { by: Party::System, reason: EndReason::Closed }).await?;
        tracing::info!(%conv, "a conversation was closed because nothing was said");
        Ok(())
    }
}
