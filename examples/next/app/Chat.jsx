'use client';

import { createChinwag } from 'chinwag';
import { useEffect, useRef, useState } from 'react';

/**
 * The widget as a component. It draws itself at the end of the page's body, so the component itself renders nothing of it; `children` is a
 * function that gets `ready`, `unread` and `open` for the page's own elements.
 *
 * Works in React's strict mode, which mounts, unmounts and mounts again: the signal stops the first widget before it has started.
 */
export function Chat({ server, site, locale, onEvent, children }) {
  const [chat, setChat] = useState(null);
  const [unread, setUnread] = useState(0);
  // The ref has the newest listener, so the widget is not started again whenever the parent renders.
  const listener = useRef(onEvent);
  useEffect(() => {
    listener.current = onEvent;
  });

  useEffect(() => {
    const gone = new AbortController();
    createChinwag({ server, site, locale, signal: gone.signal }).then(
      (made) => {
        made.on('*', (event) => {
          if (event.name === 'unread') setUnread(event.count);
          listener.current?.(event);
        });
        setChat(made);
      },
      (error) => {
        // Unmounting before the widget is ready is no error; for other errors the reason is on the console.
        if (error.code !== 'aborted') listener.current?.({ name: 'failed', code: error.code });
      },
    );
    return () => {
      gone.abort();
      setChat(null);
      setUnread(0);
    };
  }, [server, site, locale]);

  return children({ ready: chat !== null, unread, open: () => chat?.open() });
}
