//! Every state of the widget, in narrow and wide windows, in both directions of writing, with long words and with large text.

use anyhow::ensure;
use chinwag_e2e::{Gallery, LOOKS, Look, scenario};

/// No control of any state is outside of the window or covered, and no words are cut.
async fn every_control_can_be_reached(name: &str, looks: impl Iterator<Item = Look>) {
    let looks: Vec<Look> = looks.collect();
    scenario(name, async |world| {
        world.add_gallery().await?;
        let mut wrong = Vec::new();
        for look in looks {
            let gallery = Gallery::open(world, look).await?;
            for state in &gallery.states {
                gallery.show(state).await?;
                note(&mut wrong, look, state, gallery.faults().await?);
            }
            // The rows that appear after a press.
            gallery.show("chat").await?;
            for (state, act) in [("menu", "more"), ("confirm", "end"), ("emoji", "emoji")] {
                if act == "emoji" {
                    gallery.show("chat").await?;
                }
                gallery.browser.page.js(&format!("deep('[data-do={act}]').click(); return 1;")).await?;
                gallery.rest().await?;
                note(&mut wrong, look, state, gallery.faults().await?);
            }
        }
        ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
        Ok(())
    })
    .await;
}

fn note(wrong: &mut Vec<String>, look: Look, state: &str, faults: Vec<String>) {
    wrong.extend(faults.into_iter().map(|fault| format!("{}, {state}: {fault}", look.name)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a23_every_control_of_every_state_is_in_the_window_and_uncovered() {
    every_control_can_be_reached("a23_every_control", LOOKS.into_iter().filter(|look| look.text == 16)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a23_text_of_twice_the_size_loses_no_control() {
    every_control_can_be_reached("a23_large_text", LOOKS.into_iter().filter(|look| look.text == 32)).await;
}
