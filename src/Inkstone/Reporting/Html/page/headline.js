// Is the model good, and can the number be trusted?
const headlineMetrics = ['f1_macro', 'accuracy', 'roc_auc_ovr_macro', 'loss'];
const tableMetrics = ['f1_macro', 'accuracy', 'balanced_accuracy', 'precision_macro', 'recall_macro', 'f1_weighted', 'roc_auc_ovr_macro', 'pr_auc_ovr_macro', 'mcc', 'kappa', 'top_2_accuracy', 'top_3_accuracy', 'loss', 'brier_score', 'expected_calibration_error'];

const endsOf = ends => Array.isArray(ends) ? { low: ends[0], high: ends[1] } : null;
const intervalOf = (numbers, name) => endsOf(numbers?.intervals?.[name]);

function valueOf(numbers, name) {
  const value = numbers?.[name];
  if (value === null || value === undefined) {
    const why = numbers?.undefined?.[name];
    return make('span', { class: 'soft', title: why ? say('undefined_why', why) : say('not_measured') }, '–');
  }

  const interval = intervalOf(numbers, name);
  return [score(value), interval && make('span', { class: 'soft interval' }, ` ${score(interval.low)}–${score(interval.high)}`)];
}

// The interval as a bar on the scale from 0 to 1, the value as a mark in it.
function intervalBar(value, interval) {
  return make('div', { class: 'bar', 'aria-hidden': 'true' },
    interval && make('i', { style: { left: `${100 * interval.low}%`, width: `${100 * (interval.high - interval.low)}%` } }),
    make('b', { style: { left: `${100 * value}%` } }));
}

function bigNumber(name) {
  const value = run.metrics[name];
  const interval = intervalOf(run.metrics, name);
  const isShare = name !== 'loss';
  return make('div', { class: 'big' },
    make('span', { class: 'name' }, say(name)),
    make('span', { class: 'number', id: `metric-${name}` }, score(value)),
    isShare && typeof value === 'number' && intervalBar(value, interval),
    make('span', { class: 'soft' }, value === null || value === undefined ? say('undefined_why', run.metrics.undefined?.[name] ?? '') : interval ? say('interval', score(interval.low), score(interval.high)) : isShare && ['f1_macro', 'accuracy'].includes(name) ? (run.metrics.intervals?.undefined ? say('undefined_why', run.metrics.intervals.undefined) : say('no_interval')) : '\u00a0'));
}

function sentences() {
  const said = [];
  const total = run.metrics.samples;
  const wrong = Math.round(total * (1 - run.metrics.accuracy));
  said.push(wrong > 0 ? say('wrong_rows', whole(wrong), whole(total)) : say('all_right'));
  const classes = run.metrics.per_class.map((of, id) => ({ id, ...of })).filter(of => of.support > 0 && typeof of.f1 === 'number');
  if (wrong > 0 && classes.length > 1) {
    const hardest = classes.reduce((a, b) => b.f1 < a.f1 ? b : a);
    said.push(say('hardest', labelName(hardest.id), score(hardest.f1)));
  }

  if (run.pairs.length > 0) {
    const [actual, predicted, count, share] = run.pairs[0];
    said.push(say('confused', labelName(actual), labelName(predicted), whole(count), percent(share)));
  }

  const seen = run.seen?.samples ?? null;
  said.push(seen === null ? say('seen_unknown') : seen === 0 ? say('none_seen') : seen === total ? say('all_seen') : say('seen_note', whole(seen), whole(total)));
  said.push(againstBaseline());
  return said;
}

function headline() {
  if (!run.metrics) {
    return section('headline', paragraph(say('no_evaluation'), 'empty'));
  }

  const columns = [[say('all_rows'), run.metrics]];
  if (run.seen?.samples > 0 && run.unseen) {
    columns.push([say('unseen'), run.unseen], [say('seen'), run.seen]);
  }

  const baseline = baselineNumbers();
  const heads = [say('metric'), ...columns.map(([name, numbers]) => `${name} (${whole(numbers.samples)})`), ...(baseline ? [`${say('baseline')} (${say('baseline_name')})`, `${say('difference')} (${say('all_rows')})`] : [])];
  const rows = tableMetrics.filter(name => typeof run.metrics[name] === 'number' || (run.metrics.undefined?.[name] && !name.startsWith('top_'))).map(name => [
    say(name), ...columns.map(([, numbers]) => valueOf(numbers, name)),
    ...(baseline ? [valueOf(baseline, name), differenceTo(name)] : []),
  ]);
  return section('headline',
    make('div', { class: 'bigs' }, headlineMetrics.map(bigNumber)),
    make('ul', { class: 'said' }, sentences().map(sentence => make('li', {}, sentence))),
    table(heads, rows, heads.length > 2 ? 'numbers' : 'numbers narrow'));
}

const baselineNumbers = () => run.baseline && (run.baseline_metrics ?? run.baseline.baseline);

// The encoder less the baseline, with the interval where it was measured.
function differenceTo(name) {
  const [baseline, { difference }] = [baselineNumbers(), run.baseline];
  if (typeof baseline[name] !== 'number' || typeof run.metrics[name] !== 'number') {
    return '–';
  }

  const interval = endsOf(difference?.[`${name}_interval`]);
  return [signed(run.metrics[name] - baseline[name]), interval && make('span', { class: 'soft interval' }, ` ${signed(interval.low)} … ${signed(interval.high)}`)];
}

// Whether the encoder is worth its cost.
function againstBaseline() {
  if (!run.baseline) {
    return say('baseline_unknown');
  }

  // What was trained on says nothing of which of the two is better.
  const { difference, seen, unseen_difference: unseen } = run.baseline;
  const told = unseen ?? difference;
  const ends = endsOf(told.f1_macro_interval);
  const of = say(told.f1_macro >= 0 ? 'above_baseline' : 'below_baseline', score(Math.abs(told.f1_macro)), ends ? say('interval_of', signed(ends.low), signed(ends.high)) : say('no_interval'));
  const verdict = seen > 0 && !unseen ? say('all_seen') : say(told.f1_macro_stands ? 'stands' : 'chance_explains');
  return `${unseen ? say('on_unseen', whole(unseen.samples)) : ''}${of} ${verdict}`;
}
