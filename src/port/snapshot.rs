//! The snapshot of the state for pages. Unlike events it has the texts of people: the code of the page asks for it, and draws it.

use super::members::{List, Maybe, Member, Word, Written, put_list};
use crate::engine::{ChatView, Engine, FormView, Line, LineState, Progress, Said, Stage, SurveyView, View};
use crate::model::{FieldSpec, Participant, Party};

/// Makes the writers of objects, and the rows of the table. An object is: documentation, its name, its writer with what that is given, and
/// its members: documentation, name, value, and type at the border (with `?`: may be absent).
macro_rules! objects {
    ($(
        $(#[doc = $doc:literal])+ $name:ident: $put:ident($($arg:ident: $type:ty),+) {
            $( $(#[doc = $of:literal])+ $member:ident: $value:expr => $shape:literal )+
        }
    )+) => {
        $(
            $(#[doc = $doc])+
            #[inline(never)]
            fn $put(out: &mut String, $($arg: $type),+) {
                out.push('{');
                $( ($value).put(out, stringify!($member)); )+
                out.push('}');
            }
        )+

        /// The rows of the table.
        #[cfg(not(target_arch = "wasm32"))]
        pub const SNAPSHOT: &[super::ObjectRow] = &[
            $( super::ObjectRow {
                name: stringify!($name),
                doc: &[$($doc),+],
                members: &[$((super::Field { name: stringify!($member), shape: $shape }, &[$($of),+])),+],
            }, )+
        ];
    };
}

objects! {
    /// The whole state.
    Snapshot: put_snapshot(engine: &Engine, server: &str, whole: bool) {
        /// The link to the server.
        link: Word(engine.link().0.word()) => "'idle' | 'connecting' | 'online' | 'reconnecting' | 'stopped'"
        /// The reason why there is none, once it is known.
        code: Maybe(engine.link().1.as_ref().map(|fault| Word(fault.word()))) => "LinkCode?"
        /// The language of the configuration.
        locale: engine.config().locale => "string"
        /// The visitor's id.
        visitor: engine.visitor() => "string"
        /// The visitor's consent to be remembered.
        consent: engine.consent() => "boolean?"
        /// The values that the page has set with `setVisitor`.
        values: List(engine.prefill()) => "FieldValue[]"
        /// The site's brand: its name.
        brand: Word(&engine.config().brand.name) => "string"
        /// In the order of the configuration.
        widgets: Written(|out: &mut String| put_list(out, (0..engine.widgets()).filter_map(|index| Some((index, engine.view(index)?))), |out, (index, view)| {
            put_widget(out, &view, engine.conversation(index).map(|conv| conv.as_str()), server, whole);
        })) => "WidgetState[]"
    }

    /// A widget.
    WidgetState: put_widget(view: &View<'_>, conversation: Option<&str>, server: &str, whole: bool) {
        /// Id of its element, which is its name in every call.
        element: view.spec.element => "string"
        /// Its id in the site's configuration.
        widget: view.spec.id => "string"
        /// Its kind.
        kind: Word(view.spec.kind.word()) => "WidgetKind"
        /// Whether any part of it is on the screen; on a page that draws everything itself: whether it should be.
        shown: view.shown => "boolean"
        /// Whether its panel is open.
        open: view.open => "boolean"
        /// Its stage. `new`: waits for the first message.
        stage: Word(stage(&view.stage)) => "'engagement' | 'form' | 'new' | 'starting' | 'queued' | 'online' | 'ended' | 'survey' | 'thanks' | 'requested' | 'refused'"
        /// Messages that came while the panel was closed.
        unread: view.unread => "number"
        /// Whether agents can answer.
        availability: Word(view.spec.availability.word()) => "'available' | 'no_agents' | 'closed'"
        /// When it opens again, if that is known: milliseconds since 1970.
        opens: view.spec.opens => "number?"
        /// The words on the launcher.
        label: view.spec.label => "string"
        /// The panel's title.
        title: view.spec.title => "string"
        /// A first line from the company; may be empty.
        greeting: view.spec.greeting => "string"
        /// The reason why a start was refused.
        refused: refused(&view.stage) => "Code?"
        /// The time of the requested call, if one was chosen.
        due: (if let Stage::Requested { due, .. } = &view.stage { *due } else { None }) => "number?"
        /// The form or the survey to be filled in. Absent until the part of the module for conversations is loaded.
        form: Maybe(form(view, whole).map(|(form, survey)| Form { form, survey })) => "FormState?"
        /// The conversation: about to begin, open or ended. Absent until the part of the module for conversations is loaded.
        chat: Maybe(chat(view, whole).map(|chat| Chat { chat, conversation, server })) => "ChatState?"
    }

    /// A form.
    FormState: put_form(form: &FormView<'_>, survey: bool) {
        /// It is the survey after a conversation.
        survey: survey => "boolean"
        /// May be empty.
        title: form.form.title => "string"
        /// A sentence under the title; may be empty.
        intro: form.form.intro => "string"
        /// The words on the button; empty for any.
        submit: form.form.submit => "string"
        /// The visible fields.
        fields: Written(|out: &mut String| put_list(out, form.form.fields.iter().filter(|field| field.visible_customer), |out, field| put_field(out, field, form)))
            => "FieldState[]"
        /// Free times for a field of the kind `time_slot`; its value is a `start`.
        slots: List(form.slots) => "{ start: number, minutes: number }[]"
    }

    /// A field of a form.
    FieldState: put_field(field: &FieldSpec, form: &FormView<'_>) {
        /// The name of its value.
        name: field.name => "string"
        /// Its kind, as in [configuration.md](configuration.md).
        kind: Word(field.kind.word()) => "string"
        /// Its label.
        label: field.label => "string"
        /// May be empty.
        hint: field.hint => "string"
        /// Its value; may be empty.
        value: Word(crate::model::find_value(form.values, &field.name)) => "string"
        /// Whether it has to be filled in.
        mandatory: field.mandatory => "boolean"
        /// Whether the visitor can change it.
        editable: field.editable => "boolean"
        /// Of a choice.
        options: List(&field.options) => "{ value: string, label: string }[]"
        /// Of a rating: the lowest score.
        min: field.kind.is_rating().then(|| field.score_range().0) => "number?"
        /// Of a rating: the highest score.
        max: field.kind.is_rating().then(|| field.score_range().1) => "number?"
        /// The problem with its value when the form was submitted.
        problem: form.problems.iter().find(|(name, _)| *name == field.name).map(|(_, problem)| *problem) => "'missing' | 'invalid' | 'too_long'?"
    }

    /// A conversation.
    ChatState: put_chat(chat: &ChatView<'_>, conversation: Option<&str>, server: &str) {
        /// Its id, while it is open.
        conversation: Maybe(conversation.map(Word)) => "string?"
        /// The agents in it.
        agents: Written(|out: &mut String| put_list(out, chat.agents.iter(), |out, person| put_person(out, person, server))) => "PersonState[]"
        /// The agents who type now.
        typing: Maybe(chat.typing.map(|person| Person { person, server })) => "PersonState?"
        /// The place in the queue, from 1, once it is known.
        position: position(chat.progress) => "number?"
        /// Who ended it.
        by: (if let Progress::Ended { by, .. } = chat.progress { Some(by) } else { None }) => "Party?"
        /// It ended without an agent.
        unanswered: matches!(chat.progress, Progress::Ended { unanswered: true, .. }) => "boolean"
        /// `offered`: its form is in `form`. `skipped`: it can still be filled in.
        survey: Word(survey(&chat.survey)) => "'none' | 'offered' | 'skipped' | 'done'"
        /// There are earlier entries: `loadEarlier`.
        earlier: chat.more => "boolean"
        /// The loaded part of the log, oldest first; at the end messages that the server has not acknowledged.
        entries: Written(|out: &mut String| put_list(out, chat.lines.iter(), |out, line| put_line(out, line, server))) => "EntryState[]"
    }

    /// A person.
    PersonState: put_person(person: &Participant, server: &str) {
        /// Who.
        id: person.id => "string"
        /// May be empty.
        name: person.name => "string"
        /// What an agent does, in words.
        position: Maybe(person.position.as_deref().map(Word)) => "string?"
        /// The address of an agent's picture.
        picture: Maybe(person.picture.as_deref().map(|path| Address { server, path })) => "string?"
    }

    /// An entry of a conversation.
    EntryState: put_line(line: &Line, server: &str) {
        /// The same as in events.
        id: line.id => "string"
        /// The server's time, milliseconds since 1970.
        at: line.at => "number"
        /// `page`: a line of the page's own.
        kind: Word(entry_kind(&line.said)) => "'message' | 'file' | 'joined' | 'left' | 'warned' | 'ended' | 'page'"
        /// The party that sent it; of an end: the party that ended it.
        party: party(&line.said) => "Party?"
        /// The sender's name; may be empty.
        name: Maybe(name(&line.said).map(Word)) => "string?"
        /// The text of a message.
        text: Maybe(text(&line.said).map(Word)) => "string?"
        /// The file.
        file: Maybe(matches!(line.said, Said::File { .. }).then_some(File { said: &line.said, server })) => "FileState?"
        /// The delivery of a message of the visitor. `late`: not acknowledged for long; `failed`: refused.
        state: Word(state_of(line.state)) => "'sending' | 'late' | 'sent' | 'failed'"
        /// Whether `retry` may help.
        retry: matches!(line.state, LineState::Failed { retry: true }) => "boolean"
    }

    /// A file.
    FileState: put_file(name: &str, size: u64, address: Option<&str>, pixels: Option<(u32, u32)>) {
        /// Its name.
        name: Word(name) => "string"
        /// Bytes.
        size: size => "number"
        /// Its address, with the key to it; absent when it was deleted.
        address: Maybe(address.map(Word)) => "string?"
        /// Of an image that may be shown.
        width: pixels.map(|(width, _)| width) => "number?"
        /// Of an image that may be shown.
        height: pixels.map(|(_, height)| height) => "number?"
    }
}

/// Objects that may be absent.
struct Form<'a> {
    form: &'a FormView<'a>,
    survey: bool,
}

impl Member for Form<'_> {
    fn put(&self, out: &mut String, name: &'static str) {
        Written(|out: &mut String| put_form(out, self.form, self.survey)).put(out, name);
    }
}

struct Chat<'a> {
    chat: &'a ChatView<'a>,
    conversation: Option<&'a str>,
    server: &'a str,
}

