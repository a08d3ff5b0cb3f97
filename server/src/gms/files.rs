//! Files of a chat in this protocol (G4.2, G4.5). Limits are checked before and while a file is read; the domain stores it.

use super::answer::{Fault, answer};
use super::fields::{Fields, Parts, malformed};
use super::operations::Asked;
use super::session::Session;
use super::settings::{Files, LARGEST_FILE};
use super::transcript::{Transcript, visitor};
use crate::domain::files::{Care, FileRefusal, Incoming, clean_name};
use crate::domain::own_entry;
use crate::http::App;
use crate::http::files::attachment;
use crate::http::peer::Peer;
use crate::random;
use crate::store::Draft;
use axum::Extension;
use axum::extract::multipart::Field;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use chinwag::model::{EntryBody, Standing};
use chinwag::wire::Code;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::SemaphorePermit;

/// The group of drafts whose chat is not known yet: the key may come after the file.
const GUESTS: &str = "gms";

/// A file that was received.
pub(super) struct Sent<'a> {
    name: String,
    incoming: Incoming<'a>,
}

/// The way in which the fields of a body name their chat.
pub(super) trait Whose {
    async fn find(&self, app: &App, fields: &Fields) -> Result<Arc<Session>, Fault>;
}

/// The chat of an address.
struct Address<'a> {
    peer: Peer,
    service: &'a str,
    chat: &'a str,
}

impl Whose for Address<'_> {
    async fn find(&self, app: &App, fields: &Fields) -> Result<Arc<Session>, Fault> {
        app.gms.find(app, self.peer, self.service, self.chat, fields).await
    }
}

/// `POST /genesys/2/chat/{service}/{chat}/file`
pub(super) async fn upload(
    State(app): State<Arc<App>>,
    Path((service, chat)): Path<(String, String)>,
    Extension(peer): Extension<Peer>,
    request: Request,
) -> Response {
    let done = async {
        let Whole { fields, sent, session, permit: _held } =
            read_parts(&app, request, &Address { peer, service: &service, chat: &chat }).await?;
        receive(&Asked { app: &app, session, fields }, sent).await
    };
    answer(done.await)
}

/// A multipart body that was read: its fields, its file, and its session.
pub(super) struct Whole<'a> {
    pub(super) fields: Fields,
    pub(super) sent: Option<Sent<'a>>,
    pub(super) session: Arc<Session>,
    /// Held until the request is done.
    pub(super) permit: SemaphorePermit<'a>,
}

/// Reads a multipart body. Only a few are read at a time; the others wait.
pub(super) async fn read_parts<'a>(app: &'a App, request: Request, whose: &impl Whose) -> Result<Whole<'a>, Fault> {
    let Ok(permit) = app.gms.uploads.try_acquire() else { return Err(Fault::too_many()) };
    let mut parts = Fields::parts(request).await?;
    let (mut fields, mut sent, mut known) = (Fields::default(), None, None);
    while let Some(part) = parts.next().await? {
        let is_file = part.file_name().is_some() || part.name() == Some("file");
        if !is_file {
            fields.take(part).await?;
            continue;
        }
        if sent.is_some() {
            return Err(Fault::request(400, "there is more than one file in the body"));
        }
        // If the key comes before the file, a client that may not send is refused at once; otherwise the largest limit of all sites holds.
        if known.is_none() && fields.find("secureKey").is_some() {
            known = Some(whose.find(app, &fields).await?);
        }
        let rules = known.as_ref().map_or_else(|| loosest(app), |session| rules(app, session))?;
        let read = read_file(app, part, &rules).await;
        if read.is_err() {
            drain(&mut parts).await;
        }
        sent = Some(read?);
    }
    let found = match known {
        Some(session) => Ok(session),
        None => whose.find(app, &fields).await,
    };
    let session = match found {
        Ok(session) => session,
        Err(fault) => {
            give_up(sent).await;
            return Err(fault);
        }
    };
    Ok(Whole { fields, sent, session, permit })
}

/// Handles a file that was received.
pub(super) async fn receive(asked: &Asked<'_>, sent: Option<Sent<'_>>) -> Result<Value, Fault> {
    let Some(sent) = sent else { return Err(Fault::request(400, "there is no file in the body")) };
    let (rules, position) = match rules(asked.app, &asked.session).and_then(|rules| {
        check(&sent.name, sent.incoming.len(), &rules)?;
        Ok((rules, asked.fields.position(0)?))
    }) {
        Ok(fits) => fits,
        Err(fault) => {
            give_up(Some(sent)).await;
            return Err(fault);
        }
    };
    let file = keep(asked, &rules, sent).await?;
    asked.tell_with(position, vec![("file-id", file)]).await
}

