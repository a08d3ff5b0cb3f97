//! Sessions of clients. A document per chat, with the hash of its key, survives a restart. The state in memory is dropped when the client
//! is silent and rebuilt from the store at its next request.

use super::answer::Fault;
use super::fields::Fields;
use super::transcript::{Note, Transcript, weight};
use crate::domain::link::{Heard, LastPut, Out, Outbound, VisitorLink};
use crate::domain::rates::Keyed;
use crate::domain::{Domain, Refusal, now};
use crate::http::App;
use crate::http::peer::Peer;
use crate::random;
use crate::store::{Expect, OWNER_BUCKET, Span};
use chinwag::dialects::transcript::Event;
use chinwag::model::{Answer, ConversationId, EntryBody, ParticipantId, Timestamp, visitor_name};
use chinwag::wire::{Code, Codec, ServerFrame};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, mpsc, watch};

/// The protocol's name for the server; there is only one.
pub(super) const ALIAS: &str = "1";
/// The bucket of [`Kept`] documents, by conversation.
const SESSIONS: &str = "gms-session";
/// The bucket that gives the conversation for a key's hash: some clients send only the key (G5).
const KEYS: &str = "gms-key";
/// Uploads that are received at the same time.
const UPLOADS: usize = 16;
/// Events and bytes in one answer; the rest comes with the next one.
const ANSWER_EVENTS: usize = 500;
const ANSWER_BYTES: usize = 256 * 1024;

/// All sessions.
pub struct Gms {
    sessions: Mutex<HashMap<ConversationId, Arc<Session>>>,
    /// By address, for each number of starts that a site allows.
    starts: Mutex<HashMap<u32, Keyed<IpAddr>>>,
    pub(super) uploads: Semaphore,
    pub(super) bayeux: super::cometd::Clients,
}

impl Default for Gms {
    fn default() -> Self {
        Self {
            sessions: Mutex::default(),
            starts: Mutex::default(),
            uploads: Semaphore::new(UPLOADS),
            bayeux: super::cometd::Clients::default(),
        }
    }
}

/// The stored document of a session.
#[derive(Deserialize, Serialize)]
struct Kept {
    service: String,
    site: String,
    visitor: ParticipantId,
    /// The SHA-256 of the key (quality S21).
    key: String,
}

/// One client in one chat: all its tabs together.
pub(super) struct Session {
    pub(super) conv: ConversationId,
    pub(super) service: String,
    pub(super) link: Arc<VisitorLink>,
    key: String,
    life: Mutex<Life>,
    /// The agents who have begun or stopped typing since the last answer.
    typing: Mutex<Vec<(ParticipantId, bool, Timestamp)>>,
    /// Read from the store when it is first needed. Its lock puts the answers to several tabs in order.
    pub(super) transcript: tokio::sync::Mutex<Option<Transcript>>,
    pub(super) downloads: AtomicU64,
    /// Changes when there may be new events.
    pub(super) news: watch::Sender<u64>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("conv", &self.conv).finish_non_exhaustive()
    }
}

struct Life {
    /// The time of the client's last request.
    seen: Instant,
    standing: Presence,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    /// A new session: the domain does not know the client yet.
    Fresh,
    Here,
    /// The session was dropped because its client was silent: holders of this value have to look it up again.
    Gone,
}

