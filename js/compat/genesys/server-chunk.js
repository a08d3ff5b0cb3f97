/** A separate file for pages that name a chat server of the vendor's (G4): their requests, and the commands that such a server answers. */

import { REFUSALS, serverCommands } from './asks.js';
import { createRequests, linkOptions, standIn } from './gms.js';
import { postToWindow } from './post.js';
import { read } from './safe.js';

/**
 * @param {string} address
 * @param {import('./plugin.js').Config} config
 * @param {Window & typeof globalThis} page
 * @param {string} accent
 * @returns {import('./link.js').Service}
 */
export function chatServer(address, config, page, accent) {
  const options = linkOptions(config('webchat'));
  return {
    address,
    options,
    config: () => standIn({ locale: 'en', accent, now: Date.now() }),
    requests: (chat, told) => {
      if (options.sleep_enabled === 'true') followSleep(chat, told);
      const { ask, replied, terms } = createRequests({
        service: address,
        section: () => config('webchat'),
        header: () => read(config('main'), 'header'),
        command: (reply, what) => chat.call('ask', { reply, what }),
        post: (url, fields) => postToWindow(page.document, url, fields),
      });
      return { terms, replied: (outcome) => replied(outcome, REFUSALS), commands: (isActive, merge) => serverCommands(ask, isActive, merge) };
    },
  };
}

/** A page that is hidden or has lost the focus asks less often (G2.1 `sleepEnabled`). @param {import('./link.js').GenesysInstance} chat @param {import('./link.js').Ears['told']} told */
function followSleep(chat, told) {
  let asleep = false;
  const look = () => {
    const now = document.hidden || !document.hasFocus();
    if (now === asleep) return;
    asleep = now;
    chat.call('sleep', { on: now });
    told({ what: now ? 'sleeping' : 'waking' });
  };
  document.addEventListener('visibilitychange', look);
  ['blur', 'focus'].forEach((name) => addEventListener(name, look));
}
