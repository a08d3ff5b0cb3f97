/** Callback and CallbackService (G3.8) over the site's own widget for calling back: its form, its times. */

import { add, copy, each, keys, now, read } from './safe.js';
import { addPlugin } from './plugin.js';
import { createMetadata } from './metadata.js';
import { textOf } from './elements.js';

export const CALLBACK_OPENED = 'already opened';
export const CALLBACK_CLOSED = 'Already closed';
export const NO_CALLBACK = 'Callback is not offered: the site has no widget for it';

const EVENTS = ['opened', 'started', 'submitted', 'completed', 'cancelled', 'closed', 'minimized', 'unminimized'];

/** The page's names of fields by those that sites of ours use. @type {Record<string, string>} */
const NAMES = { firstname: 'name', lastname: 'surname', phonenumber: 'phone', email: 'email', subject: 'about' };

/** @typedef {{ chat: import('./link.js').GenesysChat, site: import('./core-view.js').Site }} Core */
/** @typedef {{ name: string, element?: string }} CoreEvent */

/**
 * @param {import('./bus.js').Bus} bus
 * @param {import('./plugin.js').Config} config
 * @param {object} given
 * @param {Core} given.core
 * @param {() => string} given.id
 * @param {(listener: (event: CoreEvent) => void) => void} given.follow
 * @param {{ publish: (name: string, data: unknown) => unknown }} given.service
 */
export function setCallback(bus, config, { core: { chat, site }, id, follow, service }) {
  /** @type {'closed' | 'open' | 'minimized'} */
  let stage = 'closed';
  let own = false;
  let meta = createMetadata({ now, id: '' });
  const tell = (/** @type {string} */ name) => void plugin?.publish(name, meta.block());
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

  const plugin = addPlugin(bus, config, {
    name: 'Callback',
    section: 'callback',
    events: EVENTS,
    configure: () => {},
    commands: {
      open: ({ data, deferred }) => {
        if (stage !== 'closed') return deferred.reject(CALLBACK_OPENED);
        stage = 'open';
        const form = copy(read(data, 'form'));
        return chat.ready.then(
          () => {
            if (!site.callback) {
              stage = 'closed';
              deferred.reject(NO_CALLBACK);
              return;
            }
            /** @type {{ name: string, value: string }[]} */
            const values = [];
            each(keys(form), (name) => {
              if (name !== 'autoSubmit') add(values, { name: NAMES[name] ?? name, value: textOf(form[name]) });
            });
            if (values.length) chat.call('setVisitor', { values });
            meta = createMetadata({ now, id: id() });
            meta.set('prefilled', values.length > 0);
            meta.mark('opened');
            ask('open');
            tell('opened');
            deferred.resolve();
          },
          () => {
            stage = 'closed';
            deferred.reject(NO_CALLBACK);
          },
        );
      },
      close: ({ deferred }) => {
        if (stage === 'closed') return deferred.reject(CALLBACK_CLOSED);
        shut();
        return deferred.resolve();
      },
      minimize: ({ data, deferred }) => {
        const wanted = read(data, 'minimized');
        const on = typeof wanted === 'boolean' ? wanted : stage !== 'minimized';
        if (stage !== 'closed' && on !== (stage === 'minimized')) {
          stage = on ? 'minimized' : 'open';
          ask(on ? 'close' : 'show');
          if (!on) ask('open');
          plugin?.publish(on ? 'minimized' : 'unminimized');
        }
        return deferred.resolve();
      },
      showOverlay: ({ deferred }) => deferred.reject('Callback.showOverlay is not offered'),
      hideOverlay: ({ deferred }) => deferred.reject('Callback.hideOverlay is not offered'),
    },
  });

  follow(({ name, element }) => {
    if (!element || element !== site.callback || stage === 'closed') return;
    if (name === 'formSubmitted') {
      tell('submitted');
      meta.mark('started');
      tell('started');
    } else if (name === 'requestStored') {
      meta.mark('completed');
      tell('completed');
      service.publish('scheduled', {});
    } else if (name === 'refused') {
      service.publish('scheduleError', { status: 503, responseText: '', responseJSON: {} });
    } else if (name === 'closed' && !own && stage === 'open') shut();
  });
}
