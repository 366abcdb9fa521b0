// Settings side by side: every run as a dot, the mean as a mark, and which differences are more than chance.
const sections = { settings, differences };

const facts = () => [say('settings_count', run.cells.length), say('runs_count', run.cells.reduce((sum, cell) => sum + cell.runs.length, 0)), say('split')[run.split] ?? run.split, written()];
const nameOf = cell => run.varied.length === 0 ? run.name : run.varied.map(key => `${key.split('.').pop()}=${cell.settings[key]}`).join('\n');

function settings() {
  const names = run.cells.map(nameOf);
  const spread = (mean, sd) => typeof sd === 'number' ? [score(mean), make('span', { class: 'soft interval' }, ` ± ${score(sd)}`)] : score(mean);
  const dots = (name, points, more) => ({ name, points, showSymbol: true, lineStyle: { width: 0 }, ...more });
  const tip = point => `${escaped(names[point.value[0]])}<br>${escaped(point.seriesName)} ${score(point.value[1])}`;
  return section('settings',
    panel(say('f1_macro'), say('sweep_help'), chart(() => ({
      ...lines([
        dots(say('one_run'), run.cells.flatMap((cell, at) => cell.runs.map(of => [at, of.f1_macro])), { symbolSize: 7, itemStyle: { color: color('blue'), opacity: 0.55 } }),
        dots(say('mean'), run.cells.map((cell, at) => [at, cell.mean]), { symbol: 'rect', symbolSize: [26, 3], itemStyle: { color: color('red') } }),
      ], { x: { type: 'category', data: names, axisLabel: { color: color('soft'), interval: 0, rotate: names.length > 8 ? 40 : 0, width: 150, overflow: 'truncate' } }, tooltip: tip }),
    }), say('f1_macro'), true)),
    table([...run.varied.map(key => make('code', {}, key)), say('runs'), say('f1_macro'), say('accuracy'), say('against_first')],
      run.cells.map((cell, at) => [
        ...run.varied.map(key => cell.settings[key]),
        make('span', { class: 'links' }, cell.runs.map(of => make('a', { href: of.href }, of.name))),
        spread(cell.mean, cell.sd), spread(cell.accuracy, cell.accuracy_sd), at === 0 ? '' : differenceText(cell.difference),
      ]), 'texts'));
}

function differences() {
  return run.answers.length > 0 && section('differences', run.answers.map(answer => panel(answer.key, null, make('ul', {}, answer.blocks.map(block => make('li', {}, sentenceOf(block)))))));
}

// By how much one is before another, and whether that is more than chance.
function differenceText({ by, low, high, stands, basis }) {
  const points = (share, sign) => `${sign && share > 0 ? '+' : ''}${(100 * share).toFixed(1).replace(/^-0\.0$/, '0.0')}`;
  const rests = say('basis')[basis.kind](basis.first, basis.second);
  return low === null ? say('difference_unmeasured', points(by), rests) : say('difference_measured', points(by), points(low, true), points(high, true), rests, stands);
}

function sentenceOf({ with: same, values, difference, is_behind: isBehind }) {
  const scored = ({ value, mean, sd }) => `${value} (${score(mean)}${sd === null ? '' : ` ± ${score(sd)}`})`;
  const [best, next, ...others] = values.map(scored);
  return say('best_value', same.join(', '), best, next, differenceText(difference), isBehind, others.join(', '));
}
