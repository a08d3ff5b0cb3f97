/**
 * Posts a form to a new window: how a file of a chat server is got (G2.5 `downloadFile`). The page keeps nothing of it.
 *
 * @param {Document} document
 * @param {string} address
 * @param {string[]} fields Names and values, one after the other.
 */
export function postToWindow(document, address, fields) {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = address;
  form.target = '_blank';
  form.hidden = true;
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const input = document.createElement('input');
    input.type = 'hidden';
    input.name = `${fields[at]}`;
    input.value = `${fields[at + 1]}`;
    form.append(input);
  }
  document.body.append(form);
  form.submit();
  form.remove();
}
