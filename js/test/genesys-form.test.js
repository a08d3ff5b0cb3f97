/** The registration form (G3.5): every key of the page's definition, and the effects of fields and validators on the elements. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Checks } from '../compat/genesys/checks.js';
import { Fields } from '../compat/genesys/fields.js';
import { definitionOf } from '../compat/genesys/form.js';
import { startOf } from '../compat/genesys/plain-form.js';
import { adapted } from '../compat/genesys/site-config.js';
import { createWords, oursOf } from '../compat/genesys/words.js';

const pack = { ChatFormFirstName: 'Nome', Consent: 'Va bene', Errors: { 240: 'Chiuso' } };
const words = createWords(() => pack);
const resolve = (text) => words.resolved(text, (name) => (name === 'webchat' ? pack : { deep: { er: 'found' } }));
const reported = [];
const define = (inputs, values = {}) => definitionOf(inputs && { wrapper: '<table></table>', inputs }, { resolve, values, report: (error) => reported.push(error) });
const one = (input, values) => define([input], values).inputs[0];

test('G3.4: by default first name, last name, e-mail and subject, all optional', () => {
  for (const given of [undefined, null, 'x', {}, { inputs: 'x' }]) {
    const { inputs, form } = definitionOf(given, { resolve, values: {}, report: () => {} });
    assert.deepEqual(inputs.map(({ name, attributes }) => [name, attributes.id]), [
      ['firstname', 'cx_webchat_form_firstname'],
      ['lastname', 'cx_webchat_form_lastname'],
      ['email', 'cx_webchat_form_email'],
      ['subject', 'cx_webchat_form_subject'],
    ]);
    assert.ok(form.fields.every(({ mandatory }) => !mandatory));
  }
});

test('G3.5: every key of an input', () => {
  const table = [
    [{ name: 'x', label: 'Words' }, { label: 'Words' }],
    [{ name: 'x', label: { text: 'Words', for: 'x' } }, { label: 'Words' }],
    [{ name: 'x', label: '@i18n:webchat.ChatFormFirstName' }, { label: 'Nome' }],
    [{ name: 'x', label: '@i18n:webchat.ChatFormLastName' }, { label: 'Last name' }],
    [{ name: 'x', label: '@i18n:other.deep.er' }, { label: 'found' }],
    [{ name: 'x', required: true }, { mandatory: true }],
    [{ name: 'x', required: 'required' }, { mandatory: true }],
    [{ name: 'x', required: false }, { mandatory: false }],
    [{ name: 'x', type: 'hidden', value: 7 }, { visible_customer: false, value: '7' }],
    [{ name: 'x', readonly: true, value: 'kept' }, { editable: false, value: 'kept' }],
    [{ name: 'x', value: () => 'made' }, { value: 'made' }],
    [{ name: 'x', type: 'textarea' }, { kind: 'textarea' }],
    [{ name: 'x', type: 'email' }, { kind: 'email' }],
    [{ name: 'email' }, { kind: 'email' }],
    [{ name: 'email', validate: () => true }, { kind: 'nickname' }],
    [{ name: 'x', type: 'checkbox', checked: true }, { kind: 'checkbox', value: 'true' }],
    [{ name: 'x', type: 'checkbox' }, { kind: 'checkbox', value: 'false' }],
    [{ name: 'x', type: 'tel' }, { kind: 'nickname' }],
  ];
  for (const [input, wanted] of table) {
    const { spec } = one(input);
    for (const [name, value] of Object.entries(wanted)) assert.deepEqual(spec[name], value, `${JSON.stringify(input)} ${name}`);
  }
  const input = one({ name: 'x', placeholder: '@i18n:webchat.Consent', maxlength: '9', 'aria-label': 'a', validateWhileTyping: false, validate: () => true, type: 'tel' });
  assert.deepEqual([input.attributes, input.whileTyping, input.type], [{ name: 'x', placeholder: 'Va bene', maxlength: '9', 'aria-label': 'a' }, false, 'tel']);
  assert.equal(one({ name: 'x' }).whileTyping, true);
});

test('G3.5 select: options, what is chosen, groups', () => {
  const options = [
    { text: 'None', value: '' },
    { text: 'First', group: true },
    { text: 'One', value: '1' },
    { text: 'Two', value: '2', selected: true, disabled: true },
    { text: '@i18n:webchat.Consent' },
  ];
  const input = one({ name: 'x', type: 'select', options });
  assert.deepEqual(input.spec.options, [
    { value: '1', label: 'One' },
    { value: '2', label: 'Two' },
    { value: 'Va bene', label: 'Va bene' },
  ]);
  assert.equal(input.spec.value, '2');
  assert.deepEqual(input.options.map(({ value, group, disabled }) => [value, group, disabled]), [
    ['', '', false],
    ['1', 'First', false],
    ['2', 'First', true],
    ['Va bene', 'First', false],
  ]);
  assert.equal(one({ name: 'x', type: 'select', options: [{ text: 'A', value: 'a' }] }).spec.value, 'a', 'as a browser does: the first');
});

test('G3.5: radio inputs of one name are one field; files and raw markup are left out', () => {
  const { inputs } = define([
    { name: 'size', type: 'radio', value: 's', label: 'Small' },
    { name: 'size', type: 'radio', value: 'l', label: 'Large', checked: true },
    { custom: '<b>never parsed</b>' },
    { name: 'file', type: 'file' },
    { name: 'go', type: 'submit' },
  ]);
  assert.equal(inputs.length, 1);
  assert.deepEqual([inputs[0].spec.options.map(({ value }) => value), inputs[0].spec.value], [['s', 'l'], 'l']);
});

test('G3.2 open({form}): values fill in, also those without a field', () => {
  const { inputs } = define([{ name: 'firstname', value: 'old' }, { name: 'tick', type: 'checkbox' }], { firstname: 'Vera', tick: true, email: 'v@example.com', other: 'no' });
  assert.deepEqual(inputs.map(({ name, spec }) => [name, spec.value, spec.visible_customer]), [
    ['firstname', 'Vera', true],
    ['tick', 'true', true],
    ['email', 'v@example.com', false],
  ]);
});

test('G3.5: a value that throws is reported and empty', () => {
  const wrong = new Error('mine');
  assert.equal(one({ name: 'x', value: () => { throw wrong; } }).spec.value, '');
  assert.deepEqual(reported.splice(0), [wrong]);
});

test('G3.5 submit: named parameters, userData, and all together', () => {
  const definition = define([{ name: 'firstname' }, { name: 'email' }, { name: 'order' }, { id: 'nameless' }]);
  const values = ['firstname', 'email', 'order', 'nameless'].map((name) => ({ name, value: name }));
  assert.deepEqual(startOf(values, definition, { order: 'old', more: 1 }), {
    form: { firstname: 'firstname', email: 'email', order: 'order' },
    options: { firstname: 'firstname', email: 'email', userData: { order: 'order', more: 1 } },
  });
});

/** A drawn form, with the members that the code uses. */
function drawnForm(names) {
  const part = (selector, more = {}) => ({
    selector,
    attributes: {},
    classes: new Set(),
    hidden: false,
    classList: { add() {}, toggle: (name, on) => rows[0] && void (on ? rows[0].classes.add(name) : rows[0].classes.delete(name)) },
    setAttribute(name, value) {
      this.attributes[name] = value;
    },
    getAttribute(name) {
      return this.attributes[name] ?? null;
    },
    hasAttribute(name) {
      return name in this.attributes;
    },
    toggleAttribute(name, on) {
      if (on) this.attributes[name] = '';
      else delete this.attributes[name];
    },
    removeAttribute(name) {
      delete this.attributes[name];
    },
    querySelectorAll: () => [],
    ...more,
  });
  const rows = [];
  names.forEach((name) => {
    const words = part('span');
    const label = part('.label');
    const error = part('.error', { hidden: true, id: 'e', querySelector: () => words });
    const control = part('input', { localName: 'input', value: '', type: 'text', focus() { rows.focused = name; } });
    control.attributes['data-test'] = `field-${name}`;
    const row = part('.field', {
      querySelector: (selector) => ({ '.error': error, '.label': label, 'label.label': label })[selector] ?? control,
      querySelectorAll: (selector) => (selector.startsWith('.hint') ? (error.hidden ? [] : [error]) : [control]),
    });
    control.closest = () => row;
    rows.push(Object.assign(row, { control, error, words, label }));
  });
  return { rows, form: { classList: { add() {} }, querySelectorAll: () => rows.map(({ control }) => control) } };
}

