//! Notices: what has to be told and belongs to no conversation.

/// One notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub id: u64,
    pub tone: Tone,
    pub text: String,
    /// When it goes by itself; problems stay until they are dismissed. Milliseconds since 1970.
    pub until: Option<i64>,
}

/// How serious it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Information,
    Problem,
}
