//! Connects the state machine with the browser: events become inputs, effects are carried out, the screens are told of changes.

use super::announcer::{announce, say};
use super::poll::Poll;
use super::socket::{News, Socket};
use super::storage::{Area, read, write};
use super::timers::{after, later, tick};
use super::{clock, download, draw, focus, http, sound, title, uploads};
use crate::state::{Action, Desk, Effect, Input, Kept};
use chinwag::client::Transport;
use chinwag::model::Timestamp;
use chinwag::wire::{AgentFrame, Codec};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use std::cell::RefCell;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;
use web_sys::VisibilityState;

/// The context of every screen: the desk and a way to act on it. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Shell {
    pub desk: RwSignal<Desk>,
    /// The server's time, updated every second.
    pub now: RwSignal<Timestamp>,
    pub view: RwSignal<View>,
    /// On a narrow screen: whether the lists are shown in place of a conversation.
    pub at_lists: RwSignal<bool>,
    /// The window's width in sixteenths of the browser's font size: CSS pixels when that is 16, and less of them when the letters are
    /// larger. The media queries of the style sheets count in the same way.
    pub width: RwSignal<u32>,
    pub sound: RwSignal<bool>,
    /// The browser allows this tab to play sounds: the agent has pressed a key or a button in it.
    audible: RwSignal<bool>,
    /// Whether the desk listens to shortcuts.
    pub shortcuts: RwSignal<bool>,
    pub help: RwSignal<bool>,
    pub polite: RwSignal<String>,
    pub urgent: RwSignal<String>,
}

/// The view in the main part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    Chats,
    Requests,
    Team,
}

thread_local! {
    static SOCKET: RefCell<Option<Socket>> = const { RefCell::new(None) };
    static POLL: RefCell<Option<Poll>> = const { RefCell::new(None) };
    /// The timer for the link's next attempt. There is only one.
    static WAKE: RefCell<Option<Timeout>> = const { RefCell::new(None) };
}

impl Shell {
    /// Starts the desk: reads the kept state, listens to the window.
    #[must_use]
    pub fn start() -> Self {
        let sound = read(Area::Local, SOUND).map_or_else(|| !title::wants_calm(), |kept| kept == "on");
        let shell = Self {
            desk: RwSignal::new(Desk::new(seed())),
            now: RwSignal::new(clock::now()),
            view: RwSignal::new(View::Chats),
            at_lists: RwSignal::new(true),
            width: RwSignal::new(width()),
            sound: RwSignal::new(sound),
            audible: RwSignal::new(false),
            shortcuts: RwSignal::new(read(Area::Local, SHORTCUTS).is_none_or(|kept| kept == "on")),
            help: RwSignal::new(false),
            polite: RwSignal::new(String::new()),
            urgent: RwSignal::new(String::new()),
        };
        draw::with(move || shell.draw());
        let kept = [Kept::Token, Kept::Outbox, Kept::Drafts, Kept::Panes]
            .into_iter()
            .filter_map(|what| read(Area::Session, what.key()).map(|text| (what, text)))
            .collect();
        shell.feed(Input::Loaded { kept });
        shell.listen();
        shell
    }

    /// The shell, for the screen that calls this.
    #[must_use]
    pub fn get() -> Self {
        expect_context()
    }

    /// Carries out an action of the agent.
    pub fn act(self, action: Action) {
        if matches!(action, Action::Show(_)) {
            self.view.set(View::Chats);
            self.at_lists.set(false);
        }
        self.feed(Input::Act(action));
    }

