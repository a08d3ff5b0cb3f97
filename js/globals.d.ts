/** What the bundler defines or resolves. */

/** File name of the wasm module. */
declare const CHINWAG_WASM: string;
/** Integrity value of the wasm module. */
declare const CHINWAG_WASM_INTEGRITY: string;
/** Locale to file name of its texts. */
declare const CHINWAG_TEXTS: Record<string, string>;
declare const CHINWAG_VERSION: string;

/** The generated glue (src/browser/page.rs). */
declare module '#glue' {
  export class Core {
    static create(host: Host): Core;
    state(): string;
    run(verb: number, one: string, two: string): void;
  }
  export interface Host {
    text(name: string): string;
    event(json: string): boolean;
    post(json: string): void;
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

/** Newer browsers have it. */
declare const Temporal: { Now: { timeZoneId(): string } };
