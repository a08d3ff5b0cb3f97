/** The contract's literal texts for commands of WebChatService, with our link and with a chat server. */

export const NO_SESSION = 'There is no active chat session';
export const PRIVATE = 'Access Denied to private command. Only WebChatService is allowed to invoke this command';
