//! The settings of this protocol for a site: `[sites.gms]` in `chinwag.toml`.

use crate::config::{Idle, Span};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The table `[sites.gms]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    pub enabled: bool,
    /// The id of a chat widget of the site, by the name that stands in the address.
    pub services: BTreeMap<String, String>,
    /// A client without any request for this long counts as gone (G4.1, `flex-disconnect-timeout`).
    pub flex_disconnect_timeout: Span,
    /// When no message came for this long while an agent is in the chat, the client is warned (G4.4).
    pub idle_alert: Span,
    /// The chat is closed this long after the warning.
    pub idle_close: Span,
    /// Chats that may be started a minute from one address.
    pub starts_per_minute: u32,
    /// Whether clients may also use Bayeux (G5).
    pub cometd: bool,
    pub files: Files,
}

/// `[sites.gms.files]`: the files that clients may send (G4.5).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Files {
    /// Files of one chat; 0 for none.
    pub max_files: u64,
    /// Bytes of one file.
    pub max_file_size: u64,
    /// Bytes of all files of one chat.
    pub max_total_size: u64,
    /// Extensions of names, in lower case and without the dot.
    pub types: Vec<String>,
    /// Files may be sent only while an agent is in the chat.
    pub need_agent: bool,
    /// How often the client may fetch files of one chat.
    pub download_attempts: u64,
    /// Whether clients may delete their files.
    pub delete: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            enabled: true,
            services: BTreeMap::new(),
            flex_disconnect_timeout: Span::secs(45),
            idle_alert: Span::secs(255),
            idle_close: Span::secs(45),
            starts_per_minute: 60,
            cometd: false,
            files: Files::default(),
        }
    }
}

impl Default for Files {
    fn default() -> Self {
        let types = ["csv", "doc", "docx", "gif", "jpeg", "jpg", "odt", "pdf", "png", "ppt", "pptx", "txt", "webp", "xls", "xlsx"];
        Self {
            max_files: 3,
            max_file_size: 2_097_152,
            max_total_size: 5_242_880,
            types: types.map(str::to_owned).to_vec(),
            need_agent: false,
            download_attempts: 100,
            delete: true,
        }
    }
}

/// The upper limit for the configured size of files: clients of this protocol send a file in one piece.
pub(super) const LARGEST_FILE: u64 = 32 * 1024 * 1024;

impl Settings {
    /// When a chat is idle.
    pub(crate) const fn idle(&self) -> Idle {
        Idle { warn: self.idle_alert, close: self.idle_close }
    }

    /// The faults: the key below `gms`, and what to write instead.
    pub(crate) fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let mut wrong = |key: &str, message: &str| faults.push((key.to_owned(), message.to_owned()));
        let spans =
            [("flex_disconnect_timeout", self.flex_disconnect_timeout), ("idle_alert", self.idle_alert), ("idle_close", self.idle_close)];
        for (key, span) in spans {
            if span.0.is_zero() {
                wrong(key, "has to be longer than nothing");
            }
        }
        if self.starts_per_minute == 0 {
            wrong("starts_per_minute", "has to be 1 at least; write enabled = false to switch it off");
        }
        if self.enabled && self.services.is_empty() {
            wrong("services", "is empty: write services = { \"customer-support\" = \"id-of-a-chat-widget\" }");
        }
        if !(1..=LARGEST_FILE).contains(&self.files.max_file_size) {
            wrong("files.max_file_size", "has to be from 1 to 33554432 bytes; write max_files = 0 for no files");
        }
        if self.files.max_total_size < self.files.max_file_size {
            wrong("files.max_total_size", "has to be files.max_file_size at least");
        }
        if let Some((index, message)) = crate::config::files::wrong_ending(&self.files.types) {
            wrong(&format!("files.types[{index}]"), message);
        }
        faults
    }
}
