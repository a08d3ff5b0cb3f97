/**
 * Fresh tasks, in order: the zero-delay timers of the contract (G1.5, G1.7). Messages of a channel are used where the browser has one: each is
 * a task of its own like a timer, but timers are held back to 4 ms when nested and to a second in a hidden page.
 */

import { after } from './safe.js';

/** @typedef {(work: () => void) => void} Task */
/** @typedef {{ work: () => void, next: Link | undefined }} Link */

/**
 * @param {MessageChannel} [channel] Left out: timers.
 * @returns {Task}
 */
export function createTasks(channel) {
  if (!channel) return (work) => void after(work, 0);
  const { port1, port2 } = channel;
  // A chain, not an array: taking the first of a long array costs its length.
  /** @type {Link | undefined} */
  let first;
  /** @type {Link | undefined} */
  let last;
  port1.onmessage = () => {
    const link = first;
    if (!link) return;
    first = link.next;
    if (!first) last = undefined;
    link.work();
  };
  const post = port2.postMessage.bind(port2);
  return (work) => {
    /** @type {Link} */
    const link = { work, next: undefined };
    if (last) last.next = link;
    else first = link;
    last = link;
    post(0);
  };
}
