//! The panel: header, banner, and the page of the stage.

use super::chat::ChatScene;
use super::dom::{El, contact, picture, swap};
use super::files::address_of;
use super::form::FormUi;
use super::launcher::heading;
use super::notice::{Nobody, greet, notice, wait};
#[cfg(feature = "facade")]
use crate::browser::slot;
use crate::browser::texts::Texts;
use crate::engine::{LinkStatus, Progress, Stage, View, Wait};
use crate::model::{Participant, Timestamp, WidgetKind};

pub(super) struct Panel {
    pub(super) el: El,
    page: Page,
    pub(super) scene: Scene,
}

/// The content of the main part.
pub(super) enum Scene {
    Notice,
    Form(Box<FormUi>),
    Chat(Box<ChatScene>),
}

/// The kind of a page. A page of another kind is built new, one of the same kind is updated.
#[derive(Clone, PartialEq)]
enum Page {
    None,
    Greeting,
    Form,
    Starting,
    Chat,
    Requested(WidgetKind, Option<Timestamp>),
    Refused(Nobody, bool),
}

impl Page {
    fn of(view: &View<'_>) -> Self {
        match &view.stage {
            Stage::Engagement => Self::Greeting,
            Stage::Collecting(_) => Self::Form,
            Stage::Starting => Self::Starting,
            Stage::Chat(_) => Self::Chat,
            Stage::Requested { kind, due } => Self::Requested(*kind, *due),
            Stage::Refused { code, kept } => Self::Refused(Nobody::refused(view, *code), *kept),
        }
    }
}

const PANEL: &str = "<div.panel part=panel #panel role=dialog tabindex=-1 hidden <div.head part=header <div.face aria-hidden=true > \
    <div.names <h2.title dir=auto > <p.status dir=auto > > \
    <button.icon.more :more aria-label=@more aria-expanded=false hidden ~more > <button.icon.away :close > \
    <div.menu part=menu hidden <button.end :end @end > > > \
    <div.banner part=banner #reconnecting hidden <span.words > > <div.main";
/// The button that closes or minimises.
const AWAY: &str = ".away";
/// The button that opens the menu.
const MORE: &str = ".more";

impl Panel {
    pub(super) fn new(texts: &Texts) -> Self {
        let el = El::new(PANEL, texts);
        #[cfg(feature = "facade")]
        el.grow("", "<div.overlay", texts);
        Self { el, page: Page::None, scene: Scene::Notice }
    }

    /// Hands the facade the slots that it may fill.
    #[cfg(feature = "facade")]
    pub(super) fn offer(&self, element: &str) {
        for (name, selector) in [("header", ".head"), ("menu", ".menu"), ("overlay", ".overlay")] {
            slot(name, &self.el.part(selector), element);
        }
    }

    /// Shows the stage. Gives the texts to be read out.
    #[inline(never)]
    pub(super) fn set(&mut self, texts: &Texts, view: &View<'_>) -> Option<String> {
        self.set_head(texts, view);
        let banner = match (view.link, &view.stage) {
            // The page of this stage shows that already.
            (_, Stage::Starting) => "",
            (LinkStatus::Reconnecting, _) => "reconnecting",
            (LinkStatus::Stopped, _) => "stopped",
            _ => "",
        };
        self.el.show(".banner", !banner.is_empty());
        self.el.word(".banner .words", texts, banner);
        if view.wait == Wait::TooLong && self.el.find(".banner .contact").is_none() {
            contact(&self.el, ".banner", &view.contact.href, &view.contact.label);
        }
        self.el.show(".banner .contact", view.wait == Wait::TooLong);
        let page = Page::of(view);
        let other_form = match (&self.scene, &view.stage) {
            (Scene::Form(form), Stage::Collecting(now)) => !form.is(now.form, &view.brand.privacy_url),
            _ => false,
        };
        if page != self.page || other_form {
            self.page = page;
            let main = self.el.part(".main");
            self.scene = match &view.stage {
                Stage::Collecting(form) => {
                    let form = FormUi::new(texts, form.form, view.spec.kind, false, &view.brand.privacy_url);
                    swap(&main, &form.el);
                    #[cfg(feature = "facade")]
                    slot("form", &form.el, &view.spec.element);
                    Scene::Form(Box::new(form))
                }
                Stage::Chat(_) => {
                    let chat = ChatScene::new(texts);
                    swap(&main, &chat.el);
                    #[cfg(feature = "facade")]
                    chat.offer(texts, &view.spec.element);
                    Scene::Chat(Box::new(chat))
                }
                _ => {
                    swap(&main, &notice(texts, view));
                    Scene::Notice
                }
            };
        }
        match (&mut self.scene, &view.stage) {
            (Scene::Chat(chat), Stage::Chat(now)) => chat.set(texts, view, now),
            (Scene::Notice, Stage::Engagement) => {
                greet(&self.el.part(".main"), view.spec);
                None
            }
            (Scene::Form(form), Stage::Collecting(now)) => {
                // A single problem is read out with its field, which has the focus then.
                form.set(texts, now).filter(|count| *count > 1).map(|count| texts.count("problems", count))
            }
            (_, Stage::Starting) => wait(&self.el.part(".notice"), texts, view),
            _ => None,
        }
    }

