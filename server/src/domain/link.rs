//! The sending half of a socket: a queue of frames with a size limit. Pushing never waits; a socket whose peer does not read is closed.

use crate::random;
use chinwag::model::{ConversationId, EntryId, ParticipantId};
use chinwag::wire::{Codec, Head};
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, watch};

/// Output for a socket.
#[derive(Debug)]
pub enum Out {
    Text(String),
    /// Close the socket with a code. Nothing is sent after it.
    Close(u16),
}

/// The queue of one socket.
pub struct Outbound {
    queue: mpsc::UnboundedSender<Out>,
    queued: AtomicUsize,
    limit: usize,
    /// True once the socket has to be dropped without a close frame.
    cut: watch::Sender<bool>,
}

/// Bytes that a queued frame costs besides its text.
const FRAME_COST: usize = 64;

impl Outbound {
    /// A queue of at most `limit` bytes, and its other end.
    #[must_use]
    pub fn new(limit: usize) -> (Self, mpsc::UnboundedReceiver<Out>) {
        let (queue, rest) = mpsc::unbounded_channel();
        (Self { queue, queued: AtomicUsize::new(0), limit, cut: watch::channel(false).0 }, rest)
    }

    /// Queues a frame.
    pub fn push(&self, frame: &impl Codec) {
        self.push_text(frame.to_text());
    }

    /// Queues the text of a frame.
    pub fn push_text(&self, text: String) {
        let cost = text.len() + FRAME_COST;
        if self.queued.fetch_add(cost, Ordering::Relaxed) + cost > self.limit {
            // The peer does not read: it will reconnect and resume (quality R12).
            self.cut();
            return;
        }
        // An error means that the socket is closed.
        let _ = self.queue.send(Out::Text(text));
    }

    /// Closes the socket after the queued frames.
    pub fn close(&self, code: u16) {
        let _ = self.queue.send(Out::Close(code));
    }

    /// Drops the socket now.
    pub fn cut(&self) {
        self.cut.send_replace(true);
    }

    /// Resolves when the socket is to be dropped.
    pub async fn is_cut(&self) {
        let mut cut = self.cut.subscribe();
        // The sender lives in self: the wait cannot fail.
        let _ = cut.wait_for(|cut| *cut).await;
    }

    /// Notes that a frame of this length was sent.
    pub fn sent(&self, bytes: usize) {
        self.queued.fetch_sub(bytes + FRAME_COST, Ordering::Relaxed);
    }
}

/// The conversations to which a socket subscribed, with the last `seq` of each.
#[derive(Default)]
pub struct Heard(Mutex<HashMap<ConversationId, u64>>);

impl Heard {
    fn lock(&self) -> MutexGuard<'_, HashMap<ConversationId, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Subscribes to a conversation.
    pub fn add(&self, conv: &ConversationId, head: u64) {
        self.lock().insert(conv.clone(), head);
    }

    /// Ends the subscription.
    pub fn remove(&self, conv: &ConversationId) {
        self.lock().remove(conv);
    }

    /// Whether the socket is subscribed to a conversation.
    #[must_use]
    pub fn has(&self, conv: &ConversationId) -> bool {
        self.lock().contains_key(conv)
    }

    /// Notes the new last `seq` of a log; false without a subscription.
    pub fn advance(&self, conv: &ConversationId, head: u64) -> bool {
        self.lock().get_mut(conv).map(|known| *known = head).is_some()
    }

    /// The subscribed conversations with their last `seq`, for a ping.
    #[must_use]
    pub fn heads(&self) -> Vec<Head> {
        self.lock().iter().map(|(conv, seq)| Head { conv: conv.clone(), seq: *seq }).collect()
    }
}

/// The last entry that was put on a socket: usually the one that the next entry follows.
#[derive(Default)]
pub struct LastPut(Mutex<Option<(ConversationId, EntryId)>>);

impl LastPut {
    fn lock(&self) -> MutexGuard<'_, Option<(ConversationId, EntryId)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that this entry is stored.
    pub fn note(&self, conv: &ConversationId, id: &EntryId) {
        *self.lock() = Some((conv.clone(), id.clone()));
    }

    /// Whether this entry is the last one.
    #[must_use]
    pub fn is(&self, conv: &ConversationId, id: &EntryId) -> bool {
        self.lock().as_ref().is_some_and(|(last, put)| last == conv && put == id)
    }
}

/// A socket of a visitor.
pub struct VisitorLink {
    pub id: String,
    pub visitor: ParticipantId,
    pub site: String,
    pub out: Outbound,
    pub heard: Heard,
    pub put: LastPut,
    /// The key for limits besides the id (`Peer::household`).
    pub from: IpAddr,
}

/// A socket of an agent.
pub struct AgentLink {
    pub id: String,
    pub user: String,
    /// The hash of the token with which it was opened.
    pub session: String,
    /// When the session ends, milliseconds since 1970.
    pub expires: i64,
    pub out: Outbound,
    pub heard: Heard,
    pub put: LastPut,
    /// The conversations that were shown to the desk.
    pub shown: Mutex<HashSet<ConversationId>>,
}

impl AgentLink {
    /// A link of a signed-in agent.
    #[must_use]
    pub fn new(user: String, session: String, expires: i64, out: Outbound) -> Self {
        Self {
            id: random::hex::<8>(),
            user,
            session,
            expires,
            out,
            heard: Heard::default(),
            put: LastPut::default(),
            shown: Mutex::default(),
        }
    }

    /// The conversations that were shown to the desk.
    pub fn shown(&self) -> MutexGuard<'_, HashSet<ConversationId>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
