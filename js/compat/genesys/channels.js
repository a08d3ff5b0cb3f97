/** ChannelSelector (G3.8): the visitor chooses a way to reach an agent. Each channel sends a command or calls a function of the page. */

import { element as make, textOf } from './elements.js';
import { ours } from './surface.js';
import { add, each, isArray, isObject, read } from './safe.js';

export const NO_STATS = 'Waiting times are not offered';
const OPENED = 'already opened';
const CLOSED = 'already closed';
/** The largest number of channels that are shown. */
const MOST = 50;

/**
 * @param {import('./bus.js').Plugin} plugin
 * @param {object} given
 * @param {unknown} given.CXBus
 * @param {() => unknown} given.channels Returns the channels of the present configuration.
 * @param {Document} given.document
 * @param {import('./jquery.js').JQuerySource} given.jquery
 * @param {import('./common.js').Common} given.common
 * @param {(error: unknown) => void} given.report
 * @param {(text: unknown) => string} given.resolve Replaces a reference `@i18n:` by its text.
 * @returns {Record<string, import('./commands.js').Handler>}
 */
export function createChannels(plugin, { CXBus, channels, document, jquery, common, report, resolve }) {
  let open = false;

  const close = () => {
    if (!open) return;
    open = false;
    plugin.publish('closed');
  };
  /** @param {unknown} channel */
  const choose = (channel) => {
    plugin.command('Overlay.close').always(close);
    const onClick = read(channel, 'onClick');
    if (typeof onClick === 'function') {
      jquery.want(($) => {
        try {
          onClick($, CXBus, common);
        } catch (error) {
          report(error);
        }
      });
    }
    const command = read(channel, 'clickCommand');
    if (typeof command === 'string' && command) plugin.command(command, read(channel, 'clickOptions') ?? {});
  };

  const list = () => {
    const box = make(document, 'div', 'cx-channel-selector', undefined);
    const given = channels();
    /** @type {unknown[]} */
    const shown = [];
    if (isArray(given)) for (let at = 0; at < given.length && at < MOST; at += 1) add(shown, read(given, `${at}`));
    each(shown, (channel) => {
      if (!isObject(channel) || read(channel, 'enable') === false) return;
      const name = resolve(read(channel, 'i18n')) || resolve(read(channel, 'displayName')) || textOf(read(channel, 'name'));
      const button = make(document, 'button', 'cx-channel', name);
      button.setAttribute('type', 'button');
      const subtitle = resolve(read(channel, 'subtitle'));
      if (subtitle) button.append(make(document, 'small', 'cx-subtitle', subtitle));
      button.addEventListener('click', () => choose(channel));
      box.append(button);
    });
    ours.add(box);
    return box;
  };

  return {
    open: ({ deferred }) => {
      if (open) return deferred.reject(OPENED);
      open = true;
      return plugin
        .command('Overlay.open', { html: list(), title: resolve('@i18n:channelselector.Title') || 'How can we help?' })
        .done((/** @type {any} */ shown) => {
          const path = read(read(shown, 'events'), 'close');
          if (typeof path === 'string') plugin.subscribe(path, close);
          plugin.publish('opened');
          deferred.resolve();
        })
        .fail((/** @type {unknown} */ why) => {
          open = false;
          deferred.reject(why);
        });
    },
    close: ({ deferred }) => {
      if (!open) return deferred.reject(CLOSED);
      return plugin.command('Overlay.close').always(() => deferred.resolve());
    },
    enableStats: ({ deferred }) => deferred.reject(NO_STATS),
    disableStats: ({ deferred }) => deferred.resolve(),
    displayStats: ({ deferred }) => deferred.reject(NO_STATS),
  };
}
