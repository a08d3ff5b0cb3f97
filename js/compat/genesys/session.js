/**
 * The session of WebChatService (G2): whether it is open, its data, and the service's events and
 * answers about it. The commands that wait for the server are in `waiting.js`.
 */

import { copy, each, read } from './safe.js';
import { createTranscript } from './transcript.js';
import { createTyping } from './typing.js';
import { userDataOf } from './values-of.js';
import { Waiting } from './waiting.js';

/** @typedef {import('./link.js').Notice} Notice */

/**
 * @typedef {object} Given
 * @property {import('./bus.js').Plugin} plugin The plugin object of that name.
 * @property {import('./link.js').Link} link
 * @property {Record<string, unknown>} config The `webchat` section.
 * @property {() => Record<string, string>} automatic The userData that every start carries (G2.5).
 * @property {(error: unknown) => void} report
 * @property {import('./typing.js').Clock} clock
 * @property {Parameters<typeof createTranscript>[0]['shown']} [shown]
 */

export class Session {
  active = false;
  /** Whether messages of the open session are delivered to the page. */
  polling = false;
  /** The notices that have come since `stopPoll`. @type {Notice[] | undefined} */
  held;
  /** The connection is lost. */
  down = false;
  /** The session's data, with the server's names. @type {Record<string, unknown>} */
  #own = {};
  #plugin;

  /** @param {Given} given */
  constructor({ plugin, link, config, automatic, report, clock, shown }) {
    this.#plugin = plugin;
    this.link = link;
    this.automatic = automatic;
    this.settings = copy(config);
    /** @param {string} name @param {unknown} [data] */
    this.publish = (name, data) => void plugin.publish(name, data);
    this.transcript = createTranscript({ publish: this.publish, report, sessionData: () => this.data(), shown });
    this.typing = createTyping({
      clock,
      tell: (on) => link.typing(on),
      started: () => this.publish('clientTypingStarted'),
      stopped: () => this.publish('clientTypingStopped'),
    });
    this.waiting = new Waiting(this);
  }

  data() {
    return { ...this.#own };
  }

  /** An answer in the form of the chat server's on success (G4.3). */
  answer() {
    return {
      statusCode: 0,
      chatEnded: !this.active,
      chatId: this.#own.sessionID ?? '',
      alias: this.#own.alias ?? '',
      userId: this.#own.userId ?? '',
      secureKey: this.#own.secureKey ?? '',
      messages: [],
      nextPosition: this.transcript.transcript().messages.length + 1,
    };
  }

  /** @param {number} code @param {string} advice */
  failure(code, advice) {
    return { statusCode: 2, chatEnded: !this.active, errors: [{ code, advice }], messages: [] };
  }

  /** Switches the delivery of messages on or off. @param {boolean} on */
  poll(on) {
    if (this.polling !== on) this.publish(on ? 'pollingStarted' : 'pollingStopped');
    this.polling = on;
  }

  /** Whether a notice is about the open session. @param {Notice} notice */
  isOf(notice) {
    return this.active && read(notice.session, 'sessionID') === this.#own.sessionID;
  }

  /** A session began. @param {Notice} notice Its `what` is the name of the event. */
  begin(notice) {
    this.active = true;
    this.held = undefined;
    this.#own = copy(notice.session, {});
    this.transcript.clear();
    this.#plugin.data('sessionData', this.data());
    this.publish(notice.what, notice.what === 'started' ? this.data() : undefined);
    this.poll(true);
  }

  /** The session ended. */
  finish() {
    this.poll(false);
    this.active = this.down = false;
    this.typing.forget();
    this.transcript.clearFilters();
    this.waiting.lose();
    this.publish('ended');
    // With a chat server, its own answer settles the command.
    if (!this.link.commands) this.waiting.end();
  }

  /** Adds to the data of the next start; returns all of that data. @param {Record<string, unknown>} data */
  merge(data) {
    this.settings = { ...this.settings, userData: { ...userDataOf(this.settings.userData), ...data } };
    return copy(this.settings.userData, {});
  }
}
