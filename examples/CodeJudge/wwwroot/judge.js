// The page of the judge. Content of submissions is always inserted as text, never as markup.

const find = id => document.getElementById(id);

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

async function call(path, options) {
  const response = await fetch(path, options);
  const body = await response.json();
  if (!response.ok) {
    throw new Error(body.errors ? Object.values(body.errors).flat().join(' ') : body.detail ?? body.title);
  }
  return body;
}

const verdictWords = {
  Accepted: 'Accepted', WrongAnswer: 'Wrong answer', RuntimeError: 'Runtime error', TimeLimitExceeded: 'Time limit',
  MemoryLimitExceeded: 'Memory limit', OutputLimitExceeded: 'Output limit', FileLimitExceeded: 'File limit',
  ProcessLimitExceeded: 'Process limit', ForbiddenCall: 'Forbidden call', CompilationError: 'Compilation error', JudgeError: 'Judge error',
};

function colorOf(verdict) {
  return verdict === 'Accepted' ? 'good' : /Limit/.test(verdict) ? 'limit' : 'bad';
}

function badge(verdict, state) {
  return verdict
    ? make('span', { className: `verdict ${colorOf(verdict)}`, textContent: verdictWords[verdict] })
    : make('span', { className: 'verdict', textContent: state === 'Running' ? 'Running …' : 'Waiting …' });
}

const time = milliseconds => milliseconds === 0 ? '–' : milliseconds >= 1000 ? `${(milliseconds / 1000).toFixed(2)} s` : `${Math.round(milliseconds)} ms`;
const memory = bytes => bytes === 0 ? '–' : bytes >= 1 << 20 ? `${Number((bytes / (1 << 20)).toFixed(1))} MiB` : `${Math.round(bytes / 1024)} KiB`;

let problems = [];
let languages = [];
let programs = [];
let problem;
let watched;
let events;
let oldest;

const languageName = id => languages.find(language => language.id === id)?.name ?? id;
const problemTitle = id => problems.find(candidate => candidate.id === id)?.title ?? id;

// --- problems ---

function showProblems() {
  find('problems').replaceChildren(...problems.map(candidate =>
    make('li', {}, make('a', { href: `#/problems/${candidate.id}`, textContent: candidate.title }))));
}

function showProblem(id) {
  problem = problems.find(candidate => candidate.id === id) ?? problems[0];
  key = null;
  for (const link of find('problems').querySelectorAll('a')) {
    link.toggleAttribute('aria-current', link.hash === `#/problems/${problem.id}`);
  }
  find('title').textContent = problem.title;
  find('limits').textContent =
    `${problem.timeLimit} s · ${memory(problem.memoryLimit)} · ${problem.testCount} tests${problem.isInteractive ? ' · interactive' : ''}`;
  find('text').replaceChildren(...problem.statement.trim().split(/\n\s*\n/).map(text => make('p', { textContent: text })));
  find('examples').replaceChildren(...problem.examples.flatMap(example => [
    make('div', {}, make('h3', { textContent: 'Input' }), make('pre', { textContent: example.input })),
    make('div', {}, make('h3', { textContent: 'Output' }), make('pre', { textContent: example.output })),
  ]));
  showSamples();
}

function showLanguages() {
  find('languages').replaceChildren(...languages.map(language => make('li', {
    textContent: language.name, className: language.missing ? 'missing' : '', title: language.missing ?? 'Available',
  })));
  find('language').replaceChildren(...languages.map(language => make('option', {
    value: language.id, textContent: language.missing ? `${language.name} (not available)` : language.name, disabled: Boolean(language.missing),
  })));
}

function showSamples() {
  const group = (label, isHostile) => make('optgroup', { label }, ...programs
    .map((program, index) => ({ program, index }))
    .filter(({ program }) => program.isHostile === isHostile && program.problem === problem.id)
    .map(({ program, index }) => make('option', { value: String(index), textContent: program.name })));
  const groups = [group('Solutions', false), group('Hostile', true)].filter(candidate => candidate.children.length > 0);
  find('sample').replaceChildren(make('option', { value: '', textContent: 'None' }), ...groups);
}

// --- submitting ---

find('sample').addEventListener('change', event => {
  const program = programs[event.target.value];
  if (program) {
    find('language').value = program.language;
    find('source').value = program.source;
  }
});

find('source').addEventListener('keydown', event => {
  if (event.key === 'Tab' && !event.shiftKey && !event.ctrlKey && !event.altKey) {
    event.preventDefault();
    event.target.setRangeText('    ', event.target.selectionStart, event.target.selectionEnd, 'end');
  } else if (event.key === 'Enter' && event.ctrlKey) {
    find('editor').requestSubmit();
  }
});

// The idempotency key of the current submission, which is reused if sending fails and is repeated.
let key = null;
for (const changing of ['input', 'change']) {
  find('editor').addEventListener(changing, () => { key = null; });
}

