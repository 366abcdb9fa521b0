// The rows themselves: filtered by class, by right or wrong, by words; highlighted where attributions are at hand.
const step = 30;
const everyRow = { kind: 'every', actual: null, predicted: null, words: '' };
let filter = { ...everyRow, kind: 'errors' };
let shown = step;
let method = null;
const items = (run.rows?.items ?? []).map(([number, id, text, pair, actual, predicted, top, probabilities, seen]) => ({ number, id, text, pair, actual, predicted, top, probabilities, seen }));

function showRows(of) {
  filter = { ...everyRow, ...of };
  shown = step;
  replace('rows', rows());
  document.getElementById('rows').scrollIntoView({ behavior: 'smooth', block: 'start' });
}

function change(of) {
  filter = { ...filter, ...of };
  shown = step;
  fillRows();
}

const fits = row => (filter.kind === 'every' || (filter.kind === 'errors') === (row.actual !== row.predicted))
  && (filter.actual === null || row.actual === filter.actual) && (filter.predicted === null || row.predicted === filter.predicted)
  && (filter.words === '' || `${row.text}\n${row.pair ?? ''}\n${row.id ?? ''}`.toLowerCase().includes(filter.words));

function rows() {
  if (!run.rows) {
    return run.metrics ? section('rows', paragraph(say('no_predictions'), 'empty')) : null;
  }

  const { total, longest_text: longest } = run.rows;
  const list = section('rows',
    items.length < total && paragraph(say('part', whole(items.length), whole(total)), 'note'),
    longest && paragraph(say('clipped', longest), 'note'),
    make('div', { class: 'filters', id: 'filters' }),
    make('div', { id: 'row-list', 'aria-live': 'polite' }));
  fillRows(list);
  return list;
}

function fillRows(within = document) {
  const found = items.filter(fits);
  const at = id => within.querySelector(`#${id}`);
  const typing = document.activeElement?.type === 'search';
  if (!typing || at('filters').children.length === 0) {
    at('filters').replaceChildren(...filters());
  }

  at('found').textContent = say('found', whole(found.length), whole(run.rows.total));
  at('row-list').replaceChildren(
    ...found.slice(0, shown).map(rowElement),
    ...(found.length === 0 ? [paragraph(say('no_rows'), 'empty')] : []),
    ...(found.length > shown ? [make('button', { type: 'button', class: 'more', onclick: () => { shown += step; fillRows(); } }, say('more', Math.min(step, found.length - shown)))] : []));
}

function filters() {
  const label = (name, key) => make('label', {}, make('span', {}, say(name)), make('select', {
    id: `filter-${name}`, onchange: event => change({ [key]: event.target.value === '' ? null : Number(event.target.value) }),
  }, make('option', { value: '' }, say('any')), run.labels.map((text, id) => make('option', { value: id, selected: filter[key] === id }, text))));
  const methods = [...new Set((run.explanations ?? []).map(of => of.method))];
  return [
    choice(say('rows'), ['errors', 'right', 'every'].map(kind => [kind, say(kind)]), filter.kind, kind => change({ kind })),
    label('true', 'actual'), label('predicted', 'predicted'),
    make('input', { type: 'search', placeholder: say('search'), 'aria-label': say('search'), value: filter.words, oninput: event => change({ words: event.target.value.toLowerCase() }) }),
    methods.length > 0 && choice(say('method'), [[null, say('none')], ...methods.map(name => [name, name])], method, name => { method = name; fillRows(); }),
    make('span', { id: 'found', class: 'soft' }),
  ].filter(Boolean);
}

function rowElement(row) {
  const wrong = row.actual !== row.predicted;
  const name = id => make('span', { class: 'label' }, labelName(id));
  return make('article', { class: wrong ? 'row wrong' : 'row' },
    make('div', { class: 'text' }, textOf(row)),
    row.pair !== null && make('div', { class: 'text pair' }, row.pair),
    make('div', { class: 'verdict' },
      wrong ? [name(row.actual), ' → ', make('b', {}, name(row.predicted))] : name(row.predicted),
      make('span', { class: 'soft' }, row.top.map((id, i) => `${labelName(id)} ${row.probabilities[i].toFixed(3)}`).join(' · ')),
      make('span', { class: 'soft place' }, [row.id, say('row', row.number), row.seen === true && say('in_training')].filter(Boolean).join(' · '))));
}

// A long text shows its beginning until it is asked for.
function textOf(row) {
  const explained = method && run.explanations.find(of => of.method === method && of.rows.includes(row.number));
  if (explained) {
    return highlighted(explained);
  }

  const longest = 280;
  if (row.text.length <= longest) {
    return row.text;
  }

  const text = make('span', {}, `${row.text.slice(0, longest)}…`);
  const button = make('button', { type: 'button', class: 'link', onclick: () => {
    const isWhole = text.textContent.length > longest + 1;
    text.textContent = isWhole ? `${row.text.slice(0, longest)}…` : row.text;
    button.textContent = say(isWhole ? 'whole' : 'shorter');
  } }, say('whole'));
  return [text, ' ', button];
}

// Tokens on a ground whose strength is their score: blue speaks for the class, red against it. Offsets count code points; chunks overlap, and
// where they do the first one counts.
function highlighted({ text, chunks, label }) {
  const characters = [...text];
  const tokens = chunks.flatMap(({ offsets, scores, token_type_ids: parts }) => offsets.map(([from, to], i) => ({ from, to, score: scores[i], isPair: parts?.[i] === 1 })))
    .filter(token => token.to > token.from && !token.isPair).sort((a, b) => a.from - b.from);
  const most = Math.max(...tokens.map(token => Math.abs(token.score))) || 1;
  const pieces = [];
  let at = 0;
  for (const { from, to, score } of tokens.filter(token => Number.isFinite(token.score))) {
    if (from >= at) {
      const side = score < 0 ? 'against' : 'for';
      pieces.push(characters.slice(at, from).join(''), make('mark', { class: side, style: { '--of': Math.abs(score) / most }, title: `${say(side)} ${label}: ${score.toPrecision(3)}` }, characters.slice(from, to).join('')));
      at = to;
    }
  }

  return [...pieces, characters.slice(at).join('')];
}
