//! Short sounds, made by code.

use crate::state::Chime;
use std::cell::RefCell;
use web_sys::{AudioContext, AudioContextState, OscillatorType};

thread_local! {
    static CONTEXT: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
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

/// Plays a sound, if the browser lets us.
pub(super) fn play(chime: Chime) {
    let notes: &[(f32, f64)] = match chime {
        Chime::Offer => &[(659.3, 0.0), (880.0, 0.14), (659.3, 0.28)],
        Chime::Message => &[(740.0, 0.0)],
        Chime::Request => &[(587.3, 0.0), (740.0, 0.14)],
    };
    CONTEXT.with_borrow(|context| {
        if let Some(context) = context.as_ref().filter(|context| context.state() == AudioContextState::Running) {
            for (pitch, after) in notes {
                // A note that cannot be played is not worth an error.
                let _ = note(context, *pitch, *after);
            }
        }
    });
}

fn note(context: &AudioContext, pitch: f32, after: f64) -> Result<(), wasm_bindgen::JsValue> {
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
