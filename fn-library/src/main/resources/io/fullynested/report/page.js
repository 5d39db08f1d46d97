'use strict';
// what all pages do: figures of which one is shown at a time, tables that are sorted, and parts that scroll by keyboard where they are too wide
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  function button(name, parent) {
    const made = document.createElement('button');
    made.type = 'button';
    made.textContent = name;
    parent.append(made);
    return made;
  }

  for (const group of all('[data-tabs]')) {
    const panes = all(':scope > [data-tab]', group);
    const bar = document.createElement('div');
    bar.className = 'tabs';
    bar.setAttribute('role', 'group');
    bar.setAttribute('aria-label', group.dataset.name);
    const show = chosen => panes.forEach((pane, i) => {
      pane.hidden = i !== chosen;
      bar.children[i].setAttribute('aria-pressed', String(i === chosen));
    });
    panes.forEach((pane, i) => button(pane.dataset.tab, bar).addEventListener('click', () => show(i)));
    if (panes.length > 1) group.prepend(bar);
    if (panes.length > 0) show(0);
  }

  const value = cell => cell.dataset.value === undefined ? cell.textContent : cell.dataset.value;
  const leading = text => text.trim() === '' ? Infinity : Number(text.replaceAll(',', '').replace(/ ?[%×–±].*$/, ''));

  function compare(a, b) {
    const [x, y] = [leading(value(a)), leading(value(b))];
    return Number.isFinite(x) && Number.isFinite(y) ? x - y : value(a).localeCompare(value(b));
  }

  for (const table of all('table.sortable')) {
    const heads = all('thead th', table);
    const body = table.tBodies[0];
    if (body.rows.length < 2) continue;
    heads.forEach((head, column) => {
      const sort = button('', head);
      sort.append(...Array.from(head.childNodes).filter(node => node !== sort));
      sort.addEventListener('click', () => {
        const falling = head.getAttribute('aria-sort') === 'ascending';
        heads.forEach(other => other.removeAttribute('aria-sort'));
        head.setAttribute('aria-sort', falling ? 'descending' : 'ascending');
        body.append(...Array.from(body.rows).sort((a, b) => (falling ? -1 : 1) * compare(a.cells[column], b.cells[column])));
      });
    });
  }

  const reachable = new ResizeObserver(entries => entries.forEach(({target}) => {
    if (target.scrollWidth > target.clientWidth + 1) {
      target.tabIndex = 0;
      target.setAttribute('role', 'region');
      target.setAttribute('aria-label', target.dataset.name);
    } else {
      ['tabindex', 'role', 'aria-label'].forEach(name => target.removeAttribute(name));
    }
  }));
  all('.scroll').forEach(part => reachable.observe(part));

  addEventListener('beforeprint', () => all('details').forEach(part => { part.open = true; }));
})();
