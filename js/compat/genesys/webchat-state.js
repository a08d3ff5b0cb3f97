/**
 * The state of WebChat's window: its place on the screen, and the stage of the chat in it. Both change by the named events of the table only;
 * inputs of page, visitor, service and core all become such events.
 */

/**
 * The window. A hidden window is shown again in its earlier stage.
 *
 * @typedef {'closed' | 'open' | 'minimized' | 'hidden' | 'hidden-minimized'} WindowStage
 */

/**
 * The chat.
 *
 * * `none`: there is no session;
 * * `starting`: a start is under way;
 * * `abandoned`: a start is under way, and the window was closed meanwhile: the session is ended as soon as it begins;
 * * `active`: a session is open;
 * * `leaving`: a session is open and was asked to end: the window then closes without a question;
 * * `left`: it has ended, and the window closes now.
 *
 * @typedef {'none' | 'starting' | 'abandoned' | 'active' | 'leaving' | 'left'} ChatStage
 */

/** New states by old ones. @typedef {Partial<Record<WindowStage | ChatStage, WindowStage | ChatStage>>} Changes */

/** The window is closed. @type {Changes} */
const CLOSED = { open: 'closed', minimized: 'closed', hidden: 'closed', 'hidden-minimized': 'closed', starting: 'abandoned', leaving: 'active', left: 'none' };
/** The window is on the page; a start that is under way goes on. @type {Changes} */
const THERE = { abandoned: 'starting', leaving: 'active', left: 'none' };

/** The transitions, by event; other states stay as they are. @satisfies {Record<string, Changes>} */
export const TRANSITIONS = {
  /** The page asked for the window, which waits for the core. */
  ask: { closed: 'open' },
  open: { ...THERE, closed: 'open', minimized: 'open', hidden: 'open', 'hidden-minimized': 'open' },
  openSmall: { ...THERE, closed: 'minimized', open: 'minimized', hidden: 'minimized', 'hidden-minimized': 'minimized' },
  close: CLOSED,
  minimize: { open: 'minimized', hidden: 'hidden-minimized' },
  enlarge: { minimized: 'open', 'hidden-minimized': 'hidden' },
  hide: { open: 'hidden', minimized: 'hidden-minimized' },
  show: { hidden: 'open', 'hidden-minimized': 'minimized' },

  submit: { none: 'starting' },
  refused: { starting: 'none', abandoned: 'none' },
  begun: { none: 'active', starting: 'active', abandoned: 'active', left: 'leaving' },
  /** The window is to close, and a session is open. */
  leave: { active: 'leaving' },
  stay: { leaving: 'active', left: 'none' },
  ended: { active: 'none', leaving: 'left' },
};

/** @typedef {keyof typeof TRANSITIONS} Transition */

export class WindowState {
  /** @type {WindowStage} */
  place = 'closed';
  /** @type {ChatStage} */
  chat = 'none';

  /** @param {Transition} event */
  to(event) {
    /** @type {Record<string, any>} */
    const table = TRANSITIONS[event];
    this.place = table[this.place] ?? this.place;
    this.chat = table[this.chat] ?? this.chat;
  }

  get isClosed() {
    return this.place === 'closed';
  }

  get isHidden() {
    return /^hidden/.test(this.place);
  }

  get isMinimized() {
    return /minimized$/.test(this.place);
  }

  /** Whether a session is open. */
  get isActive() {
    return this.chat === 'active' || this.chat === 'leaving';
  }

  /** The stage of the window, hidden or not. @returns {'closed' | 'open' | 'minimized'} */
  get stage() {
    return this.isClosed ? 'closed' : this.isMinimized ? 'minimized' : 'open';
  }
}
