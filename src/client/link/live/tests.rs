//! The link, input by input.

use super::Transport::{Polling, Socket};
use super::*;
use crate::model::limits;
use crate::wire::{ServerFrame, VisitorFrame};

type Live = super::Live<Visitor>;
type Done = Output<Task<VisitorFrame>, ServerFrame>;

const PING: &str = "{\"t\":\"ping\",\"now\":1,\"heads\":[]}";
const PONG: &str = "{\"t\":\"pong\",\"now\":1,\"heads\":[]}";

fn drain(link: &mut Live) -> Vec<Done> {
    core::iter::from_fn(|| link.poll_output()).collect()
}

fn connect(by: Transport) -> Done {
    Output::Task(Task::Connect(by))
}

fn disconnect(by: Transport) -> Done {
    Output::Task(Task::Disconnect(by))
}

fn transmit(by: Transport, frame: VisitorFrame) -> Done {
    Output::Task(Task::Transmit(by, frame))
}

fn at(millis: i64) -> Timestamp {
    Timestamp(millis)
}

fn open(link: &mut Live, now: i64) {
    link.signal(at(now), Signal::Want(true));
    link.handle(at(now), Input::Opened(Socket));
    assert_eq!(drain(link), [connect(Socket), Output::Event(LinkEvent::Opened)]);
}

#[test]
fn r8_delays_are_random_double_and_have_a_ceiling() {
    let mut longest = [0; 12];
    for seed in 0..300u64 {
        let mut link = Live::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15), false);
        link.signal(at(0), Signal::Watched(false));
        link.signal(at(0), Signal::Want(true));
        let mut now = 0;
        for most in &mut longest {
            drain(&mut link);
            link.handle(at(now), Input::Closed { by: Socket, code: 1006 });
            let next = link.deadline().map_or(0, |at| at.0);
            *most = (*most).max(next - now);
            now = next;
            link.signal(at(now), Signal::Wake);
        }
    }
    assert!((900..1000).contains(&longest[0]), "{longest:?}");
    assert!((1800..2000).contains(&longest[1]), "{longest:?}");
    assert!((27_000..30_000).contains(&longest[11]), "{longest:?}");
}

#[test]
fn r8_while_somebody_looks_attempts_begin_within_ten_seconds_of_each_other() {
    for seed in 0..300u64 {
        let mut link = Live::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15), false);
        open(&mut link, 0);
        link.handle(at(0), Input::Closed { by: Socket, code: 1006 });
        let mut begun = 0;
        for round in 0..40 {
            let now = link.deadline().expect("another attempt is planned");
            link.signal(now, Signal::Wake);
            assert!(now.0 - begun <= 10_000, "attempt {round} begins {} ms after the one before", now.0 - begun);
            begun = now.0;
            // Every other attempt is refused at once, the rest is not answered.
            if round % 2 == 0 {
                link.handle(now, Input::Closed { by: Socket, code: 1006 });
            } else {
                let given_up = link.deadline().expect("it is given up at some time");
                link.signal(given_up, Signal::Wake);
            }
            drain(&mut link);
        }
    }
}

#[test]
fn r8_offline_asks_and_online_tries_anew() {
    let mut link = Live::new(7, false);
    open(&mut link, 0);
    link.signal(at(1_000), Signal::Doubt);
    assert_eq!(drain(&mut link), [transmit(Socket, VisitorFrame::Ping {})]);
    link.signal(at(6_000), Signal::Wake);
    assert_eq!(drain(&mut link), [disconnect(Socket), Output::Event(LinkEvent::Lost(Fault::Silent))]);
    link.signal(at(6_001), Signal::Nudge);
    assert_eq!(drain(&mut link), [connect(Socket)]);
    // The network came while an attempt without one was under way.
    link.signal(at(11_001), Signal::Nudge);
    assert_eq!(drain(&mut link), [disconnect(Socket), connect(Socket)]);
}

