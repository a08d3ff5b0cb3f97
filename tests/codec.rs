//! Our codec against an independent reader: each reads the other's output, and neither accepts a text that is not JSON.
#![cfg(not(target_arch = "wasm32"))]

use chinwag::model::*;
use chinwag::wire::*;
use proptest::prelude::*;

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["\\PC{0,12}", Just("\u{0}\u{1f}\"\\\n\r\t\u{2028}\u{1f600}\u{202e}".to_owned()), any::<String>()]
}

fn field_value() -> impl Strategy<Value = FieldValue> {
    (text(), text()).prop_map(|(name, value)| FieldValue { name, value })
}

fn answer() -> impl Strategy<Value = Answer> {
    let kind = proptest::option::of(proptest::sample::select(FieldKind::ALL.to_vec()));
    let maybe = || proptest::option::of(text());
    (field_value(), kind, maybe(), maybe(), proptest::option::of(any::<u32>()), maybe())
        .prop_map(|(value, kind, label, shown, most, e164)| Answer { kind, label, shown, most, e164, ..Answer::from(value) })
}

fn page() -> impl Strategy<Value = Option<Page>> {
    proptest::option::of((text(), text()).prop_map(|(url, title)| Page { url, title }))
}

fn participant() -> impl Strategy<Value = Participant> {
    let party = prop_oneof![Just(Party::Visitor), Just(Party::Agent), Just(Party::System)];
    let more = || proptest::option::of(text());
    (text(), party, text(), more(), more()).prop_map(|(id, party, name, position, picture)| Participant {
        position,
        picture,
        ..Participant::new(ParticipantId(id), party, name)
    })
}

fn body() -> impl Strategy<Value = EntryBody> {
    prop_oneof![
        (text(), text(), page(), proptest::collection::vec(answer(), 0..3)).prop_map(|(widget, visitor, page, values)| {
            let (widget, visitor) = (WidgetId(widget), ParticipantId(visitor));
            EntryBody::Opened { widget, visitor, locale: "it".into(), zone: String::new(), page, values, campaign: "sales".into() }
        }),
        (participant(), text()).prop_map(|(from, text)| EntryBody::Message { from, text }),
        participant().prop_map(|who| EntryBody::Joined { who }),
        participant().prop_map(|who| EntryBody::Left { who, reason: LeaveReason::Lost }),
        Just(EntryBody::Ended { by: Party::System, reason: EndReason::Unanswered }),
        proptest::collection::vec(text(), 0..3).prop_map(|path| EntryBody::Disposed { agent: "a".into(), path, comment: String::new() }),
        Just(EntryBody::Internal {}),
    ]
}

/// Values that only the full build knows.
#[cfg(feature = "full")]
fn full_body() -> impl Strategy<Value = EntryBody> {
    prop_oneof![
        (participant(), text(), text(), 0..u64::MAX / 4).prop_map(|(from, file, name, size)| EntryBody::File {
            from,
            file,
            name,
            size,
            kind: "text/plain".into(),
            width: (size % 2 == 0).then_some(640),
            height: (size % 2 == 0).then_some(480),
            key: (size % 3 == 0).then(|| "k".into()),
        }),
        (participant(), text()).prop_map(|(from, file)| EntryBody::FileDeleted { from, file }),
        (participant(), text(), text()).prop_map(|(from, text, attributes)| EntryBody::PageNotice { from, text, attributes }),
        (participant(), proptest::collection::vec(field_value(), 0..3)).prop_map(|(from, values)| EntryBody::Data { from, values }),
    ]
}

#[cfg(not(feature = "full"))]
fn full_body() -> impl Strategy<Value = EntryBody> {
    Just(EntryBody::Internal {})
}

