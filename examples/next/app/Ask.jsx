'use client';

import { Chat } from './Chat.jsx';

// A server component cannot pass a function as a child: this client component does.
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
