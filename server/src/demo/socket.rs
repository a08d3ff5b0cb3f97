//! The bot's socket: the agent's protocol as any program may speak it (docs/protocol.md). It reconnects after a loss and sends messages
//! without an acknowledgement again.

use super::bot::Bot;
use super::{Plug, sign_in};
use crate::domain::Domain;
use crate::random;
use chinwag::model::{Conversation, ConversationId, EntryId, ParticipantId, Standing};
use chinwag::wire::{AgentFrame, AgentItem, AgentStatus, Codec, DeskFrame, VERSION};
use futures_util::{SinkExt, StreamExt};
use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long the bot waits before it types, and how long it types.
const THINKS: Duration = Duration::from_millis(400);
const TYPES: Duration = Duration::from_millis(1_100);
/// The pause between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(500);
/// How long the bot's session lasts, in milliseconds: a year, so that it never ends while the demo runs.
const SESSION: i64 = 365 * 24 * 3_600_000;

/// An answer that the bot is about to send.
struct Reply {
    conv: ConversationId,
    text: &'static str,
    /// When typing begins and ends. `None` once the answer was sent.
    typing: Option<Instant>,
    done: Instant,
    id: EntryId,
    sent: bool,
}

struct Life {
    bot: Bot,
    replies: Vec<Reply>,
    /// Conversations that this socket listens to.
    open: HashSet<ConversationId>,
    was_ready: bool,
}

/// Signs in and answers visitors, for as long as the server runs.
pub(crate) async fn run_bot(domain: Arc<Domain>, plug: Arc<Plug>, address: SocketAddr) {
    let token = match sign_in(&*domain.store, SESSION).await {
        Ok(token) => token,
        Err(error) => return tracing::error!(%error, "the demo's agent cannot sign in"),
    };
    let me = ParticipantId(format!("a_{}", super::AGENT));
    let mut life = Life { bot: Bot::new(me), replies: Vec::new(), open: HashSet::new(), was_ready: false };
    loop {
        if !plug.is_out()
            && let Err(error) = life.connect(address, &token).await
        {
            tracing::debug!(%error, "the demo's agent lost its link");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

impl Life {
    async fn connect(&mut self, address: SocketAddr, token: &str) -> Result<(), tungstenite::Error> {
        let (mut socket, _) = connect_async(format!("ws://{address}/ws/agent")).await?;
        self.open.clear();
        // Frames that were sent on the last socket may be lost.
        self.replies.iter_mut().for_each(|reply| reply.sent = false);
        send(&mut socket, &AgentFrame::Auth { version: VERSION, token: token.to_owned() }).await?;
        loop {
            let due = self.replies.iter().filter(|reply| !reply.sent).map(|reply| reply.typing.unwrap_or(reply.done)).min();
            let next = tokio::select! {
                next = socket.next() => next,
                () = sleep_until(due) => {
                    self.speak(&mut socket).await?;
                    continue;
                }
            };
            match next {
                Some(Ok(Message::Text(text))) => {
                    if let Ok(frame) = DeskFrame::from_text(&text) {
                        self.take(&mut socket, frame).await?;
                    }
                }
                Some(Ok(Message::Close(_))) | None => return Ok(()),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error),
            }
        }
    }

    async fn take(&mut self, socket: &mut Socket, frame: DeskFrame) -> Result<(), tungstenite::Error> {
        match frame {
            DeskFrame::Welcome { conversations, .. } => {
                if !self.was_ready {
                    // Only once: a person at the desk may set the account to away.
                    self.was_ready = true;
                    send(socket, &AgentFrame::Status { status: AgentStatus::Ready }).await?;
                }
                for state in &conversations {
                    self.listen(socket, state).await?;
                }
            }
            DeskFrame::Offer { conv, .. } => send(socket, &AgentFrame::Accept { conv }).await?,
            DeskFrame::Update { state } => self.listen(socket, &state).await?,
            DeskFrame::Page { chat } => {
                let answers = self.bot.hear(&chat.state.id, &chat.entries);
                self.plan(&chat.state.id, answers);
            }
            DeskFrame::Entry { conv, entry } => {
                let answers = self.bot.hear(&conv, [&entry]);
                self.plan(&conv, answers);
            }
            DeskFrame::Ack { id, .. } | DeskFrame::Refused { id, .. } => self.replies.retain(|reply| reply.id != id),
            DeskFrame::Ping { .. } => send(socket, &AgentFrame::Pong {}).await?,
            _ => {}
        }
        Ok(())
    }

    /// Opens a conversation of the bot's account.
    async fn listen(&mut self, socket: &mut Socket, state: &Conversation) -> Result<(), tungstenite::Error> {
        let own = state.standing == Standing::Online && state.agents.iter().any(|agent| agent.id == *self.bot.me());
        if own && self.open.insert(state.id.clone()) {
            send(socket, &AgentFrame::Open { conv: state.id.clone(), after: self.bot.seen(&state.id) }).await?;
        }
        Ok(())
    }

    fn plan(&mut self, conv: &ConversationId, answers: Vec<&'static str>) {
        for text in answers {
            // The answers are sent one after the other.
            let last = self.replies.iter().filter(|reply| reply.conv == *conv).map(|reply| reply.done).max();
            let begin = last.unwrap_or_else(Instant::now).max(Instant::now()) + THINKS;
            let id = EntryId(random::hex::<16>());
            self.bot.will_say(&id.0);
            self.replies.push(Reply { conv: conv.clone(), text, typing: Some(begin), done: begin + TYPES, id, sent: false });
        }
    }

    /// Carries out the work that is due.
    async fn speak(&mut self, socket: &mut Socket) -> Result<(), tungstenite::Error> {
        let Self { bot, replies, .. } = self;
        replies.retain(|reply| bot.may_speak(&reply.conv));
        let now = Instant::now();
        for reply in replies.iter_mut().filter(|reply| !reply.sent) {
            if reply.typing.is_some_and(|at| at <= now) {
                reply.typing = None;
                send(socket, &AgentFrame::Typing { conv: reply.conv.clone(), on: true }).await?;
            }
            if reply.typing.is_none() && reply.done <= now {
                reply.sent = true;
                let item = AgentItem::Message { text: reply.text.to_owned() };
                send(socket, &AgentFrame::Put { conv: reply.conv.clone(), id: reply.id.clone(), item, follows: None }).await?;
            }
        }
        Ok(())
    }
}

async fn sleep_until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

async fn send(socket: &mut Socket, frame: &AgentFrame) -> Result<(), tungstenite::Error> {
    socket.send(Message::Text(frame.to_text().into())).await
}
