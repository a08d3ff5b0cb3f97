/** Messages in the window: `messageAdded` for each (G3.3), and the messages that the page inserts itself (G3.2 `injectMessage`). */

import { copy, isArray, isObject, read } from './safe.js';
import { elementOf, textOf } from './elements.js';
import { standIn } from './panel.js';

const ADDED = 'WebChat.messageAdded';
/** The longest message of a page, in characters. */
const LONGEST = 100_000;

/**
 * @param {object} given
 * @param {import('./bus.js').Plugin} given.plugin
 * @param {import('./panel.js').Panel} given.panel
 * @param {import('./jquery.js').JQuerySource} given.jquery
 * @param {Document} given.document
 * @param {() => import('./metadata.js').Metadata} given.meta
 */
export function createMessages({ plugin, panel, jquery, document, meta }) {
  /** The element of the message before the next one. */
  let before = '';
  let count = 0;

  /** Publishes an event. jQuery is fetched only when the event has a subscriber. @param {() => Record<string, unknown>} payload */
  const publish = (payload) => {
    const heard = plugin.subscribers()[ADDED]?.length;
    if (!heard) return;
    jquery.want(($) => {
      const data = payload();
      plugin.publish('messageAdded', { ...data, html: $ ? $(data.html) : data.html });
    });
  };

  return {
    /** A batch of the service's. @param {any} data */
    received(data) {
      const { messages, originalMessages, restoring } = copy(data);
      if (!isArray(messages)) return;
      for (let at = 0; at < messages.length; at += 1) {
        const message = read(messages, `${at}`);
        const original = read(originalMessages, `${at}`);
        const from = read(message, 'from');
        if (restoring !== true) meta().said(/^message$/i.test(textOf(read(message, 'type'))) ? textOf(read(from, 'type')) : 'External');
        const entry = textOf(read(original, 'id'));
        if (!entry) continue;
        const index = read(message, 'index');
        const id = `cx-chat-index-${index}`;
        publish(() => {
          const mine = /^client$/i.test(textOf(read(from, 'type')));
          const text = textOf(read(message, 'text'));
          const content = read(message, 'html') === true ? panel.content(text) : text;
          const html = panel.row(entry) ?? standIn(document, textOf(read(from, 'name')), content, mine);
          panel.mark(html, id, ['cx-message', mine ? 'cx-you' : 'cx-them']);
          const added = { data: message, message, originalMessage: original, html, transcript: read(data, 'transcript') ?? messages, index, id, prevMessageHTML: before };
          before = written(html);
          return added;
        });
      }
    },

    /**
     * @param {Record<string, unknown>} given
     * @param {(line: import('../../port.js').Line, content: unknown) => unknown} put Returns the element once it is drawn.
     * @param {import('./deferred.js').Deferred} deferred
     */
    inject({ type, text, name, custom, bubble }, put, deferred) {
      const own = elementOf(text);
      const words = own ? '' : textOf(text).slice(0, LONGEST);
      const drawn = own !== undefined || type === 'html';
      const direction = read(bubble, 'direction');
      const line = {
        name: textOf(read(bubble, 'name') ?? name).slice(0, 200),
        text: words,
        mine: direction === 'right',
        bare: custom === true,
        drawn,
      };
      const html = elementOf(put(line, own ?? words)) ?? standIn(document, line.name, words, line.mine);
      count += 1;
      const index = `injected-${count}`;
      panel.mark(html, `cx-chat-index-${index}`, ['cx-message', 'cx-injected-message', line.mine ? 'cx-you' : 'cx-them']);
      meta().said('External');
      const message = { type: 'Message', text: words, from: { type: 'External', name: line.name }, index, bubble: isObject(bubble) ? bubble : undefined };
      publish(() => ({ data: message, message, originalMessage: message, html, transcript: [], index, id: html.id, prevMessageHTML: before }));
      jquery.want(($) => deferred.resolve($ ? $(html) : html));
    },
  };
}

/** The text of an element. @param {HTMLElement} element @returns {string} */
function written(element) {
  return typeof XMLSerializer === 'function' ? new XMLSerializer().serializeToString(element) : '';
}
