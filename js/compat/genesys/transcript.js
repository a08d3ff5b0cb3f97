/**
 * Turns the transcript events of a chat server into events of the bus (G2.3, G2.4, G2.7): filters, preprocessors, message objects, connected
 * participants. It takes runs of events and keeps the state between them; it does not use a link.
 */

import { add, copy, dict, each, isObject, keys, lower, read, write } from './safe.js';

/**
 * An event in the chat server's form (G4.4).
 *
 * @typedef {Record<string, any>} RawEvent
 */

/**
 * An event as the core reports it: the event in its original form, and the id of its row on the screen, if it has one.
 *
 * @typedef {{ id?: string, event: RawEvent }} RunEvent
 */

/**
 * A message in the form for pages (G2.3).
 *
 * @typedef {object} Message
 * @property {string} text
 * @property {string} type
 * @property {number | undefined} index
 * @property {number} timestamp Milliseconds since 1970.
 * @property {{ id: number | string, type: string, name: string }} from
 * @property {Record<string, unknown>} userData
 * @property {boolean | undefined} html
 * @property {unknown} bubble
 * @property {boolean} [isTyping]
 * @property {Record<string, unknown>} [fileDetails]
 * @property {true} [restoring]
 */

/** @typedef {{ name: string, connected: boolean, supervisor: boolean, connectedTime: number, disconnectedTime: number | false }} Agent */

/** @typedef {(name: string, data?: unknown) => void} Publish */

/** Tokens of co-browsing are never shown (G2.7). */
const TOKEN = /\{start:\d{9}\}/;
/** How many filters and preprocessors a page may have. */
const MOST = 200;

/** The names of participants in events, by type. @type {Record<string, string>} */
const PARTIES = { client: 'client', agent: 'agent', supervisor: 'supervisor', bot: 'bot' };

/**
 * @param {object} given
 * @param {Publish} given.publish
 * @param {(error: unknown) => void} given.report Called with exceptions in the page's functions.
 * @param {() => unknown} given.sessionData
 * @param {(told: RunEvent, event: RawEvent | undefined) => void} [given.shown] Called with an event after filters and preprocessors;
 *   nothing: it must not be shown.
 */
export function createTranscript({ publish, report, sessionData, shown = () => {} }) {
  /** @type {Message[]} */ let messages = [];
  /** @type {RawEvent[]} */ let originals = [];
  /** @type {Record<string, true>} The indexes of the events so far. */ let seen = dict();
  const people = createAgents(publish);
  const filters = createFilters(report);

  return {
    /**
     * Takes a run of events in, in transcript order, and publishes the new ones.
     *
     * @param {RunEvent[]} events
     * @param {boolean} restoring Whether they are from before this page was loaded.
     * @param {boolean} [old] Whether they are older than the events before.
     * @param {unknown} [idleTimeCountDown]
     */
    take(events, restoring, old = false, idleTimeCountDown = undefined) {
      /** @type {Message[]} */ const news = [];
      /** @type {RawEvent[]} */ const raws = [];
      each(events, (told) => {
        const given = read(told, 'event');
        if (!isObject(given) || !isObject(given.from)) return;
        const raw = withBothNames(given, read(told, 'id'));
        const came = raw.from.name;
        if (typeof raw.index === 'number') {
          if (seen[raw.index]) return;
          seen[raw.index] = true;
        }
        if (filters.hides(raw)) {
          shown(told, undefined);
          people.tell(built(raw, restoring, came));
          return;
        }
        const event = filters.preprocessed(raw);
        if (filters.changes()) shown(told, event);
        const message = built(event, restoring, came);
        if (!message.type) return;
        // An agent who typed before the page was loaded counts as stopped.
        if (message.isTyping !== undefined && restoring) return;
        people.tell(message);
        if (message.isTyping !== undefined) return;
        add(news, message);
        add(raws, event);
      });
      if (!news.length) return;
      messages = old ? [...news, ...messages] : [...messages, ...news];
      originals = old ? [...raws, ...originals] : [...originals, ...raws];
      const about = { restoring, sessionData: sessionData(), oldMessages: old, idleTimeCountDown };
      publish('messageReceived', { originalMessages: raws, messages: news, ...about });
    },

    /** Forgets everything but preprocessors, for the next session. */
    clear() {
      messages = [];
      originals = [];
      people.clear();
      seen = dict();
    },

    addFilter: filters.add,
    clearFilters: filters.clear,
    filters: filters.list,
    addPreprocessor: filters.addPreprocessor,
    transcript: () => ({ messages: [...messages], originalMessages: [...originals] }),
    agents: people.list,
    connected: people.connected,

    /** G2.5, `getStats`. */
    stats() {
      const first = messages[0];
      const last = messages[messages.length - 1];
      if (!first || !last) return { agents: people.list(), startTime: false, endTime: false, duration: false };
      return { agents: people.list(), startTime: first.timestamp, endTime: last.timestamp, duration: last.timestamp - first.timestamp };
    },
  };
}

