/** Names that the bundler defines or resolves. */

/** File name of the wasm module. */
declare const CHINWAG_WASM: string;
/** Integrity value of the wasm module. */
declare const CHINWAG_WASM_INTEGRITY: string;
/** File names and integrity values of its later parts (js/build.js). */
declare const CHINWAG_CONVERSATION: string;
declare const CHINWAG_CONVERSATION_INTEGRITY: string;
declare const CHINWAG_VIEW: string;
declare const CHINWAG_VIEW_INTEGRITY: string;
declare const CHINWAG_REQUESTS: string;
declare const CHINWAG_REQUESTS_INTEGRITY: string;
/** Locale to file name of its texts. */
declare const CHINWAG_TEXTS: Record<string, string>;
/** File name of the panel's style sheet, and its integrity value. */
declare const CHINWAG_STYLE: string;
declare const CHINWAG_STYLE_INTEGRITY: string;
/** File name of the English texts, and its integrity value. */
declare const CHINWAG_ENGLISH: string;
declare const CHINWAG_ENGLISH_INTEGRITY: string;
/** File name of our jQuery. */
declare const CHINWAG_JQUERY: string;
/** File names of the scripts that are fetched later. */
declare const CHINWAG_FILES: string;
declare const CHINWAG_TAKEOVER: string;
declare const CHINWAG_MORE: string;
declare const CHINWAG_SERVER: string;
declare const CHINWAG_VERSION: string;

/** The generated glue (src/browser/page.rs). */
declare module '#glue' {
  /** Makes a core. Returns whether it can begin before the part for conversations is loaded. */
  export function create(host: Host): boolean;
  export function state(): string;
  /** A number that changes whenever the state may have changed. */
  export function version(): number;
  export function kept(): string;
  /** Calls a command with its payload as JSON. Throws a text when the payload has the wrong form. */
  export function call(name: string, payload: string): void;
  export interface Host {
    text(name: string): string;
    event(json: string): boolean;
    post(json: string): void;
    before(kind: string, json: string): string;
    changed(): void;
    notice(json: string): void;
    terms(upload: number): unknown;
    outcome(outcome: any): void;
    slot(name: string, element: HTMLElement, id: string): void;
  }
  export function initSync(options: { module: WebAssembly.Module }): unknown;
  export function restart(): void;
}

/** The texts of one language, made by the packaging. */
declare module '*/text-ar.js' {
  const json: string;
  export default json;
}
declare module '*/text-de.js' {
  const json: string;
  export default json;
}
declare module '*/text-en.js' {
  const json: string;
  export default json;
}
declare module '*/text-es.js' {
  const json: string;
  export default json;
}
declare module '*/text-it.js' {
  const json: string;
  export default json;
}
declare module '*/text-ru.js' {
  const json: string;
  export default json;
}

/** The style sheet, made by the packaging. */
declare module '*/style.js' {
  const css: string;
  export default css;
}

/** Only the function itself is used, so its type does not matter. */
declare module 'jquery' {
  const jquery: unknown;
  export default jquery;
}

/** Only newer browsers have it. */
declare const Temporal: { Now: { timeZoneId(): string } };
