import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Contract, isContractMessage } from '../../www/contract.js';

const widget = { elementID: 'e', widgetID: 'w', userID: 'u' };
const message = (/** @type {string} */ type, /** @type {Record<string, unknown>} */ object) => ({ name: 'CTLiveEvent', type, object });
const L = message('Loaded', widget);
const S = message('WidgetShown', widget);
const H = message('WidgetHidden', widget);
const K = message('WidgetClicked', { ...widget, type: 'Chat' });
const D = message('DatacollectionStarted', { widgetID: 'w', userID: 'u', type: 'Chat' });
const DD = message('DatacollectionSubmitted', { widgetID: 'w', userID: 'u', type: 'Chat' });
const C1 = message('ChatStarted', { chatID: 'c', userID: 'u' });
const C2 = message('ChatOnline', { chatID: 'c', users: ['u', 'a'] });
const C3 = (/** @type {boolean} */ survey) => message('ChatFinished', { chatID: 'c', userID: 'u', isSurveyConfigured: survey });
const V = message('SurveyStarted', { widgetID: 'w', chatID: 'c', userID: 'u' });
const VV = message('SurveySubmitted', { widgetID: 'w', chatID: 'c', userID: 'u' });

/** @param {...{ name: string, type: string, object: Record<string, unknown> }} messages */
const wrong = (...messages) => {
  const contract = new Contract();
  return messages.flatMap((one) => contract.check(one));
};

test('flows in order keep the contract', () => {
  assert.deepEqual(wrong(L, S, K, D, DD, C1, C2, C3(true), V, VV), []);
  assert.deepEqual(wrong(L, S, H, S, K, D, K), []);
  assert.deepEqual(wrong(L, S, K, C1, C3(false)), []);
  assert.deepEqual(wrong(L, S, C2, C3(true), V), []);
});

test('every broken rule is named', () => {
  for (const [messages, words] of /** @type {const} */ ([
    [[S], 'before Loaded'],
    [[L, L], 'Loaded came before'],
    [[L, S, S], 'alternate'],
    [[L, H], 'alternate'],
    [[L, K], 'not shown'],
    [[L, S, DD], 'DatacollectionStarted is missing'],
    [[C1, C1], 'ChatStarted came before'],
    [[C1, C3(false), C2], 'has finished'],
    [[C3(false)], 'ChatStarted is missing'],
    [[L, S, C1, C2, C3(false), V], 'isSurveyConfigured is missing'],
    [[L, S, C1, C2, C3(true), VV], 'SurveyStarted is missing'],
    [[message('Whatever', {})], 'eleven types'],
    [[message('ChatOnline', { chatID: 'c', users: [null] })], 'list of strings'],
    [[message('ChatFinished', { chatID: 'c', userID: 'u', isSurveyConfigured: 'true' })], 'not a boolean'],
    [[message('ChatStarted', { chatID: null, userID: 'u' })], 'not a string'],
    [[message('ChatStarted', { chatID: 'c', userID: 'u', more: 1 })], 'not a field'],
    [[L, message('WidgetShown', { ...widget, userID: 'other' })], 'another than before'],
  ])) {
    const found = wrong(...messages);
    assert.ok(found.some((one) => one.includes(words)), `${words}: ${found}`);
  }
});

test('other messages are not for the list of events', () => {
  for (const data of [null, undefined, 'CTLiveEvent', 7, {}, { name: 'other' }]) assert.equal(isContractMessage(data), false);
});
