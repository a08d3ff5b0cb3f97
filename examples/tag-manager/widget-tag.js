// As a tag manager does with a custom tag: the script is added by hand. The widget finds its tag all the same.
(function () {
  var script = document.createElement('script');
  script.async = true;
  script.src = '/chinwag.js';
  script.dataset.site = 'demo';
  document.head.appendChild(script);
})();
