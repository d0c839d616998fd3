// Tables that can be sorted, one filter for rows and charts, and charts that show their values.
const data = JSON.parse(document.getElementById('chart-data').textContent);
const shown = {
  norm: new Set(data.heads.keys()), clip: new Set(data.clips.keys()), seed: new Set(data.seeds.keys()),
  setting: data.shown
};

function added(parent, name, properties) {
  return parent.appendChild(Object.assign(document.createElement(name), properties));
}

// ---- Tables

const plain = cell => cell.textContent.replace(/\u2212/g, '-').replace(/\s+/g, ' ').trim();

// The number that a cell begins with: a value, a mean before its deviation, the lower end of an
// interval, a bound. Without a number: NaN.
function leading(text) {
  const found = /^(<?) ?([+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)/i.exec(text.replace(/(\d),(?=\d{3})/g, '$1'));
  return found ? Number(found[2]) * (found[1] ? 1 - 1e-9 : 1) : NaN;
}

function sortable(table) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  [...table.tHead.rows[0].cells].forEach((header, column) => {
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', className: 'sort', title: 'Sort by this column' });
    button.append(...header.childNodes);
    header.append(button);
    header.ariaSort = 'none';
    button.onclick = () => {
      const order = { none: 'ascending', ascending: 'descending', descending: 'none' }[header.ariaSort];
      [...header.parentNode.cells].forEach(other => { other.ariaSort = 'none'; });
      header.ariaSort = order;
      body.append(...(order === 'none' ? rows : sorted(rows, column, order === 'ascending' ? 1 : -1)));
    };
  });
}

// Numbers by value if all cells are numbers, otherwise texts; empty cells last in both orders.
function sorted(rows, column, sign) {
  const keyed = rows.map(row => {
    const text = plain(row.cells[column]);
    return { row, text, empty: /^[–-]?$/.test(text), number: leading(text) };
  });
  const numeric = keyed.every(one => one.empty || !Number.isNaN(one.number));
  return keyed.sort((one, other) => one.empty - other.empty || sign * (numeric
    ? one.number - other.number || 0 : one.text.localeCompare(other.text, 'en', { numeric: true })))
    .map(one => one.row);
}

// Places of the names that a text mentions; a name within a longer one does not count.
function mentioned(text, names) {
  const found = [];
  for (const [name, k] of names.map((name, k) => [name, k]).sort((a, b) => b[0].length - a[0].length)) {
    if (name && text.includes(name)) {
      found.push(k);
      text = text.replaceAll(name, ' ');
    }
  }
  return found;
}

function tagged(table) {
  const seedColumn = [...table.tHead.rows[0].cells].findIndex(cell => plain(cell) === 'seed');
  return [...table.tBodies[0].rows].map(row => {
    const name = plain(row.cells[0]);
    const seed = seedColumn < 0 ? -1 : data.seeds.indexOf(Number(plain(row.cells[seedColumn])));
    return { row, norm: mentioned(name, data.heads), clip: mentioned(name, data.clips), seed: seed < 0 ? [] : [seed] };
  });
}

const tables = [...document.querySelectorAll('table.data')]
  .filter(table => table.tHead && !table.querySelector('[colspan], [rowspan]'));
const rows = tables.flatMap(tagged);
tables.forEach(sortable);

function filterRows() {
  for (const one of rows) {
    one.row.hidden = !['norm', 'clip', 'seed'].every(key => one[key].every(k => shown[key].has(k)));
  }
}

// ---- Filter

const contents = document.getElementById('contents');
contents.querySelector('summary').textContent = 'Contents and filter';
const filter = added(contents.querySelector('details'), 'form', { id: 'filter' });

function choices(legend, key, names) {
  if (names.length < 2) {
    return;
  }
  const box = added(filter, 'fieldset', {});
  added(box, 'legend', { textContent: legend });
  names.forEach((name, k) => {
    const label = added(box, 'label', {});
    const tick = added(label, 'input', { type: 'checkbox', checked: true, name: key, value: name });
    label.append(' ' + name);
    tick.onchange = () => {
      shown[key][tick.checked ? 'add' : 'delete'](k);
      update();
    };
  });
}

