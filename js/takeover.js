/**
 * Another core takes the place of the one that runs, and goes on from where that one is: the same conversation, and what is on the screen stays. In
 * the scripts for other vendors' pages only, because only they come to a core that cannot do what they need.
 */

import { ChinwagError } from './error.js';
import { fetchModule } from './fetching.js';
import { textsFor } from './options.js';
import { Parts } from './parts.js';
import { composerOf, rootOf } from './screen.js';

/** @typedef {import('./instance.js').Instance} Instance */
/** @typedef {import('./script.js').Script} Script */
/** @typedef {import('./script.js').Facade} Facade */

/** What the screen has of a widget. @typedef {{ widget: string, text: string, caret?: number, open: boolean, values: { name: string, value: string }[] }} Screen */

/** A widget that the page has hidden does not come by itself: the longest time that a configuration can say, in milliseconds. */
const NEVER = 0xffff_ffff;

/** What was fetched for each script. @type {WeakMap<Script, { first: WebAssembly.Module, parts: Parts }>} */
const fetched = new WeakMap();

/**
 * What the other core needs is fetched first, while the one before it runs.
 *
 * @param {Instance} instance
 * @param {Script} script
 * @param {Facade} facade
 * @returns {Promise<void>} Settles once it runs.
 * @throws {ChinwagError} It cannot be had: then the one that runs goes on.
 */
export async function takeOver(instance, script, facade) {
  const { server } = instance.options;
  const files = script.files(server);
  const known = instance.fetched(script) ?? fetched.get(script) ?? {
    first: await fetchModule(files.wasm, files.integrity),
    parts: new Parts(files, () => instance.status === 'ready'),
  };
  fetched.set(script, known);
  const modules = await known.parts.conversation();
  // What is on the screen is there again in the same task.
  if (instance.options.root !== 'none') await known.parts.view();
  // What the page asked of the core that runs is with it, and not only waiting.
  await instance.talks;
  const texts = await textsFor(files.texts, instance.locale)?.();
  const config = await facade.adapt(instance.config);
  if (instance.status !== 'ready') throw new ChinwagError('aborted');
  const screen = screenOf(instance);
  const hidden = hiddenBy(instance.lasting);
  const rules = asLeft(config, hidden, (element) => instance.listeners.isShown(element));
  const focus = screen.find(({ caret }) => caret !== undefined);
  const heard = (/** @type {import('./listeners.js').AnyEvent} */ event) => {
    facade.heard(event);
    // When it is painted.
    if (focus && event.name === 'chatRestored') setTimeout(() => refocus(focus), 0);
  };
  instance.change(script, { ...facade, heard }, { ...known, modules, texts, config: rules }, (call) => {
    screen.forEach(({ widget, text, open, values }) => {
      if (values.length) call('setVisitor', { values });
      if (open) call('open', { widget, asked: true });
      if (text) call('draft', { widget, text });
    });
  });
}

/** What is on the screen alone: what stands in the composers, what was filled in. @param {Instance} instance @returns {Screen[]} */
function screenOf(instance) {
  return instance.state().widgets.map(({ element, open }) => {
    const root = rootOf(document.getElementById(element));
    const composer = composerOf(document.getElementById(element));
    const fields = /** @type {HTMLInputElement[]} */ ([...(root?.querySelectorAll('form [name]') ?? [])]);
    return {
      widget: element,
      text: composer?.value ?? '',
      caret: composer && composer.matches(':focus') ? composer.selectionEnd : undefined,
      open,
      values: fields.filter(({ type, checked }) => checked || !/^(checkbox|radio)$/.test(type)).map(({ name, value }) => ({ name, value })),
    };
  });
}

/** Gives the focus back to a composer, unless the visitor has gone on elsewhere. @param {Screen} screen */
function refocus({ widget, caret = 0 }) {
  const composer = composerOf(document.getElementById(widget));
  if (!composer || document.activeElement !== document.body) return;
  composer.focus();
  composer.setSelectionRange(caret, caret);
}

/** A widget of the configuration, as far as this file looks at it. @typedef {{ element?: string, id?: string, rules?: object }} Spec */

/**
 * Which widgets the page has hidden.
 *
 * @param {import('./lasting.js').Lasting} lasting Calls, as the instance keeps them.
 * @returns {(widget: Spec) => boolean}
 */
export function hiddenBy(lasting) {
  const calls = [...lasting.values()].reverse().map(([name, payload]) => /** @type {const} */ ([name, JSON.parse(payload).widget]));
  return ({ element, id }) => {
    const last = calls.find(([name, widget = element]) => (name === 'hide' || name === 'show') && (widget === element || widget === id));
    return last?.[0] === 'hide';
  };
}

/**
 * A configuration for a core that goes on: what was on the screen is there at once, what the page has hidden is not.
 *
 * @param {string} config JSON.
 * @param {(widget: Spec) => boolean} isHidden
 * @param {(element: string) => boolean} wasShown
 * @returns {string}
 */
export function asLeft(config, isHidden, wasShown) {
  const all = JSON.parse(config);
  all.widgets.forEach((/** @type {Spec} */ widget) => {
    const hidden = isHidden(widget);
    if (hidden || wasShown(`${widget.element}`)) widget.rules = { ...widget.rules, after: hidden ? NEVER : 0, open_after: 0 };
  });
  return JSON.stringify(all);
}
