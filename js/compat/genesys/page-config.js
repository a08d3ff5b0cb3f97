/** The page's configuration: `_genesys.widgets` (G1.1, G1.10). It is read when the core starts, and never replaced: members are added to it. */

import { copy, isArray, isObject, read, write } from './safe.js';

/** @typedef {Record<string, unknown>} Section */

/** Whether a value may be configuration: an element or window of that name is none (quality S16). @param {unknown} value @returns {value is Section} */
export function isSection(value) {
  return isObject(value) && !isArray(value) && read(value, 'nodeType') === undefined && read(value, 'window') !== value;
}

/** The page's configuration so far. @param {object} page @returns {Section | undefined} */
export function configOf(page) {
  const root = read(page, '_genesys');
  const widgets = isSection(root) ? read(root, 'widgets') : undefined;
  const old = isSection(root) ? read(root, 'cxwidget') : undefined;
  return isSection(widgets) ? widgets : isSection(old) ? old : undefined;
}

/**
 * The configuration with the missing levels made, under both of its names, and with our members added.
 *
 * @param {object} page
 * @param {Section} ours `bus` and `common`.
 * @returns {Section}
 */
export function preparedConfig(page, ours) {
  const found = read(page, '_genesys');
  /** @type {Section} */
  const root = isSection(found) ? found : {};
  if (root !== found) write(page, '_genesys', root);
  const widgets = configOf(page) ?? {};
  if (read(root, 'widgets') !== widgets) write(root, 'widgets', widgets);
  const old = read(root, 'cxwidget');
  if (!isSection(old)) write(root, 'cxwidget', widgets);
  else if (old !== widgets) give(old, ours);
  give(widgets, ours);
  return widgets;
}

/** `main`, `app` and `global` in one, which replaces `main`. @param {Section} widgets @returns {Section} */
export function mergedMain(widgets) {
  const main = copy(read(widgets, 'global'), copy(read(widgets, 'app'), copy(read(widgets, 'main'), {})));
  write(widgets, 'main', main);
  return main;
}

/** @param {object} to @param {Section} ours */
function give(to, ours) {
  write(to, 'bus', ours.bus);
  write(to, 'common', ours.common);
}
