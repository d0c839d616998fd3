'use strict';

const REFRESH_MILLIS = 2000;
const AFTER_DASH = [6, 4];
const THRESHOLD_DASH = [2, 3];
const QUANTILES = {low: 0.05, lower: 0.25, middle: 0.5, upper: 0.75, high: 0.95};

const id = document.body.dataset.trial;
const place = name => document.getElementById(name);
const charts = Object.fromEntries(['norms', 'magnitudes', 'updates', 'dynamics', 'activations',
  'curves'].map(name => [name, new LineChart(place(name))]));
let data = null;
let bars = null;

function note(name, text) {
  document.querySelector('[data-note=' + name + ']').textContent = text;
}

// A parameter is called by its layer and its own name, which has no underscore.
const layerOf = parameter => parameter.replace(/_[^_]*$/, '');

/** Norms by layer: the root of the sum of the squares of its parameters' norms. */
function byLayer(norms) {
  const layers = {};
  for (const [parameter, {x, y}] of Object.entries(norms)) {
    if (parameter !== 'total') {
      const layer = layers[layerOf(parameter)] ??= {x, y: y.map(() => 0)};
      layer.y = layer.y.map((sum, i) => Math.hypot(sum, y[i]));
    }
  }
  return {...layers, total: norms.total};
}

function shown(norms) {
  const of = place('norms-of').value;
  return of === 'layers' ? byLayer(norms) : of === 'total' ? {total: norms.total} : norms;
}

/** Lines whose colours repeat with another pattern: the n-th of every colour has the n-th dash. */
function lines(series, suffix = '', patterns = 1, pattern = 0) {
  return Object.entries(series).map(([name, {x, y}], colour) => ({
    key: name + suffix, label: name + suffix, colour, x, y,
    dash: LineChart.dash(pattern + patterns * Math.floor(colour / LineChart.COLOURS))}));
}

function drawNorms() {
  const clipping = place('norms-clipping').value;
  const has = Object.keys(data.before).length > 0;
  const before = has ? shown(data.before) : {};
  const after = has ? shown(data.after) : {};
  const drawn = [];
  if (clipping === 'factor') {
    drawn.push(...lines(Object.fromEntries(Object.entries(before).map(
      ([name, {x, y}]) => [name, {x, y: y.map((norm, i) => after[name].y[i] / norm)}]))));
  } else {
    if (clipping !== 'after') {
      drawn.push(...lines(before, '', 2, 0));
    }
    if (clipping !== 'before') {
      drawn.push(...lines(after, ' after clipping', 2, 1));
    }
  }
  const steps = has ? data.before.total.x : [];
  const threshold = has && data.threshold && clipping !== 'factor';
  if (threshold) {
    drawn.push({key: 'threshold', label: 'threshold of ' + data.clip, colour: 6,
      dash: THRESHOLD_DASH, x: steps, y: steps.map(() => data.threshold)});
  }
  charts.norms.show({xLabel: 'step', yLabel: clipping === 'factor' ? 'norm after / before' : 'norm',
    log: place('norms-log').checked, lines: drawn});
  const every = steps.length > 1 ? steps[1] - steps[0] : 1;
  note('norms', !has ? 'No step is recorded yet, or gradients.csv cannot be read.'
    : 'The batch’s mean gradient, as in gradients.csv, '
      + (every > 1 ? 'every ' + every + ' steps. ' : 'at every step. ')
      + (threshold ? 'Dots: the threshold of clipping.' : ''));
}

/** The magnitude below which a share of all elements lies, within a bin by its logarithm. */
function quantile(counts, share) {
  const wanted = share * counts.reduce((sum, count) => sum + count, 0);
  let below = counts[0];
  if (below >= wanted) {
    return null; // less than the first edge
  }
  let bin = 1;
  while (below + counts[bin] < wanted) {
    below += counts[bin++];
  }
  const {edges} = data.histograms;
  return 10 ** (edges[bin - 1] + (edges[bin] - edges[bin - 1]) * (wanted - below) / counts[bin]);
}

