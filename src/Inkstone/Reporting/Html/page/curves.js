// Whether scores put the right rows first, and whether confidences mean what they say.
function curves() {
  const drawn = (run.curves ?? []).filter(of => of.roc && of.pr);
  if (drawn.length === 0) {
    return null;
  }

  const curve = (points, auc) => drawn.map(of => ({ name: `${labelName(of.label)} ${score(of[auc])}`, points: of[points].map(([x, y, threshold]) => [x, y, threshold]) }));
  const tip = (x, y) => point => `${escaped(point.seriesName)}<br>${escaped(say(x))} ${score(point.value[0])}<br>${escaped(say(y))} ${score(point.value[1])}${point.value[2] === null || point.value[2] === undefined ? '' : `<br>${escaped(say('threshold'))} ${score(point.value[2])}`}`;
  const baseRate = { name: say('chance'), points: [[0, drawn[0].base_rate], [1, drawn[0].base_rate]], silent: true, lineStyle: { width: 1, type: 'dashed', color: color('faint') }, itemStyle: { color: color('faint') } };
  const note = drawn.length === 1 ? `${labelName(drawn[0].label)} (${whole(run.metrics.per_class[drawn[0].label].support)})` : say('one_vs_rest') + (run.labels.length > drawn.length ? ` ${say('most_classes', drawn.length)}` : '');
  const dotted = line => ({ ...line, showSymbol: false, symbol: 'circle', triggerLineEvent: true });
  return section('curves', make('div', { class: 'grid' },
    panel(say('roc'), note, chart(() => lines([...curve('roc', 'roc_auc').map(dotted), diagonal(say('chance'))], { x: unit(say('false_positive_rate')), y: { min: 0, max: 1, name: '' }, tooltip: tip('false_positive_rate', 'true_positive_rate') }), say('roc'), true)),
    panel(say('pr'), note, chart(() => lines([...curve('pr', 'pr_auc').map(dotted), ...(drawn.length === 1 ? [baseRate] : [])], { x: unit(say('recall')), y: { min: 0, max: 1 }, tooltip: tip('recall', 'precision') }), say('pr'), true))));
}

function calibration() {
  if (!run.reliability?.length) {
    return null;
  }

  const { temperature, calibrated } = run.calibration ?? {};
  const most = Math.max(...run.reliability.map(bin => bin.rows));
  const dots = (name, bins, tone) => ({
    name, points: bins.filter(bin => bin.rows > 0).map(bin => [bin.confidence, bin.accuracy, bin.rows]), showSymbol: true, symbol: 'circle',
    symbolSize: point => 5 + 11 * Math.sqrt(point[2] / most), itemStyle: { color: color(tone) }, lineStyle: { color: color(tone), width: 1.4 },
  });
  const tip = point => `${escaped(point.seriesName)}<br>${escaped(say('confidence'))} ${score(point.value[0])}<br>${escaped(say('accuracy'))} ${score(point.value[1])}<br>${escaped(say('count'))} ${point.value[2]}`;
  return section('calibration',
    temperature && paragraph(say('temperature', temperature.value.toFixed(3), whole(temperature.rows), score(temperature.loss_before), score(temperature.loss_after)), 'note'),
    make('div', { class: 'grid' },
      panel(say('reliability'), say('reliability_help'), chart(() => lines(
        [diagonal(say('perfect')), dots(say('as_is'), run.reliability, 'blue'), ...(calibrated ? [dots(say('calibrated'), calibrated.bins, 'gold')] : [])],
        { x: unit(say('confidence')), y: { min: 0, max: 1 }, tooltip: tip }), say('reliability'), true)),
      panel(say('coverage'), say('coverage_help'), chart(() => lines([{ name: say('accuracy'), points: run.coverage, areaStyle: { color: color('blue'), opacity: 0.08 } }],
        { x: unit(say('covered')), y: { max: 1 } }), say('coverage'), true))));
}

// Parts of the rows, marks of their texts, and rows whose labels are worth a look.
function slices() {
  return section('slices', slicePanels().length > 0 && [paragraph(say('slices_help'), 'note'), make('div', { class: 'grid' }, slicePanels())], marks(), suspects(), ambiguous());
}

// A kind of which all rows are of one part tells nothing.
function slicePanels() {
  const kinds = [...new Set((run.slices ?? []).map(slice => slice.by))];
  return kinds.filter(by => run.slices.filter(slice => slice.by === by).length > 1).map(by => panel(say('slices_by')[by] ?? by, null, table([say('slice'), say('support'), say('accuracy'), say('f1_macro')],
    run.slices.filter(slice => slice.by === by).map(slice => [say('yes_no')[slice.value] ?? slice.value, whole(slice.rows), withBar(slice.accuracy, slice), score(slice.f1_macro)]), 'numbers')));
}

const withBar = (value, interval) => make('span', { class: 'with-bar' }, make('span', {}, score(value)), intervalBar(value, interval));

const marks = () => run.marks?.length > 0 && panel(say('marks'), say('marks_help'), table([say('mark'), say('support'), say('error_rate'), '', say('without')],
  run.marks.filter(mark => mark.rows > 0).map(mark => [say('mark_names')[mark.mark] ?? mark.mark, whole(mark.rows), percent(mark.error_rate), intervalBar(mark.error_rate, mark), mark.error_rate_without === null ? '–' : percent(mark.error_rate_without)]), 'numbers'));

const suspects = () => run.suspects?.length > 0 && panel(`${say('suspects')} (${whole(run.suspects_total)})`, say('suspects_help'), table(['', say('true'), say('suggested')],
  run.suspects.map(row => [make('span', { class: 'text' }, row.text), `${row.label} ${score(row.probability_of_label)}`, make('b', {}, `${row.suggested} ${score(row.probability_of_suggested)}`)]), 'texts judged'),
run.suspects.length < run.suspects_total && paragraph(say('all_in', 'suspects.csv'), 'note'));

const ambiguous = () => run.ambiguous?.length > 0 && make('details', {}, make('summary', {}, say('ambiguous')), table(['', say('true'), `${say('predicted')}`],
  run.ambiguous.map(row => [make('span', { class: 'text' }, row.text), row.label, `${row.predicted} / ${row.second}`]), 'texts judged'));
