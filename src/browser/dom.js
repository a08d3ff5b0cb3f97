/**
 * The part of the view that is written in JavaScript, because the same calls out of wasm would take several times the bytes: building
 * trees from templates, placing widgets, focus and keyboard, the transcript. Form controls are in `controls.js`, everything outside the
 * view (network, storage, texts) in `services.js`.
 *
 * Text is set as text and attributes one by one; nothing here parses HTML or makes a style attribute from text.
 */

/** Outlines of the signs, in a square of 24. */
export const RING = 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z';
export const SIGNS = {
  chat: 'M21 11.5a8.4 8.4 0 0 1-8.5 8.3 9 9 0 0 1-3.6-.8L3.5 20.5l1.6-4.6A8 8 0 0 1 4 11.5a8.4 8.4 0 0 1 8.5-8.3A8.4 8.4 0 0 1 21 11.5Z',
  phone: 'M6.2 3.5h3l1.6 4.3-2 1.6a12 12 0 0 0 5.8 5.8l1.6-2 4.3 1.6v3a1.8 1.8 0 0 1-2 1.8A16.3 16.3 0 0 1 4.4 5.5a1.8 1.8 0 0 1 1.8-2Z',
  close: 'M6 6l12 12M18 6 6 18',
  down: 'M5.5 9l6.5 6.5L18.5 9',
  minimise: 'M5 17.5h14',
  more: 'M12 5.5v.1M12 12v.1M12 18.5v.1',
  send: 'M4.5 12 3.6 4.9a.6.6 0 0 1 .9-.6l16 7.2a.6.6 0 0 1 0 1l-16 7.2a.6.6 0 0 1-.9-.6L4.5 12Zm0 0h7',
  smile: RING + 'M8.5 14a4.2 4.2 0 0 0 7 0M9 9.5v.4M15 9.5v.4',
  check: 'M5 12.5l4.7 4.7L19.5 7.4',
  alert: RING + 'M12 7.7v5M12 16.2v.1',
  clock: RING + 'M12 7.2V12l3.2 2',
  star: 'M12 3.6l2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.7-5.2 2.7 1-5.8-4.2-4.1 5.8-.8L12 3.6Z',
};
export const CONTROLS = 'input,textarea,select';

/** The element itself, or the first inside that fits. */
export const at = (element, selector) => (selector ? element.querySelector(selector) : element);
export const attribute = (element, name, value) => {
  if (element && element.getAttribute(name) !== value) element.setAttribute(name, value);
};

/** The line that is being drawn, and those that could not be: by this core, or by one before it that stopped over them. */
let drawing;
const spoilt = new Set();
/** Begins to draw a line. False when it could not be drawn before. */
export const begin_row = (id) => {
  if (drawing) spoilt.add(drawing);
  drawing = id;
  return !spoilt.has(id);
};
/** It is drawn. False when something about it failed. */
export const end_row = () => {
  const fine = !spoilt.has(drawing);
  drawing = undefined;
  return fine;
};
/** What a line is made with, so that one that cannot be made stops nothing else. */
export const careful = (call) => (...given) => {
  try {
    return call(...given);
  } catch (error) {
    if (!drawing) throw error;
    spoilt.add(drawing);
    return document.createElement('li');
  }
};

/** A sign. Assistive technology does not see it: the control around it carries the name. */
export const sign = (path) => {
  const make = (tag, name, value) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
    element.setAttribute(name, value);
    return element;
  };
  const svg = make('svg', 'viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', true);
  svg.append(make('path', 'd', path));
  return svg;
};

/**
 * Builds a tree from a template, which is one of our own: words between spaces.
 *
 *     <tag.class.class   opens an element          >        closes it
 *     name=value         an attribute of it        name     one without a value
 *     @key               a text of the language    ~name    a sign
 *     #name              its hook for tests        :act     a button that does that
 *
 * In a value `+` stands for a space, `$` for the number, and `@key` for a text.
 */