impl Member for Chat<'_> {
    fn put(&self, out: &mut String, name: &'static str) {
        Written(|out: &mut String| put_chat(out, self.chat, self.conversation, self.server)).put(out, name);
    }
}

struct Person<'a> {
    person: &'a Participant,
    server: &'a str,
}

impl Member for Person<'_> {
    fn put(&self, out: &mut String, name: &'static str) {
        Written(|out: &mut String| put_person(out, self.person, self.server)).put(out, name);
    }
}

/// Where a file of the server is.
struct Address<'a> {
    server: &'a str,
    path: &'a str,
}

impl Member for Address<'_> {
    fn put(&self, out: &mut String, name: &'static str) {
        Word(&[self.server, self.path].concat()).put(out, name);
    }
}

struct File<'a> {
    said: &'a Said,
    server: &'a str,
}

impl Member for File<'_> {
    fn put(&self, out: &mut String, name: &'static str) {
        let Said::File { name: file, size, address, pixels, .. } = self.said else { return };
        let whole = address.as_ref().map(|address| [self.server, address].concat());
        Written(|out: &mut String| put_file(out, file, *size, whole.as_deref(), *pixels)).put(out, name);
    }
}

/// Writes the snapshot for `getState`. `server`: its address, with a slash at the end. `whole`: with forms and conversations, whose writers are in the part
/// of the widget's module that comes later.
#[inline(never)]
#[must_use]
pub fn state(engine: &Engine, server: &str, whole: bool) -> String {
    let mut out = String::new();
    put_snapshot(&mut out, engine, server, whole);
    out
}