choices('Norm', 'norm', data.heads);
choices('Clipping', 'clip', data.clips);
choices('Seed', 'seed', data.seeds.map(String));
if (data.settings.length > 1) {
  const box = added(filter, 'fieldset', {});
  added(box, 'legend', { textContent: 'Setting in charts' });
  const select = added(added(box, 'label', {}), 'select', { name: 'setting' });
  data.settings.forEach((name, k) => select.add(new Option(name, k, k === shown.setting, k === shown.setting)));
  select.onchange = () => {
    shown.setting = Number(select.value);
    update();
  };
}
const status = added(filter, 'output', {});

const cellShown = cell => shown.norm.has(cell.head) && shown.clip.has(cell.clip) && cell.setting === shown.setting;
const trialsOf = cell => data.trials.filter(trial =>
  data.cells[trial.cell] === cell && shown.seed.has(data.seeds.indexOf(trial.seed)));

// ---- Charts

const font = { family: '"DejaVu Sans Condensed", "Helvetica Neue", Arial, sans-serif', size: 11, color: '#333' };
const config = {
  displaylogo: false, responsive: true,
  modeBarButtonsToRemove: ['zoom2d', 'pan2d', 'zoomIn2d', 'zoomOut2d', 'autoScale2d', 'lasso2d', 'select2d']
};
const clear = color => color + '2e';

// One point for each abscissa: the mean over trials, the smallest and the largest value.
function merged(trials, series) {
  const all = new Map();
  for (const [x, y, low = y, high = y] of trials.flatMap(series)) {
    if (y !== null) {
      const one = all.get(x) ?? { x, sum: 0, count: 0, low, high };
      all.set(x, Object.assign(one, {
        sum: one.sum + y, count: one.count + 1, low: Math.min(one.low, low), high: Math.max(one.high, high)
      }));
    }
  }
  return [...all.values()].sort((a, b) => a.x - b.x);
}

function lineTraces(cell, spec) {
  const points = merged(trialsOf(cell), spec.series);
  if (points.length === 0) {
    return [];
  }
  const name = cell.label + (spec.suffix ?? '');
  const line = {
    type: 'scatter', name, meta: cell.label, x: points.map(p => p.x), y: points.map(p => p.sum / p.count),
    mode: spec.markers ? 'lines+markers' : 'lines', line: { color: cell.color, dash: spec.dash ?? cell.dash, width: 1.8 },
    marker: { symbol: cell.symbol, size: 6, color: cell.color, maxdisplayed: 12 },
    customdata: points.map(p => [p.low, p.high]),
    hovertemplate: spec.band && points.some(p => p.low < p.high)
      ? `%{y:${spec.digits}} (%{customdata[0]:${spec.digits}} to %{customdata[1]:${spec.digits}})` : `%{y:${spec.digits}}`
  };
  const band = {
    type: 'scatter', meta: cell.label, mode: 'lines', line: { width: 0 }, fill: 'toself', fillcolor: clear(cell.color), hoverinfo: 'skip',
    x: [...points.map(p => p.x), ...points.map(p => p.x).reverse()],
    y: [...points.map(p => p.high), ...points.map(p => p.low).reverse()]
  };
  return [...(spec.band && points.some(p => p.low < p.high) ? [band] : []), line, ...(spec.saved ? savedEpoch(cell, points) : [])];
}

// A ring around the point of the saved epoch, the median over trials.
function savedEpoch(cell, points) {
  const epochs = trialsOf(cell).map(trial => trial.saved).filter(epoch => epoch !== null).sort((a, b) => a - b);
  return points.filter(point => point.x === epochs[Math.floor((epochs.length - 1) / 2)]).map(point => ({
    type: 'scatter', mode: 'markers', hoverinfo: 'skip', meta: cell.label, x: [point.x], y: [point.sum / point.count],
    marker: { symbol: 'circle-open', size: 14, color: cell.color, line: { width: 1.5 } }
  }));
}

