//! Our codec against an independent reader: whatever one writes the other reads, and what is not JSON neither takes.
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
    (text(), prop_oneof![Just(Party::Visitor), Just(Party::Agent), Just(Party::System)], text()).prop_map(|(id, party, name)| Participant {
        id: ParticipantId(id),
        party,
        name,
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

/// What only the full build knows.
#[cfg(feature = "full")]
fn full_body() -> impl Strategy<Value = EntryBody> {
    prop_oneof![
        (participant(), text(), text(), 0..u64::MAX / 4).prop_map(|(from, file, name, size)| EntryBody::File {
            from,
            file,
            name,
            size,
            kind: "text/plain".into()
        }),
        (participant(), text()).prop_map(|(from, file)| EntryBody::FileDeleted { from, file }),
        (participant(), text(), text()).prop_map(|(from, text, attributes)| EntryBody::Notice {
            from,
            kind: NoticeKind::Custom,
            text,
            attributes
        }),
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
    Entry::from_text(r#"{"seq":7,"prev":6,"at":5,"id":"x","body":{"from":3}}"#).expect_err("an entry has a kind");
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
        // We take integers only; beyond that the two agree.
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
