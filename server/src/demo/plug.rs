//! The plug: visitors of the demo can cut the connection, as in an outage of the network. Every socket is then cut without a close frame, and no
//! new one is accepted.

use std::time::Duration;
use tokio::sync::watch;

/// After this time the connection is restored, because a visitor may cut it and close the page.
const LONGEST: Duration = Duration::from_secs(60);

/// The state of the plug: true while it is pulled.
pub(crate) struct Plug(watch::Sender<bool>);

impl Default for Plug {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Plug {
    pub(crate) fn is_out(&self) -> bool {
        *self.0.borrow()
    }

    /// Pulls the plug, or puts it back. Needs a tokio runtime.
    pub(crate) fn set(&self, out: bool) {
        self.0.send_replace(out);
        if out {
            let plug = self.0.clone();
            let mut changes = self.0.subscribe();
            tokio::spawn(async move {
                // It was put back and pulled again meanwhile: the later pull has its own timer.
                if tokio::time::timeout(LONGEST, changes.changed()).await.is_err() {
                    plug.send_replace(false);
                }
            });
        }
    }

    /// Resolves once the plug is pulled.
    pub(crate) async fn pulled(&self) {
        drop(self.0.subscribe().wait_for(|out| *out).await.map(|out| *out));
    }
}