#[test]
fn r18_a_kind_of_entry_that_is_not_known_is_read_as_internal() {
    let text = r#"{"seq":7,"prev":6,"at":5,"id":"x","body":{"t":"of_a_later_version","from":3}}"#;
    let entry = Entry::from_text(text).expect("read");
    assert_eq!((entry.seq, entry.prev, entry.body), (7, 6, EntryBody::Internal {}));
    EntryBody::from_text(r#"{"from":3}"#).expect_err("an entry has a kind");
    let none = Entry::from_text(r#"{"seq":7,"prev":6,"at":5,"id":"x","body":{"from":3}}"#).expect("its numbers can be read");
    assert_eq!((none.seq, none.prev, none.body), (7, 6, EntryBody::Internal {}));
    Entry::from_text(r#"{"seq":"7","prev":6,"at":5,"id":"x","body":{"t":"internal"}}"#).expect_err("an entry has a number");
}

fn entry() -> impl Strategy<Value = Entry> {
    (0..u64::MAX / 4, any::<i64>(), text(), prop_oneof![4 => body(), 1 => full_body()]).prop_map(|(seq, at, id, body)| Entry {
        seq,
        prev: seq / 2,
        at: Timestamp(at),
        id: EntryId(id),
        body,
    })
}

proptest! {
    #[test]
    fn what_we_write_serde_reads_and_the_other_way_round(entry in entry()) {
        let ours = entry.to_text();
        prop_assert_eq!(&serde_json::from_str::<Entry>(&ours).expect("serde reads it"), &entry);
        let theirs = serde_json::to_string(&entry).expect("serde writes it");
        prop_assert_eq!(&Entry::from_text(&theirs).expect("we read it"), &entry);
    }

    #[test]
    fn any_text_is_read_or_refused_as_serde_does(text in "\\PC{0,40}") {
        let ours = Json::parse(&text).is_ok();
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        // Our codec accepts integers only; apart from that the two agree.
        let fraction = theirs.as_ref().is_ok_and(|value| value.to_string().contains(['.', 'e', 'E']) || value.is_number());
        prop_assert!(ours == theirs.is_ok() || fraction, "{}", text);
    }

    #[test]
    fn json_like_text_never_panics(text in "[\\[\\]{}\":,0-9a-z\\\\ue.-]{0,60}") {
        drop(Json::parse(&text));
        drop(VisitorFrame::from_text(&text));
        drop(ServerFrame::from_text(&text));
    }

    #[test]
    fn strings_survive_escapes_of_every_kind(units in proptest::collection::vec(any::<u16>(), 0..20)) {
        let escaped: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
        let expected = String::from_utf16_lossy(&units);
        prop_assert_eq!(String::from_text(&format!("\"{escaped}\"")).expect("a string"), expected);
    }
}

#[test]
fn r18_a_value_from_before_fields_had_labels_is_still_read() {
    let old = r#"{"t":"survey","values":[{"name":"stars","value":"4"}]}"#;
    let expected = EntryBody::Survey { values: vec![FieldValue { name: "stars".into(), value: "4".into() }.into()] };
    assert_eq!(EntryBody::from_text(old).expect("read"), expected);
    assert_eq!(expected.to_text(), old, "what is not known is left out");
}

#[test]
fn s34_nesting_has_a_limit() {
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(Json::parse(&deep(64)).is_ok());
    assert!(Json::parse(&deep(65)).is_err());
    assert!(Json::parse(&deep(100_000)).is_err());
}

#[test]
fn an_error_names_the_field_and_what_belongs_there() {
    let cases = [
        ("{\"t\":\"put\",\"conv\":\"c\",\"id\":\"m\",\"item\":{\"t\":\"message\",\"text\":7}}", "item.text: expected a string"),
        ("{\"t\":\"put\",\"conv\":\"c\",\"item\":{\"t\":\"end\"}}", "id: expected a string"),
        ("{\"t\":\"hello\",\"version\":-1,\"visitor\":\"v\",\"chats\":[]}", "version: expected an integer of 0 to 4294967295"),
        ("{\"t\":\"typing\",\"conv\":\"c\",\"on\":\"yes\"}", "on: expected true or false"),
        ("{\"t\":\"nonsense\"}", "t: expected a known kind"),
        ("[]", "frame: expected an object with a string in t"),
        ("{", "frame: expected a member name"),
    ];
    for (text, expected) in cases {
        assert_eq!(VisitorFrame::from_text(text).expect_err(text).to_string(), expected);
    }
}

#[test]
fn r18_unknown_fields_are_ignored_and_unknown_kinds_are_told_apart() {
    let text = "{\"t\":\"typing\",\"conv\":\"c\",\"on\":true,\"later\":{\"x\":[1]}}";
    assert_eq!(VisitorFrame::from_text(text), Ok(VisitorFrame::Typing { conv: "c".into(), on: true }));
    assert!(VisitorFrame::from_text("{\"t\":\"later\"}").expect_err("unknown").is_unknown_kind());
}

/// JSON of any kind, as others may write it: with white space, escapes, and numbers that our codec does not use.
fn written() -> impl Strategy<Value = String> {
    json(prop_oneof!["-?(0|[1-9][0-9]{0,30})", "-?(0|[1-9][0-9]{0,5})\\.[0-9]{1,20}", "-?[1-9][0-9]{0,3}(\\.[0-9]+)?[eE][+-]?[0-9]{1,3}"])
}

fn json(number: impl Strategy<Value = String> + 'static) -> impl Strategy<Value = String> {
    let string = "\"([a-z{}\\[\\],: ü😀]|\\\\[\"\\\\/bfnrt]|\\\\u[0-9a-fA-F]{4}){0,8}\"";
    let leaf = prop_oneof![number, string, Just("true".to_owned()), Just("null".to_owned())];
    leaf.prop_recursive(6, 40, 4, move |inner| {
        let space = "[ \t\r\n]{0,2}";
        let list = (proptest::collection::vec(inner.clone(), 0..4), space)
            .prop_map(|(items, space)| format!("[{space}{}{space}]", items.join(&format!("{space},"))));
        let object = (proptest::collection::vec((string, inner), 0..4), space).prop_map(|(members, space)| {
            let members: Vec<_> = members.iter().map(|(name, value)| format!("{space}{name}{space}:{space}{value}")).collect();
            format!("{{{}{space}}}", members.join(","))
        });
        prop_oneof![list, object]
    })
}

proptest! {
    #[test]
    fn what_is_carried_through_is_not_touched(text in written(), space in "[ \n]{0,2}") {
        let all: Vec<RawJson> = Codec::from_text(&format!("[{space}{text}{space},{space}{text}]")).expect("read");
        prop_assert!(all.iter().all(|raw| raw.as_str() == text), "{}", text);
        prop_assert_eq!(all.to_text(), format!("[{text},{text}]"));
        let put = format!(r#"{{"t":"put","conv":"c","id":"m","item":{{"t":"of_tomorrow","events":{space}{text}}}}}"#);
        prop_assert_eq!(VisitorFrame::from_text(&put).expect("read").to_text(), put);
    }

    #[test]
    fn serde_carries_the_same_value_through(text in json(prop_oneof!["-?[1-9][0-9]{0,17}", "[1-9]\\.5", Just("18446744073709551615".to_owned())])) {
        let theirs: serde_json::Value = serde_json::from_str(&text.replace("\\ud", "\\u0").replace("\\uD", "\\u0")).unwrap_or_default();
        let raw = RawJson::from_text(&theirs.to_string()).expect("read");
        prop_assert_eq!(&serde_json::to_value(&raw).expect("serde writes it"), &theirs);
        let back: RawJson = serde_json::from_value(theirs.clone()).expect("serde reads it");
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(back.as_str()).expect("JSON"), theirs);
    }
}

#[test]
fn what_is_carried_through_counts_for_the_depth_and_has_to_be_there() {
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let raw = RawJson::from_text(&deep(64)).expect("at the limit");
    assert_eq!(raw.as_str(), deep(64));
    RawJson::from_text(&deep(65)).expect_err("beyond the limit");
    let put = |item: &str| format!(r#"{{"t":"put","conv":"c","id":"m","item":{{"t":"of_tomorrow","events":{item}}}}}"#);
    assert_eq!(VisitorFrame::from_text(&put(&deep(62))).expect("at the limit").to_text(), put(&deep(62)));
    VisitorFrame::from_text(&put(&deep(63))).expect_err("beyond the limit");
    for wrong in ["", "{\"a\":}", "[1,]", "\"", "1 2", "tru", "{\"a\":1", "\u{1}"] {
        RawJson::from_text(wrong).expect_err(wrong);
    }
    let (mut missing, mut null) = (chinwag::wire::Trouble::default(), None);
    let object = Json::parse(r#"{"there":null}"#).expect("JSON");
    assert_eq!(Option::<RawJson>::member(&object, "there", &mut missing), null.take(), "null is the same as not there");
    assert_eq!(Vec::<RawJson>::from_text("[null]").expect("read")[0].as_str(), "null");
}

#[test]
fn a_word_that_is_not_known_is_kept_up_to_a_limit_and_is_the_same_for_serde() {
    for word in ["of_tomorrow", "", "Visitor", "ü \"quoted\""] {
        let text = serde_json::to_string(word).expect("JSON");
        let party = Party::from_text(&text).expect("read");
        assert_eq!((party, party.word()), (Party::Unknown(Word::keep(word)), word));
        assert_eq!(serde_json::from_str::<Party>(&text).expect("serde reads it"), party);
        assert_eq!((party.to_text(), serde_json::to_string(&party).expect("serde writes it")), (text.clone(), text));
    }
    let long = "x".repeat(100_000);
    assert_eq!(Party::from_text(&format!("\"{long}\"")).expect("read"), Party::Unknown(Word::LOST));
    for wrong in ["null", "7", "[]", "{}"] {
        let error = Party::from_text(wrong).expect_err(wrong).to_string();
        assert_eq!(error, "frame: expected one of: visitor agent system");
    }
    #[derive(Debug, serde::Deserialize)]
    struct File {
        #[serde(deserialize_with = "Party::known")]
        party: Party,
    }
    assert_eq!(serde_json::from_str::<File>(r#"{"party":"agent"}"#).expect("known").party, Party::Agent);
    let error = serde_json::from_str::<File>(r#"{"party":"agnet"}"#).expect_err("not known").to_string();
    assert!(error.starts_with("unknown variant `agnet`, expected one of `visitor`, `agent`, `system`"), "{error}");
}
