// How training went: loss, learning rate, gradient norm, metrics.
function training() {
  const { train, evaluations, every } = run.log;
  if (train.step.length === 0) {
    return section('training', paragraph(say('no_steps'), 'empty'), notices());
  }

  const step = { name: say('step'), min: 0, max: 'dataMax' };
  const single = name => () => lines([{ name: say('train'), points: pairsOf(train.step, train[name]) }], { x: step });
  const measured = ['f1_macro', 'accuracy', 'roc_auc_ovr_macro'].filter(name => evaluations[name].some(value => typeof value === 'number'));
  return section('training',
    make('div', { class: 'grid' },
      panel(say('loss_chart'), null, chart(() => lines([
        { name: say('train'), points: pairsOf(train.step, train.loss) },
        { name: say('validation'), points: pairsOf(evaluations.step, evaluations.loss), showSymbol: true },
      ], { x: step }), say('loss_chart'))),
      measured.length > 0 && panel(say('metric_chart'), null, chart(() => lines(measured.map((name, i) => ({
        name: say(name), points: pairsOf(evaluations.step, evaluations[name]), showSymbol: true, markLine: i === 0 ? bestLine(evaluations) : undefined,
      })), { x: step }), say('metric_chart'))),
      panel(say('rate_chart'), null, chart(single('learning_rate'), say('rate_chart'))),
      panel(say('norm_chart'), null, chart(single('grad_norm'), say('norm_chart')))),
    every > 1 && paragraph(say('thinned', every), 'note'),
    notices());
}

// Where the best checkpoint was taken.
function bestLine(evaluations) {
  const values = evaluations[run.metric];
  if (!values?.some(value => typeof value === 'number')) {
    return undefined;
  }

  const isBetter = run.metric === 'loss' ? (a, b) => a < b : (a, b) => a > b;
  const best = values.reduce((at, value, i) => typeof value === 'number' && (at < 0 || isBetter(value, values[at])) ? i : at, -1);
  return { silent: true, symbol: 'none', lineStyle: { color: color('faint'), type: 'dashed' }, label: { formatter: say('best'), color: color('soft') }, data: [{ xAxis: evaluations.step[best] }] };
}

const notices = () => run.notices.length > 0 && make('details', {}, make('summary', {}, say('notices')), make('ul', {}, run.notices.map(notice => make('li', {}, notice))));
