/** The commands of WebChatService (G2.5), as our own link answers them; `asks.js` has those that a chat server of the vendor's answers. */

import { copy, each, isArray, isEmpty, isObject, keys, read } from './safe.js';
import { hear } from './service-notices.js';
import { NO_SESSION, PRIVATE } from './service-words.js';
import { userDataOf, valuesOf } from './values-of.js';

/** @typedef {import('./commands.js').BusCommand} BusCommand */
/** @typedef {import('./deferred.js').Deferred} Deferred */
/** @typedef {import('./session.js').Session} Session */

const NO_SESSION_DOT = 'No active chat session.';
const ALREADY = 'There is already an active chat session';
const NO_TEXT = 'No message text provided';
const BAD_CONFIG = 'Invalid configuration';
const BAD_FILTERS = 'Missing or invalid filters provided. Please provide a regular expression or an array of regular expressions';
const BAD_INPUT = "Invalid value provided for the 'input' property. An HTML element reference to a textarea or text input is required.";
const NOT_OFFERED = 'This command is not offered over this connection';

/** @type {Record<string, (command: BusCommand, session: Session) => void>} */
export const COMMANDS = {
  configure: ({ data, deferred }, session) => {
    if (isArray(data) || !keys(data).length) deferred.reject(BAD_CONFIG);
    else {
      session.settings = { ...session.settings, ...copy(data) };
      deferred.resolve();
    }
  },
  startChat: ({ data, deferred }, { active, automatic, link, settings, waiting }) => {
    const own = userDataOf(read(data, 'userData'));
    if (active || waiting.starting) deferred.reject(ALREADY);
    else if (!own) deferred.reject('malformed JSON provided in userData property');
    else if (waiting.broken) deferred.reject(waiting.broken);
    else {
      waiting.start(deferred);
      link.begin(valuesOf(data, { ...userDataOf(settings.userData), ...own, ...automatic() }));
    }
  },
  endChat: ({ deferred }, { active, waiting }) => {
    if (active) waiting.leave(deferred);
    else deferred.reject(NO_SESSION);
  },
  sendMessage: ({ data, deferred }, session) => say(session, read(data, 'message'), deferred),
  sendFilteredMessage: ({ data, deferred }, session) => {
    if (!session.active) deferred.reject(NO_SESSION_DOT);
    else if (!session.transcript.addFilter(read(data, 'regex'))) deferred.reject(BAD_FILTERS);
    else {
      say(session, read(data, 'message'));
      deferred.resolve();
    }
  },
  addPrefilter: ({ data, deferred }, { transcript }) => {
    const given = read(data, 'filters');
    const list = isArray(given) ? given : [given];
    let good = list.length > 0;
    each(list, (filter) => {
      if (!(filter instanceof RegExp)) good = false;
    });
    if (!good) deferred.reject(BAD_FILTERS);
    else {
      each(list, (filter) => void transcript.addFilter(filter));
      deferred.resolve(transcript.filters());
    }
  },
  sendTyping: ({ data, deferred }, session) => {
    if (!session.active) deferred.reject(NO_SESSION);
    else if (read(data, 'isTyping') === false) {
      session.typing.stop();
      deferred.resolve(session.answer());
    } else if (session.typing.type()) deferred.resolve(session.answer());
    else deferred.resolve();
  },
  updateUserData: ({ data, deferred }, session) => {
    if (!session.active) deferred.resolve(session.merge(copy(data)));
    else {
      const values = userDataOf(data) ?? {};
      session.waiting.put(deferred, () => session.link.data(keys(values).map((name) => ({ name, value: `${values[name]}` }))));
    }
  },
  sendCustomNotice: ({ data, deferred }, { active, link, waiting }) => {
    const text = `${read(data, 'message') ?? ''}`;
    if (!active) deferred.reject(NO_SESSION);
    else if (isEmpty(text)) deferred.reject(NO_TEXT);
    else waiting.put(deferred, () => link.notice(text));
  },
  poll: ({ commander, deferred }, session) => {
    if (commander === 'WebChatService') deferred.resolve(session.answer());
    else deferred.reject(PRIVATE);
  },
  startPoll: ({ deferred }, session) => {
    if (!session.active) {
      deferred.reject(NO_SESSION);
      return;
    }
    session.poll(true);
    const waiting = session.held;
    session.held = undefined;
    each(waiting, (notice) => hear(session, notice));
    deferred.resolve();
  },
  stopPoll: ({ deferred }, session) => {
    if (!session.polling) {
      deferred.reject('Not currently polling. Ignoring command.');
      return;
    }
    session.held = [];
    session.poll(false);
    deferred.resolve();
  },
  // A command of the newer engine's transports.
  pausePoll: notOffered,
  updateInteractionData: ({ deferred }) => deferred.reject(NOT_OFFERED),
  asyncRestore: ({ deferred }) => deferred.resolve(),
  resetPollExceptions: ({ deferred }) => deferred.resolve(),
  restore: ({ commander, deferred }, session) => {
    if (session.active) deferred.reject('Chat session is already active, ignoring restore command.');
    else if (commander !== 'WebChatService') deferred.reject(`${PRIVATE} in Non-Async mode.`);
    else deferred.resolve(session.answer());
  },
  getTranscript: ({ deferred }, { transcript }) => deferred.resolve(transcript.transcript()),
  getAgents: ({ deferred }, { transcript }) => deferred.resolve({ agents: transcript.agents() }),
  getStats: ({ deferred }, { transcript }) => deferred.resolve(transcript.stats()),
  getSessionData: ({ deferred }, session) => deferred.resolve(session.data()),
  verifySession: ({ deferred }, session) => deferred.resolve({ sessionActive: session.active }),
  fetchHistory: ({ deferred }) => deferred.reject('Fetching messages history applies to only Asynchronous chat.'),
  registerTypingPreviewInput: ({ data, deferred }, session) => {
    const input = read(data, 'input');
    const element = isObject(input) && read(input, 'jquery') ? read(input, '0') : input;
    if (!/^(textarea|input)$/i.test(`${read(element, 'tagName')}`)) deferred.reject(BAD_INPUT);
    else {
      session.typing.watch(/** @type {HTMLInputElement} */ (element), () => session.active);
      deferred.resolve();
    }
  },
  registerPreProcessor: ({ data, deferred }, { transcript }) => {
    const preprocessor = read(data, 'preprocessor');
    if (typeof preprocessor !== 'function') deferred.reject(`No preprocessor function provided. Type provided was '${typeof preprocessor}'.`);
    else {
      transcript.addPreprocessor(preprocessor);
      deferred.resolve(preprocessor);
    }
  },
  sendFile: notOffered,
  getFileLimits: ({ deferred }) => deferred.reject(NOT_OFFERED),
  downloadFile: ({ deferred }) => deferred.reject('Could not download file. Please ensure WebChat is configured properly.'),
  sleep: ({ deferred }, session) => {
    session.publish('sleeping');
    deferred.resolve();
  },
  wake: ({ deferred }, session) => {
    session.publish('waking');
    session.link.wake();
    deferred.resolve();
  },
};

/** @param {BusCommand} command @param {Session} session */
function notOffered({ deferred }, { active }) {
  deferred.reject(active ? NOT_OFFERED : NO_SESSION);
}

/** @param {Session} session @param {unknown} message @param {Deferred} [deferred] */
function say({ active, link, settings, typing, waiting }, message, deferred) {
  const text = typeof message === 'string' || typeof message === 'number' ? `${message}` : '';
  const most = Number(settings.maxMessageLength);
  if (!active) deferred?.reject(NO_SESSION);
  else if (isEmpty(text)) deferred?.reject(NO_TEXT);
  else if (most > 0 && text.length > most) deferred?.reject(`Message length exceeds configured threshold of (${most}) characters`);
  else {
    typing.stop();
    waiting.put(deferred, () => link.say(text));
  }
}
