//! Drawn signs. All are hidden from assistive technology: the control around one carries the name.

use super::dom::{El, int, svg};

pub(super) const CHAT: &str =
    "M21 11.5a8.4 8.4 0 0 1-8.5 8.3 9 9 0 0 1-3.6-.8L3.5 20.5l1.6-4.6A8 8 0 0 1 4 11.5a8.4 8.4 0 0 1 8.5-8.3A8.4 8.4 0 0 1 21 11.5Z";
pub(super) const PHONE: &str =
    "M6.2 3.5h3l1.6 4.3-2 1.6a12 12 0 0 0 5.8 5.8l1.6-2 4.3 1.6v3a1.8 1.8 0 0 1-2 1.8A16.3 16.3 0 0 1 4.4 5.5a1.8 1.8 0 0 1 1.8-2Z";
pub(super) const CLOSE: &str = "M6 6l12 12M18 6 6 18";
pub(super) const DOWN: &str = "M5.5 9l6.5 6.5L18.5 9";
pub(super) const SEND: &str = "M4.5 12 3.6 4.9a.6.6 0 0 1 .9-.6l16 7.2a.6.6 0 0 1 0 1l-16 7.2a.6.6 0 0 1-.9-.6L4.5 12Zm0 0h7";
pub(super) const SMILE: &str = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM8.5 14a4.2 4.2 0 0 0 7 0M9 9.5v.4M15 9.5v.4";
pub(super) const CHECK: &str = "M5 12.5l4.7 4.7L19.5 7.4";
pub(super) const ALERT: &str = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7.7v5M12 16.2v.1";
pub(super) const CLOCK: &str = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7.2V12l3.2 2";
pub(super) const STAR: &str = "M12 3.6l2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.7-5.2 2.7 1-5.8-4.2-4.1 5.8-.8L12 3.6Z";

/// A sign from the outline of it, in a square of 24.
pub(super) fn icon(path: &str) -> El {
    let drawing = svg("svg").attr("viewBox", "0 0 24 24").attr("aria-hidden", "true").attr("focusable", "false");
    drawing.with(&svg("path").attr("d", path))
}

/// A face: `score` of `min..=max`, from sad to happy.
pub(super) fn face(score: u32, min: u32, max: u32) -> El {
    let steps = i64::from(max.saturating_sub(min)).max(1);
    // How far the mouth's middle hangs below its corners: -5 to 5.
    let bend = i64::from(score.saturating_sub(min)) * 10 / steps - 5;
    let mut path = String::from("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM9 9.3v.4M15 9.3v.4M8.3 ");
    let corner = 15 - bend / 4;
    path.push_str(&int(corner));
    path.push_str("Q12 ");
    path.push_str(&int(corner + bend));
    path.push_str(" 15.7 ");
    path.push_str(&int(corner));
    icon(&path)
}
