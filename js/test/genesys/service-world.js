/** WebChatService on a bus, for its tests: the link is a stub, and its notices are those of the core's dialect (tests/genesys.rs). */

import { createBus } from '../../compat/genesys/bus.js';
import { createService } from '../../compat/genesys/service.js';

export const SESSION = { sessionID: 'c_1', userId: 'v_1', secureKey: '', alias: '' };
export const CLIENT = { nickname: 'Vera', participantId: 1, type: 'Client' };
export const ADA = { nickname: 'Ada', participantId: 2, type: 'Agent' };
export const NOON = 1_795_176_000_000;

export const joined = (index, from) => ({ from, index, type: 'ParticipantJoined', utcTime: NOON + index });
export const left = (index, from) => ({ from, index, type: 'ParticipantLeft', utcTime: NOON + index });
export const said = (index, from, text) => ({ from, index, type: 'Message', utcTime: NOON + index, text, messageType: 'text', id: `m_${index}` });
export const told = ({ id, ...event }) => ({ id, event });
export const run = (...events) => ({ what: 'events', restoring: false, over: false, events: events.map(told) });

/** A bus with the service, a page that listens to all events, and a link that only records its calls. */
export function world(config = {}, shown = undefined) {
  const bus = createBus({ task: (work) => work(), report: (error) => reported.push(error), print: () => {}, warn: () => {} });
  const reported = [];
  const asked = [];
  const timers = [];
  const plugin = bus.registerPlugin('WebChatService');
  const link = {
    begin: (values) => asked.push(['begin', values]),
    end: () => asked.push(['end']),
    say: (text) => {
      asked.push(['say', text]);
      service.notice({ what: 'queued', id: `m${asked.length}` });
    },
    data: (values) => {
      asked.push(['data', values]);
      service.notice({ what: 'queued', id: `m${asked.length}` });
    },
    notice: (text) => {
      asked.push(['notice', text]);
      service.notice({ what: 'queued', id: `m${asked.length}` });
    },
    typing: (on) => asked.push(['typing', on]),
    wake: () => asked.push(['wake']),
  };
  const clock = { set: (work) => timers.push(work), clear: (timer) => delete timers[timer - 1] };
  const service = createService({ plugin, link, config, automatic: () => ({ _genesys_source: 'web' }), report: (error) => reported.push(error), clock, shown });
  plugin.ready();
  const page = bus.CXBus.registerPlugin('Page');
  const heard = [];
  const names = plugin.registry().WebChatService.events;
  names.forEach((name) => page.subscribe(`WebChatService.${name}`, ({ data }) => heard.push([name, data])));
  const outcome = (command, options) => {
    const result = {};
    page.command(`WebChatService.${command}`, options).done((value) => (result.ok = value)).fail((value) => (result.bad = value));
    return result;
  };
  const words = () => heard.splice(0).map(([name]) => name);
  /** A chat with an agent. */
  const talking = () => {
    outcome('startChat', { nickname: 'Vera' });
    service.notice({ what: 'started', session: SESSION });
    service.notice(run(joined(1, CLIENT)));
    service.notice(run(joined(2, ADA)));
    words();
    asked.splice(0);
  };
  return { bus, plugin, page, service, link, asked, heard, reported, timers, outcome, words, talking };
}

export const answer = (more = {}) => ({
  statusCode: 0,
  chatEnded: false,
  chatId: 'c_1',
  alias: '',
  userId: 'v_1',
  secureKey: '',
  messages: [],
  nextPosition: 3,
  ...more,
});
