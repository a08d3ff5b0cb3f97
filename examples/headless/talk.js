/** A chat that the page draws itself: one function draws the widget's state, and each action of the visitor is a call of the API. */

const $ = (id) => document.getElementById(id);
const chat = (name, ...given) => (window.Chinwag ||= { q: [] }).q.push([name, ...given]);

const WORDS = {
  engagement: 'Ask us anything',
  form: 'Before we start',
  new: 'Write your first message',
  starting: 'One moment…',
  queued: 'Waiting for somebody',
  online: 'Connected',
  ended: 'The conversation is over',
  survey: 'How was it?',
  thanks: 'Thank you',
  refused: 'Nobody is here at the moment',
};
const PROBLEMS = { missing: 'is needed', invalid: 'cannot be right', too_long: 'is too long' };

function draw() {
  const [widget] = window.Chinwag.getState().widgets;
  if (!widget) return;
  const { stage, title, chat: talk, form } = widget;
  $('title').textContent = talk?.agents.map(({ name }) => name).join(', ') || title;
  $('status').textContent = talk?.position ? `${WORDS.queued}: place ${talk.position}` : (WORDS[stage] ?? '');
  $('log').replaceChildren(...(talk?.entries ?? []).map(row));
  $('typing').textContent = talk?.typing ? `${talk.typing.name} is typing…` : '';
  drawForm(form);
  $('compose').hidden = !['new', 'starting', 'queued', 'online'].includes(stage) || !talk;
  $('begin').hidden = !['engagement', 'ended', 'thanks', 'refused'].includes(stage);
  $('end').hidden = !['queued', 'online'].includes(stage);
}

function row({ kind, party, name, text, file, state }) {
  const line = document.createElement('li');
  line.className = kind === 'message' || kind === 'file' ? `${party} ${state}` : 'note';
  if (file?.address) {
    const link = document.createElement('a');
    link.href = file.address;
    link.textContent = file.name;
    line.append(link);
  } else {
    line.textContent = text ?? file?.name ?? { joined: `${name} is here`, left: `${name} has left`, warned: 'Are you still there?', ended: 'It is over' }[kind] ?? '';
  }
  return line;
}

/** The form and its values stay; only the problems are drawn again. */
function drawForm(form) {
  const place = $('form');
  place.hidden = !form;
  const key = form ? `${form.survey} ${form.fields.map(({ name }) => name)}` : '';
  if (place.dataset.key !== key) {
    place.dataset.key = key;
    place.replaceChildren(...(form ? [heading(form), ...form.fields.map(field), button(form.submit || 'Send')] : []));
  }
  for (const { name, problem } of form?.fields ?? []) place.querySelector(`[data-of="${CSS.escape(name)}"]`).textContent = PROBLEMS[problem] ?? '';
}

function heading({ title }) {
  const words = document.createElement('p');
  words.textContent = title;
  return words;
}

function field({ name, kind, label, value, options, min, max }) {
  const rating = max === undefined ? [] : Array.from({ length: max - min + 1 }, (_, at) => ({ value: `${min + at}`, label: `${min + at}` }));
  const choices = [...options, ...rating];
  const control = document.createElement(choices.length ? 'select' : kind === 'textarea' ? 'textarea' : 'input');
  if (choices.length) control.append(...[{ value: '', label: '' }, ...choices].map((choice) => new Option(choice.label, choice.value)));
  if (kind === 'checkbox') Object.assign(control, { type: 'checkbox', checked: value === 'true' });
  else control.value = value;
  control.name = name;
  const whole = document.createElement('label');
  const problem = document.createElement('span');
  problem.className = 'problem';
  problem.dataset.of = name;
  whole.append(`${label} `, control, ' ', problem);
  return whole;
}

function button(words) {
  const send = document.createElement('button');
  send.textContent = words;
  return send;
}

$('form').addEventListener('submit', (event) => {
  event.preventDefault();
  const controls = [...$('form').elements].filter(({ name }) => name);
  chat('submit', Object.fromEntries(controls.map((control) => [control.name, control.type === 'checkbox' ? (control.checked ? 'true' : '') : control.value])));
});
$('compose').addEventListener('submit', (event) => {
  event.preventDefault();
  chat('sendMessage', $('text').value);
  chat('setTyping', false);
  $('text').value = '';
});
$('text').addEventListener('input', () => chat('setTyping', $('text').value !== ''));
$('begin').addEventListener('click', () => {
  const [widget] = window.Chinwag?.getState?.().widgets ?? [];
  chat(['ended', 'thanks', 'refused'].includes(widget?.stage) ? 'restart' : 'open');
});
$('end').addEventListener('click', () => chat('end'));
chat('on', 'changed', draw);
