// Adds the script like a tag manager does for a custom tag. The widget finds its tag all the same.
(function () {
  var script = document.createElement('script');
  script.async = true;
  script.src = '/chinwag.js';
  script.dataset.site = 'demo';
  document.head.appendChild(script);
})();
