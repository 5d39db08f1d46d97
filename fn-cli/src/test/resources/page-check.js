// what is wrong with a page for those who read it by keyboard, by ear, on a phone, or without sharp eyes: a list of findings
(() => {
  const found = [];
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const finding = (what, element) => found.push(what + (element ? ': ' + element.outerHTML.replace(/\s+/g, ' ').slice(0, 140) : ''));
  const boxes = element => element.getBoundingClientRect();
  const shown = element => element.checkVisibility({visibilityProperty: true}) && boxes(element).width > 0 && boxes(element).height > 0;
  const named = element => (element.getAttribute('aria-label') || '').trim()
    || (element.getAttribute('aria-labelledby') || '').split(' ').map(id => (document.getElementById(id) || {}).textContent || '').join(' ').trim()
    || (element.labels && element.labels.length ? element.labels[0].textContent.trim() : '') || element.textContent.trim() || element.getAttribute('alt');

  // the page, its language, its parts
  if (!document.documentElement.lang) finding('no language');
  if (document.title.trim().length < 5) finding('no title');
  if (all('main').length !== 1) finding('not one main part');
  if (all('h1').length !== 1) finding('not one first heading');
  let level = 0;
  all('h1, h2, h3, h4, h5, h6').filter(shown).forEach(heading => {
    const next = Number(heading.tagName[1]);
    if (next > level + 1) finding('a level of headings left out', heading);
    level = next;
  });
  const ids = all('[id]').map(element => element.id);
  ids.filter((id, i) => ids.indexOf(id) !== i).forEach(id => finding('an id twice, ' + id));
  all('body *').filter(shown).forEach(element => {
    if (!element.closest('header, nav, main, footer, script, style, .tip')) finding('outside of all parts', element);
  });

  // names
  all('button, a[href], input, select, summary').filter(shown).forEach(element => { if (!named(element)) finding('no name', element); });
  all('svg').filter(shown).forEach(svg => {
    if (svg.getAttribute('aria-hidden') === 'true') return;
    if (svg.getAttribute('role') !== 'img' || !named(svg)) finding('a drawing without role or name', svg);
    if (all('*', svg).length < 5) finding('an empty drawing', svg);
  });
  all('img').filter(shown).forEach(image => {
    if (!image.hasAttribute('alt')) finding('a picture without text', image);
    if (!image.complete || image.naturalWidth === 0) finding('an empty picture', image);
  });
  all('figure').filter(shown).forEach(figure => { if (!figure.querySelector('svg, img, table')) finding('an empty figure', figure); });

  const regions = all('[role=region]').filter(shown).map(named);
  regions.filter((name, i) => !name || name === 'undefined' || regions.indexOf(name) !== i).forEach(name => finding(`a part that scrolls is not the only '${name}'`));

  // tables
  all('table').filter(shown).forEach(table => {
    if (!table.caption && !table.getAttribute('aria-label')) finding('a table without a name', table);
    all('th', table).forEach(head => { if (!head.scope) finding('a head without scope', head); });
    all('tbody tr', table).forEach(row => { if (!row.querySelector('th[scope=row]')) finding('a row without a head', row); });
    if (!table.querySelector('th[scope=col]')) finding('no heads of columns', table);
  });

  // nothing is cut, nothing wider than the page; what scrolls can be reached and has a name
  const width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth > width) finding(`the page is ${document.scrollingElement.scrollWidth} wide, there is room for ${width}`);
  const scrolls = element => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
  // whether an element is within a part that scrolls, or is one
  const within = new Map();
  const inScroll = element => {
    if (!element) return false;
    if (!within.has(element)) within.set(element, scrolls(element) || inScroll(element.parentElement));
    return within.get(element);
  };
  all('body *').filter(shown).forEach(element => {
    if (element.scrollWidth > element.clientWidth + 1 && scrolls(element)
      && !(element.tabIndex >= 0 && element.getAttribute('aria-label') && ['region', 'group'].includes(element.getAttribute('role')))) {
      finding('scrolls, but not by keyboard', element);
    }
    if (!element.closest('svg') && !element.closest('.tip') && (boxes(element).right > width + 1 || boxes(element).left < -1) && !inScroll(element)) finding('cut at the edge', element);
  });

  // texts in drawings do not overlap, and are in the drawing
  all('svg.figure').filter(shown).forEach(svg => {
    const texts = all('text', svg).filter(text => text.textContent.trim() && !text.closest('[transform*=rotate]') && shown(text));
    const around = boxes(svg);
    const sizes = texts.map(boxes);
    texts.forEach((text, i) => {
      const a = sizes[i];
      if (a.left < around.left - 1 || a.right > around.right + 1 || a.top < around.top - 1 || a.bottom > around.bottom + 1) finding('a text leaves its drawing', text);
      texts.forEach((other, j) => {
        if (j <= i) return;
        const b = sizes[j];
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 1.5 && down > 3) finding(`'${text.textContent}' and '${other.textContent}' overlap in ${svg.getAttribute('aria-label')}`);
      });
      if (a.height < 8) finding(`a text ${a.height.toFixed(1)} pixels high`, text);
    });
  });

  // contrast, WCAG 2: 4.5 for texts
  const colour = text => {
    const parts = (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
    return {rgb: parts.slice(0, 3), alpha: parts.length > 3 ? parts[3] : 1};
  };
  const over = (top, alpha, below) => top.map((value, i) => alpha * value + (1 - alpha) * below[i]);
  const luminance = rgb => rgb.map(value => value / 255).map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => (Math.max(luminance(a), luminance(b)) + 0.05) / (Math.min(luminance(a), luminance(b)) + 0.05);
  const paper = colour(getComputedStyle(document.body).backgroundColor).rgb;
  const opacity = element => element && element !== document.body ? Number(getComputedStyle(element).opacity) * opacity(element.parentElement) : 1;

  function check(element, ink, alpha, behind) {
    const value = contrast(over(ink, alpha, behind), behind);
    if (value < 4.495) finding(`contrast ${value.toFixed(2)} of '${element.textContent.trim().slice(0, 30)}'`, element);
  }

  all('body *').filter(element => !element.closest('svg, script, style, noscript') && shown(element)
    && Array.from(element.childNodes).some(node => node.nodeType === 3 && node.textContent.trim())).forEach(element => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.unshift(colour(getComputedStyle(at).backgroundColor));
    const behind = layers.reduce((below, layer) => over(layer.rgb, layer.alpha, below), paper);
    const ink = colour(getComputedStyle(element).color);
    check(element, ink.rgb, ink.alpha * opacity(element), behind);
  });
  all('svg').forEach(svg => {
    const texts = all('text', svg).filter(text => text.textContent.trim() && shown(text));
    if (texts.length === 0) return;
    const shapes = all('rect, circle', svg).map(shape => ({shape, box: boxes(shape), style: getComputedStyle(shape)}))
      .filter(({style}) => style.fill !== 'none' && style.display !== 'none')
      .map(({shape, box, style}) => ({shape, box, fill: colour(style.fill), alpha: Number(style.fillOpacity)}));
    texts.forEach(text => {
      const a = boxes(text);
      const [x, y] = [a.left + a.width / 2, a.top + a.height / 2];
      const behind = shapes.filter(({shape, box}) => box.left <= x && box.right >= x && box.top <= y && box.bottom >= y
        && !(shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_PRECEDING))
        .reduce((below, {shape, fill, alpha}) => over(fill.rgb, fill.alpha * alpha * opacity(shape), below), paper);
      const style = getComputedStyle(text);
      const ink = colour(style.fill);
      // a halo is what such a text stands on
      const halo = style.stroke !== 'none' && parseFloat(style.strokeWidth) >= 3 ? colour(style.stroke).rgb : behind;
      check(text, ink.rgb, ink.alpha * Number(style.fillOpacity) * opacity(text), halo);
    });
  });

  // whoever wants no motion gets none
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    all('body, body *').filter(shown).forEach(element => {
      const style = getComputedStyle(element);
      if (parseFloat(style.transitionDuration) > 0 || parseFloat(style.animationDuration) > 0) finding('moves', element);
    });
  }
  return found;
})();
