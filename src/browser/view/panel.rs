//! The panel: header, banner, and the page of the stage.

use super::chat::Chat;
use super::dom::{El, contact};
use super::form::FormUi;
use super::launcher::heading;
use super::notice::{notice, wait};
use crate::browser::texts::Texts;
use crate::engine::{LinkStatus, Progress, Stage, View, Wait};
use crate::model::{Brand, Timestamp, WidgetKind};
use crate::wire::Code;

pub(super) struct Panel {
    pub(super) el: El,
    page: Page,
    pub(super) scene: Scene,
}

/// What the main part holds.
pub(super) enum Scene {
    Notice,
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

const PANEL: &str = "<div.panel part=panel #panel role=dialog tabindex=-1 hidden <div.head part=header <div.face aria-hidden=true > \
    <div.names <h2.title dir=auto > <p.status dir=auto > > <button.end :end @end > <button.icon :close > > \
    <div.banner part=banner #reconnecting hidden <span.words > > <div.main";
/// The button that closes or minimises.
const AWAY: &str = ".head .icon";

impl Panel {
    pub(super) fn new(texts: &Texts) -> Self {
        Self { el: El::new(PANEL, texts), page: Page::None, scene: Scene::Notice }
    }

    /// Shows the stage. Gives what is to be read out of it.
    #[inline(never)]
    pub(super) fn set(&mut self, texts: &Texts, brand: &Brand, view: &View<'_>) -> Option<String> {
        self.set_head(texts, brand, view);
        let banner = match (view.link, &view.stage) {
            // Its page says all of that.
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
        let page = Page::of(&view.stage);
        let other_form = match (&self.scene, &view.stage) {
            (Scene::Form(form), Stage::Collecting(now) | Stage::Survey(now)) => !form.is(now.form),
            _ => false,
        };
        if page != self.page || other_form {
            self.page = page;
            let main = self.el.part(".main");
            main.clear();
            self.scene = match &view.stage {
                Stage::Collecting(form) | Stage::Survey(form) => {
                    let survey = matches!(view.stage, Stage::Survey(_));
                    let form = FormUi::new(texts, form.form, view.spec.kind, survey, &brand.privacy_url);
                    main.append(&form.el);
                    Scene::Form(Box::new(form))
                }
                Stage::Chat(_) => {
                    let chat = Chat::new(texts, &view.spec.greeting);
                    main.append(&chat.el);
                    Scene::Chat(Box::new(chat))
                }
                _ => {
                    main.append(&notice(texts, view));
                    Scene::Notice
                }
            };
            self.el.toggle("", "data-chat", matches!(self.scene, Scene::Chat(_)));
        }
        match (&mut self.scene, &view.stage) {
            (Scene::Chat(chat), Stage::Chat(now)) => {
                chat.set(texts, now, &view.spec.greeting);
                None
            }
            (Scene::Form(form), Stage::Collecting(now) | Stage::Survey(now)) => {
                // A single one is read out with its field, which has the focus then.
                form.set(texts, now).filter(|count| *count > 1).map(|count| texts.count("problems", count))
            }
            (_, Stage::Starting) => wait(&self.el.part(".notice"), texts, view),
            _ => None,
        }
    }

    #[inline(never)]
    fn set_head(&self, texts: &Texts, brand: &Brand, view: &View<'_>) {
        let el = &self.el;
        let title = heading(view.spec);
        el.put("", "aria-label", title);
        let mut names = String::new();
        let (mut status, mut class, mut active) = ("", "status", false);
        if let Stage::Chat(chat) = &view.stage {
            for agent in chat.agents {
                if !names.is_empty() && !agent.name.is_empty() {
                    names.push_str(", ");
                }
                names.push_str(&agent.name);
            }
            (status, class, active) = match chat.progress {
                Progress::Online => ("online", "status on", true),
                Progress::Queued { .. } | Progress::Requeued { .. } => ("waiting", "status", true),
                Progress::Ended { .. } => ("", "status", false),
            };
        }
        if names.is_empty() {
            names.push_str(title);
        }
        let status = texts.get(status);
        let status = if status.is_empty() && names != brand.name { &brand.name } else { &status };
        let first = names.chars().next().map_or(0, char::len_utf8);
        el.text(".face", names.get(..first).unwrap_or(""));
        el.text(".title", &names);
        el.text(".status", status);
        el.put(".status", "class", class);
        el.show(".end", active);
        // A conversation goes on behind the launcher, anything else is closed.
        let (act, sign) = if active { ("minimise", "~down") } else { ("close", "~close") };
        if el.find(".head svg").is_none() || el.part(AWAY).get("data-do") != act {
            el.put(AWAY, "data-do", act);
            el.put(AWAY, "data-test", act);
            el.put(AWAY, "aria-label", &texts.get(act));
            el.part(AWAY).clear();
            el.grow(AWAY, sign, texts);
        }
    }

    pub(super) fn focus_end(&self) {
        self.el.focus(".end");
    }
}
