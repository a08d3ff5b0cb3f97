// A network for the desk's tests.

const own = { fetch: globalThis.fetch, WebSocket: globalThis.WebSocket };
let waiting = [];
let requests = [];
let last;
let socket;

export function restore() {
  Object.assign(globalThis, own);
}

export function answers(list) {
  waiting = JSON.parse(list);
  requests = [];
  globalThis.fetch = async (request) => {
    last = request;
    const headers = ['authorization', 'content-type'].map((name) => `${name}: ${request.headers.get(name)}`).join('\n');
    requests.push(`${request.method} ${new URL(request.url).pathname} ${await request.text()}\n${headers}`);
    if (waiting.length === 0) {
      return new Promise((_, reject) => {
        if (request.signal.aborted) reject(request.signal.reason);
        request.signal.addEventListener('abort', () => reject(request.signal.reason));
      });
    }
    const next = waiting.shift();
    if (next === null) throw new TypeError('no network');
    return new Response(next[1], { status: next[0] });
  };
}

export const asked = () => requests;
export const aborted = () => last.signal.aborted;

export function stageSocket(way) {
  if (way === 'missing') {
    delete globalThis.WebSocket;
    return;
  }
  globalThis.WebSocket = class extends EventTarget {
    heard = [];
    readyState = 0;
    constructor() {
      super();
      if (way === 'exception') throw new DOMException('not here', 'SecurityError');
      if (way === 'text') throw 'not here';
      if (way === 'nothing') throw undefined;
      socket = this;
    }
    send(text) {
      this.heard.push(text);
    }
    close() {
      this.heard.push('closed');
    }
  };
}

function happens(state, event) {
  socket.readyState = state;
  socket.dispatchEvent(event);
}

export const socketOpens = () => happens(1, new Event('open'));
export const socketSays = (data) => happens(1, new MessageEvent('message', { data }));
export function socketCloses(code) {
  happens(3, new Event('error'));
  happens(3, new CloseEvent('close', { code }));
}
export const socketHeard = () => socket.heard;
