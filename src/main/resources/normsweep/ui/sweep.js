'use strict';

const REFRESH_MILLIS = 2000;
const PATH = document.getElementById('header').dataset.path;

/** What the reader sets; an update leaves it. */
const OWN_ATTRIBUTES = ['hidden', 'open', 'aria-sort'];

const control = id => document.getElementById(id);
const chart = new LineChart(control('chart'));
let curves = null;
let answered = '';
let drawn = '';
let sorted = {key: 'trial', down: false};

async function requested(path) {
  const answer = await fetch(PATH + path);
  if (!answer.ok) {
    throw new Error(await answer.text());
  }
  return answer;
}

/** Makes a node like another one, keeping what is the same: focus, scrolling and selections stay. */
function renew(node, like) {
  if (node.isEqualNode(like)) {
    return;
  }
  if (node.nodeType !== Node.ELEMENT_NODE) {
    if (node.data !== like.data) {
      node.data = like.data;
    }
    return;
  }
  for (const {name} of [...node.attributes]) {
    if (!like.hasAttribute(name) && !OWN_ATTRIBUTES.includes(name)) {
      node.removeAttribute(name);
    }
  }
  for (const {name, value} of like.attributes) {
    if (node.getAttribute(name) !== value && !OWN_ATTRIBUTES.includes(name)) {
      node.setAttribute(name, value);
    }
  }
  renewChildren(node, [...like.childNodes]);
}

const blank = node => node.nodeType === Node.TEXT_NODE && node.data.trim() === '';

/** Children with a key may be in any order: the reader may have sorted them. */
function renewChildren(node, children) {
  const wanted = children.filter(like => !blank(like));
  const keyed = new Map();
  const others = [];
  for (const child of [...node.childNodes].filter(one => !blank(one))) {
    child.dataset?.key ? keyed.set(child.dataset.key, child) : others.push(child);
  }
  let previous = null;
  for (const like of wanted) {
    const key = like.dataset?.key;
    let found = key ? keyed.get(key) : others.shift();
    if (key) {
      keyed.delete(key);
    }
    if (!found) {
      // A copy: the option of a list that loses another one becomes the selected one.
      found = like.cloneNode(true);
      node.insertBefore(found, previous ? previous.nextSibling : node.firstChild);
    } else if (found.nodeName === like.nodeName) {
      renew(found, like);
    } else {
      const copy = like.cloneNode(true);
      found.replaceWith(copy);
      found = copy;
    }
    previous = found;
  }
  for (const gone of [...keyed.values(), ...others]) {
    gone.remove();
  }
}

async function refresh() {
  try {
    const text = document.hidden ? answered : await (await requested('')).text();
    performance.mark('answered');
    if (text !== answered) {
      const page = new DOMParser().parseFromString(text, 'text/html');
      for (const part of document.querySelectorAll('.live')) {
        renew(part, page.getElementById(part.id));
      }
      arrange();
      answered = text;
    }
    if (newest() !== drawn) {
      await load();
    }
    performance.measure('update', 'answered');
  } catch (error) {
    answered = '';
    drawn = '';
    control('connection').textContent =
        'The server no longer answers; this is its last known state.';
  }
  setTimeout(refresh, REFRESH_MILLIS);
}

/** Sorts and filters the table. */
function arrange() {
  const filters = [...document.querySelectorAll('select[data-filter]')]
    .filter(filter => filter.value !== '');
  const rows = [...control('trials').rows];
  for (const row of rows) {
    row.hidden = filters.some(filter => filter.value !== [...row.cells]
      .find(cell => cell.dataset.filter === filter.dataset.filter).dataset.value);
  }
  const heads = [...control('table').tHead.rows[0].cells];
  const column = Math.max(0, heads.findIndex(head => head.dataset.key === sorted.key));
  heads.forEach((head, i) => i === column
    ? head.setAttribute('aria-sort', sorted.down ? 'descending' : 'ascending')
    : head.removeAttribute('aria-sort'));
  const order = row => row.cells[column].dataset.order;
  const compared = [...rows].sort((a, b) => {
    // What is not known comes last, whatever the direction.
    if (order(a) === '' || order(b) === '') {
      return (order(a) === '') - (order(b) === '');
    }
    const numeric = order(a) - order(b);
    const result = Number.isNaN(numeric) ? order(a).localeCompare(order(b)) : numeric;
    return sorted.down ? -result : result;
  });
  if (compared.some((row, i) => row !== rows[i])) {
    const focus = document.activeElement;
    control('trials').append(...compared);
    focus.focus({preventScroll: true});
  }
  const shown = rows.filter(row => !row.hidden).length;
  say(control('shown'), shown === rows.length ? 'All ' + rows.length + ' trials are shown.'
    : shown + ' of ' + rows.length + ' trials are shown, in the curves too.');
}

