// Works before and after the script is loaded.
window.Chinwag = window.Chinwag || { q: [] };

// Values that the shop knows already need not be typed again. The names are those of the form's fields.
window.Chinwag.q.push(['setVisitor', { nickname: 'Mara' }]);

window.Chinwag.q.push([
  'on',
  'unread',
  function (event) {
    document.getElementById('unread').textContent = event.count;
  },
]);

document.addEventListener('click', function (event) {
  if (event.target.id === 'ask') window.Chinwag.q.push(['open']);
});