fn form<'a>(view: &'a View<'a>, whole: bool) -> Option<(&'a FormView<'a>, bool)> {
    match &view.stage {
        Stage::Collecting(form) if whole => Some((form, false)),
        Stage::Chat(ChatView { survey: SurveyView::Offered(form), .. }) if whole => Some((form, true)),
        _ => None,
    }
}

fn chat<'a>(view: &'a View<'a>, whole: bool) -> Option<&'a ChatView<'a>> {
    if let Stage::Chat(chat) = &view.stage { Some(chat).filter(|_| whole) } else { None }
}

const fn refused(stage: &Stage<'_>) -> Option<crate::wire::Code> {
    match stage {
        Stage::Refused { code, .. } => Some(*code),
        Stage::Chat(chat) => chat.refused,
        _ => None,
    }
}

const fn position(progress: Progress) -> Option<u32> {
    match progress {
        Progress::Queued { position } | Progress::Requeued { position } if position > 0 => Some(position),
        _ => None,
    }
}

const fn survey(survey: &SurveyView<'_>) -> &'static str {
    match survey {
        SurveyView::None => "none",
        SurveyView::Offered(_) => "offered",
        SurveyView::Skipped => "skipped",
        SurveyView::Done => "done",
    }
}

const fn entry_kind(said: &Said) -> &'static str {
    match said {
        Said::Message { .. } => "message",
        Said::File { .. } => "file",
        Said::Joined { .. } => "joined",
        Said::Left { .. } => "left",
        Said::Warned => "warned",
        Said::Ended { .. } => "ended",
        #[cfg(feature = "facade")]
        Said::Injected(_) => "page",
    }
}