/// Checks and stores a file; returns its id.
async fn keep(asked: &Asked<'_>, rules: &Files, sent: Sent<'_>) -> Result<String, Fault> {
    let Asked { app, session, .. } = asked;
    // Held to the end, so that two uploads at the same time cannot both use the last allowed place.
    let mut held = session.transcript.lock().await;
    let transcript = session.sync(&app.domain, &mut held).await?;
    let standing = transcript.state().map(|state| state.standing);
    let (count, total) = used(transcript);
    let fault = if standing == Some(Standing::Ended) {
        drop(held);
        Some(asked.over().await)
    } else if rules.need_agent && standing != Some(Standing::Online) {
        Some(Fault::denied(StatusCode::FORBIDDEN, 403, "files are taken when an agent is there"))
    } else if count >= rules.max_files {
        Some(Fault::request(201, rules.max_files.to_string()))
    } else if total + sent.incoming.len() > rules.max_total_size {
        Some(Fault::request(202, rules.max_total_size.to_string()))
    } else if !app.domain.rates().message(&session.link.visitor, session.link.from)
        || app.domain.count_file(&session.link.site, Some(&session.link.visitor), sent.incoming.len()).is_err()
    {
        Some(Fault::too_many())
    } else {
        None
    };
    if let Some(fault) = fault {
        give_up(Some(sent)).await;
        return Err(fault);
    }
    let Sent { name, incoming } = sent;
    let strip = app.domain.config().service(&session.service).is_none_or(|(site, ..)| site.strips_metadata());
    let care = Care { name: &name, strip, progress: &|| {} };
    let kept = match app.domain.keep_file(&session.conv, incoming, care).await {
        Ok(kept) => kept,
        Err(FileRefusal::Other(refusal)) => return Err(refusal.into()),
        Err(_) => return Err(Fault::request(203, rules.types.join(":"))),
    };
    let make = |state: &chinwag::model::Conversation| Ok(kept.line(visitor(state)));
    if let Err(refusal) = app.domain.guest_put(&session.link, &session.conv, &own_entry("file"), make).await {
        app.domain.drop_unlisted(&session.conv, &kept.file).await;
        return Err(if refusal.code == Code::Ended { asked.over().await } else { refusal.into() });
    }
    Ok(kept.file)
}

async fn read_file<'a>(app: &'a App, mut part: Field<'_>, rules: &Files) -> Result<Sent<'a>, Fault> {
    let name = clean_name(part.file_name().unwrap_or_default());
    check(&name, 0, rules)?;
    // The key may come after the file.
    let draft = Draft { group: GUESTS.to_owned(), name: random::hex::<16>() };
    let mut sent = Sent { name, incoming: Incoming::open(&app.domain, draft, random::hex::<16>()).await? };
    let read = async {
        while let Some(chunk) = part.chunk().await.map_err(|_| malformed())? {
            check(&sent.name, sent.incoming.len() + chunk.len() as u64, rules)?;
            sent.incoming.add(&chunk).await?;
        }
        if sent.incoming.is_empty() {
            return Err(Fault::request(400, "the file is empty"));
        }
        Ok(())
    };
    match read.await {
        Ok(()) => Ok(sent),
        Err(fault) => {
            give_up(Some(sent)).await;
            Err(fault)
        }
    }
}

/// Deletes a file that is not taken.
async fn give_up(sent: Option<Sent<'_>>) {
    if let Some(sent) = sent
        && let Err(left) = sent.incoming.discard().await
    {
        tracing::warn!(code = left.code.word(), "an upload that was refused is left");
    }
}

/// Whether a file of this name and size is allowed at all.
fn check(name: &str, bytes: u64, rules: &Files) -> Result<(), Fault> {
    if rules.max_files == 0 {
        return Err(Fault::request(201, "0"));
    }
    if !name.rsplit_once('.').is_some_and(|(_, ending)| rules.types.contains(&ending.to_ascii_lowercase())) {
        return Err(Fault::request(203, rules.types.join(":")));
    }
    if bytes > rules.max_file_size {
        return Err(Fault::request(202, rules.max_file_size.to_string()));
    }
    Ok(())
}

/// Reads the rest of a refused body and drops it, so that the client reads the answer before the connection ends.
async fn drain(parts: &mut Parts) {
    let mut left = LARGEST_FILE;
    while let Ok(Some(mut part)) = parts.next().await {
        while let Ok(Some(chunk)) = part.chunk().await {
            left = left.saturating_sub(chunk.len() as u64);
            if left == 0 {
                return;
            }
        }
    }
}

/// `POST /genesys/2/chat/{service}/{chat}/file/limits`
pub(super) async fn limits(State(app): State<Arc<App>>, Path((service, chat)): Path<(String, String)>, request: Request) -> Response {
    let done = async { limits_of(&app, &Asked::read(&app, &service, &chat, request).await?.session).await };
    answer(done.await)
}

