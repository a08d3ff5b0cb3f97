/**
 * Checks the CTLive contract: the order of the messages, and their form. There is one `Contract` per page, which gets every message
 * in the order of arrival; each answer is a list of violations.
 */

const WIDGET = ['elementID', 'widgetID', 'userID'];
const KINDS = ['Chat', 'CallbackNow', 'CallbackLater', 'ClickToCall'];

/** Fields of every message, by its type. @type {Record<string, string[]>} */
const FIELDS = {
  Loaded: WIDGET,
  WidgetShown: WIDGET,
  WidgetHidden: WIDGET,
  WidgetClicked: [...WIDGET, 'type'],
  ChatStarted: ['chatID', 'userID'],
  ChatOnline: ['chatID', 'users'],
  ChatFinished: ['chatID', 'userID', 'isSurveyConfigured'],
  DatacollectionStarted: ['widgetID', 'userID', 'type'],
  DatacollectionSubmitted: ['widgetID', 'userID', 'type'],
  SurveyStarted: ['widgetID', 'chatID', 'userID'],
  SurveySubmitted: ['widgetID', 'chatID', 'userID'],
};

/** Whether a message posted to the page is a CTLive message. @param {unknown} data @returns {boolean} */
export function isContractMessage(data) {
  return typeof data === 'object' && data !== null && /** @type {{ name?: unknown }} */ (data).name === 'CTLiveEvent';
}

export class Contract {
  /** Element to whether it is visible. @type {Map<string, boolean>} */
  #shown = new Map();
  /** Widgets whose `Loaded` has come. @type {Set<string>} */
  #widgets = new Set();
  /** Forms that were begun: widget and type. @type {Set<string>} */
  #forms = new Set();
  /** @type {Map<string, { finished?: boolean, survey?: boolean, asked?: boolean, answered?: boolean }>} */
  #chats = new Map();
  #user = '';

  /**
   * @param {{ name: string, type: string, object: Record<string, unknown> }} message
   * @returns {string[]} The violations; none when the message keeps the contract.
   */
  check(message) {
    const fields = FIELDS[message.type];
    if (!fields) return [`${message.type} is not one of the eleven types`];
    const wrong = formOf(message, fields);
    if (wrong.length) return wrong;
    const object = /** @type {Record<string, string>} */ (message.object);
    if (object.userID) {
      if (this.#user && this.#user !== object.userID) wrong.push('userID is another than before');
      this.#user = object.userID;
    }
    this.#order(message.type, object, wrong);
    return wrong;
  }

  /** @param {string} type @param {Record<string, any>} object @param {string[]} wrong */
  #order(type, object, wrong) {
    const must = (/** @type {unknown} */ holds, /** @type {string} */ words) => {
      if (!holds) wrong.push(words);
    };
    const { elementID, widgetID, chatID } = object;
    const chat = this.#chats.get(chatID);
    if (type === 'Loaded') {
      must(!this.#shown.has(elementID), 'Loaded came before for this element');
      this.#shown.set(elementID, false);
      this.#widgets.add(widgetID);
      return;
    }
    if (elementID !== undefined) must(this.#shown.has(elementID), 'nothing may come before Loaded of this element');
    if (widgetID !== undefined) must(this.#widgets.has(widgetID), 'no widget of this widgetID is loaded');
    switch (type) {
      case 'WidgetShown':
      case 'WidgetHidden':
        must(this.#shown.get(elementID) !== (type === 'WidgetShown'), 'shown and hidden have to alternate');
        this.#shown.set(elementID, type === 'WidgetShown');
        break;
      case 'WidgetClicked':
        must(this.#shown.get(elementID), 'the widget is not shown');
        break;
      case 'DatacollectionStarted':
        this.#forms.add(`${widgetID} ${object.type}`);
        break;
      case 'DatacollectionSubmitted':
        must(this.#forms.delete(`${widgetID} ${object.type}`), 'DatacollectionStarted is missing');
        break;
      case 'ChatStarted':
        must(!chat, 'ChatStarted came before for this chat');
        this.#chats.set(chatID, {});
        break;
      case 'ChatOnline':
        // Without a ChatStarted the conversation began on an earlier page.
        if (!chat) this.#chats.set(chatID, {});
        else must(!chat.finished, 'the chat has finished');
        break;
      case 'ChatFinished':
        must(chat, 'ChatStarted is missing');
        must(!chat?.finished, 'ChatFinished came before for this chat');
        this.#chats.set(chatID, { ...chat, finished: true, survey: object.isSurveyConfigured });
        break;
      case 'SurveyStarted':
        must(chat?.finished && chat.survey, 'ChatFinished with isSurveyConfigured is missing');
        if (chat) chat.asked = true;
        break;
      default:
        must(chat?.asked, 'SurveyStarted is missing');
        must(!chat?.answered, 'SurveySubmitted came before for this chat');
        if (chat) chat.answered = true;
    }
  }
}

/** @param {{ object: unknown }} message @param {string[]} fields @returns {string[]} */
function formOf(message, fields) {
  /** @type {string[]} */
  const wrong = [];
  const keys = Object.keys(message);
  if (keys.join() !== 'name,type,object') wrong.push(`its keys are ${keys.join(', ')}`);
  const object = message.object;
  if (typeof object !== 'object' || object === null) return [...wrong, 'object is not an object'];
  for (const field of fields) {
    const value = /** @type {Record<string, unknown>} */ (object)[field];
    if (field === 'users') {
      if (!Array.isArray(value) || !value.every((id) => typeof id === 'string')) wrong.push('users is not a list of strings');
    } else if (field === 'isSurveyConfigured') {
      if (typeof value !== 'boolean') wrong.push('isSurveyConfigured is not a boolean');
    } else if (typeof value !== 'string') {
      wrong.push(`${field} is not a string`);
    } else if (field === 'type' && !KINDS.includes(value)) {
      wrong.push(`type is ${value}`);
    }
  }
  for (const field of Object.keys(object)) if (!fields.includes(field)) wrong.push(`${field} is not a field of it`);
  return wrong;
}