function drawMagnitudes() {
  const {steps, counts} = data.histograms;
  const select = place('magnitudes-of');
  const names = Object.keys(counts);
  if (names.join() !== [...select.options].map(option => option.value).join()) {
    select.replaceChildren(...names.map(name => new Option(name)));
  }
  const rows = counts[select.value] ?? [];
  const line = name => rows.map(row => quantile(row, QUANTILES[name]));
  const x = steps.slice(0, rows.length);
  charts.magnitudes.show({xLabel: 'step', yLabel: '|gradient|', log: true,
    lines: rows.length === 0 ? [] : [
      {key: 'high', label: '95 % are smaller', colour: 1, dash: AFTER_DASH, x, y: line('high')},
      {key: 'middle', label: 'median, quartiles', colour: 0, x, y: line('middle'),
        low: line('lower'), high: line('upper')},
      {key: 'low', label: '5 % are smaller', colour: 2, dash: AFTER_DASH, x, y: line('low')},
    ]});
  const range = place('step');
  const follow = range.value === range.max;
  range.max = String(Math.max(0, rows.length - 1));
  if (follow) {
    range.value = range.max;
  }
  drawHistogram();
}

function drawHistogram() {
  const {steps, edges, counts} = data.histograms;
  const at = Number(place('step').value);
  const row = (counts[place('magnitudes-of').value] ?? [])[at];
  place('histogram').hidden = !row;
  place('step-number').textContent = row ? String(steps[at]) : '–';
  if (!row) {
    note('magnitudes', 'No histogram is recorded yet: the first epoch is not complete.');
    return;
  }
  const all = row.reduce((sum, count) => sum + count, 0);
  const middles = edges.slice(1).map((edge, i) => (edge + edges[i]) / 2);
  const columns = [middles, row.slice(1).map(count => count / all)];
  if (bars) {
    bars.setData(columns, true);
  } else {
    bars = histogram(columns);
  }
  note('magnitudes', 'Elements of the batch’s mean gradient before clipping. At step ' + steps[at]
    + ', ' + (100 * row[0] / all).toFixed(1) + ' % are 0 or less than 1e' + edges[0].toFixed(0)
    + '.');
}

/** The bins that some step has elements in, by their edges. */
function occupied() {
  const {edges, counts} = data.histograms;
  const rows = counts[place('magnitudes-of').value];
  const bins = edges.slice(1).map((edge, i) => i).filter(i => rows.some(row => row[i + 1] > 0));
  return [edges[bins[0] ?? 0], edges[(bins.at(-1) ?? edges.length - 2) + 1]];
}

function histogram(columns) {
  const style = getComputedStyle(document.documentElement);
  const colour = name => style.getPropertyValue(name).trim();
  const axis = {stroke: colour('--faint'), font: '12px system-ui, sans-serif',
    labelFont: '12px system-ui, sans-serif', grid: {stroke: colour('--line'), width: 1},
    ticks: {stroke: colour('--line'), width: 1}};
  const canvas = place('histogram');
  return new uPlot({
    width: Math.max(200, canvas.clientWidth),
    height: LineChart.HEIGHT,
    legend: {show: false},
    cursor: {show: false},
    scales: {x: {time: false, range: occupied}, y: {range: (plot, low, high) => [0, high * 1.05]}},
    axes: [
      {...axis, label: '|gradient|', size: 38, labelSize: 20,
        values: (plot, ticks) => ticks.map(tick => Number.isInteger(tick) ? '1e' + tick : '')},
      {...axis, label: 'share of elements', size: 58, labelSize: 20,
        values: (plot, ticks) => ticks.map(tick => +(100 * tick).toFixed(2) + ' %')},
    ],
    series: [{}, {stroke: colour('--series-0'), fill: colour('--series-0') + '66',
      paths: uPlot.paths.bars({size: [1, Infinity]}), points: {show: false}}],
  }, columns, canvas);
}

function redrawHistogram() {
  bars?.destroy();
  bars = null;
  if (data) {
    drawHistogram();
  }
}

function drawUpdates() {
  const of = place('updates-of');
  charts.updates.show({xLabel: 'step', yLabel: of.selectedOptions[0].textContent, log: true,
    lines: lines(data[of.value])});
  note('updates', Object.keys(data.updates).length === 0
    ? 'No step is measured yet, or tracking.dynamicsEvery is 0.'
    : of.value === 'updates' ? 'The norm of what a step added to a parameter, by the norm of the '
      + 'parameter: as in updates.csv, every tracking.dynamicsEvery steps.'
    : 'The norm of the difference between a parameter and what it was before training, as in '
      + 'updates.csv.');
}

