//! The rules of the server: conversations, queues, agents, visitors, requests. Socket handlers pass frames in and send the answers;
//! the store keeps everything that must survive a restart.

mod agent;
mod answers;
mod availability;
pub mod clean;
mod clock;
mod contact;
pub mod files;
mod floor;
mod guest;
mod idle;
pub mod link;
mod presence;
pub mod rates;
mod refusal;
mod requests;
mod room;
mod routing;
pub mod session;
mod start;
mod visitor;

use crate::config::Config;
use crate::random;
use crate::store::{Event, Expect, Store, StoreError, Subscription, Topics};
use chinwag::model::{ConversationId, Entry, SiteConfig, Timestamp};
use chinwag::wire::{AgentInfo, Codec, ServerFrame};
use floor::Floor;
use link::{AgentLink, VisitorLink};
use rates::Rates;
use requests::{REQUESTS, Request};
use room::{OPEN, Room};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

pub use agent::own_entry;
pub use refusal::Refusal;
pub use start::Start;
pub use visitor::{error_frame, refused};

/// The domain, see the module.
pub struct Domain {
    pub store: Arc<dyn Store>,
    rooms: Mutex<HashMap<ConversationId, Room>>,
    floor: Mutex<Floor>,
    rates: RwLock<Arc<Rates>>,
    /// Mixed into the ids that are made from visitors' data, so that they cannot be guessed.
    secret: String,
    uploads: files::Uploads,
    /// Counts the files that were sent in an hour and a day.
    sent: files::Sent,
}

/// The bucket of the server's own settings.
const SERVER: &str = "server";
/// The bucket of the agents' own settings.
const AGENTS: &str = "agent";