find('editor').addEventListener('submit', async event => {
  event.preventDefault();
  find('submit').disabled = true;
  find('error').hidden = true;
  try {
    const accepted = await call('/api/submissions', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key ??= crypto.randomUUID() },
      body: JSON.stringify({ problem: problem.id, language: find('language').value, source: find('source').value }),
    });
    key = null;
    location.hash = `#/submissions/${accepted.id}`;
    find('result').hidden = false;
    find('result').scrollIntoView({ block: 'nearest' });
  } catch (error) {
    find('error').textContent = error.message;
    find('error').hidden = false;
  } finally {
    find('submit').disabled = false;
  }
});

// --- the selected submission ---

function watch(id) {
  if (watched === id) {
    return;
  }
  events?.close();
  watched = id;
  events = new EventSource(`/api/submissions/${id}/events`);
  events.addEventListener('progress', event => {
    const submission = JSON.parse(event.data);
    showSubmission(submission);
    const row = find('history').querySelector(`tr[data-id="${submission.id}"] td:nth-child(4)`);
    row?.replaceChildren(badge(submission.verdict, submission.state));
    if (submission.state === 'Judged') {
      events.close();
      showHistory();
    }
  });
  showHistory();
}

function showSubmission(submission) {
  if (problem.id !== submission.problem) {
    showProblem(submission.problem);
  }
  find('result').hidden = false;
  find('result').dataset.state = submission.state;
  find('result-id').textContent = `#${submission.id}`;
  const verdict = badge(submission.verdict, submission.state);
  verdict.id = 'verdict';
  find('verdict').replaceWith(verdict);

  const figures = submission.state === 'Judged' && submission.tests.length > 0
    ? ` · max. ${time(submission.cpuMilliseconds)} and ${memory(submission.peakMemory)}` : '';
  find('result-meta').textContent = `${problemTitle(submission.problem)} · ${languageName(submission.language)} · `
    + `${submission.passed} of ${submission.testCount} tests passed${figures}`;

  const bar = find('bar');
  const done = submission.state === 'Judged' ? submission.testCount : submission.tests.length;
  bar.style.width = `${100 * done / Math.max(1, submission.testCount)}%`;
  bar.className = submission.verdict ? colorOf(submission.verdict) : '';
  bar.parentElement.setAttribute('aria-valuemax', submission.testCount);
  bar.parentElement.setAttribute('aria-valuenow', done);

  const showsDetail = submission.tests.length === 0 && submission.detail !== '';
  find('detail').hidden = !showsDetail;
  find('detail').textContent = showsDetail ? submission.detail : '';
  find('tests').hidden = submission.tests.length === 0;
  find('tests').tBodies[0].replaceChildren(...submission.tests.map(test => make('tr', {},
    make('td', { textContent: test.number }),
    make('td', {}, badge(test.verdict), ...(test.detail ? [make('small', { textContent: test.detail })] : [])),
    make('td', { className: 'number', textContent: time(test.cpuMilliseconds) }),
    make('td', { className: 'number', textContent: time(test.wallMilliseconds) }),
    make('td', { className: 'number', textContent: memory(test.peakMemory) }))));
  if (submission.source) {
    find('sent-source').textContent = submission.source;
  }
}

// --- history ---

async function showHistory(before) {
  const list = await call(`/api/submissions?count=20${before ? `&before=${before}` : ''}`);
  const rows = list.map(submission => make('tr', { className: submission.id === watched ? 'chosen' : '' },
    make('td', {}, make('a', { href: `#/submissions/${submission.id}`, textContent: submission.id })),
    make('td', { textContent: problemTitle(submission.problem) }),
    make('td', { textContent: languageName(submission.language) }),
    make('td', {}, badge(submission.verdict, submission.state)),
    make('td', { className: 'number', textContent: submission.verdict ? time(submission.cpuMilliseconds) : '' }),
    make('td', { className: 'number', textContent: submission.verdict ? memory(submission.peakMemory) : '' })));
  rows.forEach((row, index) => row.dataset.id = list[index].id);
  const body = find('history').tBodies[0];
  if (before) {
    body.append(...rows);
  } else {
    body.replaceChildren(...rows);
  }
  oldest = list.at(-1)?.id;
  find('older').hidden = list.length < 20;
}

find('older').addEventListener('click', () => showHistory(oldest));

async function showStatus() {
  const status = await call('/api/status');
  languages = status.languages;
  find('weakness').hidden = !status.weakness;
  find('weakness').textContent = status.weakness ?? '';
  find('queue').textContent = status.waiting === 0 ? 'Queue is empty' : `${status.waiting} waiting`;
  return status;
}

function follow() {
  const [, kind, id] = location.hash.split('/');
  if (kind === 'submissions' && Number(id) > 0) {
    watch(Number(id));
  } else {
    showProblem(id);
  }
}

[problems, programs] = await Promise.all([call('/api/problems'), call('/api/programs'), showStatus()]);
showLanguages();
showProblems();
showProblem(problems[0].id);
await showHistory();
follow();
addEventListener('hashchange', follow);
setInterval(() => showStatus().catch(() => find('queue').textContent = 'Connection to the judge lost'), 3000);
document.body.dataset.ready = 'yes';
