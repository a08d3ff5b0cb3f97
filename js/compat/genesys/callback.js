/** Callback and CallbackService (G3.8) over the site's own widget for callbacks: its form, its times. */

import { add, copy, each, keys, now, read } from './safe.js';
import { createMetadata } from './metadata.js';
import { textOf } from './elements.js';

export const CALLBACK_OPENED = 'already opened';
export const CALLBACK_CLOSED = 'Already closed';
export const NO_CALLBACK = 'Callback is not offered: the site has no widget for it';

/** The page's names of fields by those that sites of ours use. @type {Record<string, string>} */
const NAMES = { firstname: 'name', lastname: 'surname', phonenumber: 'phone', email: 'email', subject: 'about' };

/** @typedef {{ chat: import('./link.js').GenesysInstance, site: import('./core-view.js').Site }} Core */
/** @typedef {{ name: string, element?: string }} CoreEvent */

/**
 * @param {import('./bus.js').Plugin} plugin
 * @param {object} given
 * @param {Core} given.core
 * @param {() => string} given.id
 * @param {(listener: (event: CoreEvent) => void) => void} given.follow
 * @param {{ publish: (name: string, data: unknown) => unknown }} given.service
 * @returns {Record<string, import('./commands.js').Handler>}
 */
export function createCallback(plugin, { core, id, follow, service }) {
  const form = createForm(core, id, (name, data) => void plugin.publish(name, data));
  follow(({ name, element }) => {
    if (!element || element !== core.site.callback || form.isClosed()) return;
    form.heard(name);
    if (name === 'requestStored') service.publish('scheduled', {});
    else if (name === 'refused') service.publish('scheduleError', { status: 503, responseText: '', responseJSON: {} });
  });
  return {
    open: ({ data, deferred }) => form.open(copy(read(data, 'form')), deferred),
    close: ({ deferred }) => {
      if (form.isClosed()) return deferred.reject(CALLBACK_CLOSED);
      form.shut();
      return deferred.resolve();
    },
    minimize: ({ data, deferred }) => {
      form.minimize(read(data, 'minimized'));
      return deferred.resolve();
    },
    showOverlay: ({ deferred }) => deferred.reject('Callback.showOverlay is not offered'),
    hideOverlay: ({ deferred }) => deferred.reject('Callback.hideOverlay is not offered'),
  };
}

/**
 * The form on the page: closed, open or minimised.
 *
 * @param {Core} core
 * @param {() => string} id
 * @param {(name: string, data?: unknown) => void} publish
 */
function createForm({ chat, site }, id, publish) {
  /** @type {'closed' | 'open' | 'minimized'} */
  let stage = 'closed';
  let own = false;
  let meta = createMetadata({ now, id: '' });
  const tell = (/** @type {string} */ name) => publish(name, meta.block());
  const ask = (/** @type {'open' | 'close' | 'show' | 'hide'} */ name) => {
    own = true;
    chat.call(name, { widget: site.callback });
    own = false;
  };
  const shut = () => {
    stage = 'closed';
    ask('hide');
    meta.mark('closed');
    if (!meta.get('completed')) {
      meta.mark('cancelled');
      tell('cancelled');
    }
    tell('closed');
  };
  const show = (/** @type {Record<string, unknown>} */ form) => {
    const values = valuesOf(form);
    if (values.length) chat.call('setVisitor', { values });
    meta = createMetadata({ now, id: id() });
    meta.set('prefilled', values.length > 0);
    meta.mark('opened');
    ask('open');
    tell('opened');
  };
  return {
    isClosed: () => stage === 'closed',
    shut,
    /** @param {Record<string, unknown>} form @param {import('./deferred.js').Deferred} deferred */
    open(form, deferred) {
      if (stage !== 'closed') return deferred.reject(CALLBACK_OPENED);
      stage = 'open';
      const refuse = () => {
        stage = 'closed';
        deferred.reject(NO_CALLBACK);
      };
      return chat.ready.then(() => {
        if (!site.callback) return refuse();
        show(form);
        return deferred.resolve();
      }, refuse);
    },
    /** @param {unknown} wanted Left out: toggles. */
    minimize(wanted) {
      const on = typeof wanted === 'boolean' ? wanted : stage !== 'minimized';
      if (stage === 'closed' || on === (stage === 'minimized')) return;
      stage = on ? 'minimized' : 'open';
      ask(on ? 'close' : 'show');
      if (!on) ask('open');
      publish(on ? 'minimized' : 'unminimized');
    },
    /** @param {string} name Of an event of the core's about the form. */
    heard(name) {
      if (name === 'formSubmitted') {
        tell('submitted');
        meta.mark('started');
        tell('started');
      } else if (name === 'requestStored') {
        meta.mark('completed');
        tell('completed');
      } else if (name === 'closed' && !own && stage === 'open') shut();
    },
  };
}

/** The page's values, by the names of our fields. @param {Record<string, unknown>} form */
function valuesOf(form) {
  /** @type {{ name: string, value: string }[]} */
  const values = [];
  each(keys(form), (name) => {
    if (name !== 'autoSubmit') add(values, { name: NAMES[name] ?? name, value: textOf(form[name]) });
  });
  return values;
}