impl Gms {
    fn sessions(&self) -> MutexGuard<'_, HashMap<ConversationId, Arc<Session>>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn all(&self) -> Vec<Arc<Session>> {
        self.sessions().values().cloned().collect()
    }

    /// Whether one more chat may be started from an address.
    pub(super) fn may_start(&self, from: IpAddr, per_minute: u32) -> bool {
        lock(&self.starts).entry(per_minute).or_insert_with(|| Keyed::per_minute(per_minute)).take(&from)
    }

    /// Drops addresses whose limit is full again.
    pub(super) fn tidy(&self) {
        lock(&self.starts).values().for_each(Keyed::tidy);
    }

    /// Drops a session whose client was silent for `limit`.
    pub(super) fn retire(&self, domain: &Domain, session: &Session, limit: Duration) {
        let mut sessions = self.sessions();
        let mut life = lock(&session.life);
        if life.seen.elapsed() < limit {
            return;
        }
        life.standing = Presence::Gone;
        sessions.remove(&session.conv);
        drop(life);
        drop(sessions);
        domain.visitor_left(&session.link);
        tracing::info!(conv = %session.conv, "a client is silent");
    }

    /// Stores a new session.
    pub(super) async fn keep(
        &self,
        domain: &Domain,
        service: &str,
        link: VisitorLink,
        conv: ConversationId,
        key: &str,
    ) -> Result<Arc<Session>, Fault> {
        let kept = Kept { service: service.to_owned(), site: link.site.clone(), visitor: link.visitor.clone(), key: hash(key) };
        let text = serde_json::to_string(&kept).map_err(|_| Refusal::new(Code::Internal, "cannot be written"))?;
        // Under this name the log of notes is deleted with the conversation when the visitor's data is erased.
        let notes = format!("{}/{}", link.visitor, notes_of(&conv));
        tokio::try_join!(
            domain.store.put_doc(SESSIONS, conv.as_str(), Some(&text), Expect::Any),
            domain.store.put_doc(KEYS, &kept.key, Some(conv.as_str()), Expect::Any),
            domain.store.put_doc(OWNER_BUCKET, &notes, Some(""), Expect::Any),
        )
        .map_err(Refusal::from)?;
        Ok(self.enter(domain, link.from, conv, kept))
    }

    /// The session of a chat, if the request has its key. Every wrong member gets the same answer (quality S19).
    pub(super) async fn find(&self, app: &App, peer: Peer, service: &str, chat: &str, fields: &Fields) -> Result<Arc<Session>, Fault> {
        if *app.stop.borrow() {
            return Err(Fault::later("the server is stopping"));
        }
        let conv = ConversationId(chat.to_owned());
        let (user, key) = (fields.get("userId"), hash(fields.get("secureKey")));
        loop {
            let known = self.sessions().get(&conv).cloned();
            let fits = |visitor: &ParticipantId, kept: &str, name: &str| {
                // All members are compared, also after the first difference, so that the time reveals nothing.
                let (user, key, name) = (random::same(user, visitor.as_str()), random::same(&key, kept), random::same(service, name));
                user & key & name
            };
            let session = match known {
                Some(session) if fits(&session.link.visitor, &session.key, &session.service) => session,
                Some(_) => return Err(Fault::session()),
                None => {
                    let doc = app.domain.store.get_doc(SESSIONS, conv.as_str()).await.map_err(Refusal::from)?;
                    let kept: Option<Kept> = doc.and_then(|doc| serde_json::from_str(&doc.value).ok());
                    let kept = kept.filter(|kept| fits(&kept.visitor, &kept.key, &kept.service)).ok_or_else(Fault::session)?;
                    self.enter(&app.domain, peer.household(), conv.clone(), kept)
                }
            };
            if !app.domain.rates().frame(&session.link.visitor, peer.household()) {
                return Err(Fault::too_many());
            }
            if session.touch(&app.domain) {
                return Ok(session);
            }
        }
    }

    /// The session of a key alone (G5). `may` says whether the request's origin may use a site.
    pub(super) async fn find_by_key(
        &self,
        app: &App,
        peer: Peer,
        fields: &Fields,
        may: impl Fn(&str) -> bool,
    ) -> Result<Arc<Session>, Fault> {
        if *app.stop.borrow() {
            return Err(Fault::later("the server is stopping"));
        }
        let key = hash(fields.get("secureKey"));
        let Some(conv) = app.domain.store.get_doc(KEYS, &key).await.map_err(Refusal::from)? else { return Err(Fault::session()) };
        let doc = app.domain.store.get_doc(SESSIONS, &conv.value).await.map_err(Refusal::from)?;
        let kept: Option<Kept> = doc.and_then(|doc| serde_json::from_str(&doc.value).ok());
        let kept = kept.filter(|kept| random::same(&kept.key, &key) && may(&kept.site)).ok_or_else(Fault::session)?;
        let mut whole = Fields::default();
        whole.set("userId", kept.visitor.as_str());
        whole.set("secureKey", fields.get("secureKey"));
        self.find(app, peer, &kept.service, &conv.value, &whole).await
    }

    fn enter(&self, domain: &Domain, from: IpAddr, conv: ConversationId, kept: Kept) -> Arc<Session> {
        let mut sessions = self.sessions();
        if let Some(session) = sessions.get(&conv) {
            // Another tab has loaded it first.
            return Arc::clone(session);
        }
        let (out, queue) = Outbound::new(domain.config().limits().queued_bytes);
        let link = VisitorLink {
            id: random::hex::<8>(),
            visitor: kept.visitor,
            site: kept.site,
            out,
            heard: Heard::default(),
            put: LastPut::default(),
            from,
        };
        let session = Arc::new(Session {
            conv: conv.clone(),
            service: kept.service,
            link: Arc::new(link),
            key: kept.key,
            life: Mutex::new(Life { seen: Instant::now(), standing: Presence::Fresh }),
            typing: Mutex::default(),
            transcript: tokio::sync::Mutex::default(),
            downloads: AtomicU64::new(0),
            news: watch::Sender::new(0),
        });
        tokio::spawn(hear(Arc::downgrade(&session), queue));
        sessions.insert(conv, Arc::clone(&session));
        session
    }
}

