const data = JSON.parse(document.getElementById('explanations').textContent);
const root = document.documentElement;
const words = {
  en: { title: 'Explanations', method: 'method', unit: 'unit', token: 'tokens', character: 'characters', word: 'words', threshold: 'show from', attention: 'attention',
    grad_x_input: 'Grad × Input', integrated_gradients: 'Integrated Gradients', attention_method: 'Attention', mean: 'mean of all', rollout: 'rollout', layer: 'layer', head: 'head',
    predicted: 'predicted', rather: (a, b) => `why ${a} rather than ${b}`, why: a => `why ${a}`, for: a => `speaks for ${a}`, against: a => `speaks against ${a}`, looks: 'is looked at', forIt: 'speaks for the label', againstIt: 'speaks against it',
    exploratory: 'Exploratory: attention belongs to no class, and where a model looks need not be why it decides.', truncated: 'The model saw only a part of this text: what is struck out was cut off.',
    unknown: (n, of) => `${n} of ${of} tokens are unknown to the vocabulary: nothing of their characters reaches the model.`, empty: 'No token of this text reaches the model.',
    delta: (d, c, b) => `convergence delta ${d}, of a change of ${c} from the baseline ${b}`, below: b => `The baseline ${b} speaks for the label more than this text does: another (--baseline) may show more.`, rough: 'This is a large part: raise --steps.', strongest: 'strongest', specials: 'special tokens', theme: 'light / dark', language: '中文', chunks: n => `${n} chunks` },
  zh: { title: '预测的解释', method: '方法', unit: '单位', token: '词元', character: '字', word: '词', threshold: '显示强度不低于', attention: '注意力',
    grad_x_input: '梯度 × 输入', integrated_gradients: '积分梯度', attention_method: '注意力', mean: '全部平均', rollout: '逐层相乘', layer: '层', head: '头',
    predicted: '预测', rather: (a, b) => `为什么是 ${a} 而不是 ${b}`, why: a => `为什么是 ${a}`, for: a => `支持 ${a}`, against: a => `反对 ${a}`, looks: '被关注', forIt: '支持该标签', againstIt: '反对该标签',
    exploratory: '仅供探索：注意力不属于任何类别，模型看哪里不等于为什么这样判断。', truncated: '模型只看到文本的一部分：划去的部分被截断。',
    unknown: (n, of) => `${of} 个词元中有 ${n} 个不在词表里：模型看不到这些字。`, empty: '模型没有看到这段文本的任何词元。',
    delta: (d, c, b) => `收敛误差 ${d}；相对基线 ${b} 变化 ${c}`, below: b => `基线 ${b} 比这段文本更支持该标签：可换一个基线（--baseline）。`, rough: '误差偏大：请增大 --steps。', strongest: '最强的', specials: '特殊词元', theme: '浅色 / 深色', language: 'English', chunks: n => `${n} 段` },
};
const state = { method: data.methods[0], unit: data.unit, threshold: 0, view: data.view, language: navigator.language.startsWith('zh') ? 'zh' : 'en' };
root.dataset.theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('--')) made.style.setProperty(key, value);
    else if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value);
  }
  made.append(...children.filter(child => child !== null && child !== undefined));
  return made;
}

const say = key => words[state.language][key];
const number = value => Math.abs(value) >= 0.0005 || value === 0 ? value.toFixed(3) : value.toExponential(1);

function bytes(text) {
  return Uint8Array.from(atob(text), character => character.charCodeAt(0));
}

/** Attention of a layer, or of one of its heads, on each character: one array a text part. */
function headScores(heads, layer, head) {
  const chosen = head === null ? [...Array(heads.heads).keys()] : [head];
  return heads.parts.map(part => {
    const raw = part.raw ??= bytes(part.bytes);
    const length = part.length;
    return Array.from({ length }, (_, at) => chosen.reduce((sum, of) => {
      const row = layer * heads.heads + of;
      return sum + raw[row * length + at] / 255 * heads.most[row];
    }, 0) / chosen.length);
  });
}

function scoresOf(text) {
  const map = text.maps.find(of => of.method === state.method);
  if (!map) return null;
  if (state.method !== 'attention' || map.views[state.view]) {
    const shown = map.views ? map.views[state.view] : map;
    return { ...map, characters: shown.characters, specials: shown.specials };
  }
  const [layer, head] = state.view.split('.').map(part => Number(part) - 1);
  return { ...map, characters: headScores(map.heads, layer, head === undefined ? null : head), specials: [] };
}

/** The pieces of a text part under the chosen unit, each with the sum of its characters' scores. */
function unitsOf(part, characters) {
  const groups = part[state.unit] ?? part.characters.map((_, at) => at);
  const units = [];
  part.characters.forEach((character, at) => {
    const last = units[units.length - 1];
    const seen = part.seen[at];
    if (last && last.group === groups[at]) { last.text += character; last.score += characters[at]; last.seen ||= seen; }
    else units.push({ group: groups[at], text: character, score: characters[at], seen });
  });
  return units;
}

function tint(score, most) {
  const share = most > 0 ? Math.abs(score) / most : 0;
  const tone = state.method === 'attention' ? 'look' : score >= 0 ? 'for' : 'against';
  return share > 0 && share * 100 >= state.threshold ? { '--tone': `var(--${tone})`, '--share': `${Math.round(share * 75)}%` } : {};
}

