//! Every state of the view by its name, without an engine: for screenshots, for the rule engine of accessibility, for measuring.
//! Only with the feature `__gallery`.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::WidgetView;
use crate::browser::texts::Texts;
use crate::engine::{ChatView, FilesView, FormView, Line, LineState, LinkStatus, Progress, Said, Stage, SurveyView, View, Wait};
use crate::model::{
    Availability, Brand, Choice, ConversationId, EngagementKind, EntryId, Fallback, FieldKind, FieldProblem, FieldSpec, FieldValue,
    FileRules, Form, LeaveReason, Participant, ParticipantId, Party, Rules, Slot, Timestamp, WidgetId, WidgetKind, WidgetSpec,
};
use crate::wire::Code;

thread_local! {
    static SHOWN: RefCell<Option<WidgetView>> = const { RefCell::new(None) };
}

/// 2026-11-20, 10:00 UTC.
const MORNING: i64 = 1_795_168_800_000;

/// The names of all states, separated by spaces.
#[wasm_bindgen(js_name = galleryNames)]
#[must_use]
pub fn gallery_names() -> String {
    "button unread nobody tab tab-nobody popup greeting form form-filled form-errors slots new new-refused first queue chat chat-open long \
     failed unkept reconnecting cut-off files files-sending typing typing-queue ended ended-unsent unanswered survey survey-filled survey-errors skipped thanks requested \
     requested-now refused nobody-there closed closed-plain version starting slow unreachable first-unreachable older"
        .into()
}

/// Shows one state in place of the one before. `texts`: a language file, or nothing for English. `accent`: as in a brand.
///
/// # Errors
/// When the document has no body.
#[wasm_bindgen]
pub fn gallery(name: &str, locale: &str, texts: Option<String>, accent: &str) -> Result<(), JsValue> {
    super::dress(include_str!("panel.css"), include_str!("../texts/en.json"), "");
    let texts = Texts::new(locale, &texts.unwrap_or_default());
    let mut spec = spec();
    match name {
        "tab" => spec.engagement = EngagementKind::Tab,
        "nobody" | "nobody-there" | "new-refused" => spec.availability = Availability::NoAgents,
        "tab-nobody" => (spec.engagement, spec.availability) = (EngagementKind::Tab, Availability::NoAgents),
        // The Monday after.
        "closed" | "closed-plain" | "unanswered" => {
            (spec.availability, spec.opens) = (Availability::Closed, Some(Timestamp(MORNING + 255_600_000)));
        }
        "popup" => spec.engagement = EngagementKind::Popup,
        "slots" | "requested" | "requested-now" => {
            spec.kind = WidgetKind::CallbackLater;
            spec.title = "Call me back".into();
        }
        _ => {}
    }
    let brand =
        Brand { name: "Northwind Bikes".into(), accent: accent.into(), privacy_url: "https://example.com/privacy".into(), logo: None };
    SHOWN.with_borrow_mut(|shown| {
        if let Some(view) = shown.take() {
            view.remove();
        }
        let mut widget = WidgetView::new(&spec, texts, false, Rc::new(|_| ()))?;
        show(&mut widget, name, &spec, &brand);
        *shown = Some(widget);
        Ok(())
    })
}

