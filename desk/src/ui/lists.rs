//! The lists beside the conversations: the agent's own, the ones to classify, the waiting ones.

use super::icons;
use super::kit::{each, icon, unseen};
use super::rove;
use crate::browser::Shell;
use crate::state::{Action, Desk, LiveConversation, Seat, age, ago};
use chinwag::model::{ConversationId, EntryBody, Party, Timestamp};
use leptos::{ev, html, prelude::*};

/// The content of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    conv: ConversationId,
    name: String,
    campaign: String,
    /// Since when the visitor waits for an answer; `None` when there is an answer.
    since: Option<Timestamp>,
    /// Since when the visitor has left.
    left: Option<Timestamp>,
    /// Its subject: the visitor's last message, or the first, or an answer in a form.
    about: String,
    unread: u32,
    typing: bool,
    taking: bool,
    parting: bool,
}

pub(super) fn lists() -> impl IntoView {
    html::div().class("lists").id("lists").attr("tabindex", "-1").child((
        list(Seat::Waiting, "Waiting", "Nobody is waiting.", "waiting"),
        list(Seat::Own, "Yours", "You are in no conversation.", "own"),
        list(Seat::WrapUp, "To classify", "", "wrap-up"),
    ))
}

fn items(desk: &Desk, seat: Seat) -> Vec<Item> {
    desk.seated(seat)
        .into_iter()
        .map(|chat| Item {
            conv: chat.state.id.clone(),
            name: chat.title(),
            campaign: campaign_label(desk, &chat.state.campaign),
            since: if seat == Seat::WrapUp { None } else { chat.unanswered() },
            left: chat.left.filter(|_| seat != Seat::WrapUp),
            about: if seat == Seat::Waiting { None } else { last_words(chat) }.or_else(|| chat.subject()).unwrap_or_default(),
            unread: chat.unread,
            typing: chat.typing.is_some(),
            taking: chat.taking,
            parting: chat.parting.is_some(),
        })
        .collect()
}

/// The name of a campaign for people.
pub(super) fn campaign_label(desk: &Desk, name: &str) -> String {
    desk.campaigns.iter().find(|campaign| campaign.name == name).map_or_else(|| name.to_owned(), |campaign| campaign.label.clone())
}

/// The visitor's last message.
fn last_words(chat: &LiveConversation) -> Option<String> {
    chat.entries.iter().rev().find_map(|entry| match &entry.body {
        EntryBody::Message { from, text } if from.party == Party::Visitor => Some(text.chars().take(120).collect()),
        _ => None,
    })
}

fn list(seat: Seat, title: &'static str, empty: &'static str, hook: &'static str) -> impl IntoView {
    let shell = Shell::get();
    let all = shell.select(move |desk| items(desk, seat));
    let node = NodeRef::<html::Ul>::new();
    Effect::new(move |_| {
        all.track();
        if let Some(list) = node.get() {
            request_animation_frame(move || rove::settle(&list));
        }
    });
    let heading = format!("list-{hook}");
    html::section()
        .class("list")
        .attr("aria-labelledby", heading.clone())
        .attr("hidden", move || empty.is_empty() && all.with(Vec::is_empty))
        .child((
            // A visitor who has left has no place in the queue.
            html::h2().id(heading).child((
                title,
                html::span().class("count").child(move || {
                    format!(" {}", all.with(|all| all.iter().filter(|item| seat != Seat::Waiting || item.left.is_none()).count()))
                }),
            )),
            move || (all.with(Vec::is_empty) && !empty.is_empty()).then(|| html::p().class("empty").child(empty)),
            html::ul()
                .node_ref(node)
                .attr("role", "list")
                .attr("data-test", format!("{hook}-list"))
                .on(ev::keydown, rove::on_key)
                .on(ev::focusin, rove::on_focus)
                .child(each(move || all.get(), move |item| item.conv.clone(), move |first| item(seat, first, all, hook))),
        ))
}

fn item(seat: Seat, first: Item, all: Memo<Vec<Item>>, hook: &'static str) -> impl IntoView {
    let shell = Shell::get();
    let conv = first.conv.clone();
    let own = conv.clone();
    let item = Memo::new(move |before: Option<&Item>| {
        let found = all.with(|all| all.iter().find(|item| item.conv == own).cloned());
        found.or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
    });
    let active = shell.select({
        let conv = conv.clone();
        move |desk| desk.active.as_ref() == Some(&conv) && desk.panes.contains(&conv)
    });
    let since = move || {
        let (now, item) = (shell.now.get(), item.get());
        match (item.left, item.since) {
            (Some(left), _) => (", ", format!("left {}", ago(now.since(left)))),
            (None, Some(since)) => (", waiting for ", age(now.since(since))),
            (None, None) if seat == Seat::Own => (", ", "answered".to_owned()),
            (None, None) => ("", String::new()),
        }
    };
    let left = Memo::new(move |_| item.with(|item| item.left.is_some()));
    let class = move || if left.get() { "item left" } else { "item" };
    html::li().class(class).attr("data-test", format!("{hook}-item")).attr("data-conv", conv.to_string()).child((
        html::button()
            .attr("type", "button")
            .class("item-main")
            .attr("data-stop", "")
            .attr("tabindex", "-1")
            .attr("data-test", format!("{hook}-open"))
            .attr("aria-current", move || active.get().then_some("true"))
            .on(ev::click, {
                let conv = conv.clone();
                move |_| shell.act(Action::Show(conv.clone()))
            })
            .child((
                html::span().class("item-top").child((
                    html::span().class("item-name").child(html::bdi().child(move || item.get().name)),
                    html::span().class("item-age").attr("data-test", "item-age").child(move || {
                        let (words, since) = since();
                        (unseen(words), since)
                    }),
                )),
                html::span().class("item-bottom").child((
                    html::span().class("item-last").attr("data-test", "item-about").child(html::bdi().child(move || about(item.get()))),
                    move || {
                        let unread = item.get().unread;
                        (unread > 0).then(|| {
                            html::span().class("badge urgent").attr("data-test", "unread").child((unread.to_string(), unseen(" unread")))
                        })
                    },
                )),
            )),
        (seat == Seat::Waiting).then(|| {
            html::button()
                .attr("type", "button")
                .class("button small take")
                .attr("data-stop", "")
                .attr("tabindex", "-1")
                .attr("data-test", "waiting-take")
                .attr("aria-disabled", move || item.get().taking.then_some("true"))
                .on(ev::click, move |_| shell.act(Action::Take(conv.clone())))
                .child((icon(icons::CHECK), "Take", unseen_name(item)))
        }),
    ))
}

/// The second line of an item.
fn about(item: Item) -> String {
    if item.parting {
        "Goes back to the queue. Open it to keep it.".to_owned()
    } else if item.typing {
        "typing…".to_owned()
    } else if item.about.is_empty() {
        item.campaign
    } else {
        item.about
    }
}

fn unseen_name(item: Memo<Item>) -> impl IntoView {
    html::span().class("unseen").child((" ", html::bdi().child(move || item.get().name)))
}
