//! A file in a transcript: its name, its size, a button to save it. Only an image that the server has checked is shown.

use super::entry::{called, stamp, title};
use super::icons;
use super::kit::icon;
use crate::browser::Shell;
use crate::browser::http::address;
use crate::state::{Action, bytes};
use chinwag::model::{ConversationId, Entry, EntryBody, Party};
use leptos::{ev, html, prelude::*};

/// The line of an [`EntryBody::File`]; empty for any other entry.
pub(super) fn line(entry: &Entry, mine: bool, conv: &ConversationId) -> AnyView {
    let EntryBody::File { from, file, name, size, width, height, key, .. } = &entry.body else { return ().into_any() };
    let shell = Shell::get();
    let (party, who): (&'static str, String) = match (from.party, mine) {
        (_, true) => ("you", "You".to_owned()),
        (Party::Visitor, _) => ("visitor", title(conv)),
        (Party::Agent, _) => ("agent", called(from)),
        (Party::System, _) => ("system", "Automatic".to_owned()),
        (Party::Unknown(_), _) => ("system", called(from)),
    };
    let class = if mine { "message mine".to_owned() } else { format!("message {party}") };
    let gone = {
        let (conv, file) = (conv.clone(), file.clone());
        shell.select(move |desk| desk.chats.get(&conv).is_some_and(|chat| chat.entries.iter().any(|entry| deletes(entry, &file))))
    };
    let place = key.as_ref().and_then(|key| Some(address(&format!("../v1/files/{conv}/{file}/{key}"))?.href()));
    let shown = width.zip(*height).zip(place);
    let picture = {
        let name = name.clone();
        move || {
            let ((width, height), place) = shown.clone().filter(|_| !gone.get())?;
            let image = html::img()
                .attr("src", place.clone())
                .attr("alt", name.clone())
                .attr("loading", "lazy")
                .attr("width", width.to_string())
                .attr("height", height.to_string());
            let link = html::a().class("file-picture").attr("href", place).attr("target", "_blank").attr("rel", "noopener");
            Some(link.attr("data-test", "file-picture").child(image))
        }
    };
    let save = Action::Download { conv: conv.clone(), file: file.clone(), name: name.clone() };
    let button = move || {
        if gone.get() {
            return html::span().class("file-gone").attr("data-test", "file-gone").child("deleted").into_any();
        }
        let save = save.clone();
        html::button()
            .attr("type", "button")
            .class("button small")
            .attr("data-test", "file-save")
            .on(ev::click, move |_| shell.act(save.clone()))
            .child("Save")
            .into_any()
    };
    html::li()
        .class(class)
        .attr("data-party", party)
        .attr("data-test", "file")
        .child((
            html::div().class("who").child(html::bdi().child(who)),
            html::div().class("bubble file").child((
                picture,
                icon(icons::PAGE),
                html::bdi().attr("data-test", "file-name").child(name.clone()),
                html::span().class("file-size").child(bytes(*size)),
                button,
            )),
            stamp(entry),
        ))
        .into_any()
}

fn deletes(entry: &Entry, name: &str) -> bool {
    matches!(&entry.body, EntryBody::FileDeleted { file, .. } if file == name)
}
