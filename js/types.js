/** The types of the page's API. */

/** @typedef {import('./port.js').WidgetKind} WidgetKind */
/** @typedef {import('./port.js').OfWidget} OfWidget */
/** @typedef {import('./port.js').OfConversation} OfConversation */
/** The members of each event, by name (`docs/events.md`). @typedef {import('./port.js').Events} Events */

/** A server of a later version may use other values, here and in the other lists. @typedef {'visitor' | 'agent' | 'system' | (string & {})} Party */

/** A participant. `who` is an id, never a name. @typedef {{ party: Party, who: string }} Person */

/** Why an agent is not in a conversation any more. @typedef {'released' | 'lost' | (string & {})} LeaveReason */

/**
 * The reason of a refusal.
 *
 * @typedef {'malformed' | 'too_large' | 'rate_limited' | 'unauthorized' | 'visitor_taken' | 'not_found' | 'invalid_form' | 'ended' | 'conflict'
 *   | 'closed' | 'no_agents' | 'queue_full' | 'out_of_order' | 'version' | 'restarting' | 'unavailable' | 'internal' | (string & {})} Code
 */

/** The reason why there is no connection: a code of the browser's side, or the server's. @typedef {'unsupported' | 'socket_blocked' | 'refused' | 'silent' | 'lost' | Code} LinkCode */

/** @typedef {keyof Events} EventName */

/** An event of the page's API: `name` tells which. @typedef {{ [N in EventName]: { name: N } & Events[N] }[EventName]} ChinwagEvent */

/**
 * The event of a name; any event for `'*'`.
 *
 * @template {EventName | '*'} N
 * @typedef {N extends EventName ? Extract<ChinwagEvent, { name: N }> : ChinwagEvent} EventOf
 */

/**
 * @template {EventName | '*'} [N='*']
 * @typedef {(event: EventOf<N>) => void} Listener
 */

/** The arguments of the listeners that are asked before an action takes effect, by kind (`docs/port.md`). @typedef {import('./port.js').Befores} Befores */

/**
 * Answers at once: nothing lets the action go on, `false` stops it, an object changes its arguments.
 *
 * @template {keyof Befores} [N=keyof Befores]
 * @typedef {(asked: Befores[N]) => void | false | import('./port.js').Changes[N]} BeforeListener
 */

/** @typedef {import('./port.js').WidgetState} WidgetState */

/** Everything that a page may read (`docs/port.md`). @typedef {Readonly<import('./port.js').Snapshot> & { status: 'loading' | 'ready' | 'failed' | 'destroyed' }} State */

/**
 * @typedef {object} Chinwag
 * @property {string} version
 * @property {Promise<void>} ready Settles once the widgets are there, or rejects with a `ChinwagError`.
 * @property {(widget?: string) => void} open Opens a widget's panel. Widgets are named by their element's id or their own;
 *   left out: the first.
 * @property {(widget?: string) => void} close Closes a widget's panel; left out: all panels.
 * @property {(widget?: string) => void} show Shows a widget that its rules or `hide` keep hidden; left out: all widgets.
 * @property {(widget?: string) => void} hide Hides a widget with its launcher; left out: all widgets.
 * @property {(text: string, widget?: string) => void} sendMessage Sends a message in the open conversation. Without one
 *   the text waits in the composer: only the visitor begins a conversation.
 * @property {(widget?: string) => void} end Ends the conversation, or leaves the queue.
 * @property {(widget?: string) => void} restart Begins again after the end of a conversation, a refusal or a sent request.
 * @property {(widget?: string) => void} cancel Cancels a start that has not reached the server.
 * @property {(values?: Record<string, string | number | boolean>, widget?: string) => void} submit Submits the form or the survey that is
 *   shown, with these values in place of those of its fields.
 * @property {(skip?: boolean, widget?: string) => void} skipSurvey Skips the survey; with `false` shows it again.
 * @property {(widget?: string) => void} loadEarlier Fetches earlier entries.
 * @property {(message: string, widget?: string) => void} retry Sends a failed message again.
 * @property {(message: string, widget?: string) => void} discard Removes a failed message.
 * @property {(widget?: string) => void} markRead Marks all messages as read.
 * @property {(on: boolean, widget?: string) => void} setTyping Tells the agents that the visitor types in a field of the page's, or stopped.
 * @property {(values: Record<string, string | number | boolean>) => void} setVisitor Fills form fields, by name.
 * @property {(given: boolean) => void} setConsent Whether the visitor agrees to be remembered. `false` deletes the stored data.
 * @property {(locale: string) => void} setLocale Changes the language.
 * @property {(page?: { url?: string, title?: string }) => void} setPage Reports a change of route; left out: the address and title of the document.
 * @property {<N extends EventName | '*'>(name: N, listener: Listener<N>) => () => void} on Adds a listener for an event, or for all with `'*'`. Returns
 *   a function that removes it.
 * @property {<N extends EventName | '*'>(name: N, listener?: Listener<N>) => void} off Removes a listener; without one, all listeners of that name.
 * @property {<N extends keyof Befores>(kind: N, listener: BeforeListener<N>) => () => void} before Adds a listener that is asked before an action takes effect.
 *   Returns a function that removes it.
 * @property {() => State} getState
 * @property {() => void} replay Posts every message of this page to other vendors' listeners again, for a listener that was added late.
 * @property {() => void} forget Ends everything and deletes the stored data of the visitor.
 * @property {() => void} destroy Removes everything from the page.
 * @property {(...calls: [string, ...unknown[]][]) => void} push Calls by name: `push(['open', 'sales-chat'])`.
 * @property {{ push: (...calls: [string, ...unknown[]][]) => void }} q The same, so that the snippet for early calls works late too.
 */

export {};
