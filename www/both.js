/** The demo's first page: both sides of a conversation, and the controls for it. */

import { Source, drawEvents } from './events.js';

/** The key under which the desk stores its session: in this tab's storage, which the frame shares. */
const TOKEN = 'chinwag.desk.token';
/** How often the state of the plug is requested, in milliseconds: the server plugs it in again after some time. */
const LOOK = 1000;

const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (document.querySelector(selector));
const visitor = /** @type {HTMLIFrameElement} */ (find('#visitor iframe'));
const agent = /** @type {HTMLIFrameElement} */ (find('#agent iframe'));
const strict = /** @type {HTMLInputElement} */ (find('#strict'));
const plug = /** @type {HTMLButtonElement} */ (find('#plug'));
const told = find('#told');
const source = new Source();
const show = drawEvents(find('#events'), source, 'events');

/** @type {import('./sentences.js').List} */
let speaks = 'events';
let out = false;

/** @param {string} path @param {object} [body] */
async function ask(path, body) {
  const answer = await fetch(path, body && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

/** The desk signs in as the demo's agent: only the demo's server lets a page do so. */
async function openDesk() {
  try {
    const { token } = await ask('/v1/demo/agent', {});
    sessionStorage.setItem(TOKEN, token);
  } catch {
    told.textContent = 'The desk could not sign in by itself: the accounts are on the terminal that started the demo.';
  }
  agent.src = '/desk/';
}

/** The visitor's page for the chosen variant. */
function openShop() {
  // That page has scripts in its HTML, like pages for that vendor.
  strict.disabled = speaks === 'genesys';
  const page = speaks === 'genesys' ? '/genesys/' : `/shop.html${strict.checked ? '?policy=strict' : ''}`;
  if (visitor.getAttribute('src') !== page) visitor.src = page;
}

/** @param {boolean} is */
function plugIs(is) {
  if (is === out) return;
  out = is;
  plug.textContent = out ? 'Put it back' : 'Pull the plug';
  plug.setAttribute('aria-pressed', String(out));
  told.textContent = out
    ? 'The line is cut, on both sides. Write in the chat and at the desk, then put the plug back.'
    : 'The line is back. What was written meanwhile arrives: each message once, and in order.';
  if (out) return;
  // The event that browsers fire when the network is back: the desk then connects without waiting for its next attempt.
  for (const frame of [visitor, agent]) frame.contentWindow?.dispatchEvent(new Event('online'));
}

async function look() {
  try {
    plugIs((await ask('/v1/demo/plug')).out);
  } catch {
    told.textContent = 'The server does not answer.';
  }
  if (out) setTimeout(look, LOOK);
}

plug.addEventListener('click', async () => {
  try {
    plugIs((await ask('/v1/demo/plug', { out: !out })).out);
  } catch {
    told.textContent = 'The server does not answer.';
  }
  if (out) setTimeout(look, LOOK);
});

strict.addEventListener('change', async () => {
  source.violations = 0;
  openShop();
  if (!strict.checked) {
    told.textContent = 'The page is without a policy again.';
    return;
  }
  const { headers } = await fetch(/** @type {string} */ (visitor.getAttribute('src')), { method: 'HEAD' });
  told.textContent = `The shop’s page now forbids everything but this: ${headers.get('content-security-policy')}`;
});

document.querySelectorAll('input[name=speak]').forEach((choice) =>
  choice.addEventListener('change', () => {
    speaks = /** @type {any} */ (/** @type {HTMLInputElement} */ (choice).value);
    told.textContent = WORDS[speaks];
    show(speaks);
    openShop();
  }),
);

/** @type {Record<import('./sentences.js').List, string>} */
const WORDS = {
  events: 'The events of window.Chinwag are listed below.',
  messages: 'The same conversation, as pages hear it that were written for CTLive: below are its messages.',
  genesys: 'A page that was written for Genesys Widgets, unchanged but for the address of one script: below is its bus.',
};

document.querySelectorAll('[data-show]').forEach((button) =>
  button.addEventListener('click', () => {
    document.body.dataset.view = /** @type {HTMLElement} */ (button).dataset.show;
    document.querySelectorAll('[data-show]').forEach((one) => one.setAttribute('aria-pressed', String(one === button)));
  }),
);

source.addEventListener('change', (event) => {
  if (/** @type {CustomEvent} */ (event).detail?.list !== 'violations') return;
  told.textContent = `The browser has enforced the policy against the page: ${source.violations} times.`;
});

openShop();
openDesk();
look();