fn show(widget: &mut WidgetView, name: &str, spec: &WidgetSpec, brand: &Brand) {
    let (form, survey) = (form(), survey());
    let slots = slots();
    let filled = [value("name", "Amélie"), value("email", "amelie@example"), value("topic", "order"), value("news", "true")];
    let rated = [value("stars", "4"), value("smile", "5"), value("score", "9"), value("comment", "Quick and friendly.")];
    let problems = [
        ("name".into(), FieldProblem::Missing),
        ("email".into(), FieldProblem::Invalid),
        ("phone".into(), FieldProblem::Invalid),
        ("urgency".into(), FieldProblem::Missing),
        ("terms".into(), FieldProblem::Missing),
    ];
    let form_view = |values, problems| FormView { form: &form, values, problems, slots: &slots };
    let callback = callback();
    let ada = [person("a_ada", Party::Agent, "Ada Lovelace")];
    let lines = match name {
        "long" | "older" => long(),
        "queue" | "typing-queue" | "new" | "new-refused" => Vec::new(),
        "first" | "first-unreachable" => {
            vec![Line { state: LineState::Sending, seq: None, ..line(1, 0, "me", "Is the red one still there?") }]
        }
        _ => talk(name),
    };
    let chat = |progress, agents, typing, draft| ChatView {
        progress,
        lines: &lines,
        typing,
        more: name == "older",
        agents,
        draft,
        refused: (name == "new-refused").then_some(Code::NoAgents),
        survey: SurveyView::None,
        end_unseen: false,
    };
    let over = |survey| {
        let by = Party::Agent;
        Stage::Chat(ChatView { survey, ..chat(Progress::Ended { by, unanswered: false }, &[], None, "") })
    };
    let survey_view = |values, problems| SurveyView::Offered(FormView { form: &survey, values, problems, slots: &[] });
    let unrated = [("stars".into(), FieldProblem::Missing)];
    let stage = match name {
        "form" => Stage::Collecting(form_view(&[], &[])),
        "form-filled" => Stage::Collecting(form_view(&filled, &[])),
        "form-errors" => Stage::Collecting(form_view(&filled, &problems)),
        "slots" => Stage::Collecting(FormView { form: &callback, values: &[], problems: &[], slots: &slots }),
        "queue" => Stage::Chat(chat(Progress::Queued { position: 3 }, &[], None, "")),
        "typing-queue" => Stage::Chat(chat(Progress::Queued { position: 0 }, &[], None, "Hello, I have a")),
        "chat" | "failed" | "files" | "files-sending" | "unkept" | "reconnecting" | "cut-off" | "long" | "older" => {
            Stage::Chat(chat(Progress::Online, &ada, None, ""))
        }
        "chat-open" => {
            Stage::Chat(chat(Progress::Online, &ada, None, "First line\nSecond line, a little longer than the first one\nThird"))
        }
        "typing" => Stage::Chat(chat(Progress::Online, &ada, ada.first(), "Great, th")),
        "new" => Stage::Chat(chat(Progress::New, &[], None, "")),
        "new-refused" => Stage::Chat(chat(Progress::New, &[], None, "Is the red one still there?\nI ride a 54.")),
        "first" | "first-unreachable" => Stage::Chat(chat(Progress::Starting, &[], None, "")),
        "ended" => over(SurveyView::None),
        "ended-unsent" => {
            let by = Party::System;
            Stage::Chat(chat(Progress::Ended { by, unanswered: false }, &[], None, "And one more thing:\nwhat about the lig"))
        }
        "unanswered" => Stage::Chat(chat(Progress::Ended { by: Party::System, unanswered: true }, &[], None, "")),
        "survey" => over(survey_view(&[], &[])),
        "survey-filled" => over(survey_view(&rated, &[])),
        "survey-errors" => over(survey_view(&[], &unrated)),
        "skipped" => over(SurveyView::Skipped),
        "thanks" => over(SurveyView::Done),
        "requested" => Stage::Requested { kind: spec.kind, due: Some(Timestamp(MORNING + 97_200_000)) },
        "requested-now" => Stage::Requested { kind: spec.kind, due: None },
        "refused" => Stage::Refused { code: Code::QueueFull, kept: false },
        "nobody-there" => Stage::Refused { code: Code::NoAgents, kept: true },
        "closed" | "closed-plain" => Stage::Refused { code: Code::Closed, kept: false },
        "version" => Stage::Refused { code: Code::Version, kept: false },
        "starting" | "slow" | "unreachable" => Stage::Starting,
        _ => Stage::Engagement,
    };
    let link = match name {
        "reconnecting" | "cut-off" => LinkStatus::Reconnecting,
        "starting" | "slow" | "unreachable" | "first" | "first-unreachable" => LinkStatus::Connecting,
        _ => LinkStatus::Online,
    };
    let wait = match name {
        "slow" => Wait::Long,
        "unreachable" | "cut-off" | "first-unreachable" => Wait::TooLong,
        _ => Wait::Short,
    };
    let open = !matches!(name, "button" | "unread" | "nobody" | "tab" | "tab-nobody" | "popup");
    let unread = if name == "unread" { 3 } else { 0 };
    // The page has nothing but the widget in some of them.
    let alone = matches!(name, "closed-plain" | "version");
    let call = WidgetSpec { label: "Call me back".into(), ..self::spec() };
    let contact = if alone { ("", "") } else { ("mailto:hello@example.com", "Write to us") };
    let contact = Fallback { href: contact.0.into(), label: contact.1.into() };
    let callback = (!alone).then_some(&call);
    let rules =
        FileRules { max_size: 10_485_760, max_files: 20, max_total: 52_428_800, types: vec!["jpg".into(), "pdf".into(), "png".into()] };
    let (conv, visitor) = (ConversationId::from("c_1"), ParticipantId::from("v_1"));
    let files = FilesView { rules: &rules, conv: &conv, visitor: &visitor, token: "" };
    widget.render(&View {
        brand,
        spec,
        shown: true,
        open,
        unread,
        link,
        fault: None,
        wait,
        contact: &contact,
        callback,
        unkept: name == "unkept",
        files: name.starts_with("files").then_some(files),
        stage,
    });
    if name == "files-sending" {
        widget.with(|built| {
            if let super::Built::Whole(whole) = built {
                whole.pose_files();
            }
        });
    }
}

