/**
 * WebChat: the chat's window (G3.1 to G3.5) over our widget. It decides, on the bus and by its commands, when the widget is on the page
 * and open; the core draws it, tells what the visitor does in it (`heard`, `filled`, `pressed`), and the service tells of the session.
 */

import { copy, each, isArray, isObject, keys, now, read } from './safe.js';
import { textOf } from './elements.js';
import { definitionOf, startOf } from './form.js';
import { createMessages } from './messages.js';
import { createMetadata } from './metadata.js';
import { createPlace } from './place.js';
import {
  BUTTON_HIDDEN, CLOSED_ALREADY, HIDDEN_ALREADY, NOTHING_TO_END, NOT_OPEN, NO_BUTTON, NO_INVITE, NO_VIEW, OPENED_ALREADY,
  BAD_CONFIG, EVENTS, NO_INJECTION, SHOWN_ALREADY,
} from './webchat-words.js';

/** @typedef {import('./bus.js').Plugin} Plugin */
/** @typedef {import('./commands.js').BusCommand} BusCommand */
/** @typedef {import('./deferred.js').Deferred} Deferred */

/**
 * What the window needs of the core and the screen (`core-view.js`).
 *
 * @typedef {object} View
 * @property {() => Promise<void>} ready Settles once the core runs, or never will.
 * @property {() => boolean} open Shows the widget with its panel. False when there is none.
 * @property {() => void} minimize
 * @property {() => void} hide
 * @property {() => void} showButton The launcher alone.
 * @property {(form: Record<string, unknown> | undefined) => void} define What is asked at the next beginning; leaves what is over.
 * @property {(id: string, line: import('../../port.js').Line, content: unknown) => unknown} inject Gives the element.
 * @property {import('./panel.js').Panel} panel
 * @property {import('./button.js').Button} button
 */

/**
 * @param {object} given
 * @param {Plugin} given.plugin The plugin object of that name.
 * @param {View} given.view
 * @param {import('./fields.js').Fields} given.fields
 * @param {import('./words.js').Words} given.words
 * @param {(section: string) => unknown} given.section Of the language pack that is on.
 * @param {import('./jquery.js').JQuerySource} given.jquery
 * @param {Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>} given.store
 * @param {() => string} given.id Makes a unique id.
 * @param {Document} given.document
 * @param {(error: unknown) => void} given.report
 */
