/** The further plugins (G3.8), and the cleaning of the page's markup. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBus } from '../compat/genesys/bus.js';
import { createCallback } from '../compat/genesys/callback.js';
import { createChannels } from '../compat/genesys/channels.js';
import { createChunk } from '../compat/genesys/chunk.js';
import { NOT_OFFERED, setAbsent, setOffered, setOthers } from '../compat/genesys/others.js';
import { safeHref, sanitised } from '../compat/genesys/sanitise.js';
import { createOverlay, createToaster } from '../compat/genesys/toaster.js';
import { createWatchman } from '../compat/genesys/watchman.js';

/** An element, with the members that the plugins use. */
function element(tag) {
  const made = {
    nodeType: 1,
    localName: tag,
    className: '',
    attributes: {},
    children: [],
    style: {},
    listeners: {},
    append: (...nodes) => made.children.push(...nodes),
    appendChild: (node) => made.children.push(node),
    setAttribute: (name, value) => (made.attributes[name] = value),
    addEventListener: (name, listener) => (made.listeners[name] = listener),
    focus() {},
  };
  return made;
}
const text = (made) => (typeof made === 'string' ? made : `${made.nodeValue ?? ''}${(made.children ?? []).map(text).join('')}`);
const all = (made) => [made, ...(made.children ?? []).filter((child) => typeof child !== 'string').flatMap(all)];
const byClass = (made, name) => all(made).find((one) => one.className?.split(' ').includes(name));

const document = {
  createElement: element,
  createTextNode: (value) => ({ nodeType: 3, nodeValue: value }),
  createDocumentFragment: () => element('fragment'),
};

/** Registers a plugin whose commands are loaded at once. @param {string} name @param {(plugin: any, given: any) => any} create */
const offered = (name, create) => (bus, config, given) =>
  setOffered(createChunk(() => ({ makers: { [name]: (plugin) => create(plugin, given) } }), () => {}), config, name, { bus });

function world(set, config = {}) {
  const reported = [];
  const bus = createBus({ task: (work) => work(), report: (error) => reported.push(error), print: () => {}, warn: () => {} });
  const app = bus.registerPlugin('App');
  let box;
  const surface = { show: (shown, slotted) => (box = { shown, slotted }), clear: () => (box = undefined), isOpen: () => box !== undefined };
  set(bus, (section) => config[section] ?? {}, { surface, document, wrap: (made) => made });
  app.ready();
  app.republish('ready', {});
  const page = bus.CXBus.registerPlugin('Page');
  const heard = [];
  const hear = (path) => page.subscribe(path, ({ data }) => heard.push([path, data]));
  const outcome = (command, options, by = page) => {
    const result = {};
    by.command(command, options).done((value) => (result.ok = value)).fail((value) => (result.bad = value));
    return result;
  };
  return { bus, app, page, surface, heard, hear, outcome, reported, box: () => box };
}

test('G3.8 Toaster', () => {
  const it = world(offered('Toaster', createToaster));
  ['ready', 'opened', 'closed'].forEach((name) => it.hear(`Toaster.${name}`));
  assert.deepEqual(it.outcome('Toaster.close'), { bad: 'Toaster view is already closed' });
  for (const nothing of [{}, { type: 'generic' }, { type: 'custom' }, { title: {} }]) assert.deepEqual(it.outcome('Toaster.open', nothing), { bad: 'No content was provided. Toaster has ignored your command.' });
  const { ok } = it.outcome('Toaster.open', { type: 'generic', title: 'Title', body: 'Body', buttons: { type: 'binary', primary: 'Yes', secondary: 'No' } });
  assert.deepEqual(Object.keys(ok), ['html', 'events']);
  it.hear(ok.events.close);
  assert.equal(text(byClass(ok.html, 'cx-title')), 'Title');
  assert.equal(text(byClass(ok.html, 'cx-body')), 'Body');
  assert.deepEqual(['cx-btn-primary', 'cx-btn-default'].map((name) => text(byClass(ok.html, name))), ['Yes', 'No']);
  byClass(ok.html, 'cx-button-close').listeners.click();
  assert.deepEqual(it.heard.map(([path]) => path), ['Toaster.ready', 'Toaster.opened', ok.events.close, 'Toaster.closed']);
  it.outcome('Toaster.open', { title: 'Mine', immutable: true });
  assert.deepEqual(it.outcome('Toaster.open', { title: 'Other' }), { bad: 'Toaster view is currently reserved' });
  assert.deepEqual(it.outcome('Toaster.close', { immediately: true }), { ok: undefined });
  const own = element('section');
  const custom = it.outcome('Toaster.open', { type: 'custom', body: own }).ok;
  assert.equal(custom.html, own, "the page's own element");
  assert.equal(it.box().slotted, own);
  it.app.publish('closeAll');
  assert.equal(it.box(), undefined);
});

