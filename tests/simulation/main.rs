//! Random schedules of visitor, agent, server and network over the engine, the link and a model server: frames are lost, doubled
//! and reordered, connections break, the server crashes, the page is loaded anew. In every case, the rules of
//! CT1.8 hold, and no acknowledged message is lost, doubled or out of order.
#![cfg(not(target_arch = "wasm32"))]
#![allow(unreachable_pub, reason = "modules of one test")]

mod rules;
mod steps;
#[path = "../support/mod.rs"]
mod support;
mod world;

use chinwag::engine::{Action, Happening, Stage};
use chinwag::model::Party;
use chinwag::wire::Code;
use steps::{Step, schedule};
use support::every;
use world::World;

/// Schedules per run.
const SCHEDULES: u32 = 10_000;

#[test]
fn r29_no_schedule_breaks_the_rules() {
    every(SCHEDULES, &schedule(), |steps| {
        let mut world = World::new();
        for step in steps {
            world.run(step);
        }
        world.heal();
        world.check_world();
    });
}

/// The random schedules reach the rare cases; without them they would prove nothing.
#[test]
fn r29_schedules_reach_conversations_surveys_and_restored_pages() {
    let counts = std::cell::Cell::new([0_u32; 7]);
    every(3_000, &schedule(), |steps| {
        let mut world = World::new();
        let mut seen = counts.get();
        for step in steps {
            world.run(step);
        }
        world.heal();
        for event in &world.page.events {
            match event.what {
                Happening::ChatOnline { .. } => seen[0] += 1,
                Happening::SurveyStarted { .. } => seen[1] += 1,
                Happening::ChatRestored { .. } => seen[2] += 1,
                Happening::MessageReceived { .. } => seen[3] += 1,
                Happening::ChatFinished { missed: true, .. } => seen[4] += 1,
                _ => {}
            }
        }
        let begun = world.said.iter().filter(|(conv, text)| conv.is_none() && world.has(text)).count();
        seen[5] += u32::try_from(begun).expect("few");
        seen[6] += u32::try_from(world.said.iter().filter(|(conv, _)| conv.is_none()).count() - begun).expect("few");
        counts.set(seen);
    });
    assert!(counts.get().iter().all(|count| *count > 100), "{:?}", counts.get());
}

/// A message that the server refused for now, when the conversation ended: the visitor saw the end, or ended it, and left the page before the
/// message was tried again.
#[test]
fn r29_a_message_without_an_answer_at_the_end_is_in_the_composer_of_the_next_page() {
    let activate = || Step::Visitor(1, Action::Activate);
    let by_agent = [activate(), Step::Ends(Party::Agent), Step::Down, activate()];
    let by_visitor = [Step::Visitor(1, Action::End), Step::Ends(Party::Agent)];
    for end in [by_agent.to_vec(), by_visitor.to_vec()] {
        let mut world = World::new();
        let begun = vec![activate(), Step::RefusePut(Code::RateLimited), Step::Burst(1, 2), Step::Calm];
        for step in begun.into_iter().chain(end).chain([Step::Reload]) {
            world.run(step);
        }
        world.heal();
        world.run(activate());
        world.check_world();
        let Some(Stage::Chat(chat)) = world.page.engine.view(1).map(|view| view.stage) else { panic!("the composer is shown") };
        assert_eq!(chat.draft, "v2");
    }
}
