//! Files that the agent sends: the button, and the progress of each file.

use super::icons;
use super::kit::{each, icon};
use crate::browser::{Shell, uploads};
use crate::state::{Action, bytes, upload_words};
use chinwag::client::files::{Upload, UploadState};
use chinwag::model::{ConversationId, EntryId, FileRules};
use leptos::{ev, html, prelude::*};
use web_sys::{FileList, HtmlInputElement};

/// The files that a conversation takes.
pub(super) fn rules(shell: Shell, conv: &ConversationId) -> Memo<Option<FileRules>> {
    let conv = conv.clone();
    shell.select(move |desk| desk.chats.get(&conv).and_then(|chat| chat.state.files.clone()))
}

/// The button. A field for files inside a label: every browser lets keyboard and screen reader use it.
pub(super) fn button(conv: ConversationId, rules: Memo<Option<FileRules>>) -> impl IntoView {
    let shell = Shell::get();
    let words = move || rules.get().map(|rules| words(&rules)).unwrap_or_default();
    html::label().class("tool attach").attr("title", words).attr("hidden", move || rules.with(Option::is_none).then_some("hidden")).child((
        icon(icons::CLIP),
        html::input().attr("type", "file").attr("multiple", "multiple").attr("aria-label", words).attr("data-test", "attach").on(
            ev::change,
            move |event| {
                let field = event_target::<HtmlInputElement>(&event);
                send(shell, &conv, field.files());
                // So that the same file can be chosen again.
                field.set_value("");
            },
        ),
    ))
}

/// Sends files that were chosen, dropped or pasted. False when there was none.
pub(super) fn send(shell: Shell, conv: &ConversationId, files: Option<FileList>) -> bool {
    let Some(files) = files.filter(|files| files.length() > 0) else { return false };
    uploads::attach(shell, conv, (0..files.length()).filter_map(|index| files.get(index)));
    true
}

/// The files on their way.
pub(super) fn list(conv: ConversationId, rules: Memo<Option<FileRules>>) -> impl IntoView {
    let shell = Shell::get();
    let files = shell.select(move |desk| desk.uploads.files().iter().filter(|file| file.conv == conv).cloned().collect::<Vec<_>>());
    let any = Memo::new(move |_| files.with(|files| !files.is_empty()));
    move || {
        any.get().then(|| {
            html::ul().class("uploads").attr("role", "list").attr("aria-label", "Files on their way").child(each(
                move || files.get(),
                |file| (file.id.clone(), hook(&file.state), percent(file)),
                move |file| row(shell, &file, rules.get_untracked().as_ref()),
            ))
        })
    }
}

fn row(shell: Shell, file: &Upload, rules: Option<&FileRules>) -> impl IntoView + use<> {
    let (again, cancel) = (Action::UploadRetry(file.id.clone()), Action::UploadCancel(file.id.clone()));
    let retry = matches!(file.state, UploadState::Resting { .. } | UploadState::Failed { retry: true, .. });
    let is_over = matches!(file.state, UploadState::Failed { .. });
    let moving = matches!(file.state, UploadState::Sending { .. } | UploadState::Resting { .. });
    html::li().class("upload").attr("data-test", "upload").attr("data-state", hook(&file.state)).child((
        thumb(&file.id),
        html::bdi().class("upload-name").child(file.name.clone()),
        html::span().class("upload-how").child(upload_words(file, rules)),
        moving.then(|| html::progress().attr("max", "100").attr("value", percent(file).to_string()).attr("aria-hidden", "true")),
        retry.then(|| {
            html::button()
                .attr("type", "button")
                .class("button small")
                .attr("data-test", "upload-retry")
                .on(ev::click, move |_| shell.act(again.clone()))
                .child("Try again")
        }),
        (file.state != UploadState::Stored).then(|| {
            html::button()
                .attr("type", "button")
                .class("button small")
                .attr("data-test", "upload-cancel")
                .attr("aria-label", if is_over { format!("Remove {}", file.name) } else { format!("Cancel {}", file.name) })
                .on(ev::click, move |_| shell.act(cancel.clone()))
                .child(if is_over { "Remove" } else { "Cancel" })
        }),
    ))
}

/// A small picture of an image that is being sent; empty for other files.
fn thumb(id: &EntryId) -> impl IntoView + use<> {
    uploads::thumb(id)?;
    let place = NodeRef::<html::Span>::new();
    let id = id.clone();
    place.on_load(move |place| {
        if let Some(canvas) = uploads::thumb(&id) {
            // Appending one of our elements to another cannot fail.
            let _ = place.append_child(&canvas);
        }
    });
    Some(html::span().node_ref(place).class("upload-thumb").attr("data-test", "upload-thumb").attr("aria-hidden", "true"))
}

fn words(rules: &FileRules) -> String {
    format!("Send files: up to {} each, {}", bytes(rules.max_size), rules.types.join(", "))
}

fn percent(file: &Upload) -> u64 {
    match file.state {
        UploadState::Sending { sent } | UploadState::Resting { sent, .. } => sent.saturating_mul(100) / file.size.max(1),
        _ => 0,
    }
}

const fn hook(state: &UploadState) -> &'static str {
    match state {
        UploadState::Waiting => "waiting",
        UploadState::Sending { .. } => "sending",
        UploadState::Resting { .. } => "resting",
        UploadState::Stored => "stored",
        UploadState::Failed { .. } => "failed",
    }
}
