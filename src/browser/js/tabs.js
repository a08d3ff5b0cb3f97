/** The channel between the tabs of an origin. Closed while the page is in the back/forward cache: an open channel would keep the page out of that cache. */

/** @type {BroadcastChannel | undefined} */
let channel;
/** Opens it. @type {(() => void) | undefined} */
let tune;
/** Removes the listeners. @type {AbortController | undefined} */
let rest;

/** @param {string} name @param {(text: string) => void} heard */
export const open_channel = (name, heard) => {
  close_channel();
  tune = () => {
    try {
      channel ??= new BroadcastChannel(name);
      channel.onmessage = ({ data }) => typeof data === 'string' && heard(data);
    } catch {
      // This browser has no channel: each tab is alone.
    }
  };
  const { signal } = (rest = new AbortController());
  addEventListener('pagehide', shut, { signal });
  addEventListener('pageshow', tune, { signal });
  tune();
};
const shut = () => {
  channel?.close();
  channel = undefined;
};
export const close_channel = () => {
  rest?.abort();
  tune = undefined;
  shut();
};
/** @param {string} text */
export const tell_tabs = (text) => {
  tune?.();
  channel?.postMessage(text);
};