export function createWebChat({ plugin, view, fields, words, section, jquery, store, id, document, report }) {
  /** @type {Record<string, unknown>} */
  let settings = {};
  /** @type {'closed' | 'open' | 'minimized'} */
  let stage = 'closed';
  let hidden = false;
  /** A session is open. */
  let active = false;
  /** A start is under way. */
  let starting = false;
  /** The window was closed before the start was answered: the session is ended as soon as it begins. */
  let abandoned = false;
  /** The window closes when the session has ended, without asking the visitor. */
  let closing = false;
  /** Something was filled in. */
  let dirty = false;
  let auto = false;
  /** The last answer with errors. @type {unknown} */
  let failure;
  /** jQuery was requested. */
  let asked = false;
  /** The core is told what to show; what it then tells us is no news. */
  let own = false;
  /** Attached data of `open`. @type {Record<string, unknown>} */
  let attached = {};
  let meta = createMetadata({ now, id: '' });

  const service = () => (typeof settings.servicePlugin === 'string' && settings.servicePlugin) || 'WebChatService';
  const ask = (/** @type {string} */ name, /** @type {unknown} */ options = undefined) => plugin.command(`${service()}.${name}`, options);
  /** An event of the life of an interaction. @param {string} name */
  const tell = (name) => {
    const block = meta.block();
    plugin.data('metadata', block);
    plugin.publish(name, block);
    keep();
  };
  const place = createPlace(store);
  const keep = () => place.keep(stage === 'closed' ? undefined : { stage, hidden, metadata: meta.kept() });
  const messages = createMessages({ plugin, panel: view.panel, jquery, document, meta: () => meta });

  /** Does something with the core whose echo is no news. @template T @param {() => T} work @returns {T} */
  const quietly = (work) => {
    own = true;
    const done = work();
    own = false;
    return done;
  };

  const finishClose = () => {
    if (stage === 'closed') return;
    abandoned = starting;
    closing = starting = false;
    quietly(() => view.hide());
    view.panel.clear();
    view.panel.forget();
    stage = 'closed';
    hidden = false;
    meta.mark('closed');
    if (!meta.get('completed') && !meta.get('cancelled') && !meta.get('rejected')) {
      meta.mark('cancelled');
      tell('cancelled');
    }
    tell('closed');
    view.button.back();
  };

  /** The command `open`, once the core is there. @param {Record<string, unknown>} data @param {Deferred} deferred */
  const open = (data, deferred) => {
    const given = isObject(data.form) ? copy(data.form) : {};
    const { autoSubmit, ...values } = given;
    const asks = data.form !== false && !active;
    const from = { resolve: (/** @type {unknown} */ text) => words.resolved(text, section), values, report };
    const definition = asks ? definitionOf(data.formJSON ?? settings.form, from) : undefined;
    attached = { ...copy(data.userData), ...copy(data.attachedData) };
    starting = abandoned;
    dirty = closing = hidden = abandoned = false;
    auto = autoSubmit === true || autoSubmit === 'true' || data.autoSubmit === true;
    meta = createMetadata({ now, id: textOf(data.id) || id() });
    meta.set('proactive', data.proactive === true);
    meta.set('proactiveData', data.proactiveData);
    meta.set('prefilled', keys(values).length > 0);
    meta.mark('opened');
    fields.define(definition);
    if (fields.asks()) jquery.want(() => {});
    stage = data.minimized === true ? 'minimized' : 'open';
    const shown = quietly(() => {
      if (!active) view.define(definition?.form);
      return view.open();
    });
    if (!shown) {
      stage = 'closed';
      view.button.back();
      deferred.reject(NO_VIEW);
      return;
    }
    tell('opened');
    if (stage === 'minimized') {
      quietly(() => view.minimize());
      plugin.publish('minimized');
    } else if (auto && definition) {
      meta.set('autoSubmitted', true);
      view.panel.submit();
    }
    deferred.resolve();
  };

  /** An answer of the chat server's with errors in it. @param {unknown} answer */
  const failed = (answer) => {
    // A refused start is told twice: as its rejection and as an event.
    if (answer === failure) return;
    failure = answer;
    const errors = read(answer, 'errors');
    each(isArray(errors) ? errors : [], (error) => meta.failed(read(error, 'code') ?? error));
  };

  /** What was filled in goes to the service. @param {{ name: string, value: string }[]} values */
  const filled = (values) => {
    if (starting || active || stage === 'closed') return;
    starting = true;
    const { form, options } = startOf(values, fields.definition, attached);
    meta.set('form', form);
    tell('submitted');
    ask('startChat', options).fail((/** @type {unknown} */ why) => {
      abandoned = false;
      if (!starting) return;
      starting = false;
      failed(why);
      meta.mark('rejected');
      tell('rejected');
    });
  };

  /** @param {boolean} on */
  const minimize = (on) => {
    if (stage === 'closed' || (stage === 'minimized') === on) return;
    stage = on ? 'minimized' : 'open';
    quietly(() => (on ? view.minimize() : view.open()));
    plugin.publish(on ? 'minimized' : 'unminimized');
    keep();
  };

  /** @type {Record<string, (command: BusCommand) => void>} */
  const commands = {
    open: ({ data, deferred }) => {
      if (stage !== 'closed') {
        deferred.reject(OPENED_ALREADY);
        return;
      }
      // A second one meanwhile is told so.
      stage = 'open';
      view.button.away();
      const given = copy(data, {});
      const go = () => open(given, deferred);
      view.ready().then(go, () => {
        stage = 'closed';
        deferred.reject(NO_VIEW);
      });
    },
    close: ({ deferred }) => {
      if (stage === 'closed') {
        deferred.reject(CLOSED_ALREADY);
        return;
      }
      if (active) {
        closing = true;
        minimize(false);
        view.panel.askEnd();
      } else if (dirty && settings.confirmFormCloseEnabled !== false && !starting && !meta.get('started')) {
        minimize(false);
        view.panel.ask(words.word('ConfirmCloseWindow'), words.word('ConfirmCloseConfirm'), words.word('ConfirmCloseCancel'), finishClose);
      } else finishClose();
      deferred.resolve();
    },
    minimize: ({ data, deferred }) => {
      const wanted = read(data, 'minimized');
      minimize(typeof wanted === 'boolean' ? wanted : stage !== 'minimized');
      deferred.resolve();
    },
    endChat: ({ deferred }) => {
      if (!active) deferred.reject(NOTHING_TO_END);
      else ask('endChat').done(() => deferred.resolve()).fail(deferred.reject);
    },
    invite: ({ deferred }) => invite(deferred, 'Invite', undefined),
    reInvite: ({ data, deferred }) => invite(deferred, 'RestoreTimeout', read(data, 'statusCode')),
    injectMessage: ({ data, deferred }) => {
      if (stage === 'closed' || (!active && !meta.get('started'))) deferred.reject(NO_INJECTION);
      else messages.inject(copy(data), (line, content) => view.inject(`i_${id()}`, line, content), deferred);
    },
    showChatButton: ({ data, deferred }) => {
      if (stage !== 'closed' || !view.button.show(Number(read(data, 'openDelay')) || 0, () => deferred.resolve())) deferred.reject(NO_BUTTON);
    },
    hideChatButton: ({ deferred }) => {
      if (stage === 'closed' && view.button.hide()) deferred.resolve();
      else deferred.reject(BUTTON_HIDDEN);
    },
    showOverlay: ({ data, deferred }) => {
      if (stage === 'closed') deferred.reject(NOT_OPEN);
      else {
        view.panel.overlay(read(data, 'html'), { fit: read(data, 'mode') === 'fit' });
        deferred.resolve();
      }
    },
    hideOverlay: ({ deferred }) => {
      if (stage === 'closed') deferred.reject(NOT_OPEN);
      else {
        view.panel.clear();
        deferred.resolve();
      }
    },
    hide: ({ deferred }) => {
      if (stage === 'closed' || hidden) {
        deferred.reject(HIDDEN_ALREADY);
        return;
      }
      hidden = true;
      quietly(() => view.hide());
      keep();
      deferred.resolve();
    },
    show: ({ deferred }) => {
      if (stage === 'closed' || !hidden) {
        deferred.reject(SHOWN_ALREADY);
        return;
      }
      hidden = false;
      quietly(() => (stage === 'open' ? view.open() : view.showButton()));
      keep();
      deferred.resolve();
    },
    configure: ({ data, commander, deferred }) => {
      const wrong = !isObject(data) || isArray(data) || (!keys(data).length && commander !== 'WebChat');
      if (wrong) deferred.reject(BAD_CONFIG);
      else {
        settings = { ...settings, ...copy(data) };
        view.button.configure(settings);
        const emoji = settings.emojis === true || settings.emojis === 'true' || typeof settings.emojiList === 'string';
        view.panel.fit({ 'cx-no-emoji': !emoji, 'cx-no-end': settings.actionsMenu === false }, Number(settings.maxMessageLength) || 500);
        deferred.resolve();
      }
    },
  };

  /** @param {Deferred} deferred @param {string} kind @param {unknown} code */
  const invite = (deferred, kind, code) => {
    if (stage !== 'closed') {
      deferred.reject(NO_INVITE);
      return;
    }
    const own = code === undefined ? '' : words.error(code);
    view.button.invite({ title: words.word(`${kind}Title`), body: own || words.word(`${kind}Body`), accept: words.word(`${kind}Accept`), reject: words.word(`${kind}Reject`) });
    deferred.resolve();
  };

  /** What the visitor pressed, as the commands that pages can step in between. @type {Record<string, () => boolean>} */
  const presses = {
    launch: () => {
      if (stage === 'closed') plugin.command('open');
      else plugin.command(stage === 'open' && !active ? 'close' : 'minimize');
      return true;
    },
    close: () => run('close'),
    minimise: () => run('minimize', { minimized: true }),
    'end-confirm': () => {
      if (closing) starting = false;
      return run('endChat');
    },
    'end-cancel': () => {
      closing = false;
      return false;
    },
    restart: () => {
      finishClose();
      return run('open');
    },
  };
  const run = (/** @type {string} */ name, /** @type {unknown} */ options = undefined) => {
    plugin.command(name, options);
    return true;
  };

  /** What the service tells. @type {Record<string, (data: any) => void>} */
  const told = {
    started: () => {
      active = true;
      starting = false;
      if (abandoned) ask('endChat');
      abandoned = false;
      if (stage === 'closed') return;
      meta.mark('started');
      tell('started');
    },
    restored: () => restore(),
    restoredOffline: () => restore(),
    restoreTimeout: () => {
      place.keep(undefined);
      if (settings.inviteOnRestoreTimeout !== false && stage === 'closed' && reopened) plugin.command('reInvite');
    },
    ended: () => {
      active = false;
      if (stage === 'closed') return;
      const name = meta.get('agentReached') || meta.get('supervisorReached') ? 'completed' : 'cancelled';
      meta.mark(name);
      tell(name);
      if (closing) finishClose();
    },
    error: failed,
    messageReceived: (data) => {
      if (stage !== 'closed') messages.received(data);
    },
  };
  each(['agentConnected', 'botConnected', 'supervisorConnected'], (name) => {
    told[name] = (data) => {
      if (stage !== 'closed') meta.reached(name, read(data, 'numAgentsConnected'));
    };
  });

  /** What the page before this one left. @type {Record<string, unknown> | undefined} */
  let reopened = place.kept();
  const restore = () => {
    active = true;
    const before = reopened;
    reopened = undefined;
    if (!before || stage !== 'closed') return;
    meta = createMetadata({ now, id: id(), kept: copy(before.metadata) });
    const small = settings.minimizeOnMobileRestore === true && plugin.data('App.mobileMode') === true;
    stage = small || before.stage === 'minimized' ? 'minimized' : 'open';
    hidden = before.hidden === true;
    view.button.away();
    quietly(() => {
      if (hidden) view.hide();
      else if (stage === 'open') view.open();
      else if (small) view.minimize();
      else view.showButton();
    });
    tell('opened');
  };
  plugin.registerEvents(EVENTS);
  each(keys(commands), (name) => void plugin.registerCommand(name, commands[name]));
  return {
    /** Hears the service of that name. */
    listen: () => each(keys(told), (name) => void plugin.subscribe(`${service()}.${name}`, (/** @type {any} */ event) => told[name]?.(event.data))),
    filled,
    /** @param {string} act @param {Event} event @returns {boolean} Whether it is not the core's. */
    pressed: (act, event) => {
      if (act === 'submit') return stage === 'open' && !submits(event);
      return Object.hasOwn(presses, act) ? presses[act]?.() === true : false;
    },
    /** Something happened in the form. @param {Event} event */
    touched: (event) => {
      if (event.type === 'input') dirty = true;
      fields.heard(event);
    },
    /** The core tells that its panel was opened or closed. @param {string} name */
    heard: (name) => {
      if (own || stage === 'closed') return;
      if (name === 'opened' && stage === 'minimized') minimize(false);
      else if (name === 'closed' && stage === 'open' && !hidden) {
        if (active || starting) minimize(true);
        else finishClose();
      }
    },
    stage: () => stage,
    isActive: () => active,
  };

  /** @param {Event} event @returns {boolean} Whether the core may have it. */
  function submits(event) {
    if (!fields.asks() || jquery.here() || asked) return fields.passes(event);
    // Validators want jQuery: once more when it is there, or cannot be had.
    asked = true;
    let waits = false;
    let came = false;
    jquery.want(() => {
      came = true;
      if (waits) view.panel.submit();
    });
    waits = true;
    return came && fields.passes(event);
  }
}
