/** The meaning of an event, as a sentence for a reader without the documentation. */

/** @typedef {'events' | 'messages' | 'genesys'} List */
/** @typedef {Record<string, any>} Fields */

/** Splits a name such as `messageReceived` into words. @param {string} name */
const words = (name) => name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();

/** The name of a widget, by its kind. @type {Record<string, string>} */
const KINDS = { Chat: 'the chat', CallbackNow: 'a call at once', CallbackLater: 'a call later', ClickToCall: 'a call' };

/** Events of `window.Chinwag`. @type {Record<string, (event: Fields) => string>} */
const OURS = {
  loaded: () => 'A widget is there.',
  shown: () => 'The launcher is on the screen.',
  hidden: () => 'The launcher is hidden.',
  activated: () => 'The visitor pressed the launcher.',
  opened: () => 'The panel is open.',
  closed: () => 'The panel is closed.',
  formStarted: () => 'The visitor sees the form.',
  formSubmitted: () => 'The visitor sent the form.',
  chatStarted: () => 'A conversation began. It waits for an agent.',
  queueMoved: ({ position }) => `The visitor is number ${position} in the queue.`,
  chatOnline: () => 'An agent is there.',
  chatRestored: () => 'The conversation goes on from the page before.',
  chatFinished: ({ by }) => `The conversation is over. Ended by: ${by === 'system' ? 'the server' : `the ${by}`}.`,
  surveyStarted: () => 'The visitor sees the survey.',
  surveySubmitted: () => 'The visitor sent the survey.',
  agentJoined: () => 'An agent joined.',
  agentLeft: () => 'An agent left.',
  messageQueued: () => 'The visitor wrote a message. It is on its way.',
  messageSent: () => 'The message is stored on the server.',
  messageFailed: ({ code }) => `The message was not taken: ${code}.`,
  messageReceived: () => 'A message of the agent arrived.',
  typing: ({ on }) => (on ? 'The agent is typing.' : 'The agent stopped typing.'),
  requestStored: () => 'A call was asked for.',
  refused: ({ code }) => `Nothing was begun: ${code}.`,
  unread: ({ count }) => (count ? `Unread messages: ${count}.` : 'Everything is read.'),
  link: ({ status }) => LINK[status] ?? `The link is ${status}.`,
  failed: ({ code }) => `The widget could not stay: ${code}.`,
};

/** @type {Record<string, string>} */
const LINK = {
  idle: 'No line is open: nothing goes on.',
  connecting: 'The widget opens a line to the server.',
  online: 'The line to the server is open.',
  reconnecting: 'The line is lost. The widget tries again by itself.',
  stopped: 'The line is closed for good.',
};

/** CTLive messages. @type {Record<string, (object: Fields) => string>} */
const CTLIVE = {
  Loaded: ({ widgetID }) => `The widget ${widgetID} is there.`,
  WidgetShown: ({ widgetID }) => `The widget ${widgetID} is on the screen.`,
  WidgetHidden: ({ widgetID }) => `The widget ${widgetID} is hidden.`,
  WidgetClicked: ({ type }) => `The visitor pressed it, to begin ${KINDS[type] ?? type}.`,
  ChatStarted: ({ chatID }) => `The conversation ${chatID} began.`,
  ChatOnline: ({ users }) => `Agent and visitor are in the conversation: ${users?.length ?? 0} in all.`,
  ChatFinished: ({ isSurveyConfigured }) => `The conversation is over. ${isSurveyConfigured ? 'A survey follows.' : 'No survey follows.'}`,
  DatacollectionStarted: ({ type }) => `The visitor sees the form before ${KINDS[type] ?? type}.`,
  DatacollectionSubmitted: () => 'The visitor sent the form.',
  SurveyStarted: () => 'The visitor sees the survey.',
  SurveySubmitted: () => 'The visitor sent the survey.',
};

/**
 * @param {List} list
 * @param {string} type Its name in that vocabulary.
 * @param {Fields} payload
 * @returns {string}
 */
export function sentence(list, type, payload) {
  if (list === 'events') return OURS[type]?.(payload) ?? `${words(type)}.`;
  if (list === 'messages') return CTLIVE[type]?.(payload.object ?? {}) ?? `${words(type)}.`;
  const [plugin = '', what = ''] = type.split('.');
  return payload.kind === 'command' ? `The page asks ${plugin}: ${words(what)}.` : `${plugin} says: ${words(what)}.`;
}