/// A widget to show states in.
#[must_use]
pub fn spec() -> WidgetSpec {
    WidgetSpec {
        id: WidgetId::from("sales-chat"),
        element: "gallery".into(),
        kind: WidgetKind::Chat,
        engagement: EngagementKind::Button,
        label: "Chat with us".into(),
        title: "Sales advice".into(),
        greeting: "Hello! Ask us anything about bikes, sizes and delivery. We usually answer within two minutes.".into(),
        form: None,
        survey: None,
        survey_after_unanswered: false,
        rules: Rules { pages: Vec::new(), after: 0, open_after: 0, only_available: false },
        availability: Availability::Available,
        opens: None,
        slots: Vec::new(),
    }
}

/// A field of a form.
#[must_use]
pub fn field(name: &str, kind: FieldKind, label: &str, mandatory: bool) -> FieldSpec {
    FieldSpec {
        name: name.into(),
        kind,
        label: label.into(),
        hint: String::new(),
        value: String::new(),
        options: Vec::new(),
        mandatory,
        visible_customer: true,
        visible_agent: true,
        editable: true,
        pattern: None,
        mandatory_error: None,
        pattern_error: None,
        min: None,
        max: None,
        min_label: None,
        max_label: None,
    }
}

fn choices(list: &[(&str, &str)]) -> Vec<Choice> {
    list.iter().map(|(value, label)| Choice { value: (*value).into(), label: (*label).into() }).collect()
}

fn form() -> Form {
    let topics = [("order", "My order"), ("size", "Finding the right size"), ("other", "Something else")];
    let mut topic = field("topic", FieldKind::Select, "What is it about?", false);
    topic.options = choices(&topics);
    let mut urgency = field("urgency", FieldKind::Radio, "How soon do you need it?", true);
    urgency.options = choices(&[("today", "Today"), ("week", "This week"), ("later", "I am only looking around")]);
    let mut email = field("email", FieldKind::Email, "E-mail", true);
    email.hint = "Only used to send you a copy of this conversation.".into();
    Form {
        id: "contact".into(),
        title: "Before we start".into(),
        intro: "Tell us who you are, so that we can help you faster.".into(),
        submit: String::new(),
        fields: vec![
            field("name", FieldKind::Nickname, "Your name", true),
            email,
            field("phone", FieldKind::Phone, "Phone", false),
            topic,
            urgency,
            field("day", FieldKind::Date, "Day of purchase", false),
            field("message", FieldKind::Textarea, "Your question", false),
            field("note", FieldKind::Info, "We answer from Monday to Friday. More at https://example.com/hours", false),
            field("news", FieldKind::Checkbox, "Send me news about new models", false),
            field("terms", FieldKind::Checkbox, "I have read the terms", true),
        ],
    }
}

fn callback() -> Form {
    Form {
        id: "callback".into(),
        title: "When may we call you?".into(),
        intro: String::new(),
        submit: String::new(),
        fields: vec![
            field("name", FieldKind::GivenName, "First name", true),
            field("phone", FieldKind::Phone, "Phone", true),
            field("slot", FieldKind::TimeSlot, "Time", true),
            field("soonest", FieldKind::FirstSlot, "The first free time suits me", false),
        ],
    }
}

fn survey() -> Form {
    Form {
        id: "survey".into(),
        title: "How did we do?".into(),
        intro: String::new(),
        submit: String::new(),
        fields: vec![
            field("stars", FieldKind::RatingStar, "This conversation", true),
            field("smile", FieldKind::RatingSmile, "How do you feel about the answer?", false),
            field("score", FieldKind::RatingScore, "Would you recommend us?", false),
            field("comment", FieldKind::Textarea, "Anything else?", false),
        ],
    }
}

fn slots() -> Vec<Slot> {
    (0..24).map(|n| Slot { start: Timestamp(MORNING + (n / 8) * 86_400_000 + (n % 8) * 1_800_000), minutes: 30 }).collect()
}

