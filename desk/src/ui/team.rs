//! For supervisors: the agents who are signed in, and every open conversation.

use super::icons;
use super::kit::{each, icon, unseen};
use super::lists::campaign_label;
use crate::browser::Shell;
use crate::state::{Action, LiveConversation, Seat, age, status_word};
use chinwag::model::{ConversationId, Standing, Timestamp};
use chinwag::wire::AgentInfo;
use leptos::{ev, html, prelude::*};

/// A conversation's row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Open {
    conv: ConversationId,
    name: String,
    campaign: String,
    agents: String,
    waiting: bool,
    /// The visitor has left.
    left: bool,
    own: bool,
    since: i64,
    messages: u32,
}

pub(super) fn team() -> impl IntoView {
    let shell = Shell::get();
    let agents = shell.select(|desk| {
        let mut agents = desk.agents.clone();
        agents.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
        agents
    });
    let open = shell.select(|desk| {
        let me = desk.my_id();
        let mut open: Vec<Open> = desk
            .chats
            .values()
            .filter(|chat| chat.state.standing != Standing::Ended && !chat.gone)
            .map(|chat: &LiveConversation| Open {
                conv: chat.state.id.clone(),
                name: chat.title(),
                campaign: campaign_label(desk, &chat.state.campaign),
                agents: chat.state.agents.iter().map(|agent| agent.name.clone()).collect::<Vec<_>>().join(", "),
                waiting: chat.seat(&me) == Seat::Waiting,
                left: chat.left.is_some(),
                own: chat.seat(&me) == Seat::Own,
                since: chat.state.since.0,
                messages: chat.state.messages,
            })
            .collect();
        open.sort_by(|a, b| b.waiting.cmp(&a.waiting).then_with(|| a.since.cmp(&b.since)).then_with(|| a.conv.cmp(&b.conv)));
        open
    });
    html::div().class("team").attr("data-test", "agents").child((
        html::header().class("page-head").child((
            html::h1().child("Team"),
            html::p().child(move || {
                let ready = agents.with(|agents| agents.iter().filter(|agent| agent.status == chinwag::wire::AgentStatus::Ready).count());
                format!("{ready} of {} ready, {} conversations open", agents.with(Vec::len), open.with(Vec::len))
            }),
        )),
        html::section().attr("aria-labelledby", "open-title").child((
            html::h2().id("open-title").class("part-title").child("Open conversations"),
            move || open.with(Vec::is_empty).then(|| html::p().class("empty").child("No conversation is open.")),
            html::ul().class("rows").attr("role", "list").attr("hidden", move || open.with(Vec::is_empty)).child(each(
                move || open.get(),
                Clone::clone,
                conversation,
            )),
        )),
        html::section().attr("aria-labelledby", "agents-title").child((
            html::h2().id("agents-title").class("part-title").child("Agents"),
            html::ul().class("rows").attr("role", "list").child(each(
                move || agents.get(),
                |agent| (agent.id.clone(), agent.status, agent.load, agent.capacity, agent.name.clone()),
                agent,
            )),
        )),
    ))
}

fn conversation(row: Open) -> impl IntoView {
    let shell = Shell::get();
    let Open { conv, name, campaign, agents, waiting, left, own, since, messages } = row;
    let spoken = name.clone();
    let with = if agents.is_empty() { None } else { Some(format!("with {agents}")) };
    let under =
        [Some(campaign), with, left.then(|| "the visitor has left".to_owned())].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    html::li()
        .class(if left { "line-row left" } else { "line-row" })
        .attr("data-test", "open-conversation")
        .attr("data-conv", conv.to_string())
        .child((
            html::span()
                .class(if waiting { "state waiting" } else { "state online" })
                .child((html::span().class("dot").attr("aria-hidden", "true"), if waiting { "Waiting" } else { "Online" })),
            html::span()
                .class("row-main")
                .child((html::strong().child(html::bdi().child(name)), html::span().class("row-sub").child(under))),
            html::span().class("row-side").child((
                move || age(shell.now.get().since(Timestamp(since))),
                html::span().class("row-sub").child(if messages == 1 { "1 message".to_owned() } else { format!("{messages} messages") }),
            )),
            html::button()
                .attr("type", "button")
                .class("button small")
                .attr("data-test", "watch")
                .on(ev::click, move |_| shell.act(Action::Show(conv.clone())))
                .child((icon(icons::EYE), if own { "Open" } else { "Watch" }, unseen(format!(" {spoken}")))),
        ))
}

fn agent(agent: AgentInfo) -> impl IntoView {
    let AgentInfo { id, name, role, status, load, capacity } = agent;
    html::li().class("line-row").attr("data-test", "agent").attr("data-agent", id.to_string()).attr("data-status", status.word()).child((
        html::span()
            .class(format!("state {}", status.word()))
            .child((html::span().class("dot").attr("aria-hidden", "true"), status_word(status))),
        html::span()
            .class("row-main")
            .child((html::strong().child(html::bdi().child(name)), html::span().class("row-sub").child(role.word()))),
        html::span().class("row-side").child((format!("{load} of {capacity}"), html::span().class("row-sub").child("conversations"))),
    ))
}
