//! The desk: visitors come, leave and are put back into the queue; canned replies; sounds; printing.

use crate::accessibility::has_no_violation;
use anyhow::{Result, ensure};
use chinwag_e2e::{Agent, Engine, Page, Visitor, World, scenario};
use serde_json::json;

/// Opens a socket for each of these visitors; each starts a conversation and sends a text, if one is given.
const GUESTS: &str = "const [base, site, widget, all] = arguments; window.guests ??= []; \
     const hex = (bytes) => [...crypto.getRandomValues(new Uint8Array(bytes))].map((b) => b.toString(16).padStart(2, '0')).join(''); \
     all.forEach((words) => { \
       const socket = new WebSocket(`${base.replace('http', 'ws')}/ws/visitor/${site}`); \
       const send = (frame) => socket.send(JSON.stringify(frame)); \
       socket.onopen = () => send({ t: 'hello', version: 1, visitor: 'v_' + hex(16), chats: [] }); \
       socket.onmessage = ({ data }) => { const frame = JSON.parse(data); \
         if (frame.t === 'welcome') send({ t: 'start', id: hex(16), widget, locale: 'en', zone: 'Europe/Rome', values: [] }); \
         if (frame.t === 'started' && words) send({ t: 'put', conv: frame.chat.state.id, id: hex(16), item: { t: 'message', text: words } }); \
         if (frame.t === 'ping') send({ t: 'pong' }); }; \
       guests.push(socket); });";

/// Visitors who send these texts, from the host's page.
pub(crate) async fn guests(page: &Page, world: &World, words: &[&str]) -> Result<()> {
    page.js_with(GUESTS, vec![json!(world.base), json!("plain"), json!("plain-chat"), json!(words)]).await.map(|_| ())
}

