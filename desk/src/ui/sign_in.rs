//! The sign-in screen.

use super::icons;
use super::kit::icon;
use crate::browser::{Shell, http};
use crate::state::Input;
use leptos::{ev, html, prelude::*};
use wasm_bindgen_futures::spawn_local;

pub(super) fn sign_in() -> impl IntoView {
    let shell = Shell::get();
    let kept = shell.select(|desk| desk.problem.clone());
    let (user, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let said = move || problem.get().or_else(|| kept.get());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let (name, secret) = (user.get_untracked().trim().to_owned(), password.get_untracked());
        if name.is_empty() || secret.is_empty() {
            problem.set(Some("Fill in your user name and your password.".to_owned()));
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let answer = http::sign_in(&name, &secret).await;
            busy.set(false);
            match answer {
                Ok(token) => shell.feed(Input::SignedIn { token }),
                Err(words) => problem.set(Some(words)),
            }
        });
    };
    let invalid = move || problem.with(Option::is_some).then_some("true");
    html::main().class("sign-in").child(
        html::form().class("sign-in-card").attr("novalidate", true).attr("aria-labelledby", "sign-in-title").on(ev::submit, submit).child(
            (
                html::div().class("brand big").child((html::span().class("mark").child(icon(icons::MARK)), html::span().child("Chinwag"))),
                html::h1().id("sign-in-title").child("Sign in to the desk"),
                html::div()
                    .id("sign-in-problem")
                    .attr("role", "alert")
                    .attr("data-test", "sign-in-problem")
                    .child(move || said().map(|words| html::p().class("problem").child((icon(icons::WARN), html::span().child(words))))),
                html::div().class("field").child((
                    html::label().attr("for", "user").child("User name"),
                    html::input()
                        .id("user")
                        .attr("name", "username")
                        .attr("autocomplete", "username")
                        .attr("autocapitalize", "none")
                        .attr("spellcheck", "false")
                        .attr("required", true)
                        .attr("data-test", "sign-in-user")
                        .attr("aria-invalid", invalid)
                        .attr("aria-describedby", "sign-in-problem")
                        .prop("value", move || user.get())
                        .on(ev::input, move |event| user.set(event_target_value(&event))),
                )),
                html::div().class("field").child((
                    html::label().attr("for", "password").child("Password"),
                    html::input()
                        .id("password")
                        .attr("type", "password")
                        .attr("name", "password")
                        .attr("autocomplete", "current-password")
                        .attr("required", true)
                        .attr("data-test", "sign-in-password")
                        .attr("aria-invalid", invalid)
                        .attr("aria-describedby", "sign-in-problem")
                        .prop("value", move || password.get())
                        .on(ev::input, move |event| password.set(event_target_value(&event))),
                )),
                html::button()
                    .attr("type", "submit")
                    .class("button primary wide")
                    .attr("data-test", "sign-in-submit")
                    .attr("aria-disabled", move || busy.get().then_some("true"))
                    .child(move || if busy.get() { "Signing in…" } else { "Sign in" }),
            ),
        ),
    )
}
