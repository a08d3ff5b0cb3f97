/**
 * Files of a conversation, the page's side: how they are chosen (button, drop, paste), and the requests. A separate file, which is fetched with
 * the panel where the site accepts files. The order of the steps is decided in `src/client/files.rs`; both sides exchange notes in elements of
 * the shadow root (`src/browser/view/files.rs`).
 */

/** @typedef {{ t: 'send' | 'ask' | 'drop', conv: string, id: string, token: string, name: string, size: number, offset: number, begun: boolean }} Order */

const CLIP = 'M20 11.5l-8.4 8.4a5.3 5.3 0 0 1-7.5-7.5l8.6-8.6a3.5 3.5 0 0 1 5 5l-8.6 8.6a1.8 1.8 0 0 1-2.5-2.5l7.8-7.8';
/** The side of a small picture, in pixels. */
const THUMB = 96;

/**
 * Serves the widgets of a page.
 *
 * @param {Element[]} hosts
 * @param {{ server: string, site: string }} where
 */
export function serve(hosts, where) {
  for (const host of hosts) {
    const root = host.shadowRoot ?? host;
    // A core that replaced another one draws into the same roots.
    if (served.has(root)) continue;
    served.add(root);
    new Files(root, where);
  }
}

/** @type {WeakSet<ShadowRoot | Element>} */
const served = new WeakSet();

class Files {
  #root;
  #where;
  /** The files that are being sent. @type {Map<string, File>} */ #files = new Map();
  /** Requests that are under way. @type {Map<string, XMLHttpRequest>} */ #requests = new Map();

  /** @param {ShadowRoot | Element} root @param {{ server: string, site: string }} where */
  constructor(root, where) {
    this.#root = root;
    this.#where = where;
    root.addEventListener('change', (event) => this.#chosen(event));
    root.addEventListener('paste', (event) => this.#pasted(/** @type {ClipboardEvent} */ (event)));
    for (const name of ['dragenter', 'dragover', 'dragleave', 'drop']) root.addEventListener(name, (event) => this.#dragged(/** @type {DragEvent} */ (event)));
    new MutationObserver(() => this.#look()).observe(root, { childList: true, subtree: true });
    this.#look();
  }

  /** Fills new elements of the panel, and takes the notes. */
  #look() {
    for (const label of this.#root.querySelectorAll('.attach:empty')) furnish(label);
    for (const note of this.#root.querySelectorAll('.orders i')) {
      const text = note.textContent;
      if (!text) continue;
      note.remove();
      this.#do(JSON.parse(text));
    }
    for (const thumb of this.#root.querySelectorAll('.upload:not([data-seen])')) {
      thumb.setAttribute('data-seen', '');
      void draw(this.#files.get(thumb.getAttribute('data-id') ?? ''), thumb.querySelector('.thumb'));
    }
  }

  /** @param {Record<string, unknown>} note */
  #tell(note) {
    const told = /** @type {HTMLInputElement | null} */ (this.#root.querySelector('.told'));
    if (!told) return;
    told.value = JSON.stringify(note);
    told.dispatchEvent(new Event('files', { bubbles: true }));
  }

  /** @param {Iterable<File>} files */
  #add(files) {
    for (const file of files) {
      const id = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      this.#files.set(id, file);
      this.#tell({ t: 'add', id, name: file.name, size: file.size });
    }
  }

  /** @param {Event} event */
  #chosen({ target }) {
    if (!(target instanceof HTMLInputElement) || target.type !== 'file') return;
    this.#add([...(target.files ?? [])]);
    // The same file can be chosen again.
    target.value = '';
  }

  /** @param {ClipboardEvent} event */
  #pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || !this.#open()) return;
    event.preventDefault();
    this.#add(files);
  }

  /** @param {DragEvent} event */
  #dragged(event) {
    const write = this.#root.querySelector('.write');
    if (!event.dataTransfer?.types.includes('Files') || !this.#open()) return;
    // Otherwise the browser leaves the page for the file.
    event.preventDefault();
    write?.toggleAttribute('data-over', event.type === 'dragover' || event.type === 'dragenter');
    if (event.type === 'drop') this.#add([...event.dataTransfer.files]);
  }

  /** Whether files can be sent now. */
  #open() {
    const label = /** @type {HTMLElement | null} */ (this.#root.querySelector('.attach'));
    return label && !label.hidden;
  }

  /** @param {Order} order */
  #do({ t, conv, id, token, name, size, offset, begun }) {
    const { server, site } = this.#where;
    const address = `${server}v1/sites/${encodeURIComponent(site)}/conversations/${encodeURIComponent(conv)}/uploads/${encodeURIComponent(id)}`;
    const file = this.#files.get(id);
    if (t === 'drop') {
      this.#files.delete(id);
      const request = this.#requests.get(id);
      this.#requests.delete(id);
      request?.abort();
      if (begun) this.#request('DELETE', address, token);
    } else if (t === 'ask' || !file) this.#request('GET', address, token, id);
    else {
      const query = new URLSearchParams({ name, size: String(size), offset: String(offset) });
      this.#request('POST', `${address}?${query}`, token, id, file, offset);
    }
  }

  /**
   * @param {string} method
   * @param {string} address
   * @param {string} token
   * @param {string} [id] Of the file whose progress and result are reported.
   * @param {File} [file]
   * @param {number} [offset]
   */
  #request(method, address, token, id, file, offset = 0) {
    // Not fetch: only XMLHttpRequest reports how much was sent.
    const request = new XMLHttpRequest();
    request.open(method, address);
    request.setRequestHeader('authorization', `Bearer ${token}`);
    if (file) request.setRequestHeader('content-type', 'application/octet-stream');
    if (id) {
      this.#requests.set(id, request);
      const mine = () => this.#requests.get(id) === request;
      request.upload.onprogress = ({ loaded }) => mine() && this.#tell({ t: 'progress', id, sent: offset + loaded });
      request.onloadend = () => {
        if (!mine()) return;
        this.#requests.delete(id);
        this.#tell({ t: 'answer', id, status: request.status, text: request.responseText });
      };
    }
    request.send(file?.slice(offset));
  }
}

/** A button that is a field for files: every browser lets keyboard and screen reader use it. @param {Element} label */
function furnish(label) {
  const field = document.createElement('input');
  field.type = 'file';
  field.multiple = true;
  field.setAttribute('data-test', 'attach');
  const name = () => field.setAttribute('aria-label', label.getAttribute('title') ?? '');
  new MutationObserver(name).observe(label, { attributeFilter: ['title'] });
  name();
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(document.createElementNS(space, 'path'));
  svg.firstElementChild?.setAttribute('d', CLIP);
  label.append(svg, field);
}

/** Draws a small preview of a file that is a picture. @param {File | undefined} file @param {Element | null} place */
async function draw(file, place) {
  if (!place || !file?.type.startsWith('image/')) return;
  try {
    const image = await createImageBitmap(file, { resizeWidth: THUMB, resizeQuality: 'medium' });
    const canvas = document.createElement('canvas');
    canvas.width = image.width;
    canvas.height = image.height;
    canvas.getContext('2d')?.drawImage(image, 0, 0);
    image.close();
    place.replaceChildren(canvas);
  } catch {
    // This browser cannot read the picture: the file's name is enough.
  }
}
