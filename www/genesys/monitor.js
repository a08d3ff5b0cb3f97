/**
 * The bus monitor of the demo page, which is an ordinary extension: it subscribes to every event and registers a `before` for every
 * command that the bus knows, and shows the answers and events.
 */

// A block, so that its names do not become globals of the page.
{
  const page = /** @type {any} */ (window);
  /** The channel to the demo's pages that show events. */
  const channel = 'BroadcastChannel' in window ? new BroadcastChannel('chinwag-events') : undefined;
  /** The most rows in the list. */
  const MOST = 300;
  /** Plugins after whose `ready` there are further events and commands. */
  const PLUGINS =
    'App WebChat WebChatService Toaster Overlay Callback CallbackService ChannelSelector Watchman SideBar Calendar SendMessage WindowManager StatsService Workshop'.split(' ');

  /** Buttons: text, command, options. @type {[string, string, unknown?][]} */
  const COMMANDS = [
    ['Open', 'WebChat.open'],
    ['Open, filled in', 'WebChat.open', { form: { firstname: 'Vera', email: 'vera@example.com' } }],
    ['Open, no form', 'WebChat.open', { form: false, proactive: true, proactiveData: { from: 'a button' } }],
    ['Another form', 'WebChat.open', { formJSON: { inputs: [{ name: 'order', label: 'Order number', placeholder: 'OT-', required: true }, { name: 'words', label: 'What happened?', type: 'textarea' }] } }],
    ['Minimize', 'WebChat.minimize'],
    ['Close', 'WebChat.close'],
    ['End the chat', 'WebChat.endChat'],
    ['Inject a message', 'WebChat.injectMessage', { type: 'html', name: 'Ottavento', text: 'A note of the page, with a <i>little</i> markup: <ul><li>56 cm</li><li>58 cm</li></ul>' }],
    ['Overlay in the chat', 'WebChat.showOverlay', { html: '<h3>Opening hours</h3><p>Monday to Friday, nine to seven.</p>' }],
    ['Hide that overlay', 'WebChat.hideOverlay'],
    ['Invite', 'WebChat.invite'],
    ['Hide the button', 'WebChat.hideChatButton'],
    ['Show the button', 'WebChat.showChatButton'],
    ['Send “Hello”', 'WebChatService.sendMessage', { message: 'Hello' }],
    ['Transcript', 'WebChatService.getTranscript'],
    ['Agents', 'WebChatService.getAgents'],
    ['A toast', 'Toaster.open', { title: 'Your bicycle is ready', body: 'Come and try it.', buttons: { type: 'binary', primary: 'On my way', secondary: 'Later' } }],
    ['Choose a channel', 'ChannelSelector.open'],
    ['A call back', 'Callback.open'],
    ['Dark', 'App.setTheme', { theme: 'dark' }],
    ['Light', 'App.setTheme', { theme: 'light' }],
    ['Italian', 'App.setLanguage', { lang: 'it' }],
    ['Help of the page’s plugin', 'Workshop.help'],
  ];

  const widgets = page._genesys.widgets;
  widgets.main.i18n.it = { webchat: { ChatButton: 'Chieda all’officina', ChatTitle: 'Consigli dall’officina', ChatFormFirstName: 'Nome', ChatFormEmail: 'E-mail', ChatFormSubject: 'Di che cosa si tratta?' } };

  /** Rows that came before the list was on the page. @type {HTMLElement[]} */
  const early = [];
  const byId = (/** @type {string} */ id) => document.getElementById(id);

  /** Any value as text: JSON, with functions, elements and jQuery objects in short. @param {unknown} value */
  const words = (value) => {
    const seen = new Set();
    /** @param {any} one @param {number} depth @returns {any} */
    const plain = (one, depth) => {
      if (typeof one === 'function') return 'ƒ';
      if (typeof one !== 'object' || one === null) return one;
      if (one instanceof Element) return `<${one.localName}${one.id ? `#${one.id}` : ''}>`;
      if (one instanceof RegExp) return String(one);
      if (one.jquery) return `jQuery ${[...one].map((/** @type {any} */ each) => plain(each, 9)).join(' ')}`;
      if (seen.has(one) || depth > 5) return '…';
      seen.add(one);
      /** @type {any} */
      const out = Array.isArray(one) ? [] : {};
      for (const key of Object.keys(one)) out[key] = plain(one[key], depth + 1);
      return out;
    };
    return JSON.stringify(plain(value, 0), undefined, 2) ?? 'nothing';
  };

  /** @param {HTMLElement} row */
  const wanted = (row) => {
    const input = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (byId(id));
    const text = input('filter').value.trim().toLowerCase();
    return input(row.dataset.kind === 'event' ? 'events' : 'sent').checked && (row.dataset.path ?? '').toLowerCase().includes(text);
  };

  /** Adds a row to the list. @param {string} kind `event` or `command`. @param {string} path @param {unknown} data */
  const note = (kind, path, data) => {
    const row = document.createElement('li');
    row.dataset.kind = kind;
    row.dataset.path = path;
    const details = document.createElement('details');
    const summary = document.createElement('summary');
    const time = document.createElement('time');
    time.textContent = new Date().toLocaleTimeString('en-GB');
    const what = document.createElement('span');
    what.className = 'kind';
    what.textContent = kind;
    const name = document.createElement('code');
    name.textContent = path;
    summary.append(time, ' ', what, ' ', name);
    const text = document.createElement('pre');
    text.tabIndex = 0;
    text.textContent = words(data);
    const payload = { kind, name: path, data: data === undefined ? null : JSON.parse(words(data)) };
    channel?.postMessage({ list: 'genesys', row: { at: Date.now(), type: path, words: '', payload, wrong: [], page: location.pathname } });
    details.append(summary, text);
    row.append(details);
    const list = byId('monitor');
    if (!list) {
      early.push(row);
      return;
    }
    row.hidden = !wanted(row);
    list.prepend(row);
    while (list.children.length > MOST) list.lastElementChild?.remove();
  };

  widgets.extensions['BusMonitor'] = (/** @type {any} */ _$, /** @type {any} */ CXBus) => {
    const monitor = CXBus.registerPlugin('BusMonitor');
    const known = new Set();
    const scan = () => {
      const all = monitor.registry();
      for (const name in all) {
        if (name === 'BusMonitor') continue;
        for (const event of new Set(['ready', ...all[name].events])) {
          const path = `${name}.${event}`;
          if (known.has(path)) continue;
          known.add(path);
          monitor.subscribe(path, (/** @type {any} */ e) => {
            if (event === 'ready') scan();
            note('event', path, e.data);
          });
        }
        for (const command of all[name].commands) {
          const path = `${name}.${command}`;
          if (known.has(`${path}()`)) continue;
          known.add(`${path}()`);
          monitor.before(path, (/** @type {unknown} */ options) => {
            note('command', path, options);
            return options;
          });
        }
      }
    };
    for (const name of PLUGINS) {
      known.add(`${name}.ready`);
      monitor.subscribe(`${name}.ready`, (/** @type {any} */ e) => {
        scan();
        note('event', `${name}.ready`, e.data);
      });
    }
    scan();
    monitor.ready();
    monitor.republish('ready');
  };

  document.addEventListener('DOMContentLoaded', () => {
    const list = /** @type {HTMLElement} */ (byId('monitor'));
    early.forEach((row) => list.prepend(row));
    const sift = () => [...list.children].forEach((row) => (/** @type {HTMLElement} */ (row).hidden = !wanted(/** @type {HTMLElement} */ (row))));
    for (const id of ['filter', 'events', 'sent']) byId(id)?.addEventListener('input', sift);
    byId('clear')?.addEventListener('click', () => list.replaceChildren());
    const answer = /** @type {HTMLElement} */ (byId('answer'));
    for (const [label, command, options] of COMMANDS) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'button plain';
      button.textContent = label;
      button.title = command;
      const tell = (/** @type {string} */ outcome) => (/** @type {unknown} */ value) => {
        answer.textContent = `${command} ${outcome}: ${words(value)}`;
      };
      // A copy, because the page's own `before` functions change their arguments.
      button.addEventListener('click', () => page.CXBus.command(command, structuredClone(options)).done(tell('resolved')).fail(tell('rejected')));
      byId('commands')?.append(button);
    }
  });
}
