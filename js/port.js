/**
 * The border between page and core, as types: the commands of `Instance.call(name, payload)`, and the events of the page. Written by
 * `cargo xtask port` from the tables in `src/port`; not to be changed by hand.
 */

/** @typedef {'chat' | 'callback_now' | 'callback_later' | 'click_to_call'} WidgetKind */
/** @typedef {import('./types.js').Party} Party */
/** @typedef {import('./types.js').LeaveReason} LeaveReason */
/** @typedef {import('./types.js').Code} Code */
/** @typedef {import('./types.js').LinkCode} LinkCode */

/** A value of a form, by the name of its field. @typedef {{ name: string, value: string }} FieldValue */

/**
 * A line of the page's own in the transcript. `mine`: on the visitor's side; `bare`: without a bubble; `drawn`: the page draws it itself.
 *
 * @typedef {{ name: string, text: string, mine: boolean, bare: boolean, drawn: boolean }} Line
 */

/** Members of every event. @typedef {{ visitor: string, at: number }} OfPage */

/**
 * Members of every event of a widget.
 *
 * @typedef {object} OfWidget
 * @property {string} visitor The id that the visitor goes by.
 * @property {number} at The server's time, milliseconds since 1970.
 * @property {string} element Id of the widget's element.
 * @property {string} widget Id of the widget in the site's configuration.
 * @property {WidgetKind} kind
 */

/** Members of every event of a conversation. @typedef {OfWidget & { conversation: string }} OfConversation */

/**
 * Members of every question to a listener of `before`. `widget`: id of the widget's element; `by`: whose action it is.
 *
 * @typedef {{ widget: string, by: 'visitor' | 'page' }} OfBefore
 */

