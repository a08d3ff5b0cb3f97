/**
 * Posts a form to a new window: how a file of a chat server is got (G2.5 `downloadFile`). The page keeps nothing of it.
 *
 * @param {Document} document
 * @param {string} address
 * @param {[string, string][]} fields Names and values.
 */
export function postToWindow(document, address, fields) {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = address;
  form.target = '_blank';
  form.hidden = true;
  for (const [name, value] of fields) {
    const input = document.createElement('input');
    input.type = 'hidden';
    input.name = name;
    input.value = value;
    form.append(input);
  }
  document.body.append(form);
  form.submit();
  form.remove();
}
