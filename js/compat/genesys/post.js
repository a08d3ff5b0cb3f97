/**
 * Posts a form to a new window: this is how a file is downloaded from a chat server (G2.5 `downloadFile`). The form is removed from the page at once.
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
