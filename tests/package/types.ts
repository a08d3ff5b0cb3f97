// Code that has to compile, and code that must not: `tsc -p .` fails when one of the expected errors is missing.
import { type Chinwag, type ChinwagEvent, ChinwagError, type ErrorCode, type EventName, type EventOf, type Listener, createChinwag } from 'chinwag';

export function integrate(chat: Chinwag): void {
  chat.on('chatStarted', ({ conversation, widget }) => console.log(conversation.length, widget.length));
  chat.on('unread', (event) => console.log(event.count.toFixed(), event.name satisfies 'unread'));
  chat.on('failed', ({ code }) => console.log(code satisfies ErrorCode));
  chat.on('link', ({ status }) => console.log(status === 'reconnecting'));
  chat.on('*', (event) => {
    console.log(event.name satisfies EventName);
    if (event.name === 'queueMoved') console.log(event.position.toFixed());
    // @ts-expect-error Only some events have it.
    console.log(event.position);
  });
  const listener: Listener<'typing'> = (event) => console.log(event.on, event.who);
  const off: () => void = chat.on('typing', listener);
  chat.off('typing', listener);
  off();

  // Values from the server: the known ones, and any of a later version.
  chat.on('agentLeft', ({ reason }) => console.log(reason === 'released' || reason === 'of_tomorrow'));
  chat.on('refused', ({ code }) => console.log(code === 'no_agents' || code === 'of_tomorrow'));
  chat.on('messageFailed', ({ code }) => console.log(code === 'of_tomorrow', code satisfies string));
  chat.on('link', ({ code }) => console.log(code === 'socket_blocked' || code === 'of_tomorrow'));
  chat.on('chatFinished', ({ by }) => console.log(by === 'agent' || by === 'of_tomorrow'));
  chat.on('failed', ({ code }) => console.log(code === 'wasm_blocked' || code === 'of_tomorrow'));

  // @ts-expect-error A name that is misspelt.
  chat.on('chatStrated', () => {});
  // @ts-expect-error The event has no such member.
  chat.on('opened', (event) => console.log(event.conversation));
  // @ts-expect-error A listener for another event.
  chat.on('opened', listener);
  // @ts-expect-error No status of a link.
  chat.on('link', ({ status }) => console.log(status === 'gone'));
  // @ts-expect-error Values are texts, numbers and booleans.
  chat.setVisitor({ name: {} });
  // @ts-expect-error There has to be a site.
  void createChinwag({ server: 'https://chat.example.com/' });

  const told: ChinwagEvent[] = [];
  chat.on('*', (event) => told.push(event));
  const started = (event: EventOf<'chatStarted'>): string => event.conversation;
  chat.on('chatStarted', started);
  const error: Error = new ChinwagError('misuse');
  console.log(error.message);
}
