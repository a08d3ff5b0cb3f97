//! Work that is due because time has passed. One task checks several times a second; durations are measured by the monotonic clock.

use super::Domain;
use super::agent::own_entry;
use super::floor::OpenConversation;
use super::link::AgentLink;
use super::room::OPEN;
use super::session::SESSIONS;
use crate::store::Expect;
use chinwag::model::{ConversationId, EndReason, EntryBody, LeaveReason, Party, Standing};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

/// The interval of the checks.
const LOOK: Duration = Duration::from_millis(100);
/// Work that is not urgent is done once in this number of checks.
const SELDOM: u32 = 10;

/// Runs until the domain is dropped.
pub(super) async fn run(weak: Weak<Domain>) {
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut count: u32 = 0;
    loop {
        looks.tick().await;
        let Some(domain) = weak.upgrade() else { return };
        count = count.wrapping_add(1);
        domain.look(count.is_multiple_of(SELDOM)).await;
        if count.is_multiple_of(SESSIONS_EVERY) {
            domain.close_dead_sessions().await;
        }
    }
}

/// The stored sessions are read once in this number of checks: another process may have ended one (quality S24).
const SESSIONS_EVERY: u32 = 20;

/// Carries out due work.
enum Due {
    End(ConversationId, EndReason),
    /// No message came for a long time.
    Idle(ConversationId),
    Leave(String, ConversationId),
    Away(String),
    Forget(ConversationId),
}

impl Domain {
    async fn look(&self, seldom: bool) {
        let due = self.collect(seldom);
        let work = due.into_iter().map(|due| self.perform(due));
        futures_util::future::join_all(work).await;
        if seldom {
            self.rates().tidy();
            // Rooms of ended conversations are dropped from memory and read from the store again when they are needed.
            let open: std::collections::HashSet<ConversationId> = self.floor().chats.keys().cloned().collect();
            self.rooms().retain(|conv, room| open.contains(conv) || Arc::strong_count(room) > 1);
        }
    }

    async fn close_dead_sessions(&self) {
        let links: Vec<Arc<AgentLink>> = self.floor().seats.values().flat_map(|seat| &seat.links).cloned().collect();
        for link in links {
            // If the store cannot be read, it is unknown whether the session ended.
            if let Ok(None) = self.store.get_doc(SESSIONS, &link.session).await {
                super::agent::sign_off(&link);
            }
        }
    }

    fn collect(&self, seldom: bool) -> Vec<Due> {
        let now = Instant::now();
        let mut floor = self.floor();
        let config = Arc::clone(&floor.config);
        let timeouts = config.timeouts();
        floor.count_who_left(timeouts.visitor_grace.0);
        let mut due: Vec<Due> = floor.time_out_offers().into_iter().map(Due::Away).collect();
        let over = |since: Instant, limit: Duration| now.saturating_duration_since(since) >= limit;
        for (conv, chat) in &floor.chats {
            let queue = config.campaign(&chat.state.campaign).map(|campaign| campaign.queue_timeout.0);
            match chat.state.standing {
                Standing::Ended => {
                    if is_settled(chat, config.campaign(&chat.state.campaign).is_some_and(|c| !c.dispositions.is_empty()))
                        || over(chat.since, timeouts.wrap_up.0)
                    {
                        due.push(Due::Forget(conv.clone()));
                    }
                }
                _ if chat.absence.as_ref().is_some_and(|absence| over(absence.since, timeouts.visitor_restore.0)) => {
                    due.push(Due::End(conv.clone(), EndReason::Abandoned));
                }
                Standing::Queued if queue.is_none_or(|limit| over(chat.since, limit)) => {
                    due.push(Due::End(conv.clone(), EndReason::Unanswered));
                }
                Standing::Online if super::idle::is_due(&config, chat) => due.push(Due::Idle(conv.clone())),
                Standing::Queued | Standing::Online | Standing::Unknown(_) => {}
            }
        }
        let gone = floor.seats.iter().filter(|(_, seat)| seat.gone.is_some_and(|since| over(since, timeouts.agent_grace.0)));
        let gone: Vec<String> = gone.map(|(user, _)| user.clone()).collect();
        for user in gone {
            due.extend(floor.chats_of(&user).into_iter().map(|conv| Due::Leave(user.clone(), conv)));
            let seat = floor.seat(&user);
            if std::mem::take(&mut seat.ready) {
                due.push(Due::Away(user));
            }
        }
        if seldom {
            let today = super::now().0;
            let over = floor.seats.values().flat_map(|seat| &seat.links).filter(|link| link.expires <= today);
            over.for_each(|link| super::agent::sign_off(link));
        }
        if seldom || due.iter().any(|due| matches!(due, Due::Away(_))) {
            floor.push_availability();
        }
        // Pauses after a declined offer end by themselves.
        floor.route();
        due
    }

    async fn perform(&self, due: Due) {
        let done = match due {
            Due::End(conv, reason) => self.end(&conv, reason).await,
            Due::Idle(conv) => self.idle(&conv).await,
            Due::Leave(user, conv) => self.leave(&user, &conv, LeaveReason::Lost).await,
            Due::Away(user) => self.keep_status(&user, false).await,
            Due::Forget(conv) => self.forget(&conv).await,
        };
        if let Err(refusal) = done {
            // It is still due at the next check.
            tracing::warn!(code = refusal.code.word(), reason = refusal.message, "what was due could not be done");
        }
    }

    async fn end(&self, conv: &ConversationId, reason: EndReason) -> Result<(), super::Refusal> {
        let mut held = self.lock(conv).await?;
        let Some(log) = held.as_mut() else { return Ok(()) };
        // An agent may have joined while this call waited for the lock.
        let still = log.state.standing == Standing::Queued || reason == EndReason::Abandoned;
        let back = reason == EndReason::Abandoned && self.floor().visitors.contains_key(&log.state.visitor);
        if still && !back && log.state.standing != Standing::Ended {
            self.add(log, &own_entry("end"), &EntryBody::Ended { by: Party::System, reason }).await?;
            tracing::info!(%conv, reason = reason.word(), "a conversation ended by itself");
        }
        Ok(())
    }

    async fn forget(&self, conv: &ConversationId) -> Result<(), super::Refusal> {
        self.store.put_doc(OPEN, conv.as_str(), None, Expect::Any).await?;
        let mut floor = self.floor();
        floor.chats.remove(conv);
        floor.show_chat(conv);
        Ok(())
    }
}

/// Whether an ended conversation needs no disposition any more.
fn is_settled(chat: &OpenConversation, has_dispositions: bool) -> bool {
    chat.state.disposed || chat.state.agents.is_empty() || !has_dispositions
}
