//! Idle alert and idle close, with short times.

use crate::client::{Client, server_with};
use crate::common::people::Agent;
use chinwag_machine::grown;
use std::time::{Duration, Instant};

/// Long enough to send a message in between.
const SHORT: &str = "idle_alert = \"1500ms\"\nidle_close = \"1500ms\"";

#[tokio::test]
async fn a_chat_in_which_nothing_is_said_is_closed_after_a_warning() {
    let server = server_with(SHORT).await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut client = Client::start(server.address, &[("nickname", "Bob")]).await;
    assert!(client.poll().await["idleTimerExpire"].is_null(), "who waits is not idle");
    ada.accept().await;
    client.say("hello").await;
    assert!(client.poll().await["idleTimerExpire"].is_u64());
    let alert = client.sees("IdleAlert").await;
    assert_eq!(alert["from"]["type"], "External");
    assert_eq!(alert["userData"]["next-idle-timer-type"], "CLOSE");
    assert_eq!(alert["userData"]["next-idle-timer-secs"], grown(Duration::from_millis(1_500)).as_secs().to_string());
    client.sees("IdleClose").await;
    client.sees("ParticipantLeft").await;
    assert!(client.ended);
    let story = client.story();
    assert_eq!(story[3..], ["IdleAlert External", "IdleClose External", "ParticipantLeft Agent"]);
    // Too late: the user was logged out.
    assert_eq!(client.raw("send", &[("message", "still here")]).await.fault(), (200, 2, true, 8209));
}

#[tokio::test]
async fn a_message_of_either_side_and_a_keep_alive_begin_the_time_anew() {
    let server = server_with(SHORT).await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut client = Client::start(server.address, &[("nickname", "Bob")]).await;
    let conv = ada.accept().await;
    let begun = Instant::now();
    let mut round = 0;
    // Longer than both times together, with messages all the time.
    while begun.elapsed() < grown(Duration::from_millis(3_500)) {
        match round % 3 {
            0 => drop(ada.say(&conv, "well").await),
            1 => drop(client.say("well").await),
            _ => drop(client.call("customNotice", &[("message", r#"{"purpose":"cancel-idle-timer"}"#)]).await),
        }
        round += 1;
        client.poll().await;
        // As often as a client polls after it sent a message; the test waits for the loop's condition.
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(!client.story().iter().any(|line| line.starts_with("Idle")), "{:?}", client.story());
    assert!(!client.story().iter().any(|line| line.starts_with("CustomNotice")), "a keep-alive is told to nobody");
    // After the warning a keep-alive still saves the chat: it is warned once more before it is closed.
    client.sees("IdleAlert").await;
    client.call("customNotice", &[("message", r#"{"purpose":"cancel-idle-timer"}"#)]).await;
    client.sees("IdleClose").await;
    let idle: Vec<String> = client.story().into_iter().filter(|line| line.starts_with("Idle")).collect();
    assert_eq!(idle, ["IdleAlert External", "IdleAlert External", "IdleClose External"]);
}