#[test]
fn r10_codes_that_say_stay_away_stop_it() {
    for (code, word) in [(1003, "malformed"), (4400, "malformed"), (4401, "unauthorized"), (4403, "unauthorized"), (4426, "version")] {
        let mut link = Live::new(7, false);
        open(&mut link, 0);
        link.handle(at(5), Input::Closed { by: Socket, code });
        let Some(Output::Event(LinkEvent::Stopped(fault))) = link.poll_output() else { panic!("{code} stops it") };
        assert_eq!((fault.word(), link.deadline()), (word, None));
    }
}

#[test]
fn a_browser_that_refuses_a_socket_is_not_asked_again() {
    let mut link = Live::new(7, false);
    link.signal(at(0), Signal::Want(true));
    link.handle(at(0), Input::Refused(Fault::Unsupported));
    assert_eq!(drain(&mut link), [connect(Socket), disconnect(Socket), Output::Event(LinkEvent::Stopped(Fault::Unsupported))]);
    assert_eq!(link.deadline(), None);
}

#[test]
fn r7_silence_is_asked_about_after_15_seconds_and_ends_the_connection_after_25() {
    let mut link = Live::new(7, false);
    open(&mut link, 0);
    link.handle(at(20_000), Input::Text { by: Socket, text: PING.into() });
    assert_eq!(drain(&mut link)[0], transmit(Socket, VisitorFrame::Pong {}));
    // Both ends ask: so a connection of which only one direction is dead is found out as well.
    link.signal(at(34_999), Signal::Wake);
    assert_eq!(drain(&mut link), []);
    link.signal(at(35_000), Signal::Wake);
    assert_eq!(drain(&mut link), [transmit(Socket, VisitorFrame::Ping {})]);
    link.signal(at(44_999), Signal::Wake);
    assert_eq!(drain(&mut link), []);
    link.signal(at(45_000), Signal::Wake);
    assert_eq!(drain(&mut link), [disconnect(Socket), Output::Event(LinkEvent::Lost(Fault::Silent))]);
}

#[test]
fn r10_bye_is_obeyed_and_clamped() {
    let mut link = Live::new(7, false);
    open(&mut link, 0);
    link.handle(
        at(5),
        Input::Text { by: Socket, text: "{\"t\":\"bye\",\"code\":\"restarting\",\"message\":\"\",\"retry_after\":1}".into() },
    );
    assert_eq!(drain(&mut link)[1..], [disconnect(Socket), Output::Event(LinkEvent::Lost(Fault::Server(Code::Restarting)))]);
    // A nudge does not shorten this delay. Not all clients come back in the same moment.
    link.signal(at(6), Signal::Nudge);
    assert!(link.deadline().is_some_and(|at| (1_005..2_005).contains(&at.0)), "{:?}", link.deadline());
    let mut link = Live::new(7, false);
    open(&mut link, 0);
    link.handle(at(5), Input::Text { by: Socket, text: "{\"t\":\"bye\",\"code\":\"version\",\"message\":\"\"}".into() });
    assert_eq!(drain(&mut link)[1..], [disconnect(Socket), Output::Event(LinkEvent::Stopped(Fault::Server(Code::Version)))]);
    assert_eq!(link.deadline(), None);
}

#[test]
fn s34_a_frame_over_the_limit_ends_the_link() {
    let frame = |bytes: usize| {
        let text = "{\"t\":\"pong\",\"now\":1,\"heads\":[],\"x\":\"\"}";
        text.replace("\"x\":\"", &format!("\"x\":\"{}", "x".repeat(bytes - text.len())))
    };
    let mut link = Live::new(7, false);
    open(&mut link, 0);
    link.handle(at(1), Input::Text { by: Socket, text: frame(limits::FRAME_BYTES) });
    assert!(matches!(drain(&mut link)[..], [Output::Frame(ServerFrame::Pong { .. })]));
    link.handle(at(2), Input::Text { by: Socket, text: frame(limits::FRAME_BYTES + 1) });
    assert_eq!(drain(&mut link), [disconnect(Socket), Output::Event(LinkEvent::Lost(Fault::Server(Code::TooLarge)))]);
    assert!(link.deadline().is_some(), "it comes back, and later each time");
}

