/** The registration form of a page that defines none (G3.5), and the values of a form as the options for the start of a chat. `form.js` has the forms of pages. */

import { add, each } from './safe.js';
import { textOf } from './elements.js';

/** Parameters of a start with a place of their own; any other field is attached data (G3.5). */
export const NAMED = ['firstname', 'lastname', 'email', 'subject', 'nickname'];

/**
 * The parameters that the form asks for, with their names in the language pack, our kinds of fields, and the most characters.
 *
 * @type {Record<string, [key: string, kind: string, most: number]>}
 */
const ASKED = {
  firstname: ['FirstName', 'name', 40],
  lastname: ['LastName', 'surname', 40],
  email: ['Email', 'email', 100],
  subject: ['Subject', 'nickname', 100],
};

/** The most characters of a value: the server has the same limit. */
const LONGEST = 2000;

/**
 * @typedef {object} FormInput
 * @property {string} name Our name for it: unique.
 * @property {boolean} sent Whether the page named it, so that its value is sent.
 * @property {string} type
 * @property {Record<string, unknown>} attributes
 * @property {Record<string, unknown>} labels Attributes of the label.
 * @property {Function | undefined} validate
 * @property {boolean} whileTyping
 * @property {Option[]} options
 * @property {Record<string, unknown>} spec Of our form.
 */

/** @typedef {{ value: string, label: string, disabled: boolean, group: string }} Option */

/**
 * @typedef {object} Definition
 * @property {FormInput[]} inputs
 * @property {Record<string, unknown>} form As our configuration has it.
 */

/**
 * @param {object} from
 * @param {(given: unknown) => string} from.resolve Looks `@i18n:` up.
 * @param {Record<string, unknown>} from.values By name, to fill in. A value without a field is sent as if there were a hidden field.
 * @returns {Definition}
 */
export function plainForm({ resolve, values }) {
  /** @type {FormInput[]} */
  const inputs = [];
  each(NAMED, (name) => {
    const value = values[name];
    const [key = '', kind = 'nickname', maxlength] = ASKED[name] ?? [];
    if (!key && value === undefined) return;
    const word = (/** @type {string} */ part) => key && resolve(`@i18n:webchat.ChatForm${part}${key}`);
    add(inputs, {
      name,
      sent: true,
      type: key ? 'text' : 'hidden',
      attributes: key ? { id: `cx_webchat_form_${name}`, name, maxlength, placeholder: word('Placeholder') || undefined } : { name },
      labels: {},
      validate: undefined,
      whileTyping: true,
      options: [],
      spec: {
        name,
        kind,
        label: word(''),
        hint: '',
        value: resolve(typeof value === 'boolean' ? `${value}` : textOf(value).slice(0, LONGEST)),
        options: [],
        mandatory: false,
        visible_customer: !!key,
        visible_agent: true,
        editable: true,
      },
    });
  });
  return formOf(inputs);
}

/** @param {FormInput[]} inputs @returns {Definition} */
export const formOf = (inputs) => ({ inputs, form: { id: 'genesys', title: '', intro: '', submit: '', fields: inputs.map(({ spec }) => spec) } });

/**
 * The values of a form, as options for the service's `startChat`.
 *
 * @param {{ name: string, value: string }[]} values
 * @param {Definition | undefined} definition
 * @param {Record<string, unknown>} more Attached data that `open` was given.
 */
export function startOf(values, definition, more) {
  /** @type {Record<string, string>} */
  const form = {};
  /** @type {Record<string, string>} */
  const named = {};
  /** @type {Record<string, unknown>} */
  const userData = { ...more };
  each(values, ({ name, value }) => {
    const input = definition?.inputs.find((one) => one.name === name);
    if (input && !input.sent) return;
    form[name] = value;
    if (NAMED.includes(name)) named[name] = value;
    else userData[name] = value;
  });
  return { form, options: { ...named, userData } };
}