// Charts of lines, by the figure that they stand for.
const epochs = pick => trial => trial.epochs.map((row, k) => [k + 1, row[pick]]);
const loss = { x: 'epoch', y: 'cross-entropy (nats)', digits: '.3f', markers: true, band: true };
const accuracy = { x: 'epoch', y: 'accuracy (%)', digits: '.1f', markers: true, band: true };
const iteration = { x: 'iteration', band: true };
// Sizes of gradients have one axis for all heads, of logarithms.
function sizes() {
  const values = data.trials.filter(trial => cellShown(data.cells[trial.cell]))
    .flatMap(trial => [...trial.before, ...trial.after]).flatMap(point => point.slice(2)).filter(value => value > 0);
  return values.length === 0 ? undefined
    : [Math.log10(Math.min(...values) / 1.3), Math.log10(Math.max(...values) * 1.3)];
}
const lineCharts = {
  'curves': [
    { title: 'Training loss', lines: [{ ...loss, series: epochs(0) }] },
    { title: 'Validation loss', lines: [{ ...loss, series: epochs(1), saved: true }] },
    { title: 'Training accuracy', lines: [{ ...accuracy, series: epochs(2) }] },
    { title: 'Validation accuracy', lines: [{ ...accuracy, series: epochs(3) }] }
  ],
  'gradient-total': data.heads.map((head, k) => ({
    title: head, thresholds: true, range: sizes, of: cell => cell.head === k,
    lines: [
      { ...iteration, y: '2-norm (nats/unit)', digits: '.3~g', series: trial => trial.before, suffix: ', before clipping' },
      { ...iteration, y: '2-norm (nats/unit)', digits: '.3~g', series: trial => trial.after, suffix: ', after clipping', markers: true, band: false }
    ]
  })),
  'gradient-steps': [
    { title: 'Clipping factor', range: () => [-0.03, 1.03], lines: [{ ...iteration, y: 'factor', digits: '.3f', series: trial => trial.factor }] },
    { title: 'Gradient noise', lines: [{ ...iteration, y: 'deviation / mean (%)', digits: '.1f', band: false, series: trial => trial.noise }] }
  ]
};

function drawLines(div, chart) {
  const cells = data.cells.filter(cell => cellShown(cell) && (chart.of?.(cell) ?? true));
  const traces = cells.flatMap(cell => chart.lines.flatMap(spec => lineTraces(cell, spec)));
  const limits = chart.thresholds ? [...new Set(cells.map(cell => cell.threshold))].filter(limit => limit !== null) : [];
  const [{ x, y }] = chart.lines;
  Plotly.react(div, traces, {
    title: { text: chart.title, font: { ...font, size: 13 }, x: 0.02, y: 0.97 }, font, showlegend: false, height: 260,
    margin: { l: 52, r: 8, t: 28, b: 38 }, hovermode: cells.length > 12 ? 'closest' : 'x unified', hoverdistance: cells.length > 12 ? 20 : -1,
    hoverlabel: { font: { ...font, size: 10.5 }, namelength: -1 },
    xaxis: { title: { text: x, standoff: 4 }, unifiedhovertitle: { text: x + ' %{x}' }, zeroline: false, gridcolor: '#ddd' },
    yaxis: {
      title: { text: y, standoff: 4 }, zeroline: false, gridcolor: '#ddd', range: chart.range?.(),
      ...(chart.thresholds ? { type: 'log', dtick: 1, minor: { ticks: 'outside', ticklen: 3 } } : {})
    },
    shapes: limits.map(limit => ({
      type: 'line', xref: 'paper', x0: 0, x1: 1, y0: limit, y1: limit, line: { color: '#555', width: 1, dash: '3px,2px' }
    }))
  }, config);
}