export const build = careful((template, words, number) => {
  const tree = new DocumentFragment();
  let here = tree;
  for (const token of template.split(' ')) {
    const [, mark, name, value] = /^([^\w$]?)([^=]*)=?(.*)$/.exec(token);
    const set = (name, value) => here.setAttribute(name, value);
    if (mark === '<') {
      const [tag, ...classes] = name.split('.');
      const element = document.createElement(tag);
      here.append(element);
      here = element;
      if (classes[0]) set('class', classes.join(' '));
    } else if (mark === '>') here = here.parentNode;
    else if (mark === '@') here.append(words.get(name));
    else if (mark === '~') here.append(sign(SIGNS[name]));
    else if (mark === '#') set('data-test', name);
    else if (mark === ':') {
      set('type', 'button');
      set('data-do', name);
      set('data-test', name);
    } else set(name, value[0] === '@' ? words.get(value.slice(1)) : value.replace(/\+/g, ' ').replace('$', number));
  }
  return tree.firstChild;
});

/** Builds a tree at the end of an element. */
export const grow = (element, selector, template, words, number) => {
  const made = build(template, words, number);
  at(element, selector)?.append(made);
  return made;
};

/** Replaces all text, if it is another: a rewrite would be announced and would drop a selection. */
export const write_text = careful((element, selector, text) => {
  const found = at(element, selector);
  if (found && found.textContent !== text) found.textContent = text;
});
/** As [`write_text`], a text of the language. */
export const write_word = (element, selector, words, key) => write_text(element, selector, words.get(key));
export const put = careful((element, selector, name, value) => attribute(at(element, selector), name, value));
export const toggle = (element, selector, name, on) => at(element, selector)?.toggleAttribute(name, on);
export const find = (element, selector) => at(element, selector);
/** Puts the focus on something, which a dialog of the page's may not want. */
export const settle = (element) => {
  if (element) let_go(element.getRootNode());
  element?.focus();
};
export const focus = (element, selector) => settle(at(element, selector));
/** The looks of everything but the launchers, for all widgets. Made when it is needed: where this file is only read (on a server) there is none. */
let panels;
const sheet = () => (panels ??= new CSSStyleSheet());
/** They have come. */
export const dress = (css) => sheet().replaceSync(css);
const text_of = (element, selector) => at(element, selector)?.textContent ?? '';
export const css = (element, name, value) => element.style.setProperty(name, value);
export const length_css = (element, name, length) => element.style.setProperty(name, length + 'px');

/** Whether something is on the screen and can take the focus. */
const isReachable = (element) =>
  element?.getClientRects().length && !element.hasAttribute('disabled') && getComputedStyle(element).visibility !== 'hidden';
export const is_lost = (root) => !isReachable(root.activeElement);

/** Takes the element with an id, or makes it. Gives its shadow root; throws where there can be none. */
export const place = (id, css) => {
  let host = document.getElementById(id);
  let root = host?.shadowRoot;
  const made = !host || root;
  if (!host) {
    host = document.createElement('div');
    host.id = id;
    document.body.append(host);
  }
  root ??= host.attachShadow({ mode: 'open' });
  root.made = made;
  root.was = !!root.activeElement;
  root.replaceChildren();
  const own = new CSSStyleSheet();
  own.replaceSync(css);
  root.adoptedStyleSheets = [own, sheet()];
  return root;
};

/** The opposite. */
export const leave = (root) => {
  root.replaceChildren();
  root.adoptedStyleSheets = [];
  const { host } = root;
  if (root.made) host.remove();
  else {
    host.removeAttribute('popover');
    host.removeAttribute('data-chinwag');
    host.removeAttribute('data-open');
    host.hidden = false;
  }
  arrange();
};

/** Shows a widget or not, and whether its panel is open. */
export const show_host = (root, shape, on, open) => {
  const { host } = root;
  // A launcher that was built anew has to be put into its place too.
  const launcher = root.querySelector('.launcher,.tab');
  const known = host.hidden === !on && root.launcher === launcher;
  root.launcher = launcher;
  attribute(host, 'data-chinwag', shape);
  host.hidden = !on;
  if (open && !host.hasAttribute('data-open')) lift(host, true);
  host.toggleAttribute('data-open', open);
  if (!known) arrange();
};

