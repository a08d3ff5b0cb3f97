'use client';

import { Chat } from './Chat.jsx';

// A component of the server cannot hand over a function: this one does.
export function Ask({ server, site }) {
  return (
    <Chat server={server} site={site} onEvent={(event) => console.log(event.name)}>
      {({ ready, unread, open }) => (
        <button type="button" disabled={!ready} onClick={open}>
          Ask us{unread > 0 && ` (${unread})`}
        </button>
      )}
    </Chat>
  );
}