test('G3.5: attributes come onto the elements, without those that would run something', () => {
  const fields = new Fields({ jquery: () => undefined, CXBus: {}, common: {}, invalid: () => 'wrong', later: (work) => work(), report: () => {} });
  fields.define(define([{ name: 'phone', id: 'my_phone', type: 'tel', maxlength: '9', placeholder: 'P', 'aria-label': 'A', onclick: 'alert(1)', style: 'color:red', value: 'v' }]), Checks);
  const { rows, form } = drawnForm(['phone']);
  fields.drawn(form);
  const { control, label } = rows[0];
  assert.equal(control.id, 'my_phone');
  assert.equal(label.attributes.for, 'my_phone');
  for (const [name, value] of Object.entries({ type: 'tel', maxlength: '9', placeholder: 'P', 'aria-label': 'A', name: 'phone' })) assert.equal(control.attributes[name], value, name);
  for (const name of ['onclick', 'style', 'value', 'autocomplete']) assert.ok(!(name in control.attributes), name);
});

test('G3.5 validate: seven arguments; true clears, false marks, anything else leaves; blur, change, keyup, submit', () => {
  let verdict = false;
  const calls = [];
  const $ = (inner) => ({ jquery: '3', 0: inner });
  const CXBus = {};
  const common = {};
  const fields = new Fields({ jquery: () => $, CXBus, common, invalid: () => 'wrong', later: (work) => work(), report: (error) => reported.push(error) });
  const validate = (...given) => {
    calls.push(given);
    if (verdict === 'throw') throw new Error('mine');
    return verdict;
  };
  fields.define(define([{ name: 'x', validate }, { name: 'slow', validate, validateWhileTyping: false }]), Checks);
  const { rows, form } = drawnForm(['x', 'slow']);
  fields.drawn(form);
  const [row, slow] = rows;
  row.querySelector = ((before) => (selector) => (selector === '[data-test]' ? row.control : before(selector)))(row.querySelector);
  slow.querySelector = ((before) => (selector) => (selector === '[data-test]' ? slow.control : before(selector)))(slow.querySelector);
  const event = (type, of = row) => ({ type, target: of.control });

  fields.heard(event('focusout'));
  const [given] = calls;
  assert.equal(given.length, 7);
  assert.deepEqual([given[1][0], given[2][0], given[3][0], given[4], given[5], given[6]].map((one, at) => one === [row, row.control, row.label, $, CXBus, common][at]), Array(6).fill(true));
  assert.deepEqual([row.control.attributes['aria-invalid'], row.words.textContent, row.error.hidden], ['true', 'wrong', false]);
  verdict = undefined;
  fields.heard(event('change'));
  assert.equal(row.control.attributes['aria-invalid'], 'true', 'nothing said: it stays');
  assert.equal(fields.passes({}), false);
  verdict = true;
  fields.heard(event('keyup'));
  assert.deepEqual([row.control.attributes['aria-invalid'], row.error.hidden], ['false', true]);
  assert.equal(fields.passes({}), true);
  const before = calls.length;
  fields.heard(event('keyup', slow));
  assert.equal(calls.length, before, 'validateWhileTyping: false');
  verdict = 'throw';
  assert.equal(fields.passes({}), true, 'a validator that throws has said nothing');
  assert.equal(reported.splice(0).length, 2);
});

