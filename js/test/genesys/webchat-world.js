/** The WebChat plugin on a bus, for its tests: the core's view, the service and the page are stubs. */

import { createBus } from '../../compat/genesys/bus.js';
import { createButton } from '../../compat/genesys/button.js';
import { Checks } from '../../compat/genesys/checks.js';
import { createChunk } from '../../compat/genesys/chunk.js';
import { Fields } from '../../compat/genesys/fields.js';
import { definitionOf } from '../../compat/genesys/form.js';
import { createWebChat } from '../../compat/genesys/webchat.js';
import { createWords } from '../../compat/genesys/words.js';

/** A promise that is resolved already. */
export const there = { then: (ok) => void ok() };

/** A bus with WebChat over a view that only records its calls, a service that carries out every command, and a page that listens to all events. */
export function world(config = {}, { kept, pack = {}, core = there, more = () => ({ definitionOf, Checks }) } = {}) {
  const reported = [];
  const bus = createBus({ task: (work) => work(), report: (error) => reported.push(error), print: () => {}, warn: () => {} });
  const plugin = bus.registerPlugin('WebChat');
  const asked = [];
  const { service, refuse } = playServices(bus, asked);

  const timers = [];
  const stored = new Map(kept ? [['_genesys.widgets.webchat.state', JSON.stringify(kept)]] : []);
  const store = { getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => stored.set(key, value), removeItem: (key) => stored.delete(key) };
  const screen = [];
  const view = playView(screen, core);
  const words = createWords(() => pack);
  const jquery = { here: () => wrap, want: (next) => next(wrap) };
  const fields = new Fields({ jquery: jquery.here, CXBus: bus.CXBus, common: {}, invalid: () => 'wrong', later: (work) => work(), report: (error) => reported.push(error) });
  view.button = createButton({
    plugin,
    display: (on) => screen.push(on ? 'button' : 'no button'),
    isFree: () => webchat.stage() === 'closed',
    wait: (work, millis) => timers.push([millis, work]),
    store,
  });
  let number = 0;
  const webchat = createWebChat({
    plugin,
    view,
    fields,
    words,
    section: (name) => (name === 'webchat' ? pack : undefined),
    jquery,
    store,
    id: () => `id-${(number += 1)}`,
    document: { createElement: (tag) => element(tag) },
    report: (error) => reported.push(error),
    more: createChunk(more, (error) => reported.push(error)),
  });
  plugin.command('configure', config);
  plugin.ready();
  webchat.listen();
  view.button.start();
  screen.splice(0);

  const page = bus.CXBus.registerPlugin('Page');
  const heard = [];
  plugin.registry().WebChat.events.forEach((name) => page.subscribe(`WebChat.${name}`, ({ data }) => heard.push([name, data])));
  const outcome = (command, options) => {
    const result = {};
    page
      .command(`WebChat.${command}`, options)
      .done((...values) => (result.ok = values[0]))
      .fail((value) => (result.bad = value));
    return result;
  };
  const names = () => heard.splice(0).map(([name]) => name);
  const shown = () => screen.splice(0);
  /** A chat that was begun by hand; with an agent if asked for. */
  const talking = (agent = false) => {
    outcome('open');
    webchat.filled([{ name: 'firstname', value: 'Vera' }]);
    service.publish('started', {});
    if (agent) service.publish('agentConnected', { numAgentsConnected: 1 });
    heard.splice(0);
    screen.splice(0);
  };
  return { bus, plugin, page, service, webchat, view, asked, reported, timers, stored, heard, outcome, names, shown, talking, refuse };
}

/** A service and a toaster that record their calls. */
function playServices(bus, asked) {
  const service = bus.registerPlugin('WebChatService');
  let refusal;
  service.registerCommand('startChat', ({ data, deferred }) => {
    asked.push(['startChat', data]);
    if (refusal) deferred.reject(refusal);
    else deferred.resolve({ statusCode: 0 });
  });
  service.registerCommand('endChat', ({ deferred }) => {
    asked.push(['endChat']);
    service.publish('ended');
    deferred.resolve();
  });
  const toaster = bus.registerPlugin('Toaster');
  toaster.registerCommand('open', ({ data, deferred }) => {
    asked.push(['toast', data]);
    deferred.resolve({ html: undefined });
  });
  toaster.registerCommand('close', ({ deferred }) => deferred.resolve());
  [service, toaster].forEach((one) => one.ready());
  return { service, refuse: (why) => (refusal = why) };
}

/** A view that records its calls. */
function playView(screen, core) {
  const panel = {
    askEnd: () => screen.push('ask end'),
    submit: () => screen.push('submit'),
    ask: (words, yes, no, done) => screen.push(['ask', words, done]),
    overlay: () => true,
    clear: () => true,
    forget: () => true,
    fit: (flags, limit) => screen.push(['fit', flags, limit]),
    row: () => undefined,
    mark: (row, id) => (row.id = id),
  };
  const view = {
    ready: () => core,
    open: () => screen.push('open') > 0 && !view.missing,
    minimize: () => screen.push('minimize'),
    hide: () => screen.push('hide'),
    showButton: () => screen.push('showButton'),
    define: (form) => screen.push(['define', form]),
    inject: (id, line, content) => {
      screen.push(['inject', line, content]);
      return element('li');
    },
    panel,
  };
  return view;
}

/** An element and jQuery, with the members that the code uses. */
export const element = (tag) => ({ nodeType: 1, tag, className: '', id: '', classList: { add() {} }, append() {}, setAttribute() {} });
const wrap = (inner) => ({ 0: inner, length: 1, jquery: '3', find: () => wrap(inner), val: () => inner?.value });