/// Ada at the desk in a conversation with a visitor, who said hello.
pub(crate) async fn talk(world: &World) -> Result<(Agent, Visitor)> {
    let agent = world.agent("ada").await?;
    let visitor = world.visitor(Engine::Chromium, "plain").await?;
    visitor.open("Chat").await?;
    visitor.say("Hello!").await?;
    agent.accept().await?;
    agent.reads(&[("visitor", "Hello!")]).await?;
    Ok((agent, visitor))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_who_closes_the_page_is_grey_holds_no_place_and_can_come_back() {
    scenario("desk_presence", async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor(Engine::Chromium, "plain").await?;
        visitor.open("Chat").await?;
        visitor.say("Where is my order?").await?;
        let asked = "return text(deep('[data-test=offer-about]')) === 'Where is my order?' && \
                     text(deep('[data-test=item-about]')) === 'Where is my order?' && text(deep('#list-waiting')) === 'Waiting 1';";
        agent.page().until("an offer with the first message", asked).await?;
        let page = visitor.page().js("return location.href;").await?;
        visitor.page().open("about:blank").await?;
        let gone = "return !deepAll('[data-test=offer]').some(seen) && deep('[data-test=waiting-item]').classList.contains('left') && \
                    /left/.test(text(deep('[data-test=item-age]'))) && text(deep('#list-waiting')) === 'Waiting 0' && \
                    !deep('[data-test=chats-tab] .badge');";
        agent.page().until("the visitor to be grey, not counted and not offered", gone).await?;
        has_no_violation(agent.page(), "desk, a visitor has left").await?;
        let status = agent.page().js("return deep('[data-test=status]').dataset.status;").await?;
        ensure!(status == "ready", "it cost the agent nothing, but the status is {status}");
        visitor.page().open(page.as_str().unwrap_or_default()).await?;
        agent.page().until("the visitor to wait again", "return text(deep('#list-waiting')) === 'Waiting 1';").await?;
        agent.accept().await?;
        agent.say("It is on its way.").await?;
        visitor.page().sees("It is on its way.").await?;
        // In a conversation, too.
        visitor.page().open("about:blank").await?;
        let left =
            "return /left/.test(text(deep('[data-test=conversation-facts]'))) && deep('[data-test=own-item]').classList.contains('left');";
        agent.page().until("the desk to say so", left).await?;
        visitor.page().open(page.as_str().unwrap_or_default()).await?;
        agent
            .page()
            .until("the visitor to be back", "return /answered/.test(text(deep('[data-test=conversation-facts]')));")
            .await
            .map(|_| ())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canned_reply_goes_where_the_caret_is() {
    scenario("desk_canned", async |world| {
        let (agent, _visitor) = talk(world).await?;
        agent.type_keys("Good morning.  Thank you!").await?;
        // Between the two spaces.
        agent.page().press_keys(&"\u{e012}".repeat(11)).await?;
        agent.page().press_keys("/hi").await?;
        agent.page().until("the replies", "return seen(deep('[data-test=canned-option]'));").await?;
        has_no_violation(agent.page(), "desk, canned replies").await?;
        agent.page().press_keys("\u{e007}").await?;
        let put = "const e = deep('[data-test=composer]'); return e.value === 'Good morning. Hello, how can I help you? Thank you!' && \
                   e.selectionStart === 40 && e.selectionEnd === 40;";
        agent.page().until("the reply at the caret", put).await?;
        agent.page().press_keys(" Yes").await?;
        agent.reads(&[("visitor", "Hello!")]).await?;
        agent.page().press_keys("\u{e007}").await?;
        agent.reads(&[("visitor", "Hello!"), ("agent", "Good morning. Hello, how can I help you? Yes Thank you!")]).await
    })
    .await;
}

/// The positions of the parts of the first conversation.
const PLACES: &str = "return JSON.stringify(['.pane-head', '[data-test=details]', '[data-test=transcript]', '[data-test=composer]', '[data-test=send]'] \
     .map((part) => { const { x, y, width, height } = deep(part).getBoundingClientRect(); return [part, x, y, width, height]; }));";

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_moves_nothing_and_says_what_it_is_about() {
    scenario("desk_offer", async |world| {
        let (agent, visitor) = talk(world).await?;
        for (count, (width, height)) in [(1280, 860), (390, 844)].into_iter().enumerate() {
            let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
            agent.browser.devtools("Emulation.setDeviceMetricsOverride", &metrics).await?;
            agent.page().click("the conversation", "return deep('[data-test=conversation-tab]') || deep('[data-test=composer]');").await?;
            agent.type_keys("half a w").await?;
            let before = agent.page().js(PLACES).await?;
            let words = format!("Question {count}: does the city bike come in a larger size, and when could I have it?");
            guests(visitor.page(), world, &[&words]).await?;
            agent.page().sees(&words).await?;
            let after = agent.page().js(PLACES).await?;
            ensure!(before == after, "at {width} px the desk moved: {before} and {after}");
            let reached = "const e = deep('[data-test=composer]'); const r = e.getBoundingClientRect(); \
                           return document.activeElement === e && document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2) === e;";
            ensure!(agent.page().js(reached).await? == true, "at {width} px the composer is covered or has lost the focus");
            has_no_violation(agent.page(), "desk, an offer while one types").await?;
        }
        let line = "return deep('[data-test=details]').offsetHeight * 6 < deep('[data-test=conversation]').offsetHeight;";
        ensure!(agent.page().js(line).await? == true, "the facts are one line");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn giving_back_to_the_queue_has_a_name_and_can_be_undone() {
    scenario("desk_give_back", async |world| {
        let (agent, visitor) = talk(world).await?;
        let metrics = json!({"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": false});
        agent.browser.devtools("Emulation.setDeviceMetricsOverride", &metrics).await?;
        agent.page().until("the tabs", "return seen(deep('[data-test=lists-tab]'));").await?;
        let tabs = agent.page().js("return deep('[data-test=lists-tab]').getBoundingClientRect().y;").await?;
        agent.page().press("Back to queue").await?;
        agent.page().sees("goes back to the queue.").await?;
        let moved = agent.page().js("return deep('[data-test=lists-tab]').getBoundingClientRect().y;").await?;
        ensure!(tabs == moved, "a notice moved the desk from {tabs} to {moved}");
        let closed = "return !deepAll('[data-test=conversation]').some(seen);";
        agent.page().until("the pane to close", closed).await?;
        has_no_violation(agent.page(), "desk, giving back").await?;
        agent.page().press("Undo").await?;
        agent.page().until("the conversation", "return deep('[data-test=conversation][data-seat=own]');").await?;
        agent.say("I am still here.").await?;
        visitor.reads(&[("visitor", "Hello!"), ("agent", "I am still here.")]).await?;
        let events = agent.page().js("return deepAll('[data-test=event]').map(text).join('; ');").await?;
        ensure!(events.as_str().is_some_and(|events| !events.contains("gave it back")), "it left a trace: {events}");
        // And without a reason.
        agent.page().press("Back to queue").await?;
        agent.page().until("the visitor to wait", "return seen(deep('[data-test=waiting-item]'));").await?;
        visitor.page().sees("You are next").await
    })
    .await;
}

/// Counts the notes that a page plays.
const COUNT_NOTES: &str = "window.notes = 0; const make = AudioContext.prototype.createOscillator; \
     AudioContext.prototype.createOscillator = function () { notes += 1; return make.call(this); };";

#[tokio::test(flavor = "multi_thread")]
async fn of_two_desks_in_one_browser_one_sounds() {
    scenario("desk_sounds", async |world| {
        let agent = world.agent("ada").await?;
        let client = agent.page().client();
        let first = client.window().await?;
        let second = client.new_window(true).await?.handle;
        client.switch_to_window(second.clone()).await?;
        let agent = Agent::sign_in(agent.browser.clone(), &world.base, "ada").await?;
        agent.be_ready().await?;
        let visitor = world.visitor(Engine::Chromium, "plain").await?;
        let windows = [first, second];
        for window in &windows {
            client.switch_to_window(window.clone()).await?;
            agent.page().js(COUNT_NOTES).await?;
        }
        // Each desk shows it; together they play the three notes of one offer.
        let heard = async |offers: usize, among: &[_]| -> Result<Vec<u64>> {
            let mut notes = Vec::new();
            for window in among {
                client.switch_to_window(Clone::clone(window)).await?;
                let shown = format!("return deepAll('[data-test=offer]').filter(seen).length === {offers};");
                agent.page().until("the offer", &shown).await?;
                notes.push(agent.page().js("return notes;").await?.as_u64().unwrap_or_default());
            }
            Ok(notes)
        };
        guests(visitor.page(), world, &[""]).await?;
        let notes = heard(1, &windows).await?;
        ensure!(notes.iter().sum::<u64>() == 3, "the desks played {notes:?} notes");
        // The desk that played the notes is closed: the other one plays them from then on.
        let (gone, stays) = if notes.first() == Some(&3) { (0, 1) } else { (1, 0) };
        client.switch_to_window(windows[gone].clone()).await?;
        client.close_window().await?;
        client.switch_to_window(windows[stays].clone()).await?;
        agent.page().until("the other one's turn", "navigator.locks.query().then((q) => { window.turns = q; }); return window.turns && turns.held.length === 1 && !turns.pending.length;").await?;
        guests(visitor.page(), world, &[""]).await?;
        let notes = heard(2, &windows[stays..=stays]).await?;
        ensure!(notes == [3], "the desk that is left played {notes:?} notes");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_paper_stands_the_chosen_conversation_and_all_of_it() {
    scenario("desk_print", async |world| {
        let (agent, visitor) = talk(world).await?;
        for number in 0..40 {
            visitor.page().js(&format!("Chinwag.sendMessage('line {number}');")).await?;
        }
        agent.page().sees("line 39").await?;
        guests(visitor.page(), world, &["Another one"]).await?;
        agent.accept().await?;
        agent.page().click("the first conversation", "return deepAll('[data-test=composer]')[0];").await?;
        let chosen = "return deepAll('[data-test=conversation]')[0].classList.contains('active');";
        agent.page().until("the first conversation to be the chosen one", chosen).await?;
        agent.browser.devtools("Emulation.setEmulatedMedia", &json!({"media": "print"})).await?;
        let paper = "const seenOf = (part) => deepAll(part).filter(seen); const log = seenOf('[data-test=transcript]'); \
             return { logs: log.length, cut: log[0].scrollHeight - log[0].clientHeight, first: text(seenOf('[data-test=message-text]')[0]), \
             last: text(seenOf('[data-test=message-text]').at(-1)), \
             left: ['.bar', '.side', '[data-test=composer]', '[data-test=release]', '[data-test=offer]'].filter((part) => seenOf(part).length), \
             wide: document.scrollingElement.scrollWidth <= innerWidth, whole: document.scrollingElement.scrollHeight >= log[0].scrollHeight };";
        let paper = agent.page().js(paper).await?;
        let wanted = json!({"logs": 1, "cut": 0, "first": "Hello!", "last": "line 39", "left": [], "wide": true, "whole": true});
        ensure!(paper == wanted, "on paper: {paper}");
        Ok(())
    })
    .await;
}
