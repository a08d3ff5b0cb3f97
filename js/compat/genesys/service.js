/**
 * WebChatService: the engine of a chat, without looks (G2). Its commands ask the link (`link.js`), what the link notices comes in by
 * `notice`, and what pages hear goes out on the bus.
 */

import { add, copy, dict, each, isArray, isEmpty, isObject, keys, now, read } from './safe.js';
import { createTranscript } from './transcript.js';
import { hasErrors, outcomeOf } from './gms.js';
import { serverCommands } from './asks.js';
import { createTyping } from './typing.js';
import { userDataOf, valuesOf } from './values-of.js';

/** @typedef {import('./bus.js').Plugin} Plugin */
/** @typedef {import('./commands.js').BusCommand} BusCommand */
/** @typedef {import('./deferred.js').Deferred} Deferred */
/** @typedef {import('./link.js').Link} Link */
/** @typedef {import('./link.js').Notice} Notice */

export const NO_SESSION = 'There is no active chat session';
const NO_SESSION_DOT = 'No active chat session.';
const ALREADY = 'There is already an active chat session';
const NO_TEXT = 'No message text provided';
const PRIVATE = 'Access Denied to private command. Only WebChatService is allowed to invoke this command';
const BAD_CONFIG = 'Invalid configuration';
const BAD_FILTERS = 'Missing or invalid filters provided. Please provide a regular expression or an array of regular expressions';
const BAD_INPUT = "Invalid value provided for the 'input' property. An HTML element reference to a textarea or text input is required.";
const NOT_OFFERED = 'This command is not offered over this connection';

/** Events of ours, for introspection (G2.6). */
const EVENTS = [
  'ready', 'started', 'ended', 'restored', 'restoreTimeout', 'restoreFailed', 'restoredOffline', 'messageReceived', 'error', 'ajaxResponse',
  'agentTypingStarted', 'agentTypingStopped', 'clientTypingStarted', 'clientTypingStopped', 'pollingStarted', 'pollingStopped',
  'clientConnected', 'clientDisconnected', 'agentConnected', 'agentDisconnected', 'supervisorConnected', 'supervisorDisconnected',
  'botConnected', 'botDisconnected', 'disconnected', 'reconnected', 'chatServerWentOffline', 'chatServerBackOnline', 'connectionPending',
  'connectionRestored', 'sleeping', 'waking',
];

/**
 * @param {object} given
 * @param {Plugin} given.plugin The plugin object of that name.
 * @param {Link} given.link
 * @param {Record<string, unknown>} given.config The `webchat` section.
 * @param {() => Record<string, string>} given.automatic The userData that every start carries (G2.5).
 * @param {(error: unknown) => void} given.report
 * @param {import('./typing.js').Clock} given.clock
 * @param {Parameters<typeof createTranscript>[0]['shown']} [given.shown]
 */
