/** The promises of commands that wait for the server: settled by its answer, or rejected when the core fails. */

import { hasErrors, outcomeOf } from './answers.js';
import { add, dict, each, isObject, keys, read } from './safe.js';

/** @typedef {import('./deferred.js').Deferred} Deferred */
/** @typedef {import('./link.js').Notice} Notice */

export class Waiting {
  #session;
  /** The start that waits for an answer. @type {Deferred | undefined} */
  #starting;
  /** @type {Deferred[]} */
  #ending = [];
  /** The messages that wait for an answer, by id. @type {Record<string, Deferred>} */
  #sending = dict();
  /** The message that is being handed over. @type {Deferred | undefined} */
  #handing;
  /** The last answer of a chat server, by operation and by message. @type {Record<string, ReturnType<typeof outcomeOf>>} */
  #answers = dict();
  /** The error of a core that cannot start: then every start is rejected with it. @type {unknown} */
  broken;

  /** @param {import('./session.js').Session} session */
  constructor(session) {
    this.#session = session;
  }

  get starting() {
    return this.#starting;
  }

  /** @param {Deferred} deferred */
  start(deferred) {
    this.#starting = deferred;
    this.#answers = dict();
  }

  started() {
    this.#starting?.resolve(this.#answers.start?.value ?? this.#session.answer());
    this.#starting = undefined;
  }

  /** The server refused the start. @param {Notice} notice */
  refused({ code }) {
    if (!this.#starting) return;
    const { start } = this.#answers;
    this.#reject(start?.value ?? this.#session.failure(240, `${code}`), !start);
  }

  /** The core cannot start: rejects the commands that wait, and all later ones. @param {unknown} error */
  fail(error) {
    this.broken = this.#session.failure(503, `${read(error, 'message') ?? error}`);
    this.#reject(this.broken, true);
  }

  /** @param {unknown} wrong @param {boolean} news Whether the event `error` is published too: not for a chat server's answer, which was published on arrival. */
  #reject(wrong, news) {
    if (news) this.#session.publish('error', wrong);
    this.#starting?.reject(wrong);
    this.#starting = undefined;
  }

  /** Ends the session. @param {Deferred} deferred Settles at the end. */
  leave(deferred) {
    add(this.#ending, deferred);
    this.#session.link.end();
  }

  /** The session ended. @param {ReturnType<typeof outcomeOf>} [outcome] A chat server's answer. */
  end(outcome) {
    each(this.#ending.splice(0), (deferred) => {
      if (!outcome) deferred.resolve(this.#session.answer());
      else if (outcome.good) deferred.resolve(outcome.value);
      else deferred.reject(outcome.value);
    });
  }

  /**
   * Hands an item to the core, and settles the promise when the server has it. For an item that is kept until the connection is back the
   * promise settles at once (G2.5).
   *
   * @param {Deferred | undefined} deferred
   * @param {() => void} hand
   */
  put(deferred, hand) {
    const session = this.#session;
    this.#handing = session.down ? undefined : deferred;
    hand();
    if (this.#handing) deferred?.reject(session.failure(204, 'it was not taken'));
    this.#handing = undefined;
    if (session.down) deferred?.resolve({ statusCode: 1 });
  }

  /** The core took the item and gave it an id. @param {Notice} notice */
  queued({ id }) {
    if (this.#handing) this.#sending[`${id}`] = this.#handing;
    this.#handing = undefined;
  }

  /** The server has the item. @param {Notice} notice */
  sent({ id }) {
    this.#sending[`${id}`]?.resolve(this.#answers[`${id}`]?.value ?? this.#session.answer());
    this.#forget(`${id}`);
  }

  /** The server refused the item. @param {Notice} notice */
  failed({ id, code }) {
    const told = this.#answers[`${id}`];
    const wrong = told?.value ?? this.#session.failure(code === 'too_large' ? 204 : 500, `${code}`);
    if (!told) this.#session.publish('error', wrong);
    this.#sending[`${id}`]?.reject(wrong);
    this.#forget(`${id}`);
  }

  /** @param {string} id */
  #forget(id) {
    delete this.#sending[id];
    delete this.#answers[id];
  }

  /** Rejects the items that wait: they get no answer any more. */
  lose() {
    each(keys(this.#sending), (id) => this.#sending[id]?.reject(this.#session.failure(2, 'the session is over')));
    this.#sending = dict();
  }

  /** The answer of a chat server (G4.2). @param {Notice} notice */
  answered({ operation, id, status, body }) {
    const outcome = outcomeOf(status ?? 0, body ?? '');
    this.#answers[id ?? `${operation}`] = outcome;
    const { publish } = this.#session;
    if (isObject(outcome.json)) publish('ajaxResponse', outcome.value);
    // A missing network has notices of its own (G4.7).
    if (status !== 0 && !outcome.good && (Number(status) >= 400 || hasErrors(outcome.json))) publish('error', outcome.value);
    if (operation === 'disconnect') this.end(outcome);
  }
}
