//! Requests of a page for which the engine has no frame (G2.5, G4.2).

use super::form::{self, Form};
use super::io::{Operation, Refusal, Reply, Request};
use super::json::{cut, digits};
use super::machine::{Gms, Session};
use crate::model::Timestamp;

/// Typing ends when no keystroke is reported for this long (G2.5). Milliseconds.
const TYPING: i64 = 2_000;
/// Characters of a text that a page hands in.
const TEXT: usize = 16_000;

impl Gms {
    pub(super) fn on_request(&mut self, now: Timestamp, number: u32, request: Request) {
        let Session::Live(live) = &mut self.session else {
            return self.out.refuse_request(number, Refusal::NoSession);
        };
        if !live.is_going() {
            return self.out.refuse_request(number, Refusal::NoSession);
        }
        let (operation, rest, more): (Operation, String, Form) = match request {
            Request::PollNow if live.poll.flight.is_some() => return self.out.refuse_request(number, Refusal::PollRunning),
            Request::PollNow => return self.refresh(now, Some(number)),
            Request::StartPoll => {
                live.poll.paused = false;
                live.poll.soon(now);
                live.poll.tell(true, &mut self.out);
                return self.out.reply(number, Reply::Done);
            }
            Request::StopPoll if live.poll.paused => return self.out.refuse_request(number, Refusal::NotPolling),
            Request::StopPoll => {
                live.poll.paused = true;
                live.poll.tell(false, &mut self.out);
                return self.out.reply(number, Reply::Done);
            }
            Request::ResetPollFailures => {
                live.trouble.reset();
                return self.out.reply(number, Reply::Done);
            }
            Request::Typing { text } => {
                if !self.typing_goes_on(now, TYPING, Some(cut(&text, TEXT)), Some(number)) {
                    self.out.reply(number, Reply::Done);
                }
                return;
            }
            Request::FileDownload { file } if form::is_segment(&file) => {
                let path = form::path(&live.kept.chat, &["file/", &form::encoded(&file), "/download"].concat());
                return self.out.reply(number, Reply::Post { path, form: form::session(&live.kept) });
            }
            Request::FileDelete { file } if form::is_segment(&file) => {
                (Operation::FileDelete, ["file/", &form::encoded(&file), "/delete"].concat(), Vec::new())
            }
            Request::FileDownload { .. } | Request::FileDelete { .. } => return self.out.refuse_request(number, Refusal::Malformed),
            Request::CustomNotice { text } => (Operation::CustomNotice, "customNotice".into(), one("message", &text)),
            Request::UpdateData(data) => (Operation::UpdateData, "updateData".into(), form::flattened(&data)),
            Request::ReadReceipt { position } => (
                Operation::ReadReceipt,
                "readReceipt".into(),
                one("transcriptPosition", &digits(i64::try_from(position).unwrap_or(i64::MAX))),
            ),
            Request::PushUrl { url } => (Operation::PushUrl, "pushUrl".into(), one("pushUrl", &url)),
            Request::UpdateNickname { name } => (Operation::UpdateNickname, "updateNickname".into(), one("nickname", &name)),
            Request::FileLimits => (Operation::FileLimits, "file/limits".into(), Vec::new()),
            Request::FileUpload { data } => (Operation::FileUpload, "file".into(), form::flattened(&data)),
        };
        let mut fields = form::session(&live.kept);
        fields.extend(more);
        let path = form::path(&live.kept.chat, &rest);
        let timeout = if operation == Operation::FileUpload { self.settings.upload_timeout } else { self.settings.ajax_timeout };
        self.out.post(now, operation, (path, fields), timeout, (None, Some(number)));
    }
}

fn one(name: &str, value: &str) -> Form {
    vec![(name.to_owned(), cut(value, TEXT))]
}
