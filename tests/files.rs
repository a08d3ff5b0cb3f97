//! Uploads without a network: against a server that loses requests, cuts them, and is down for a while (quality R64, R65).
#![cfg(not(target_arch = "wasm32"))]

use chinwag::client::files::{Order, UploadState, Uploads};
use chinwag::model::{ConversationId, EntryId, FileRules, Timestamp};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn rules() -> FileRules {
    FileRules { max_size: 1000, max_files: 5, max_total: 4000, types: vec!["txt".into(), "png".into()] }
}

/// The bytes that the server has of each id, and the complete files, in the order in which they became complete.
#[derive(Default)]
struct Server {
    parts: BTreeMap<EntryId, u64>,
    whole: Vec<EntryId>,
}

/// The fate of a request.
#[derive(Clone, Copy, Debug)]
enum Luck {
    /// Request and answer arrive.
    Fine,
    /// The request does not arrive.
    Lost,
    /// So many per cent of the remaining bytes arrive, then the connection is cut.
    Cut(u64),
    /// The request is carried out, and the answer is lost.
    Mute,
    /// The server answers with an error.
    Ill,
}

struct World {
    uploads: Uploads,
    server: Server,
    now: Timestamp,
}

impl World {
    fn new() -> Self {
        Self { uploads: Uploads::default(), server: Server::default(), now: Timestamp(0) }
    }

    fn add(&mut self, id: &str, name: &str, size: u64) {
        let place = (ConversationId::from("c"), EntryId::from(id));
        self.uploads.add(self.now, place, name.into(), size, &rules(), (0, 0));
    }

    fn state(&self, id: &str) -> Option<UploadState> {
        self.uploads.files().iter().find(|file| file.id.as_str() == id).map(|file| file.state.clone())
    }

    /// Carries out the tasks that are due; each request has its own fate.
    fn work(&mut self, luck: &mut impl FnMut() -> Luck) {
        while let Some(order) = self.uploads.poll_order() {
            match order {
                Order::Ask { id, .. } => match luck() {
                    Luck::Fine => self.answer(&id),
                    Luck::Ill => self.uploads.answered(self.now, &id, 503, "{\"error\":{\"code\":\"unavailable\"}}"),
                    _ => self.uploads.answered(self.now, &id, 0, ""),
                },
                Order::Send { id, size, offset, .. } => self.send(&id, size, offset, luck()),
                Order::Drop { .. } => {}
            }
        }
    }

    fn send(&mut self, id: &EntryId, size: u64, offset: u64, luck: Luck) {
        let has = self.server.parts.get(id).copied().unwrap_or(0);
        let done = self.server.whole.contains(id);
        match luck {
            Luck::Lost => return self.uploads.answered(self.now, id, 0, ""),
            Luck::Ill => return self.uploads.answered(self.now, id, 502, "<html>"),
            _ => {}
        }
        if !done && offset != has {
            let text = format!("{{\"error\":{{\"code\":\"offset\"}},\"offset\":{has}}}");
            return self.uploads.answered(self.now, id, 409, &text);
        }
        let arrives = if let Luck::Cut(part) = luck { (size - offset) * part / 100 } else { size - offset };
        self.uploads.progress(id, offset + arrives);
        if !done {
            self.server.parts.insert(id.clone(), offset + arrives);
            if offset + arrives == size {
                self.server.whole.push(id.clone());
            }
        }
        match luck {
            Luck::Fine => self.answer(id),
            _ => self.uploads.answered(self.now, id, 0, ""),
        }
    }

    fn answer(&mut self, id: &EntryId) {
        let text = if self.server.whole.contains(id) {
            "{\"entry\":{\"seq\":1}}".to_owned()
        } else {
            format!("{{\"offset\":{}}}", self.server.parts.get(id).copied().unwrap_or(0))
        };
        self.uploads.answered(self.now, id, 200, &text);
    }

    /// Waits until the next attempt.
    fn wait(&mut self) -> bool {
        let Some(at) = self.uploads.deadline() else { return false };
        self.now = self.now.max(at);
        self.uploads.wake(self.now);
        true
    }
}

fn lucks() -> impl Strategy<Value = Vec<Luck>> {
    let luck = prop_oneof![Just(Luck::Fine), Just(Luck::Lost), (0_u64..=100).prop_map(Luck::Cut), Just(Luck::Mute), Just(Luck::Ill)];
    proptest::collection::vec(luck, 0..40)
}

proptest! {
    #[test]
    fn r65_whatever_is_lost_each_file_is_there_once_and_in_order(lucks in lucks(), sizes in proptest::collection::vec(1_u64..1000, 1..4)) {
        let mut world = World::new();
        for (index, size) in sizes.iter().enumerate() {
            world.add(&format!("f{index}"), "a.txt", *size);
        }
        let mut lucks = lucks.into_iter();
        let mut luck = || lucks.next().unwrap_or(Luck::Fine);
        for _ in 0..400 {
            world.work(&mut luck);
            if !world.wait() {
                // The visitor presses "again".
                let failed: Vec<EntryId> = world.uploads.files().iter().filter(|file| matches!(file.state, UploadState::Failed { .. })).map(|file| file.id.clone()).collect();
                if failed.is_empty() {
                    break;
                }
                failed.iter().for_each(|id| world.uploads.retry(id));
            }
        }
        prop_assert!(world.uploads.files().iter().all(|file| file.state == UploadState::Stored), "{:?}", world.uploads.files());
        let mut whole = world.server.whole.clone();
        whole.dedup();
        prop_assert_eq!(whole.len(), sizes.len());
        prop_assert_eq!(world.server.whole.len(), sizes.len(), "no second copy");
    }
}