impl Domain {
    /// Restores the state from the store after a start.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn start(store: Arc<dyn Store>, config: Arc<Config>) -> Result<Arc<Self>, StoreError> {
        let secret = match &config.server().secret {
            Some(secret) => secret.clone(),
            None => own_secret(&*store).await?,
        };
        let rates = RwLock::new(Arc::new(Rates::new(config.limits())));
        let domain = Arc::new(Self {
            store,
            rooms: Mutex::default(),
            floor: Mutex::new(Floor::new(config)),
            rates,
            secret,
            uploads: files::Uploads::default(),
            sent: files::Sent::default(),
        });
        domain.rebuild().await?;
        tokio::spawn(hear(Arc::downgrade(&domain), domain.store.subscribe(Topics::All)));
        tokio::spawn(clock::run(Arc::downgrade(&domain)));
        tokio::spawn(files::tidy(Arc::downgrade(&domain)));
        Ok(domain)
    }

    async fn rebuild(&self) -> Result<(), StoreError> {
        for (user, doc) in self.store.list_docs(AGENTS, "").await? {
            // Agents who were ready have the grace time for a reconnect.
            self.floor().seat(&user).ready = doc.value == "ready";
        }
        for (id, doc) in self.store.list_docs(REQUESTS, "").await? {
            match serde_json::from_str::<Request>(&doc.value) {
                Ok(request) => drop(self.floor().requests.insert(id.as_str().into(), request)),
                Err(_) => tracing::error!(request = id, "a request cannot be read: its record is damaged"),
            }
        }
        let mut open = 0;
        for (id, _) in self.store.list_docs(OPEN, "").await? {
            let conv = ConversationId(id);
            // A damaged conversation was reported and is left out; the others are restored.
            let Ok(held) = self.lock(&conv).await else { continue };
            match held.as_ref() {
                Some(log) => {
                    open += 1;
                    let mut floor = self.floor();
                    for agent in &log.state.agents {
                        floor.seat(floor::user_of(&agent.id));
                    }
                    floor.follow(log);
                }
                // The server stopped between the mark and the first entry.
                None => drop(self.store.put_doc(OPEN, conv.as_str(), None, Expect::Any).await?),
            }
        }
        self.floor().push_availability();
        tracing::info!(open, "conversations are back");
        Ok(())
    }

    /// The present configuration.
    #[must_use]
    pub fn config(&self) -> Arc<Config> {
        Arc::clone(&self.floor().config)
    }

    /// Uses another configuration from now on. Agents that are not in it are signed out.
    pub fn reconfigure(&self, config: Arc<Config>) {
        if self.rates().limits() != config.limits() {
            *self.rates.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Rates::new(config.limits()));
        }
        let mut floor = self.floor();
        floor.config = config;
        let gone: Vec<String> = floor.seats.keys().filter(|user| floor.config.agent(user).is_none()).cloned().collect();
        for user in gone {
            for link in floor.seats.get(&user).into_iter().flat_map(|seat| &seat.links) {
                agent::sign_off(link);
            }
        }
        floor.push_availability();
        floor.route();
    }

    /// The configuration of a site for pages.
    #[must_use]
    pub fn site_view(&self, site: &str, locale: &str) -> Option<SiteConfig> {
        let floor = self.floor();
        let config = Arc::clone(&floor.config);
        let site = config.site(site)?;
        Some(config.site_view(site, locale, now(), |widget| floor.widget_state(widget)))
    }

    /// An agent as others see it.
    #[must_use]
    pub fn agent_view(&self, user: &str) -> Option<AgentInfo> {
        self.floor().agent_view(user)
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<ConversationId, Room>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn floor(&self) -> MutexGuard<'_, Floor> {
        self.floor.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state_changed(&self, log: &room::Log) {
        self.floor().update(log);
    }

    /// The rate limits.
    #[must_use]
    pub fn rates(&self) -> Arc<Rates> {
        Arc::clone(&self.rates.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A signature of these parts with the server's secret.
    #[must_use]
    pub fn seal(&self, parts: &[&str]) -> String {
        let all: Vec<&str> = [&[self.secret.as_str(), "seal"], parts].concat();
        random::digest(&all)
    }

    /// A visitor's socket closed.
    pub fn visitor_left(&self, link: &VisitorLink) {
        let mut floor = self.floor();
        let Some(links) = floor.visitors.get_mut(&link.visitor) else { return };
        links.retain(|other| other.id != link.id);
        if links.is_empty() {
            floor.visitors.remove(&link.visitor);
            floor.visitor_is_gone(&link.visitor);
        }
    }

    /// An agent's socket closed.
    pub fn agent_left(&self, link: &AgentLink) {
        let mut floor = self.floor();
        let Some(seat) = floor.seats.get_mut(&link.user) else { return };
        seat.links.retain(|other| other.id != link.id);
        if seat.links.is_empty() {
            seat.gone = Some(Instant::now());
            floor.withdraw_offers(&link.user);
            floor.show_agent(&link.user);
            floor.route();
        }
    }
}

/// The time of day, to show it; waiting is measured with the monotonic clock.
#[must_use]
pub fn now() -> Timestamp {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(passed.as_millis()).unwrap_or(i64::MAX))
}

async fn own_secret(store: &dyn Store) -> Result<String, StoreError> {
    let made = random::hex::<32>();
    match store.put_doc(SERVER, "secret", Some(&made), Expect::Absent).await {
        Ok(_) => Ok(made),
        Err(StoreError::Stale) => {
            let doc = store.get_doc(SERVER, "secret").await?;
            doc.map(|doc| doc.value).ok_or_else(|| StoreError::Unavailable("the secret is gone".into()))
        }
        Err(error) => Err(error),
    }
}

/// Passes on the events of the store: typing, and entries that another process wrote.
async fn hear(domain: Weak<Domain>, mut events: Subscription) {
    while let Some(event) = events.next().await {
        let Some(domain) = domain.upgrade() else { return };
        match event {
            Event::Entry { topic, entry } => {
                let conv = ConversationId(topic);
                // Entries of this process were applied already.
                let behind = domain.floor().chats.get(&conv).is_some_and(|chat| chat.state.head < entry.seq);
                if behind {
                    refresh(&domain, &conv).await;
                }
            }
            Event::Ephemeral { topic, bytes } => {
                let Ok(text) = std::str::from_utf8(&bytes) else { continue };
                if let Ok(ServerFrame::Typing { conv, who, on }) = ServerFrame::from_text(text)
                    && conv.as_str() == topic
                {
                    domain.floor().tell_typing(&conv, &who, on, text);
                }
            }
            Event::Lagged => {
                let all: Vec<ConversationId> = domain.floor().chats.keys().cloned().collect();
                for conv in all {
                    refresh(&domain, &conv).await;
                }
            }
        }
    }
}

async fn refresh(domain: &Domain, conv: &ConversationId) {
    // An error was logged where it arose; the next entry leads to another attempt.
    if let Ok(mut held) = domain.lock(conv).await
        && let Some(log) = held.as_mut()
    {
        let _ = domain.catch_up(log).await;
    }
}

/// The last entry's number, for an answer.
fn ack_of(entry: &Entry) -> (u64, Timestamp) {
    (entry.seq, entry.at)
}
