/** For every page of the shop: sends its events to the pages that show events, and shows them here if the page has an element for them. */

import { Source, drawEvents } from './events.js';

const source = new Source();
const place = document.getElementById('events');
if (place) {
  const show = drawEvents(place, source, 'events');
  document.querySelectorAll('input[name=speak]').forEach((choice) =>
    choice.addEventListener('change', () => show(/** @type {any} */ (/** @type {HTMLInputElement} */ (choice).value))),
  );
}

// Buttons of the page that open a widget.
document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('[data-open]') : null;
  if (button instanceof HTMLElement) /** @type {any} */ (window).Chinwag.q.push(['open', button.dataset.open]);
});
