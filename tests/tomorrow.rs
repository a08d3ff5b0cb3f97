//! Frames of a later version: this version reads them, shows the parts that it knows, and goes on
//! (quality R18). The desk's half is `desk/src/state/tests/tomorrow.rs`.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use chinwag::engine::*;
use chinwag::model::*;
use chinwag::wire::*;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::path::Path;
use std::rc::Rc;
use support::page::Page;
use support::run::{Run, chat, full};
use support::samples;
use support::tomorrow::{WORD, Words, documented, places, rewrite, word_members, word_types};
use support::*;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn words() -> BTreeSet<String> {
    word_members(root())
}

fn set<'a>(tags: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    tags.into_iter().map(str::to_owned).collect()
}

/// Reads each of these as a later version writes it. Returns the members with words that were in them.
fn read_all<T: Codec + Debug + PartialEq>(all: &[T]) -> BTreeSet<String> {
    let words = words();
    let mut found = BTreeSet::new();
    for value in all {
        let text = value.to_text();
        assert_eq!(T::from_text(&rewrite(&text, &words, true, Words::As)).as_ref(), Ok(value), "with more members");
        let places = places(&text, &words);
        for (at, member) in places.iter().enumerate() {
            let later = rewrite(&text, &words, false, Words::At(at));
            let read =
                T::from_text(&later).unwrap_or_else(|error| panic!("another word in {member} makes it unreadable: {error}\n{later}"));
            assert_eq!(read.to_text(), later, "a word is written back as it came");
            let more = rewrite(&text, &words, true, Words::At(at));
            assert_eq!(T::from_text(&more).as_ref(), Ok(&read), "with more members besides");
        }
        found.extend(places);
    }
    found
}

#[test]
fn r18_every_frame_entry_and_document_is_read_when_tomorrow_writes_it() {
    let mut found = read_all(&samples::to_widget());
    found.extend(read_all(&samples::from_widget()));
    found.extend(read_all(&samples::to_desk()));
    found.extend(read_all(&samples::from_desk()));
    found.extend(read_all(&samples::bodies()));
    found.extend(read_all(&[samples::config()]));
    found.extend(read_all(&[samples::stored()]));
    for (name, members) in word_types(root()) {
        assert!(!members.is_empty(), "no member of what travels holds a {name}");
        assert!(members.iter().any(|member| found.contains(member)), "no sample has a {name} in {members:?}");
    }
}

#[test]
fn the_samples_have_one_of_each() {
    let tags = |all: Vec<&'static str>| set(all);
    assert_eq!(tags(samples::to_widget().iter().map(ServerFrame::tag).collect()), set(ServerFrame::TAGS.iter().copied()));
    assert_eq!(tags(samples::from_widget().iter().map(VisitorFrame::tag).collect()), set(VisitorFrame::TAGS.iter().copied()));
    assert_eq!(tags(samples::to_desk().iter().map(DeskFrame::tag).collect()), set(DeskFrame::TAGS.iter().copied()));
    assert_eq!(tags(samples::from_desk().iter().map(AgentFrame::tag).collect()), set(AgentFrame::TAGS.iter().copied()));
    assert_eq!(tags(samples::bodies().iter().map(EntryBody::tag).collect()), set(EntryBody::TAGS.iter().copied()));
    assert_eq!(tags(samples::items().iter().map(Item::tag).collect()), set(Item::TAGS.iter().copied()));
    assert_eq!(tags(samples::agent_items().iter().map(AgentItem::tag).collect()), set(AgentItem::TAGS.iter().copied()));
}

#[test]
fn the_documentation_has_the_same_frames_and_entries() {
    let is = |heading: &str, column: &str, tags: &[&str]| {
        assert_eq!(documented(root(), heading, column), set(tags.iter().copied()), "docs/protocol.md, {heading}");
    };
    is("## 4. Visitors: client to server", "t", VisitorFrame::TAGS);
    is("## 5. Visitors: server to client", "t", ServerFrame::TAGS);
    is("### Desk to server", "t", AgentFrame::TAGS);
    is("### Server to desk", "t", DeskFrame::TAGS);
    if cfg!(feature = "full") {
        is("## 3. The log of a conversation", "body.t", EntryBody::TAGS);
    }
}

