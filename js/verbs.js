/** What can be done with a core: `core.run(verb, one, two)`. The numbers are those in `src/browser/page.rs`. */

export const BEGIN = 0;
export const PRESS = 1;
export const FOCUS_LAUNCHER = 2;
/** These take the widget's name, or nothing for the page's. */
export const OPEN = 3;
export const CLOSE = 4;
export const SHOW = 5;
export const HIDE = 6;
export const END = 7;
/** Widget, text. */
export const SEND_MESSAGE = 8;
/** A list of `{name, value}` as JSON. */
export const SET_VISITOR = 9;
/** Not empty: given. */
export const SET_CONSENT = 10;
/** Address, title. */
export const SET_PAGE = 11;
export const FORGET = 12;
export const CONFIG = 13;
/** Locale, texts. */
export const TEXTS = 14;
export const NUDGE = 15;
/** The second part is there. Its style sheet, the English words. */
export const DRESS = 16;
export const DESTROY = 17;
/** Not empty: somebody looks at the page. `online` or `offline`: what the browser just said. */
export const WATCHED = 18;
/** The page may be about to go: what is being typed is kept now. */
export const KEEP = 19;
/** Widget, text: what stood in the composer of a core before this one. */
export const DRAFT = 33;