const fn party(said: &Said) -> Option<Party> {
    match said {
        Said::Message { from, .. } | Said::File { from, .. } | Said::Joined { who: from } => Some(from.party),
        Said::Ended { by } => Some(*by),
        #[cfg(feature = "facade")]
        Said::Injected(line) => Some(if line.mine { Party::Visitor } else { Party::Agent }),
        _ => None,
    }
}

const fn name(said: &Said) -> Option<&str> {
    match said {
        Said::Message { from, .. } | Said::File { from, .. } | Said::Joined { who: from } => Some(from.name.as_str()),
        Said::Left { who, .. } => Some(who.as_str()),
        #[cfg(feature = "facade")]
        Said::Injected(line) => Some(line.name.as_str()),
        _ => None,
    }
}

const fn text(said: &Said) -> Option<&str> {
    match said {
        Said::Message { text, .. } => Some(text.as_str()),
        #[cfg(feature = "facade")]
        Said::Injected(line) => Some(line.text.as_str()),
        _ => None,
    }
}

const fn state_of(state: LineState) -> &'static str {
    match state {
        LineState::Sending => "sending",
        LineState::Late => "late",
        LineState::Sent => "sent",
        LineState::Failed { .. } => "failed",
    }
}

const fn stage(stage: &Stage<'_>) -> &'static str {
    match stage {
        Stage::Engagement => "engagement",
        Stage::Collecting(_) => "form",
        Stage::Starting => "starting",
        Stage::Chat(chat) => match (chat.progress, &chat.survey) {
            (Progress::New, _) => {
                if chat.refused.is_some() {
                    "refused"
                } else {
                    "new"
                }
            }
            (Progress::Starting, _) => "starting",
            (Progress::Queued { .. } | Progress::Requeued { .. }, _) => "queued",
            (Progress::Online, _) => "online",
            (Progress::Ended { .. }, SurveyView::Offered(_)) => "survey",
            (Progress::Ended { .. }, SurveyView::Done) => "thanks",
            (Progress::Ended { .. }, _) => "ended",
        },
        Stage::Requested { .. } => "requested",
        Stage::Refused { .. } => "refused",
    }
}
