/** What the scripts in `js/` take of `services.js`, for the type check. */

export function followed(address: string, base?: string): URL | undefined;
export function rgb(colour: unknown): [number, number, number] | undefined;
/** Ground, what stands on it, text on light, text on dark: each `rgb(r,g,b)`. */
export function shades(accent: unknown): [string, string, string, string];
