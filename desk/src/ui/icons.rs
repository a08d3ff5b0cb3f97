//! Line pictures on a grid of 20 by 20.

pub(super) const MARK: &[&str] = &[
    "M3.5 6.2A2.7 2.7 0 0 1 6.2 3.5h7.6a2.7 2.7 0 0 1 2.7 2.7v4.6a2.7 2.7 0 0 1-2.7 2.7H9.5L5.8 16.6v-3.1A2.5 2.5 0 0 1 3.5 11z",
    "M7 7.4h6M7 10h3.6",
];
pub(super) const CHATS: &[&str] =
    &["M3.5 6A2.5 2.5 0 0 1 6 3.5h8A2.5 2.5 0 0 1 16.5 6v5a2.5 2.5 0 0 1-2.5 2.5H9L5.5 16.5v-3A2.4 2.4 0 0 1 3.5 11z"];
pub(super) const PHONE: &[&str] =
    &["M6.6 3.5 8.4 7 6.9 8.6a10 10 0 0 0 4.5 4.5L13 11.6l3.5 1.8v2a1.6 1.6 0 0 1-1.7 1.6A12.2 12.2 0 0 1 3 5.2a1.6 1.6 0 0 1 1.6-1.7z"];
pub(super) const TEAM: &[&str] =
    &["M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6z", "M2.5 16.5a5 5 0 0 1 10 0", "M13 4a2.8 2.8 0 0 1 0 5.3", "M14.5 11.9a5 5 0 0 1 3 4.6"];
pub(super) const SOUND_ON: &[&str] = &["M3.5 8v4h2.7L10 15.5v-11L6.2 8z", "M12.8 7.4a3.6 3.6 0 0 1 0 5.2", "M15 5.3a6.6 6.6 0 0 1 0 9.4"];
pub(super) const SOUND_OFF: &[&str] = &["M3.5 8v4h2.7L10 15.5v-11L6.2 8z", "M13 8l4 4M17 8l-4 4"];
pub(super) const HELP: &[&str] = &["M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14z", "M7.9 8a2.1 2.1 0 1 1 3 1.9c-.6.3-.9.7-.9 1.4", "M10 13.9v.1"];
pub(super) const LEAVE: &[&str] = &["M8 3.5H5A1.5 1.5 0 0 0 3.5 5v10A1.5 1.5 0 0 0 5 16.5h3", "M12.5 6.5 16 10l-3.5 3.5M16 10H8"];
pub(super) const CLOSE: &[&str] = &["M5 5l10 10M15 5 5 15"];
pub(super) const SEND: &[&str] = &["M3.5 4l13 6-13 6 2-6z", "M5.5 10H10"];
pub(super) const CANNED: &[&str] = &["M11 3 5 11h4l-1 6 7-9h-4.5z"];
/// A queue of people, with the first one being served.
pub(super) const QUEUE: &[&str] =
    &["M5.5 8.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4z", "M2.5 15.5a3 3 0 0 1 6 0", "M17 10h-6M13.5 7.2 10.7 10l2.8 2.8", "M11 4.5h6M11 15.5h6"];
pub(super) const STOP: &[&str] = &["M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14z", "M7.5 7.5l5 5M12.5 7.5l-5 5"];
pub(super) const EYE: &[&str] =
    &["M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5z", "M10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z"];
pub(super) const CHECK: &[&str] = &["M4 10.5 8 14.5 16 6"];
pub(super) const DOWN: &[&str] = &["M5 8l5 5 5-5"];
pub(super) const CLOCK: &[&str] = &["M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14z", "M10 6v4.2l2.7 1.6"];
pub(super) const WARN: &[&str] = &["M10 3.5 17.5 16h-15z", "M10 8.2v3.6M10 13.9v.1"];
pub(super) const CLIP: &[&str] = &["M16.5 9.6 9.6 16.5a4.3 4.3 0 0 1-6.1-6.1l7-7a2.9 2.9 0 0 1 4.1 4.1l-7 7a1.4 1.4 0 0 1-2-2l6.3-6.4"];
pub(super) const PAGE: &[&str] = &["M5 3.5h7l3.5 3.5v9.5H5z", "M11.5 3.5V7.5H15.5"];
