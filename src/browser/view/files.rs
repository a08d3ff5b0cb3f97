//! Files of a conversation: those that are on their way, above the composer, and the lines of those that are there.
//!
//! The requests are made by a script of its own (`js/files.js`), which is loaded when a site takes files, so that the first download of every
//! page is not larger for it. The script and this file write notes for each other inside the shadow root: the script puts JSON into `.told` and
//! fires `files` there, this file adds a line to `.orders`.

use super::dom::{Call, El, clear_timeout, int, picture, set_timeout};
use crate::browser::clock;
use crate::browser::texts::Texts;
use crate::client::files::{Order, UploadState, Uploads};
use crate::engine::{FilesView, Line, LineState, Said};
use crate::model::{ConversationId, EntryId, FileRules};
use crate::wire::Json;
use crate::wire::codec::put_member;
use std::cell::RefCell;
use wasm_bindgen::JsValue;

/// The name of our timer.
pub(super) const TICK: &str = "uploads";
/// The names of the script's notes.
pub(super) const NOTE: &str = "files";
/// The largest side of an image in the transcript, in pixels.
const SIDE: u32 = 240;

thread_local! {
    /// The address of the server, with a slash at the end.
    static SERVER: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Sets the address of the server.
pub(super) fn set_server(address: &str) {
    SERVER.with_borrow_mut(|server| address.clone_into(server));
}

/// The whole address of a path on the server.
#[inline(never)]
pub(super) fn address_of(path: &str) -> String {
    SERVER.with_borrow(|server| [server.as_str(), path].concat())
}

/// The files on their way.
pub(super) struct Tray {
    uploads: Uploads,
    /// Where files are sent at present.
    target: Option<Target>,
    call: JsValue,
    timer: Option<i32>,
}

struct Target {
    rules: FileRules,
    used: (u32, u64),
    conv: ConversationId,
    /// The credentials: id and secret of the visitor.
    token: String,
    online: bool,
}

/// A file on its way. The list of them, `.orders` and `.told` are in the template of `chat.rs`.
const ROW: &str = "<li.upload #upload <span.thumb aria-hidden=true > <span.what <span.file-name dir=auto > <span.how dir=auto > \
    <progress max=100 aria-hidden=true > > <button.small :upload-retry @retry > <button.icon :upload-cancel ~close";

impl Tray {
    pub(super) fn new(call: JsValue) -> Self {
        Self { uploads: Uploads::default(), target: None, call, timer: None }
    }

    /// The accepted files, and the address for them.
    #[inline(never)]
    pub(super) fn set(&mut self, texts: &Texts, composer: &El, view: Option<FilesView<'_>>, lines: &[Line], online: bool) {
        let was = self.target.take();
        self.target = view.map(|view| {
            let mut token = view.visitor.0.clone();
            token.push('.');
            token.push_str(view.token);
            Target { rules: view.rules.clone(), used: used(lines), conv: view.conv.clone(), token, online }
        });
        match (&was, &self.target) {
            (Some(was), None) => self.uploads.forget(&was.conv),
            (Some(was), Some(now)) if was.conv != now.conv => self.uploads.forget(&was.conv),
            (Some(was), Some(now)) if now.online && !was.online => self.uploads.reachable(),
            _ => {}
        }
        for line in lines {
            if matches!(line.said, Said::File { .. }) {
                self.uploads.listed(&line.id);
            }
        }
        composer.show(".attach", self.target.is_some());
        if let Some(target) = &self.target {
            let mut words = texts.get("attach");
            for part in [
                " · ",
                &texts.fill("file_rules", &size(texts, target.rules.max_size)),
                " · ",
                &texts.fill("file_types", &types(&target.rules)),
            ] {
                words.push_str(part);
            }
            composer.put(".attach", "title", &words);
            composer.put(".write", "data-drop", &texts.get("file_drop"));
        }
        self.show(texts, composer);
    }

    /// Takes a note of the script. Gives the text to be read out.
    #[inline(never)]
    pub(super) fn hear(&mut self, texts: &Texts, composer: &El, call: &Call) -> String {
        let Ok(note) = Json::parse(&call.target().value()) else { return String::new() };
        let text = |name: &str| note.get(name).and_then(Json::as_str).unwrap_or_default();
        let number = |name: &str| note.get(name).and_then(Json::as_count).unwrap_or(0);
        let id = EntryId::from(text("id"));
        match (text("t"), &self.target) {
            ("add", Some(target)) => {
                let at = (target.conv.clone(), id.clone());
                self.uploads.add(clock::now(), at, text("name").into(), number("size"), &target.rules, target.used);
            }
            ("progress", _) => self.uploads.progress(&id, number("sent")),
            ("answer", _) => {
                let status = u32::try_from(number("status")).unwrap_or(0);
                self.uploads.answered(clock::now(), &id, status, text("text"));
            }
            _ => {}
        }
        self.show(texts, composer);
        let state = self.uploads.files().iter().find(|file| file.id == id).map(|file| &file.state);
        match state {
            Some(UploadState::Stored | UploadState::Failed { .. }) => self.words(texts, &id),
            _ => String::new(),
        }
    }

    /// Files in every state, for the gallery.
    #[cfg(feature = "__gallery")]
    pub(super) fn pose(&mut self, texts: &Texts, composer: &El) {
        let Some(target) = &self.target else { return };
        let now = clock::now();
        for (id, name, size) in
            [("1", "frame.png", 4_000_000), ("2", "notes.exe", 10), ("3", "الفاتورة النهائية.pdf", 90_000), ("4", "film.png", 900_000_000)]
        {
            self.uploads.add(now, (target.conv.clone(), EntryId::from(id)), name.into(), size, &target.rules, (0, 0));
        }
        self.uploads.progress(&EntryId::from("1"), 2_480_000);
        self.show(texts, composer);
    }

    /// Handles a press on a button of a file.
    pub(super) fn press(&mut self, texts: &Texts, composer: &El, act: &str, row: &El) {
        let id = EntryId(row.get("data-id"));
        if act == "upload-retry" {
            self.uploads.retry(&id)
        } else {
            self.uploads.cancel(&id)
        }
        self.show(texts, composer);
    }

    /// The time of the next attempt has come.
    pub(super) fn tick(&mut self, texts: &Texts, composer: &El) {
        self.timer = None;
        self.uploads.wake(clock::now());
        self.show(texts, composer);
    }

    /// Shows the progress of the files, and gives the script its tasks.
    #[inline(never)]
    fn show(&mut self, texts: &Texts, composer: &El) {
        let list = composer.part(".uploads");
        let files = self.uploads.files();
        list.show("", !files.is_empty());
        let selector = |id: &EntryId| ["[data-id=\"", id.as_str(), "\"]"].concat();
        for file in files {
            let row = list.find(&selector(&file.id)).unwrap_or_else(|| {
                let row = El::new(ROW, texts);
                row.put("", "data-id", file.id.as_str());
                row.text(".file-name", &file.name);
                row.put(".icon", "aria-label", &texts.fill("upload_cancel", &file.name));
                list.append(&row);
                row
            });
            let (state, sent) = match &file.state {
                UploadState::Waiting => ("waiting", 0),
                UploadState::Sending { sent } => ("sending", *sent),
                UploadState::Resting { sent, .. } => ("resting", *sent),
                UploadState::Stored => ("stored", file.size),
                UploadState::Failed { .. } => ("failed", 0),
            };
            row.put("", "data-state", state);
            let percent = i64::try_from(sent.saturating_mul(100) / file.size.max(1)).unwrap_or(0);
            row.put("progress", "value", &int(percent));
            row.show("progress", matches!(state, "sending" | "resting"));
            row.show(".small", matches!(file.state, UploadState::Resting { .. } | UploadState::Failed { retry: true, .. }));
            row.show(".icon", state != "stored");
            row.text(".how", &self.words(texts, &file.id));
        }
        // Removes the rows of files that are gone; the others keep their order.
        let mut at = 0;
        while let Some(row) = super::dom::row_at(&list, at) {
            let id = row.get("data-id");
            if self.uploads.files().iter().any(|file| file.id.0 == id) {
                at += 1;
            } else {
                row.remove();
            }
        }
        self.order(texts, composer);
        if let Some(timer) = self.timer.take() {
            clear_timeout(timer);
        }
        if let Some(at) = self.uploads.deadline() {
            let millis = i32::try_from(at.since(clock::now()).clamp(0, 60_000)).unwrap_or(0);
            self.timer = Some(set_timeout(&self.call, millis, TICK));
        }
    }

    /// Writes notes for the script.
    fn order(&mut self, texts: &Texts, composer: &El) {
        while let Some(order) = self.uploads.poll_order() {
            let mut out = String::from("{");
            let mut put = |conv: &ConversationId, id: &EntryId, what: &str| {
                put_member(&mut out, "t", &what.to_owned());
                put_member(&mut out, "conv", conv);
                put_member(&mut out, "id", id);
            };
            match &order {
                Order::Send { conv, id, name, size, offset } => {
                    put(conv, id, "send");
                    put_member(&mut out, "name", name);
                    put_member(&mut out, "size", size);
                    put_member(&mut out, "offset", offset);
                }
                Order::Ask { conv, id } => put(conv, id, "ask"),
                Order::Drop { conv, id, begun } => {
                    put(conv, id, "drop");
                    put_member(&mut out, "begun", begun);
                }
            }
            let token = self.target.as_ref().map(|target| target.token.clone()).unwrap_or_default();
            put_member(&mut out, "token", &token);
            out.push('}');
            composer.grow(".orders", "<i", texts);
            composer.text(".orders i:last-child", &out);
        }
    }

    /// The progress of a file, as text.
    fn words(&self, texts: &Texts, id: &EntryId) -> String {
        let Some(file) = self.uploads.files().iter().find(|file| file.id == *id) else { return String::new() };
        let rules = self.target.as_ref().map(|target| &target.rules);
        match &file.state {
            UploadState::Waiting => texts.get("upload_waiting"),
            UploadState::Sending { .. } => {
                let mut words = texts.get("uploading");
                words.push_str(" · ");
                words.push_str(&size(texts, file.size));
                words
            }
            UploadState::Resting { .. } => texts.get("upload_resting"),
            UploadState::Stored => texts.get("upload_stored"),
            UploadState::Failed { code, .. } if code == "files_later" => texts.get("files_later"),
            UploadState::Failed { retry: true, .. } => texts.get("upload_failed"),
            UploadState::Failed { code, .. } => match (code.as_str(), rules) {
                ("file_empty", _) => texts.get("file_empty"),
                ("file_too_large", Some(rules)) => texts.fill("file_too_large", &size(texts, rules.max_size)),
                ("file_wrong_type", Some(rules)) => texts.fill("file_wrong_type", &types(rules)),
                ("file_damaged", _) => texts.get("file_damaged"),
                ("too_many_files", _) => texts.get("too_many_files"),
                ("files_too_large", _) => texts.get("files_too_large"),
                ("files_off", _) => texts.get("files_off"),
                _ => texts.get("upload_refused"),
            },
        }
    }
}

impl Drop for Tray {
    fn drop(&mut self) {
        if let Some(timer) = self.timer {
            clear_timeout(timer);
        }
    }
}

/// The files among some lines: their number and their bytes.
fn used(lines: &[Line]) -> (u32, u64) {
    let mut used = (0_u32, 0_u64);
    for line in lines {
        if let Said::File { size, address: Some(_), .. } = &line.said {
            used = (used.0 + 1, used.1.saturating_add(*size));
        }
    }
    used
}

fn types(rules: &FileRules) -> String {
    rules.types.join(", ")
}

/// A number of bytes in a unit that is easy to read.
pub(super) fn size(texts: &Texts, bytes: u64) -> String {
    const MEGA: u64 = 1024 * 1024;
    if bytes < MEGA {
        return texts.fill("size_kb", &int(i64::try_from(bytes.div_ceil(1024)).unwrap_or(0)));
    }
    let tenths = i64::try_from(bytes / (MEGA / 10)).unwrap_or(i64::MAX);
    let mut number = int(tenths / 10);
    if tenths % 10 > 0 {
        number.push('.');
        number.push_str(&int(tenths % 10));
    }
    texts.fill("size_mb", &number)
}

/// The content of a file's bubble.
pub(super) const BUBBLE: &str =
    "<a.file #file target=_blank rel=noopener <span.pic > <span.what <span.file-name dir=auto > <span.how dir=auto";

/// Fills the bubble of a file.
#[inline(never)]
pub(super) fn fill(row: &El, texts: &Texts, line: &Line) {
    let Said::File { name, size: bytes, address, pixels, .. } = &line.said else { return };
    row.text(".file-name", name);
    row.text(".how", &address.as_ref().map_or_else(|| texts.get("file_gone"), |_| size(texts, *bytes)));
    let Some(address) = address else { return };
    let whole = address_of(address);
    row.put(".file", "href", &whole);
    row.put(".file", "aria-label", &texts.fill("file_open", name));
    row.show(".pic", pixels.is_some());
    if let Some((width, height)) = *pixels
        && line.state == LineState::Sent
    {
        // The image fits into a square as a whole, and is never enlarged.
        let most = width.max(height).max(1);
        let fit = |side: u32| i32::try_from(u64::from(side) * u64::from(SIDE.min(most)) / u64::from(most)).unwrap_or(0).max(1);
        let pic = row.part(".pic");
        pic.length("width", fit(width));
        pic.length("height", fit(height));
        picture(&pic, &whole, "");
    }
}
