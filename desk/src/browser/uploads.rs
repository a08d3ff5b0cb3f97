//! Files that agents send: the browser's files by their ids, and the requests that carry them.

use super::Shell;
use super::http::address;
use super::timers::later;
use crate::state::Action;
use chinwag::client::files::Order;
use chinwag::model::{ConversationId, EntryId};
use leptos::prelude::window;
use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, CanvasRenderingContext2d, File, HtmlCanvasElement, ImageBitmap, ImageBitmapOptions, ProgressEvent, XmlHttpRequest};

/// The side of a small picture, in pixels.
const THUMB: u32 = 96;

/// A request that is under way, with its callbacks: they are dropped with it.
struct Request {
    xhr: XmlHttpRequest,
    _progress: Closure<dyn FnMut(ProgressEvent)>,
    _end: Closure<dyn FnMut()>,
}

thread_local! {
    static FILES: RefCell<HashMap<EntryId, File>> = RefCell::default();
    /// Small pictures of the files that are images.
    static THUMBS: RefCell<HashMap<EntryId, HtmlCanvasElement>> = RefCell::default();
    static REQUESTS: RefCell<HashMap<EntryId, Request>> = RefCell::default();
}

/// Sends files in a conversation.
pub fn attach(shell: Shell, conv: &ConversationId, files: impl Iterator<Item = File>) {
    for file in files {
        let id = EntryId(format!("f_{:016x}{:016x}", super::runtime::seed(), super::runtime::seed()));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number of bytes")]
        let (name, size) = (file.name(), file.size() as u64);
        if file.type_().starts_with("image/") {
            picture(&id, file.clone());
        }
        FILES.with_borrow_mut(|files| files.insert(id.clone(), file));
        shell.act(Action::Attach { conv: conv.clone(), id, name, size });
    }
}

/// The small picture of a file on its way, which is drawn as soon as the browser has read it. The same element each time.
pub fn thumb(id: &EntryId) -> Option<HtmlCanvasElement> {
    THUMBS.with_borrow(|thumbs| thumbs.get(id).cloned())
}

/// Begins to draw a small picture. A file that this browser cannot draw is shown by its name.
fn picture(id: &EntryId, file: File) {
    let canvas = window().document().and_then(|document| document.create_element("canvas").ok());
    let Some(canvas) = canvas.and_then(|canvas| canvas.dyn_into::<HtmlCanvasElement>().ok()) else { return };
    canvas.set_width(0);
    canvas.set_height(0);
    THUMBS.with_borrow_mut(|thumbs| thumbs.insert(id.clone(), canvas.clone()));
    spawn_local(async move {
        // If the image cannot be drawn, the small picture stays empty.
        let _ = draw(&file, &canvas).await;
    });
}

async fn draw(file: &File, canvas: &HtmlCanvasElement) -> Option<()> {
    let options = ImageBitmapOptions::new();
    options.set_resize_width(THUMB);
    let image = JsFuture::from(window().create_image_bitmap_with_blob_and_image_bitmap_options(file, &options).ok()?).await.ok()?;
    let image: ImageBitmap = image.dyn_into().ok()?;
    canvas.set_width(image.width());
    canvas.set_height(image.height());
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.draw_image_with_image_bitmap(&image, 0.0, 0.0).ok()?;
    image.close();
    Some(())
}

/// Carries out a task of an upload.
pub(super) fn obey(shell: Shell, token: &str, order: Order) {
    match order {
        Order::Send { conv, id, name, size, offset } => {
            let query = web_sys::UrlSearchParams::new().ok().map(|query| {
                for (key, value) in [("name", name.as_str()), ("size", &size.to_string()), ("offset", &offset.to_string())] {
                    query.append(key, value);
                }
                String::from(query.to_string())
            });
            #[expect(clippy::cast_precision_loss, reason = "files are far smaller than what a double counts exactly")]
            let rest = FILES.with_borrow(|files| files.get(&id).and_then(|file| file.slice_with_f64(offset as f64).ok()));
            let path = format!("{}?{}", place(&conv, &id), query.unwrap_or_default());
            request(shell, "POST", &path, token, Some((id, offset)), rest.as_ref());
        }
        Order::Ask { conv, id } => request(shell, "GET", &place(&conv, &id), token, Some((id, 0)), None),
        Order::Drop { conv, id, begun } => {
            FILES.with_borrow_mut(|files| files.remove(&id));
            THUMBS.with_borrow_mut(|thumbs| thumbs.remove(&id));
            let running = REQUESTS.with_borrow_mut(|requests| requests.remove(&id));
            if let Some(running) = running {
                silence(&running.xhr);
                // A request that has ended has nothing to abort.
                let _ = running.xhr.abort();
                retire(running);
            }
            if begun {
                request(shell, "DELETE", &place(&conv, &id), token, None, None);
            }
        }
    }
}

fn place(conv: &ConversationId, id: &EntryId) -> String {
    format!("../v1/agent/conversations/{conv}/uploads/{id}")
}

/// `of`: the file whose progress and answer are reported, and the offset of the bytes that are sent.
fn request(shell: Shell, method: &str, path: &str, token: &str, of: Option<(EntryId, u64)>, body: Option<&Blob>) {
    let begin = || -> Option<XmlHttpRequest> {
        // Not gloo-net, which uses fetch: only XMLHttpRequest reports how many bytes were sent.
        let xhr = XmlHttpRequest::new().ok()?;
        xhr.open(method, &address(path)?.href()).ok()?;
        xhr.set_request_header("authorization", &format!("Bearer {token}")).ok()?;
        Some(xhr)
    };
    let Some(xhr) = begin() else { return };
    if let Some((id, offset)) = of {
        let progress = {
            let id = id.clone();
            Closure::new(move |event: ProgressEvent| {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number of bytes")]
                let sent = offset + event.loaded() as u64;
                shell.act(Action::UploadProgress(id.clone(), sent));
            })
        };
        let end = {
            let (id, xhr) = (id.clone(), xhr.clone());
            Closure::new(move || {
                let status = u32::from(xhr.status().unwrap_or(0));
                let text = xhr.response_text().ok().flatten().unwrap_or_default();
                if let Some(done) = REQUESTS.with_borrow_mut(|requests| requests.remove(&id)) {
                    retire(done);
                }
                shell.act(Action::UploadAnswered(id.clone(), status, text));
            })
        };
        if let Ok(upload) = xhr.upload() {
            upload.set_onprogress(Some(progress.as_ref().unchecked_ref()));
        }
        xhr.set_onloadend(Some(end.as_ref().unchecked_ref()));
        let running = Request { xhr: xhr.clone(), _progress: progress, _end: end };
        if let Some(old) = REQUESTS.with_borrow_mut(|requests| requests.insert(id, running)) {
            silence(&old.xhr);
            retire(old);
        }
    }
    // A request that cannot be sent ends at once, with its usual event.
    let _ = match body {
        Some(body) => xhr.send_with_opt_blob(Some(body)),
        None => xhr.send(),
    };
}

fn silence(xhr: &XmlHttpRequest) {
    xhr.set_onloadend(None);
    if let Ok(upload) = xhr.upload() {
        upload.set_onprogress(None);
    }
}

/// Drops a request, once its own callback has returned: this may run inside it.
fn retire(request: Request) {
    later(Duration::ZERO, move || drop(request));
}
