'use strict';

const REFRESH_MILLIS = 3000;
const SVG = 'http://www.w3.org/2000/svg';
const CHART = {left: 44, marginRight: 12, top: 12, bottom: 268, height: 310};
const TICK_STEPS = [1, 2, 5, 10, 20, 50, 100];
const TICK_WIDTH = 28;

function element(name, text, className) {
  const node = document.createElement(name);
  node.textContent = text;
  node.className = className || '';
  return node;
}

function drawing(name, attributes, text) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    node.setAttribute(key, value);
  }
  node.textContent = text || '';
  return node;
}

// One colour per head, dashes where gradients are clipped.
function curveClass(row, heads) {
  const head = row.result.norm + ' ' + row.result.placement;
  if (!heads.includes(head)) {
    heads.push(head);
  }
  const dashed = row.result.clip === 'none' ? '' : ' dashed';
  return 'curve colour-' + (heads.indexOf(head) % 4) + dashed;
}

function drawCurves(rows) {
  const chart = document.getElementById('curves');
  const legend = document.getElementById('legend');
  const curves = rows.filter(row => row.valAccuracy.length > 0);
  // One unit is one pixel, so that the chart fills its card and the text keeps its size.
  const width = chart.clientWidth;
  const right = width - CHART.marginRight;
  chart.setAttribute('viewBox', '0 0 ' + width + ' ' + CHART.height);
  chart.replaceChildren();
  legend.replaceChildren();
  if (curves.length === 0) {
    chart.append(drawing('text', {x: CHART.left, y: 30}, 'No epoch has finished yet.'));
    return;
  }
  const values = curves.flatMap(row => row.valAccuracy);
  const low = Math.floor(10 * Math.min(...values)) / 10;
  const high = Math.min(1, Math.ceil(10 * Math.max(...values) + 1e-9) / 10);
  const epochs = Math.max(2, ...curves.map(row => row.valAccuracy.length));
  const x = epoch => CHART.left + (right - CHART.left) * (epoch - 1) / (epochs - 1);
  const y = value => CHART.bottom - (CHART.bottom - CHART.top) * (value - low) / (high - low || 1);
  // Whole percentages: a rounded label would be beside the wrong line.
  const first = Math.round(100 * low);
  const last = Math.round(100 * high);
  for (let percent = first; percent <= last; percent += last - first <= 20 ? 5 : 10) {
    const level = y(percent / 100);
    chart.append(
        drawing('line', {class: 'axis', x1: CHART.left, x2: right, y1: level, y2: level}),
        drawing('text', {x: CHART.left - 6, y: level + 4, 'text-anchor': 'end'}, percent + ' %'));
  }
  const room = Math.max(1, Math.floor((right - CHART.left) / TICK_WIDTH));
  const step = TICK_STEPS.find(candidate => epochs / candidate <= room) || epochs;
  for (let epoch = step; epoch <= epochs; epoch += step) {
    chart.append(drawing('text', {x: x(epoch), y: CHART.bottom + 18, 'text-anchor': 'middle'},
        String(epoch)));
  }
  chart.append(drawing('text',
      {x: (CHART.left + right) / 2, y: CHART.bottom + 36, 'text-anchor': 'middle'}, 'epoch'));
  const heads = [];
  const named = new Set();
  for (const row of curves) {
    const style = curveClass(row, heads);
    const points = row.valAccuracy.map((value, i) => x(i + 1) + ',' + y(value)).join(' ');
    const curve = drawing('polyline', {class: style, points: points, 'data-trial': row.result.id});
    curve.append(drawing('title', {}, row.result.id));
    chart.append(curve);
    if (row.valAccuracy.length === 1) {
      chart.append(drawing('circle', {class: style, cx: x(1), cy: y(row.valAccuracy[0]), r: 2}));
    }
    if (!named.has(row.style)) {
      named.add(row.style);
      const sample = drawing('svg', {viewBox: '0 0 34 10', 'aria-hidden': 'true'});
      sample.append(drawing('line', {class: style, x1: 0, x2: 34, y1: 5, y2: 5}));
      const item = document.createElement('li');
      item.append(sample, ' ' + row.style);
      legend.append(item);
    }
  }
  if (curves.some(row => row.label !== row.style)) {
    legend.append(element('li', 'Hover over a curve or a trial to see which belong together.'));
  }
}

// Shows which curve belongs to the trial that the pointer is on.
function mark(id, on) {
  for (const curve of document.querySelectorAll('#curves [data-trial="' + CSS.escape(id) + '"]')) {
    curve.classList.toggle('marked', on);
  }
}

function say(text, problem) {
  const place = document.getElementById('summary');
  place.textContent = text;
  place.className = problem ? 'problem' : '';
}

function listen() {
  for (const line of document.querySelectorAll('#trials tr')) {
    line.addEventListener('mouseenter', () => mark(line.dataset.trial, true));
    line.addEventListener('mouseleave', () => mark(line.dataset.trial, false));
  }
}

async function requested(path) {
  const answer = await fetch(path);
  const text = await answer.text();
  if (!answer.ok) {
    throw new Error(text);
  }
  return text;
}

// The server renders what is text; here it takes the place of what was shown.
async function renew() {
  const page = new DOMParser().parseFromString(await requested('/sweep'), 'text/html');
  for (const id of ['name', 'summary', 'trials']) {
    document.getElementById(id).replaceWith(page.getElementById(id));
  }
  listen();
}

let shown = '';
let drawn = null;

async function refresh() {
  try {
    const text = await requested('/sweep/results');
    if (text !== shown) {
      await renew();
      shown = text;
      drawn = JSON.parse(text).trials;
      drawCurves(drawn);
    }
  } catch (error) {
    shown = '';
    say('The server no longer answers; this is its last known state.', true);
  }
  setTimeout(refresh, REFRESH_MILLIS);
}

window.addEventListener('resize', () => drawn && drawCurves(drawn));
refresh();
