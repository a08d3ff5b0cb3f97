/** WebSockets to a chat server. */

/**
 * A connection to a chat server.
 *
 * @typedef {Pick<WebSocket, 'send' | 'close'> & Partial<WebSocket> & { forbidden?: (event: SecurityPolicyViolationEvent) => void }} Connection
 */
/**
 * Called with the news of a connection: `true` when it is open, a text that was received, or the code that closed it; 0 when the page's policy
 * forbids it, which would otherwise look like a failed connection.
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
    // A text that is longer than a frame may be is not copied: the connection is closed, and opened again after a while.
    socket.onmessage = ({ data }) => data && typeof data === 'string' && (data.length > FRAME ? (socket.close(), heard(1009)) : heard(data));
    socket.onclose = ({ code }) => heard(code);
    // Some browsers report the whole address, some only its origin.
    socket.forbidden = ({ disposition, blockedURI }) => disposition !== 'report' && /^wss?:/.test(blockedURI) && url.startsWith(blockedURI) && heard(0);
    document.addEventListener(VIOLATION, socket.forbidden);
    return socket;
  } catch (error) {
    // Some browsers throw when the policy forbids the socket, one of them with an error name of its own, and when a page with https opens a socket
    // without TLS.
    const name = /** @type {any} */ (error)?.name;
    if (/^(SecurityError|NS_ERROR_CONTENT_BLOCKED)$/.test(name) && (url.startsWith('wss:') || location.protocol !== 'https:')) heard(0);
    return undefined;
  }
};
/** Closes a socket and removes its callbacks. @param {Connection} socket */
export const close_socket = (socket) => {
  document.removeEventListener(VIOLATION, /** @type {any} */ (socket).forbidden);
  socket.onopen = socket.onmessage = socket.onclose = null;
  try {
    socket.close();
  } catch {
    // It is closed already.
  }
};
/** Sends a text. If the socket is closed the text is lost; the end of the socket is reported by its own callback. @param {Connection} socket @param {string} text */
export const transmit = (socket, text) => {
  try {
    socket.send(text);
  } catch {
    // It is not open yet, or not any more.
  }
};
