/** The chat button and the invitation (G3.4 `chatButton`, `autoInvite`): the elements on the page while the window is closed. */

import { copy, isObject, read } from './safe.js';
import { elementOf } from './elements.js';

const OPEN_DELAY = 1000;
const INVITE_AFTER = 5;
const INVITE_FOR = 30;
/** The visitor answered an invitation in this tab. */
const ANSWERED = '_genesys.widgets.webchat.autoInvite.disabled';

/** @typedef {ReturnType<typeof createButton>} Button */
/** @typedef {{ title: string, body: string, accept: string, reject: string }} Invitation */

/**
 * @param {object} given
 * @param {import('./bus.js').Plugin} given.plugin WebChat's.
 * @param {(on: boolean) => void} given.display Puts the button on the page, or removes it.
 * @param {() => boolean} given.isFree The window is closed.
 * @param {(work: () => void, millis: number) => unknown} given.wait
 * @param {Pick<Storage, 'getItem' | 'setItem'>} given.store
 */
export function createButton({ plugin, display, isFree, wait, store }) {
  let enabled = false;
  let delay = OPEN_DELAY;
  let whileInviting = false;
  let visible = false;
  /** @type {{ after: number, until: number } | undefined} */
  let invitation;
  /** Counts the events that cancel a planned invitation or button. */
  let turn = 0;

  const appear = () => {
    if (visible || !isFree()) return;
    visible = true;
    display(true);
    plugin.publish('chatButtonDisplayed');
  };
  const vanish = () => {
    if (!visible) return false;
    visible = false;
    display(false);
    return true;
  };
  return {
    /** @param {Record<string, unknown>} settings */
    configure(settings) {
      const { chatButton } = settings;
      enabled = read(chatButton, 'enabled') === true;
      delay = number(read(chatButton, 'openDelay'), OPEN_DELAY);
      whileInviting = read(chatButton, 'hideDuringInvite') === false;
      invitation = invitationOf(settings);
    },
    /** WebChat is ready. */
    start() {
      if (enabled) wait(appear, delay);
      if (!invitation || wasAnswered(store)) return;
      const now = (turn += 1);
      wait(() => {
        if (turn === now && isFree()) plugin.command('invite');
      }, invitation.after);
    },
    /** The window opens. */
    away() {
      turn += 1;
      visible = false;
    },
    /** The window is closed. */
    back() {
      if (enabled) appear();
    },
    /** @param {number} after Milliseconds. @param {() => void} done @returns {boolean} */
    show(after, done) {
      if (!enabled || visible) return false;
      wait(() => {
        appear();
        done();
      }, after);
      return true;
    },
    hide: vanish,
    /** @param {Invitation} words */
    invite(words) {
      const hid = !whileInviting && vanish();
      const now = (turn += 1);
      const again = () => void (hid && isFree() && appear());
      const answered = () => {
        keepAnswer(store);
        turn += 1;
      };
      const late = (/** @type {() => void} */ close) => {
        wait(() => {
          if (turn !== now) return;
          close();
          again();
        }, invitation?.until ?? INVITE_FOR * 1000);
      };
      showInvitation(plugin, words, { answered, again, late });
    },
  };
}

/**
 * @param {import('./bus.js').Plugin} plugin
 * @param {Invitation} words
 * @param {{ answered: () => void, again: () => void, late: (close: () => void) => void }} told
 */
function showInvitation(plugin, { title, body, accept, reject }, { answered, again, late }) {
  const toast = { type: 'generic', title, body, controls: 'close', buttons: { type: 'binary', primary: accept, secondary: reject } };
  const close = () => void plugin.command('Toaster.close');
  plugin
    .command('Toaster.open', toast)
    .done((/** @type {unknown} */ shown) => {
      const html = elementOf(read(shown, 'html'));
      const on = (/** @type {string} */ selector, /** @type {() => void} */ act) =>
        html?.querySelector(selector)?.addEventListener('click', () => {
          answered();
          close();
          act();
        });
      on('.cx-btn-primary', () => plugin.command('open'));
      on('.cx-btn-default', again);
      on('.cx-button-close', again);
      late(close);
    })
    .fail(again);
}

/** When the visitor is invited, and how long the invitation stays, in milliseconds. @param {Record<string, unknown>} settings */
function invitationOf({ autoInvite, proactive }) {
  const old = isObject(autoInvite) ? undefined : copy(proactive);
  const wanted = old ? old.enabled === true : read(autoInvite, 'enabled') === true;
  if (!wanted) return undefined;
  return {
    after: number(old ? old.idleTimer : read(autoInvite, 'timeToInviteSeconds'), INVITE_AFTER) * 1000,
    until: number(old ? old.cancelTimer : read(autoInvite, 'inviteTimeoutSeconds'), INVITE_FOR) * 1000,
  };
}

/** @param {Pick<Storage, 'setItem'>} store */
function keepAnswer(store) {
  try {
    store.setItem(ANSWERED, 'true');
  } catch {
    // A page without storage.
  }
}

/** @param {Pick<Storage, 'getItem'>} store */
function wasAnswered(store) {
  try {
    return store.getItem(ANSWERED) === 'true';
  } catch {
    return false;
  }
}

/** @param {unknown} value @param {number} otherwise */
function number(value, otherwise) {
  const given = Number(value);
  return value !== undefined && given >= 0 && Number.isFinite(given) ? given : otherwise;
}