/// The file limits, and how much of them is used.
pub(super) async fn limits_of(app: &App, session: &Session) -> Result<Value, Fault> {
    let rules = rules(app, session)?;
    let mut held = session.transcript.lock().await;
    let transcript = session.sync(&app.domain, &mut held).await?;
    let (count, total) = used(transcript);
    let data = json!({
        "upload-max-files": rules.max_files.to_string(),
        "upload-max-file-size": rules.max_file_size.to_string(),
        "upload-max-total-size": rules.max_total_size.to_string(),
        "upload-file-types": rules.types.join(":"),
        "upload-need-agent": rules.need_agent.to_string(),
        "used-upload-max-files": count.to_string(),
        "used-upload-max-total-size": total.to_string(),
        "download-attempts": rules.download_attempts.to_string(),
        "used-download-attempts": session.downloads.load(Ordering::Relaxed).to_string(),
        "delete-file": if rules.delete { "own" } else { "none" },
    });
    // This is no event of the transcript: it has no number and uses none.
    Ok(json!({
        "statusCode": 0,
        "chatEnded": transcript.state().is_some_and(|state| state.end.is_some()),
        "chatId": session.conv.as_str(),
        "userId": session.link.visitor.as_str(),
        "alias": super::session::ALIAS,
        "messages": [{ "from": { "nickname": "", "participantId": 0, "type": "External" }, "type": "Notice", "userData": data }],
        "nextPosition": transcript.events().len() + 1,
    }))
}

/// `POST /genesys/2/chat/{service}/{chat}/file/{file}/download`: the answer is the file.
pub(super) async fn download(
    State(app): State<Arc<App>>,
    Path((service, chat, file)): Path<(String, String, String)>,
    request: Request,
) -> Response {
    let done = async { fetch(&app, &Asked::read(&app, &service, &chat, request).await?.session, &file).await };
    done.await.unwrap_or_else(|fault: Fault| fault.answer())
}

/// A file of a chat as an answer.
pub(super) async fn fetch(app: &App, session: &Session, file: &str) -> Result<Response, Fault> {
    let rules = rules(app, session)?;
    if session.downloads.fetch_add(1, Ordering::Relaxed) >= rules.download_attempts {
        session.downloads.store(rules.download_attempts, Ordering::Relaxed);
        return Err(Fault::denied(StatusCode::FORBIDDEN, 403, "files of this chat were fetched too often"));
    }
    let (info, size, bytes) = app.domain.file(&session.conv, file).await?.ok_or_else(no_file)?;
    Ok(attachment(&info.name, size, bytes))
}

/// `POST /genesys/2/chat/{service}/{chat}/file/{file}/delete`
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    Path((service, chat, file)): Path<(String, String, String)>,
    request: Request,
) -> Response {
    let done = async { remove(&Asked::read(&app, &service, &chat, request).await?, &file).await };
    answer(done.await)
}

/// Deletes an own file.
pub(super) async fn remove(asked: &Asked<'_>, file: &str) -> Result<Value, Fault> {
    let Asked { app, session, fields } = asked;
    if !rules(app, session)?.delete {
        return Err(Fault::denied(StatusCode::FORBIDDEN, 403, "files cannot be deleted here"));
    }
    {
        let mut held = session.transcript.lock().await;
        let transcript = session.sync(&app.domain, &mut held).await?;
        transcript.own_files().find(|line| line.file == file).ok_or_else(no_file)?;
    }
    let gone = file.to_owned();
    asked.put(|state| Ok(EntryBody::FileDeleted { from: visitor(state), file: gone })).await?;
    app.domain.drop_file(&session.conv, file).await?;
    asked.tell(fields.position(0)?).await
}

fn rules(app: &App, session: &Session) -> Result<Files, Fault> {
    let config = app.domain.config();
    config.service(&session.service).map(|(_, settings, _)| settings.files.clone()).ok_or_else(Fault::no_service)
}

/// The largest limit of all sites, for a file whose chat is not known yet.
fn loosest(app: &App) -> Result<Files, Fault> {
    let config = app.domain.config();
    let all: Vec<&Files> = config.sites().iter().filter_map(|site| site.gms.as_ref()).map(|settings| &settings.files).collect();
    let largest = |of: fn(&Files) -> u64| all.iter().map(|files| of(files)).max().unwrap_or_default();
    Ok(Files {
        max_files: largest(|files| files.max_files),
        max_file_size: largest(|files| files.max_file_size),
        types: all.iter().flat_map(|files| files.types.clone()).collect(),
        ..Files::default()
    })
}

/// The files that the client sent and did not delete: their number and their bytes.
fn used(transcript: &Transcript) -> (u64, u64) {
    transcript.own_files().fold((0, 0), |(count, total), line| (count + 1, total + line.size))
}

fn no_file() -> Fault {
    Fault::denied(StatusCode::NOT_FOUND, 404, "there is no such file")
}
