/**
 * Keeps the events that come before the list of events is loaded. It is placed before the widget's script, so that no event is missed.
 *
 * The test of the sender is the one that a listener on any page should make: this window and this origin. (Comparing
 * `event.target.location.origin` with the page's own, as old samples do, is always true and accepts every frame.) In a sandboxed frame
 * and in a file `event.origin` is the text "null", and so is `self.origin`.
 */
'use strict';

window.inspected = [];
window.addEventListener('message', function (event) {
  if (event.source !== window || event.origin !== self.origin) return;
  window.inspected.push({ list: 'messages', at: Date.now(), payload: event.data });
});
document.addEventListener('securitypolicyviolation', function (event) {
  window.inspected.push({ list: 'violations', at: Date.now(), payload: { name: event.violatedDirective, address: event.blockedURI } });
});
window.Chinwag = window.Chinwag || { q: [] };
window.Chinwag.q.push([
  'on',
  '*',
  function (event) {
    window.inspected.push({ list: 'events', at: Date.now(), payload: event });
  },
]);
