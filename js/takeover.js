/**
/**
 * Another core takes the place of the running one and continues the same conversation; the screen does not change. Only the scripts for other
 * vendors' pages have this, as a file that they fetch: only they can meet a core that lacks functions that they need.
 */

import { composerOf, rootOf } from './screen.js';

/** @typedef {import('./instance.js').Instance} Instance */
/** @typedef {import('./script.js').Script} Script */
/** @typedef {import('./script.js').Facade} Facade */

/** The part of a widget's state that only the screen has. @typedef {{ widget: string, text: string, caret?: number, open: boolean, values: { name: string, value: string }[] }} Screen */

/** A widget that the page has hidden does not come by itself: the longest time that a configuration can say, in milliseconds. */
const NEVER = 0xffff_ffff;

/** The builds of scripts that have taken over or tried to. @type {WeakMap<Script, import('./build.js').Build>} */
const builds = new WeakMap();

/**
 * What this uses of the script that fetched it.
 *
 * @typedef {object} Tools
 * @property {typeof import('./build.js').Build} Build
 * @property {typeof import('./error.js').ChinwagError} ChinwagError
 * @property {typeof import('./options.js').textsFor} textsFor
 */

/**
 * Fetches the parts of the other core while the one before it runs, then changes over.
 *
 * @param {Instance} instance
 * @param {Script} script
 * @param {Facade} facade
 * @param {Tools} tools
 * @returns {Promise<void>} Settles once it runs.
 * @throws {import('./error.js').ChinwagError} It cannot be fetched: then the running core goes on.
 */
export async function takeOver(instance, script, facade, { Build, ChinwagError, textsFor }) {
  const before = instance.build;
  const build = before?.script === script ? before : (builds.get(script) ?? new Build(script, instance.options.server, () => instance.status === 'ready'));
  builds.set(script, build);
  const first = await build.first();
  const modules = await build.conversation();
  // So that the panel is drawn again in the same task.
  if (instance.options.root !== 'none') await build.view();
  // The running core has carried out the page's calls, none waits for a part.
  await instance.talks;
  const texts = await textsFor(build.files.texts, instance.locale)?.();
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
  instance.change(build, { ...facade, heard }, { first, modules, texts, config: rules }, (call) => {
    screen.forEach(({ widget, text, open, values }) => {
      if (values.length) call('setVisitor', { values });
      if (open) call('open', { widget, asked: true });
      if (text) call('draft', { widget, text });
    });
  });
}

/** Reads the screen: the texts in the composers, the values in the forms. @param {Instance} instance @returns {Screen[]} */
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
 * The configuration for the next core: widgets that were on the screen are shown at once, widgets that the page has hidden are not.
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
