/**
 * Replaces the running core by another one, which continues the same conversation; the screen does not change. Only the scripts for other
 * vendors' pages fetch this file: only they can find a running core that lacks functions that they need.
 */

import { hiddenBy, forgetOpened } from './lasting.js';
import { composerOf, rootOf } from './screen.js';

/** @typedef {import('./instance.js').Instance} Instance */
/** @typedef {import('./script.js').Script} Script */
/** @typedef {import('./script.js').Facade} Facade */

/**
 * The part of a widget's state that only the screen has.
 *
 * @typedef {object} Screen
 * @property {string} widget Id of its element.
 * @property {string} text Of the composer.
 * @property {{ name: string | undefined, caret: number | null } | undefined} focus The control that has the focus, if one of this widget has it. `caret`:
 *   position in its text, nothing where the browser does not tell.
 * @property {boolean} open
 * @property {{ name: string, value: string }[]} values Of the form.
 */

/** For a widget that the page has hidden, which must not appear by itself: the longest time that a configuration can hold, in milliseconds. */
const NEVER = 0xffff_ffff;

/** The builds of scripts that have taken over or tried to. @type {WeakMap<Script, import('./build.js').Build>} */
const builds = new WeakMap();

/**
 * The classes and functions that this file uses from the script that fetched it.
 *
 * @typedef {object} Tools
 * @property {typeof import('./build.js').Build} Build
 * @property {typeof import('./error.js').ChinwagError} ChinwagError
 * @property {typeof import('./options.js').textsFor} textsFor
 */

/**
 * Fetches the parts of the other core while the present one runs, then changes over.
 *
 * @param {Instance} instance
 * @param {Script} script
 * @param {Facade} facade
 * @param {Tools} tools
 * @returns {Promise<void>} Settles once the other core runs.
 * @throws {import('./error.js').ChinwagError} The other core cannot be fetched; the running core goes on.
 */
export async function takeOver(instance, script, facade, { Build, ChinwagError, textsFor }) {
  const before = instance.build;
  const build = before?.script === script ? before : (builds.get(script) ?? new Build(script, instance.options.server, () => instance.status === 'ready'));
  builds.set(script, build);
  const first = await build.first();
  const modules = await build.conversation();
  // So that the panel is drawn again in the same task.
  if (instance.options.root !== 'none') await build.view();
  // After this the running core has carried out all calls of the page.
  await instance.talks;
  const texts = await textsFor(build.files.texts, instance.locale)?.();
  const config = await facade.adapt(instance.config);
  if (instance.status !== 'ready') throw new ChinwagError('aborted');
  const screen = screenOf(instance);
  const wasShown = (/** @type {string} */ element) => instance.listeners.isShown(element);
  forgetOpened(instance.lasting, JSON.parse(config).widgets, wasShown);
  const rules = asLeft(config, hiddenBy(instance.lasting), wasShown);
  const focused = screen.find(({ focus }) => focus);
  // In a later task, when the panel is painted.
  const focus = () => focused && setTimeout(() => refocus(focused), 0);
  const heard = (/** @type {import('./listeners.js').AnyEvent} */ event) => {
    facade.heard(event);
    if (event.name === 'chatRestored') focus();
  };
  instance.change(build, { ...facade, heard }, { first, modules, texts, config: rules }, (call) => {
    screen.forEach(({ widget, text, open, values }) => {
      if (values.length) call('setVisitor', { values });
      if (open) call('open', { widget, asked: true });
      if (text) call('draft', { widget, text });
    });
  });
  focus();
}

/** Reads the screen: the texts in the composers, the values in the forms. @param {Instance} instance @returns {Screen[]} */
function screenOf(instance) {
  return instance.state().widgets.map(({ element, open, form }) => {
    const host = document.getElementById(element);
    const at = /** @type {HTMLInputElement | null | undefined} */ (rootOf(host)?.querySelector('[data-test]:focus'));
    return {
      widget: element,
      text: composerOf(host)?.value ?? '',
      focus: at ? { name: at.dataset.test, caret: at.selectionEnd ?? null } : undefined,
      open,
      // From the snapshot: the controls on the screen do not have the names of the values.
      values: (form?.fields ?? []).filter(({ value }) => value).map(({ name, value }) => ({ name, value })),
    };
  });
}

/** Gives the focus back to a control, unless the visitor has moved it elsewhere on the page. @param {Screen} screen */
function refocus({ widget, focus }) {
  const host = document.getElementById(widget);
  const controls = /** @type {NodeListOf<HTMLInputElement> | undefined} */ (rootOf(host)?.querySelectorAll('[data-test]'));
  const control = [...(controls ?? [])].find(({ dataset }) => dataset.test === focus?.name);
  const active = document.activeElement;
  if (!control || control.matches(':focus') || (active && active !== document.body && !host?.contains(active))) return;
  control.focus();
  const { value } = control;
  if (typeof focus?.caret === 'number') control.setSelectionRange(focus.caret, focus.caret);
  // Browsers do not report the caret in fields for mail and numbers: it goes to the end, where people usually type.
  else if (/^(email|number)$/.test(control.type)) [control.value, control.value] = ['', value];
}

/**
 * The configuration for the next core: widgets that were on the screen are shown at once, widgets that the page has hidden are not.
 *
 * @param {string} config JSON.
 * @param {(widget: import('./lasting.js').Spec) => boolean} isHidden
 * @param {(element: string) => boolean} wasShown
 * @returns {string}
 */
export function asLeft(config, isHidden, wasShown) {
  const all = JSON.parse(config);
  all.widgets.forEach((/** @type {import('./lasting.js').Spec} */ widget) => {
    const hidden = isHidden(widget);
    if (hidden || wasShown(`${widget.element}`)) widget.rules = { ...widget.rules, after: hidden ? NEVER : 0, open_after: 0 };
  });
  return JSON.stringify(all);
}