/** Whether what is fixed inside an element stands in it and not in the window, by the rules of CSS. */
const holds = (element) => {
  const style = getComputedStyle(element);
  const is = (name) => (style[name] || 'none') !== 'none';
  const changes = /transform|translate|rotate|scale|perspective|filter|contain/;
  return (
    ['transform', 'translate', 'rotate', 'scale', 'perspective', 'filter', 'backdropFilter'].some(is) ||
    /paint|layout|strict|content/.test(style.contain) ||
    changes.test(style.willChange) ||
    style.contentVisibility === 'auto' ||
    (style.containerType || 'normal') !== 'normal'
  );
};
/**
 * Where the page keeps what is fixed in an element of its own (it turns or blurs its body, say), a widget goes to the browser's top
 * layer, which belongs to the window. Not otherwise: there it stands before everything, whatever `--chinwag-z-index` says.
 * `first`: it comes before others there.
 */
const lift = (host, first) => {
  if (!host.showPopover || !host.isConnected) return;
  const shown = host.matches(':popover-open');
  let here = host.parentElement;
  while (!shown && here && !holds(here)) here = here.parentElement;
  if (!shown && !here) return;
  if (shown && first) host.hidePopover();
  host.popover = 'manual';
  if (!shown || first) host.showPopover();
};
/** Launchers of one shape stand beside each other and tabs one above the other, without gaps for those that are hidden. */
const arrange = () => {
  // Without a parent: what a page puts on `Object.prototype` would be walked too.
  const shapes = { __proto__: null };
  document.querySelectorAll('[data-chinwag]:not([hidden])').forEach(({ dataset, shadowRoot }) => {
    const launcher = shadowRoot?.querySelector('.launcher,.tab');
    if (launcher) (shapes[dataset.chinwag] ??= []).push(launcher);
  });
  for (const shape in shapes) {
    let end = 0;
    const shifts = shapes[shape].map((launcher, index) => {
      const half = (shape === 'tab' ? launcher.offsetHeight : launcher.offsetWidth) / 2;
      const shift = index && end + half;
      end = shift + half + 16;
      return shift;
    });
    // Tabs stand around the middle of the edge.
    const middle = shape === 'tab' ? shifts.at(-1) / 2 : 0;
    shifts.forEach((shift, index) => css(shapes[shape][index], '--shift', shift - middle + 'px'));
  }
};

/** Where the panel fills the screen. The same condition stands in `panel.css`. */
const NARROW = '(max-width: 30em), (max-height: 26em)';
/** Calls for everything that concerns a widget; what is returned takes that back. */
export const listen = (root, call) => {
  const narrow = matchMedia(NARROW);
  const off = new AbortController();
  const sizes = new ResizeObserver(call);
  // Capturing, because scrolling does not bubble.
  const on = (target, names) =>
    names.split(' ').forEach((name) => target?.addEventListener(name, call, { capture: true, signal: off.signal }));
  on(root, 'click input keydown keyup keypress submit scroll files');
  on(narrow, 'change');
  on(document, 'visibilitychange');
  on(globalThis.visualViewport, 'resize scroll');
  // A dialog of the page's that wants to keep the focus hears of ours by these, and would take it back.
  for (const name of ['focusin', 'focusout']) root.addEventListener(name, (event) => event.target.getRootNode() === root && event.stopPropagation(), { signal: off.signal });
  root.addEventListener('pointerdown', () => let_go(root), { capture: true, signal: off.signal });
  // What is as large as the window gets another size when the page begins to keep it somewhere else.
  const place = new ResizeObserver(() => lift(root.host));
  place.observe(root.querySelector('.window'));
  off.signal.addEventListener('abort', () => [sizes, place].forEach((observer) => observer.disconnect()));
  return { watch: (element) => sizes.observe(element), narrow: () => narrow.matches, stop: () => off.abort() };
};

/** Takes the focus from the page's own control: with it already gone, a dialog does not learn where it went. */
const let_go = ({ host }) => {
  const active = host && document.activeElement;
  if (active && !host.contains(active) && active !== document.body) active.blur();
};