#[test]
fn what_the_site_does_not_take_is_said_before_a_byte_leaves() {
    let mut world = World::new();
    for (id, name, size, code) in [
        ("a", "a.exe", 1, "file_wrong_type"),
        ("b", "a.txt", 0, "file_empty"),
        ("c", "a.txt", 1001, "file_too_large"),
        ("d", "a.txt", 100 * 1024 * 1024, "file_too_large"),
    ] {
        world.add(id, name, size);
        assert_eq!(world.state(id), Some(UploadState::Failed { code: code.into(), retry: false }));
        assert_eq!(world.uploads.poll_order(), None, "{name} {size}");
    }
    // Uploads that are under way count as well.
    for id in ["1", "2", "3", "4"] {
        world.add(id, "a.png", 1000);
    }
    world.add("5", "a.png", 1);
    assert_eq!(world.state("5"), Some(UploadState::Failed { code: "files_too_large".into(), retry: false }));
    world.uploads.cancel(&"4".into());
    world.add("6", "a.png", 1);
    world.add("7", "a.png", 999);
    world.add("8", "a.png", 1);
    assert_eq!(world.state("8"), Some(UploadState::Failed { code: "too_many_files".into(), retry: false }));
}

#[test]
fn r64_files_wait_for_a_line_that_is_gone_and_go_on_when_it_is_back() {
    let mut world = World::new();
    world.add("a", "a.txt", 100);
    world.add("b", "b.txt", 100);
    world.work(&mut || Luck::Cut(50));
    assert!(matches!(world.state("a"), Some(UploadState::Resting { sent: 50, .. })), "{:?}", world.state("a"));
    assert_eq!(world.state("b"), Some(UploadState::Waiting), "in order");
    // Each pause is longer, up to a limit; then the visitor is asked.
    let mut rests = Vec::new();
    while matches!(world.state("a"), Some(UploadState::Resting { .. })) {
        rests.extend(world.uploads.deadline().map(|at| at.since(world.now)));
        world.wait();
        world.work(&mut || Luck::Lost);
    }
    assert_eq!(rests, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    assert_eq!(world.state("a"), Some(UploadState::Failed { code: String::new(), retry: true }));
    // The first upload is given up; the second one gets its turn, and fails in the same way.
    while !matches!(world.state("b"), Some(UploadState::Failed { .. })) {
        world.wait();
        world.work(&mut || Luck::Lost);
    }
    world.uploads.reachable();
    for _ in 0..3 {
        world.work(&mut || Luck::Fine);
    }
    assert_eq!((world.state("a"), world.state("b")), (Some(UploadState::Stored), Some(UploadState::Stored)));
    assert_eq!(world.server.whole.len(), 2);
    world.uploads.listed(&"a".into());
    assert_eq!(world.state("a"), None);
}

#[test]
fn what_is_too_much_for_now_waits_for_somebody_to_try_again() {
    let mut world = World::new();
    world.add("a", "a.txt", 100);
    world.add("b", "b.txt", 100);
    assert!(matches!(world.uploads.poll_order(), Some(Order::Send { .. })));
    let later = "{\"error\":{\"code\":\"files_later\",\"message\":\"a visitor may send 3 files in an hour: try again later\"}}";
    world.uploads.answered(world.now, &"a".into(), 429, later);
    assert_eq!(world.state("a"), Some(UploadState::Failed { code: "files_later".into(), retry: true }), "it does not ask again by itself");
    assert!(matches!(world.uploads.poll_order(), Some(Order::Send { id, .. }) if id.as_str() == "b"), "the next one has its turn");
    // Any other 429 ends soon.
    world.uploads.answered(world.now, &"b".into(), 429, "{\"error\":{\"code\":\"rate_limited\"}}");
    assert!(matches!(world.state("b"), Some(UploadState::Resting { .. })));
    world.uploads.cancel(&"b".into());
    world.uploads.reachable();
    assert!(matches!(world.state("a"), Some(UploadState::Failed { .. })), "a link that comes back does not ask again either");
    world.uploads.retry(&"a".into());
    for _ in 0..2 {
        world.work(&mut || Luck::Fine);
    }
    assert_eq!(world.state("a"), Some(UploadState::Stored));
}

#[test]
fn a_cancelled_file_is_gone_and_the_next_one_begins() {
    let mut world = World::new();
    world.add("a", "a.txt", 100);
    world.add("b", "b.txt", 100);
    assert!(matches!(world.uploads.poll_order(), Some(Order::Send { id, offset: 0, .. }) if id.as_str() == "a"));
    world.uploads.progress(&"a".into(), 60);
    assert_eq!(world.state("a"), Some(UploadState::Sending { sent: 60 }));
    world.uploads.cancel(&"a".into());
    assert!(matches!(world.uploads.poll_order(), Some(Order::Drop { id, begun: true, .. }) if id.as_str() == "a"));
    assert!(matches!(world.uploads.poll_order(), Some(Order::Send { id, .. }) if id.as_str() == "b"));
    // A late answer for the first one changes nothing.
    world.uploads.answered(world.now, &"a".into(), 0, "");
    world.uploads.answered(world.now, &"b".into(), 409, "{\"error\":{\"code\":\"ended\"}}");
    assert_eq!(world.state("b"), Some(UploadState::Failed { code: "ended".into(), retry: false }));
    // Answers that our server never gives.
    world.add("c", "c.txt", 10);
    for (status, text) in [(200, "{\"offset\":99999}"), (200, "{\"offset\":-1}"), (200, "<html>"), (302, ""), (200, "{\"entry\":1}")] {
        world.work(&mut || Luck::Lost);
        world.uploads.answered(world.now, &"c".into(), status, text);
    }
}
