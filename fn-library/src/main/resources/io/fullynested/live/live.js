'use strict';
(() => {
  const at = id => document.getElementById(id);
  const PERIOD = 1000;
  const runs = [];
  let search = null;
  let now = {};
  let from = 0;
  let ended = false;
  let failures = 0;

  function element(name, content, parent, className) {
    const made = document.createElement(name);
    made.textContent = content;
    if (className) made.className = className;
    parent.append(made);
    return made;
  }

  function drawn(name, attributes, parent, content) {
    const made = document.createElementNS('http://www.w3.org/2000/svg', name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    if (content !== undefined) made.textContent = content;
    if (parent) parent.append(made);
    return made;
  }

  const PREFIXES = ['', ' k', ' M', ' G', ' T', ' P'];
  const BINARY = [' B', ' KiB', ' MiB', ' GiB', ' TiB'];
  const digits = value => value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(1) : Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
  const percent = share => (100 * share).toFixed(2) + ' %';

  function quantity(value, unit) {
    const step = unit === 'bytes' ? 1024 : 1000;
    const prefixes = unit === 'bytes' ? BINARY : PREFIXES;
    let power = 0;
    while (Math.abs(value) >= 0.9995 * step && power < prefixes.length - 1) {
      value /= step;
      power++;
    }
    return digits(value) + prefixes[power] + (unit.length > 2 ? '' : unit);
  }

  function axis(values, start, end, log, bound) {
    let least = Math.min(...values);
    let most = Math.max(...values);
    const logarithmic = log && least > 0 && most / least > 6;
    const room = most > least ? 0.06 * (most - least) : Math.abs(most) / 20 || 1;
    if (!logarithmic) [least, most] = [least - room, most + room];
    most = Math.min(most, bound === undefined ? most : bound);
    const place = logarithmic ? value => Math.log(value / least) / Math.log(most / least) : value => (value - least) / (most - least);
    const ticks = [];
    if (logarithmic) {
      for (let power = Math.floor(Math.log10(least)); power <= Math.log10(most); power++) {
        for (const digit of most / least > 300 ? [1] : [1, 3]) {
          const tick = digit * 10 ** power;
          if (tick >= least && tick <= most) ticks.push(tick);
        }
      }
    } else {
      const rough = (most - least) / 4;
      const power = 10 ** Math.floor(Math.log10(rough));
      const step = power * (rough / power > 7 ? 10 : rough / power > 3 ? 5 : rough / power > 1.4 ? 2 : 1);
      for (let i = Math.ceil(least / step); i * step <= most; i++) ticks.push(i * step);
    }
    return {at: value => (start + place(value) * (end - start)).toFixed(1), ticks};
  }

  function frame(parent, label, height, x, y) {
    const width = Math.max(240, parent.clientWidth);
    const svg = drawn('svg', {viewBox: `0 0 ${width} ${height}`, height, class: 'figure', role: 'img', 'aria-label': label});
    const across = axis(x.values, 52, width - 14, x.log);
    const up = axis(y.values, height - 40, 26, false, y.bound);
    up.ticks.forEach(tick => {
      drawn('line', {class: 'grid', x1: 52, x2: width - 14, y1: up.at(tick), y2: up.at(tick)}, svg);
      drawn('text', {class: 'tick', x: 46, y: Number(up.at(tick)) + 4, 'text-anchor': 'end'}, svg, digits(tick));
    });
    let free = -Infinity;
    across.ticks.forEach(tick => {
      const place = Number(across.at(tick));
      const text = x.text(tick);
      if (text === '' || place < free + 6) return;
      free = place + text.length * 6.5;
      drawn('text', {class: 'tick', x: place, y: height - 22, 'text-anchor': 'middle'}, svg, text);
    });
    drawn('text', {class: 'name', x: 8, y: 12}, svg, y.name);
    drawn('text', {class: 'name', x: width - 14, y: height - 5, 'text-anchor': 'end'}, svg, x.name);
    return {svg, x: across, y: up, width, height};
  }

  const line = (points, x, y) => points.map((one, i) => (i ? 'L' : 'M') + x.at(one[0]) + ' ' + y.at(one[1])).join('');

  function figure(parent, key) {
    let found = parent.querySelector(`[data-key="${key}"]`);
    if (!found) {
      found = document.createElement('figure');
      found.dataset.key = key;
      parent.append(found);
    }
    return found;
  }

  function put(parent, svg, caption) {
    parent.replaceChildren(svg);
    element('figcaption', caption, parent);
  }

  const scale = name => name === 'loss' || name === 'learning rate' ? 1 : 100;

  function curve(name) {
    const series = (told, of) => told.filter(one => Number.isFinite(one.values[of])).map(one => [one.epoch, scale(name) * one.values[of]]);
    const points = run => series(run.epochs, name);
    const run = runs[runs.length - 1];
    const done = points(run);
    const last = done.length ? done[done.length - 1][0] : 0;
    const live = now.work === 'training' && now.epoch > last && now.values[name] !== undefined ? [now.epoch, scale(name) * now.values[name]] : null;
    const shown = runs.slice(0, -1).map(points);
    const measured = ['validation', 'smallest'].map(of => ({of, points: series(run.validated, of + ' ' + name)})).filter(one => one.points.length);
    const everything = [...shown.flat(), ...measured.flatMap(one => one.points), ...done, ...(live ? [live] : [])];
    if (!everything.length) return;
    const parent = figure(at('curves'), name);
    const unit = scale(name) === 100 ? name + ', %' : name;
    const chart = frame(parent, `${unit} over the epochs`, 230, {values: [0, Math.max(1, ...everything.map(one => one[0]))], name: 'epoch',
      text: tick => Number.isInteger(tick) ? digits(tick) : ''}, {values: everything.map(one => one[1]), name: unit, bound: scale(name) === 100 ? 100 : undefined});
    shown.forEach(one => drawn('path', {class: 'before', d: line(one, chart.x, chart.y)}, chart.svg));
    drawn('path', {class: 'curve', d: line(live ? [...done, live] : done, chart.x, chart.y)}, chart.svg);
    done.forEach(one => drawn('circle', {class: 'curve-point', r: 2.5, cx: chart.x.at(one[0]), cy: chart.y.at(one[1])}, chart.svg));
    if (live) drawn('circle', {class: 'under-way', r: 4, cx: chart.x.at(live[0]), cy: chart.y.at(live[1])}, chart.svg);
    measured.forEach(({of, points: some}) => {
      const style = 'validation' + (of === 'smallest' ? ' smallest' : '');
      drawn('path', {class: 'curve ' + style, d: line(some, chart.x, chart.y)}, chart.svg);
      some.forEach(one => drawn('circle', {class: 'curve-point ' + style, r: 2.5, cx: chart.x.at(one[0]), cy: chart.y.at(one[1])}, chart.svg));
    });
    const [epoch, value] = live || done[done.length - 1] || [0, NaN];
    put(parent, chart.svg, `${unit}: ${digits(value)} ${live ? 'in epoch ' + Math.ceil(epoch) : 'after epoch ' + epoch}`
      + measured.map(one => `, ${one.of === 'validation' ? 'validation' : 'of the smallest submodel'} ${digits(one.points[one.points.length - 1][1])}`).join(''));
  }

  function training() {
    at('training').hidden = runs.length === 0;
    if (!runs.length) return;
    const names = new Set(runs.flatMap(run => run.epochs.flatMap(one => Object.keys(one.values))));
    Object.keys(now.values || {}).forEach(name => names.add(name));
    // all of them first, as how many there are says how wide each is
    names.forEach(name => figure(at('curves'), name));
    names.forEach(curve);
  }

  function front() {
    at('search').hidden = !search || !search.points.length;
    if (!search || !search.points.length) return;
    const number = at('cost').selectedIndex;
    const cost = search.costs[number];
    const limits = search.goals.filter(goal => cost.name in goal.limits);
    const parent = figure(at('front'), 'front');
    const chart = frame(parent, `validation ${search.metric} over ${cost.name} of ${search.points.length} submodels`, 340,
      {values: [...search.points.map(one => one.costs[number]), ...limits.map(goal => goal.limits[cost.name])], log: true,
        name: `${cost.name}, ${cost.unit}`, text: tick => quantity(tick, cost.unit)},
      {values: search.points.map(one => 100 * one.score), name: `validation ${search.metric}, %`, bound: 100});
    limits.forEach(goal => drawn('line', {class: 'limit goal' + search.goals.indexOf(goal) % 6, x1: chart.x.at(goal.limits[cost.name]),
      x2: chart.x.at(goal.limits[cost.name]), y1: 26, y2: chart.height - 40}, chart.svg));
    let best = -Infinity;
    let path = '';
    const steps = new Set();
    [...search.points].sort((a, b) => a.costs[number] - b.costs[number] || b.score - a.score).forEach(one => {
      if (one.score <= best) return;
      best = one.score;
      const [x, y] = [chart.x.at(one.costs[number]), chart.y.at(100 * one.score)];
      path += path ? `H${x}V${y}` : `M${x} ${y}`;
      steps.add(one);
    });
    search.points.forEach(one => drawn('circle', {class: steps.has(one) ? 'point front' : 'point', r: steps.has(one) ? 4.5 : 3,
      cx: chart.x.at(one.costs[number]), cy: chart.y.at(100 * one.score)}, chart.svg));
    drawn('path', {class: 'front-line', d: path + 'H' + (chart.width - 14)}, chart.svg);
    put(parent, chart.svg, `${search.points.length} submodels measured, ${steps.size} on the front of ${search.metric} and ${cost.name}`);
    table();
  }

  function table() {
    const index = name => search.costs.findIndex(cost => cost.name === name);
    at('best').replaceChildren();
    search.goals.forEach(goal => {
      const limits = Object.entries(goal.limits);
      const allowed = search.points.filter(one => limits.every(([name, limit]) => index(name) < 0 ? one.score >= limit : one.costs[index(name)] <= limit));
      const best = allowed.reduce((a, b) => !a || b.score > a.score ? b : a, null);
      const row = element('tr', '', at('best'));
      const head = element('th', `${goal.name}: ` + limits.map(([name, limit]) => index(name) < 0 ? `${name} ≥ ${percent(limit)}`
        : `${name} ≤ ${quantity(limit, search.costs[index(name)].unit)}`).join(', '), row, 'left');
      head.scope = 'row';
      if (best) element('small', best.selection.replaceAll(',', ', '), head);
      element('td', best ? percent(best.score) : 'none yet', row);
    });
  }

  function take(event) {
    if (event.kind === 'open') {
      at('name').textContent = event.name;
      document.title = event.name + ' – Fully Nested';
    } else if (event.kind === 'training') {
      runs.push({name: event.name, epochs: [], validated: []});
    } else if (event.kind === 'epoch') {
      runs[runs.length - 1].epochs.push(event);
    } else if (event.kind === 'validated') {
      runs[runs.length - 1].validated.push(event);
    } else if (event.kind === 'search') {
      search = {...event, points: []};
      at('metric').textContent = event.metric;
      const chosen = at('cost').value;
      at('cost').replaceChildren();
      event.costs.forEach(cost => element('option', cost.name, at('cost')));
      const first = event.goals.flatMap(goal => Object.keys(goal.limits)).find(name => event.costs.some(cost => cost.name === name));
      at('cost').value = chosen || first || event.costs[0].name;
    } else if (event.kind === 'measured') {
      search.points.push(event);
    } else if (event.kind === 'end') {
      ended = true;
    }
  }

  function tell(text) {
    // said aloud by screen readers, so only when it changes
    if (at('work').textContent !== text) at('work').textContent = text;
  }

  function show() {
    const of = runs[runs.length - 1];
    tell(ended ? 'The command has ended; what it left is in its folder.' : now.work ? now.work[0].toUpperCase() + now.work.slice(1)
      + (of && runs.length > 1 ? ' ' + of.name : '') : 'Starting');
    at('done').value = ended ? 1 : now.done || 0;
    at('message').textContent = ended || !now.work ? '' : `${(100 * now.done).toFixed(0)} %  ${now.message}`;
    training();
    front();
  }

  async function ask() {
    let more = false;
    try {
      const answer = await (await fetch('events?from=' + from)).json();
      more = answer.next > from;
      from = answer.next;
      now = answer.now;
      answer.events.forEach(take);
      failures = 0;
      show();
    } catch (problem) {
      failures++;
      if (failures > 2) {
        ended = true;
        tell('The command does not answer any more: it has ended, or was stopped.');
      }
    }
    if (!ended) setTimeout(ask, more ? PERIOD / 4 : PERIOD);
  }

  at('cost').addEventListener('change', front);
  addEventListener('resize', show);
  ask();
})();
