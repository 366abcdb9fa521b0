// What a run's page is made of.
const sections = { headline, training, classes, rows, curves, calibration, slices, data, recipe, environment };

const facts = () => [
  run.model, run.metrics && say('rows_of', whole(run.metrics.samples), say('split')[run.split] ?? run.split),
  run.steps && say('steps', whole(run.steps)), run.seconds && say('trained_in', duration(run.seconds)), written(),
];
