'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  document.documentElement.classList.add('js');

  function element(name, content, parent, className) {
    const made = document.createElement(name);
    made.textContent = content;
    if (className) made.className = className;
    if (parent) parent.append(made);
    return made;
  }

  const digits = value => Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
  const percent = share => (100 * share).toFixed(1) + ' %';

  function quantity(value, cost) {
    let power = 0;
    while (Math.abs(value) >= 0.9995 * cost.step && power < cost.prefixes.length - 1) {
      value /= cost.step;
      power++;
    }
    return digits(value) + cost.prefixes[power];
  }

  // what the pointer is at
  const tip = element('div', '', document.body, 'tip');
  tip.hidden = true;

  function place(x, y) {
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(8, Math.min(innerWidth - box.width - 8, x + 14)) + 'px';
    tip.style.top = (y + 18 + box.height > innerHeight ? y - box.height - 12 : y + 18) + 'px';
  }

  const titles = new WeakMap();
  for (const title of all('svg.figure g > title, svg.figure circle > title, svg.figure text > title')) {
    titles.set(title.parentNode, title.textContent);
    title.parentNode.dataset.tip = '';
    title.remove();
  }
  document.addEventListener('pointermove', event => {
    const at = event.target.closest && event.target.closest('[data-tip]');
    if (at && !at.matches('.point')) {
      tip.textContent = titles.get(at);
      place(event.clientX, event.clientY);
    } else if (!event.target.closest || !event.target.closest('.fronts svg')) {
      tip.hidden = true;
    }
  });

  function describe(candidate) {
    const deviation = Math.sqrt(candidate.score * (1 - candidate.score) / candidate.images);
    tip.textContent = '';
    element('b', percent(candidate.score), tip);
    tip.append(`${data.metric === 'accuracy' ? ` ± ${(100 * deviation).toFixed(1)}` : ''}  on ${candidate.images.toLocaleString('en-US')} images`);
    element('div', data.costs.map((cost, i) => `${cost.name} ${quantity(candidate.costs[i], cost)}`).join(' · '), tip);
    element('div', candidate.selection.replaceAll(',', ', '), tip, 'small');
  }

  for (const svg of all('.fronts svg')) {
    const points = all('.point', svg);
    let near = null;
    const picked = svg.closest('[data-tab]').querySelector('.picked');
    const leave = () => {
      if (near) near.classList.remove('near');
      near = null;
    };
    svg.addEventListener('pointermove', event => {
      leave();
      let least = 28;
      for (const point of points) {
        const box = point.getBoundingClientRect();
        const distance = Math.hypot(event.clientX - box.x - box.width / 2, event.clientY - box.y - box.height / 2);
        if (distance < least) {
          least = distance;
          near = point;
        }
      }
      if (near) {
        near.classList.add('near');
        describe(data.candidates[near.dataset.i]);
        place(event.clientX, event.clientY);
      } else {
        tip.hidden = true;
      }
    });
    svg.addEventListener('pointerleave', () => {
      leave();
      tip.hidden = true;
    });
    svg.addEventListener('click', () => {
      if (near) {
        picked.textContent = '';
        element('code', `./fn export checkpoint.safetensors --select ${data.candidates[near.dataset.i].selection}`, element('pre', '', picked));
      }
    });
  }

  // the way down
  const slider = document.getElementById('step');
  if (!slider) return;
  const drawing = document.querySelector('#architecture svg');
  const keeps = all('.layer', drawing);
  const bars = all('rect.cost', drawing);
  const ghosts = all('rect.ghost-cost', drawing);
  const edges = all('[data-e]', drawing);
  const figures = all('[data-way]');
  const now = document.getElementById('now');
  let way = data.ways[0];
  let cost = Math.max(0, data.costs.findIndex(one => one.byLayer));

  function chip(parent, name, share, text, className) {
    const made = element('div', '', parent, 'chip ' + className);
    made.append(`${name} `);
    element('b', text || percent(share), made);
    if (text) made.append(` ${percent(share)}`);
    element('span', '', element('i', '', made)).style.width = Math.min(100, 100 * share) + '%';
  }

  function costs() {
    const most = Math.max(...data.layers.map(layer => layer.costs[cost]));
    const submodel = data.submodels[way.steps[slider.value].submodel];
    const length = value => most > 0 ? data.costHeight * value / most : 0;
    ghosts.forEach((ghost, i) => ghost.setAttribute('height', length(data.layers[i].costs[cost])));
    bars.forEach((bar, i) => bar.setAttribute('height', length(submodel.layers[i] ? submodel.layers[i].costs[cost] : 0)));
    drawing.querySelector('.cost-name').textContent = data.costs[cost].name;
  }

  function draw() {
    const number = Number(slider.value);
    const step = way.steps[number];
    const submodel = data.submodels[step.submodel];
    keeps.forEach((group, i) => {
      const full = data.layers[i];
      const kept = submodel.layers[i];
      const height = kept ? full.height * kept.channels / full.channels : 0;
      const tower = group.querySelector('.keep');
      tower.setAttribute('y', data.base - height);
      tower.setAttribute('height', height);
      tower.setAttribute('class', 'keep b' + (kept ? kept.weightBits : 0));
      group.classList.toggle('gone', !kept);
      group.querySelector('.count').textContent = kept ? kept.channels : '';
      titles.set(group, `${full.name}: ${full.what}. ` + (kept ? `${kept.channels} of ${full.channels} channels`
        + (kept.weightBits ? `, weights ${kept.weightBits} bits` : '') + `, signals ${kept.signalBits} bits; `
        + data.costs.map((one, c) => `${one.name} ${quantity(kept.costs[c], one)}`).join(', ') : 'left out'));
    });
    edges.forEach((edge, i) => edge.classList.toggle('off', !submodel.edges.includes(i)));
    costs();
    document.getElementById('step-text').textContent = `step ${number} of ${way.steps.length - 1}`;
    slider.setAttribute('aria-valuetext', `step ${number} of ${way.steps.length - 1}` + (number > 0 ? ', removed ' + step.removed.join(', ') : ''));
    now.textContent = '';
    const told = element('div', '', now);
    told.append(number === 0 ? 'The full model.' : 'Removed: ');
    if (number > 0) element('b', step.removed.join(', '), told);
    const chips = element('div', '', now, 'chips');
    if (step.score === null) element('div', `${data.metric} not measured`, chips, 'chip');
    else chip(chips, data.metric, step.score, '', 'accuracy');
    data.costs.forEach((one, i) => chip(chips, one.name, step.costs[i] / way.steps[0].costs[i], quantity(step.costs[i], one), ''));
    figures.filter(figure => !figure.hidden).forEach(figure => {
      const cursor = figure.querySelector('.cursor');
      cursor.setAttribute('x', Number(cursor.dataset.left) + number * cursor.dataset.step);
    });
  }

  function pressed(bar, chosen) {
    Array.from(bar.children).forEach((button, i) => button.setAttribute('aria-pressed', String(i === chosen)));
  }

  function take(chosen) {
    way = data.ways[chosen];
    slider.max = way.steps.length - 1;
    slider.value = way.steps.length - 1;
    figures.forEach((figure, i) => { figure.hidden = i !== chosen; });
    pressed(document.getElementById('ways'), chosen);
    draw();
  }

  data.ways.forEach((one, i) => element('button', 'to ' + one.name, document.getElementById('ways')).addEventListener('click', () => take(i)));
  const shared = data.costs.filter(one => one.byLayer);
  shared.forEach((one, i) => element('button', one.name, document.getElementById('cost-of')).addEventListener('click', () => {
    cost = data.costs.indexOf(one);
    pressed(document.getElementById('cost-of'), i);
    costs();
  }));
  pressed(document.getElementById('cost-of'), 0);
  slider.addEventListener('input', draw);
  figures.forEach(figure => figure.addEventListener('click', event => {
    const cell = event.target.closest('[data-s]');
    if (cell) {
      slider.value = cell.dataset.s;
      draw();
    }
  }));
  const play = document.getElementById('play');
  let timer = 0;
  play.addEventListener('click', () => {
    clearInterval(timer);
    slider.value = 0;
    draw();
    timer = setInterval(() => {
      slider.value = Number(slider.value) + 1;
      draw();
      if (slider.value === slider.max) clearInterval(timer);
    }, 700);
  });
  take(data.ways.reduce((best, one, i) => one.steps.length > data.ways[best].steps.length ? i : best, 0));
})();