function card(text) {
  const scores = scoresOf(text);
  const body = element('article');
  const named = text.rather ? say('rather')(text.rather, text.label) : say('why')(text.label);
  body.append(element('h2', {}, named));
  body.append(element('div', { class: 'labels' }, ...text.labels.flatMap(([name, probability]) => [
    element('span', {}, name + (name === text.predicted ? ` (${say('predicted')})` : '')), element('b', { '--share': `${100 * probability}%` }), element('em', {}, probability.toFixed(3))])));
  if (scores) {
    const parts = text.parts.map((part, index) => unitsOf(part, scores.characters[index]));
    const most = Math.max(...parts.flat().map(unit => Math.abs(unit.score)), 0);
    for (const units of parts) {
      body.append(element('p', { class: 'text', lang: 'zh' }, ...units.map(unit => unit.seen
        ? element('span', { title: `${unit.text}  ${number(unit.score)}`, ...tint(unit.score, most) }, unit.text)
        : element('span', { class: unit.text.trim() ? 'unseen' : null }, unit.text))));
    }
    const strongest = parts.flat().filter(unit => unit.seen && unit.text.trim()).sort((a, b) => Math.abs(b.score) - Math.abs(a.score)).slice(0, 8);
    const specials = scores.specials.filter(([, score]) => score !== 0);
    if (specials.length > 0) {
      body.append(element('div', { class: 'chips', title: say('specials') }, ...specials.map(([token, score]) => element('span', tint(score, most), `${token} ${number(score)}`))));
    }
    body.append(element('details', {}, element('summary', {}, say('strongest')), element('table', {}, ...strongest.map(unit => element('tr', {},
      element('td', {}, unit.text), element('td', {}, number(unit.score)),
      element('td', {}, element('i', { '--wide': `${most > 0 ? 9 * Math.abs(unit.score) / most : 0}rem`, '--tone': `var(--${state.method === 'attention' ? 'look' : unit.score >= 0 ? 'for' : 'against'})` })))))));
    if (scores.delta !== undefined) {
      body.append(element('p', { class: 'note' }, `${say('delta')(scores.delta.toExponential(1), number(scores.change), scores.baseline)}. ${scores.rough ? say('rough') : ''} ${scores.change < 0 && !text.rather ? say('below')(scores.baseline) : ''}`));
    }
  }
  if (text.chunks > 1) body.append(element('p', { class: 'note' }, say('chunks')(text.chunks)));
  if (text.truncated) body.append(element('p', { class: 'note' }, say('truncated')));
  if (text.tokens === 0) body.append(element('p', { class: 'note' }, say('empty')));
  else if (text.unknown > 0) body.append(element('p', { class: 'note' }, say('unknown')(text.unknown, text.tokens)));
  return body;
}

function choice(name, options, current, changed) {
  return element('fieldset', {}, element('legend', {}, say(name)), ...options.map(([value, shown]) => {
    const input = element('input', { type: 'radio', name, value, onchange: () => { changed(value); draw(name, value); } });
    input.checked = value === current;
    return element('label', {}, input, shown);
  }));
}

function views() {
  const heads = data.texts.flatMap(text => text.maps).find(map => map.heads)?.heads;
  const options = [['mean', say('mean')], ['rollout', say('rollout')]];
  for (let layer = 1; heads && layer <= heads.layers; layer++) {
    options.push([`${layer}`, `${say('layer')} ${layer}`]);
    for (let head = 1; head <= heads.heads; head++) options.push([`${layer}.${head}`, `${say('layer')} ${layer} · ${say('head')} ${head}`]);
  }
  return element('select', { 'aria-label': say('attention'), onchange: event => { state.view = event.target.value; draw(); } },
    ...options.map(([value, shown]) => element('option', { value, selected: value === state.view ? '' : null }, shown)));
}

function controls() {
  const units = ['token', 'character', 'word'];
  const slider = element('input', { type: 'range', min: 0, max: 90, step: 5, value: state.threshold, 'aria-label': say('threshold'), oninput: event => { state.threshold = Number(event.target.value); texts(); event.target.nextSibling.textContent = `${state.threshold} %`; } });
  return element('div', { class: 'controls' },
    choice('method', data.methods.map(method => [method, say(method === 'attention' ? 'attention_method' : method)]), state.method, value => { state.method = value; }),
    state.method === 'attention' ? views() : null,
    choice('unit', units.map(unit => [unit, say(unit)]), state.unit, value => { state.unit = value; }),
    element('label', { class: 'slider' }, say('threshold'), slider, element('span', { class: 'soft' }, `${state.threshold} %`)));
}

function legend() {
  if (state.method === 'attention') return element('p', { class: 'note' }, element('span', { class: 'key', '--tone': 'var(--look)' }), say('looks'), '. ', say('exploratory'));
  const names = new Set(data.texts.map(text => text.rather ?? text.label));
  const [name] = names;
  const [pro, con] = names.size === 1 ? [say('for')(name), say('against')(name)] : [say('forIt'), say('againstIt')];
  return element('p', { class: 'note' }, element('span', { class: 'key', '--tone': 'var(--for)' }), pro, element('span', { class: 'key', '--tone': 'var(--against)' }), con);
}

const page = document.getElementById('page');
const list = element('main');

function texts() {
  list.replaceChildren(...data.texts.map(card));
}

function draw(focusName, focusValue) {
  root.lang = state.language;
  page.replaceChildren(
    element('div', { class: 'tools' },
      element('button', { onclick: () => { state.language = state.language === 'en' ? 'zh' : 'en'; draw(); } }, say('language')),
      element('button', { onclick: () => { root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark'; } }, say('theme'))),
    element('h1', {}, say('title')),
    element('p', { class: 'note' }, data.model),
    controls(), legend(), list);
  texts();
  if (focusName) page.querySelector(`input[name="${focusName}"][value="${focusValue}"]`)?.focus();
}

draw();
