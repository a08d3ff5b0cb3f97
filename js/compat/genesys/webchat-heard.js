/** Handlers of WebChat for presses of buttons in the window, and for events of the service. */

import { read } from './safe.js';

/** @typedef {import('./webchat-window.js').ChatWindow} ChatWindow */

/**
 * The handlers of presses, by name. Each sends the command, so that the page's `before` functions see it, and returns whether the core must
 * not handle the press.
 *
 * @type {Record<string, (chat: ChatWindow) => boolean>}
 */
export const PRESSES = {
  launch: (chat) => {
    const { stage, isActive } = chat.state;
    return chat.run(stage === 'closed' ? 'open' : stage === 'open' && !isActive ? 'close' : 'minimize');
  },
  close: (chat) => chat.run('close'),
  minimise: (chat) => chat.run('minimize', { minimized: true }),
  'end-confirm': (chat) => chat.run('endChat'),
  'end-cancel': ({ state }) => {
    state.to('stay');
    return false;
  },
  restart: (chat) => {
    chat.close();
    return chat.run('open');
  },
};

/** By event of the service. @type {Record<string, (chat: ChatWindow, data: any) => void>} */
export const TOLD = {
  started: (chat) => {
    const { state } = chat;
    const unwanted = state.chat === 'abandoned';
    state.to('begun');
    if (unwanted) chat.ask('endChat');
    if (!state.isClosed) chat.reach('started');
  },
  restored: (chat) => chat.restore(),
  restoredOffline: (chat) => chat.restore(),
  restoreTimeout: (chat) => chat.forget(),
  ended: (chat) => {
    const { meta, state } = chat;
    state.to('ended');
    if (state.isClosed) return;
    chat.reach(meta.get('agentReached') || meta.get('supervisorReached') ? 'completed' : 'cancelled');
    if (state.chat === 'left') chat.close();
  },
  error: (chat, data) => chat.failed(data),
  messageReceived: ({ messages, state }, data) => {
    if (!state.isClosed) messages.received(data);
  },
  agentConnected: came('agentConnected'),
  botConnected: came('botConnected'),
  supervisorConnected: came('supervisorConnected'),
};

/** @param {string} name @returns {(chat: ChatWindow, data: unknown) => void} */
function came(name) {
  return ({ meta, state }, data) => {
    if (!state.isClosed) meta.reached(name, read(data, 'numAgentsConnected'));
  };
}
