//! Keyboard shortcuts: Alt and a key, so that typing triggers none; they can be switched off (quality A34).

use crate::browser::focus;
use crate::browser::{Shell, View};
use crate::state::{Action, Stage};
use chinwag::wire::AgentStatus;
use leptos::{ev, prelude::*};

/// Keys and their actions, for the help.
pub(super) const TABLE: &[(&str, &str)] = &[
    ("Alt + A", "Accept the first offer"),
    ("Alt + X", "Decline the first offer"),
    ("Alt + N", "Take the one that has waited longest"),
    ("Alt + Z", "Undo giving a conversation back"),
    ("Alt + 1 … 9", "Go to that conversation"),
    ("Alt + ↓ / ↑", "Next or previous conversation"),
    ("Alt + L", "Go to the lists"),
    ("Alt + C", "Chats"),
    ("Alt + R", "Call requests"),
    ("Alt + T", "Team (supervisors)"),
    ("Alt + S", "Ready or away"),
    ("Alt + H", "This help"),
    ("Enter", "Send; Shift + Enter begins a new line"),
    ("/", "In the message field: canned replies; ↓ ↑ to choose, Enter to insert, Esc to close"),
    ("↓ ↑ Home End", "In a list: go from item to item"),
];

/// Listens to the window's keys.
pub(super) fn listen(shell: Shell) {
    let _ = window_event_listener(ev::keydown, move |event| {
        let plain =
            event.alt_key() && !event.ctrl_key() && !event.meta_key() && !event.shift_key() && !event.get_modifier_state("AltGraph");
        if plain && shell.shortcuts.get_untracked() && press(shell, &event.code()) {
            event.prevent_default();
        }
    });
}

fn press(shell: Shell, code: &str) -> bool {
    if shell.desk.with_untracked(crate::state::Desk::stage) != Stage::Desk {
        return false;
    }
    let first_offer = || shell.desk.with_untracked(|desk| desk.offers.first().map(|offer| offer.conv.clone()));
    let step = |by: isize| {
        shell.desk.with_untracked(|desk| {
            let at = desk.active.as_ref().and_then(|active| desk.panes.iter().position(|pane| pane == active)).unwrap_or(0);
            let count = desk.panes.len();
            (count > 0).then(|| desk.panes.get((at + count).wrapping_add_signed(by) % count).cloned()).flatten()
        })
    };
    let action = match code {
        "KeyA" => first_offer().map(Action::Accept),
        "KeyX" => first_offer().map(Action::Decline),
        "KeyN" => shell.desk.with_untracked(|desk| desk.waiting().first().map(|chat| Action::Take(chat.state.id.clone()))),
        "KeyZ" => shell.desk.with_untracked(|desk| desk.toasts.iter().rev().find_map(|toast| toast.undo.clone()).map(Action::Show)),
        "KeyS" => shell.desk.with_untracked(|desk| {
            let ready = desk.me.as_ref().is_some_and(|me| me.status == AgentStatus::Ready);
            Some(Action::Status(if ready { AgentStatus::Away } else { AgentStatus::Ready }))
        }),
        "ArrowDown" => step(1).map(Action::Show),
        "ArrowUp" => step(-1).map(Action::Show),
        "KeyL" => {
            shell.view.set(View::Chats);
            shell.at_lists.set(true);
            focus::enter(None);
            None
        }
        "KeyC" | "KeyR" | "KeyT" => {
            let supervises = shell.desk.with_untracked(crate::state::Desk::supervises);
            let view = match code {
                "KeyR" => View::Requests,
                "KeyT" if supervises => View::Team,
                "KeyT" => return false,
                _ => View::Chats,
            };
            shell.view.set(view);
            request_animation_frame(|| super::kit::focus("main"));
            None
        }
        "KeyH" => {
            shell.help.set(true);
            None
        }
        code => {
            let Some(index) =
                code.strip_prefix("Digit").and_then(|digit| digit.parse::<usize>().ok()).and_then(|digit| digit.checked_sub(1))
            else {
                return false;
            };
            shell.desk.with_untracked(|desk| desk.panes.get(index).cloned()).map(Action::Show)
        }
    };
    if let Some(action) = action {
        shell.act(action);
    }
    true
}