fn value(name: &str, value: &str) -> FieldValue {
    FieldValue { name: name.into(), value: value.into() }
}

fn person(id: &str, party: Party, name: &str) -> Participant {
    Participant::new(ParticipantId::from(id), party, name.into())
}

/// A line of a conversation: `from` is "me" or an agent's name.
#[must_use]
pub fn line(seq: u64, minute: i64, from: &str, text: &str) -> Line {
    let from = if from == "me" { person("v_1", Party::Visitor, "Amélie") } else { person("a_ada", Party::Agent, from) };
    let mut id = String::from("line-");
    id.push_str(&super::dom::int(i64::try_from(seq).unwrap_or(0)));
    let said = Said::Message { from, text: text.into() };
    Line { seq: Some(seq), id: EntryId(id), at: Timestamp(MORNING + minute * 60_000), said, state: LineState::Sent }
}

fn talk(name: &str) -> Vec<Line> {
    let ada = "Ada Lovelace";
    let mut lines = vec![
        line(1, -1500, "me", "Good evening! Is the red one still there?"),
        line(2, 0, ada, "Good morning! It is. Which size do you ride?"),
        line(3, 1, "me", "54, I think 🙂"),
        line(4, 1, "me", "But I am not sure:\nthe table on https://example.com/sizes?model=red&year=2026#table says 56."),
        line(5, 2, ada, "Careful with links like https://example.com@evil.example/login or www.example.org (they show where they lead)."),
        line(6, 3, ada, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft_and_no_space_at_all_in_it"),
        line(7, 4, "me", "مرحبا، هل الدراجة متوفرة؟"),
        line(8, 5, ada, "نعم، متوفرة. Size 54 متاح اليوم."),
        line(9, 6, "me", "👍"),
    ];
    lines.insert(1, Line { said: Said::Joined { who: person("a_ada", Party::Agent, ada) }, ..line(20, 0, ada, "") });
    if matches!(name, "ended" | "ended-unsent" | "survey" | "survey-filled" | "survey-errors" | "skipped" | "thanks") {
        lines.push(Line { said: Said::Left { who: ada.into(), reason: LeaveReason::Released }, ..line(21, 7, ada, "") });
        lines.push(Line { said: Said::Ended { by: Party::Agent }, ..line(22, 7, ada, "") });
    }
    if name.starts_with("files") {
        let file = |from: &str, name: &str, size, address: Option<&str>, pixels| {
            let Said::Message { from, .. } = line(40, 8, from, "").said else { return line(40, 8, from, "").said };
            Said::File { from, file: "f".into(), name: name.into(), size, address: address.map(Into::into), pixels }
        };
        let gone = file("me", "order-2026-11-20.pdf", 81_220, None, None);
        let photo = file("me", "The frame \u{2014} from above.jpg", 2_310_500, Some("v1/files/x"), Some((1600, 1200)));
        let long = file(
            ada,
            "Größentabelle_für_alle_Modelle_der_Jahre_2025_und_2026_mit_Rahmenhöhen_und_Schrittlängen.pdf",
            48_213,
            Some("v1/files/y"),
            None,
        );
        for (id, said) in [(40, gone), (41, photo), (42, long)] {
            lines.push(Line { said, ..line(id, 8, "me", "") });
        }
    }
    if matches!(name, "failed" | "reconnecting") {
        lines.push(Line { state: LineState::Failed { retry: true }, seq: None, ..line(30, 8, "me", "Could you reserve it for me?") });
        lines.push(Line { state: LineState::Late, seq: None, ..line(31, 8, "me", "Until Saturday would be great") });
        lines.push(Line { state: LineState::Sending, seq: None, ..line(32, 8, "me", "Thank you!") });
    }
    lines
}

/// A conversation of 10,000 lines.
fn long() -> Vec<Line> {
    let words =
        ["Yes.", "Let me look that up for you.", "That one comes with lights, a bell and mudguards, and it is in the shop since Tuesday."];
    (0..10_000u64)
        .map(|n| {
            let mut text = super::dom::int(i64::try_from(n).unwrap_or(0));
            text.push(' ');
            text.push_str(words.get(usize::try_from(n % 3).unwrap_or(0)).unwrap_or(&""));
            line(n, i64::try_from(n).unwrap_or(0) - 10_000, if n % 5 < 2 { "me" } else { "Ada Lovelace" }, &text)
        })
        .collect()
}
