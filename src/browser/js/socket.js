/** WebSockets to a chat server. */

/**
 * A connection to a chat server.
 *
 * @typedef {Pick<WebSocket, 'send' | 'close'> & Partial<WebSocket> & { forbidden?: (event: SecurityPolicyViolationEvent) => void }} Connection
 */
/**
 * Hears of a connection: `true` when it is open, a text that came, or the number that closed it; 0 when the page's policy forbids it,
 * which looks like a failed connection otherwise.
 *
 * @typedef {(heard: true | string | number) => void} Heard
 */

/** Characters of the longest frame (`limits::FRAME_BYTES`). */
const FRAME = 262144;
const VIOLATION = 'securitypolicyviolation';

/** A socket, or nothing when the browser has none or refuses at once. @param {string} url @param {Heard} heard @returns {Connection | undefined} */
export const open_socket = (url, heard) => {
  try {
    /** @type {WebSocket & Connection} */
    const socket = new WebSocket(url);
    socket.onopen = () => heard(true);
    // A longer one than a frame may be is not even copied: the link ends, and comes back after a while.
    socket.onmessage = ({ data }) => data && typeof data === 'string' && (data.length > FRAME ? (socket.close(), heard(1009)) : heard(data));
    socket.onclose = ({ code }) => heard(code);
    // Some browsers name the whole address, some only its origin.
    socket.forbidden = ({ disposition, blockedURI }) => disposition !== 'report' && /^wss?:/.test(blockedURI) && url.startsWith(blockedURI) && heard(0);
    document.addEventListener(VIOLATION, socket.forbidden);
    return socket;
  } catch (error) {
    // Some browsers throw where the policy forbids it, one of them with a name of its own, and where a page with https asks for one without.
    const name = /** @type {any} */ (error)?.name;
    if (/^(SecurityError|NS_ERROR_CONTENT_BLOCKED)$/.test(name) && (url.startsWith('wss:') || location.protocol !== 'https:')) heard(0);
    return undefined;
  }
};
/** Nothing is heard of it any more. @param {Connection} socket */
export const close_socket = (socket) => {
  document.removeEventListener(VIOLATION, /** @type {any} */ (socket).forbidden);
  socket.onopen = socket.onmessage = socket.onclose = null;
  try {
    socket.close();
  } catch {
    // It is gone.
  }
};
/** Sends a text. If the socket is closed the text is lost; the end of the socket is told by its own callback. @param {Connection} socket @param {string} text */
export const transmit = (socket, text) => {
  try {
    socket.send(text);
  } catch {
    // It does not take anything yet, or any more.
  }
};
