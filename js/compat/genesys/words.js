/**
 * Texts of the page's language pack (G1.11, G3.7) on our widget: those that pages change most replace texts of ours, the others
 * are used for texts of this layer itself.
 */

import { copy, each, keys, read } from './safe.js';

/** Our text by the key of the language pack's section `webchat`. @type {Record<string, string>} */
const OURS = {
  ChatFormSubmit: 'submit_chat',
  ChatInputPlaceholder: 'write',
  ChatInputSend: 'send',
  ChatEndQuestion: 'end_ask',
  ChatEndConfirm: 'end',
  ChatEndCancel: 'cancel',
  ChatEnd: 'end',
  ChatEnded: 'ended_system',
  AgentConnected: 'joined',
  AgentDisconnected: 'left',
  AgentTyping: 'typing',
  ActionsEmojiAria: 'emoji',
  AriaMinimize: 'minimise',
  AriaClose: 'close',
  AgentUnavailable: 'refused_no_agents',
  You: 'visitor',
};

/** Texts for keys that the pack lacks (English is the language of the pack too). @type {Record<string, string>} */
const DEFAULTS = {
  ChatFormFirstName: 'First name',
  ChatFormLastName: 'Last name',
  ChatFormNickname: 'Nickname',
  ChatFormEmail: 'E-mail',
  ChatFormSubject: 'Subject',
  ChatFormName: 'Name',
  ChatFormPlaceholderFirstName: '',
  ChatFormPlaceholderLastName: '',
  ChatFormPlaceholderEmail: '',
  ChatFormPlaceholderSubject: '',
  ConfirmCloseWindow: 'Are you sure you want to close the chat window?',
  ConfirmCloseConfirm: 'Close',
  ConfirmCloseCancel: 'Cancel',
  InviteTitle: 'Need help?',
  InviteBody: 'Let us know if we can help out.',
  InviteAccept: 'Start chat',
  InviteReject: 'No thanks',
  RestoreTimeoutTitle: 'New chat',
  RestoreTimeoutBody: 'Your previous chat session has timed out. Would you like to start a new one?',
  RestoreTimeoutAccept: 'Start chat',
  RestoreTimeoutReject: 'No thanks',
  Invalid: 'Please check this entry.',
};

/** Error texts by code, and by name (G3.7). @type {Record<string, string>} */
const ERRORS = {
  102: 'First name is required.',
  103: 'Last name is required.',
  161: 'Please enter your name.',
  204: 'Message too long.',
  240: 'We cannot start a chat at this time. Please try again later.',
  364: 'Invalid e-mail address.',
};

/** A placeholder, such as `<%Agent%>`. */
const BLANK = /<%\w+%>/;

/**
 * @param {() => unknown} pack Section `webchat` of the language that is on.
 */
export function createWords(pack) {
  /** @param {string} key @returns {string | undefined} */
  const own = (key) => {
    const value = read(pack(), key);
    return typeof value === 'string' ? value : undefined;
  };
  /** @param {string} key @returns {string} */
  const word = (key) => own(key) ?? (Object.hasOwn(DEFAULTS, key) ? /** @type {string} */ (DEFAULTS[key]) : '');
  return {
    word,
    own,
    /** The text for an error's code. @param {unknown} code @returns {string} */
    error: (code) => {
      const value = read(read(pack(), 'Errors'), `${code}`);
      return typeof value === 'string' ? value : Object.hasOwn(ERRORS, `${code}`) ? /** @type {string} */ (ERRORS[`${code}`]) : '';
    },
    /** The page's words in place of our texts: our key to the words, with our form of placeholders. @returns {Record<string, string>} */
    ours: () => oursOf(pack()),
    /**
     * A text that may be a reference: `@i18n:webchat.ChatFormFirstName`. It may name the section of another plugin.
     *
     * @param {unknown} given
     * @param {(section: string) => unknown} section
     * @returns {string}
     */
    resolved: (given, section) => {
      const text = typeof given === 'string' || typeof given === 'number' ? `${given}` : '';
      const found = /^@i18n:([\w-]+)\.([\w.-]+)$/.exec(text);
      if (!found) return text;
      const [, name = '', key = ''] = found;
      let value = section(name);
      each(key.split('.'), (step) => (value = read(value, step)));
      if (typeof value === 'string') return value;
      return name === 'webchat' ? word(key) : '';
    },
  };
}

/** @typedef {ReturnType<typeof createWords>} Words */

/** @param {unknown} pack @returns {Record<string, string>} */
export function oursOf(pack) {
  /** @type {Record<string, string>} */
  const out = {};
  const given = copy(pack);
  each(keys(OURS), (key) => {
    const value = given[key];
    if (typeof value === 'string' && value) out[/** @type {string} */ (OURS[key])] = value.replace(BLANK, '{}').replaceAll(/<%\w+%>/g, '');
  });
  return out;
}
