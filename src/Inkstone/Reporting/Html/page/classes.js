// Which classes are hard, and what they are taken for.
let matrixMode = 'by_row';

function classes() {
  if (!run.metrics) {
    return null;
  }

  return section('classes', perClass(), run.matrix && confusionMatrix(), run.pairs.length > 0 && confusionPairs());
}

function perClass() {
  const order = run.metrics.per_class.map((of, id) => ({ id, ...of })).sort((a, b) => (b.support - a.support) || (a.id - b.id));
  const meter = value => typeof value === 'number' ? make('span', { class: 'meter', style: { '--of': value } }, score(value)) : '–';
  const hasAuc = order.some(of => typeof of.roc_auc === 'number');
  const all = table([say('class'), say('support'), say('precision'), say('recall'), 'F1', ...(hasAuc ? ['ROC-AUC', 'PR-AUC'] : [])],
    order.map(of => [labelName(of.id), whole(of.support), meter(of.precision), meter(of.recall), meter(of.f1), ...(hasAuc ? [score(of.roc_auc), score(of.pr_auc)] : [])]), 'numbers');
  all.classList.toggle('long', order.length > 24);
  return all;
}

function confusionMatrix() {
  const { classes, counts, row_sums: rowSums, column_sums: columnSums } = run.matrix;
  const share = (i, j) => matrixMode === 'by_column' ? counts[i][j] / (columnSums[j] || 1) : counts[i][j] / (rowSums[i] || 1);
  const cell = (i, j) => {
    const count = counts[i][j];
    const text = count === 0 ? '·' : matrixMode === 'raw' ? whole(count) : (100 * share(i, j)).toFixed(classes.length > 12 ? 0 : 1);
    const [actual, predicted] = [classes[i], classes[j]];
    return make('td', {}, make('button', {
      type: 'button', class: i === j ? 'right' : 'wrong', disabled: count === 0, style: { '--share': share(i, j) },
      'data-true': actual, 'data-predicted': predicted,
      'aria-label': `${say('true')} ${labelName(actual)}, ${say('predicted')} ${labelName(predicted)}: ${count}`,
      title: `${labelName(actual)} → ${labelName(predicted)}: ${whole(count)} (${percent(share(i, j))})`,
      onclick: () => showRows({ actual, predicted, kind: 'every' }),
    }, text));
  };
  return make('div', { class: 'panel', id: 'matrix' },
    make('div', { class: 'bar-above' }, make('p', { class: 'note' }, say('matrix_help')),
      choice(say('classes'), ['raw', 'by_row', 'by_column'].map(mode => [mode, say(mode)]), matrixMode, mode => { matrixMode = mode; replace('matrix', confusionMatrix()); })),
    make('div', { class: 'scroll' }, make('table', { class: classes.length > 12 ? 'matrix dense' : 'matrix' },
      make('thead', {}, make('tr', {}, make('th', { class: 'corner' }, `${say('true')} ↓  ${say('predicted')} →`), classes.map(id => make('th', { scope: 'col' }, make('span', { title: labelName(id) }, labelName(id)))))),
      make('tbody', {}, classes.map((id, i) => make('tr', {}, make('th', { scope: 'row', title: labelName(id) }, labelName(id)), classes.map((_, j) => cell(i, j))))))),
    run.matrix.left_out > 0 && paragraph(say('left_out', whole(run.matrix.left_out)), 'note'));
}

function confusionPairs() {
  return panel(say('pairs'), null, table([`${say('true')} → ${say('predicted')}`, say('count'), say('share'), ''],
    run.pairs.slice(0, 10).map(([actual, predicted, count, share]) => [
      `${labelName(actual)} → ${labelName(predicted)}`, whole(count), percent(share),
      make('button', { type: 'button', class: 'link', onclick: () => showRows({ actual, predicted, kind: 'every' }) }, say('show_rows')),
    ]), 'numbers'));
}
