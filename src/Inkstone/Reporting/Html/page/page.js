// The page as a whole: its head, its sections, its language and its theme.
function replace(id, element) {
  document.getElementById(id).replaceWith(element);
}

function head(present) {
  const dark = document.documentElement.dataset.theme === 'dark';
  return make('header', {},
    make('div', { class: 'tools' },
      make('button', { type: 'button', id: 'language', onclick: () => { language = language === 'en' ? 'zh' : 'en'; remember('language', language); draw(); } }, say('language')),
      make('button', { type: 'button', id: 'theme', onclick: () => { theme = dark ? 'light' : 'dark'; remember('theme', theme); applyTheme(); draw(); } }, say(dark ? 'theme_light' : 'theme_dark'))),
    make('h1', {}, run.name),
    make('p', { class: 'facts' }, facts().filter(Boolean).map(fact => make('span', {}, fact))),
    make('nav', {}, present.map(id => make('a', { href: `#${id}` }, say(id)))));
}

function draw() {
  const top = scrollY;
  disposeCharts();
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  const drawn = Object.entries(sections).map(([id, make]) => [id, make()]).filter(([, element]) => element);
  document.getElementById('report').replaceChildren(head(drawn.map(([id]) => id)), make('main', {}, drawn.map(([, element]) => element)), make('footer', {}, say('footer')));
  scrollTo(0, top);
}

// The reader's choice, or else the system's.
let theme = remembered('theme');
function applyTheme() {
  document.documentElement.dataset.theme = theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { applyTheme(); draw(); });
applyTheme();
draw();
