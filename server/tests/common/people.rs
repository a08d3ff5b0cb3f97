//! Visitors and agents.

use super::{PATIENCE, token_of};
use chinwag::model::{ConversationId, Entry, EntryBody, EntryId, FieldValue, Page, ParticipantId};
use chinwag::wire::{
    AgentFrame, AgentItem, AgentStatus, ChatPage, Codec, DeskFrame, FirstMessage, Have, Item, ServerFrame, VERSION, VisitorFrame,
};
use chinwag_machine::within;
use chinwag_server::random;
use futures_util::{SinkExt, StreamExt};
use std::collections::VecDeque;
use std::marker::PhantomData;
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// The HTTP answer of a server that refused a socket.
pub async fn refused_socket(address: SocketAddr, path: &str, origin: Option<&str>) -> u16 {
    match dial(address, path, &headers_of(origin)).await {
        Ok(_) => 101,
        Err(Error::Http(answer)) => answer.status().as_u16(),
        Err(error) => panic!("neither a socket nor an answer: {error}"),
    }
}

fn headers_of(origin: Option<&str>) -> Vec<(&str, &str)> {
    origin.into_iter().map(|origin| ("origin", origin)).collect()
}

async fn dial(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, Error> {
    let mut request = format!("ws://{address}{path}").into_client_request()?;
    for (name, value) in headers {
        let name = name.parse::<tokio_tungstenite::tungstenite::http::HeaderName>().expect("a name");
        request.headers_mut().insert(name, value.parse().expect("a header"));
    }
    Ok(connect_async(request).await?.0)
}

/// A socket that reads frames of one kind.
pub struct Socket<In> {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    seen: VecDeque<In>,
    /// The close code, once the socket is closed.
    pub closed: Option<u16>,
    kind: PhantomData<In>,
}

impl<In: Codec + Clone + std::fmt::Debug> Socket<In> {
    pub async fn open(address: SocketAddr, path: &str, origin: Option<&str>) -> Self {
        Self::open_with(address, path, &headers_of(origin)).await
    }

    /// With any headers.
    pub async fn open_with(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Self {
        let stream = dial(address, path, headers).await.unwrap_or_else(|error| panic!("no socket at {address}{path}: {error}"));
        Self { stream, seen: VecDeque::new(), closed: None, kind: PhantomData }
    }

    pub async fn send(&mut self, frame: &impl Codec) {
        self.send_text(&frame.to_text()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        // The server may have closed the socket meanwhile: some tests wait for that.
        let _ = self.stream.send(Message::Text(text.into())).await;
    }

    pub async fn send_message(&mut self, message: Message) {
        let _ = self.stream.send(message).await;
    }

    /// The next frame; nothing when the socket is closed.
    pub async fn next(&mut self) -> Option<In> {
        if let Some(frame) = self.seen.pop_front() {
            return Some(frame);
        }
        self.receive().await
    }

    async fn receive(&mut self) -> Option<In> {
        let receive = async {
            loop {
                match self.stream.next().await {
                    Some(Ok(Message::Text(text))) => {
                        if text.starts_with("{\"t\":\"ping\"") {
                            self.send_text("{\"t\":\"pong\"}").await;
                        }
                        return Some(In::from_text(&text).unwrap_or_else(|error| panic!("{error}: {text}")));
                    }
                    Some(Ok(Message::Close(frame))) => self.closed = frame.map(|frame| frame.code.into()).or(Some(1005)),
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => {
                        self.closed = self.closed.or(Some(1006));
                        return None;
                    }
                }
            }
        };
        within(PATIENCE, receive).await.expect("a frame in time")
    }

    /// The value of `pick` for the first frame, received or still to come, for which it returns one. The other frames are kept.
    pub async fn until<T>(&mut self, what: &str, pick: impl Fn(&In) -> Option<T>) -> T {
        if let Some((at, found)) = self.seen.iter().enumerate().find_map(|(at, frame)| pick(frame).map(|found| (at, found))) {
            self.seen.remove(at);
            return found;
        }
        loop {
            let Some(frame) = self.receive().await else { panic!("closed ({:?}) before {what}", self.closed) };
            if let Some(found) = pick(&frame) {
                return found;
            }
            self.seen.push_back(frame);
        }
    }

    /// Reads to the end; returns the close code.
    pub async fn end(&mut self) -> u16 {
        while let Some(frame) = self.receive().await {
            self.seen.push_back(frame);
        }
        self.closed.unwrap_or(1006)
    }

    /// The received frames that no call of `until` took.
    pub fn leftover(&self) -> impl Iterator<Item = &In> {
        self.seen.iter()
    }

    pub fn drop_link(self) {}
}

/// A visitor's socket after `welcome`.
pub struct Visitor {
    pub socket: Socket<ServerFrame>,
    pub id: ParticipantId,
    pub token: String,
    pub epoch: String,
    pub chats: Vec<ChatPage>,
}

pub fn new_visitor_id() -> ParticipantId {
    ParticipantId(format!("v_{}", random::hex::<16>()))
}

pub fn new_id() -> EntryId {
    EntryId(random::hex::<16>())
}

impl Visitor {
    /// A new visitor of the site `shop`.
    pub async fn come(address: SocketAddr) -> Self {
        Self::hello(address, new_visitor_id(), None, None, Vec::new()).await
    }

    /// A new visitor of the site `shop` behind a proxy.
    pub async fn come_via(address: SocketAddr, from: &str) -> Self {
        let headers = [("origin", "http://shop.test"), ("x-forwarded-for", from)];
        let socket = Socket::open_with(address, "/ws/visitor/shop", &headers).await;
        Self::greet(socket, new_visitor_id(), None, None, Vec::new()).await
    }

    pub async fn hello(address: SocketAddr, id: ParticipantId, token: Option<String>, epoch: Option<String>, chats: Vec<Have>) -> Self {
        let socket = Socket::open(address, "/ws/visitor/shop", Some("http://shop.test")).await;
        Self::greet(socket, id, token, epoch, chats).await
    }

    async fn greet(
        mut socket: Socket<ServerFrame>,
        id: ParticipantId,
        token: Option<String>,
        epoch: Option<String>,
        chats: Vec<Have>,
    ) -> Self {
        socket.send(&VisitorFrame::Hello { version: VERSION, visitor: id, token, epoch, chats }).await;
        let pick = |frame: &ServerFrame| match frame {
            ServerFrame::Welcome { visitor, token, epoch, chats, .. } => {
                Some((visitor.clone(), token.clone(), epoch.clone(), chats.clone()))
            }
            _ => None,
        };
        let (id, token, epoch, chats) = socket.until("welcome", pick).await;
        Self { socket, id, token, epoch, chats }
    }

    /// Connects again after the socket was lost; the visitor has the entries up to `after`.
    pub async fn back(&self, address: SocketAddr, conv: &ConversationId, after: Option<u64>) -> Self {
        let have = vec![Have { conv: conv.clone(), after }];
        Self::hello(address, self.id.clone(), Some(self.token.clone()), Some(self.epoch.clone()), have).await
    }

    /// Starts a conversation and returns its first page.
    pub async fn start(&mut self, widget: &str, values: &[(&str, &str)]) -> ChatPage {
        let id = new_id();
        self.socket.send(&start_frame(&id, widget, values)).await;
        self.socket
            .until("started", |frame| match frame {
                ServerFrame::Started { id: answered, chat } if *answered == id => Some(chat.clone()),
                ServerFrame::Refused { id: answered, code, problems, .. } if *answered == id => panic!("refused: {code:?} {problems:?}"),
                _ => None,
            })
            .await
    }

    pub async fn put(&mut self, conv: &ConversationId, id: &EntryId, item: Item) {
        self.socket.send(&VisitorFrame::Put { conv: conv.clone(), id: id.clone(), item, follows: None }).await;
    }

    /// Sends a message and waits for the acknowledgement.
    pub async fn say(&mut self, conv: &ConversationId, text: &str) -> u64 {
        let id = new_id();
        self.put(conv, &id, Item::Message { text: text.into() }).await;
        self.acked(&id).await
    }

    pub async fn acked(&mut self, id: &EntryId) -> u64 {
        self.socket
            .until("ack", |frame| match frame {
                ServerFrame::Ack { id: answered, seq, .. } if answered == id => Some(*seq),
                ServerFrame::Refused { id: answered, code, .. } if answered == id => panic!("refused: {code:?}"),
                _ => None,
            })
            .await
    }

    pub async fn refusal(&mut self, id: &EntryId) -> chinwag::wire::Code {
        self.socket
            .until("refused", |frame| match frame {
                ServerFrame::Refused { id: answered, code, .. } if answered == id => Some(*code),
                ServerFrame::Ack { id: answered, .. } | ServerFrame::Started { id: answered, .. } if answered == id => panic!("accepted"),
                _ => None,
            })
            .await
    }

    /// Waits for an entry.
    pub async fn entry<T>(&mut self, what: &str, pick: impl Fn(&Entry) -> Option<T>) -> T {
        self.socket
            .until(what, |frame| match frame {
                ServerFrame::Entry { entry, .. } => pick(entry),
                _ => None,
            })
            .await
    }

    pub async fn hears(&mut self, said: &str) -> Entry {
        self.entry(said, |entry| is_text(entry, said).then(|| entry.clone())).await
    }

    pub async fn error(&mut self) -> (chinwag::wire::Code, Option<String>) {
        self.socket
            .until("error", |frame| match frame {
                ServerFrame::Error { code, field, .. } => Some((*code, field.clone())),
                _ => None,
            })
            .await
    }
}

pub fn start_frame(id: &EntryId, widget: &str, values: &[(&str, &str)]) -> VisitorFrame {
    VisitorFrame::Start {
        id: id.clone(),
        widget: widget.into(),
        locale: "it".into(),
        zone: "Europe/Rome".into(),
        page: Some(Page { url: "https://shop.test/basket?card=4111#top".into(), title: "Basket".into() }),
        values: values.iter().map(|(name, value)| FieldValue { name: (*name).into(), value: (*value).into() }).collect(),
        message: None,
    }
}

/// A start of a conversation that begins with a message.
pub fn start_saying(id: &EntryId, widget: &str, message: &EntryId, text: &str) -> VisitorFrame {
    let mut frame = start_frame(id, widget, &[]);
    if let VisitorFrame::Start { message: first, .. } = &mut frame {
        *first = Some(FirstMessage { id: message.clone(), text: text.into() });
    }
    frame
}

pub fn is_text(entry: &Entry, said: &str) -> bool {
    matches!(&entry.body, EntryBody::Message { text, .. } if text == said)
}

/// An agent's socket after `welcome`.
pub struct Agent {
    pub socket: Socket<DeskFrame>,
    pub welcome: DeskFrame,
}

impl Agent {
    /// Signs in and is ready.
    pub async fn ready(address: SocketAddr, user: &str) -> Self {
        let mut agent = Self::away(address, user).await;
        agent.set(AgentStatus::Ready).await;
        agent
    }

    /// Signs in, and keeps the earlier status.
    pub async fn away(address: SocketAddr, user: &str) -> Self {
        let mut socket = Socket::open(address, "/ws/agent", None).await;
        socket.send(&AgentFrame::Auth { version: VERSION, token: token_of(user) }).await;
        let welcome = socket.until("welcome", |frame: &DeskFrame| matches!(frame, DeskFrame::Welcome { .. }).then(|| frame.clone())).await;
        Self { socket, welcome }
    }

    pub async fn set(&mut self, status: AgentStatus) {
        self.socket.send(&AgentFrame::Status { status }).await;
        self.socket
            .until("the status", |frame| match frame {
                DeskFrame::Agent { agent } if agent.status == status => Some(()),
                _ => None,
            })
            .await;
    }

    pub async fn send(&mut self, frame: AgentFrame) {
        self.socket.send(&frame).await;
    }

    pub async fn offer(&mut self) -> ConversationId {
        self.socket
            .until("an offer", |frame| match frame {
                DeskFrame::Offer { conv, .. } => Some(conv.clone()),
                _ => None,
            })
            .await
    }

    /// Accepts the next offer and subscribes to the conversation.
    pub async fn accept(&mut self) -> ConversationId {
        let conv = self.offer().await;
        self.send(AgentFrame::Accept { conv: conv.clone() }).await;
        self.open(&conv, None).await;
        conv
    }

    pub async fn open(&mut self, conv: &ConversationId, after: Option<u64>) -> ChatPage {
        self.send(AgentFrame::Open { conv: conv.clone(), after }).await;
        self.socket
            .until("a page", |frame| match frame {
                DeskFrame::Page { chat } if chat.state.id == *conv => Some(chat.clone()),
                _ => None,
            })
            .await
    }

    pub async fn put(&mut self, conv: &ConversationId, item: AgentItem) -> EntryId {
        let id = new_id();
        self.send(AgentFrame::Put { conv: conv.clone(), id: id.clone(), item, follows: None }).await;
        id
    }

    pub async fn acked(&mut self, id: &EntryId) -> u64 {
        self.socket
            .until("ack", |frame| match frame {
                DeskFrame::Ack { id: answered, seq, .. } if answered == id => Some(*seq),
                DeskFrame::Refused { id: answered, code, .. } if answered == id => panic!("refused: {code:?}"),
                _ => None,
            })
            .await
    }

    pub async fn say(&mut self, conv: &ConversationId, text: &str) -> u64 {
        let id = self.put(conv, AgentItem::Message { text: text.into() }).await;
        self.acked(&id).await
    }

    pub async fn refusal(&mut self, id: &EntryId) -> chinwag::wire::Code {
        self.socket
            .until("refused", |frame| match frame {
                DeskFrame::Refused { id: answered, code, .. } if answered == id => Some(*code),
                _ => None,
            })
            .await
    }

    pub async fn error(&mut self) -> chinwag::wire::Code {
        self.socket
            .until("error", |frame| match frame {
                DeskFrame::Error { code, .. } => Some(*code),
                _ => None,
            })
            .await
    }

    pub async fn hears(&mut self, said: &str) -> Entry {
        self.socket
            .until(said, |frame| match frame {
                DeskFrame::Entry { entry, .. } if is_text(entry, said) => Some(entry.clone()),
                _ => None,
            })
            .await
    }
}
