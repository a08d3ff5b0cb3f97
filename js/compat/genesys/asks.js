/** Commands of WebChatService that a chat server of the vendor's answers (G2.5, G4.2). Our own link answers them in another way, or not at all. */

import { copy, isArray, read } from './safe.js';
import { NO_SESSION, PRIVATE } from './service-words.js';
import { userDataOf } from './values-of.js';

/** @typedef {import('./commands.js').BusCommand} BusCommand */
/** @typedef {import('./deferred.js').Deferred} Deferred */

/** The link's refusals, in the contract's words. @type {Record<string, string>} */
export const REFUSALS = {
  no_session: NO_SESSION,
  poll_running: 'previous poll has not finished',
  not_polling: 'Not currently polling. Ignoring command.',
  malformed: 'There is no file of this name',
};

/**
 * @param {(what: Record<string, unknown>, deferred: Deferred, file?: unknown) => void} ask An operation that only a chat server's link has.
 * @param {() => boolean} isActive
 * @param {(data: Record<string, unknown>) => Record<string, unknown>} merge Adds to the data of the next start; returns all of that data.
 * @returns {Record<string, (command: BusCommand) => void>}
 */
export function serverCommands(ask, isActive, merge) {
  /** @param {BusCommand['deferred']} deferred @param {() => void} then */
  const during = (deferred, then) => (isActive() ? then() : void deferred.reject(NO_SESSION));
  return {
    sendTyping: ({ data, deferred }) =>
      during(deferred, () => ask({ do: 'typing', text: `${read(data, 'message') ?? ''}` }, deferred)),
    updateUserData: ({ data, deferred }) => {
      if (isActive()) ask({ do: 'updateData', data: userDataOf(data) ?? {} }, deferred);
      else deferred.resolve(merge(copy(data, {})));
    },
    sendCustomNotice: ({ data, deferred }) =>
      during(deferred, () => ask({ do: 'customNotice', text: `${read(data, 'message') ?? ''}` }, deferred)),
    poll: ({ commander, deferred }) => {
      if (commander === 'WebChatService') ask({ do: 'poll' }, deferred);
      else deferred.reject(PRIVATE);
    },
    startPoll: ({ deferred }) => during(deferred, () => ask({ do: 'startPoll' }, deferred)),
    stopPoll: ({ deferred }) => ask({ do: 'stopPoll' }, deferred),
    resetPollExceptions: ({ deferred }) => ask({ do: 'resetPollFailures' }, deferred),
    getFileLimits: ({ deferred }) => during(deferred, () => ask({ do: 'fileLimits' }, deferred)),
    sendFile: ({ data, deferred }) =>
      during(deferred, () => {
        const files = read(data, 'files');
        // A FileList is no array.
        const file = read(files, '0') ?? (isArray(files) ? undefined : files);
        if (file instanceof Blob) ask({ do: 'fileUpload' }, deferred, file);
        else deferred.reject('No file was given');
      }),
    downloadFile: ({ data, deferred }) =>
      during(deferred, () => ask({ do: 'fileDownload', file: `${read(data, 'fileId') ?? ''}` }, deferred)),
  };
}
