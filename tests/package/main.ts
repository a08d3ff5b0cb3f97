// Code of an integrator, with the types of the package: `tsc -p .` fails when they do not match.
import { type Chinwag, ChinwagError, createChinwag } from 'chinwag';

const address = new URLSearchParams(location.search);
const status = document.getElementById('status') as HTMLElement;

try {
  const chat: Chinwag = await createChinwag({ server: address.get('server') ?? location.origin, site: address.get('site') ?? 'demo' });
  chat.on('opened', (event) => (status.textContent = `opened ${event.element}`));
  document.getElementById('open')?.addEventListener('click', () => chat.open());
  document.getElementById('leave')?.addEventListener('click', () => {
    chat.destroy();
    status.textContent = 'gone';
  });
  status.textContent = `${chat.getState().status}: ${chat.getState().widgets.length}`;
} catch (error) {
  status.textContent = error instanceof ChinwagError ? error.code : String(error);
}
