/**
 * The build of the core in this script: the glue, and the functions around it. Each script of ours on a page has its own
 * (`registry.js` chooses the one that is used).
 */

import { attach, closeSockets } from './natives.js';
import { guard } from './guard.js';
import { call, create, initSync, kept, restart, state, version } from '#glue';

/** Whether the module was started on this page: the next core needs an instance of its own. */
let started = false;

export const core = {
  call,
  create,
  state,
  version,
  kept,
  /** Adds a later part of the module. */
  attach,
  /** Closes the sockets that a core left open. */
  close: closeSockets,
  /** @param {WebAssembly.Module} module @param {(error: unknown) => void} trapped Called when the core trapped. */
  start: (module, trapped) => {
    guard.trapped = trapped;
    initSync({ module });
  },
  /** Gives the next call a fresh instance of the module if there was one before, which trapped or belongs to a widget that was taken down. */
  renew: () => {
    guard.open = true;
    if (started) restart();
    guard.open = false;
    started = true;
  },
};

/** @typedef {typeof core} Core */