/** Whether nobody looks at the page. */
export const is_away = () => document.hidden;
/** What a call is about: the kind of an event, or the name of a timer. */
const kind = (call) => call.type ?? String(call);
export const control = (call) => call.target.closest('[data-do]');
/**
 * The key that was pressed; empty while a character is being composed, when every key belongs to that (229 is how older engines say
 * so). Keys that are written into our fields are not the page's: from outside the widget they look as if pressed on nothing, and
 * would set off the page's shortcuts.
 */
const key = (call) => {
  if (call.target.closest(CONTROLS)) call.stopPropagation();
  return call.isComposing || call.keyCode === 229 ? '' : (call.key ?? '');
};

/** Puts a page of the panel in the place of another, which fades out above it. */
export const swap = (main, page) => {
  const old = main.firstElementChild;
  const shown = old?.getClientRects().length;
  const scrolled = shown ? [old, ...old.querySelectorAll('.log,.fields')].map((part) => [part, part.scrollTop]) : [];
  main.replaceChildren(page);
  if (!shown) return;
  const ghost = build('<div.ghost aria-hidden=true inert');
  // Nobody can take it for what is there now: it is no form, and has no hooks.
  const stand = build('<div');
  stand.className = old.className;
  stand.append(...old.childNodes);
  stand.querySelectorAll('[data-test]').forEach((part) => part.removeAttribute('data-test'));
  ghost.append(stand);
  main.append(ghost);
  scrolled.forEach(([part, top]) => ((part === old ? stand : part).scrollTop = top));
  const go = () => ghost.remove();
  ghost.animate({ opacity: [1, 0] }, { duration: 160, fill: 'forwards' }).finished.then(go, go);
};

/** Draws a picture, the site's or a file's, or a letter until it is there. As data onto a canvas: no page has to allow images for it. */
export const picture = async (face, address, letter) => {
  if (face.known === address) return;
  face.known = address;
  write_text(face, '', letter);
  try {
    const answer = await fetch(address, { credentials: 'omit', referrerPolicy: 'no-referrer' });
    const image = await createImageBitmap(await answer.blob());
    const canvas = document.createElement('canvas');
    // A photograph is drawn no larger than it is shown.
    const scale = Math.min(1, 720 / Math.max(image.width, image.height));
    canvas.width = image.width * scale || 1;
    canvas.height = image.height * scale || 1;
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    face.replaceChildren(canvas);
  } catch {
    // The letter stays.
  }
};

/** Keeps the focus inside: after the last control comes the first. True when it did. */
export const turn = (root, panel, back) => {
  const stops = [...panel.querySelectorAll("button,a[href],input,select,textarea,[tabindex='0']")].filter(isReachable);
  if (back) stops.reverse();
  const active = root.activeElement;
  if (active && active !== stops.at(-1) && !(back && active === panel)) return false;
  stops[0]?.focus();
  return true;
};