    /// A part of the desk; screens that use it are drawn again only when it changes.
    pub fn select<T: PartialEq + Send + Sync + 'static>(self, part: impl Fn(&Desk) -> T + Send + Sync + 'static) -> Memo<T> {
        Memo::new(move |_| self.desk.with(&part))
    }

    /// Hands an input to the machine and carries out the effects.
    pub fn feed(self, input: Input) {
        let mut effects = Vec::new();
        let mut shows = false;
        let stage = self.desk.with_untracked(Desk::stage);
        self.desk.update_untracked(|desk| {
            shows = desk.handle(clock::now(), input);
            while let Some(effect) = desk.poll_effect() {
                effects.push(effect);
            }
        });
        if shows || self.is_late() {
            draw::soon();
        }
        if self.desk.with_untracked(Desk::stage) != stage {
            // Another screen: the old one is removed first, because its parts must not read state that does not exist any more.
            draw::now();
        }
        for effect in effects {
            self.perform(effect);
        }
    }

    /// Draws the changes.
    fn draw(self) {
        self.desk.notify();
        focus::rescue(self);
        if self.is_late() {
            self.now.set(self.server_time());
        }
    }

    /// Whether ages and clocks have to be drawn again, which is not needed at every key.
    fn is_late(self) -> bool {
        self.server_time().since(self.now.get_untracked()).abs() >= 500
    }

    fn server_time(self) -> Timestamp {
        self.desk.with_untracked(|desk| desk.server_time(clock::now()))
    }

    /// Turns the sounds on or off, and stores the choice.
    pub fn set_sound(self, on: bool) {
        self.sound.set(on);
        write(Area::Local, SOUND, Some(if on { "on" } else { "off" }));
        if on {
            self.unlock_sound();
            sound::play(crate::state::Chime::Message);
        }
    }

    /// Called inside a click or key press: from now on this tab can play sounds.
    fn unlock_sound(self) {
        sound::unlock();
        if !self.audible.get_untracked() {
            self.audible.set(true);
        }
    }

    /// Turns the shortcuts on or off, and stores the choice.
    pub fn set_shortcuts(self, on: bool) {
        self.shortcuts.set(on);
        write(Area::Local, SHORTCUTS, Some(if on { "on" } else { "off" }));
    }

    fn perform(self, effect: Effect) {
        match effect {
            Effect::Connect(by) => {
                let tell = move |news| match news {
                    News::Opened => self.feed(Input::Opened(by)),
                    News::Text(text) => self.feed(Input::Text(by, text)),
                    News::Closed(code) => self.feed(Input::Closed(by, code)),
                };
                if by == Transport::Polling {
                    drop(POLL.replace(Poll::open(tell)));
                    return;
                }
                let socket = Socket::open(tell);
                let refused = socket.is_none();
                // Dropped outside of the borrow: its drop may use this cell.
                drop(SOCKET.replace(socket));
                if refused {
                    // Not inside the machine's own call, which is still running.
                    later(Duration::ZERO, move || self.feed(Input::Refused));
                }
            }
            Effect::Disconnect(Transport::Socket) => drop(SOCKET.take()),
            Effect::Disconnect(Transport::Polling) => drop(POLL.take()),
            Effect::Send(by, frame) => transmit(by, &frame),
            Effect::Wake(millis) => {
                let delay = Duration::from_millis(u64::try_from(millis).unwrap_or(0).saturating_add(5));
                drop(WAKE.replace(Some(after(delay, move || self.feed(Input::Tick)))));
            }
            Effect::Keep(what, text) => write(Area::Session, what.key(), text.as_deref()),
            Effect::SignOut(token) => spawn_local(async move { http::sign_out(&token).await }),
            Effect::Download { token, conv, file, name } => spawn_local(async move {
                if download::save(&token, &conv, &file, &name).await.is_none() {
                    self.feed(Input::Act(Action::DownloadFailed(name)));
                }
            }),
            Effect::Upload { token, order } => uploads::obey(self, &token, order),
            Effect::Warn(text) => leptos::logging::warn!("{text}"),
            Effect::Announce(text) => announce(self.polite, text),
            Effect::Alert(text) => say(self.urgent, text),
            Effect::Chime(chime) => {
                if self.sound.get_untracked() {
                    sound::play_once(chime);
                }
            }
            Effect::Focus(conv) => {
                self.view.set(View::Chats);
                self.at_lists.set(false);
                focus::enter(Some(&conv));
            }
            Effect::FocusElsewhere => {
                let next = self.desk.with_untracked(|desk| desk.active.clone());
                if next.is_none() {
                    self.at_lists.set(true);
                }
                focus::enter(next.as_ref());
            }
        }
    }

    fn listen(self) {
        tick(Duration::from_secs(1), move || self.feed(Input::Tick));
        let look = move || {
            let looking = is_looking();
            if self.desk.with_untracked(|desk| desk.looking) != looking {
                self.feed(Input::Act(Action::Looking(looking)));
            }
        };
        window_event_listener_untyped("pagehide", move |_| self.feed(Input::Act(Action::Looking(false))));
        for name in ["focus", "blur", "visibilitychange", "pageshow"] {
            // Work that waits for a frame is done now: a hidden window has no frames.
            window_event_listener_untyped(name, move |_| {
                draw::now();
                look();
            });
        }
        for (name, online) in [("online", true), ("offline", false)] {
            window_event_listener_untyped(name, move |_| self.feed(Input::Act(Action::Online(online))));
        }
        window_event_listener_untyped("resize", move |_| self.width.set(width()));
        for name in ["pointerdown", "keydown"] {
            window_event_listener_untyped(name, move |_| {
                if self.sound.get_untracked() {
                    self.unlock_sound();
                }
            });
        }
        focus::watch();
        look();
        // Only one tab of an agent plays sounds: a tab that is allowed to, and is connected.
        let turn = self.select(|desk| desk.me.as_ref().filter(|_| desk.is_up()).map(|me| me.id.to_string()));
        leptos::prelude::Effect::new(move |_| sound::stand_for(turn.get().filter(|_| self.sound.get() && self.audible.get())));
        let fresh = self.select(|desk| (desk.unread() as usize + desk.offers.len(), desk.looking));
        leptos::prelude::Effect::new(move |_| {
            let (count, looking) = fresh.get();
            title::show(count, looking);
        });
    }
}

fn transmit(by: Transport, frame: &AgentFrame) {
    let text = frame.to_text();
    match by {
        Transport::Socket => SOCKET.with_borrow(|socket| socket.iter().for_each(|socket| socket.send(&text))),
        Transport::Polling => POLL.with_borrow(|poll| poll.iter().for_each(|poll| poll.send(&text))),
    }
}

fn is_looking() -> bool {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return false };
    document.visibility_state() == VisibilityState::Visible && document.has_focus().unwrap_or(false)
}

fn width() -> u32 {
    let width = || {
        let window = web_sys::window()?;
        let style = window.get_computed_style(&window.document()?.document_element()?).ok()??;
        let letter = style.get_property_value("font-size").ok()?.trim_end_matches("px").parse::<f64>().ok()?;
        Some(window.inner_width().ok()?.as_f64()? * 16.0 / letter.max(1.0))
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a window's width is a small positive number")]
    width().map_or(1_280, |width| width as u32)
}

/// 64 random bits for ids and jitter.
pub(super) fn seed() -> u64 {
    let mut bytes = [0_u8; 8];
    let made = web_sys::window()
        .and_then(|window| window.crypto().ok())
        .is_some_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
    if made { u64::from_le_bytes(bytes) } else { js_sys::Math::random().to_bits() ^ clock::now().0.unsigned_abs() }
}

const SOUND: &str = "chinwag.desk.sound";
const SHORTCUTS: &str = "chinwag.desk.shortcuts";
