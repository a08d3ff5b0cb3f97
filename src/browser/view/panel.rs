//! The panel: header, banner, and the page of the stage.

use super::chat::Chat;
use super::dom::{El, button, div, h};
use super::form::FormUi;
use super::icons::{CLOSE, DOWN, icon};
use super::notice::notice;
use crate::browser::texts::Texts;
use crate::engine::{ChatView, LinkStatus, Progress, Stage, View};
use crate::model::{Brand, Timestamp, WidgetKind};
use crate::wire::Code;

pub(super) struct Panel {
    pub(super) el: El,
    face: El,
    title: El,
    status: El,
    end: El,
    away: El,
    banner: El,
    main: El,
    page: Page,
    pub(super) scene: Scene,
}

/// What the main part holds.
pub(super) enum Scene {
    Notice { heading: El },
    Form(Box<FormUi>),
    Chat(Box<Chat>),
}

/// Which page that is: another page is built anew, the same is brought up to date.
#[derive(Clone, PartialEq)]
enum Page {
    None,
    Greeting,
    Form { survey: bool },
    Starting,
    Chat,
    Thanks,
    Requested(WidgetKind, Option<Timestamp>),
    Refused(Code),
}

impl Page {
    const fn of(stage: &Stage<'_>) -> Self {
        match stage {
            Stage::Engagement => Self::Greeting,
            Stage::Collecting(_) => Self::Form { survey: false },
            Stage::Survey(_) => Self::Form { survey: true },
            Stage::Starting => Self::Starting,
            Stage::Chat(_) => Self::Chat,
            Stage::Thanks => Self::Thanks,
            Stage::Requested { kind, due } => Self::Requested(*kind, *due),
            Stage::Refused { code } => Self::Refused(*code),
        }
    }
}

impl Panel {
    pub(super) fn new(texts: &Texts) -> Self {
        let face = div("face").attr("aria-hidden", "true");
        let title = h("h2").class("title").attr("dir", "auto");
        let status = h("p").class("status").attr("dir", "auto");
        let end = button("end", "end").text(texts.get("end"));
        let away = button("icon", "close");
        let names = div("names").with(&title).with(&status);
        let head = div("head").part("header").with(&face).with(&names).with(&end).with(&away);
        let banner = div("banner").part("banner").test("reconnecting").gone();
        let main = div("main");
        let el = div("panel").part("panel").test("panel").attr("role", "dialog").attr("tabindex", "-1").gone();
        for part in [&head, &banner, &main] {
            el.append(part);
        }
        Self { el, face, title, status, end, away, banner, main, page: Page::None, scene: Scene::Notice { heading: h("h3") } }
    }

    /// Shows the stage. Gives the number of a form's problems when they are new.
    pub(super) fn set(&mut self, texts: &Texts, brand: &Brand, view: &View<'_>) -> Option<u32> {
        self.set_head(texts, brand, view);
        let banner = match view.link {
            LinkStatus::Reconnecting => "reconnecting",
            LinkStatus::Stopped => "stopped",
            _ => "",
        };
        self.banner.show(!banner.is_empty());
        self.banner.set_text(texts.get(banner));
        let page = Page::of(&view.stage);
        let other_form = match (&self.scene, &view.stage) {
            (Scene::Form(form), Stage::Collecting(now) | Stage::Survey(now)) => !form.is(now.form),
            _ => false,
        };
        if page != self.page || other_form {
            self.page = page;
            let (el, scene) = build(texts, brand, view);
            self.scene = scene;
            self.el.toggle("data-chat", matches!(self.scene, Scene::Chat(_)));
            self.main.clear();
            self.main.append(&el);
        }
        match (&mut self.scene, &view.stage) {
            (Scene::Chat(chat), Stage::Chat(now)) => {
                chat.set(texts, now, &view.spec.greeting);
                None
            }
            (Scene::Form(form), Stage::Collecting(now) | Stage::Survey(now)) => form.set(texts, now),
            _ => None,
        }
    }

    fn set_head(&self, texts: &Texts, brand: &Brand, view: &View<'_>) {
        let title = if view.spec.title.is_empty() { &brand.name } else { &view.spec.title };
        self.el.put("aria-label", if title.is_empty() { &view.spec.label } else { title });
        let mut names = String::new();
        let (mut status, mut dot, mut active) = ("", "status", false);
        if let Stage::Chat(chat) = &view.stage {
            names = agents(chat);
            active = !matches!(chat.progress, Progress::Ended { .. });
            (status, dot) = match chat.progress {
                Progress::Online => (texts.get("online"), "status on"),
                Progress::Queued { .. } | Progress::Requeued { .. } => (texts.get("waiting"), "status"),
                Progress::Ended { .. } => ("", "status"),
            };
        }
        if names.is_empty() {
            names.clone_from(title);
        }
        let status = if status.is_empty() && names != brand.name { &brand.name } else { status };
        self.face.set_text(names.get(..names.chars().next().map_or(0, char::len_utf8)).unwrap_or(""));
        self.title.set_text(&names);
        self.status.set_text(status);
        self.status.put("class", dot);
        self.end.show(active);
        // A conversation goes on behind the launcher, anything else is closed.
        let (act, sign) = if active { ("minimise", DOWN) } else { ("close", CLOSE) };
        if self.away.get("data-do").as_deref() != Some(act) || self.away.find("svg").is_none() {
            self.away.set("data-do", act);
            self.away.set("data-test", act);
            self.away.set("aria-label", texts.get(act));
            self.away.clear();
            self.away.append(&icon(sign));
        }
    }

    pub(super) fn focus_end(&self) {
        self.end.focus();
    }
}

fn agents(chat: &ChatView<'_>) -> String {
    let mut names = String::new();
    for agent in chat.agents.iter().filter(|agent| !agent.name.is_empty()) {
        if !names.is_empty() {
            names.push_str(", ");
        }
        names.push_str(&agent.name);
    }
    names
}

fn build(texts: &Texts, brand: &Brand, view: &View<'_>) -> (El, Scene) {
    match &view.stage {
        Stage::Collecting(form) | Stage::Survey(form) => {
            let survey = matches!(view.stage, Stage::Survey(_));
            let form = FormUi::new(texts, form.form, view.spec.kind, survey, &brand.privacy_url);
            (form.el.clone(), Scene::Form(Box::new(form)))
        }
        Stage::Chat(_) => {
            let chat = Chat::new(texts, &view.spec.greeting);
            (chat.el.clone(), Scene::Chat(Box::new(chat)))
        }
        _ => {
            let (el, heading) = notice(texts, view);
            (el, Scene::Notice { heading })
        }
    }
}
