/**
 * The address of the core's first file. This script is not bundled into the package but lies beside it. Bundlers of pages look for exactly this
 * expression to take the files
 * along, and the natives that are put into everything else (`natives.js`) would change the expression.
 */
export const address = new URL('./chinwag_bg.wasm', import.meta.url).href;
export const conversationAddress = new URL('./chinwag_conversation.wasm', import.meta.url).href;
export const viewAddress = new URL('./chinwag_view.wasm', import.meta.url).href;
