// The only way to make elements: children that are texts become text nodes, so nothing in the data can be markup.
const run = JSON.parse(document.getElementById('run').textContent);

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (name === 'style') {
      for (const [property, of] of Object.entries(value)) {
        element.style.setProperty(property, of);
      }
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }

  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

const paragraph = (text, kind) => make('p', { class: kind }, text);
const score = value => value === null || value === undefined ? '–' : value.toFixed(3);
const signed = value => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
const percent = value => `${(100 * value).toFixed(1)}${language === 'zh' ? '%' : ' %'}`;
const whole = value => value.toLocaleString('en-US').replaceAll(',', '\u202f');
const labelName = id => run.labels[id];

const written = () => say('written', new Date(run.written).toLocaleDateString(language === 'zh' ? 'zh-CN' : 'en-GB', { year: 'numeric', month: 'long', day: 'numeric' }));

function duration(seconds) {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours} h ${minutes} min` : minutes > 0 ? `${minutes} min ${Math.round(seconds % 60)} s` : `${seconds.toFixed(1)} s`;
}

// A table inside a frame that scrolls sideways on a narrow screen. Cells that are no text are taken as elements.
function table(heads, rows, kind = '') {
  const cells = (tag, row) => row.map((cell, column) => make(column === 0 ? 'th' : tag, column === 0 && tag === 'td' ? { scope: 'row' } : {}, cell));
  return make('div', { class: `scroll ${kind}` }, make('table', {}, make('thead', {}, make('tr', {}, cells('th', heads))), make('tbody', {}, rows.map(row => make('tr', {}, cells('td', row))))));
}

function section(id, ...children) {
  const content = children.flat(Infinity).filter(Boolean);
  return content.length === 0 ? null : make('section', { id, 'aria-labelledby': `${id}-title` }, make('h2', { id: `${id}-title` }, say(id)), content);
}

const panel = (title, note, ...children) => make('div', { class: 'panel' }, make('h3', {}, title), note && paragraph(note, 'note'), children);

// Buttons of which one is chosen.
function choice(name, options, chosen, choose) {
  return make('div', { class: 'choice', role: 'group', 'aria-label': name }, options.map(([value, text]) =>
    make('button', { type: 'button', 'aria-pressed': String(value === chosen), onclick: () => choose(value) }, text)));
}