/** Keeps the list of participants from the events. @param {Publish} publish */
function createAgents(publish) {
  /** @type {Record<string, Agent>} */ let agents = dict();

  const connected = () => {
    let count = 0;
    each(keys(agents), (id) => {
      if (agents[id]?.connected) count += 1;
    });
    return count;
  };

  /** Publishes that a participant joined, left, or types. @param {Message} message */
  const tell = (message) => {
    const party = PARTIES[lower(message.from.type)];
    const isAgent = party === 'agent' || party === 'supervisor';
    switch (lower(message.type)) {
      case 'participantjoined':
      case 'participantleft': {
        const joined = lower(message.type) === 'participantjoined';
        const id = `${message.from.id}`;
        if (isAgent) {
          const known = agents[id];
          agents[id] = {
            name: message.from.name,
            connected: joined,
            supervisor: party === 'supervisor',
            connectedTime: joined ? message.timestamp : (known?.connectedTime ?? message.timestamp),
            disconnectedTime: joined ? false : message.timestamp,
          };
          if (!joined) publish('agentTypingStopped');
        }
        if (party) publish(`${party}${joined ? 'Connected' : 'Disconnected'}`, { message, agents: list(), numAgentsConnected: connected() });
        break;
      }
      case 'typingstarted':
        if (isAgent) publish('agentTypingStarted', message);
        break;
      case 'typingstopped':
        if (isAgent) publish('agentTypingStopped', message);
        break;
      case 'message':
      case 'pushurl':
      case 'notice':
        if (isAgent) publish('agentTypingStopped');
        break;
    }
  };

  /** A copy for pages. @returns {Record<string, Agent>} */
  const list = () => {
    /** @type {Record<string, Agent>} */
    const out = {};
    each(keys(agents), (id) => (out[id] = { .../** @type {Agent} */ (agents[id]) }));
    return out;
  };

  return { tell, list, connected, clear: () => void (agents = dict()) };
}

/** The page's filters and preprocessors. @param {(error: unknown) => void} report */
function createFilters(report) {
  /** @type {RegExp[]} */ let filters = [];
  /** @type {Function[]} */ const preprocessors = [];

  /** @param {RawEvent} raw */
  const hides = (raw) => {
    const text = textOf(raw);
    if (lower(`${raw.type}`) !== 'message') return false;
    let hidden = TOKEN.test(text);
    each(filters, (filter) => {
      // A filter with the flag `g` would continue at its last position.
      filter.lastIndex = 0;
      if (filter.test(text)) hidden = true;
    });
    return hidden;
  };

  /** @param {RawEvent} raw @returns {RawEvent} */
  const preprocessed = (raw) => {
    let event = raw;
    each(preprocessors, (preprocessor) => {
      try {
        const other = preprocessor(event);
        if (isObject(other) && isObject(read(other, 'from'))) event = /** @type {RawEvent} */ (other);
      } catch (error) {
        report(error);
      }
    });
    return event;
  };

  return {
    hides,
    preprocessed,
    /** Whether a preprocessor may have changed an event. */
    changes: () => preprocessors.length > 0,
    /** @param {unknown} filter @returns {boolean} */
    add: (filter) => {
      if (!(filter instanceof RegExp) || filters.length >= MOST) return false;
      add(filters, filter);
      return true;
    },
    clear: () => void (filters = []),
    list: () => [...filters],
    /** @param {Function} preprocessor */
    addPreprocessor: (preprocessor) => {
      if (preprocessors.length < MOST) add(preprocessors, preprocessor);
    },
  };
}

/**
 * One object serves pages of both engines of the original: it has raw names (`nickname`, `participantId`, `utcTime`) and built ones
 * (`name`, `id`, `timestamp`) side by side. The `id` of the row on the screen replaces an `id` of the event.
 *
 * @param {RawEvent} given
 * @param {unknown} id
 * @returns {RawEvent}
 */
function withBothNames(given, id) {
  const { from } = given;
  return {
    ...given,
    ...(typeof id === 'string' && id ? { id } : {}),
    timestamp: given.utcTime,
    from: { ...from, name: from.name ?? from.nickname, id: from.id ?? from.participantId },
  };
}

/** @param {RawEvent} raw @returns {string} */
function textOf(raw) {
  const content = read(read(read(raw.eventAttributes, 'structured-content'), 'genesys-chat'), 'content');
  const inside = isObject(content) ? read(content, 'text') : read(parsed(content), 'text');
  const text = typeof inside === 'string' ? inside : raw.text;
  return typeof text === 'string' ? text : text === undefined || text === null ? '' : `${text}`;
}

/** @param {unknown} text @returns {unknown} */
function parsed(text) {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

/** @param {RawEvent} raw @param {boolean} restoring @param {unknown} came The sender before preprocessors. @returns {Message} */
function built(raw, restoring, came) {
  const from = isObject(raw.from) ? raw.from : {};
  const style = read(read(read(raw.eventAttributes, 'GCTI_SYSTEM'), 'party-info'), 'style');
  // Preprocessors for one engine change the nickname, those for the other engine the name: the member that differs from the original is used.
  const name = from.name === came ? from.nickname : from.name;
  const type = typeof raw.type === 'string' ? raw.type : '';
  const kind = lower(type);
  /** @type {Message} */
  const message = {
    text: raw.html === true && typeof raw.text === 'string' ? raw.text : textOf(raw),
    type,
    index: raw.index,
    timestamp: /** @type {number} */ (raw.timestamp ?? raw.utcTime),
    from: {
      id: /** @type {number | string} */ (from.id ?? from.participantId ?? ''),
      type: style === 'BOT' ? 'Bot' : `${from.type ?? ''}`,
      name: typeof name === 'string' ? name : '',
    },
    userData: copy(raw.userData, {}),
    html: raw.html === true ? true : undefined,
    bubble: raw.bubble,
  };
  if (kind === 'typingstarted' || kind === 'typingstopped') message.isTyping = kind === 'typingstarted';
  if (kind === 'fileuploaded') write(message, 'fileDetails', copy(raw.userData, {}));
  if (restoring) message.restoring = true;
  return message;
}
