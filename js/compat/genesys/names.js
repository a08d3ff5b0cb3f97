/**
 * The class names that pages written for Genesys Widgets look for (G3.6), by the view's own: an element gets them when it is built.
 * A key with a tag before the class is for elements of that tag only.
 *
 * @type {Record<string, string>}
 */
export const NAMES = {
  panel: 'cx-widget cx-webchat cx-common-container',
  head: 'cx-titlebar',
  face: 'cx-icon',
  title: 'cx-title',
  more: 'cx-buttons-window-control',
  away: 'cx-buttons-window-control cx-button-close cx-button-minimize',
  end: 'cx-buttons-window-control cx-end-chat',
  main: 'cx-body',
  foot: 'cx-footer',
  form: 'cx-form',
  fields: 'cx-form-wrapper',
  field: 'cx-form-inputs',
  'input.control': 'cx-input',
  'select.control': 'cx-input',
  'textarea.control': 'cx-input',
  submit: 'cx-submit',
  'main-button': 'cx-btn cx-btn-primary',
  plain: 'cx-btn cx-btn-default',
  write: 'cx-input-container cx-textarea-cell',
  input: 'cx-message-input cx-input',
  send: 'cx-send',
  log: 'cx-transcript',
  list: 'cx-message-groups',
  'li.row': 'cx-message-group cx-message',
  'li.mine': 'cx-participant cx-you',
  'li.theirs': 'cx-participant cx-them',
  'li.note': 'cx-system',
  bubble: 'cx-bubble',
  from: 'cx-name',
  time: 'cx-time',
  text: 'cx-message-text',
  said: 'cx-message-text',
  typing: 'cx-agent-typing',
  banner: 'cx-alert',
  launcher: 'cx-webchat-chat-button cx-side-button',
};