    #[inline(never)]
    fn set_head(&self, texts: &Texts, view: &View<'_>) {
        let el = &self.el;
        let title = heading(view.spec);
        el.put("", "aria-label", title);
        let mut names = String::new();
        let (mut status, mut online, mut active) = ("", false, false);
        let mut one: Option<&Participant> = None;
        if let Stage::Chat(chat) = &view.stage {
            for agent in chat.agents {
                if !names.is_empty() && !agent.name.is_empty() {
                    names.push_str(", ");
                }
                names.push_str(&agent.name);
            }
            if let [agent] = chat.agents {
                one = Some(agent);
            }
            (status, online, active) = match chat.progress {
                // Without a connection the visitor is offline, whichever agents are online.
                Progress::Online => match view.link {
                    LinkStatus::Online => ("online", true, true),
                    LinkStatus::Stopped => ("status_stopped", false, true),
                    _ => ("status_reconnecting", false, true),
                },
                Progress::Queued { .. } | Progress::Requeued { .. } => ("waiting", false, true),
                Progress::New | Progress::Starting | Progress::Ended { .. } => ("", false, false),
            };
        }
        if names.is_empty() {
            names.push_str(title);
        }
        let status = texts.get(status);
        let status = if status.is_empty() && names != view.brand.name { &view.brand.name } else { &status };
        let first = names.chars().next().map_or(0, char::len_utf8);
        let face = one.and_then(|agent| agent.picture.as_deref()).map(address_of);
        let face = face.as_deref().or(view.brand.logo.as_deref()).unwrap_or("");
        if (view.open || face.is_empty())
            && let Some(place) = el.find(".face")
        {
            picture(&place, face, names.get(..first).unwrap_or(""));
        }
        el.text(".title", &names);
        match one.and_then(|agent| agent.position.as_deref()) {
            Some(position) if online => el.text(".status", &[status.as_str(), " · ", position].concat()),
            _ => el.text(".status", status),
        }
        el.toggle(".status", "data-on", online);
        el.show(MORE, active);
        if !active {
            self.unfold(false);
        }
        // A conversation is minimised, because it goes on behind the launcher; anything else is closed.
        let (act, sign) = if active { ("minimise", "~minimise") } else { ("close", "~close") };
        if el.find(".away svg").is_none() || el.part(AWAY).get("data-do") != act {
            el.put(AWAY, "data-do", act);
            el.put(AWAY, "data-test", act);
            el.put(AWAY, "aria-label", &texts.get(act));
            el.part(AWAY).clear();
            el.grow(AWAY, sign, texts);
        }
    }

    /// Opens or closes the menu.
    pub(super) fn unfold(&self, on: bool) {
        self.el.show(".menu", on);
        self.el.say(MORE, "aria-expanded", on);
        if on {
            self.el.focus(".menu button");
        }
    }

    pub(super) fn is_unfolded(&self) -> bool {
        !self.el.part(".menu").hidden()
    }

    pub(super) fn focus_menu(&self) {
        self.el.focus(MORE);
    }
}
