/** The metadata of every event of a chat (G3.3): flags, counters and times of one interaction. */

import { copy, each, keys } from './safe.js';

/** Fields with their first value; everything starts as `false`. */
const FIELDS = [
  'proactive', 'proactiveData', 'prefilled', 'autoSubmitted', 'coBrowseInitiated', 'filesUploaded', 'numAgents', 'userMessages',
  'agentMessages', 'systemMessages', 'errors', 'form', 'opened', 'started', 'cancelled', 'rejected', 'completed', 'closed',
  'agentReached', 'botReached', 'supervisorReached', 'elapsed', 'waitingForAgent', 'id',
];

/** The flag that an event of the service sets when a participant joins. @type {Record<string, string>} */
const REACHED = { agentConnected: 'agentReached', botConnected: 'botReached', supervisorConnected: 'supervisorReached' };

/** The counter of a message, by the type of its sender. @type {Record<string, string>} */
const COUNTERS = { client: 'userMessages', agent: 'agentMessages', supervisor: 'agentMessages' };

/** @typedef {ReturnType<typeof createMetadata>} Metadata */

/**
 * @param {object} given
 * @param {() => number} given.now Milliseconds since 1970.
 * @param {string} given.id Unique.
 * @param {Record<string, unknown>} [given.kept] The metadata of the same interaction on an earlier page.
 */
export function createMetadata({ now, id, kept }) {
  /** @type {Record<string, any>} */
  const block = {};
  each(FIELDS, (name) => (block[name] = false));
  block.id = id;
  const before = copy(kept);
  each(FIELDS, (name) => {
    if (before[name] !== undefined) block[name] = before[name];
  });
  const count = (/** @type {string} */ name) => (block[name] = (block[name] || 0) + 1);

  return {
    /** @param {string} name @param {unknown} value */
    set: (name, value) => void (block[name] = value || false),
    /** Marks a moment. @param {string} name */
    mark: (name) => void (block[name] ||= now()),
    /** @param {string} name @returns {any} */
    get: (name) => block[name],
    /** A participant joined. @param {string} event Of the service. @param {unknown} number Of agents in the chat. */
    reached: (event, number) => {
      const name = REACHED[event];
      if (!name) return;
      block[name] ||= now();
      if (name === 'botReached') return;
      block.numAgents = Math.max(block.numAgents || 0, Number(number) || 0, 1);
      if (block.waitingForAgent === false && block.started) block.waitingForAgent = now() - block.started;
    },
    /** Counts a message of the transcript. @param {string} party Type of its sender. */
    said: (party) => void count(COUNTERS[party.toLowerCase()] ?? 'systemMessages'),
    /** @param {unknown} code */
    failed: (code) => {
      block.errors = [...(block.errors || []), code];
    },
    /** A copy for pages. @returns {Record<string, any>} */
    block: () => {
      const { form, proactiveData, errors } = block;
      return {
        ...block,
        form: form && { ...form },
        proactiveData,
        errors: errors && [...errors],
        elapsed: block.opened ? (block.closed || now()) - block.opened : false,
      };
    },
    /** The part that is kept for the next page: never the values of forms (G1.12). */
    kept: () => {
      /** @type {Record<string, unknown>} */
      const out = {};
      each(keys(block), (name) => {
        if (name !== 'form' && name !== 'proactiveData') out[name] = block[name];
      });
      return out;
    },
  };
}
