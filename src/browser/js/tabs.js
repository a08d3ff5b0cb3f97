/** The channel between the tabs of an origin. It is closed while the page is in the back/forward cache: a page with an open channel is not put there. */

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
      // Without a channel, each tab works alone.
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
