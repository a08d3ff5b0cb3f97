/**
 * A registration form as pages define it (G3.5) as a form of ours, and its values as the start of a chat. Settings that our model does not
 * have (placeholders, lengths, attributes, validators) stay with the inputs, and `fields.js` puts them on the elements.
 */

import { add, copy, each, isArray, isObject, keys, read } from './safe.js';
import { textOf } from './elements.js';
import { formOf, NAMED, plainForm } from './plain-form.js';

/** The most fields of a form, and the most characters of a value: the server has the same limits. */
const MOST = 60;
const LONGEST = 2000;

/** Types of inputs that have no field in our forms. */
const UNSUPPORTED = /^(file|submit|button|image|reset)$/;

/** @typedef {import('./plain-form.js').FormInput} FormInput */
/** @typedef {import('./plain-form.js').Option} Option */
/** @typedef {import('./plain-form.js').Definition} Definition */

/**
 * @param {unknown} given `{wrapper, inputs}`; anything else stands for the default form.
 * @param {object} from
 * @param {(given: unknown) => string} from.resolve Looks `@i18n:` up.
 * @param {Record<string, unknown>} from.values By name, to fill in.
 * @param {(error: unknown) => void} from.report
 * @returns {Definition}
 */
export function definitionOf(given, { resolve, values, report }) {
  const list = read(given, 'inputs');
  /** @type {FormInput[]} */
  const inputs = [];
  if (!isArray(list)) return plainForm({ resolve, values });
  for (let at = 0; at < list.length && inputs.length < MOST; at += 1) {
    const input = inputOf(read(list, `${at}`), at, { resolve, values, report });
    if (!input) continue;
    const same = inputs.find((other) => other.name === input.name);
    if (same?.type === 'radio' && input.type === 'radio') join(same, input);
    else if (!same) add(inputs, input);
  }
  // A value without a field is sent like the value of a hidden field.
  each(keys(values), (name) => {
    if (!NAMED.includes(name) || inputs.some((input) => input.name === name) || inputs.length >= MOST) return;
    const hidden = inputOf({ name, type: 'hidden' }, 0, { resolve, values, report });
    if (hidden) add(inputs, hidden);
  });
  return formOf(inputs);
}

/**
 * @param {unknown} given
 * @param {number} at
 * @param {{ resolve: (given: unknown) => string, values: Record<string, unknown>, report: (error: unknown) => void }} from
 * @returns {FormInput | undefined} Nothing for an item that is no input: raw markup (`custom`) is never parsed.
 */
function inputOf(given, at, { resolve, values, report }) {
  if (!isObject(given)) return undefined;
  const { label, type: kind, value, options, validate, validateWhileTyping, wrapper: _wrapper, custom, span: _span, ...attributes } = copy(given, {});
  const type = typeof kind === 'string' && kind ? kind.toLowerCase() : 'text';
  if (typeof custom === 'string' || UNSUPPORTED.test(type)) return undefined;
  const own = typeof attributes.name === 'string' && attributes.name ? attributes.name : '';
  const name = own || (typeof attributes.id === 'string' && attributes.id) || `input-${at}`;
  const choices = type === 'select' ? optionsOf(options, resolve) : {};
  const prefilled = values[name];
  const first = prefilled ?? initial(value, report);
  const chosen = choices.list?.find((option) => option.value === choices.selected)?.value ?? choices.list?.[0]?.value ?? '';
  const words = resolve(isObject(label) ? read(label, 'text') : label);
  const yes = (/** @type {unknown} */ flag) => flag === true || flag === 'true' || flag === '' || flag === 'required' || flag === 'readonly' || flag === 'checked';
  const text = typeof first === 'boolean' ? `${first}` : textOf(first).slice(0, LONGEST);
  const ticked = typeof prefilled === 'boolean' ? prefilled : prefilled !== undefined ? /^(true|on|yes|1)$/i.test(text) : yes(attributes.checked);
  /** @type {Record<string, unknown>} */
  const spec = {
    name,
    kind: kindOf(type, name, typeof validate === 'function'),
    label: words,
    hint: '',
    value: type === 'checkbox' ? `${ticked}` : type === 'select' ? (first === undefined ? chosen : text) : type === 'radio' ? (ticked ? textOf(value) : '') : resolve(text),
    options: (choices.list ?? []).filter((option) => option.value !== '').map((option) => ({ value: option.value, label: option.label })),
    mandatory: yes(attributes.required),
    visible_customer: type !== 'hidden',
    visible_agent: true,
    editable: !yes(attributes.readonly) && !yes(attributes.disabled),
  };
  if (type === 'radio') {
    const own = textOf(value);
    spec.label = resolve(read(given, 'legend'));
    spec.options = [{ value: own, label: words || own }];
    if (prefilled !== undefined) spec.value = text;
  }
  const placeholder = resolve(attributes.placeholder);
  return {
    name,
    sent: own !== '',
    type,
    attributes: { ...attributes, placeholder: placeholder || undefined },
    labels: isObject(label) ? copy(label, {}) : {},
    validate: typeof validate === 'function' ? validate : undefined,
    whileTyping: validateWhileTyping !== false,
    options: choices.list ?? [],
    spec,
  };
}

/** Radio inputs of one name are one field. @param {FormInput} first @param {FormInput} other */
function join(first, other) {
  /** @type {unknown[]} */ (first.spec.options).push(.../** @type {unknown[]} */ (other.spec.options));
  if (!first.spec.value) first.spec.value = other.spec.value;
  first.validate ??= other.validate;
}

/** @param {unknown} value @param {(error: unknown) => void} report @returns {unknown} */
function initial(value, report) {
  if (typeof value !== 'function') return value;
  try {
    return value();
  } catch (error) {
    report(error);
    return undefined;
  }
}

/** @param {string} type @param {string} name @param {boolean} own Whether the page checks it itself. @returns {string} */
function kindOf(type, name, own) {
  if (type === 'textarea' || type === 'select' || type === 'checkbox' || type === 'radio') return type;
  if (type === 'email' || (type === 'text' && name === 'email' && !own)) return 'email';
  return { firstname: 'name', lastname: 'surname' }[name] ?? 'nickname';
}

/** @param {unknown} given @param {(given: unknown) => string} resolve @returns {{ list: Option[], selected: string | undefined } | { list?: undefined, selected?: undefined }} */
function optionsOf(given, resolve) {
  if (!isArray(given)) return {};
  /** @type {Option[]} */
  const list = [];
  /** @type {string | undefined} */
  let selected;
  let group = '';
  for (let at = 0; at < given.length && at < 500; at += 1) {
    const one = read(given, `${at}`);
    const text = resolve(isObject(one) ? read(one, 'text') : one);
    if (read(one, 'group') === true) {
      group = text;
      continue;
    }
    const own = read(one, 'value');
    const value = own === undefined ? text : textOf(own);
    add(list, { value, label: text, disabled: read(one, 'disabled') === true, group });
    if (read(one, 'selected') === true) selected = value;
  }
  return { list, selected };
}
