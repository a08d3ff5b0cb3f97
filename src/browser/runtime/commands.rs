//! Commands of the page, presses on the launcher that the loader drew, and the questions to the page before an input takes effect. Except for
//! the focus of a launcher all of it is in the part of the module with the conversation.

use super::{Job, Runtime};
use crate::engine::{Action, Command, Focus, Input, WidgetIndex};
use crate::model::{EngagementKind, WidgetSpec};
use crate::port;

impl Runtime {
    pub(in crate::browser) fn host(&'static self, command: Command) {
        self.run(Job::Engine(Input::Host(command)));
    }

    /// A command for one widget, named by its element or its own id, or for the page when there is no name. Does nothing for an unknown name.
    pub(in crate::browser) fn of_widget(
        &'static self,
        widget: Option<String>,
        asked: Option<bool>,
        command: impl FnOnce(Option<WidgetIndex>) -> Command,
    ) {
        let index = widget.as_deref().and_then(|name| self.find(name));
        if widget.is_none() || index.is_some() {
            self.command_of(asked, command(index));
        }
    }

    /// As [`of_widget`](Self::of_widget), but without a name the command goes to each widget, and the page is asked for each.
    pub(in crate::browser) fn of_each(
        &'static self,
        widget: Option<String>,
        asked: Option<bool>,
        command: fn(Option<WidgetIndex>) -> Command,
    ) {
        if widget.is_some() {
            return self.of_widget(widget, asked, command);
        }
        let widgets = self.engine.borrow().widgets();
        (0..widgets).for_each(|index| self.command_of(asked, command(Some(index))));
    }

    /// An action of the visitor in a view that the page draws itself. `before` is not asked: the page has decided already.
    pub(in crate::browser) fn act(&'static self, widget: Option<String>, action: Action) {
        let index = match widget {
            Some(name) => self.find(&name),
            None => self.engine.borrow().pick(None),
        };
        if let Some(index) = index {
            self.run(Job::Asked(Input::Visitor(index, action)));
        }
    }

    /// A command. `asked`: the page is not asked before it takes effect.
    pub(in crate::browser) fn command_of(&'static self, asked: Option<bool>, command: Command) {
        let input = Input::Host(command);
        self.run(if asked == Some(true) { Job::Asked(input) } else { Job::Engine(input) });
    }

    /// The launcher that the shim drew was pressed: the widget that it stood for opens.
    pub(in crate::browser) fn press(&'static self) {
        if let Some(index) = self.first_button() {
            self.run(Job::Engine(Input::Visitor(index, Action::Activate)));
        }
    }

    pub(in crate::browser) fn focus_launcher(&'static self) {
        if let Some(index) = self.first_button() {
            *self.focus.borrow_mut() = Some((index, Focus::Launcher));
            self.work();
        }
    }

    /// The draft from the composer of the core before this one.
    pub(in crate::browser) fn drafted(&'static self, name: &str, text: String) {
        if let Some(index) = self.find(name) {
            self.run(Job::Engine(Input::Visitor(index, Action::Draft(text))));
        }
    }

    /// The widget with an element or an id of that name.
    pub(in crate::browser) fn find(&'static self, name: &str) -> Option<WidgetIndex> {
        let engine = self.engine.borrow();
        let first = |fits: fn(&WidgetSpec, &str) -> bool| {
            (0..engine.widgets()).find(|index| engine.spec(*index).is_some_and(|spec| fits(spec, name)))
        };
        first(|spec, name| spec.element == name).or_else(|| first(|spec, name| spec.id.as_str() == name))
    }

    fn first_button(&'static self) -> Option<WidgetIndex> {
        let engine = self.engine.borrow();
        (0..engine.widgets())
            .find(|index| engine.view(*index).is_some_and(|view| view.shown && view.spec.engagement == EngagementKind::Button))
    }

    /// Asks the page's listeners of `before`, then hands the input, perhaps changed, to the engine. Nothing is borrowed while the page
    /// answers, and commands that it calls meanwhile are handled after this input.
    pub(super) fn ask_first(&'static self, input: Input) {
        let question = port::question(&self.engine.borrow(), &input);
        let input = match question {
            Some((kind, json)) => port::answered(input, &self.host.before(kind.name(), &json)),
            None => Some(input),
        };
        if let Some(input) = input {
            self.tell_engine(input);
        }
    }
}
