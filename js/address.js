/**
 * Where the parts of the core are. Not bundled into the package, but beside it: bundlers of pages look for exactly these words to take the files
 * along, and the natives that are put into everything else (`natives.js`) would change them.
 */
export const address = new URL('./chinwag_bg.wasm', import.meta.url).href;
export const conversationAddress = new URL('./chinwag_conversation.wasm', import.meta.url).href;
export const viewAddress = new URL('./chinwag_view.wasm', import.meta.url).href;
