//! Several unacknowledged messages of one person: how fast they are acknowledged, and that they keep their order.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use chinwag::engine::*;
use chinwag::model::*;
use chinwag::wire::{Code, Codec, VisitorFrame};
use proptest::prelude::*;
use support::page::Sockets;
use support::run::{Run, chat};
use support::*;

/// A conversation on a connection that takes `trip` milliseconds each way, over a socket or by polling.
struct Slow {
    run: Run,
    trip: i64,
    up: Vec<(Timestamp, String)>,
    down: Vec<(Timestamp, String)>,
}

impl Slow {
    fn new(trip: i64, sockets: Sockets) -> Self {
        let mut run = Run::new(vec![chat()]);
        run.page.lets.sockets = sockets;
        run.begin();
        run.page.quiet(&mut run.server);
        assert_eq!(run.stored(), ["hi"]);
        Self { run, trip, up: Vec::new(), down: Vec::new() }
    }

    fn say(&mut self, text: &str) {
        self.run.page.act(0, Action::Draft(text.into()));
        self.run.page.act(0, Action::Send);
        self.carry();
    }

    /// Starts new frames on their way, and delivers those that are due.
    fn carry(&mut self) {
        let page = &mut self.run.page;
        let now = page.now;
        let Some(wire) = page.wire.as_mut() else { return };
        // Of the frames to the page, the wire keeps those that are due.
        self.up.extend(wire.up.drain(..).map(|text| (now.after(self.trip), text)));
        let (due, late): (Vec<_>, Vec<_>) = self.up.drain(..).partition(|(at, _)| *at <= now);
        self.up = late;
        for (_, text) in due {
            let Some(wire) = page.wire.as_mut() else { return };
            wire.up.push_front(text);
            page.deliver_up(&mut self.run.server);
            let Some(wire) = page.wire.as_mut() else { return };
            self.up.extend(wire.up.drain(..).map(|text| (now.after(self.trip), text)));
            self.down.extend(wire.down.drain(..).map(|text| (now.after(self.trip), text)));
        }
        let (due, late): (Vec<_>, Vec<_>) = self.down.drain(..).partition(|(at, _)| *at <= now);
        self.down = late;
        for (_, text) in due {
            let Some(wire) = page.wire.as_mut() else { return };
            wire.down.push_front(text);
            page.deliver_down();
        }
    }

    /// Lets time pass until everything is acknowledged; returns how long it took.
    fn acknowledged(&mut self) -> i64 {
        let begun = self.run.page.now;
        while self.run.page.transcript(0).iter().any(|(_, state)| *state != LineState::Sent) {
            self.run.page.pass(10);
            self.run.server.now = self.run.page.now;
            self.carry();
            assert!(self.run.page.now.since(begun) < 120_000, "{:?}", self.run.page.transcript(0));
        }
        self.run.page.now.since(begun)
    }
}

#[test]
fn ten_messages_on_a_slow_line_are_acknowledged_within_one_and_a_half_seconds() {
    for sockets in [Sockets::Pass, Sockets::Refused] {
        let mut slow = Slow::new(300, sockets);
        let texts: Vec<String> = (0..10).map(|number| format!("m{number}")).collect();
        texts.iter().for_each(|text| slow.say(text));
        let took = slow.acknowledged();
        assert!(took <= 1_500, "{sockets:?}: {took} ms");
        assert_eq!(slow.run.stored()[1..], texts, "in the order in which they were said");
    }
}

#[test]
fn a_refusal_in_the_middle_keeps_the_order() {
    for code in [Code::RateLimited, Code::Unavailable, Code::Internal] {
        let mut slow = Slow::new(300, Sockets::Pass);
        slow.say("one");
        slow.acknowledged();
        slow.run.server.refuse_put = Some(code);
        ["two", "three", "four", "five"].iter().for_each(|text| slow.say(text));
        let took = slow.acknowledged();
        assert_eq!(slow.run.stored(), ["hi", "one", "two", "three", "four", "five"], "{code:?}");
        assert!(took < 3_000, "{code:?}: {took} ms");
    }
}

