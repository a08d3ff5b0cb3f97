/**
 * WebChatService: the engine of a chat, without a user interface (G2). Its commands (`service-commands.js`) ask the link (`link.js`);
 * the notices of the link (`service-notices.js`) come in by `notice`, and the events for pages go out on the bus.
 */

import { each, keys, now } from './safe.js';
import { COMMANDS } from './service-commands.js';
import { hear } from './service-notices.js';
import { Session } from './session.js';

/** The names of our events, for introspection (G2.6). */
const EVENTS = [
  'ready', 'started', 'ended', 'restored', 'restoreTimeout', 'restoreFailed', 'restoredOffline', 'messageReceived', 'error', 'ajaxResponse',
  'agentTypingStarted', 'agentTypingStopped', 'clientTypingStarted', 'clientTypingStopped', 'pollingStarted', 'pollingStopped',
  'clientConnected', 'clientDisconnected', 'agentConnected', 'agentDisconnected', 'supervisorConnected', 'supervisorDisconnected',
  'botConnected', 'botDisconnected', 'disconnected', 'reconnected', 'chatServerWentOffline', 'chatServerBackOnline', 'connectionPending',
  'connectionRestored', 'sleeping', 'waking',
];

/** @param {import('./session.js').Given} given */
export function createService(given) {
  const { plugin, link } = given;
  const session = new Session(given);
  const isActive = () => session.active;
  const commands = { ...COMMANDS, ...link.commands?.(isActive, (data) => session.merge(data)) };
  plugin.registerEvents(EVENTS);
  each(keys(commands), (name) => void plugin.registerCommand(name, (/** @type {import('./commands.js').BusCommand} */ command) => commands[name]?.(command, session)));
  return {
    notice: (/** @type {import('./link.js').Notice} */ notice) => hear(session, notice),
    fail: (/** @type {unknown} */ error) => session.waiting.fail(error),
    transcript: session.transcript,
    isActive,
    time: now,
  };
}
