/** WebChat's window (G3.1): opens and closes it, stores its stage for the next page, and publishes the events of the chat in it. */

import { copy, each, isArray, isObject, keys, now, read } from './safe.js';
import { textOf } from './elements.js';
import { plainForm, startOf } from './plain-form.js';
import { createMessages } from './messages.js';
import { createMetadata } from './metadata.js';
import { createPlace } from './place.js';
import { WindowState } from './webchat-state.js';
import { NO_INVITE, NO_VIEW } from './webchat-words.js';

/** @typedef {import('./deferred.js').Deferred} Deferred */

/**
 * The window's functions on core and screen (`core-view.js`).
 *
 * @typedef {object} View
 * @property {boolean} follows Another script was on the page first: its site decides how the widget opens and is filled in, and the window only gets the events.
 * @property {() => Promise<void>} ready Settles once the core runs; rejected when it cannot.
 * @property {() => boolean} open Shows the widget with its panel. False when there is none.
 * @property {() => void} minimize
 * @property {() => void} hide
 * @property {() => void} showButton The launcher alone.
 * @property {(form: Record<string, unknown> | undefined) => void} define Sets the form of the next chat, and closes an ended one.
 * @property {(id: string, line: import('../../port.js').Line, content: unknown) => unknown} inject Draws a line; returns its element.
 * @property {import('./panel.js').Panel} panel
 * @property {import('./button.js').Button} button
 */

/**
 * @typedef {object} Given
 * @property {import('./bus.js').Plugin} plugin The plugin object of that name.
 * @property {View} view
 * @property {import('./fields.js').Fields} fields
 * @property {import('./words.js').Words} words
 * @property {(section: string) => unknown} section Of the language pack that is on.
 * @property {import('./jquery.js').JQuerySource} jquery
 * @property {Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>} store
 * @property {() => string} id Makes a unique id.
 * @property {Document} document
 * @property {(error: unknown) => void} report
 * @property {import('./chunk.js').Chunk<import('./others.js').More>} more
 */

export class ChatWindow {
  state = new WindowState();
  /** @type {Record<string, unknown>} */
  settings = {};
  meta = createMetadata({ now, id: '' });
  /** The stage of the window on the page before this one. @type {Record<string, unknown> | undefined} */
  #before;
  #place;
  /** The last answer with errors. @type {unknown} */
  #failure;
  /** jQuery was requested. */
  #asked = false;
  /** A command to the core is under way: its own events are ignored. */
  #own = false;
  /** Attached data of `open`. @type {Record<string, unknown>} */
  #attached = {};

  /** @param {Given} given */
  constructor(given) {
    this.given = given;
    const { plugin, view, jquery, store, document } = given;
    this.view = view;
    this.messages = createMessages({ plugin, panel: view.panel, jquery, document, meta: () => this.meta });
    this.#place = createPlace(store);
    this.#before = this.#place.kept();
  }

  /** The service's name. */
  get service() {
    const { servicePlugin } = this.settings;
    return (typeof servicePlugin === 'string' && servicePlugin) || 'WebChatService';
  }

  /** Asks the service. @param {string} name @param {unknown} [options] */
  ask(name, options) {
    return this.given.plugin.command(`${this.service}.${name}`, options);
  }

  /** Sends a command of WebChat over the bus, so that the page's `before` functions see it. @param {string} name @param {unknown} [options] @returns {true} */
  run(name, options) {
    this.given.plugin.command(name, options);
    return true;
  }

  /** Publishes an event of an interaction, with its metadata. @param {string} name */
  tell(name) {
    const { plugin } = this.given;
    const block = this.meta.block();
    plugin.data('metadata', block);
    plugin.publish(name, block);
    this.keep();
  }

  /** Notes the time of a step of the interaction and publishes its event. @param {string} name */
  reach(name) {
    this.meta.mark(name);
    this.tell(name);
  }

  keep() {
    const { isClosed, isHidden: hidden, stage } = this.state;
    this.#place.keep(isClosed ? undefined : { stage, hidden, metadata: this.meta.kept() });
  }

  /** Calls the core and ignores the events that this causes. @template T @param {(view: View) => T} work @returns {T} */
  quietly(work) {
    this.#own = true;
    const done = work(this.view);
    this.#own = false;
    return done;
  }

  /**
   * The command `open`, once the core is there.
   *
   * @param {Record<string, unknown>} data
   * @param {Deferred} deferred
   * @param {import('./others.js').More} [more] For a form of the page's own.
   */
  open(data, deferred, more) {
    const { fields, id, jquery, plugin, words, section, report } = this.given;
    const { state, view } = this;
    const { autoSubmit, ...values } = isObject(data.form) ? copy(data.form) : {};
    const asks = data.form !== false && !state.isActive && !view.follows;
    const from = { resolve: (/** @type {unknown} */ text) => words.resolved(text, section), values, report };
    const definition = asks ? (more?.definitionOf(data.formJSON ?? this.settings.form, from) ?? plainForm(from)) : undefined;
    const small = data.minimized === true;
    this.#attached = { ...copy(data.userData), ...copy(data.attachedData) };
    this.meta = createMetadata({ now, id: textOf(data.id) || id() });
    const { meta } = this;
    meta.set('proactive', data.proactive === true);
    meta.set('proactiveData', data.proactiveData);
    meta.set('prefilled', keys(values).length > 0);
    meta.mark('opened');
    fields.define(definition, more?.Checks);
    if (fields.asks()) jquery.want(() => {});
    state.to(small ? 'openSmall' : 'open');
    const shown = this.quietly(() => {
      if (!state.isActive) view.define(definition?.form);
      return view.open();
    });
    if (!shown) {
      state.to('close');
      view.button.back();
      deferred.reject(NO_VIEW);
      return;
    }
    this.tell('opened');
    if (state.isMinimized) {
      this.quietly(() => view.minimize());
      plugin.publish('minimized');
    } else if (definition && (autoSubmit === true || autoSubmit === 'true' || data.autoSubmit === true)) {
      meta.set('autoSubmitted', true);
      view.panel.submit();
    }
    deferred.resolve();
  }

