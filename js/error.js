/** Errors that name the reason why the widget is not there. */

/**
 * @typedef {'misuse' | 'another_site' | 'other_release' | 'unsupported' | 'socket_blocked' | 'wasm_blocked' | 'wasm_missing' | 'wasm_corrupt' | 'integrity' | 'unreachable'
 *   | 'unknown_site' | 'origin_not_allowed' | 'config' | 'internal' | 'removed' | 'aborted'} KnownCode
 */

/** A later version may have others. @typedef {KnownCode | (string & {})} ErrorCode */

/** The message for the integrator, by code: one sentence with the cause or the fix. @type {Record<KnownCode, string>} */
const SENTENCES = {
  misuse: 'wrong use',
  another_site: 'all scripts on a page have to name the same site and server',
  other_release: 'the scripts on this page are of different releases: load all of them from the same server',
  unsupported: 'this browser or page lacks a function that the widget needs',
  socket_blocked: "the page's Content-Security-Policy blocks the connection to the server: add its address with wss: to connect-src",
  wasm_blocked: "the page's Content-Security-Policy blocks WebAssembly: add 'wasm-unsafe-eval' to script-src",
  wasm_missing: 'the server lacks a file: it is of another release than this loader',
  wasm_corrupt: 'the wasm file is damaged',
  integrity: 'integrity mismatch: a file is of another release than this loader',
  unreachable: "the server cannot be reached: check its address and the page's connect-src",
  unknown_site: 'the server does not know this site key',
  origin_not_allowed: "add this page's origin to the site's origins in the server's configuration",
  config: "the server's answer is not a configuration",
  internal: 'the widget stopped because of an error of its own',
  removed: 'the page removed the widget too often: it stays away',
  aborted: 'destroyed before it was ready',
};

/** An error with a stable code. */
export class ChinwagError extends Error {
  /**
   * @param {ErrorCode} code
   * @param {string} [detail] The function, address or field; never data of the visitor.
   * @param {unknown} [cause]
   */
  constructor(code, detail, cause) {
    super(`Chinwag: ${SENTENCES[/** @type {KnownCode} */ (code)]}${detail ? ` (${detail})` : ''} [${code}]`, { cause });
    this.name = 'ChinwagError';
    /** @readonly */
    this.code = code;
    /** Whether the same call may work later. @readonly */
    this.retryable = code === 'unreachable';
  }
}

/**
 * Returns an error as a `ChinwagError`. An error without a code comes from a function of the browser or the page that does not work as it should.
 *
 * @param {unknown} error
 * @param {ErrorCode} [code]
 * @param {string} [detail]
 * @returns {ChinwagError}
 */
export function named(error, code = 'unsupported', detail) {
  return error instanceof ChinwagError ? error : new ChinwagError(code, detail, error);
}

/** Writes an error to the console as one line. @param {ChinwagError} error */
export function report(error) {
  console.error(error.message, error.cause ?? '');
}