// One seed: its accuracy with the interval for sampling images. Several: the mean with the interval
// over seeds, if there are three, above the seeds, which lines join between clipping choices.
function accuracyTraces(cells) {
  const several = shown.seed.size > 1;
  const tested = cell => trialsOf(cell).filter(trial => trial.test.length > 0);
  const means = cells.map((cell, place) => {
    const values = tested(cell).map(trial => trial.test[0]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
    const [{ test }] = tested(cell);
    const half = values.length > 2 ? data.student[values.length - 2] * Math.sqrt(variance / values.length) : 0;
    const [low, high] = several ? [mean - half, mean + half] : [test[1], test[2]];
    const range = low < high ? `<br>95 % interval ${low.toFixed(1)} to ${high.toFixed(1)}` : '';
    return {
      type: 'scatter', mode: 'markers', name: cell.label, meta: cell.label, x: [mean], y: [several ? place - 0.22 : place],
      error_x: { type: 'data', symmetric: false, thickness: 1.4, width: 0, color: cell.color, array: [high - mean], arrayminus: [mean - low] },
      marker: { symbol: cell.symbol, color: cell.color, size: 9 },
      hovertemplate: (several ? `mean of ${values.length} seeds: ` : '') + `%{x:.1f} %${range}`
    };
  });
  const joined = new Map();
  cells.forEach((cell, place) => tested(cell).forEach(trial => {
    const key = `${cell.head} ${trial.seed}`;
    const line = joined.get(key) ?? {
      type: 'scatter', mode: 'lines+markers', name: `seed ${trial.seed}`, meta: cell.label, x: [], y: [], text: [],
      line: { color: cell.color + '80', width: 0.8 }, marker: { color: cell.color + '80', size: 4 }, hovertemplate: '%{text}<br>%{x:.1f} %'
    };
    line.x.push(trial.test[0]);
    line.y.push(place);
    line.text.push(cell.label);
    joined.set(key, line);
  }));
  return several ? [...joined.values(), ...means] : means;
}

function drawAccuracies(div) {
  const cells = data.cells.filter(cell => cellShown(cell) && trialsOf(cell).some(trial => trial.test.length > 0));
  const narrow = div.clientWidth < 500;
  Plotly.react(div, accuracyTraces(cells), {
    font, showlegend: false, height: 60 + 40 * Math.max(1, cells.length), margin: { l: 8, r: 8, t: 8, b: 40 }, hovermode: 'closest',
    hoverlabel: { font: { ...font, size: 10.5 }, namelength: -1 },
    xaxis: { title: { text: 'test accuracy (%)', standoff: 4 }, gridcolor: '#ddd', zeroline: false },
    yaxis: {
      range: [cells.length - 0.4, -0.6], tickvals: cells.map((cell, k) => k), automargin: true, gridcolor: '#ddd', zeroline: false,
      ticktext: cells.map(cell => narrow ? cell.label.replaceAll(', ', ',<br>') : cell.label)
    }
  }, config);
}

const lossDigits = value => value === null ? 'not finite' : value.toFixed(value < 0.1 ? 3 : value < 10 ? 2 : 1);

function drawSurface(div, trial) {
  const ticks = data.levels.filter((level, k) => k % 2 === 0);
  const range = [Math.log10(data.levels[0]), Math.log10(data.levels.at(-1))];
  const scale = { tickvals: ticks.map(Math.log10), ticktext: ticks.map(lossDigits) };
  Plotly.react(div, [{
    type: 'surface', x: trial.surface.a, y: trial.surface.b,
    z: trial.surface.loss.map(row => row.map(value => value === null ? null : Math.log10(Math.max(value, data.levels[0])))),
    text: trial.surface.loss.map(row => row.map(lossDigits)), cmin: range[0], cmax: range[1], colorscale: data.colors,
    colorbar: { ...scale, title: { text: 'loss (nats)' }, orientation: 'h', y: 0, yanchor: 'top', len: 0.8, thickness: 10 },
    contours: { z: { show: true, usecolormap: true, project: { z: true } } },
    hovertemplate: 'a %{x:.2f}<br>b %{y:.2f}<br>loss %{text} nats<extra></extra>'
  }], {
    font, height: 460, margin: { l: 0, r: 0, t: 8, b: 60 }, uirevision: 'camera',
    scene: {
      xaxis: { title: { text: 'a (filter norms)' } }, yaxis: { title: { text: 'b (filter norms)' } },
      zaxis: { ...scale, range, title: { text: 'loss (nats)' } }, aspectmode: 'manual', aspectratio: { x: 1, y: 1, z: 0.7 },
      camera: { eye: { x: -1.5, y: -1.5, z: 1 } }
    }
  }, config);
}

// ---- Where charts stand: above the figure that they replace on screens

const drawings = [];

function chartsFor(figure) {
  const printed = figure.querySelector('svg, img');
  printed.classList.add('printed');
  const head = document.createElement('div');
  head.className = 'chart-head';
  legend(head);
  const label = added(head, 'label', {});
  const tick = added(label, 'input', { type: 'checkbox' });
  label.append(' as printed');
  const area = document.createElement('div');
  area.className = 'chart-only';
  printed.before(head, area);
  tick.onchange = () => {
    figure.classList.toggle('interactive', !tick.checked);
    update();
  };
  figure.classList.add('interactive');
  return area;
}

function legend(head) {
  const list = added(head, 'div', { className: 'legend' });
  drawings.push(() => list.replaceChildren(...data.cells.filter(cellShown).map(cell => {
    const item = document.createElement('span');
    const sample = item.appendChild(document.createElementNS('http://www.w3.org/2000/svg', 'svg'));
    const line = sample.appendChild(document.createElementNS(sample.namespaceURI, 'path'));
    line.setAttribute('d', 'M0 5H30');
    line.style.cssText = `stroke: ${cell.color}; stroke-width: 2; stroke-dasharray: ${cell.dash === 'solid' ? 'none' : cell.dash}`;
    item.append(cell.label);
    return item;
  })));
}

function placeCharts() {
  for (const [name, charts] of Object.entries(lineCharts)) {
    const figure = document.getElementById('figure-' + name);
    const drawable = charts.filter(chart => data.trials.some(trial =>
      (chart.of?.(data.cells[trial.cell]) ?? true) && chart.lines.some(spec => spec.series(trial).length > 0)));
    if (figure && drawable.length > 0) {
      const grid = chartsFor(figure);
      grid.classList.add('charts');
      grid.classList.toggle('in-threes', drawable.length % 3 === 0);
      drawable.forEach(chart => {
        const div = added(grid, 'div', {});
        drawings.push(() => drawLines(div, chart));
      });
    }
  }
  const accuracies = document.getElementById('figure-test-accuracy');
  if (accuracies) {
    const div = added(chartsFor(accuracies), 'div', {});
    drawings.push(() => drawAccuracies(div));
  }
  placeSurface();
}

// Above the printed surfaces.
function placeSurface() {
  const printed = document.querySelector('#figure-loss-surface, #figure-landscape-surface, #figure-landscape-contour, table.pictures');
  if (!printed || !data.trials.some(trial => trial.surface)) {
    return;
  }
  const place = document.createElement('div');
  Object.assign(place, { id: 'surface-chart', className: 'interactive' });
  printed.closest('.figure').before(place);
  const area = added(place, 'div', { className: 'chart-only' });
  const label = added(area, 'label', { textContent: 'Loss surface of ' });
  const select = added(label, 'select', {});
  added(area, 'p', { className: 'note', textContent:
    'Drag to turn, scroll to zoom. Height and colour show the loss on one logarithmic scale for all trials.' });
  const div = added(area, 'div', {});
  const draw = () => {
    const trial = data.trials[Number(select.value)];
    div.hidden = select.value === '';
    if (!div.hidden) {
      drawSurface(div, trial);
    }
  };
  select.onchange = draw;
  drawings.push(() => {
    const before = select.value;
    select.replaceChildren(...data.trials.flatMap((trial, k) => {
      const cell = data.cells[trial.cell];
      return trial.surface && cellShown(cell) && trialsOf(cell).includes(trial)
        ? [new Option(`${cell.label}, seed ${trial.seed}`, k, false, String(k) === before)] : [];
    }));
    draw();
  });
}

function update() {
  filterRows();
  drawings.forEach(draw => draw());
  const count = data.cells.filter(cellShown).flatMap(trialsOf).length;
  const many = data.seeds.length > 1 ? ' Charts show means over the chosen seeds; tables of means are over all seeds.' : '';
  status.textContent = `${count} of ${data.trials.length} trials in charts.${many}`;
}

// The library is compressed; a browser that cannot unpack it shows the printed figures.
async function loadLibrary() {
  const packed = Uint8Array.from(atob(document.getElementById('plotly').textContent), c => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  added(document.head, 'script', { textContent: await new Response(stream).text() });
}

if (matchMedia('(max-width: 1119px)').matches) {
  contents.querySelector('details').open = false;
}
if (typeof DecompressionStream === 'function') {
  loadLibrary().then(placeCharts).then(update).then(() => document.body.classList.add('ready'));
} else {
  update();
}
