//! Bayeux clients: their handshakes, their queues, and the chats whose events they get.

use crate::gms::answer::Members;
use crate::gms::session::{Session, events_from, lock};
use crate::http::App;
use crate::random;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// A client without a connect for this long is forgotten and has to make a new handshake.
pub(super) const SILENCE: Duration = Duration::from_secs(20);
/// The most clients at the same time.
const MOST: usize = 20_000;
/// Bytes that may wait for one client.
const QUEUED: usize = 1024 * 1024;
/// Chats whose events one client can get.
const CHATS: usize = 8;

/// All clients after their handshake.
#[derive(Default)]
pub(in crate::gms) struct Clients(Mutex<HashMap<String, Arc<Client>>>);

/// A client, see the module.
pub(super) struct Client {
    pub(super) id: String,
    /// The origin of its page, if it has one.
    pub(super) origin: Option<String>,
    /// The address of its handshake, as limits count it.
    from: IpAddr,
    state: Mutex<State>,
    /// Woken when a message waits.
    pub(super) ready: Notify,
}

struct State {
    seen: Instant,
    /// The number of sockets and held requests.
    holds: usize,
    gone: bool,
    queue: VecDeque<Value>,
    bytes: usize,
    channels: HashSet<String>,
    /// The conversations whose events are being sent.
    chats: HashSet<String>,
}

impl Clients {
    /// A new client; `None` when there are too many, in all or from its address.
    pub(super) fn shake(&self, origin: Option<String>, from: IpAddr, most_of_address: usize) -> Option<Arc<Client>> {
        let mut clients = lock(&self.0);
        if clients.len() >= MOST || clients.values().filter(|client| client.from == from).count() >= most_of_address {
            return None;
        }
        let state = State {
            seen: Instant::now(),
            holds: 0,
            gone: false,
            queue: VecDeque::new(),
            bytes: 0,
            channels: HashSet::new(),
            chats: HashSet::new(),
        };
        let client = Arc::new(Client { id: random::hex::<16>(), origin, from, state: Mutex::new(state), ready: Notify::new() });
        clients.insert(client.id.clone(), Arc::clone(&client));
        Some(client)
    }

    /// The client with this id, which is its secret; its silence starts again.
    pub(super) fn find(&self, id: &str) -> Option<Arc<Client>> {
        let client = lock(&self.0).get(id).cloned()?;
        lock(&client.state).seen = Instant::now();
        Some(client)
    }

    /// Forgets a client.
    pub(super) fn forget(&self, id: &str) {
        if let Some(client) = lock(&self.0).remove(id) {
            lock(&client.state).gone = true;
            client.ready.notify_waiters();
        }
    }

    /// Forgets clients that were silent.
    pub(in crate::gms) fn forget_gone(&self) {
        lock(&self.0).retain(|_, client| {
            let mut state = lock(&client.state);
            let stays = !state.gone && (state.holds > 0 || state.seen.elapsed() < SILENCE);
            state.gone = !stays;
            stays
        });
    }
}

impl Client {
    /// Subscribes to a channel, or ends the subscription.
    pub(super) fn subscribe(&self, channel: &str, on: bool) {
        let mut state = lock(&self.state);
        if on && state.channels.len() < CHATS * 2 {
            state.channels.insert(channel.to_owned());
        } else if !on {
            state.channels.remove(channel);
        }
    }

    /// Queues data for a channel, if the client subscribed to it. A client that does not read its queue is forgotten and has to make a new handshake.
    pub(super) fn push(&self, channel: &str, data: &Value) {
        let mut state = lock(&self.state);
        if !state.channels.contains(channel) {
            return;
        }
        let message = json!({ "channel": channel, "data": data });
        state.bytes += message.to_string().len();
        state.queue.push_back(message);
        if state.bytes > QUEUED {
            state.gone = true;
        }
        drop(state);
        self.ready.notify_one();
    }

    /// Takes the waiting messages.
    pub(super) fn take(&self) -> Vec<Value> {
        let mut state = lock(&self.state);
        state.bytes = 0;
        state.queue.drain(..).collect()
    }

    /// Whether the client was forgotten.
    pub(super) fn is_gone(&self) -> bool {
        lock(&self.state).gone
    }

    /// The client counts as connected as long as the result lives.
    pub(super) fn hold(self: &Arc<Self>) -> Hold {
        lock(&self.state).holds += 1;
        Hold(Arc::clone(self))
    }

    /// Sends the events of a chat to the client, from a position on, until the chat ends or the client disconnects. Does nothing when this runs already.
    pub(super) fn follow(self: &Arc<Self>, app: &Arc<App>, session: &Arc<Session>, channel: &str, position: usize) {
        {
            let mut state = lock(&self.state);
            if state.chats.len() >= CHATS || !state.chats.insert(session.conv.0.clone()) {
                return;
            }
        }
        let follower =
            Follower { client: Arc::downgrade(self), app: Arc::downgrade(app), session: Arc::clone(session), channel: channel.into() };
        tokio::spawn(follower.run(position));
    }
}

/// Keeps a client connected, see [`Client::hold`].
pub(super) struct Hold(Arc<Client>);

impl Hold {
    /// The client that is held.
    pub(super) const fn client(&self) -> &Arc<Client> {
        &self.0
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut state = lock(&self.0.state);
        state.holds = state.holds.saturating_sub(1);
        state.seen = Instant::now();
    }
}

/// The task that passes a chat's events on.
struct Follower {
    client: Weak<Client>,
    app: Weak<App>,
    session: Arc<Session>,
    channel: String,
}

/// The interval at which it checks that its client is still connected, and marks the chat's session as active.
const LOOK: Duration = Duration::from_millis(250);

impl Follower {
    async fn run(self, mut position: usize) {
        let mut news = self.session.news.subscribe();
        loop {
            let (Some(client), Some(app)) = (self.client.upgrade().filter(|client| !client.is_gone()), self.app.upgrade()) else { return };
            // A client with an open connection counts as active all the time.
            if !self.session.touch(&app.domain) {
                break;
            }
            match self.tell(&app, &client, position).await {
                Some((next, false)) => position = next,
                Some((_, true)) => break,
                // The store cannot be reached: try again after the next interval.
                None => {}
            }
            drop((client, app));
            // A timeout only leads to the next check; the sender lives in the session, so waiting cannot fail.
            let _ = tokio::time::timeout(LOOK, news.changed()).await;
        }
        if let Some(client) = self.client.upgrade() {
            lock(&client.state).chats.remove(&self.session.conv.0);
        }
    }

    /// Pushes new events; returns the next position, and whether the end was among them.
    async fn tell(&self, app: &App, client: &Client, position: usize) -> Option<(usize, bool)> {
        let mut held = self.session.transcript.lock().await;
        let transcript = self.session.sync(&app.domain, &mut held).await.ok()?;
        let (events, next, whole) = events_from(transcript, i64::try_from(position).unwrap_or(i64::MAX));
        let ended = whole && transcript.state().is_some_and(|state| state.end.is_some());
        if events.is_empty() && !ended {
            return Some((position, false));
        }
        let told = Members { session: Some(&self.session), events, next, ended, ..Members::default() };
        client.push(&self.channel, &told.body());
        Some((next, ended))
    }
}
