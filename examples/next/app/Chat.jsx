'use client';

import { createChinwag } from 'chinwag';
import { useEffect, useRef, useState } from 'react';

/**
 * The widget as a component. It draws itself at the end of the page's body, so the component itself shows nothing; `children` is a
 * function that gets what a page needs to know.
 *
 * Made for React's strict mode, which mounts, takes down and mounts again: the signal takes the first one down before it has begun.
 */
export function Chat({ server, site, locale, onEvent, children }) {
  const [chat, setChat] = useState(null);
  const [unread, setUnread] = useState(0);
  // The newest listener is called, without starting the widget anew whenever the parent renders.
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
        // Taken down before it was ready is no error; for the rest, the reason is on the console.
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
