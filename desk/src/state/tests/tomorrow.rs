//! A desk with a server of a later version (quality R18): the desk goes on, shows values as far as it can, and asks for nothing twice.
//! `tests/tomorrow.rs` of the core checks that each frame can be read at all.

use super::writer::{WORD, Words, rewrite, word_members};
use super::*;
use chinwag::model::{EntryId, WidgetKind};
use chinwag::wire::Codec;
use std::collections::BTreeSet;
use std::path::Path;

/// A frame that no version has yet.
const FRAME: &str = r#"{"t":"of_tomorrow","conv":"c_1","entry":{"seq":9,"prev":8},"heads":[{"conv":"c_1","seq":999}]}"#;

fn words() -> BTreeSet<String> {
    word_members(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
}

/// The frame that the browser's side reads from a text.
fn read(text: &str) -> Input {
    Input::Text(Transport::Socket, text.to_owned())
}

/// The way in which the server writes.
#[derive(Clone, Copy)]
enum Server<'a> {
    Today,
    /// With more members in every object, unknown frames between all others, and each `internal` entry replaced by one of an unknown kind.
    More,
    /// With another word in every member of this name.
    Word(&'a str),
}

impl Server<'_> {
    fn says(self, bench: &mut Bench, frame: DeskFrame) -> Vec<Effect> {
        let text = frame.to_text();
        let text = match self {
            Self::Today => return bench.does(read(&text)),
            Self::More => rewrite(&text, &words(), true, Words::As),
            Self::Word(name) => rewrite(&text, &words(), false, Words::In(name)),
        };
        let text = text.replace(r#""body":{"t":"internal""#, r#""body":{"t":"of_tomorrow""#);
        let mut effects = bench.does(read(FRAME));
        effects.extend(bench.does(read(&text)));
        effects
    }
}

fn internal(seq: u64) -> Entry {
    Entry { body: EntryBody::Internal {}, ..entry(seq, "") }
}

fn request() -> CallRequest {
    CallRequest {
        id: "r_1".into(),
        kind: WidgetKind::CallbackNow,
        widget: "call".into(),
        campaign: "sales".into(),
        visitor: "v_1234".into(),
        locale: "it".into(),
        zone: "Europe/Rome".into(),
        page: None,
        values: Vec::new(),
        created: T0,
        due: T0,
        first_slot: false,
        done: false,
        done_by: None,
        note: String::new(),
    }
}

/// A working day: the desk's effects, in order.
fn story(server: Server<'_>) -> (Bench, Vec<Effect>) {
    let mut bench = Bench::new();
    let mut effects = bench.does(Input::SignedIn { token: "t".into() });
    effects.extend(bench.does(Input::Opened(Transport::Socket)));
    let mut says = |bench: &mut Bench, frame| effects.extend(server.says(bench, frame));
    says(&mut bench, welcome("e1", Role::Agent, vec![own("c_1"), waiting("c_2")]));
    says(&mut bench, page(own("c_1"), vec![entry(1, "one"), internal(2), entry(3, "three")], true));
    for seq in 4..8 {
        says(&mut bench, hear("c_1", if seq % 2 == 0 { internal(seq) } else { entry(seq, &format!("{seq}")) }));
    }
    let said = bench.acts(Action::Say { conv: "c_1".into(), text: "mine".into() });
    let id = EntryId::from(puts(&said)[0].0.as_str());
    let mut says = |bench: &mut Bench, frame| effects.extend(server.says(bench, frame));
    says(&mut bench, hear("c_1", mine(8, id.as_str(), "mine")));
    says(&mut bench, DeskFrame::Ack { conv: "c_1".into(), id, seq: 8, at: T0 });
    says(&mut bench, DeskFrame::Typing { conv: "c_1".into(), who: agent("bob"), on: true });
    says(&mut bench, DeskFrame::Offer { conv: "c_2".into(), expires: T0.after(30_000) });
    says(&mut bench, DeskFrame::Presence { conv: "c_2".into(), here: false, since: T0 });
    says(&mut bench, DeskFrame::OfferGone { conv: "c_2".into(), reason: OfferEnd::Declined });
    says(&mut bench, DeskFrame::Update { state: Conversation { head: 8, ..own("c_1") } });
    says(&mut bench, DeskFrame::Request { request: request() });
    says(&mut bench, DeskFrame::Agent { agent: ada(AgentStatus::Ready, Role::Agent) });
    says(&mut bench, DeskFrame::error(Code::Conflict, "another agent has it".into(), None));
    says(&mut bench, DeskFrame::Ping { now: T0, heads: vec![Head { conv: "c_1".into(), seq: 8 }] });
    effects.extend(bench.waits(20_000));
    (bench, effects)
}

fn fetches(effects: &[Effect]) -> usize {
    effects.iter().filter(|effect| matches!(effect, Effect::Send(_, AgentFrame::Fetch { .. } | AgentFrame::Put { .. }))).count()
}

#[test]
fn r18_a_desk_does_the_same_when_everything_has_more_in_it() {
    let ((plain, today), (bench, tomorrow)) = (story(Server::Today), story(Server::More));
    assert_eq!(tomorrow, today);
    assert_eq!((fetches(&today), bench.shown("c_1")), (0, plain.shown("c_1")));
    assert_eq!(bench.texts("c_1"), ["one", "three", "5", "7", "mine"]);
}

#[test]
fn r18_a_desk_goes_on_whatever_word_is_another_one() {
    for word in words() {
        let (bench, effects) = story(Server::Word(&word));
        assert_eq!(bench.texts("c_1"), ["one", "three", "5", "7", "mine"], "{word}");
        assert_eq!(fetches(&effects), 0, "{word}: nothing is missing, nothing is sent twice");
        assert_eq!(bench.desk.chats[&"c_1".into()].seat(&bench.desk.my_id()), Seat::Own, "{word}");
        assert_eq!(bench.desk.chats[&"c_2".into()].seat(&bench.desk.my_id()), Seat::Waiting, "{word}");
        assert!(bench.desk.outbox.all().is_empty(), "{word}");
        assert_eq!(bench.desk.requests.len(), 1, "{word}");
    }
}

#[test]
fn r18_a_refusal_of_tomorrow_is_handled_by_its_flag() {
    for later in [true, false] {
        let mut bench = loaded();
        let (id, _) = puts(&bench.acts(Action::Say { conv: "c_1".into(), text: "mine".into() })).remove(0);
        let refused = format!(r#"{{"t":"refused","id":"{id}","code":"{WORD}","retryable":{later},"message":"not now"}}"#);
        bench.does(read(&refused));
        let mut again = Vec::new();
        for _ in 0..10 {
            bench.hears(DeskFrame::Ping { now: T0, heads: Vec::new() });
            again.extend(puts(&bench.waits(500)));
        }
        assert_eq!(again, if later { vec![(id, "mine".to_owned())] } else { Vec::new() });
    }
}

#[test]
fn r18_an_entry_that_is_none_is_left_out_once_and_not_asked_for_again() {
    let spoiled = |frame: DeskFrame| frame.to_text().replace(r#""text":"broken""#, r#""text":7"#);
    let mut bench = Bench::entered(Role::Agent, vec![own("c_1")]);
    let mut effects = bench.does(read(&spoiled(page(own("c_1"), vec![entry(1, "one"), entry(2, "broken"), entry(3, "three")], true))));
    effects.extend(bench.does(read(&spoiled(hear("c_1", entry(4, "broken"))))));
    effects.extend(bench.hears(hear("c_1", entry(5, "five"))));
    effects.extend(bench.hears(DeskFrame::Ping { now: T0, heads: vec![Head { conv: "c_1".into(), seq: 5 }] }));
    effects.extend(bench.waits(20_000));
    assert_eq!(bench.texts("c_1"), ["one", "three", "five"]);
    assert_eq!(fetches(&effects), 0, "nothing is missing");
    let warned: Vec<_> = effects.iter().filter(|effect| matches!(effect, Effect::Warn(_))).collect();
    let words = "Left out of what the server says: chat.entries.body.text: expected a string";
    assert_eq!(warned, [&Effect::Warn(words.to_owned())]);
}

#[test]
fn r18_what_a_later_desk_kept_is_taken_up() {
    let put = |id: &str, text: &str| {
        let item = AgentItem::Message { text: text.to_owned() };
        AgentFrame::Put { conv: "c_1".into(), id: id.into(), item, follows: None }.to_text()
    };
    let kept = format!(r#"[{{"t":"record","conv":"c_1"}},{},{{"t":"put_many","conv":7}},{}]"#, put("a_1", "one"), put("a_2", "two"));
    let mut bench = Bench::new();
    bench.does(Input::Loaded { kept: vec![(Kept::Outbox, kept)] });
    let ids: Vec<_> = bench.desk.outbox.pending().map(|parcel| parcel.id.to_string()).collect();
    assert_eq!(ids, ["a_1", "a_2"], "only what nobody here understands is lost");
}