impl Session {
    /// Notes a request of the client. False when this session was dropped meanwhile.
    pub(super) fn touch(&self, domain: &Domain) -> bool {
        let mut life = lock(&self.life);
        life.seen = Instant::now();
        match life.standing {
            Presence::Gone => return false,
            Presence::Here => {}
            Presence::Fresh => {
                life.standing = Presence::Here;
                domain.guest_came(&self.link, &self.conv);
                if let Some((_, settings, _)) = domain.config().service(&self.service) {
                    domain.set_idle(&self.conv, settings.idle());
                }
            }
        }
        true
    }

    /// How long the client was silent.
    pub(super) fn silent_for(&self) -> Duration {
        lock(&self.life).seen.elapsed()
    }

    /// Adds the events since the last call. A typing agent is noted in the store before the event has a number.
    pub(super) async fn sync<'a>(&self, domain: &Domain, held: &'a mut Option<Transcript>) -> Result<&'a mut Transcript, Fault> {
        if held.is_none() {
            *held = Some(self.read(domain).await?);
        }
        let Some(transcript) = held.as_mut() else { return Err(Refusal::not_found().into()) };
        let (_, entries) = domain.guest_read(&self.link, &self.conv, transcript.head()).await?;
        entries.iter().for_each(|entry| transcript.entry(entry));
        let typed = std::mem::take(&mut *lock(&self.typing));
        for (who, on, at) in typed {
            if transcript.is_news(&who, on) {
                let note = Note { after: transcript.head(), who, on, at: at.0 };
                let text = serde_json::to_string(&note).map_err(|_| Refusal::new(Code::Internal, "cannot be written"))?;
                let id = format!("note-{}", random::hex::<16>());
                domain.store.append(&notes_of(&self.conv), &id, &text).await.map_err(Refusal::from)?;
                transcript.note(&note);
            }
        }
        Ok(transcript)
    }

    async fn read(&self, domain: &Domain) -> Result<Transcript, Fault> {
        let (state, entries) = domain.guest_read(&self.link, &self.conv, 0).await?;
        let notes = domain.store.read(&notes_of(&self.conv), Span::After(0), u32::MAX).await.map_err(Refusal::from)?;
        let notes = notes.entries.iter().filter_map(|note| serde_json::from_str(&note.body).ok()).collect();
        let values: &[Answer] = match entries.first().map(|entry| &entry.body) {
            Some(EntryBody::Opened { values, .. }) => values,
            _ => &[],
        };
        let config = domain.config();
        let widget = config.service(&self.service).map(|(_, _, widget)| widget);
        let form = config.form(widget.and_then(|widget| widget.form.as_deref()), "", "");
        Ok(Transcript::new(&state, &visitor_name(values, form.as_ref()), &entries, notes))
    }
}

/// The events from a position on, with their numbers; the position after them; whether these are all of them.
pub(super) fn events_from(transcript: &Transcript, position: i64) -> (Vec<(usize, &Event)>, usize, bool) {
    let all = transcript.events();
    let skip = match position {
        0 => all.len(),
        -1 => all.len().saturating_sub(1),
        n => usize::try_from(n.saturating_sub(1)).unwrap_or(usize::MAX).min(all.len()),
    };
    let mut bytes = 0;
    let fitting = all.iter().enumerate().skip(skip).take(ANSWER_EVENTS).take_while(|(_, event)| {
        let first = bytes == 0;
        bytes += weight(event);
        first || bytes <= ANSWER_BYTES
    });
    let events: Vec<(usize, &Event)> = fitting.map(|(index, event)| (index + 1, event)).collect();
    let told = skip + events.len();
    (events, told + 1, told == all.len())
}

/// Collects frames of the domain until the client's next request, because the client has no socket.
async fn hear(session: Weak<Session>, mut queue: mpsc::UnboundedReceiver<Out>) {
    while let Some(Out::Text(text)) = queue.recv().await {
        let Some(session) = session.upgrade() else { return };
        session.link.out.sent(text.len());
        if let Ok(ServerFrame::Typing { who, on, .. }) = ServerFrame::from_text(&text) {
            let mut typing = lock(&session.typing);
            // Only the latest state of each agent counts.
            typing.retain(|(other, ..)| *other != who.id);
            typing.push((who.id, on, now()));
        }
        session.news.send_modify(|count| *count = count.wrapping_add(1));
    }
}

/// The log of the notes that belong to a conversation.
fn notes_of(conv: &ConversationId) -> String {
    format!("notes-{conv}")
}

fn hash(key: &str) -> String {
    random::digest(&["gms-secure-key", key])
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