/**
 * The payload of each command, by name.
 *
 * @typedef {object} Commands
 * @property {{}} begin Puts the widgets on the page: the first call. When a conversation goes on from an earlier page, `talk` comes before it.
 * @property {{}} press The visitor pressed the loader's launcher before the core was there.
 * @property {{}} focusLauncher The launcher that the loader drew had the focus.
 * @property {{ widget?: string, asked?: boolean }} open Opens a widget's panel. Widgets are named by their own id or that of their element; left out: the first that is shown.
 * @property {{ widget?: string, asked?: boolean }} close Closes a widget's panel; left out: of all.
 * @property {{ widget?: string }} show Shows a widget that rules or `hide` keep off the page; left out: all.
 * @property {{ widget?: string }} hide Hides a widget, its launcher included; left out: all.
 * @property {{ widget?: string, asked?: boolean }} end Ends the conversation, or leaves the queue.
 * @property {{ widget?: string, text: string, asked?: boolean }} sendMessage Sends a message in the open conversation. Without one the text waits in the composer.
 * @property {{ widget?: string, values: FieldValue[], asked?: boolean }} submit Submits the form or the survey that is shown, with these values in place of those that its fields have.
 * @property {{ widget?: string }} restart Begins again after an end, a refusal or a request.
 * @property {{ widget?: string }} cancel Cancels a start that has not reached the server.
 * @property {{ widget?: string, skip: boolean }} skipSurvey Skips the survey; with `false` shows it again.
 * @property {{ widget?: string }} loadEarlier Fetches earlier entries of the conversation.
 * @property {{ widget?: string, message: string }} retry Sends a message again that failed.
 * @property {{ widget?: string, message: string }} discard Removes a message that failed.
 * @property {{ widget?: string }} markRead The visitor has seen everything, the end too.
 * @property {{ values: FieldValue[] }} setVisitor Fills fields of forms, by name.
 * @property {{ given: boolean }} setConsent Whether the visitor agrees to be remembered.
 * @property {{ url: string, title: string }} setPage The visitor is on another page of a single-page application.
 * @property {{}} forget Ends everything and deletes the stored data of the visitor.
 * @property {{ config: string }} configure Another configuration: other availability, or another language.
 * @property {{ locale: string, texts: string }} translate Another language, with its texts as JSON.
 * @property {{}} nudge The link may work now.
 * @property {{}} talk The part of the module with the conversation is there. Other calls wait for it, but for `begin`, `focusLauncher` and `destroy`.
 * @property {{ css: string, english: string }} dress The view's part of the module is there: its style sheet, and the English texts as JSON. After `talk`.
 * @property {{ visible: boolean, network?: string }} watch Whether the page is visible, and the browser's last event about the network: `online` or `offline`.
 * @property {{}} keep The visitor may leave the page: the state is stored now.
 * @property {{ widget: string, text: string }} draft The text in a widget's composer when another core replaces one that failed.
 * @property {{}} destroy Takes all widgets down.
 * @property {{ widget?: string, values: FieldValue[], asked?: boolean }} start Starts a conversation with these values, without asking the visitor for any. In the build for other vendors' pages.
 * @property {{ widget?: string, on: boolean }} setTyping The visitor types in a field of the page's own, or stopped.
 * @property {{ widget?: string }} renew Closes an ended conversation: it is not shown any more, and the next one begins anew. In the build for other vendors' pages.
 * @property {{ widget?: string }} askEnd Asks the visitor whether to end the conversation, in the panel. In the build for other vendors' pages.
 * @property {{ widget?: string, id: string, line: Line }} inject Puts a line of the page's own at the end of the transcript. In the build for other vendors' pages.
 * @property {{ widget?: string, id: string, line?: Line }} rewrite Another content for a line of the transcript; without one the line is not shown. In the build for other vendors' pages.
 * @property {{ widget?: string, values: FieldValue[] }} addData Adds data to the conversation. In the build for other vendors' pages.
 * @property {{ widget?: string, text: string }} addNotice Adds a notice to the conversation, a message between programs. In the build for other vendors' pages.
 * @property {{ reply: number, what: Record<string, unknown> }} ask Calls a function of the link to a chat server: `what` has its name and arguments. `reply`: the number under which the outcome is told. In the build for other vendors' pages.
 * @property {{ on: boolean }} sleep Whether the page is hidden or has lost the focus: the link to a chat server asks less often then. In the build for other vendors' pages.
 */

/**
 * The members of each event, by name. No event has the text of a message.
 *
 * @typedef {object} Events
 * @property {OfWidget} loaded The widget is on the page and configured.
 * @property {OfWidget} shown Some part of it came onto the screen.
 * @property {OfWidget} hidden No part of it is on the screen any more.
 * @property {OfWidget} activated The visitor began a chat or the request of a call.
 * @property {OfWidget} opened The panel is open.
 * @property {OfWidget} closed The panel is closed.
 * @property {OfWidget} formStarted The form before a conversation or a call is shown.
 * @property {OfWidget} formSubmitted That form was sent.
 * @property {OfConversation} chatStarted The server has a conversation, and it waits for an agent. Without a form it begins with the first message.
 * @property {OfConversation & { position: number }} queueMoved The place in the queue changed.
 * @property {OfConversation & { users: string[] }} chatOnline An agent is in the conversation, for the first time on this page. `users`: the visitor first.
 * @property {OfConversation & { users: string[], online: boolean }} chatRestored A conversation goes on from an earlier page. `online`: an agent is in it.
 * @property {OfConversation & { by: Party, survey: boolean, missed: boolean }} chatFinished The conversation ended; told once. `survey`: a survey is offered. `missed`: it ended between two pages, and this one did not hear its last events.
 * @property {OfConversation} surveyStarted The survey after a conversation is shown.
 * @property {OfConversation} surveySubmitted The survey was sent.
 * @property {OfConversation & { party: Party, who: string }} agentJoined An agent joined.
 * @property {OfConversation & { party: Party, who: string, reason: LeaveReason }} agentLeft An agent left.
 * @property {OfWidget & { conversation?: string, message: string }} messageQueued A message of the visitor is being sent. Without a conversation: it begins one.
 * @property {OfConversation & { message: string }} messageSent The server has stored the message.
 * @property {OfWidget & { message: string, code: Code }} messageFailed The server refused the message.
 * @property {OfConversation & { party: Party, who: string, message: string }} messageReceived A message of the other side.
 * @property {OfConversation & { party: Party, who: string, message: string }} fileReceived The other side sent a file.
 * @property {OfConversation & { seconds: number }} idleWarned Nobody has written for long: the conversation ends after so many seconds without a message.
 * @property {OfConversation & { party: Party, who: string, on: boolean }} typing The other side types, or stopped.
 * @property {OfWidget & { request: string, due?: number }} requestStored A call was requested. `due`: its time, if not now.
 * @property {OfWidget & { code: Code }} refused A start was refused; the widget shows the reason.
 * @property {OfWidget & { count: number }} unread The number of unread messages changed; also after a reload, when some still are.
 * @property {OfPage & { status: Snapshot['link'], code?: LinkCode }} link The link to the server. `code`: the reason why there is none, once it is known.
 * @property {{ code: import('./error.js').ErrorCode }} failed The widget is not there any more.
 * @property {{}} changed The state is another one.
 */