  /** The panel was opened without the command `open`: by the visitor, or by the page through another vendor's API. */
  #adopt() {
    const { id } = this.given;
    this.state.to('open');
    this.view.button.away();
    this.meta = createMetadata({ now, id: id() });
    this.reach('opened');
  }

  close() {
    const { meta, state, view } = this;
    if (state.isClosed) return;
    this.quietly(() => view.hide());
    view.panel.clear();
    view.panel.forget();
    state.to('close');
    meta.mark('closed');
    if (!meta.get('completed') && !meta.get('cancelled') && !meta.get('rejected')) this.reach('cancelled');
    this.tell('closed');
    view.button.back();
  }

  /** @param {boolean} on */
  minimize(on) {
    const { state, view } = this;
    if (state.isClosed || state.isMinimized === on) return;
    state.to(on ? 'minimize' : 'enlarge');
    this.quietly(() => (on ? view.minimize() : view.open()));
    this.given.plugin.publish(on ? 'minimized' : 'unminimized');
    this.keep();
  }

  /** @param {Deferred} deferred @param {string} kind @param {unknown} code Of the error. */
  invite(deferred, kind, code) {
    if (!this.state.isClosed) {
      deferred.reject(NO_INVITE);
      return;
    }
    const { words } = this.given;
    const own = code === undefined ? '' : words.error(code);
    const [title = '', body = '', accept = '', reject = ''] = ['Title', 'Body', 'Accept', 'Reject'].map((part) => words.word(kind + part));
    this.view.button.invite({ title, body: own || body, accept, reject });
    deferred.resolve();
  }

  /** Chats cannot be restored any more. */
  forget() {
    this.#place.keep(undefined);
    if (this.settings.inviteOnRestoreTimeout !== false && this.state.isClosed && this.#before) this.run('reInvite');
  }

  /** The session of the page before this one is restored. */
  restore() {
    const { state, view } = this;
    const { id, plugin } = this.given;
    state.to('begun');
    const before = this.#before;
    this.#before = undefined;
    if (!before || !state.isClosed) return;
    this.meta = createMetadata({ now, id: id(), kept: copy(before.metadata) });
    const small = this.settings.minimizeOnMobileRestore === true && plugin.data('App.mobileMode') === true;
    state.to('ask');
    if (small || before.stage === 'minimized') state.to('minimize');
    if (before.hidden === true) state.to('hide');
    view.button.away();
    this.quietly(() => {
      if (state.isHidden) view.hide();
      else if (!state.isMinimized) view.open();
      else if (small) view.minimize();
      else view.showButton();
    });
    this.tell('opened');
  }

  /** An answer of the chat server's with errors in it. @param {unknown} answer */
  failed(answer) {
    // A refused start is reported twice: by its promise and by an event.
    if (answer === this.#failure) return;
    this.#failure = answer;
    const errors = read(answer, 'errors');
    each(isArray(errors) ? errors : [], (error) => this.meta.failed(read(error, 'code') ?? error));
  }

  /** The form was submitted: its values go to the service. @param {{ name: string, value: string }[]} values */
  filled(values) {
    const { state } = this;
    if (state.isClosed || state.chat !== 'none') return;
    state.to('submit');
    const { form, options } = startOf(values, this.given.fields.definition, this.#attached);
    this.meta.set('form', form);
    this.tell('submitted');
    this.ask('startChat', options).fail((/** @type {unknown} */ why) => {
      const waited = state.chat === 'starting';
      state.to('refused');
      if (!waited) return;
      this.failed(why);
      this.reach('rejected');
    });
  }

  /** The core's panel was opened or closed. @param {string} name */
  heard(name) {
    const { state } = this;
    if (this.#own) return;
    if (name === 'opened' && state.isClosed && this.view.follows) this.#adopt();
    else if (name === 'opened' && state.isMinimized) this.minimize(false);
    else if (name === 'closed' && state.stage === 'open' && !state.isHidden) {
      if (state.isActive || state.chat === 'starting') this.minimize(true);
      else this.close();
    }
  }

  /** @param {Event} event @returns {boolean} Whether the core may submit the form. */
  submits(event) {
    const { fields, jquery } = this.given;
    if (!fields.asks() || jquery.here() || this.#asked) return fields.passes(event);
    // Validators need jQuery: the form is submitted again when it is loaded, or cannot be loaded.
    this.#asked = true;
    let waits = false;
    let came = false;
    jquery.want(() => {
      came = true;
      if (waits) this.view.panel.submit();
    });
    waits = true;
    return came && fields.passes(event);
  }
}
