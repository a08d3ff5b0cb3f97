/** Ways into every state of WebChat's window, and all steps that are possible in one, for the table of their outcomes. */

const FILLED = [{ name: 'firstname', value: 'Vera' }];
const AGENT = { numAgentsConnected: 1 };

/** Begins a chat by the form. */
const chat = (it) => {
  it.outcome('open');
  it.webchat.filled(FILLED);
};
const active = (it) => {
  chat(it);
  it.service.publish('started', {});
};

/** @type {Record<string, (it: any) => void>} States by name: the window's place, the chat, and further conditions. */
export const STATES = {
  'closed none': () => {},
  'closed none, was open': (it) => ['open', 'close'].forEach((name) => it.outcome(name)),
  'closed active': (it) => it.service.publish('started', {}),
  'closed abandoned': (it) => {
    chat(it);
    it.outcome('close');
  },
  'open none': (it) => it.outcome('open'),
  'open none, typed': (it) => {
    it.outcome('open');
    it.webchat.touched({ type: 'input' });
  },
  'open none, refused': (it) => {
    it.refuse({ statusCode: 2, errors: [{ code: 240 }] });
    chat(it);
  },
  'open none, ended': (it) => {
    active(it);
    it.service.publish('ended');
  },
  'open starting': chat,
  'open starting, again': (it) => {
    chat(it);
    ['close', 'open'].forEach((name) => it.outcome(name));
  },
  'open active': active,
  'open active, agent': (it) => {
    active(it);
    it.service.publish('agentConnected', AGENT);
  },
  'open leaving': (it) => {
    active(it);
    it.outcome('close');
  },
  'minimized none': (it) => it.outcome('open', { minimized: true }),
  'minimized active': (it) => {
    active(it);
    it.outcome('minimize');
  },
  'hidden none': (it) => ['open', 'hide'].forEach((name) => it.outcome(name)),
  'hidden active': (it) => {
    active(it);
    it.outcome('hide');
  },
  'hidden-minimized active': (it) => {
    active(it);
    ['minimize', 'hide'].forEach((name) => it.outcome(name));
  },
};

const command = (name, options) => (it) => it.outcome(name, options);
const told = (name, data) => (it) => it.service.publish(name, data);
const pressed = (act) => (it) => it.webchat.pressed(act, {});

/** @type {Record<string, (it: any) => unknown>} */
export const STEPS = {
  open: command('open'),
  'open minimized': command('open', { minimized: true }),
  close: command('close'),
  minimize: command('minimize'),
  'minimize true': command('minimize', { minimized: true }),
  'minimize false': command('minimize', { minimized: false }),
  endChat: command('endChat'),
  invite: command('invite'),
  reInvite: command('reInvite'),
  injectMessage: command('injectMessage', { text: 'x' }),
  showChatButton: command('showChatButton'),
  hideChatButton: command('hideChatButton'),
  showOverlay: command('showOverlay', { html: 'x' }),
  hideOverlay: command('hideOverlay'),
  hide: command('hide'),
  show: command('show'),
  configure: command('configure', { emojis: true }),
  'told started': told('started', {}),
  'told restored': told('restored'),
  'told restoreTimeout': told('restoreTimeout'),
  'told ended': told('ended'),
  'pressed launch': pressed('launch'),
  'pressed close': pressed('close'),
  'pressed minimise': pressed('minimise'),
  'pressed end-confirm': pressed('end-confirm'),
  'pressed end-cancel': pressed('end-cancel'),
  'pressed restart': pressed('restart'),
  filled: (it) => it.webchat.filled(FILLED),
  'heard opened': (it) => it.webchat.heard('opened'),
  'heard closed': (it) => it.webchat.heard('closed'),
};

/** The outcome of a step as one line: its result, events, calls of the view and the service, and the next state. */
export function effect(it, step) {
  [it.heard, it.asked].forEach((list) => list.splice(0));
  it.shown();
  const result = STEPS[step]?.(it);
  const kind = typeof result === 'object' ? (Object.keys(result)[0] ?? 'waits') : '';
  const screen = it.shown().map((one) => (typeof one === 'string' ? one : one[0]));
  const asked = it.asked.map(([name]) => name);
  const now = [it.webchat.stage(), it.webchat.isActive() ? 'active' : 'idle'];
  const words = [kind, ...it.names().map((name) => `!${name}`), ...screen.map((name) => `~${name}`), ...asked.map((name) => `>${name}`), ...now];
  return words.filter((word) => word).join(' ');
}
