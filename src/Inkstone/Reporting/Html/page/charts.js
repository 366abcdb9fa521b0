// Charts draw themselves when they come near the screen, and anew when theme or language change.
const charts = new Set();
const color = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const series = () => ['blue', 'red', 'green', 'gold', 'violet', 'teal', 'rose', 'olive', 'sky', 'brown', 'grey', 'pink'].map(color);
const escaped = text => String(text).replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`);

const nearScreen = new IntersectionObserver(entries => {
  for (const entry of entries.filter(one => one.isIntersecting)) {
    nearScreen.unobserve(entry.target);
    entry.target.draw();
  }
}, { rootMargin: '600px' });
const sizes = new ResizeObserver(entries => entries.forEach(entry => entry.target.chart?.resize()));
addEventListener('beforeprint', () => document.querySelectorAll('.chart').forEach(frame => frame.chart ?? frame.draw()));

function chart(describe, name, tall = false) {
  const frame = make('div', { class: tall ? 'chart tall' : 'chart', role: 'img', 'aria-label': name });
  frame.draw = () => {
    frame.chart = echarts.init(frame, null, { renderer: 'svg' });
    frame.chart.setOption(describe());
    sizes.observe(frame);
    charts.add(frame);
  };
  nearScreen.observe(frame);
  return frame;
}

function disposeCharts() {
  nearScreen.disconnect();
  sizes.disconnect();
  charts.forEach(frame => frame.chart.dispose());
  charts.clear();
}

const axis = (name, more = {}) => ({
  type: 'value', name, nameLocation: 'middle', nameGap: 26, nameTextStyle: { color: color('soft') }, axisLabel: { color: color('soft'), hideOverlap: true },
  axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: color('line') } }, ...more,
});

// Lines over numbers. Each line: { name, points, … }.
function lines(lines, { x = {}, y = {}, tooltip = null, legend = lines.length > 1 } = {}) {
  return {
    animation: false, color: series(), textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 },
    grid: { left: 8, right: 18, top: legend ? 34 : 14, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'all' },
    legend: legend ? { top: 0, left: 0, type: 'plain', icon: 'roundRect', itemWidth: 12, itemHeight: 3, textStyle: { color: color('soft') } } : undefined,
    tooltip: { trigger: tooltip ? 'item' : 'axis', confine: true, backgroundColor: color('raised'), borderColor: color('line'), textStyle: { color: color('ink'), fontSize: 12 }, ...(tooltip ? { formatter: tooltip } : { valueFormatter: value => typeof value === 'number' ? Number(value.toPrecision(4)) : '–' }) },
    xAxis: axis(x.name, { splitLine: { show: false }, ...x }),
    yAxis: axis('', { scale: true, ...y }),
    series: lines.map(({ points, name, ...more }) => ({ type: 'line', name, data: points, showSymbol: false, symbol: 'circle', symbolSize: 6, lineStyle: { width: 1.8 }, emphasis: { focus: 'series' }, ...more })),
  };
}

const pairsOf = (xs, ys) => xs.map((x, i) => [x, ys[i]]).filter(point => point[1] !== null && point[1] !== undefined);
const diagonal = name => ({ name, points: [[0, 0], [1, 1]], silent: true, lineStyle: { width: 1, type: 'dashed', color: color('faint') }, itemStyle: { color: color('faint') } });
const unit = name => ({ name, min: 0, max: 1 });
