'use strict';

/**
 * A chart of lines over epochs or steps, drawn by uPlot in the colours of theme.css. Dragging or the
 * buttons zoom; a double click shows everything again. The values below the pointer stand in the
 * legend, whose buttons hide lines; with the chart in focus, arrow keys move the pointer.
 *
 * show({xLabel, yLabel, percent, log, lines: [{key, label, colour, dash, x, y, low, high}]}) draws:
 * `colour` is the number of a --series-N, `dash` a list of lengths, and low and high, if given, edge
 * a band around the line. What was zoomed or hidden stays so.
 */
class LineChart {
  static HEIGHT = 340;
  static ZOOM = 0.6;
  static COLOURS = 8;
  static FEW = 12;
  static DASHES = [null, [7, 4], [2, 3], [9, 3, 2, 3], [14, 4], [5, 2]];

  /** Patterns that all differ: beyond the first, ever more dots after a dash. */
  static dash(number) {
    return LineChart.DASHES[number]
      ?? (number < LineChart.DASHES.length ? null
        : [9, 3, ...Array(number - LineChart.DASHES.length + 2).fill([2, 3]).flat()]);
  }

  constructor(place) {
    this.place = place;
    this.hidden = new Set();
    this.zoomed = null;
    this.plot = null;
    this.spec = null;
    this.shape = '';
    this.canvas = this.add(place, 'div', 'chart-canvas');
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute('role', 'group');
    const bar = this.add(place, 'div', 'chart-bar');
    this.readout = this.add(bar, 'output', 'chart-readout');
    this.button(bar, 'Zoom in', () => this.zoom(LineChart.ZOOM));
    this.button(bar, 'Zoom out', () => this.zoom(1 / LineChart.ZOOM));
    this.button(bar, 'Show all', () => this.zoomTo(null));
    this.legend = this.add(place, 'ul', 'chart-legend');
    this.canvas.addEventListener('keydown', event => this.key(event));
    new ResizeObserver(() => this.resize()).observe(this.canvas);
    window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.shape = '';
      this.show(this.spec);
    });
  }

  add(parent, name, className) {
    const node = document.createElement(name);
    node.className = className;
    parent.append(node);
    return node;
  }

  button(parent, text, action) {
    const button = this.add(parent, 'button', '');
    button.type = 'button';
    button.textContent = text;
    button.addEventListener('click', action);
    return button;
  }

  show(spec) {
    if (!spec) {
      return;
    }
    const sameX = this.spec && this.spec.xLabel === spec.xLabel;
    this.spec = spec;
    this.place.classList.toggle('chart-empty', spec.lines.length === 0);
    const shape = JSON.stringify([spec.xLabel, spec.yLabel, spec.percent, spec.log,
      spec.lines.map(line => [line.key, line.label, line.colour, line.dash, !!line.low, line.x.length > 1])]);
    const data = this.data(spec.lines);
    if (shape === this.shape) {
      this.plot.setData(data, !this.zoomed);
      if (this.zoomed) {
        this.plot.setScale('x', this.zoomed);
      }
      this.say();
      return;
    }
    this.shape = shape;
    this.zoomed = sameX ? this.zoomed : null;
    this.draw(data);
    this.drawLegend();
  }

  /** What uPlot takes: all x in one column, then each line's y and the edges of its band. */
  data(lines) {
    const usable = values => values.map(value => Number.isFinite(value)
        && (!this.spec.log || value > 0) ? value : null);
    const tables = lines.map(line => line.low
      ? [line.x, usable(line.y), usable(line.low), usable(line.high)]
      : [line.x, usable(line.y)]);
    return tables.length === 0 ? [[]] : tables.length === 1 ? tables[0] : uPlot.join(tables);
  }

  draw(data) {
    this.plot?.destroy();
    const style = getComputedStyle(document.documentElement);
    const colour = name => style.getPropertyValue(name).trim();
    const series = [{}];
    const bands = [];
    this.columns = [];
    for (const line of this.spec.lines) {
      const stroke = colour('--series-' + line.colour % LineChart.COLOURS);
      const show = !this.hidden.has(line.key);
      this.columns.push(series.length);
      // Among many lines, the points of each would hide the others.
      const points = this.spec.lines.length > LineChart.FEW && line.x.length > 1
        ? {show: false} : {size: 5};
      series.push({label: line.key, stroke, show, width: 2, dash: line.dash || undefined, points});
      if (line.low) {
        series.push({label: '', show, stroke: 'transparent', width: 0, points: {show: false}});
        series.push({label: '', show, stroke: 'transparent', width: 0, points: {show: false}});
        bands.push({series: [series.length - 1, series.length - 2], fill: stroke + '26'});
      }
    }
    const axis = {stroke: colour('--faint'), font: '12px system-ui, sans-serif',
      labelFont: '12px system-ui, sans-serif', grid: {stroke: colour('--line'), width: 1},
      ticks: {stroke: colour('--line'), width: 1}};
    this.plot = new uPlot({
      width: this.width(),
      height: LineChart.HEIGHT,
      legend: {show: false},
      focus: {alpha: 0.35},
      cursor: {focus: {prox: 24}, drag: {x: true, y: false}, y: false},
      scales: {x: {time: false}, y: {distr: this.spec.log ? 3 : 1}},
      axes: [
        {...axis, label: this.spec.xLabel, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3,
          5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5], size: 38, labelSize: 20},
        {...axis, label: this.spec.yLabel, labelSize: 20,
          size: (plot, ticks) => 18 + 8 * Math.max(5, ...(ticks ?? []).map(text => text.length)),
          values: (plot, ticks) => ticks.map(tick => tick === null ? '' : this.tick(tick))},
      ],
      series,
      bands,
      hooks: {
        setCursor: [() => this.say()],
        setSeries: [(plot, at) => this.focus(at)],
        setSelect: [plot => plot.select.width > 0 && this.zoomTo({
          min: plot.posToVal(plot.select.left, 'x'),
          max: plot.posToVal(plot.select.left + plot.select.width, 'x')})],
      },
    }, data, this.canvas);
    this.plot.over.addEventListener('dblclick', () => this.zoomTo(null));
    if (this.zoomed) {
      this.plot.setScale('x', this.zoomed);
    }
    this.canvas.setAttribute('aria-label', this.spec.yLabel + ' by ' + this.spec.xLabel + ', '
      + this.spec.lines.length + ' lines; arrow keys read values');
  }

  drawLegend() {
    this.values = [];
    this.legend.replaceChildren(...this.spec.lines.map((line, i) => {
      const item = document.createElement('li');
      const toggle = this.button(item, '', () => this.toggle(i));
      toggle.dataset.key = line.key;
      toggle.setAttribute('aria-pressed', String(!this.hidden.has(line.key)));
      const swatch = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
      swatch.setAttribute('viewBox', '0 0 48 8');
      swatch.setAttribute('aria-hidden', 'true');
      const stroke = document.createElementNS('http://www.w3.org/2000/svg', 'path');
      stroke.setAttribute('d', 'M0 4H48');
      stroke.setAttribute('class', 'series-' + line.colour % LineChart.COLOURS);
      stroke.setAttribute('stroke-dasharray', (line.dash || []).join(' '));
      swatch.append(stroke);
      const value = document.createElement('b');
      this.values.push(value);
      toggle.append(swatch, ' ' + line.label + ' ', value);
      return item;
    }));
  }

  toggle(i) {
    const line = this.spec.lines[i];
    const show = this.hidden.has(line.key);
    this.hidden[show ? 'delete' : 'add'](line.key);
    this.legend.children[i].firstChild.setAttribute('aria-pressed', String(show));
    this.plot.batch(() => {
      for (let k = 0; k < (line.low ? 3 : 1); k++) {
        this.plot.setSeries(this.columns[i] + k, {show});
      }
    });
  }

  zoomTo(range) {
    this.zoomed = range;
    this.plot?.setSelect({left: 0, width: 0, top: 0, height: 0}, false);
    if (range) {
      this.plot?.setScale('x', range);
    } else {
      this.plot?.setData(this.plot.data, true);
    }
  }

  zoom(factor) {
    const {min, max} = this.plot?.scales.x ?? {};
    if (min == null) {
      return;
    }
    const at = this.plot.cursor.left >= 0 ? this.plot.posToVal(this.plot.cursor.left, 'x')
      : (min + max) / 2;
    this.zoomTo({min: at - (at - min) * factor, max: at + (max - at) * factor});
  }

  key(event) {
    const xs = this.plot?.data[0] ?? [];
    const steps = {ArrowLeft: -1, ArrowRight: 1, Home: -xs.length, End: xs.length};
    if (event.target !== this.canvas || !(event.key in steps) || xs.length === 0) {
      return;
    }
    event.preventDefault();
    const from = this.plot.cursor.idx ?? (steps[event.key] > 0 ? -1 : xs.length);
    const to = Math.max(0, Math.min(xs.length - 1, from + steps[event.key]));
    this.plot.setCursor({left: this.plot.valToPos(xs[to], 'x'), top: LineChart.HEIGHT / 3});
  }

  /** Shows each line's value below the pointer: its newest one up to there. */
  say() {
    const at = this.plot.cursor.left >= 0 ? this.plot.cursor.idx : null;
    const x = at == null ? null : this.plot.data[0][at];
    this.readout.textContent = x == null ? '' : this.spec.xLabel + ' ' + x;
    this.spec.lines.forEach((line, i) => {
      let value = null;
      for (let k = at; x != null && k >= 0 && value == null; k--) {
        value = this.plot.data[this.columns[i]][k];
      }
      this.values?.[i]?.replaceChildren(value == null ? '' : this.value(value));
    });
  }

  focus(at) {
    const line = this.columns.indexOf(at);
    [...this.legend.children].forEach((item, i) => item.classList.toggle('near', i === line));
  }

  value(number) {
    return this.spec.percent ? (100 * number).toFixed(1) + ' %' : String(+number.toPrecision(4));
  }

  tick(number) {
    return this.spec.percent ? +(100 * number).toFixed(2) + ' %' : String(+number.toPrecision(6));
  }

  width() {
    return Math.max(200, this.canvas.clientWidth);
  }

  resize() {
    if (this.plot && this.plot.width !== this.width()) {
      this.plot.setSize({width: this.width(), height: LineChart.HEIGHT});
    }
  }
}
