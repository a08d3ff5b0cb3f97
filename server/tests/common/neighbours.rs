//! A second conversation on the same server.

use super::Server;
use super::people::{Agent, Visitor};
use chinwag::model::ConversationId;

/// A visitor and an agent whose conversation must not be disturbed.
pub struct Neighbours {
    pub agent: Agent,
    pub visitor: Visitor,
    pub conv: ConversationId,
    said: u32,
}

impl Neighbours {
    pub async fn talk(server: &Server) -> Self {
        let mut agent = Agent::ready(server.address, "grace").await;
        let mut visitor = Visitor::come(server.address).await;
        visitor.start("sales", &[]).await;
        let conv = agent.accept().await;
        let mut neighbours = Self { agent, visitor, conv, said: 0 };
        neighbours.go_on().await;
        neighbours
    }

    pub async fn go_on(&mut self) {
        self.said += 1;
        let text = format!("undisturbed {}", self.said);
        self.visitor.say(&self.conv, &text).await;
        self.agent.hears(&text).await;
    }
}
