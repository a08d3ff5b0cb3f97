//! Durations and names as text.

use chinwag::client::files::{Upload, UploadState};
use chinwag::model::{FileFault, FileRules};
use chinwag::wire::AgentStatus;

/// A duration, in the coarsest unit that is still useful: `now`, `45 s`, `12 min`, `3 h 05 min`, `2 d`.
#[must_use]
pub fn age(millis: i64) -> String {
    let seconds = (millis / 1_000).max(0);
    match seconds {
        0..=1 => "now".to_owned(),
        2..=59 => format!("{seconds} s"),
        60..=3_599 => format!("{} min", seconds / 60),
        3_600..=86_399 => format!("{} h {:02} min", seconds / 3_600, seconds / 60 % 60),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// A time in the past, relative to now: `a moment ago`, `12 min ago`.
#[must_use]
pub fn ago(millis: i64) -> String {
    if millis < 2_000 { "a moment ago".to_owned() } else { format!("{} ago", age(millis)) }
}

/// Seconds that are left: the nearest number, and 0 only when nothing is left.
#[must_use]
pub fn countdown(millis: i64) -> i64 {
    if millis <= 0 { 0 } else { (millis.saturating_add(500) / 1_000).max(1) }
}

/// A field's name as a label: `first_name` is `First name`.
#[must_use]
pub fn label_of(name: &str) -> String {
    let mut label = String::with_capacity(name.len());
    for (index, c) in name.chars().enumerate() {
        match c {
            '_' | '-' => label.push(' '),
            c if index == 0 => label.extend(c.to_uppercase()),
            c if c.is_uppercase() => {
                if label.chars().next_back().is_some_and(char::is_lowercase) {
                    label.push(' ');
                }
                label.extend(c.to_lowercase());
            }
            c => label.push(c),
        }
    }
    label
}

/// A status in words.
#[must_use]
pub fn status_word(status: AgentStatus) -> &'static str {
    match status {
        AgentStatus::Ready => "Ready",
        AgentStatus::Away => "Away",
        AgentStatus::Offline => "Offline",
        AgentStatus::Unknown(word) => word.text(),
    }
}

/// The server's message as a sentence: with a capital letter at the beginning and a full stop at the end.
pub(super) fn sentence(words: &str) -> String {
    let words = words.trim();
    let mut sentence: String = words.chars().take(1).flat_map(char::to_uppercase).chain(words.chars().skip(1)).collect();
    if sentence.chars().next_back().is_some_and(char::is_alphanumeric) {
        sentence.push('.');
    }
    sentence
}

/// A size in a unit that is easy to read.
#[must_use]
pub fn bytes(size: u64) -> String {
    match size {
        0..1_000 => format!("{size} bytes"),
        1_000..1_000_000 => format!("{} kB", size.div_ceil(1_000)),
        _ => format!("{}.{} MB", size / 1_000_000, size % 1_000_000 / 100_000),
    }
}

/// The progress of a file on its way.
#[must_use]
pub fn upload_words(file: &Upload, rules: Option<&FileRules>) -> String {
    match &file.state {
        UploadState::Waiting => "Waiting for the one before it".to_owned(),
        UploadState::Sending { .. } => format!("Sending · {}", bytes(file.size)),
        UploadState::Resting { .. } => "No connection. It goes on by itself".to_owned(),
        UploadState::Stored => "Sent".to_owned(),
        UploadState::Failed { code, .. } if code == FileFault::Later.word() => {
            "As many files as may be were sent for now. Try again later.".to_owned()
        }
        UploadState::Failed { retry: true, .. } => "It could not be sent. Try again.".to_owned(),
        UploadState::Failed { code, .. } => match (FileFault::from_word(code), rules) {
            (Some(FileFault::Empty), _) => "The file is empty.".to_owned(),
            (Some(FileFault::TooLarge), Some(rules)) => format!("A file has {} at most.", bytes(rules.max_size)),
            (Some(FileFault::WrongType), Some(rules)) => {
                format!("Files of this type are not taken. Taken are: {}.", rules.types.join(", "))
            }
            (Some(FileFault::Damaged), _) => "The picture is damaged. Open it, save it again and send that.".to_owned(),
            (Some(FileFault::TooMany), Some(rules)) => format!("A conversation has {} files at most.", rules.max_files),
            (Some(FileFault::TooMuch), Some(rules)) => {
                format!("The files of a conversation have {} together at most.", bytes(rules.max_total))
            }
            (Some(FileFault::Off), _) => "This site takes no files.".to_owned(),
            _ if code == "ended" => "The conversation has ended.".to_owned(),
            _ => "The server did not take it.".to_owned(),
        },
    }
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_well() {
        for (millis, words) in
            [(-5, "now"), (1_999, "now"), (45_000, "45 s"), (719_000, "11 min"), (11_100_000, "3 h 05 min"), (200_000_000, "2 d")]
        {
            assert_eq!(age(millis), words);
        }
        assert_eq!((ago(-5), ago(719_000)), ("a moment ago".to_owned(), "11 min ago".to_owned()));
        assert_eq!((countdown(-1), countdown(1), countdown(2_000)), (0, 1, 2));
    }

    #[test]
    fn what_the_server_says_becomes_a_sentence() {
        assert_eq!(sentence("another agent has it"), "Another agent has it.");
        assert_eq!(sentence("Over."), "Over.");
        assert_eq!(sentence(""), "");
    }

    #[test]
    fn names_become_labels() {
        assert_eq!(label_of("first_name"), "First name");
        assert_eq!(label_of("orderNumber"), "Order number");
        assert_eq!(label_of(""), "");
    }
}
