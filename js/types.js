/** The types of the page's API. */

/**
 * Something that happened, as the page hears it. `docs/embedding.md` lists the names and what each brings.
 *
 * @typedef {object} ChinwagEvent
 * @property {string} name
 * @property {string} [visitor] The id that the visitor goes by.
 * @property {number} [at] The server's time, milliseconds since 1970.
 * @property {string} [element] Id of the widget's element.
 * @property {string} [widget] Id of the widget in the site's configuration.
 * @property {string} [kind]
 * @property {string} [conversation]
 * @property {string[]} [users]
 * @property {boolean} [online]
 * @property {boolean} [survey]
 * @property {boolean} [on]
 * @property {string} [by]
 * @property {string} [who]
 * @property {string} [party]
 * @property {string} [reason]
 * @property {string} [message] Id of a message; its text is not told.
 * @property {string} [request]
 * @property {number} [due]
 * @property {number} [position]
 * @property {number} [count]
 * @property {string} [code] Why something failed, or why there is no link.
 * @property {string} [status]
 */

/** @typedef {(event: ChinwagEvent) => void} Listener */

/**
 * @typedef {object} WidgetState
 * @property {string} element Id of its element on the page.
 * @property {string} widget Its id in the site's configuration.
 * @property {'chat' | 'callback_now' | 'callback_later' | 'click_to_call'} kind
 * @property {boolean} shown Whether any part of it is on the screen.
 * @property {boolean} open Whether its panel is open.
 * @property {'engagement' | 'form' | 'starting' | 'queued' | 'online' | 'ended' | 'survey' | 'thanks' | 'requested' | 'refused'} stage
 * @property {number} unread Messages that came while the panel was closed.
 */

/**
 * @typedef {object} State
 * @property {'loading' | 'ready' | 'failed' | 'destroyed'} status
 * @property {'idle' | 'connecting' | 'online' | 'reconnecting' | 'stopped'} link
 * @property {string} locale
 * @property {WidgetState[]} widgets In the order of the configuration.
 */

/**
 * @typedef {object} Chinwag
 * @property {string} version
 * @property {Promise<void>} ready Settles once the widgets are there, or rejects with a `ChinwagError`.
 * @property {(widget?: string) => void} open Opens a widget's panel. Widgets are named by their element's id or their own;
 *   left out: the first.
 * @property {(widget?: string) => void} close Closes the panel; left out: of all.
 * @property {(widget?: string) => void} show Shows what rules or `hide` keep away; left out: all.
 * @property {(widget?: string) => void} hide Hides a widget altogether; left out: all.
 * @property {(text: string, widget?: string) => void} sendMessage Sends a message in the conversation that goes on. Without one
 *   the text waits in the composer: only the visitor begins a conversation.
 * @property {(widget?: string) => void} end Ends the conversation, or leaves the queue.
 * @property {(values: Record<string, string | number | boolean>) => void} setVisitor Fills form fields, by name.
 * @property {(given: boolean) => void} setConsent What the visitor said about being remembered. `false` deletes what is stored.
 * @property {(locale: string) => void} setLocale Changes the language.
 * @property {(page?: { url?: string, title?: string }) => void} setPage After a change of route; left out: what the address bar says.
 * @property {(name: string, listener: Listener) => () => void} on Hears an event, or all with `'*'`. Returns what takes it off.
 * @property {(name: string, listener?: Listener) => void} off
 * @property {() => State} getState
 * @property {() => void} replay Posts every message of this page to other vendors' listeners again, for one that came late.
 * @property {() => void} forget Ends everything and deletes what is stored about the visitor.
 * @property {() => void} destroy Takes everything off the page.
 * @property {(...calls: [string, ...unknown[]][]) => void} push Calls by name: `push(['open', 'sales-chat'])`.
 * @property {{ push: (...calls: [string, ...unknown[]][]) => void }} q The same, so that the snippet for early calls works late too.
 */

export {};
