//! Short sounds, made by code. Of several tabs of one agent only one plays them: the tab that holds a lock of the browser (Web Locks, which pass
//! to the next tab by themselves when this one is closed). Where the browser has no such locks, as on a page without TLS, every tab plays them.

use crate::state::Chime;
use js_sys::{Function, Promise, Reflect};
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AudioContext, AudioContextState, OscillatorType};

#[wasm_bindgen]
extern "C" {
    /// `navigator.locks`. web-sys has bindings for it only as an experiment.
    type LockManager;
    #[wasm_bindgen(method, catch)]
    fn request(this: &LockManager, name: &str, work: &Function) -> Result<Promise, JsValue>;
}

thread_local! {
    static CONTEXT: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
    /// The lock that this tab wants or holds. A lock that is no longer wanted is released as soon as the tab gets it.
    static WANTED: RefCell<Option<String>> = const { RefCell::new(None) };
    /// The function that releases the lock.
    static HELD: RefCell<Option<Function>> = const { RefCell::new(None) };
    /// There are no locks here: this tab plays sounds without asking others.
    static ALONE: Cell<bool> = const { Cell::new(false) };
    /// The last sound, and when it began, in milliseconds.
    static LAST: Cell<(Option<Chime>, f64)> = const { Cell::new((None, 0.0)) };
}

/// Makes the browser ready to play. Browsers allow it only inside a click or key press.
pub(super) fn unlock() {
    CONTEXT.with_borrow_mut(|context| {
        if context.is_none() {
            *context = AudioContext::new().ok();
        }
        if let Some(context) = context.as_ref().filter(|context| context.state() == AudioContextState::Suspended) {
            let _ = context.resume();
        }
    });
}

/// From now on this tab can play sounds for this agent; `None`: for no agent.
pub(super) fn stand_for(agent: Option<String>) {
    if WANTED.with_borrow(|wanted| *wanted == agent) {
        return;
    }
    if let Some(give_up) = HELD.take() {
        // This ends a promise, which accepts any value.
        let _ = give_up.call0(&JsValue::UNDEFINED);
    }
    WANTED.set(agent.clone());
    let Some(agent) = agent else { return };
    let Some(locks) = locks() else { return ALONE.set(true) };
    let name = format!("chinwag.desk.sound.{agent}");
    // Called once this tab has the lock; it holds the lock until the promise is resolved.
    let work = Closure::once_into_js(move || {
        Promise::new(&mut |keep, _| {
            if WANTED.with_borrow(|wanted| wanted.as_ref() == Some(&agent)) && HELD.with_borrow(Option::is_none) {
                HELD.set(Some(keep));
            } else {
                let _ = keep.call0(&JsValue::UNDEFINED);
            }
        })
    });
    let asked = locks.request(&name, work.unchecked_ref());
    spawn_local(async move {
        let allowed = match asked {
            Ok(promise) => JsFuture::from(promise).await.is_ok(),
            Err(_) => false,
        };
        // Refused, for example, in a frame without access to storage.
        ALONE.set(ALONE.get() || !allowed);
    });
}

/// Plays a sound in one of the agent's tabs, and only one sound for a burst of messages.
pub(super) fn play_once(chime: Chime) {
    let now = js_sys::Date::now();
    let (last, at) = LAST.get();
    let again = last == Some(chime) && (0.0..PAUSE).contains(&(now - at));
    if !again && (ALONE.get() || HELD.with_borrow(Option::is_some)) {
        LAST.set((Some(chime), now));
        play(chime);
    }
}

/// Plays a sound, if the browser allows it.
pub(super) fn play(chime: Chime) {
    let notes: &[(f32, f64)] = match chime {
        Chime::Offer => &[(659.3, 0.0), (880.0, 0.14), (659.3, 0.28)],
        Chime::Message => &[(740.0, 0.0)],
        Chime::Request => &[(587.3, 0.0), (740.0, 0.14)],
    };
    CONTEXT.with_borrow(|context| {
        if let Some(context) = context.as_ref().filter(|context| context.state() == AudioContextState::Running) {
            for (pitch, after) in notes {
                // A note that cannot be played needs no error.
                let _ = note(context, *pitch, *after);
            }
        }
    });
}

fn note(context: &AudioContext, pitch: f32, after: f64) -> Result<(), JsValue> {
    let start = context.current_time() + after;
    let (tone, volume) = (context.create_oscillator()?, context.create_gain()?);
    tone.set_type(OscillatorType::Sine);
    tone.frequency().set_value_at_time(pitch, start)?;
    volume.gain().set_value_at_time(0.0001, start)?;
    volume.gain().exponential_ramp_to_value_at_time(0.12, start + 0.02)?;
    volume.gain().exponential_ramp_to_value_at_time(0.0001, start + 0.22)?;
    tone.connect_with_audio_node(&volume)?;
    volume.connect_with_audio_node(&context.destination())?;
    tone.start_with_when(start)?;
    tone.stop_with_when(start + 0.25)
}

fn locks() -> Option<LockManager> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    locks.is_object().then(|| locks.unchecked_into())
}

/// Milliseconds between two sounds of a kind.
const PAUSE: f64 = 400.0;
