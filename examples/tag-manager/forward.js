// Forwards CTLive messages to the data layer of a tag manager.
//
// Any frame on the page can post a message that looks like a CTLive message. So the sender is checked: it has to be this same window
// (event.source) and this page's origin (event.origin; the text "null" on file: pages and in sandboxed frames, as self.origin is).
// A check of event.target, as in some old samples, is useless: the target of a message is always the window that receives it.
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
        // userID is a random id. It is left out: your privacy notice decides whether it may be joined with analytics.
      },
    });
  });
})();
