/** The inspector on the pages of the shop: a drawer at the lower left, or the whole page where there is a place for it. */

import { Source, drawInspector } from './inspector.js';

const source = new Source();
const place = document.getElementById('inspector');
if (place) drawInspector(place, source);
else addDrawer();

// Buttons of the page that open a widget.
document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('[data-open]') : null;
  if (button instanceof HTMLElement) /** @type {any} */ (window).Chinwag.q.push(['open', button.dataset.open]);
});

function addDrawer() {
  const drawer = document.createElement('details');
  drawer.className = 'drawer';
  const handle = document.createElement('summary');
  const inside = document.createElement('div');
  drawer.append(handle, inside);
  document.body.append(drawer);
  drawInspector(inside, source);
  const count = () => {
    const { messages } = source.rows;
    handle.textContent = `Events ${messages.length}`;
    handle.classList.toggle('bad', source.wrong > 0);
  };
  source.addEventListener('change', count);
  count();
}
