/** The contract's own words for commands of WebChatService, whoever answers them. */

export const NO_SESSION = 'There is no active chat session';
export const PRIVATE = 'Access Denied to private command. Only WebChatService is allowed to invoke this command';
