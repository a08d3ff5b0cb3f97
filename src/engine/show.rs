//! Makes the view of a widget, the data that the screen shows, from its state.

use super::conversation::Survey;
use super::widget::{Phase, Widget};
use super::{ChatView, Engine, FilesView, FormView, Line, Progress, Stage, SurveyView, View, WidgetIndex};

impl Engine {
    /// The data that the screen shows of a widget. `None` for an index that does not exist, or a widget that is not on this page.
    #[must_use]
    pub fn view(&self, index: WidgetIndex) -> Option<View<'_>> {
        let widget = self.widgets.get(index).filter(|widget| widget.loaded)?;
        let idle = matches!(widget.phase, Phase::Engagement);
        let stage = if idle { Stage::Engagement } else { stage(widget) };
        let callback = self.callback(index).and_then(|other| self.spec(other));
        Some(View {
            brand: &self.config.brand,
            spec: &widget.spec,
            shown: widget.shown,
            open: widget.open,
            unread: widget.unread,
            link: self.status,
            fault: self.fault,
            wait: self.wait_of(widget),
            contact: &self.config.fallback,
            callback,
            unkept: self.unkept,
            files: self.config.files.as_ref().zip(self.conversation(index)).map(|(rules, conv)| FilesView {
                rules,
                conv,
                visitor: &self.visitor,
                token: &self.token,
            }),
            stage,
        })
    }
}

// In the part of the widget's module that has the conversation: not inlined into its caller, which is in the first part.
#[inline(never)]
fn stage(widget: &Widget) -> Stage<'_> {
    let slots = widget.spec.slots.as_slice();
    match &widget.phase {
        Phase::Engagement => Stage::Engagement,
        Phase::Collecting { problems } => match &widget.spec.form {
            Some(form) => Stage::Collecting(FormView { form, values: &widget.values, problems, slots }),
            None => Stage::Engagement,
        },
        Phase::Composing { refused, .. } => Stage::Chat(ChatView { refused: *refused, ..blank(Progress::New, &[], &widget.draft) }),
        Phase::Starting { lines, .. } if !lines.is_empty() => Stage::Chat(blank(Progress::Starting, lines, &widget.draft)),
        Phase::Starting { .. } | Phase::Restoring { .. } => Stage::Starting,
        Phase::Chat(chat) => Stage::Chat(ChatView {
            typing: chat.typing.as_ref(),
            more: chat.window.has_more(),
            agents: &chat.state.agents,
            survey: match (&chat.survey, &widget.spec.survey) {
                (Survey::Offered { skipped: true, .. }, Some(_)) => SurveyView::Skipped,
                (Survey::Offered { values, problems, .. }, Some(form)) => SurveyView::Offered(FormView { form, values, problems, slots }),
                (Survey::Done, _) => SurveyView::Done,
                _ => SurveyView::None,
            },
            end_unseen: chat.finished.is_some() && !chat.end_seen,
            ..blank(chat.progress(), &chat.lines, &widget.draft)
        }),
        Phase::Requested { due } => Stage::Requested { kind: widget.spec.kind, due: *due },
        Phase::Refused { code } => Stage::Refused { code: *code, kept: widget.values.iter().any(|value| !value.value.is_empty()) },
    }
}

/// The view of a conversation for which only these values are known.
fn blank<'a>(progress: Progress, lines: &'a [Line], draft: &'a str) -> ChatView<'a> {
    let survey = SurveyView::None;
    ChatView { progress, lines, typing: None, more: false, agents: &[], draft, refused: None, survey, end_unseen: false }
}
