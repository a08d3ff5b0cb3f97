//! The operation "Request chat" (G4.2): it opens a conversation at the widget of the service.

use super::answer::{Fault, Members, answer};
use super::fields::Fields;
use super::session::{Session, events_from};
use super::transcript::value;
use crate::domain::link::{Heard, LastPut, Outbound, VisitorLink};
use crate::domain::{Start, clean, own_entry};
use crate::http::App;
use crate::http::peer::Peer;
use crate::random;
use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use chinwag::model::{FieldKind, FieldValue, Form, Page, ParticipantId};
use chinwag::text::{self, email::is_email};
use chinwag::wire::Code;
use serde_json::Value;
use std::sync::Arc;

/// `POST /genesys/2/chat/{service}`
pub(super) async fn start(
    State(app): State<Arc<App>>,
    Path(service): Path<String>,
    Extension(peer): Extension<Peer>,
    request: Request,
) -> Response {
    let done = async {
        // Checked before the body is read.
        may_start(&app, &service, peer)?;
        let fields = Fields::read(request).await?;
        Ok(begin(&app, &service, peer, &fields).await?.1)
    };
    answer(done.await)
}

/// Whether a chat may be started at a service from an address now.
pub(super) fn may_start(app: &App, service: &str, peer: Peer) -> Result<(), Fault> {
    if *app.stop.borrow() {
        return Err(Fault::later("the server is stopping"));
    }
    let config = app.domain.config();
    let Some((_, settings, _)) = config.service(service) else { return Err(Fault::no_service()) };
    if app.gms.may_start(peer.household(), settings.starts_per_minute) { Ok(()) } else { Err(Fault::too_many()) }
}

/// Starts a chat: its session, and the answer.
pub(super) async fn begin(app: &App, service: &str, peer: Peer, fields: &Fields) -> Result<(Arc<Session>, Value), Fault> {
    let config = app.domain.config();
    let Some((site, _, widget)) = config.service(service) else { return Err(Fault::no_service()) };
    let form = config.form(widget.form.as_deref(), &site.locale, "");
    let asked = read(fields, form.as_ref())?;
    let visitor = ParticipantId(format!("v_{}", random::hex::<16>()));
    let key = random::hex::<32>();
    // Only for the identity: the session has a link of its own, and the queue of this one is never read.
    let (out, _) = Outbound::new(config.limits().queued_bytes);
    let from = peer.household();
    let link = VisitorLink {
        id: random::hex::<8>(),
        visitor,
        site: site.key.clone(),
        out,
        heard: Heard::default(),
        put: LastPut::default(),
        from,
    };
    let start = Start {
        id: own_entry("start"),
        widget: widget.id.as_str().into(),
        locale: asked.locale.unwrap_or_else(|| site.locale.clone()),
        zone: asked.zone,
        page: asked.page,
        values: asked.values,
        message: None,
    };
    let conv = app.domain.guest_start(&link, widget, start).await.map_err(|refusal| match refusal.code {
        Code::TooLarge => Fault::request(400, "a chat has 64 values and 64 KiB of them at most"),
        _ => refusal.into(),
    })?;
    let session = app.gms.keep(&app.domain, service, link, conv, &key).await?;
    session.touch(&app.domain);
    tracing::info!(conv = %session.conv, service, "a client started a chat");
    let mut held = session.transcript.lock().await;
    let transcript = session.sync(&app.domain, &mut held).await?;
    let (events, next, _) = events_from(transcript, 1);
    let told = Members { session: Some(&session), secure_key: Some(&key), events, next, ..Members::default() };
    let body = told.body();
    drop(held);
    Ok((session, body))
}

/// The client's own data in the request that starts a chat.
struct Asked {
    locale: Option<String>,
    zone: String,
    page: Option<Page>,
    values: Vec<FieldValue>,
}

/// Characters of a name, a subject and an address.
const SHORT: usize = 255;

fn read(fields: &Fields, form: Option<&Form>) -> Result<Asked, Fault> {
    let own = |name: &str| text::trim(fields.get(name));
    let (nickname, first, last) = (own("nickname"), own("firstName"), own("lastName"));
    match (nickname.is_empty(), first.is_empty(), last.is_empty()) {
        (true, true, true) => return Err(Fault::request(161, "a name is required: send nickname, or firstName and lastName")),
        (true, true, false) => return Err(Fault::request(102, "the first name is required")),
        (true, false, true) => return Err(Fault::request(103, "the last name is required")),
        _ => {}
    }
    let address = own("emailAddress");
    if !address.is_empty() && !is_email(address) {
        return Err(Fault::request(364, "the e-mail address is not valid"));
    }
    // Under the name that the widget's form has for it, so that a desk shows it like any visitor's.
    let named = |kind: FieldKind, name: &'static str| {
        let field = form.and_then(|form| form.fields.iter().find(|field| field.kind == kind));
        field.map_or(name, |field| field.name.as_str()).to_owned()
    };
    let told = [
        (named(FieldKind::Nickname, "nickname"), nickname),
        (named(FieldKind::GivenName, "firstName"), first),
        (named(FieldKind::Surname, "lastName"), last),
        (named(FieldKind::Email, "emailAddress"), address),
        ("subject".to_owned(), fields.get("subject")),
    ];
    if told.iter().any(|(_, text)| text.chars().count() > SHORT || text.contains('\0')) {
        return Err(Fault::request(400, "a name, an address or a subject has 255 characters at most"));
    }
    let mut values: Vec<FieldValue> = told.iter().filter_map(|(name, text)| value(name, text)).collect();
    let mut data = fields.user_data()?;
    let mut take = |name: &str| {
        let at = data.iter().position(|value| value.name == name)?;
        Some(data.swap_remove(at).value)
    };
    let locale = take("GCTI_LanguageCode").filter(|locale| !text::is_empty(locale));
    let zone = take("TimeZone").map(|minutes| zone(&minutes)).unwrap_or_default();
    // Addresses are kept without query, fragment and credentials (quality P10).
    let (url, title) = (take("_genesys_url"), take("_genesys_pageTitle").unwrap_or_default());
    let page = url.map(|url| clean::page(&Page { url, title })).filter(|page| !page.url.is_empty());
    let referrer = take("_genesys_referrer").map(|url| clean::page(&Page { url, title: String::new() }).url);
    values.extend(referrer.and_then(|url| value("_genesys_referrer", &url)));
    data.retain(|one| !text::is_empty(&one.value) && !values.iter().any(|known| known.name == one.name));
    values.extend(data);
    Ok(Asked { locale, zone, page, values })
}

/// The zone of an offset in minutes from UTC (G4.2), when it is a whole number of hours; the database has no names for other offsets.
fn zone(minutes: &str) -> String {
    match minutes.trim().parse::<i32>() {
        Ok(0) => "Etc/UTC".to_owned(),
        // In these names the sign is reversed.
        Ok(minutes) if minutes % 60 == 0 && (-720..=840).contains(&minutes) => format!("Etc/GMT{:+}", -minutes / 60),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_of_whole_hours_are_zones() {
        for (minutes, name) in [("-480", "Etc/GMT+8"), ("60", "Etc/GMT-1"), ("0", "Etc/UTC"), ("330", ""), ("x", ""), ("6000", "")] {
            assert_eq!(zone(minutes), name);
        }
    }
}