/**
 * The whole state.
 *
 * @typedef {object} Snapshot
 * @property {'idle' | 'connecting' | 'online' | 'reconnecting' | 'stopped'} link The link to the server.
 * @property {LinkCode} [code] The reason why there is none, once it is known.
 * @property {string} locale The language of the configuration.
 * @property {string} visitor The visitor's id.
 * @property {boolean} [consent] The visitor's consent to be remembered.
 * @property {FieldValue[]} values The values that the page has set with `setVisitor`.
 * @property {string} brand The site's brand: its name.
 * @property {WidgetState[]} widgets In the order of the configuration.
 */

/**
 * A widget.
 *
 * @typedef {object} WidgetState
 * @property {string} element Id of its element, which is its name in every call.
 * @property {string} widget Its id in the site's configuration.
 * @property {WidgetKind} kind Its kind.
 * @property {boolean} shown Whether any part of it is on the screen; on a page that draws everything itself: whether it should be.
 * @property {boolean} open Whether its panel is open.
 * @property {'engagement' | 'form' | 'new' | 'starting' | 'queued' | 'online' | 'ended' | 'survey' | 'thanks' | 'requested' | 'refused'} stage Its stage. `new`: waits for the first message.
 * @property {number} unread Messages that came while the panel was closed.
 * @property {'available' | 'no_agents' | 'closed'} availability Whether agents can answer.
 * @property {number} [opens] When it opens again, if that is known: milliseconds since 1970.
 * @property {string} label The words on the launcher.
 * @property {string} title The panel's title.
 * @property {string} greeting A first line from the company; may be empty.
 * @property {Code} [refused] The reason why a start was refused.
 * @property {number} [due] The time of the requested call, if one was chosen.
 * @property {FormState} [form] The form or the survey to be filled in. Absent until the part of the module for conversations is loaded.
 * @property {ChatState} [chat] The conversation: about to begin, open or ended. Absent until the part of the module for conversations is loaded.
 */

/**
 * A form.
 *
 * @typedef {object} FormState
 * @property {boolean} survey It is the survey after a conversation.
 * @property {string} title May be empty.
 * @property {string} intro A sentence under the title; may be empty.
 * @property {string} submit The words on the button; empty for any.
 * @property {FieldState[]} fields The visible fields.
 * @property {{ start: number, minutes: number }[]} slots Free times for a field of the kind `time_slot`; its value is a `start`.
 */

