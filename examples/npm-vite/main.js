import { ChinwagError, createChinwag } from 'chinwag';

try {
  const chat = await createChinwag({ server: import.meta.env.VITE_CHAT_SERVER ?? 'http://127.0.0.1:8080/', site: 'demo' });
  const ask = document.getElementById('ask');
  ask.disabled = false;
  ask.addEventListener('click', () => chat.open());
  chat.on('chatStarted', ({ conversation }) => console.log('a chat began:', conversation));
} catch (error) {
  if (!(error instanceof ChinwagError)) throw error;
  // The reason is on the console already; the page works without a chat.
  document.getElementById('ask').replaceWith('The chat is not there at the moment.');
}