/** Fills the picker with what the style sheet lists, once. */
export const lay_out_emoji = (grid, words) => {
  const listed = getComputedStyle(grid).getPropertyValue('--list').replace(/["']/g, '').trim();
  if (grid.firstChild || !listed) return;
  for (const sign of listed.split(/\s+/)) grow(grid, '', '<button :pick tabindex=-1', words).append(sign);
  grid.firstChild.tabIndex = 0;
};
/** Moves in a grid of eight columns with the arrow keys. True when the key was one of them. */
export const walk = (grid, from, key, rtl) => {
  const keys = [...grid.children];
  const step = { ArrowLeft: rtl ? 1 : -1, ArrowRight: rtl ? -1 : 1, ArrowUp: -8, ArrowDown: 8, Home: -99, End: 99 }[key];
  const index = keys.indexOf(from);
  if (index < 0 || !step) return false;
  const to = keys[Math.max(0, Math.min(keys.length - 1, index + step))];
  from.tabIndex = -1;
  to.tabIndex = 0;
  to.focus();
  return true;
};

/** Puts the rest of the page out of reach; gives what was not so before. */
export const seclude = (root) => {
  const taken = [];
  for (let here = root.host; here && here !== document.body; here = here.parentElement) {
    for (const other of here.parentElement?.children ?? []) {
      if (other !== here && !other.hasAttribute('inert')) {
        other.setAttribute('inert', '');
        taken.push(other);
      }
    }
  }
  return taken;
};
export const release = (taken) => taken.forEach((other) => other.removeAttribute('inert'));

/** Keeps a full-screen panel inside what the on-screen keyboard leaves free. */
export const fit_screen = (panel, on) => {
  const area = on && globalThis.visualViewport;
  css(panel, '--vh', area ? area.height + 'px' : '');
  css(panel, '--vt', area ? area.offsetTop + 'px' : '');
};

/** A text field as high as its text. */
export const fit_text = (field) => {
  css(field, 'height', 'auto');
  if (field.scrollHeight) css(field, 'height', field.scrollHeight + 'px');
};
/** Takes out so many characters in front of the caret: what came last. */
export const cut = (field, count) => {
  const end = field.selectionEnd;
  field.setRangeText([...field.value.slice(0, end)].slice(0, -count).join(''), 0, end, 'end');
};
export const insert = (field, text) => field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end');

/** The way of pages that have no clipboard: served in the clear, or in a frame that is not allowed it. */
const copy_by_event = (text) => {
  const fill = (event) => {
    event.clipboardData.setData('text/plain', text);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener('copy', fill, true);
  const done = document.execCommand('copy');
  document.removeEventListener('copy', fill, true);
  return done;
};
/** Where copying is not allowed nothing is said; the text can be selected. */
export const copy = (text) => {
  try {
    navigator.clipboard.writeText(text).catch(() => copy_by_event(text));
    return true;
  } catch {
    return copy_by_event(text);
  }
};
/** Offers a text as a file. It is made in the page: no policy for addresses has a say in it. */
export const save = (text) => {
  const file = document.createElement('a');
  file.href = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  file.download = `chat-${new Date().toISOString().slice(0, 10)}.txt`;
  file.click();
  setTimeout(() => URL.revokeObjectURL(file.href), 6e4);
};

// The transcript.

/** Where the upper edge of something is, from that of the log. */
export const top_in = (log, element) => element.getBoundingClientRect().top - log.getBoundingClientRect().top;
export const row_at = (list, index) => list.children[index];
export const trim_rows = (list, last) => (last ? list.lastChild : list.firstChild)?.remove();
/** Tells assistive technology where the rows are among all of them. */
export const number_rows = (list, first, size) =>
  [...list.children].forEach((row, index) => {
    attribute(row, 'aria-setsize', String(size));
    attribute(row, 'aria-posinset', String(first + index + 1));
  });

/** What is filled into a field of a form, in the form's words for it. */
const read = (field) => {
  const inputs = [...field.querySelectorAll(CONTROLS)];
  const [first] = inputs;
  if (first?.type === 'checkbox') return String(first.checked);
  return (first?.type === 'radio' ? inputs.find((input) => input.checked) : first)?.value ?? '';
};

/** One sign that is drawn as a picture: a flag, a key, or a picture with its skin, hair and whatever is joined to it. */
const ONE = '(?:\\p{RI}\\p{RI}|[0-9#*]\\ufe0f?\\u20e3|(?:\\p{Emoji_Presentation}\\ufe0f?|\\p{ExtPict}\\ufe0f|\\p{ExtPict}(?=\\p{EMod}))\\p{EMod}?[\\u{e0020}-\\u{e007f}]*)';
const EMOJI = RegExp(`^\\s*(?:${ONE}(?:\\u200d(?:${ONE}|\\p{ExtPict}))*\\s*){1,6}$`, 'u');
/** Whether a text is a few such signs and nothing else. */
export const is_emoji = (text) => text.length < 100 && EMOJI.test(text);

/** Texts that something holds. One function for all, because each crossing with a text costs as much as this. */
const ANSWERS = {
  kind,
  key,
  text_of,
  read,
  value: (field) => field.value,
  get: (element, name) => element.getAttribute(name) ?? '',
};
export const ask = (object, how, name) => ANSWERS[how](object, name);