#[test]
fn r18_a_frame_of_tomorrow_is_told_apart_from_a_wrong_one() {
    let frame = rewrite(r#"{"t":"of_tomorrow","conv":"c_1","party":"visitor"}"#, &words(), true, Words::As);
    assert!(ServerFrame::from_text(&frame).expect_err("unknown").is_unknown_kind());
    assert!(DeskFrame::from_text(&frame).expect_err("unknown").is_unknown_kind());
    let entry = rewrite(r#"{"seq":7,"prev":3,"at":5,"id":"x","body":{"t":"of_tomorrow","from":3}}"#, &words(), true, Words::As);
    let entry = Entry::from_text(&entry).expect("read");
    assert_eq!((entry.seq, entry.prev, entry.body), (7, 3, EntryBody::Internal {}));
    let body = EntryBody::from_text(r#"{"t":"of_tomorrow","from":3}"#);
    assert_eq!(body, Ok(EntryBody::Internal {}), "one of tomorrow is no wrong one");
}

#[test]
fn r18_an_item_of_tomorrow_is_kept_as_it_came() {
    let item = r#"{"t":"of_tomorrow","deep":[ 1.50, "\ud83d\ude00\/", {"x" : -0} ]}"#;
    let put = format!(r#"{{"t":"put","conv":"c_1","id":"m_1","item":{item}}}"#);
    let frame = VisitorFrame::from_text(&put).expect("read");
    assert!(matches!(&frame, VisitorFrame::Put { item: Item::Unknown(raw), .. } if raw.as_str() == item));
    assert_eq!(frame.to_text(), put);
    assert_eq!(AgentFrame::from_text(&put).expect("read").to_text(), put);
}

#[test]
fn a_number_that_is_no_integer_is_an_error_only_where_an_integer_belongs() {
    for number in ["1.5", "1e3", "-0.1E-7", "9223372036854775808", "-9223372036854775809", "123456789012345678901234567890"] {
        let queue = format!(r#"{{"t":"queue","conv":"c","position":2,"share":{number}}}"#);
        assert_eq!(ServerFrame::from_text(&queue), Ok(ServerFrame::Queue { conv: "c".into(), position: 2 }), "{number}");
        let queue = format!(r#"{{"t":"queue","conv":"c","position":{number}}}"#);
        let error = ServerFrame::from_text(&queue).expect_err(number);
        assert_eq!(error.to_string(), "position: expected an integer of 0 to 4294967295");
    }
    for wrong in ["1.", ".5", "1e", "1e+", "01", "-", "+1", "0x1", "1.e3", "1_0", "NaN"] {
        Json::parse(wrong).expect_err(wrong);
    }
}

/// A frame that no version has yet.
const FRAME: &str = r#"{"t":"of_tomorrow","conv":"c_1","entry":{"seq":9,"prev":8},"heads":[{"conv":"c_1","seq":999}]}"#;

/// A page with a server of a later version: before each frame it sends one of an unknown kind, each `internal` entry as one
/// of another kind.
fn of_tomorrow(run: &mut Run, members: bool, change: &'static str) {
    let words = words();
    run.page.rewrite = Some(Rc::new(move |text| {
        let change = if change.is_empty() { Words::As } else { Words::In(change) };
        let text = rewrite(text, &words, members, change);
        let text = if members { text.replace(r#""body":{"t":"internal","#, r#""body":{"t":"of_tomorrow","#) } else { text };
        vec![FRAME.to_owned(), text.replace(r#""body":{"t":"internal"}"#, r#""body":{"t":"of_tomorrow"}"#)]
    }));
}

/// A conversation from the form on, over a change of pages, with entries of a later version between all others. Returns also the events and frames
/// of the first page.
fn story(members: bool, change: &'static str) -> (Run, Vec<Event>, Vec<VisitorFrame>) {
    let mut run = Run::new(vec![full()]);
    of_tomorrow(&mut run, members, change);
    run.act(Action::Activate).fill();
    run.entry(EntryBody::Internal {}).join().entry(EntryBody::Internal {}).says("one");
    run.write("mine").entry(EntryBody::Internal {}).says("two");
    let (events, sent) = (run.page.events.clone(), run.page.sent.clone());
    run.reload();
    run.says("three").entry(EntryBody::Internal {}).write("mine too");
    run.page.heartbeat(&run.server);
    run.page.quiet(&mut run.server);
    (run, events, sent)
}

/// The messages, as they are shown.
fn shown(run: &Run) -> Vec<String> {
    run.page.transcript(0).into_iter().map(|(text, state)| format!("{text} {state:?}")).collect()
}

/// The names of the frames that the page sent.
fn asked(run: &Run, tag: &str) -> usize {
    run.page.sent.iter().filter(|frame| frame.tag() == tag).count()
}

#[test]
fn r18_a_conversation_goes_on_as_ever_when_everything_has_more_in_it() {
    let (mut plain, events, sent) = story(false, "");
    let (mut later, later_events, later_sent) = story(true, "");
    assert_eq!((later_events, later_sent), (events, sent), "the first page");
    assert_eq!(shown(&later), ["one Sent", "mine Sent", "two Sent", "three Sent", "mine too Sent"]);
    for run in [&mut plain, &mut later] {
        run.agent_ends().survey();
    }
    assert_eq!(later.page.events, plain.page.events);
    assert_eq!(later.page.sent, plain.page.sent, "nothing is asked for that is not asked for otherwise");
    assert_eq!(asked(&later, "fetch"), 0);
    assert_eq!(later.page.warned, [] as [&str; 0], "what is of tomorrow is not wrong");
}

#[test]
fn r18_a_conversation_goes_on_whatever_word_is_another_one() {
    for word in words() {
        let word: &'static str = Box::leak(word.into_boxed_str());
        let (mut run, _, sent) = story(false, word);
        assert!(sent.iter().all(|frame| frame.tag() != "fetch"), "{word}: nothing is missing");
        assert_eq!(shown(&run), ["one Sent", "mine Sent", "two Sent", "three Sent", "mine too Sent"], "{word}");
        run.page.pass(60_000);
        run.page.quiet(&mut run.server);
        assert_eq!(asked(&run, "fetch"), 0, "{word}: nothing is missing");
        assert_eq!(run.page.warned, [] as [&str; 0], "{word}");
        assert_eq!(run.stored(), ["one", "mine", "two", "three", "mine too"], "{word}: nothing is sent twice");
        run.agent_ends();
        assert!(matches!(run.chat().progress, Progress::Ended { .. }), "{word}");
    }
}

#[test]
fn r18_a_refusal_of_tomorrow_is_handled_by_its_flag() {
    for later in [true, false] {
        let mut run = Run::new(vec![chat()]);
        run.begin().join();
        run.page.rewrite = Some(Rc::new(move |text| {
            let refused = text.contains(r#""t":"ack""#);
            let id = text.split(r#""id":""#).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
            if refused {
                vec![format!(r#"{{"t":"refused","id":"{id}","code":"{WORD}","retryable":{later},"message":"","problems":[]}}"#)]
            } else if text.contains(r#""t":"entry""#) {
                Vec::new()
            } else {
                vec![text.to_owned()]
            }
        }));
        run.write("once");
        let (_, state) = run.page.transcript(0).pop().expect("a line");
        if later {
            assert_eq!(state, LineState::Late, "it is sent again");
        } else {
            assert!(matches!(state, LineState::Failed { .. }), "{state:?}");
        }
        let before = asked(&run, "put");
        run.page.rewrite = None;
        run.page.pass(30_000);
        run.page.quiet(&mut run.server);
        assert_eq!(asked(&run, "put") > before, later);
    }
}

/// A site of a later version, with widgets of another kind before and between ours.
fn mixed() -> SiteConfig {
    let mut ours = with_form(chat());
    ours.form.as_mut().expect("a form").fields.push(field("age", FieldKind::Date));
    let config = site(vec![
        widget("screen", "ctw-0", WidgetKind::ClickToCall),
        ours,
        widget("screen-2", "ctw-2", WidgetKind::ClickToCall),
        widget("call", "ctw-3", WidgetKind::CallbackNow),
    ]);
    let text = config.to_text().replace("\"click_to_call\"", "\"co_browse\"").replace("\"date\"", "\"colour\"");
    SiteConfig::from_text(&rewrite(&text, &words(), true, Words::As)).expect("read")
}

#[test]
fn r18_a_widget_of_tomorrow_is_left_out_and_the_others_are_there() {
    let config = mixed();
    let mut run = Run::with(config.clone());
    let ids: Vec<_> = (0..run.page.engine.widgets()).filter_map(|index| run.page.engine.spec(index)).map(|spec| spec.id.as_str()).collect();
    assert_eq!(ids, ["sales", "call"]);
    run.act(Action::Activate);
    let Stage::Collecting(form) = run.stage() else { panic!("no form") };
    assert_eq!(form.form.fields[1].kind, FieldKind::Unknown(Word::keep("colour")));
    run.act(Action::Submit);
    let Stage::Collecting(form) = run.stage() else { panic!("no form") };
    assert_eq!(form.problems[1], ("age".into(), FieldProblem::Missing), "it can be asked for");
    run.act(Action::Edit(value("age", "blue, mostly"))).fill();
    let VisitorFrame::Start { widget, values, .. } = run.page.sent.iter().find(|frame| frame.tag() == "start").expect("begun") else {
        panic!()
    };
    assert_eq!((widget.as_str(), find_value(values, "age")), ("sales", "blue, mostly"));
    run.on(1, Action::Activate);
    assert_eq!(run.page.sent.iter().filter(|frame| matches!(frame, VisitorFrame::Start { widget, .. } if widget.0 == "call")).count(), 1);
    // The configuration in another language, and frames about a widget that this version left out.
    run.page.input(Input::Config(config));
    run.join().says("hello");
    assert_eq!(run.page.engine.widgets(), 2);
    assert_eq!(shown(&run), ["hello Sent"]);
}

#[test]
fn r18_what_stands_for_a_word_of_tomorrow() {
    let mut spec = chat();
    spec.engagement = EngagementKind::Unknown(Word::keep("bar"));
    spec.availability = Availability::Unknown(Word::keep("busy"));
    let mut config = site(vec![spec]);
    config.consent = Consent::Unknown(Word::keep("double"));
    let mut run = Run::with(config);
    let spec = run.page.engine.spec(0).expect("there");
    assert_eq!((spec.engagement, spec.availability), (EngagementKind::Button, Availability::Available));
    run.begin().join().says("hello");
    assert_eq!(shown(&run), ["hi Sent", "hello Sent"]);
    assert_eq!(run.page.kept.as_ref().map(|(area, _)| *area), Some(Area::Tab), "no more is kept than without a word");
}

#[test]
fn r18_what_a_later_version_kept_is_taken_up() {
    let mut run = Run::new(vec![chat()]);
    run.begin().join().says("one");
    // The connection breaks in the middle of a message, with an entry of a later version in front of it.
    run.page.wire = None;
    let (area, text) = run.page.kept.clone().expect("kept");
    let mut stored = Stored::from_text(&text).expect("ours");
    let conv = stored.chats[0].conv.clone();
    let parcel = |id: &str, item: &str| {
        let text = format!(r#"{{"element":"ctw-1","id":"{id}","what":{{"t":"put","conv":"{conv}","item":{item}}},"made":0}}"#);
        Parcel::from_text(&text).expect("read")
    };
    let other = format!(r#""what":{{"t":"put","conv":"{conv}","item":{{"t":"message","text":"lost"}}}}"#);
    let of_tomorrow = r#""what":{"t":"recorded","conv":{"t":"message"},"made":[]}"#;
    stored.parcels = vec![
        parcel("m_x", r#"{"t":"message","text":"lost"}"#),
        parcel("m_a", r#"{"t":"of_tomorrow","share":0.5}"#),
        parcel("m_b", r#"{"t":"message","text":"mine"}"#),
    ];
    let text = rewrite(&stored.to_text().replacen(&other, of_tomorrow, 1), &words(), true, Words::As);
    assert!(text.contains("recorded") && !text.contains("lost"), "the first parcel is of an unknown kind");
    run.page = Page::load(run.config.clone(), Some((area, text)), 99, run.page.now);
    run.page.quiet(&mut run.server);
    // The parcels after it are sent again after a delay.
    run.page.pass(1_500);
    run.page.quiet(&mut run.server);
    assert_eq!(shown(&run), ["hi Sent", "one Sent", "mine Sent"]);
    let raw = run.page.sent.iter().find_map(|frame| match frame {
        VisitorFrame::Put { item: Item::Unknown(raw), .. } => Some(raw.as_str().to_owned()),
        _ => None,
    });
    assert!(raw.is_some_and(|raw| raw.starts_with(r#"{"t":"of_tomorrow","share":0.5"#)), "it is handed on as it came");
    assert_eq!(asked(&run, "fetch"), 0);
}

/// Changes that make an entry with the text "broken" invalid: a part of it, and its replacement.
const BROKEN: [(&str, &str, &str); 8] = [
    (r#""text":"broken""#, r#""text":7"#, "text: expected a string"),
    (r#""text":"broken""#, r#""was":"broken""#, "text: expected a string"),
    (r#""t":"message""#, r#""t":null"#, "expected an object with a string in t"),
    (r#""body":{"#, r#""body":[],"was":{"#, "expected an object with a string in t"),
    (r#""from":{"#, r#""from":null,"was":{"#, "from: expected an object"),
    (r#""party":"agent""#, r#""party":1"#, "from.party: expected"),
    (r#""at":"#, r#""at":"noon","was":"#, "at: expected an integer"),
    (r#""id":""#, r#""id":[1.5],"was":""#, "id: expected a string"),
];

#[test]
fn r18_an_entry_that_is_none_is_left_out_once_and_not_asked_for_again() {
    for (part, instead, told) in BROKEN {
        let mut run = Run::new(vec![chat()]);
        run.begin().join();
        let spoil: support::page::Rewrite = Rc::new(move |text| {
            let entries = text.split_inclusive(r#""seq":"#);
            vec![entries.map(|entry| if entry.contains("broken") { entry.replacen(part, instead, 1) } else { entry.to_owned() }).collect()]
        });
        run.page.rewrite = Some(Rc::clone(&spoil));
        run.says("one").says("broken").says("two").says("broken").write("mine");
        assert_eq!(shown(&run), ["hi Sent", "one Sent", "two Sent", "mine Sent"], "{instead}");
        run.page.pass(60_000);
        run.page.heartbeat(&run.server);
        run.page.quiet(&mut run.server);
        assert_eq!(asked(&run, "fetch"), 0, "{instead}: nothing is missing");
        assert_eq!(run.page.warned.len(), 1, "{instead}: {:?}", run.page.warned);
        assert!(run.page.warned[0].contains(told), "{instead}: {:?}", run.page.warned);
        // The same in a page of the log.
        run.reload();
        run.page.rewrite = Some(spoil);
        run.page.quiet(&mut run.server);
        run.says("three");
        run.page.pass(60_000);
        run.page.heartbeat(&run.server);
        run.page.quiet(&mut run.server);
        assert_eq!(shown(&run).last().map(String::as_str), Some("three Sent"), "{instead}");
        assert_eq!(asked(&run, "fetch"), 0, "{instead}: nothing is missing after a reload");
    }
}

#[test]
fn a_frame_that_is_none_is_told_once_and_one_of_tomorrow_is_not() {
    let mut run = Run::new(vec![chat()]);
    run.begin().join();
    run.page.rewrite =
        Some(Rc::new(|text| vec![FRAME.to_owned(), r#"{"t":"queue","conv":7}"#.to_owned(), "{".to_owned(), text.to_owned()]));
    run.says("one").says("two");
    assert_eq!(shown(&run), ["hi Sent", "one Sent", "two Sent"]);
    assert_eq!(run.page.warned, ["conv: expected a string"]);
}