test('G3.8 Overlay', () => {
  const it = world(offered('Overlay', createOverlay));
  const other = it.bus.CXBus.registerPlugin('Other');
  it.hear('Overlay.ready');
  assert.deepEqual(it.outcome('Overlay.close'), { bad: 'Overlay view is already closed' });
  assert.deepEqual(it.outcome('Overlay.open', { html: 7.5 && {} }), { bad: 'No HTML content was provided. Overlay has ignored your command.' });
  const { ok } = it.outcome('Overlay.open', { html: 'Words', immutable: true }, other);
  assert.match(ok.events.close, /^Overlay\.close\.Other#\d+$/);
  it.hear(ok.events.close);
  assert.deepEqual(it.outcome('Overlay.open', { html: 'Mine' }), { bad: "Overlay view is currently reserved by 'Other'" });
  assert.deepEqual(it.outcome('Overlay.mutable', {}, other), { ok: undefined });
  assert.deepEqual(it.outcome('Overlay.close', {}, other), { ok: undefined });
  assert.deepEqual(it.heard.map(([path]) => path), ['Overlay.ready', ok.events.close]);
  for (const command of ['back', 'immutable', 'mutable']) assert.deepEqual(it.outcome(`Overlay.${command}`), { ok: undefined });
});

test('G3.8: plugins that are not offered are ready, and their commands say so', () => {
  for (const name of Object.keys(NOT_OFFERED)) {
    const it = world((bus, config) => setAbsent(bus, config, name));
    it.hear(`${name}.ready`);
    assert.equal(it.heard.length, 1, `${name}.ready`);
    for (const command of NOT_OFFERED[name].commands) assert.deepEqual(it.outcome(`${name}.${command}`), { bad: `${name}.${command} is not offered by Chinwag` });
    const { commands, events } = it.page.registry()[name];
    assert.ok(commands.includes('configure') && events.includes('ready'));
  }
});

test('G3.8 ChannelSelector: one button for each channel, which sends its command or calls the page', () => {
  const $ = () => {};
  const called = [];
  const channels = [
    { name: 'webchat', displayName: 'Write', subtitle: 'Now', clickCommand: 'Chat.open', clickOptions: { a: 1 } },
    { name: 'off', enable: false },
    { name: 'own', onClick: (...given) => called.push(given) },
    null,
  ];
  const common = {};
  const it = world(
    (bus, config, more) => {
      offered('Overlay', createOverlay)(bus, config, more);
      offered('ChannelSelector', (plugin) => createChannels(plugin, { CXBus: bus.CXBus, channels: () => channels, document, jquery: { here: () => $, want: (next) => next($) }, common, report: () => {}, resolve: (value) => (typeof value === 'string' && !value.startsWith('@') ? value : '') }))(bus, config);
    },
  );
  const chat = it.bus.registerPlugin('Chat');
  chat.registerCommand('open', ({ data, deferred }) => {
    called.push(data);
    deferred.resolve();
  });
  chat.ready();
  ['ready', 'opened', 'closed'].forEach((name) => it.hear(`ChannelSelector.${name}`));
  assert.deepEqual(it.outcome('ChannelSelector.open'), { ok: undefined });
  const buttons = all(it.box().shown).filter((one) => one.className === 'cx-channel');
  assert.deepEqual(buttons.map(text), ['WriteNow', 'own']);
  buttons[0].listeners.click();
  assert.deepEqual(called.splice(0), [{ a: 1 }]);
  it.outcome('ChannelSelector.open');
  all(it.box().shown).filter((one) => one.className === 'cx-channel')[1].listeners.click();
  assert.deepEqual(called, [[$, it.bus.CXBus, common]]);
  assert.deepEqual(it.heard.map(([path]) => path.split('.')[1]), ['ready', 'opened', 'closed', 'opened', 'closed']);
  for (const command of ['enableStats', 'displayStats']) assert.ok(it.outcome(`ChannelSelector.${command}`).bad);
});

test('G3.8 Watchman: countdown, interval and alarm resolve the event; idle and uptime count seconds', () => {
  const ticks = [];
  let moved;
  const it = world(offered('Watchman', (plugin) => createWatchman(plugin, { every: (work) => ticks.push(work), stop: (timer) => (ticks[timer - 1] = undefined), moved: (listener) => (moved = listener) })));
  const second = () => [...ticks].forEach((tick) => tick?.());
  const paths = ['countdown', 'interval', 'alarm'].map((name) => it.outcome(`Watchman.${name}`, { time: 2 }).ok);
  paths.push(it.outcome('Watchman.idle', { time: 2 }).ok, it.outcome('Watchman.uptime', { time: 3 }).ok);
  assert.deepEqual(paths.slice(3), ['Watchman.idle:2', 'Watchman.uptime:3']);
  [...paths, 'Watchman.tick'].forEach((path) => it.hear(path));
  second();
  moved();
  second();
  second();
  second();
  const count = (path) => it.heard.filter(([one]) => one === path).length;
  assert.deepEqual(paths.map(count), [2, 2, 1, 1, 1]);
  assert.equal(count('Watchman.tick'), 4);
  for (const command of ['countdown', 'interval', 'alarm', 'idle', 'uptime']) assert.ok(it.outcome(`Watchman.${command}`, { time: 'x' }).bad, command);
});

test('G3.8 Callback: over the widget of the site', () => {
  let listener;
  const ran = [];
  const published = [];
  const site = { callback: 'el', chat: '', accent: '' };
  const chat = { ready: { then: (ok) => ok() }, call: (...call) => ran.push(call) };
  const it = world(offered('Callback', (plugin) => createCallback(plugin, { core: { chat, site }, id: () => 'id', follow: (heard) => (listener = heard), service: { publish: (name) => published.push(name) } })));
  ['opened', 'started', 'submitted', 'completed', 'cancelled', 'closed', 'minimized', 'unminimized'].forEach((name) => it.hear(`Callback.${name}`));
  const names = () => it.heard.splice(0).map(([path]) => path.split('.')[1]);
  assert.deepEqual(it.outcome('Callback.close'), { bad: 'Already closed' });
  assert.deepEqual(it.outcome('Callback.open', { form: { firstname: 'Vera', phonenumber: 7 } }), { ok: undefined });
  assert.deepEqual(ran[0], ['setVisitor', { values: [{ name: 'name', value: 'Vera' }, { name: 'phone', value: '7' }] }]);
  assert.equal(it.heard[0][1].prefilled, true, 'with the metadata');
  assert.deepEqual(it.outcome('Callback.open'), { bad: 'already opened' });
  it.outcome('Callback.minimize');
  it.outcome('Callback.minimize');
  listener({ name: 'formSubmitted', element: 'el' });
  listener({ name: 'requestStored', element: 'el' });
  listener({ name: 'closed', element: 'other' });
  listener({ name: 'closed', element: 'el' });
  assert.deepEqual(names(), ['opened', 'minimized', 'unminimized', 'submitted', 'started', 'completed', 'closed']);
  assert.deepEqual(published, ['scheduled']);
  it.outcome('Callback.open');
  listener({ name: 'refused', element: 'el' });
  assert.equal(published[1], 'scheduleError');
  it.outcome('Callback.close');
  assert.deepEqual(names(), ['opened', 'cancelled', 'closed']);
  site.callback = '';
  assert.deepEqual(it.outcome('Callback.open'), { bad: 'Callback is not offered: the site has no widget for it' });
});

test('S1: only what is harmless of the markup is built anew, without a parser', () => {
  const html =
    '<b onclick="x" style=\'x\' class=kept data-own="1" data-do="end">bold &amp; &#60;i></b><script>evil("</b>")</script><!-- a <b> comment -->' +
    '<a href="javascript:evil()">bad</a><a href="&#106;avascript:evil()">bad</a><a HREF=\'https://example.com/\'>good</a>' +
    '<img src=x onerror=x><button onclick=x>label</button><svg><a href="x">gone</a></svg><br>1 < 2</p>';
  const out = sanitised(document, html);
  const parts = out.children.map((one) => [one.localName ?? 'text', one.attributes ?? {}, text(one)]);
  assert.deepEqual(parts, [
    ['b', { class: 'kept', 'data-own': '1' }, 'bold & <i>'],
    ['a', {}, 'bad'],
    ['a', {}, 'bad'],
    ['a', { href: 'https://example.com/', target: '_blank', rel: 'noopener noreferrer' }, 'good'],
    ['text', {}, 'label'],
    ['br', {}, ''],
    ['text', {}, '1 '],
    ['text', {}, '<'],
    ['text', {}, ' 2'],
  ]);
  assert.ok(all(sanitised(document, '<div>'.repeat(100))).length < 40, 'however deep it is');
  assert.ok(sanitised(document, '<i></i>'.repeat(5000)).children.length <= 2000, 'however much it is');
  sanitised(document, '<a "'.repeat(20_000));
  const table = [['https://a.example/', true], ['mailto:a@b.example', true], ['tel:1', true], ['javascript:x', false], ['data:text/html,x', false], ['vbscript:x', false], ['//', false], ['', false], [null, false]];
  for (const [href, safe] of table) assert.equal(safeHref(href) !== undefined, safe, `${href}`);
});

/** A chunk whose file is loaded by a call of the test. */
function byHand() {
  const loads = [];
  const reported = [];
  const chunk = createChunk(() => new Promise((come, fail) => loads.push({ come, fail })), (error) => reported.push(error));
  return { chunk, loads, reported };
}
const settled = () => new Promise((go) => setTimeout(go));

test('commands of a plugin whose file has not come are held, and done in their order when it comes', async () => {
  const { chunk, loads } = byHand();
  const done = [];
  const it = world((bus, config) => setOffered(chunk, config, 'Toaster', { bus }));
  it.hear('Toaster.ready');
  assert.equal(it.heard.length, 1, 'ready as ever: no page waits for the file');
  assert.equal(loads.length, 0, 'nobody has needed it');
  const first = it.outcome('Toaster.open', { n: 1 });
  it.outcome('Toaster.close', { n: 2 });
  assert.equal(loads.length, 1, 'fetched once');
  const create = () => ({
    open: ({ data, deferred }) => {
      done.push(['open', data.n]);
      // A command that is sent meanwhile is done after the others.
      if (data.n === 1) it.outcome('Toaster.open', { n: 3 });
      deferred.resolve('opened');
    },
    close: ({ data, deferred }) => {
      done.push(['close', data.n]);
      deferred.resolve();
    },
  });
  loads[0].come({ makers: { Toaster: create } });
  await settled();
  assert.deepEqual(done, [['open', 1], ['close', 2], ['open', 3]]);
  assert.deepEqual(first, { ok: 'opened' });
  it.outcome('Toaster.close', { n: 4 });
  assert.deepEqual(done.at(-1), ['close', 4], 'from now on at once');
});

test('commands whose file cannot be had are rejected with the reason, and the next one tries again', async () => {
  const { chunk, loads, reported } = byHand();
  const it = world((bus, config) => setOffered(chunk, config, 'Watchman', { bus }, { section: undefined, configure: undefined }));
  const outcomes = ['countdown', 'alarm'].map((name) => it.outcome(`Watchman.${name}`, { time: 1 }));
  loads[0].fail(new Error('the server cannot be reached'));
  await settled();
  assert.deepEqual(outcomes, [{ bad: 'the server cannot be reached' }, { bad: 'the server cannot be reached' }]);
  const again = it.outcome('Watchman.countdown', { time: 1 });
  assert.equal(loads.length, 2);
  loads[1].come({
    makers: {
      Watchman: () => ({
        countdown: () => {
          throw new Error('mine');
        },
      }),
    },
  });
  await settled();
  assert.equal(again.bad.message, 'mine', 'what goes wrong in it is not lost');
  assert.equal(reported.length, 1);
});

test('the further plugins are registered in the same order, with the same commands and events, whether their file comes or not', () => {
  const bus = createBus({ task: (work) => work(), report: () => {}, print: () => {}, warn: () => {} });
  const core = () => ({ site: { accent: '', callback: '' } });
  const all = setOthers({ over: (_, setup) => setup, core, follow: () => {}, more: byHand().chunk });
  const services = { page: {}, jquery: {}, report: () => {} };
  bus.addBuiltins(Object.fromEntries(Object.keys(all).map((name) => [name, () => all[name](bus, () => ({}), {}, services)])));
  Object.keys(all).forEach((name) => bus.loadPlugin(name));
  const found = bus.registerPlugin('Page').registry();
  const names = ['Toaster', 'Overlay', 'ChannelSelector', 'CallbackService', 'Callback', 'Watchman', ...Object.keys(NOT_OFFERED)];
  assert.deepEqual(Object.keys(found).filter((name) => names.includes(name)), names);
  assert.deepEqual(found.Overlay, { commands: ['open', 'close', 'back', 'immutable', 'mutable', 'configure'], events: ['ready'] });
  assert.deepEqual(found.Watchman, { commands: ['countdown', 'interval', 'alarm', 'idle', 'uptime'], events: ['ready', 'tick'] });
  assert.deepEqual(found.Search, { commands: ['open', 'close', 'configure'], events: ['ready', 'opened', 'closed'] });
});
