// What was asked for, and where it was done.
function recipe() {
  const copy = make('button', { type: 'button', class: 'link', onclick: async () => { await navigator.clipboard?.writeText(run.recipe); copy.textContent = say('copied'); } }, say('copy'));
  return section('recipe',
    run.changed && panel(say('changed_keys'), null, table([say('key'), say('value')], Object.entries(run.changed).map(([key, value]) => [make('code', {}, key), make('code', {}, value)]), 'texts')),
    make('details', {}, make('summary', {}, say('whole_recipe')), copy, make('pre', {}, run.recipe)));
}

function environment() {
  if (!run.environment) {
    return section('environment', paragraph(say('no_environment'), 'empty'));
  }

  const { data = [], model = [], ...single } = run.environment;
  const hashes = [...data, ...model].map(file => [make('code', {}, file.path), make('code', { class: 'hash' }, file.sha256)]);
  return section('environment',
    table(['', ''], Object.entries(single).map(([key, value]) => [key, String(value)]), 'texts headless'),
    hashes.length > 0 && make('details', {}, make('summary', {}, 'SHA-256'), table([say('files'), 'SHA-256'], hashes, 'texts')));
}
