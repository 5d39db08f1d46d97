'use strict';
// what a reader does with the report, and what should come of it
(() => {
  const one = selector => document.querySelector(selector);
  const all = selector => Array.from(document.querySelectorAll(selector));
  const require = (holds, what) => { if (!holds) throw new Error(what); };
  const towers = () => all('#architecture .keep').map(tower => tower.getAttribute('height') + tower.getAttribute('class')).join();
  const go = step => {
    one('#step').value = step;
    one('#step').dispatchEvent(new Event('input'));
  };

  // the slider changes the drawing, step by step, and back again
  const slider = one('#step');
  require(slider.max >= 3, 'there should be a way of some steps, not ' + slider.max);
  go(0);
  const full = towers();
  require(one('#now').textContent.includes('The full model'), 'the way should begin with the full model');
  require(!all('#architecture .layer').some(layer => layer.classList.contains('gone')), 'the full model has all layers');
  const seen = new Set();
  for (let step = 0; step <= slider.max; step++) {
    go(step);
    seen.add(towers() + one('#now').textContent);
  }
  require(seen.size === Number(slider.max) + 1, 'each step should look different');
  require(towers() !== full, 'the last step should not look like the first');
  const bars = all('#architecture rect.cost').map(bar => bar.getAttribute('height')).join();
  all('#cost-of button')[1].click();
  require(all('#architecture rect.cost').map(bar => bar.getAttribute('height')).join() !== bars, 'another cost should have other bars');
  go(0);
  require(towers() === full, 'the way back should lead back');

  // a click on the table of steps moves the slider
  all('[data-way]').find(way => !way.hidden).querySelector('[data-s="2"]').dispatchEvent(new MouseEvent('click', {bubbles: true}));
  require(slider.value === '2', 'the slider should be at step 2, not ' + slider.value);

  // each cost has a front, one of which is shown
  const fronts = all('.fronts [data-tab]');
  require(fronts.filter(front => !front.hidden).length === 1, 'one front should be shown');
  all('.fronts .tabs button')[1].click();
  require(!fronts[1].hidden && fronts[0].hidden, 'the second front should be shown');

  // a point tells its accuracy, costs and selection, and its command
  const point = fronts[1].querySelector('.point.front');
  point.scrollIntoView();
  const box = point.getBoundingClientRect();
  const at = {bubbles: true, clientX: box.x + box.width / 2, clientY: box.y + box.height / 2};
  point.dispatchEvent(new PointerEvent('pointermove', at));
  const tip = one('.tip');
  for (const word of ['%', 'images', 'macs', 'bops', 'weights.bits=']) {
    require(!tip.hidden && tip.textContent.includes(word), 'the details should say ' + word + ', not ' + tip.textContent);
  }
  point.dispatchEvent(new MouseEvent('click', at));
  require(fronts[1].querySelector('.picked').textContent.startsWith('./fn export'), 'a click should show the command');

})();