/**
 * A field of a form.
 *
 * @typedef {object} FieldState
 * @property {string} name The name of its value.
 * @property {string} kind Its kind, as in [configuration.md](configuration.md).
 * @property {string} label Its label.
 * @property {string} hint May be empty.
 * @property {string} value Its value; may be empty.
 * @property {boolean} mandatory Whether it has to be filled in.
 * @property {boolean} editable Whether the visitor can change it.
 * @property {{ value: string, label: string }[]} options Of a choice.
 * @property {number} [min] Of a rating: the lowest score.
 * @property {number} [max] Of a rating: the highest score.
 * @property {'missing' | 'invalid' | 'too_long'} [problem] The problem with its value when the form was submitted.
 */

/**
 * A conversation.
 *
 * @typedef {object} ChatState
 * @property {string} [conversation] Its id, while it is open.
 * @property {PersonState[]} agents The agents in it.
 * @property {PersonState} [typing] The agents who type now.
 * @property {number} [position] The place in the queue, from 1, once it is known.
 * @property {Party} [by] Who ended it.
 * @property {boolean} unanswered It ended without an agent.
 * @property {'none' | 'offered' | 'skipped' | 'done'} survey `offered`: its form is in `form`. `skipped`: it can still be filled in.
 * @property {boolean} earlier There are earlier entries: `loadEarlier`.
 * @property {EntryState[]} entries The loaded part of the log, oldest first; at the end messages that the server has not acknowledged.
 */

/**
 * A person.
 *
 * @typedef {object} PersonState
 * @property {string} id Who.
 * @property {string} name May be empty.
 * @property {string} [position] What an agent does, in words.
 * @property {string} [picture] The address of an agent's picture.
 */

/**
 * An entry of a conversation.
 *
 * @typedef {object} EntryState
 * @property {string} id The same as in events.
 * @property {number} at The server's time, milliseconds since 1970.
 * @property {'message' | 'file' | 'joined' | 'left' | 'warned' | 'ended' | 'page'} kind `page`: a line of the page's own.
 * @property {Party} [party] The party that sent it; of an end: the party that ended it.
 * @property {string} [name] The sender's name; may be empty.
 * @property {string} [text] The text of a message.
 * @property {FileState} [file] The file.
 * @property {'sending' | 'late' | 'sent' | 'failed'} state The delivery of a message of the visitor. `late`: not acknowledged for long; `failed`: refused.
 * @property {boolean} retry Whether `retry` may help.
 */

/**
 * A file.
 *
 * @typedef {object} FileState
 * @property {string} name Its name.
 * @property {number} size Bytes.
 * @property {string} [address] Its address, with the key to it; absent when it was deleted.
 * @property {number} [width] Of an image that may be shown.
 * @property {number} [height] Of an image that may be shown.
 */

/**
 * The members of a question to a listener of `before`, by kind.
 *
 * @typedef {object} Befores
 * @property {OfBefore} activate The visitor presses the launcher, asks for a call instead, or begins again after an end.
 * @property {OfBefore} open The page opens a panel.
 * @property {OfBefore} close An open panel is closed.
 * @property {OfBefore} end An open conversation is ended, or the queue is left.
 * @property {OfBefore & { survey: boolean, values: FieldValue[] }} submit The form, or the survey, is submitted. Its values are looked at afterwards: there may be problems with them. A field that the answer does not name keeps its value.
 * @property {OfBefore} stay The visitor was asked whether to end the conversation, and stays in it. Nothing changes by that.
 * @property {OfBefore & { text: string }} send A message is sent.
 * @property {OfBefore & { values: FieldValue[] }} start A conversation is started without a form.
 */

/**
 * The members that a listener may change, by kind.
 *
 * @typedef {object} Changes
 * @property {Record<string, never>} activate
 * @property {Record<string, never>} open
 * @property {Record<string, never>} close
 * @property {Record<string, never>} end
 * @property {{ values?: FieldValue[] }} submit
 * @property {Record<string, never>} stay
 * @property {{ text?: string }} send
 * @property {{ values?: FieldValue[] }} start
 */

export {};
