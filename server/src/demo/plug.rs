//! The plug that visitors of the demo can pull: every socket is cut without a close frame and no new one is accepted,
//! as in an outage of the network.

use std::time::Duration;
use tokio::sync::watch;

/// After this time it is put back, because a visitor may pull it and close the page.
const LONGEST: Duration = Duration::from_secs(60);

/// See the module.
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

    /// Pulls it, or puts it back. Needs a tokio runtime.
    pub(crate) fn set(&self, out: bool) {
        self.0.send_replace(out);
        if out {
            let plug = self.0.clone();
            let mut changes = self.0.subscribe();
            tokio::spawn(async move {
                // Put back and pulled again meanwhile: that one has its own time.
                if tokio::time::timeout(LONGEST, changes.changed()).await.is_err() {
                    plug.send_replace(false);
                }
            });
        }
    }

    /// Resolves once it is out.
    pub(crate) async fn pulled(&self) {
        drop(self.0.subscribe().wait_for(|out| *out).await.map(|out| *out));
    }
}