test('G3.7: words of the pack stand in for ours, with our kind of blank', () => {
  const own = oursOf({ ChatInputPlaceholder: 'Scriva', AgentTyping: '<%Agent%> scrive', ChatEndQuestion: 'Finire?', Other: 'x', ChatEnded: 7 });
  assert.deepEqual(own, { write: 'Scriva', typing: '{} scrive', end_ask: 'Finire?' });
  assert.equal(words.error(240), 'Chiuso');
  assert.match(words.error(364), /e-mail/);
  assert.equal(words.error(999), '');
});

test('the site: one chat, the named one, never by itself; a widget for calling back; no others', () => {
  const widget = (id, kind) => ({ id, element: `e-${id}`, kind, engagement: 'popup', label: 'Site', title: 'Site', rules: { pages: ['x'], after: 0, open_after: 9, only_available: true } });
  const config = JSON.stringify({ site: 's', widgets: [widget('later', 'callback_later'), widget('a', 'chat'), widget('b', 'chat'), widget('call', 'click_to_call')] });
  const plain = adapted(config, { widget: '', form: undefined, label: '', title: '' });
  assert.deepEqual([plain.chat, plain.callback], ['e-a', 'e-later']);
  const { widgets } = JSON.parse(plain.text);
  assert.deepEqual(widgets.map(({ id }) => id), ['a', 'later']);
  assert.deepEqual([widgets[0].form, widgets[0].label, widgets[0].rules.open_after, widgets[0].engagement], [null, 'Site', 0, 'button']);
  const named = adapted(config, { widget: 'b', form: { id: 'f' }, label: 'Mine', title: 'Ours' });
  const [chat] = JSON.parse(named.text).widgets;
  assert.deepEqual([named.chat, chat.form.id, chat.label, chat.title], ['e-b', 'f', 'Mine', 'Ours']);
  assert.deepEqual(adapted('{"widgets":[]}', { widget: '', form: undefined, label: '', title: '' }).chat, '');
});
