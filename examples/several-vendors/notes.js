// Three scripts of a page, written for different vendors. Each gets the events of the same conversation in its own vocabulary.
(function () {
  function note(who, what) {
    var place = document.getElementById('notes');
    if (place) place.textContent += who + ': ' + what + '\n';
  }

  // A script that was written for CTLive.
  window.addEventListener('message', function (event) {
    if (event.source !== window || event.origin !== self.origin) return;
    if (event.data && event.data.name === 'CTLiveEvent') note('CTLive', event.data.type);
  });

  // A script that was written for Genesys Widgets.
  window._genesys = {
    widgets: {
      main: {},
      webchat: {},
      extensions: {
        Notes: function ($, CXBus) {
          var plugin = CXBus.registerPlugin('Notes');
          ['started', 'restored', 'agentConnected', 'messageReceived', 'ended'].forEach(function (name) {
            plugin.subscribe('WebChatService.' + name, function () { note('Genesys', name); });
          });
          plugin.ready();
        },
      },
    },
  };

  // A script that was written for Chinwag. The list is read when the widget's script is loaded.
  window.Chinwag = window.Chinwag || { q: [] };
  ['chatStarted', 'chatOnline', 'messageReceived', 'chatFinished'].forEach(function (name) {
    window.Chinwag.q.push(['on', name, function () { note('Chinwag', name); }]);
  });
})();