const DYNAMICS = {
  cosine: 'The cosine of the angle between a step’s gradient and that of the step before. ',
  loss: 'The loss of half a batch, with a band from the least to the most of it along its '
    + 'gradient, up to two learning rates away. ',
  gradientChange: 'How far the gradient changes along itself at most, up to two learning rates '
    + 'away. ',
  smoothness: 'The largest ratio of the gradient’s change along itself to the distance. ',
  variance: 'The trace of the covariance of one image’s gradient, estimated from both halves of '
    + 'a batch. ',
};

function drawDynamics() {
  const of = place('dynamics-of');
  const points = data.dynamics[of.value];
  charts.dynamics.show({xLabel: 'step', yLabel: of.selectedOptions[0].textContent, lines: points
    ? [{key: of.value, label: of.value === 'loss' ? 'loss' : of.selectedOptions[0].textContent,
      colour: 0, ...points,
      ...of.value === 'loss' ? {low: data.dynamics.lossLeast.y, high: data.dynamics.lossMost.y} : {}}]
    : []});
  note('dynamics', points ? DYNAMICS[of.value] + 'As in dynamics.csv, every tracking.dynamicsEvery '
      + 'steps.'
    : 'No step is measured yet, or tracking.dynamicsEvery is 0.');
}

function drawActivations() {
  const of = place('activations-of').value;
  const label = of === 'means' ? 'mean' : 'standard deviation';
  const layers = lines(data[of]);
  charts.activations.show({xLabel: 'step', yLabel: label, log: of === 'deviations',
    lines: layers});
  note('activations', layers.length > 0
    ? 'Over all values of a layer’s output in training mode, every tracking.statsEvery steps.'
    : 'Activations are recorded by run --ui, every tracking.statsEvery steps.');
}

function drawCurves() {
  const of = place('curves-of').value;
  const named = of === 'learningRate' ? {'learning rate': data.metrics.learningRate}
    : {training: data.metrics['train' + of], validation: data.metrics['val' + of]};
  const has = data.metrics.trainLoss.x.length > 0;
  charts.curves.show({xLabel: 'epoch', yLabel: of === 'learningRate' ? 'learning rate'
    : of.toLowerCase(), percent: of === 'Accuracy', lines: has ? lines(named) : []});
  note('curves', has ? '' : 'No epoch is complete yet.');
}

function draw() {
  drawNorms();
  drawMagnitudes();
  drawUpdates();
  drawDynamics();
  drawActivations();
  drawCurves();
}

async function requested(path) {
  const answer = await fetch(path);
  if (!answer.ok) {
    throw new Error(path + ': ' + answer.status);
  }
  return answer.text();
}

let version = '';

async function refresh() {
  try {
    const newest = await requested('/trial/' + id + '/version');
    if (newest !== version) {
      data = JSON.parse(await requested('/trial/' + id + '/data'));
      draw();
      if (version !== '') {
        const page = new DOMParser().parseFromString(await requested('/trial/' + id), 'text/html');
        place('summary').replaceChildren(...page.getElementById('summary').childNodes);
      }
      version = newest;
    }
    place('connection').textContent = '';
  } catch {
    place('connection').textContent = 'The server no longer answers; this is its last known state.';
  }
  setTimeout(refresh, REFRESH_MILLIS);
}

for (const [control, action] of Object.entries({'norms-of': drawNorms,
  'norms-clipping': drawNorms, 'norms-log': drawNorms, 'magnitudes-of': drawMagnitudes,
  'step': drawHistogram, 'updates-of': drawUpdates, 'dynamics-of': drawDynamics,
  'activations-of': drawActivations, 'curves-of': drawCurves})) {
  place(control).addEventListener('input', () => data && action());
}
window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redrawHistogram);
new ResizeObserver(() => bars?.setSize({width: Math.max(200, place('histogram').clientWidth),
  height: LineChart.HEIGHT})).observe(place('histogram'));
refresh();