export function createService({ plugin, link, config, automatic, report, clock, shown }) {
  let active = false;
  /** Messages of an own session are under way to the page. */
  let polling = false;
  /** Asked for by `stopPoll`: what comes meanwhile. @type {Notice[] | undefined} */
  let held;
  let down = false;
  let settings = copy(config);
  /** @type {Record<string, unknown>} */
  let session = {};
  /** @type {Deferred | undefined} */
  let starting;
  /** @type {Deferred[]} */
  let ending = [];
  /** By the id of the message. @type {Record<string, Deferred>} */
  let sending = dict();
  /** Why no chat can be started at all. @type {ReturnType<typeof failure> | undefined} */
  let broken;
  /** What a chat server answered last, by operation and by message. @type {Record<string, ReturnType<typeof outcomeOf>>} */
  let answers = dict();
  /** The message that is being handed over. @type {Deferred | undefined} */
  let handing;

  const publish = (/** @type {string} */ name, /** @type {unknown} */ data = undefined) => void plugin.publish(name, data);
  const sessionData = () => ({ ...session });
  const transcript = createTranscript({ publish, report, sessionData, shown });
  const typing = createTyping({
    clock,
    tell: (on) => link.typing(on),
    started: () => publish('clientTypingStarted'),
    stopped: () => publish('clientTypingStopped'),
  });

  /** An answer as the chat server gives it on success (G4.3). */
  const answer = () => ({
    statusCode: 0,
    chatEnded: !active,
    chatId: session.sessionID ?? '',
    alias: session.alias ?? '',
    userId: session.userId ?? '',
    secureKey: session.secureKey ?? '',
    messages: [],
    nextPosition: transcript.transcript().messages.length + 1,
  });
  const failure = (/** @type {number} */ code, /** @type {string} */ advice) => ({
    statusCode: 2,
    chatEnded: !active,
    errors: [{ code, advice }],
    messages: [],
  });

  const setPolling = (/** @type {boolean} */ on) => {
    if (polling !== on) publish(on ? 'pollingStarted' : 'pollingStopped');
    polling = on;
  };

  const begin = (/** @type {Notice} */ notice) => {
    active = true;
    held = undefined;
    session = copy(notice.session, {});
    transcript.clear();
    plugin.data('sessionData', sessionData());
  };

  /** The session is over, for whatever reason. */
  const finish = () => {
    setPolling(false);
    active = false;
    down = false;
    typing.forget();
    transcript.clearFilters();
    each(keys(sending), (id) => sending[id]?.reject(failure(2, 'the session is over')));
    sending = dict();
    publish('ended');
    // A chat server's own answer is on its way.
    if (link.ask) return;
    each(ending.splice(0), (deferred) => deferred.resolve(answer()));
  };

  /** @type {Record<string, (notice: Notice) => void>} */
  const on = {
    started: (notice) => {
      begin(notice);
      publish('started', sessionData());
      setPolling(true);
      starting?.resolve(answers.start?.value ?? answer());
      starting = undefined;
    },
    restored: (notice) => {
      begin(notice);
      publish('restored');
      setPolling(true);
    },
    restoredOffline: (notice) => {
      begin(notice);
      down = true;
      publish('restoredOffline');
      setPolling(true);
    },
    restoreTimeout: () => publish('restoreTimeout'),
    restoreFailed: () => publish('restoreFailed'),
    events: ({ events, restoring, over, idle }) => {
      transcript.take(isArray(events) ? events : [], restoring === true, false, idle);
      if (over === true && active) finish();
    },
    over: () => active && finish(),
    pollingStarted: () => active && setPolling(true),
    pollingStopped: () => active && setPolling(false),
    answer: ({ operation, id, status, body }) => {
      const outcome = outcomeOf(status ?? 0, body ?? '');
      answers[id ?? `${operation}`] = outcome;
      if (isObject(outcome.json)) publish('ajaxResponse', outcome.value);
      // No network is told in other words (G4.7).
      if (status !== 0 && !outcome.good && (Number(status) >= 400 || hasErrors(outcome.json))) publish('error', outcome.value);
      if (operation !== 'disconnect') return;
      each(ending.splice(0), (deferred) => void (outcome.good ? deferred.resolve(outcome.value) : deferred.reject(outcome.value)));
    },
    ended: () => {
      if (!active) return;
      setPolling(false);
      const nobody = { numAgentsConnected: 0 };
      publish('supervisorDisconnected', nobody);
      publish('agentDisconnected', nobody);
      publish('clientDisconnected', nobody);
      finish();
    },
    refused: ({ code }) => {
      if (!starting) return;
      const wrong = answers.start?.value ?? failure(240, `${code}`);
      // What a chat server answers is told when it comes.
      if (!answers.start) publish('error', wrong);
      starting.reject(wrong);
      starting = undefined;
    },
    queued: ({ id }) => {
      if (handing) sending[`${id}`] = handing;
      handing = undefined;
    },
    sent: ({ id }) => {
      sending[`${id}`]?.resolve(answers[`${id}`]?.value ?? answer());
      delete sending[`${id}`];
      delete answers[`${id}`];
    },
    failed: ({ id, code }) => {
      const told = answers[`${id}`];
      const wrong = told?.value ?? failure(code === 'too_large' ? 204 : 500, `${code}`);
      if (!told) publish('error', wrong);
      delete answers[`${id}`];
      sending[`${id}`]?.reject(wrong);
      delete sending[`${id}`];
    },
    sleeping: () => publish('sleeping'),
    waking: () => publish('waking'),
    clientTypingStarted: () => publish('clientTypingStarted'),
    clientTypingStopped: () => publish('clientTypingStopped'),
    disconnected: () => {
      down = true;
      publish('disconnected');
    },
    reconnected: () => {
      down = false;
      publish('reconnected');
    },
    connectionPending: () => publish('connectionPending'),
    connectionRestored: () => publish('connectionRestored'),
    chatServerWentOffline: () => publish('chatServerWentOffline'),
    chatServerBackOnline: () => publish('chatServerBackOnline'),
  };

  /** @param {Notice} notice */
  const notice = (notice) => {
    if (held && notice.what === 'events') add(held, notice);
    else on[notice.what]?.(notice);
  };

  /** @type {Record<string, (command: BusCommand) => void>} */
  const commands = {
    configure: ({ data, deferred }) => {
      if (isArray(data) || !keys(data).length) deferred.reject(BAD_CONFIG);
      else {
        settings = { ...settings, ...copy(data) };
        deferred.resolve();
      }
    },
    startChat: ({ data, deferred }) => {
      if (active || starting) {
        deferred.reject(ALREADY);
        return;
      }
      const own = userDataOf(read(data, 'userData'));
      if (!own) {
        deferred.reject('malformed JSON provided in userData property');
        return;
      }
      if (broken) {
        deferred.reject(broken);
        return;
      }
      starting = deferred;
      answers = dict();
      const configured = userDataOf(settings.userData) ?? {};
      link.begin(valuesOf(data, { ...configured, ...own, ...automatic() }));
    },
    endChat: ({ deferred }) => {
      if (!active) deferred.reject(NO_SESSION);
      else {
        add(ending, deferred);
        link.end();
      }
    },
    sendMessage: ({ data, deferred }) => say(read(data, 'message'), deferred),
    sendFilteredMessage: ({ data, deferred }) => {
      const filter = read(data, 'regex');
      if (!active) deferred.reject(NO_SESSION_DOT);
      else if (!transcript.addFilter(filter)) deferred.reject(BAD_FILTERS);
      else {
        say(read(data, 'message'));
        deferred.resolve();
      }
    },
    addPrefilter: ({ data, deferred }) => {
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
    sendTyping: ({ data, deferred }) => {
      if (!active) deferred.reject(NO_SESSION);
      else if (read(data, 'isTyping') === false) {
        typing.stop();
        deferred.resolve(answer());
      } else if (typing.type()) deferred.resolve(answer());
      else deferred.resolve();
    },
    updateUserData: ({ data, deferred }) => {
      if (!active) {
        settings = { ...settings, userData: { ...(userDataOf(settings.userData) ?? {}), ...copy(data) } };
        deferred.resolve(copy(settings.userData, {}));
      } else {
        const values = userDataOf(data) ?? {};
        put(deferred, () => link.data(keys(values).map((name) => ({ name, value: `${values[name]}` }))));
      }
    },
    sendCustomNotice: ({ data, deferred }) => {
      const text = `${read(data, 'message') ?? ''}`;
      if (!active) deferred.reject(NO_SESSION);
      else if (isEmpty(text)) deferred.reject(NO_TEXT);
      else put(deferred, () => link.notice(text));
    },
    poll: ({ commander, deferred }) => {
      if (commander === 'WebChatService') deferred.resolve(answer());
      else deferred.reject(PRIVATE);
    },
    startPoll: ({ deferred }) => {
      if (!active) {
        deferred.reject(NO_SESSION);
        return;
      }
      setPolling(true);
      const waiting = held;
      held = undefined;
      each(waiting, notice);
      deferred.resolve();
    },
    stopPoll: ({ deferred }) => {
      if (!polling) {
        deferred.reject('Not currently polling. Ignoring command.');
        return;
      }
      held = [];
      setPolling(false);
      deferred.resolve();
    },
    // Of the newer engine's transports.
    pausePoll: ({ deferred }) => deferred.reject(active ? NOT_OFFERED : NO_SESSION),
    updateInteractionData: ({ deferred }) => deferred.reject(NOT_OFFERED),
    asyncRestore: ({ deferred }) => deferred.resolve(),
    resetPollExceptions: ({ deferred }) => deferred.resolve(),
    restore: ({ commander, deferred }) => {
      if (active) deferred.reject('Chat session is already active, ignoring restore command.');
      else if (commander !== 'WebChatService') deferred.reject(`${PRIVATE} in Non-Async mode.`);
      else deferred.resolve(answer());
    },
    getTranscript: ({ deferred }) => deferred.resolve(transcript.transcript()),
    getAgents: ({ deferred }) => deferred.resolve({ agents: transcript.agents() }),
    getStats: ({ deferred }) => deferred.resolve(transcript.stats()),
    getSessionData: ({ deferred }) => deferred.resolve(sessionData()),
    verifySession: ({ deferred }) => deferred.resolve({ sessionActive: active }),
    fetchHistory: ({ deferred }) => deferred.reject('Fetching messages history applies to only Asynchronous chat.'),
    registerTypingPreviewInput: ({ data, deferred }) => {
      const input = read(data, 'input');
      const element = isObject(input) && read(input, 'jquery') ? read(input, '0') : input;
      if (!/^(textarea|input)$/i.test(`${read(element, 'tagName')}`)) deferred.reject(BAD_INPUT);
      else {
        typing.watch(/** @type {HTMLInputElement} */ (element), () => active);
        deferred.resolve();
      }
    },
    registerPreProcessor: ({ data, deferred }) => {
      const preprocessor = read(data, 'preprocessor');
      if (typeof preprocessor !== 'function') deferred.reject(`No preprocessor function provided. Type provided was '${typeof preprocessor}'.`);
      else {
        transcript.addPreprocessor(preprocessor);
        deferred.resolve(preprocessor);
      }
    },
    sendFile: ({ deferred }) => deferred.reject(active ? NOT_OFFERED : NO_SESSION),
    getFileLimits: ({ deferred }) => deferred.reject(NOT_OFFERED),
    downloadFile: ({ deferred }) => deferred.reject('Could not download file. Please ensure WebChat is configured properly.'),
    sleep: ({ deferred }) => {
      publish('sleeping');
      deferred.resolve();
    },
    wake: ({ deferred }) => {
      publish('waking');
      link.wake();
      deferred.resolve();
    },
  };

  /**
   * Hands something over, and settles when the server has it. What is kept until the connection is back nobody waits for (G2.5).
   *
   * @param {Deferred | undefined} deferred
   * @param {() => void} hand
   */
  const put = (deferred, hand) => {
    handing = down ? undefined : deferred;
    hand();
    if (handing) deferred?.reject(failure(204, 'it was not taken'));
    handing = undefined;
    if (down) deferred?.resolve({ statusCode: 1 });
  };

  /** @param {unknown} message @param {Deferred} [deferred] */
  const say = (message, deferred) => {
    const text = typeof message === 'string' || typeof message === 'number' ? `${message}` : '';
    const most = Number(settings.maxMessageLength);
    if (!active) deferred?.reject(NO_SESSION);
    else if (isEmpty(text)) deferred?.reject(NO_TEXT);
    else if (most > 0 && text.length > most) deferred?.reject(`Message length exceeds configured threshold of (${most}) characters`);
    else {
      typing.stop();
      put(deferred, () => link.say(text));
    }
  };

  /** The core cannot start: nothing waits for it. @param {unknown} error */
  const fail = (error) => {
    broken = failure(503, `${read(error, 'message') ?? error}`);
    publish('error', broken);
    starting?.reject(broken);
    starting = undefined;
  };

  plugin.registerEvents(EVENTS);
  if (link.ask) {
    const merge = (/** @type {Record<string, unknown>} */ data) => {
      settings = { ...settings, userData: { ...(userDataOf(settings.userData) ?? {}), ...data } };
      return copy(settings.userData, {});
    };
    Object.assign(commands, serverCommands(link.ask, () => active, merge));
  }
  each(keys(commands), (name) => void plugin.registerCommand(name, commands[name]));
  return { notice, fail, transcript, isActive: () => active, time: now };
}
