//! Silent clients are dropped after a while (G4.1). Idle chats are closed by the domain, after the times of their service (G4.4).

use crate::http::App;
use std::sync::Weak;
use std::time::Duration;

/// The interval of the checks.
const LOOK: Duration = Duration::from_millis(100);

/// Runs until the server stops.
pub async fn watch(app: Weak<App>) {
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        let Some(app) = app.upgrade() else { return };
        let config = app.domain.config();
        app.gms.bayeux.forget_gone();
        app.gms.tidy();
        for session in app.gms.all() {
            // Without its service no client can send requests any more.
            let settings = config.service(&session.service).map(|(_, settings, _)| settings);
            let limit = settings.map_or(Duration::ZERO, |settings| settings.flex_disconnect_timeout.0);
            if session.silent_for() >= limit {
                app.gms.retire(&app.domain, &session, limit);
            } else if let Some(settings) = settings {
                app.domain.set_idle(&session.conv, settings.idle());
            }
        }
    }
}