#[test]
fn what_can_never_be_stored_does_not_hold_up_what_follows_it() {
    let mut slow = Slow::new(300, Sockets::Pass);
    slow.run.server.refuse_put = Some(Code::Malformed);
    ["one", "two", "three"].iter().for_each(|text| slow.say(text));
    for _ in 0..300 {
        slow.run.page.pass(10);
        slow.carry();
    }
    assert_eq!(slow.run.stored(), ["hi", "two", "three"]);
    assert!(slow.run.page.transcript(0).contains(&("one".into(), LineState::Failed { retry: true })));
    // A message that is sent again keeps its id, because the first copy may have arrived.
    let Some(Stage::Chat(view)) = slow.run.page.engine.view(0).map(|view| view.stage) else { panic!("a conversation") };
    let id = view.lines.iter().find(|line| matches!(line.state, LineState::Failed { .. })).map(|line| line.id.clone()).expect("it failed");
    slow.run.page.act(0, Action::Retry(id.clone()));
    slow.acknowledged();
    assert_eq!(slow.run.stored(), ["hi", "two", "three", "one"]);
    let log = slow.run.server.logs.values().next().expect("a conversation");
    assert_eq!(log.entries.iter().filter(|entry| entry.id == id).count(), 1);
}

#[test]
fn a_loss_in_the_middle_keeps_the_order() {
    // Which of six messages is lost, how often, and whether the connection breaks then.
    let losses = (proptest::collection::vec(0..6_usize, 1..4), any::<bool>(), prop_oneof![Just(Sockets::Pass), Just(Sockets::Refused)]);
    every(300, &losses, |(losses, breaks, sockets)| {
        let mut slow = Slow::new(300, sockets);
        let texts: Vec<String> = (0..6).map(|number| format!("m{number}")).collect();
        texts.iter().for_each(|text| slow.say(text));
        for lost in losses {
            if lost < slow.up.len() {
                slow.up.remove(lost);
            }
        }
        if breaks {
            slow.up.truncate(3);
            slow.run.page.pass(350);
            slow.carry();
            slow.up.clear();
            slow.down.clear();
            slow.run.page.cut();
            slow.run.page.pass(10_000);
            slow.run.page.quiet(&mut slow.run.server);
        }
        slow.acknowledged();
        assert_eq!(slow.run.stored()[1..], texts);
    });
}

/// Every `put` that is under way names the one that it follows, and a repeat has the id of the first.
#[test]
fn r2_a_cut_in_the_middle_sends_again_what_was_not_acknowledged_with_the_same_ids() {
    let mut slow = Slow::new(300, Sockets::Pass);
    ["one", "two", "three"].iter().for_each(|text| slow.say(text));
    let puts = |sent: &[(Timestamp, String)]| -> Vec<(EntryId, Option<EntryId>)> {
        let frames = sent.iter().filter_map(|(_, text)| VisitorFrame::from_text(text).ok());
        frames.filter_map(|frame| if let VisitorFrame::Put { id, follows, .. } = frame { Some((id, follows)) } else { None }).collect()
    };
    let first = puts(&slow.up);
    assert_eq!(
        first.iter().map(|(_, follows)| follows.clone()).collect::<Vec<_>>(),
        [None, Some(first[0].0.clone()), Some(first[1].0.clone())]
    );
    // The first message arrives, its answer does not.
    let put = slow.up.iter().position(|(_, text)| text.contains(first[0].0.as_str())).expect("it is on its way");
    slow.up.truncate(put + 1);
    slow.run.page.pass(300);
    slow.carry();
    slow.up.clear();
    slow.down.clear();
    slow.run.page.cut();
    slow.run.page.pass(10_000);
    slow.run.page.open_wire();
    slow.run.page.deliver_up(&mut slow.run.server);
    slow.run.page.deliver_down();
    let again: Vec<(Timestamp, String)> =
        slow.run.page.wire.iter().flat_map(|wire| &wire.up).map(|text| (Timestamp(0), text.clone())).collect();
    // The welcome brought the first; the others follow in order.
    assert_eq!(puts(&again), [(first[1].0.clone(), None), (first[2].0.clone(), Some(first[1].0.clone()))]);
    slow.run.page.quiet(&mut slow.run.server);
    assert_eq!(slow.run.stored(), ["hi", "one", "two", "three"]);
}
