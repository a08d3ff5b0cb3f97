//! Ids: opaque text. They name things; none of them grants access (quality S19).

use crate::wire::codec::id;

id! {
    /// A conversation. Made by the server, 128 random bits: `c_` and 32 hexadecimal digits.
    ConversationId,
    /// An entry of a conversation. Made by its sender before it leaves, so that a repeat is recognised.
    EntryId,
    /// A member of a conversation: a visitor (`v_` and 32 hexadecimal digits) or an agent (`a_` and the account's name).
    ParticipantId,
    /// A stored request for a call: `r_` and 32 hexadecimal digits.
    RequestId,
    /// A site: the public key in the embed snippet.
    SiteKey,
    /// A widget's definition. Two containers on one page may share it; their element ids tell them apart.
    WidgetId,
}
