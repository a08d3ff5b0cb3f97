/**
 * The widget in the page's own document instead of a shadow root, with the class names that pages written for Genesys Widgets look for
 * (G3.6). Asked for by `_genesys.widgets.chinwag = { dom: 'light' }`: the page's style sheets reach in, which is what such a page wants,
 * and what every other page is better without.
 *
 * The core draws as it always does: the element that it draws into looks like one with a shadow root.
 */

/** Ours, and what pages know it by. @type {[string, string][]} */
const NAMES = [
  ['.panel', 'cx-widget cx-webchat cx-common-container'],
  ['.head', 'cx-titlebar'],
  ['.face', 'cx-icon'],
  ['.title', 'cx-title'],
  ['.head button', 'cx-buttons-window-control'],
  ['[data-do=close]', 'cx-button-close cx-button-minimize'],
  ['[data-do=end]', 'cx-end-chat'],
  ['.main', 'cx-body'],
  ['.foot', 'cx-footer'],
  ['form.form', 'cx-form'],
  ['.fields', 'cx-form-wrapper'],
  ['.field', 'cx-form-inputs'],
  ['[type=submit]', 'cx-submit cx-btn cx-btn-primary'],
  ['.main-button', 'cx-btn cx-btn-primary'],
  ['.plain', 'cx-btn cx-btn-default'],
  ['.write', 'cx-input-container cx-textarea-cell'],
  ['.write textarea', 'cx-message-input cx-input'],
  ['.send', 'cx-send'],
  ['.log', 'cx-transcript'],
  ['.list', 'cx-message-groups'],
  ['li.row', 'cx-message-group cx-message'],
  ['li.mine', 'cx-participant cx-you'],
  ['li.theirs', 'cx-participant cx-them'],
  ['li.note', 'cx-system'],
  ['.bubble', 'cx-bubble'],
  ['.from', 'cx-name'],
  ['.time', 'cx-time'],
  ['.text', 'cx-message-text'],
  ['.said', 'cx-message-text'],
  ['.typing', 'cx-agent-typing'],
  ['.banner', 'cx-alert'],
  ['.launcher', 'cx-webchat-chat-button cx-side-button'],
];

/**
 * A style sheet written for a shadow root, for one element and what is in it.
 *
 * @param {string} css
 * @returns {string}
 */
export function scoped(css) {
  /** @type {string[]} */
  const frames = [];
  const rest = css
    .replace(/@keyframes\s+([\w-]+)\s*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, (whole) => {
      frames.push(whole.replace(/@keyframes\s+([\w-]+)/, '@keyframes cx-$1'));
      return '';
    })
    .replace(/(animation(?:-name)?\s*:\s*)([^;}]*)/g, (_, property, value) => property + value.replace(/\b(pop|rise|beat|fade)\b/g, 'cx-$1'))
    .replace(/:host\(([^()]*(?:\([^()]*\))?[^()]*)\)/g, ':scope$1')
    .replace(/:host/g, ':scope');
  return `${frames.join('')}@scope ([data-cx-light]){${rest}}`;
}

/**
 * Puts the element on the page that the core draws into.
 *
 * @param {Window & typeof globalThis} page
 * @param {string} id
 * @returns {{ dress: (css: string) => void }} For the style sheet that comes later.
 */
export function lightHost(page, id) {
  const { document } = page;
  const host = document.createElement('div');
  host.id = id;
  host.setAttribute('data-cx-light', '');
  /** @type {CSSStyleSheet[]} */
  let own = [];
  const add = (/** @type {string} */ css) => {
    const sheet = new page.CSSStyleSheet();
    sheet.replaceSync(scoped(css));
    own.push(sheet);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  };
  const drop = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => !own.includes(sheet));
    own = [];
  };
  const active = () => (host.contains(document.activeElement) && document.activeElement !== host ? document.activeElement : null);
  Object.defineProperties(host, {
    shadowRoot: { value: host },
    host: { value: host },
    activeElement: { get: active },
    adoptedStyleSheets: {
      get: () => [...own],
      /** @param {CSSStyleSheet[]} sheets The core's first; the one that comes later is empty as yet. */
      set: (sheets) => {
        const known = sheets.filter((sheet) => own.includes(sheet));
        if (!known.length) drop();
        sheets
          .filter((sheet) => !own.includes(sheet))
          .map((sheet) => [...sheet.cssRules].map(({ cssText }) => cssText).join('\n'))
          .filter(Boolean)
          .forEach(add);
      },
    },
  });
  new page.MutationObserver((records) => records.forEach(({ target }) => name(/** @type {Element} */ (target)))).observe(host, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ['class'],
  });
  document.body.append(host);
  return { dress: add };
}

/** Gives an element and all in it their other names. @param {Element} element */
function name(element) {
  NAMES.forEach(([selector, names]) => {
    if (element.matches(selector)) give(element, names);
    element.querySelectorAll(selector).forEach((found) => give(found, names));
  });
}

/** Only what is missing: every change is seen again. @param {Element} element @param {string} names */
function give(element, names) {
  const missing = names.split(' ').filter((one) => !element.classList.contains(one));
  if (missing.length) element.classList.add(...missing);
}