#[test]
fn r62_broken_frames_are_ignored() {
    let mut link = Live::new(7, false);
    open(&mut link, 0);
    for text in ["", "null", "[]", "{\"t\":7}", "{\"t\":\"later\"}", "{\"t\":\"entry\",\"conv\":1}", "\u{0}"] {
        link.handle(at(1), Input::Text { by: Socket, text: text.into() });
    }
    // Only the first one is reported.
    assert!(matches!(drain(&mut link).as_slice(), [Output::Task(Task::Warn(wrong))] if wrong.offset.is_some()));
}

#[test]
fn a_nudge_cuts_a_delay_short_but_not_too_often() {
    let mut link = Live::new(7, false);
    open(&mut link, 0);
    link.handle(at(10_000), Input::Closed { by: Socket, code: 1006 });
    drain(&mut link);
    link.signal(at(10_001), Signal::Nudge);
    assert_eq!(drain(&mut link), [connect(Socket)]);
    link.handle(at(10_002), Input::Closed { by: Socket, code: 1006 });
    drain(&mut link);
    link.signal(at(10_003), Signal::Nudge);
    assert_eq!(drain(&mut link), []);
    assert!(link.deadline().is_some_and(|next| next <= at(15_001)), "but as soon as that");
}

#[test]
fn nothing_more_is_heard_after_the_link_is_not_wanted() {
    let mut link = Live::new(7, false);
    open(&mut link, 0);
    link.signal(at(1), Signal::Want(false));
    assert_eq!(drain(&mut link), [disconnect(Socket)]);
    link.handle(at(2), Input::Closed { by: Socket, code: 1000 });
    link.handle(at(2), Input::Text { by: Socket, text: PONG.into() });
    assert_eq!(drain(&mut link), []);
    assert_eq!(link.deadline(), None);
}

#[test]
fn an_attempt_has_ten_seconds_to_bring_a_frame() {
    // The socket does not open, or opens and stays silent.
    for opens in [false, true] {
        let mut link = Live::new(7, false);
        link.signal(at(0), Signal::Want(true));
        if opens {
            link.handle(at(3_000), Input::Opened(Socket));
        }
        assert_eq!(link.deadline(), Some(at(10_000)));
        link.signal(at(10_000), Signal::Wake);
        let done = drain(&mut link);
        assert_eq!(done[done.len() - 2..], [disconnect(Socket), Output::Event(LinkEvent::Lost(Fault::Silent))]);
    }
}

fn hear(link: &mut Live, now: i64, by: Transport) {
    link.handle(at(now), Input::Text { by, text: PONG.into() });
    drain(link);
}

/// A link that has polled since this time, because sockets do not work.
fn polling(now: i64) -> Live {
    let mut link = Live::new(7, true);
    link.signal(at(now), Signal::Want(true));
    link.handle(at(now), Input::Closed { by: Socket, code: 1006 });
    link.handle(at(now), Input::Opened(Polling));
    assert_eq!(drain(&mut link), [connect(Socket), connect(Polling), Output::Event(LinkEvent::Opened)]);
    hear(&mut link, now, Polling);
    link
}

#[test]
fn r11_polling_begins_within_five_seconds_where_sockets_are_refused_silent_or_forbidden() {
    for way in 0..5 {
        let mut link = Live::new(7, true);
        link.signal(at(0), Signal::Want(true));
        let mut now = 0;
        match way {
            0 => link.handle(at(0), Input::Closed { by: Socket, code: 1006 }),
            1 => link.handle(at(0), Input::Refused(Fault::Blocked)),
            2 => link.handle(at(0), Input::Refused(Fault::Unsupported)),
            3 => {}
            // A proxy on the way lets the socket open, but no frames through.
            _ => link.handle(at(1_000), Input::Opened(Socket)),
        }
        if way >= 3 {
            let given_up = link.deadline().expect("it is given up");
            now = given_up.0;
            link.signal(given_up, Signal::Wake);
        }
        assert!(now <= 5_000, "{now}");
        assert_eq!(drain(&mut link).pop(), Some(connect(Polling)), "way {way}");
        link.handle(at(now), Input::Opened(Polling));
        assert_eq!(drain(&mut link), [Output::Event(LinkEvent::Opened)]);
    }
}

