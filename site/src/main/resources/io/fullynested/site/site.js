'use strict';
// the menu of a narrow screen, parts that scroll by keyboard, and the search, whose index is loaded when it is first looked at
/* global SECTIONS */
(() => {
  const root = document.body.dataset.root;
  const [menu, pages, input, found] = ['_menu', '_pages', '_search', '_found'].map(id => document.getElementById(id));

  menu.addEventListener('click', () => menu.setAttribute('aria-expanded', String(pages.classList.toggle('open'))));

  const reachable = new ResizeObserver(entries => entries.forEach(({target}) => {
    const wide = target.scrollWidth > target.clientWidth + 1;
    Object.entries({tabindex: '0', role: 'region', 'aria-label': target.dataset.name})
      .forEach(([name, value]) => wide ? target.setAttribute(name, value) : target.removeAttribute(name));
  }));
  document.querySelectorAll('.scroll').forEach(part => reachable.observe(part));

  let index;
  const sections = () => index ||= new Promise((done, fail) => {
    const script = document.createElement('script');
    script.src = root + 'search-index.js';
    script.onload = () => done(SECTIONS);
    script.onerror = fail;
    document.head.append(script);
  });

  // every word has to be somewhere; a title counts more than a heading, and that more than a text
  function score(section, words) {
    const [, title, heading, , text] = section.map(part => part.toLowerCase());
    let sum = 0;
    for (const word of words) {
      const times = text.split(word).length - 1;
      const points = (title.includes(word) ? 8 : 0) + (heading.includes(word) ? 10 : 0) + (heading === word ? 10 : 0) + Math.min(times, 6);
      if (points === 0) return 0;
      sum += points;
    }
    return sum;
  }

  function element(name, text, parent) {
    const made = document.createElement(name);
    made.textContent = text;
    parent.append(made);
    return made;
  }

  async function search() {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const all = await sections();
    const best = words.length === 0 ? [] : all.map(section => ({section, points: score(section, words)})).filter(one => one.points > 0)
      .sort((a, b) => b.points - a.points).slice(0, 12);
    found.replaceChildren();
    for (const {section: [page, title, heading, anchor, text]} of best) {
      const link = element('a', '', found);
      link.href = root + page + (anchor ? '#' + anchor : '');
      element('b', heading ? `${title} › ${heading}` : title, link);
      const at = Math.max(0, text.toLowerCase().indexOf(words[0]) - 50);
      element('small', (at > 0 ? '… ' : '') + text.slice(at, at + 160), link);
      link.addEventListener('click', () => { found.hidden = true; });
    }
    if (best.length === 0) element('p', 'Nothing has all of these words.', found);
    found.hidden = words.length === 0;
  }

  input.addEventListener('focus', sections);
  input.addEventListener('input', search);
  input.addEventListener('keydown', event => {
    if (event.key === 'Enter' && found.querySelector('a')) found.querySelector('a').click();
  });
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape') found.hidden = true;
    if (event.key === '/' && document.activeElement !== input) {
      event.preventDefault();
      input.focus();
    }
  });
  document.addEventListener('click', event => { if (!event.target.closest('.search')) found.hidden = true; });
})();
