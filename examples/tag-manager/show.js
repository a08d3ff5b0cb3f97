// For this page only: shows the entries of the data layer.
(function () {
  var place = document.getElementById('layer');
  var push = window.dataLayer.push;
  function show() {
    place.textContent = window.dataLayer.map(function (entry) { return JSON.stringify(entry); }).join('\n');
  }
  window.dataLayer.push = function () {
    var length = push.apply(window.dataLayer, arguments);
    show();
    return length;
  };
  show();
})();