#[test]
fn r11_where_polling_works_a_socket_is_tried_again_after_five_minutes_and_no_sooner() {
    let mut link = polling(0);
    for now in (10_000..300_000).step_by(10_000) {
        hear(&mut link, now, Polling);
        assert!(link.deadline().is_some_and(|at| at.0 > now));
        link.signal(at(now), Signal::Wake);
        link.signal(at(now), Signal::Nudge);
        assert_eq!(drain(&mut link), []);
    }
    hear(&mut link, 299_000, Polling);
    link.signal(at(300_000), Signal::Wake);
    assert_eq!(drain(&mut link), [connect(Socket)]);
    // The socket is not opened: the link continues with polling.
    link.signal(at(304_000), Signal::Wake);
    assert_eq!(drain(&mut link), [disconnect(Socket)]);
    link.signal(at(304_000), Signal::Send(VisitorFrame::Ping {}));
    assert_eq!(drain(&mut link), [transmit(Polling, VisitorFrame::Ping {})]);
    // A link that is lost meanwhile is opened again with the transport that works.
    link.handle(at(305_000), Input::Closed { by: Polling, code: 1006 });
    let next = link.deadline().expect("another attempt");
    drain(&mut link);
    link.signal(next, Signal::Wake);
    assert_eq!(drain(&mut link), [connect(Polling)]);
}

#[test]
fn r11_a_socket_that_works_takes_over_once_it_has_brought_something() {
    let mut link = polling(0);
    link.signal(at(1_000), Signal::Network);
    assert_eq!(drain(&mut link), [connect(Socket)], "another network: at once");
    link.handle(at(1_100), Input::Opened(Socket));
    assert_eq!(drain(&mut link), [transmit(Socket, VisitorFrame::Ping {})]);
    link.signal(at(1_150), Signal::Send(VisitorFrame::Pong {}));
    assert_eq!(drain(&mut link), [transmit(Polling, VisitorFrame::Pong {})], "not before it is known to work");
    link.handle(at(1_200), Input::Text { by: Socket, text: PONG.into() });
    assert_eq!(drain(&mut link), [disconnect(Polling), Output::Event(LinkEvent::Opened)]);
    link.signal(at(1_300), Signal::Send(VisitorFrame::Pong {}));
    assert_eq!(drain(&mut link), [transmit(Socket, VisitorFrame::Pong {})]);
    link.handle(at(1_300), Input::Text { by: Polling, text: PING.into() });
    link.handle(at(1_300), Input::Closed { by: Polling, code: 4401 });
    assert_eq!(drain(&mut link), [], "nothing more is heard of the old one");
}

#[test]
fn r11_a_socket_that_has_worked_is_not_given_up_for_one_failure() {
    let mut link = Live::new(7, true);
    open(&mut link, 0);
    hear(&mut link, 0, Socket);
    link.handle(at(1_000), Input::Closed { by: Socket, code: 1006 });
    for last in [false, true] {
        let next = link.deadline().expect("another attempt");
        drain(&mut link);
        link.signal(next, Signal::Wake);
        link.handle(next, Input::Closed { by: Socket, code: 1006 });
        assert_eq!(drain(&mut link).contains(&connect(Polling)), last);
    }
}

#[test]
fn r38_polling_that_fails_backs_off_like_a_socket() {
    let mut link = polling(0);
    let mut begun = 0;
    for _ in 0..20 {
        link.handle(at(begun), Input::Closed { by: Polling, code: 1006 });
        let next = link.deadline().expect("another attempt");
        link.signal(next, Signal::Wake);
        // When polling cannot be begun either, a socket may work by now.
        link.handle(next, Input::Closed { by: Socket, code: 1006 });
        assert_eq!(drain(&mut link).pop(), Some(connect(Polling)));
        begun = next.0;
    }
    assert!(begun > 20_000, "{begun}");
}
