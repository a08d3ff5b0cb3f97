/** The commands of WebChat (G3.2). */

import { copy, isArray, isObject, keys, read } from './safe.js';
import {
  BAD_CONFIG, BUTTON_HIDDEN, CLOSED_ALREADY, HIDDEN_ALREADY, NOTHING_TO_END, NOT_OPEN, NO_BUTTON, NO_INJECTION, NO_VIEW,
  OPENED_ALREADY, SHOWN_ALREADY,
} from './webchat-words.js';

/** @typedef {import('./commands.js').BusCommand} BusCommand */
/** @typedef {import('./webchat-window.js').ChatWindow} ChatWindow */

/** @type {Record<string, (command: BusCommand, chat: ChatWindow) => void>} */
export const COMMANDS = {
  open: ({ data, deferred }, chat) => {
    const { state, view } = chat;
    if (!state.isClosed) {
      deferred.reject(OPENED_ALREADY);
      return;
    }
    // A second `open` meanwhile is rejected as `already opened`.
    state.to('ask');
    view.button.away();
    const given = copy(data, {});
    const refuse = (/** @type {unknown} */ why) => {
      state.to('close');
      deferred.reject(why);
    };
    const go = () => {
      const failed = (/** @type {unknown} */ why) => {
        refuse(why);
        view.button.back();
      };
      if (isOwn(given.formJSON ?? chat.settings.form)) chat.given.more.want((found) => chat.open(given, deferred, found), failed);
      else chat.open(given, deferred);
    };
    view.ready().then(go, () => refuse(NO_VIEW));
  },
  close: ({ deferred }, chat) => {
    const { given, meta, settings, state, view } = chat;
    const { fields, words } = given;
    if (state.isClosed) {
      deferred.reject(CLOSED_ALREADY);
      return;
    }
    if (state.isActive) {
      state.to('leave');
      chat.minimize(false);
      view.panel.askEnd();
    } else if (fields.touched && settings.confirmFormCloseEnabled !== false && state.chat !== 'starting' && !meta.get('started')) {
      chat.minimize(false);
      view.panel.ask(words.word('ConfirmCloseWindow'), words.word('ConfirmCloseConfirm'), words.word('ConfirmCloseCancel'), () => chat.close());
    } else chat.close();
    deferred.resolve();
  },
  minimize: ({ data, deferred }, chat) => {
    const wanted = read(data, 'minimized');
    chat.minimize(typeof wanted === 'boolean' ? wanted : !chat.state.isMinimized);
    deferred.resolve();
  },
  endChat: ({ deferred }, chat) => {
    if (!chat.state.isActive) deferred.reject(NOTHING_TO_END);
    else chat.ask('endChat').done(() => deferred.resolve()).fail(deferred.reject);
  },
  invite: ({ deferred }, chat) => chat.invite(deferred, 'Invite', undefined),
  reInvite: ({ data, deferred }, chat) => chat.invite(deferred, 'RestoreTimeout', read(data, 'statusCode')),
  injectMessage: ({ data, deferred }, chat) => {
    const { given, messages, meta, state, view } = chat;
    if (state.isClosed || (!state.isActive && !meta.get('started'))) deferred.reject(NO_INJECTION);
    else {
      const put = () => messages.inject(copy(data), (line, content) => view.inject(`i_${given.id()}`, line, content), deferred);
      drawing(chat, read(data, 'type') === 'html' && read(data, 'text'), put, deferred.reject);
    }
  },
  showChatButton: ({ data, deferred }, { state, view }) => {
    if (!state.isClosed || !view.button.show(Number(read(data, 'openDelay')) || 0, () => deferred.resolve())) deferred.reject(NO_BUTTON);
  },
  hideChatButton: ({ deferred }, { state, view }) => {
    if (state.isClosed && view.button.hide()) deferred.resolve();
    else deferred.reject(BUTTON_HIDDEN);
  },
  showOverlay: ({ data, deferred }, chat) => {
    const html = read(data, 'html');
    const show = () => {
      chat.view.panel.overlay(html, { fit: read(data, 'mode') === 'fit' });
      deferred.resolve();
    };
    if (chat.state.isClosed) deferred.reject(NOT_OPEN);
    else drawing(chat, html, show, deferred.reject);
  },
  hideOverlay: ({ deferred }, chat) => {
    const hide = () => {
      chat.view.panel.clear();
      deferred.resolve();
    };
    if (chat.state.isClosed) deferred.reject(NOT_OPEN);
    else drawing(chat, undefined, hide, deferred.reject);
  },
  hide: ({ deferred }, chat) => {
    if (chat.state.isClosed || chat.state.isHidden) {
      deferred.reject(HIDDEN_ALREADY);
      return;
    }
    chat.state.to('hide');
    chat.quietly((view) => view.hide());
    chat.keep();
    deferred.resolve();
  },
  show: ({ deferred }, chat) => {
    const { state } = chat;
    if (!state.isHidden) {
      deferred.reject(SHOWN_ALREADY);
      return;
    }
    state.to('show');
    chat.quietly((view) => (state.isMinimized ? view.showButton() : view.open()));
    chat.keep();
    deferred.resolve();
  },
  configure: ({ data, commander, deferred }, chat) => {
    const wrong = !isObject(data) || isArray(data) || (!keys(data).length && commander !== 'WebChat');
    if (wrong) deferred.reject(BAD_CONFIG);
    else {
      const settings = (chat.settings = { ...chat.settings, ...copy(data) });
      const { button, follows, panel } = chat.view;
      button.configure(settings);
      // Fetched now, so that the file is there when the window opens.
      if (isOwn(settings.form)) chat.given.more.want(() => {}, () => {});
      const emoji = settings.emojis === true || settings.emojis === 'true' || typeof settings.emojiList === 'string';
      if (!follows) panel.fit({ 'cx-no-emoji': !emoji, 'cx-no-end': settings.actionsMenu === false }, Number(settings.maxMessageLength) || 500);
      deferred.resolve();
    }
  },
};

/** Whether a form is one of the page's own. @param {unknown} form */
const isOwn = (form) => isArray(read(form, 'inputs'));

/** Draws content of the page's, in the order of the commands: markup waits for the file that cleans it, and other content waits behind markup. @param {ChatWindow} chat @param {unknown} content @param {() => void} work @param {(why: unknown) => unknown} failed */
function drawing({ given: { more } }, content, work, failed) {
  if (typeof content === 'string') more.want(work, failed);
  else more.behind(work);
}
