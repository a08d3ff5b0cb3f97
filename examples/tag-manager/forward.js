// Forwards CTLive messages to the data layer of a tag manager.
//
// Any frame on the page can post a message that looks like one. So the sender is tested: it has to be this very window
// (event.source) and this page's origin (event.origin; the text "null" on file: pages and in sandboxed frames, as self.origin is).
// Testing event.target, as some old samples do, tests nothing: the target of a message is always the window that hears it.
(function () {
  var TYPES = [
    'Loaded', 'WidgetShown', 'WidgetHidden', 'WidgetClicked', 'DatacollectionStarted', 'DatacollectionSubmitted',
    'ChatStarted', 'ChatOnline', 'ChatFinished', 'SurveyStarted', 'SurveySubmitted',
  ];
  window.dataLayer = window.dataLayer || [];

  window.addEventListener('message', function (event) {
    if (event.source !== window || event.origin !== self.origin) return;
    var message = event.data;
    if (!message || message.name !== 'CTLiveEvent' || TYPES.indexOf(message.type) < 0) return;
    var object = message.object || {};
    window.dataLayer.push({
      event: 'chat_' + message.type,
      chat: {
        widget: object.widgetID || '',
        kind: object.type || '',
        id: object.chatID || '',
        // userID is a random id. It is left out: whether it may be joined with analytics is for your privacy notice to say.
      },
    });
  });
})();
