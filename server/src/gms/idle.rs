//! What happens because time passes: silent clients count as gone, chats in which nothing is said are closed (G4.1, G4.4).

use super::session::{Session, lock};
use super::settings::Settings;
use crate::domain::{Refusal, own_entry};
use crate::http::App;
use chinwag::model::{EndReason, EntryBody, NoticeKind, Participant, Party};
use std::sync::Weak;
use std::time::{Duration, Instant};

/// How often it looks.
const LOOK: Duration = Duration::from_millis(100);

/// Runs until the server is gone.
pub async fn watch(app: Weak<App>) {
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        let Some(app) = app.upgrade() else { return };
        let config = app.domain.config();
        app.gms.bayeux.forget_gone();
        app.gms.tidy();
        let mut due = Vec::new();
        for session in app.gms.all() {
            // Without its service nobody can ask any more.
            let settings = config.service(&session.service).map(|(_, settings, _)| settings.clone());
            let limit = settings.as_ref().map_or(Duration::ZERO, |settings| settings.flex_disconnect_timeout.0);
            if session.silent_for() >= limit {
                app.gms.retire(&app.domain, &session, limit);
            } else if let Some(settings) = settings.filter(|settings| is_due(&session, settings)) {
                due.push((session, settings));
            }
        }
        let work = due.iter().map(|(session, settings)| act(&app, session, settings));
        for done in futures_util::future::join_all(work).await {
            if let Err(fault) = done {
                // It is still due at the next look.
                tracing::warn!(?fault, "an idle chat could not be told so");
            }
        }
    }
}

fn is_due(session: &Session, settings: &Settings) -> bool {
    let quiet = *lock(&session.quiet);
    let limit = if quiet.alerted { settings.idle_close } else { settings.idle_alert };
    quiet.counts && quiet.since.elapsed() >= limit.0
}

async fn act(app: &App, session: &Session, settings: &Settings) -> Result<(), super::answer::Fault> {
    let mut held = session.transcript.lock().await;
    let transcript = session.sync(&app.domain, &mut held).await?;
    // Something may have been said while we waited.
    if !is_due(session, settings) {
        return Ok(());
    }
    let notice = |kind: NoticeKind, text: String| {
        let from = Participant { id: "system".into(), party: Party::System, name: String::new() };
        EntryBody::Notice { from, kind, text, attributes: String::new() }
    };
    let put = async |what: &str, body: EntryBody| {
        app.domain.guest_put(&session.link, &session.conv, &own_entry(what), |_| Ok::<_, Refusal>(body)).await
    };
    if !lock(&session.quiet).alerted {
        put("idle", notice(NoticeKind::IdleAlert, settings.idle_close.0.as_secs().to_string())).await?;
        let mut quiet = lock(&session.quiet);
        quiet.alerted = true;
        quiet.since = Instant::now();
        return Ok(());
    }
    if !transcript.closed_idle() {
        put("idle", notice(NoticeKind::IdleClose, String::new())).await?;
    }
    put("end", EntryBody::Ended { by: Party::System, reason: EndReason::Closed }).await?;
    tracing::info!(conv = %session.conv, "a chat was closed because nothing was said");
    Ok(())
}
