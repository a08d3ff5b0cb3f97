//! Handling of answers.

use super::answer::{Answer, Verdict, judge};
use super::form;
use super::io::{Operation, Raw, RawEvent, Reply, Status};
use super::kept::{Kept, VERSION};
use super::log::Log;
use super::machine::{Gms, Live, Phase, Session};
use super::out::{Out, Pending};
use crate::model::{EntryId, Party, Timestamp};
use crate::wire::{Code, ServerFrame};

/// An upper limit for positions: no transcript is longer.
const POSITIONS: i64 = 1 << 48;

impl Gms {
    pub(super) fn on_answer(&mut self, now: Timestamp, id: u64, status: u16, body: &str) {
        let Some(pending) = self.out.take(id) else { return };
        let Pending { operation, ref entry, request, .. } = pending;
        self.out.raw(Raw::Answer { operation, entry: entry.clone(), request, status, body: body.to_owned() });
        if let Some(number) = request {
            self.out.reply(number, Reply::Answer { status, body: body.to_owned() });
        }
        let verdict = judge(status, body);
        if operation == Operation::Start {
            self.started(now, pending, verdict);
            return;
        }
        let Session::Live(live) = &mut self.session else { return };
        if let Verdict::Good(answer) | Verdict::Fault(answer) = &verdict {
            live.adopt(id, answer);
            // The last events of the session are in the transcript.
            if answer.ended == Some(true) && operation != Operation::Refresh {
                live.poll.soon(now);
            }
        }
        match operation {
            Operation::Refresh => self.refreshed(now, &pending, verdict),
            Operation::Send => self.sent(now, pending, verdict),
            Operation::Disconnect => self.disconnected(now, verdict),
            Operation::FileUpload | Operation::PushUrl => live.poll.hurry(now, &self.settings),
            Operation::CustomNotice | Operation::UpdateData => {
                live.poll.hurry(now, &self.settings);
                match (pending.entry, verdict) {
                    (Some(id), Verdict::Good(_)) => self.acknowledge(now, id),
                    (Some(id), Verdict::Fault(answer)) => self.out.refuse(id, send_code(&answer)),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn started(&mut self, now: Timestamp, pending: Pending, verdict: Verdict) {
        let Session::Starting { id, widget } = &self.session else { return };
        if pending.entry.as_ref() != Some(id) {
            return;
        }
        let (id, widget) = (id.clone(), widget.clone());
        self.session = Session::None;
        let answer = match verdict {
            Verdict::Good(answer) => answer,
            // This code does not make the engine try again by itself: the message may have arrived, and a second session would call a
            // second agent. The visitor decides.
            Verdict::Silent | Verdict::Trouble => return self.out.refuse(id, Code::NotFound),
            Verdict::Fault(answer) => return self.out.refuse(id, start_code(&answer)),
        };
        let Some(chat) = answer.chat.clone().filter(|chat| form::is_segment(chat)) else {
            return self.out.refuse(id, Code::Malformed);
        };
        let kept = Kept {
            version: VERSION,
            chat,
            user: answer.user.clone().unwrap_or_default(),
            key: answer.key.clone().unwrap_or_default(),
            alias: answer.alias.clone().unwrap_or_default(),
            start: id.clone(),
            widget,
            opened: now,
            polled: now,
            last: -1,
            sends: Vec::new(),
        };
        let Some(mut live) = Live::begin(kept, &self.visitor, &self.settings, now) else {
            return self.out.refuse(id, Code::Malformed);
        };
        self.out.frame(ServerFrame::Started { id, chat: live.log.page(None, None) });
        live.poll.tell(true, &mut self.out);
        live.batch(now, &answer, false, &mut self.out);
        // Polling starts at the first position here too (G4.7, step 1): events that were seen before are recognised by their index.
        live.position = 1;
        self.session = Session::Live(Box::new(live));
        if answer.ended == Some(true) {
            self.finish(now);
        }
    }

    fn refreshed(&mut self, now: Timestamp, pending: &Pending, verdict: Verdict) {
        let Session::Live(live) = &mut self.session else { return };
        live.poll.flight = None;
        let restoring = match &live.phase {
            Phase::Ending { .. } => return,
            phase => matches!(phase, Phase::Restoring { .. }),
        };
        let silent = verdict == Verdict::Silent;
        match verdict {
            Verdict::Good(answer) if restoring => return self.restored(now, &answer),
            Verdict::Fault(answer) if restoring => {
                let over = answer.code == Some(2) || answer.is_over();
                return self.forget_restored(now, if over { Status::RestoreTimeout } else { Status::RestoreFailed });
            }
            Verdict::Good(answer) => {
                live.trouble.recover(&mut self.out);
                live.batch(now, &answer, false, &mut self.out);
                live.settle(pending.began, &answer);
                if answer.ended == Some(true) {
                    return self.finish(now);
                }
            }
            Verdict::Fault(answer) if answer.is_over() => {
                live.trouble.recover(&mut self.out);
                live.batch(now, &answer, false, &mut self.out);
                return self.finish(now);
            }
            // The typing preview was too long (G4.6), or only this request failed.
            Verdict::Fault(answer) if answer.code == Some(2) || answer.is_too_long() => {
                live.trouble.recover(&mut self.out);
                if let Some(typing) = live.typing.as_mut().filter(|_| answer.is_too_long()) {
                    typing.text.clear();
                }
            }
            Verdict::Silent | Verdict::Trouble | Verdict::Fault(_) if restoring => live.trouble.fail_restore(&self.settings, &mut self.out),
            Verdict::Silent | Verdict::Trouble | Verdict::Fault(_) => live.trouble.fail(silent, &self.settings, &mut self.out),
        }
        live.poll.done(now, &self.settings, self.hidden, &live.trouble);
        live.poll_for_unsure();
    }

    /// The session of an earlier page answers (G4.7, step 7).
    fn restored(&mut self, now: Timestamp, answer: &Answer) {
        if answer.ended != Some(false) {
            return self.forget_restored(now, Status::RestoreTimeout);
        }
        let Session::Live(live) = &mut self.session else { return };
        let Phase::Restoring { chats } = core::mem::replace(&mut live.phase, Phase::Going) else { return };
        // The engine gets all entries in `welcome`; the events are reported after that.
        let mut replay = Out::default();
        live.batch(now, answer, true, &mut replay);
        if live.trouble.is_offline() {
            live.trouble.recover(&mut self.out);
        } else {
            live.trouble.reset();
            self.out.status(Status::Restored);
        }
        live.poll.done(now, &self.settings, self.hidden, &live.trouble);
        live.poll_for_unsure();
        let named = chats.iter().find(|have| have.conv == live.log.state.id);
        let page = live.log.page(named.and_then(|have| have.after), None);
        self.welcome(now, vec![page]);
        self.out.outputs.append(&mut replay.outputs);
        if let Session::Live(live) = &mut self.session {
            live.poll.tell(true, &mut self.out);
        }
    }

    fn sent(&mut self, now: Timestamp, pending: Pending, verdict: Verdict) {
        let Session::Live(live) = &mut self.session else { return };
        let Some(id) = pending.entry else { return };
        match verdict {
            Verdict::Good(_) => {
                live.poll.hurry(now, &self.settings);
                if live.sends.stored(&id) && live.is_going() {
                    self.acknowledge(now, id);
                }
            }
            Verdict::Silent | Verdict::Trouble => {
                if let Some(until) = live.sends.unsure(&id, now) {
                    live.poll.soon(until);
                }
            }
            Verdict::Fault(answer) => {
                if live.sends.get(&id).is_some() {
                    live.sends.drop(&id);
                    self.out.refuse(id, send_code(&answer));
                }
            }
        }
    }

    fn disconnected(&mut self, now: Timestamp, verdict: Verdict) {
        let Session::Live(live) = &mut self.session else { return };
        let Phase::Ending { id, tries, next } = &mut live.phase else { return };
        let failed = matches!(verdict, Verdict::Silent | Verdict::Trouble);
        // If the request is lost, the server drops the silent client by itself (G4.1).
        if failed && *tries <= self.settings.poll_exception_limit {
            *next = Some(now.after(self.settings.poll_rate_max));
            return;
        }
        let id = id.clone();
        if let Some(mut log) = self.close() {
            let seq = log.state.head.saturating_add(1);
            log.end(now, Some(Party::Visitor));
            self.out.frame(ServerFrame::Ack { conv: log.state.id.clone(), id, seq, at: now });
            self.session = Session::Over(Box::new(log));
        }
    }

    /// The server reported that the session ended.
    fn finish(&mut self, now: Timestamp) {
        self.typing_stops(now, false);
        let Session::Live(live) = &mut self.session else { return };
        live.poll.tell(false, &mut self.out);
        let lost: Vec<EntryId> = live.sends.give_up();
        if let Some(mut log) = self.close() {
            if let Some(entry) = log.end(now, None) {
                self.out.frame(ServerFrame::Entry { conv: log.state.id.clone(), entry });
            }
            self.session = Session::Over(Box::new(log));
        }
        for id in lost {
            self.out.refuse(id, Code::Ended);
        }
    }

    fn close(&mut self) -> Option<Log> {
        match core::mem::replace(&mut self.session, Session::None) {
            Session::Live(live) => Some(live.log),
            _ => None,
        }
    }
}

impl Live {
    /// Reads the session's members of an answer (G4.1), unless the answer to a later request was read before.
    fn adopt(&mut self, request: u64, answer: &Answer) {
        if request < self.adopted {
            return;
        }
        self.adopted = request;
        let Kept { user, key, alias, .. } = &mut self.kept;
        for (place, told) in [(user, &answer.user), (key, &answer.key), (alias, &answer.alias)] {
            if let Some(told) = told {
                place.clone_from(told);
            }
        }
    }

    /// Reports the events that were not seen before, in their order (G2.7).
    fn batch(&mut self, now: Timestamp, answer: &Answer, restoring: bool, out: &mut Out) {
        let mut events = Vec::new();
        // An event without an index has the position in the list that was asked for (G4.2).
        let mut index = self.position.saturating_sub(1);
        for event in &answer.events {
            index = event.index.unwrap_or_else(|| index.saturating_add(1));
            if index <= self.log.last {
                continue;
            }
            let sends = &mut self.sends;
            let heard = self.log.hear(now, index, event, |text| sends.claim(index, text));
            events.push(RawEvent { index, entry: heard.id, json: event.json.clone() });
            if restoring {
                continue;
            }
            let conv = &self.log.state.id;
            for entry in heard.entries {
                out.frame(ServerFrame::Entry { conv: conv.clone(), entry });
            }
            if let Some((who, on)) = heard.typing {
                out.frame(ServerFrame::Typing { conv: conv.clone(), who, on });
            }
        }
        if !events.is_empty() {
            out.raw(Raw::Events { events, restoring, idle: answer.idle });
        }
        let next = match answer.next {
            Some(next) if !answer.cut => next.min(POSITIONS),
            _ => self.log.last.saturating_add(1),
        };
        self.position = self.position.max(next);
        if answer.cut {
            self.poll.soon(now);
        }
    }

    /// Decides, from the transcript, about messages whose requests had no answer.
    fn settle(&mut self, asked: Timestamp, answer: &Answer) {
        if !answer.cut {
            self.sends.settle(asked);
        }
    }

    fn poll_for_unsure(&mut self) {
        if let Some(until) = self.sends.deadline() {
            self.poll.soon(until);
        }
    }
}

/// The code of a refused start. With these codes the engine does not try again by itself.
fn start_code(answer: &Answer) -> Code {
    match answer.http {
        401 | 403 => Code::Unauthorized,
        404 | 410 => Code::NotFound,
        413 => Code::TooLarge,
        429 => Code::QueueFull,
        _ => Code::Malformed,
    }
}

/// Why a message was refused.
fn send_code(answer: &Answer) -> Code {
    match answer.http {
        _ if answer.ended == Some(true) => Code::Ended,
        _ if answer.is_too_long() => Code::TooLarge,
        _ if answer.is_over() && answer.code != Some(2) => Code::Ended,
        401 | 403 => Code::Unauthorized,
        404 | 410 => Code::NotFound,
        429 => Code::RateLimited,
        _ => Code::Malformed,
    }
}
