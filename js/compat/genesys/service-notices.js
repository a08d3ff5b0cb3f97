/** WebChatService's handlers of the link's notices: they publish events, and settle the commands that wait (G2.2, G2.6). */

import { add, isArray } from './safe.js';

/** @typedef {import('./link.js').Notice} Notice */
/** @typedef {import('./session.js').Session} Session */

/** @param {Session} session @param {Notice} notice */
export function hear(session, notice) {
  if (session.held && notice.what === 'events') add(session.held, notice);
  else if (ALOUD.includes(notice.what)) session.publish(notice.what);
  else NOTICES[notice.what]?.(session, notice);
}

/** Notices that are published under their own name. */
const ALOUD = [
  'restoreTimeout', 'restoreFailed', 'sleeping', 'waking', 'clientTypingStarted', 'clientTypingStopped', 'connectionPending',
  'connectionRestored', 'chatServerWentOffline', 'chatServerBackOnline',
];

/** The handlers of the other notices. @type {Record<string, (session: Session, notice: Notice) => void>} */
const NOTICES = {
  started: (session, notice) => {
    session.begin(notice);
    session.waiting.started();
  },
  // Another core took over the same session: no event.
  restored: (session, notice) => session.isOf(notice) || session.begin(notice),
  restoredOffline: (session, notice) => {
    session.down = true;
    session.begin(notice);
  },
  events: (session, { events, restoring, over, idle }) => {
    session.transcript.take(isArray(events) ? events : [], restoring === true, false, idle);
    if (over === true) finish(session);
  },
  over: finish,
  pollingStarted: (session) => session.active && session.poll(true),
  pollingStopped: (session) => session.active && session.poll(false),
  answer: ({ waiting }, notice) => waiting.answered(notice),
  ended: (session) => {
    if (!session.active) return;
    session.poll(false);
    const nobody = { numAgentsConnected: 0 };
    session.publish('supervisorDisconnected', nobody);
    session.publish('agentDisconnected', nobody);
    session.publish('clientDisconnected', nobody);
    session.finish();
  },
  refused: ({ waiting }, notice) => waiting.refused(notice),
  queued: ({ waiting }, notice) => waiting.queued(notice),
  sent: ({ waiting }, notice) => waiting.sent(notice),
  failed: ({ waiting }, notice) => waiting.failed(notice),
  disconnected: (session) => {
    session.down = true;
    session.publish('disconnected');
  },
  reconnected: (session) => {
    session.down = false;
    session.publish('reconnected');
  },
};

/** @param {Session} session */
function finish(session) {
  if (session.active) session.finish();
}
