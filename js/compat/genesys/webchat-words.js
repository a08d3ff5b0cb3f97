/** The contract's literal texts for WebChat. */

/** Literal texts (G3.2). */
export const OPENED_ALREADY = 'already opened';
export const CLOSED_ALREADY = 'already closed';
export const NO_VIEW = 'WindowManager.registerDockView failed';
export const NOTHING_TO_END = 'there is no active chat session to end';
export const NO_INVITE = 'Chat is already open. Ignoring invite command.';
export const NO_BUTTON = 'Chat button is not enabled in the configuration, or already visible. Ignoring command.';
export const BUTTON_HIDDEN = 'Chat button is already hidden. Ignoring command.';
export const NOT_OPEN = 'WebChat is not currently open. Ignoring command.';
export const HIDDEN_ALREADY = 'WebChat is not open or is already hidden.';
export const SHOWN_ALREADY = 'WebChat is not open or is already showing.';
export const NO_INJECTION = 'No chat session to inject into.';
export const BAD_CONFIG = 'Invalid configuration';

/** The names of our events, for introspection (G3.3). */
export const EVENTS = [
  'ready', 'opened', 'started', 'submitted', 'rejected', 'completed', 'cancelled', 'closed', 'minimized', 'unminimized', 'messageAdded',
  'chatButtonDisplayed',
];
