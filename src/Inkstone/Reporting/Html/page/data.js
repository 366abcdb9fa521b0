// What the files are like that the run learnt from and was judged on.
function data() {
  if (!run.data) {
    return section('data', paragraph(say('no_data'), 'empty'));
  }

  const { files, leaks, findings } = run.data;
  return section('data',
    findings.length === 0 ? paragraph(say('nothing_stands_out')) : make('ul', { class: 'findings' }, findings.map(of => make('li', { class: of.level }, of.text))),
    panel(say('files'), null, table(
      [say('file'), say('count'), say('labels'), say('empty'), say('duplicates'), say('conflicting'), say('unlabelled'), say('unknown')],
      files.map(file => [file.split, whole(file.rows), Object.keys(file.labels).length, whole(file.empty), whole(file.duplicates), whole(file.conflicting), whole(file.unlabelled), percent(file.unknown_rate)]), 'numbers')),
    make('div', { class: 'grid' },
      panel(say('tokens'), null, chart(() => lengthsChart(files), say('tokens'))),
      panel(say('labels'), null, labelShares(files))),
    panel(say('tokens'), null, table([say('file'), say('mean'), say('median'), 'p90', 'p99', say('longest'), ...files[0].truncation.map(of => `> ${of.max_length}`)],
      files.map(file => [file.split, file.tokens.mean.toFixed(1), whole(file.tokens.p50), whole(file.tokens.p90), whole(file.tokens.p99), whole(file.tokens.max), ...file.truncation.map(of => file.rows > 0 ? percent(of.rows / file.rows) : '–')]), 'numbers')),
    leaks.some(of => of.exact + of.near > 0) && panel(say('leaks'), null, table([say('slice'), say('exact'), say('near')], leaks.filter(of => of.exact + of.near > 0).map(of => [say('leak', of.to, of.from), whole(of.exact), whole(of.near)]), 'numbers')));
}

// Shares, as a small split beside a large one would be flat.
function lengthsChart(files) {
  return lines(files.map(file => ({ name: file.split, points: file.tokens.histogram.map(bin => [(bin.from + Math.min(bin.to, bin.from + widthOf(file.tokens.histogram))) / 2, bin.rows / file.rows]), smooth: 0.2, areaStyle: { opacity: 0.06 } })),
    { x: { name: say('tokens'), min: 0 }, y: { min: 0, axisLabel: { color: color('soft'), formatter: value => percent(value) } } });
}

const widthOf = bins => bins.length > 1 ? bins[1].from - bins[0].from : 1;

function labelShares(files) {
  const names = [...new Set(files.flatMap(file => Object.keys(file.labels)))].slice(0, 24);
  return table([say('class'), ...files.map(file => file.split)], names.map(name => [name, ...files.map(file => file.labels[name] === undefined ? '–'
    : make('span', { class: 'meter', style: { '--of': file.labels[name] / file.rows }, title: percent(file.labels[name] / file.rows) }, whole(file.labels[name])))]), 'numbers');
}