function say(place, text) {
  if (place.textContent !== text) {
    place.textContent = text;
  }
}

/** Differs once there is more of what is drawn. */
function newest() {
  const kind = control('kind');
  return kind.value + control('header').dataset[kind.selectedOptions[0].dataset.version];
}

async function load() {
  const version = newest();
  curves = await (await requested('/curves/' + control('kind').value)).json();
  drawn = version;
  draw();
}

/** Exponential moving average whose start is not drawn towards zero. */
function smooth(values) {
  const weight = Number(control('smoothing').value);
  let sum = 0;
  let weights = 0;
  return weight === 0 ? values : values.map(value => {
    sum = weight * sum + (1 - weight) * value;
    weights = weight * weights + (1 - weight);
    return sum / weights;
  });
}

/** Mean, lowest and highest of the trials of a cell, where any has a point. */
function averaged(trials) {
  const points = new Map();
  for (const {curve} of trials) {
    const smoothed = smooth(curve.y);
    curve.x.forEach((x, i) => points.set(x, [...points.get(x) ?? [], smoothed[i]]));
  }
  const x = [...points.keys()].sort((a, b) => a - b);
  const of = fold => x.map(at => fold(points.get(at)));
  const line = {x, y: of(values => values.reduce((a, b) => a + b) / values.length)};
  return trials.length === 1 ? line
    : {...line, low: of(values => Math.min(...values)), high: of(values => Math.max(...values))};
}

function lines() {
  const shown = new Set(
      [...control('trials').rows].filter(row => !row.hidden).map(row => row.dataset.trial));
  const by = control('colour').value;
  const colours = [...new Set(curves.trials.map(trial => trial.cell[by]))];
  const dashes = [...new Set(curves.trials.map(trial => rest(trial, by)))];
  const groups = new Map();
  for (const trial of curves.trials.filter(one => shown.has(one.id))) {
    const key = control('mean').checked ? Object.values(trial.cell).join(', ') : trial.name;
    groups.set(key, [...groups.get(key) ?? [], trial]);
  }
  return [...groups].map(([key, trials]) => ({
    key,
    label: key || 'all trials',
    colour: colours.indexOf(trials[0].cell[by]),
    dash: LineChart.dash(dashes.indexOf(rest(trials[0], by)) + dashes.length
      * Math.floor(colours.indexOf(trials[0].cell[by]) / LineChart.COLOURS)),
    ...averaged(trials),
  })).sort((a, b) => a.colour - b.colour);
}

/** What the colour does not tell. */
function rest(trial, by) {
  return Object.entries(trial.cell).filter(([key]) => key !== by).map(entry => entry[1]).join();
}

/** The thresholds of clipping, as lines as long as the others. */
function thresholds(all) {
  const last = Math.max(...all.map(line => line.x[line.x.length - 1]));
  return all.length === 0 ? [] : curves.thresholds.map(value => ({
    key: 'threshold ' + value, label: 'threshold ' + value, colour: 6, dash: [2, 2],
    x: [all[0].x[0], last], y: [value, value],
  }));
}

function draw() {
  if (!curves) {
    return;
  }
  const all = lines();
  chart.show({
    xLabel: curves.x,
    yLabel: curves.label,
    percent: curves.share,
    log: control('log').checked,
    lines: [...all, ...thresholds(all)],
  });
  const unit = curves.perPoint > 1
    ? 'Each point is the mean of the ' + curves.perPoint + ' steps from there on. ' : '';
  say(control('chart-note'), all.length > 0
    ? unit + 'Drag in the chart, or use its buttons, to zoom.'
    : curves.trials.length === 0 ? 'Nothing of this kind has been recorded yet.'
      : 'No trial that is shown has recorded this yet.');
}

control('kind').addEventListener('change', () => {
  chart.zoomTo(null);
  load();
});
for (const id of ['colour', 'mean', 'log', 'smoothing']) {
  control(id).addEventListener('input', draw);
}
control('filters').addEventListener('change', () => {
  arrange();
  draw();
});
control('table').tHead.addEventListener('click', event => {
  const key = event.target.closest('th')?.dataset.key;
  if (key) {
    sorted = {key, down: sorted.key === key && !sorted.down};
    arrange();
  }
});
arrange();
refresh();
