/** Watchman (G3.8): timers that publish events. */

import { each, read } from './safe.js';

/** The most timers that a page may have at the same time. */
const MOST = 200;
const BAD_TIME = 'No valid time was provided';

/**
 * @param {import('./bus.js').Plugin} plugin
 * @param {object} given
 * @param {(work: () => void, millis: number) => unknown} given.every
 * @param {(timer: any) => void} given.stop
 * @param {(listener: () => void) => void} given.moved Called when the visitor moves, types or clicks.
 * @returns {Record<string, import('./commands.js').Handler>}
 */
export function createWatchman(plugin, { every, stop, moved }) {
  let up = 0;
  let idle = 0;
  let number = 0;
  let running = 0;
  let counting = false;
  /** Whole seconds after which a listener wants to be called. */
  const wanted = { idle: new Set(), uptime: new Set() };

  /** Starts to count at the first command: a page that sends none is not woken every second. */
  const begin = () => {
    if (counting) return;
    counting = true;
    moved(() => (idle = 0));
    every(() => {
      up += 1;
      idle += 1;
      plugin.publishDirect('tick', { uptime: up, idle });
      each(/** @type {const} */ (['idle', 'uptime']), (kind) => {
        const time = kind === 'idle' ? idle : up;
        if (wanted[kind].has(time)) plugin.publish(`${kind}:${time}`, { time });
      });
    }, 1000);
  };

  /** Counts seconds. @param {'countdown' | 'interval' | 'alarm'} kind */
  const timer =
    (kind) =>
    (/** @type {import('./commands.js').BusCommand} */ { data, deferred }) => {
      const time = Math.floor(Number(read(data, 'time')));
      if (!(time >= 1) || running >= MOST) return deferred.reject(BAD_TIME);
      begin();
      number += 1;
      running += 1;
      const name = `${kind}:${number}`;
      let left = time;
      plugin.registerEvents(name);
      const ticking = every(() => {
        left -= 1;
        if (kind === 'countdown' || left === 0) plugin.publish(name, { time: left });
        if (left > 0) return;
        left = time;
        if (kind === 'interval') return;
        running -= 1;
        stop(ticking);
      }, 1000);
      return deferred.resolve(`Watchman.${name}`);
    };
  /** @param {'idle' | 'uptime'} kind */
  const after =
    (kind) =>
    (/** @type {import('./commands.js').BusCommand} */ { data, deferred }) => {
      const time = Math.floor(Number(read(data, 'time')));
      if (!(time >= 1) || wanted[kind].size >= MOST) return deferred.reject(BAD_TIME);
      begin();
      wanted[kind].add(time);
      return deferred.resolve(`Watchman.${kind}:${time}`);
    };

  return { countdown: timer('countdown'), interval: timer('interval'), alarm: timer('alarm'), idle: after('idle'), uptime: after('uptime') };
}
