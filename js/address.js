/**
 * Where the two parts of the core are. Not bundled into the package, but beside it: bundlers of pages look for exactly these words to take the files
 * along, and the natives that are put into everything else (`natives.js`) would change them.
 */
export const address = new URL('./chinwag_bg.wasm', import.meta.url).href;
export const panelAddress = new URL('./chinwag_panel.wasm', import.meta.url).href;
