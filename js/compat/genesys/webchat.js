/**
 * WebChat: the chat's window (G3.1 to G3.5) over our widget. Its commands on the bus decide when the widget is on the page
 * and open; the core draws it and reports actions and events (`heard`, `filled`, `pressed`), and the service reports the state of the session.
 */

import { each, keys } from './safe.js';
import { COMMANDS } from './webchat-commands.js';
import { PRESSES, TOLD } from './webchat-heard.js';
import { ChatWindow } from './webchat-window.js';
import { EVENTS } from './webchat-words.js';

/** @typedef {import('./commands.js').BusCommand} BusCommand */

/** @param {import('./webchat-window.js').Given} given */
export function createWebChat(given) {
  const { plugin, fields } = given;
  const chat = new ChatWindow(given);
  const { state } = chat;
  plugin.registerEvents(EVENTS);
  each(keys(COMMANDS), (name) => void plugin.registerCommand(name, (/** @type {BusCommand} */ command) => COMMANDS[name]?.(command, chat)));
  return {
    /** Subscribes to the events of the service. */
    listen: () => each(keys(TOLD), (name) => void plugin.subscribe(`${chat.service}.${name}`, (/** @type {any} */ event) => TOLD[name]?.(chat, event.data))),
    filled: (/** @type {{ name: string, value: string }[]} */ values) => chat.filled(values),
    /** @param {string} act @param {Event} event @returns {boolean} Whether the core must not handle it. */
    pressed: (act, event) => {
      if (act === 'submit') return state.stage === 'open' && !chat.submits(event);
      return Object.hasOwn(PRESSES, act) && PRESSES[act]?.(chat) === true;
    },
    /** A DOM event in the form. @param {Event} event */
    touched: (event) => fields.heard(event),
    /** The core's panel was opened or closed. @param {string} name */
    heard: (name) => chat.heard(name),
    stage: () => state.stage,
    isActive: () => state.isActive,
  };
}
