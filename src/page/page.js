// Draws what the page's data asks for: plots with Vega, tables by hand, and the text that appears
// over a point. A row is known by its number; what goes wrong is shown and collected in pageErrors.
'use strict';
(function() {
const page = JSON.parse(document.getElementById('page-data').textContent);
const errors = window.pageErrors = [];
window.addEventListener('error', event => errors.push(String(event.message)));

const rows = new Map(page.rows.map((row, i) => [page.ids ? page.ids[i] : i, row]));
const columnAt = new Map(page.columns.map((column, i) => [column.name, i]));

// The colors of a page are those of its style, in light and in dark; a saved picture is black on
// nothing.
const ink = 'currentColor';
const font = 'system-ui, sans-serif';
const theme = {
  axis: {
    domainColor: ink, tickColor: ink, gridColor: ink, gridOpacity: 0.15, labelColor: ink,
    titleColor: ink, labelFont: font, titleFont: font, labelFontSize: 11, titleFontSize: 12,
    titleFontWeight: 'normal', titlePadding: 8, labelOverlap: 'greedy', labelSeparation: 5,
    labelLimit: 160
  },
  legend: {
    labelColor: ink, titleColor: ink, labelFont: font, titleFont: font, labelFontSize: 11,
    titleFontSize: 11, titleFontWeight: 'normal', labelLimit: 240, titleLimit: 240,
    symbolSize: 100
  },
  title: {color: ink, font: font, fontSize: 13, fontWeight: 600, anchor: 'start', offset: 8},
  text: {fill: ink, font: font, fontSize: 11},
  group: {stroke: null}
};

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

// A value as people read it: five digits, in the unit of its column.
function shown(value, column) {
  if (value === null || value === undefined) return '—';
  if (typeof value !== 'number') return String(value);
  const scaled = value * column.factor;
  const text = Number.isInteger(scaled) ? String(scaled) : String(Number(scaled.toPrecision(5)));
  return text;
}

function shownWithUnit(value, column) {
  const text = shown(value, column);
  return column.unit && typeof value === 'number' ? text + ' ' + column.unit : text;
}

// What a point has to say: the lines of its own, then its row.
const hover = document.body.appendChild(element('div'));
hover.id = 'hover';

function fillHover(about, id) {
  hover.replaceChildren();
  for (const line of about) hover.append(element('div', line, 'about'));
  const row = rows.get(id);
  const list = element('dl');
  for (const name of row ? page.hover : []) {
    const at = columnAt.get(name);
    const value = at === undefined ? null : row[at];
    if (value === null || (name === 'status' && value === 'ok')) continue;
    list.append(element('dt', name), element('dd', shownWithUnit(value, page.columns[at])));
  }
  hover.append(list);
  hover.className = list.children.length > 48 ? 'wide' : '';
}

function placeHover(event) {
  hover.style.display = 'block';
  const gap = 14;
  const box = hover.getBoundingClientRect();
  const right = event.clientX + gap + box.width > window.innerWidth;
  hover.style.left = Math.max(0, right ? event.clientX - gap - box.width : event.clientX + gap) + 'px';
  hover.style.top =
      Math.max(0, Math.min(event.clientY + gap, window.innerHeight - box.height - gap)) + 'px';
}

function hideHover() {
  hover.style.display = 'none';
}

function showHover(handler, event, item, value) {
  if (value === null || value === undefined || value === '') return hideHover();
  fillHover([].concat(item.datum.about || []), item.datum.row);
  placeHover(event);
}

// At most as many rows as a page can bear; `best` names the marked one of a column.
const longestTable = 1000;

function tableOf(names, ids, best) {
  const table = element('table');
  const head = table.createTHead().insertRow();
  const columns = names.filter(name => columnAt.has(name)).map(name => page.columns[columnAt.get(name)]);
  const valueOf = (id, column) => rows.get(id)[columnAt.get(column.name)];
  for (const column of columns) {
    const unit = column.unit && column.unit !== column.name ? ', ' + column.unit : '';
    const cell = element('th', column.name + unit);
    cell.title = column.help;
    head.append(cell);
  }
  const numeric =
      new Set(columns.filter(column => ids.some(id => typeof valueOf(id, column) === 'number')));
  const body = table.createTBody();
  function fill(sorted) {
    body.replaceChildren();
    for (const id of sorted.slice(0, longestTable)) {
      const line = body.insertRow();
      line.dataset.row = id;
      for (const column of columns) {
        const value = valueOf(id, column);
        const cell = line.insertCell();
        cell.textContent = shown(value, column);
        // What is missing among numbers stands as they do.
        if (typeof value === 'number' || (value === null && numeric.has(column))) cell.className = 'number';
        if (best && best[column.name] && best[column.name].includes(id)) cell.className += ' best';
      }
    }
  }
  fill(ids);
  makeSortable([...head.cells], ids, (id, i) => valueOf(id, columns[i]), fill);
  return table;
}

// Numbers by size, then texts; what is missing comes last, whichever way it goes.
function compared(a, b, sign) {
  const rank = value => value === null || value === undefined ? 2 : typeof value === 'number' ? 0 : 1;
  if (rank(a) !== rank(b)) return rank(a) === 2 || rank(b) === 2 ? rank(a) - rank(b) : sign * (rank(a) - rank(b));
  if (rank(a) === 2) return 0;
  return sign * (rank(a) === 0 ? a - b : String(a).localeCompare(String(b), 'en', {numeric: true}));
}

// Lets a click or Enter on a head sort the lines by its column: ascending, descending, as they were.
function makeSortable(heads, lines, valueOf, fill) {
  const sorts = ['ascending', 'descending'];
  for (const [i, head] of heads.entries()) {
    if (!head.textContent) continue;
    head.tabIndex = 0;
    head.classList.add('sortable');
    const sort = () => {
      const next = sorts[sorts.indexOf(head.getAttribute('aria-sort')) + 1];
      for (const other of heads) other.removeAttribute('aria-sort');
      if (next) head.setAttribute('aria-sort', next);
      const sign = next === 'descending' ? -1 : 1;
      fill(next ? [...lines].sort((a, b) => compared(valueOf(a, i), valueOf(b, i), sign)) : lines);
    };
    head.addEventListener('click', sort);
    head.addEventListener('keydown', event => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        sort();
      }
    });
  }
}

// What is wider than its place says that it scrolls.
function tellScrolling() {
  for (const place of document.querySelectorAll('.table, .drawing')) {
    const scrolls = place.scrollWidth > place.clientWidth + 1;
    const told = place.previousElementSibling;
    const hint = told && told.classList.contains('scroll-hint') ? told : null;
    if (scrolls && !hint) place.before(element('p', 'scroll sideways for more →', 'scroll-hint'));
    if (!scrolls && hint) hint.remove();
  }
}

// A table of sums: lines of texts, each with the rows that it sums up.
function summaryOf(summary) {
  const table = element('table');
  const head = table.createTHead();
  for (const names of summary.heads) {
    const line = head.insertRow();
    for (const name of names) {
      const cell = element('th', name.text);
      cell.colSpan = name.span;
      line.append(cell);
    }
  }
  const body = table.createTBody();
  function fill(lines) {
    body.replaceChildren();
    for (const sum of lines) {
      const line = body.insertRow();
      line.dataset.row = sum.rows[0];
      line.addEventListener('click', () => {
        hideHover();
        showRows(sum.rows, sum.cells.slice(0, 2).join(' '));
        foot.scrollIntoView();
      });
      for (const [i, text] of sum.cells.entries()) {
        line.append(element('td', text, i > 1 ? 'number' : undefined));
      }
    }
  }
  fill(summary.lines);
  // The first head of the last line stands above the two columns that name a line.
  const number = text => text === '–' ? null : Number(text);
  makeSortable([...head.rows[head.rows.length - 1].cells], summary.lines,
               (sum, i) => number(sum.cells[i + 1]), fill);
  return table;
}

// The table at the foot: all rows, or those that were asked for.
const foot = document.getElementById('rows');

function showRows(ids, about) {
  foot.querySelector('.table').replaceChildren(tableOf(page.table, ids));
  const counted = number => number.toLocaleString('en');
  const part = ids.length > longestTable ? 'the first ' + counted(longestTable) + ' of ' : '';
  const whole = ids.length < page.total ? ' of ' + counted(page.total) : '';
  foot.querySelector('.note').textContent = about + ': ' + part + counted(ids.length) + whole +
      (page.total === 1 ? ' row' : ' rows') + '. A click on a head sorts.';
  tellScrolling();
}

function link(text, action) {
  const made = element('a', text);
  made.href = '#rows';
  made.addEventListener('click', action);
  return made;
}

// Expressions of plots are interpreted where Vega has the means, since the policy of the page then
// need not allow it to make code of them.
function viewOf(spec, options) {
  const expr = vega.expressionInterpreter;
  return new vega.View(vega.parse(spec, theme, {ast: Boolean(expr)}), Object.assign({expr}, options));
}

// On narrow screens panels and legends stand below each other; from a width on, plots stand in two
// columns.
const narrow = () => document.documentElement.clientWidth < 760;
const twoColumns = () => document.documentElement.clientWidth >= 1200;

// A plot in less room: its panels are narrower by `excess` together, as far as they may be
// (usermeta.least, in pixels).
function fitted(spec, excess) {
  const small = structuredClone(spec);
  if (narrow()) small.layout.columns = 1;
  const least = (spec.usermeta && spec.usermeta.least) || (narrow() ? 110 : 180);
  for (const group of small.marks) {
    const given = group.encode.update.width.value;
    const width = Math.min(given, Math.max(least, given - excess / small.layout.columns));
    group.encode.update.width.value = width;
    group.signals.find(signal => signal.name === 'width').value = width;
    if (group.title) group.title.limit = width;
  }
  return small;
}

// With the legends below, and on narrow screens with short labels beside an axis and upright ones
// below it, which hang over no side.
function stacked(spec) {
  const below = structuredClone(spec);
  for (const legend of below.legends) {
    legend.orient = 'bottom';
    if (legend.type === 'gradient') legend.direction = 'horizontal';
    else legend.columns = narrow() ? 2 : 4;
  }
  for (const group of narrow() ? below.marks : []) {
    for (const axis of group.axes) {
      if (axis.orient === 'bottom') axis.titleLimit = 300;
      else if (axis.labelLimit) axis.labelLimit = Math.min(axis.labelLimit, 130);
      if (axis.labelAngle) Object.assign(axis, {labelAngle: -90, labelBaseline: 'middle'});
    }
  }
  if (narrow()) below.layout.columns = 1;
  return below;
}

// Puts plots that need the whole width of the page there, and the others in two columns.
function placeSection(section) {
  const half = section.parentElement.clientWidth / 2 - 16;
  const shown = section.querySelector('.drawing svg') || section.querySelector('table');
  section.classList.toggle('whole', shown.getBoundingClientRect().width > half + 1);
}

// Draws a plot so that it fits its place: as it is, or narrower, a single panel in half the page.
async function show(spec, drawing) {
  const make = async tried => {
    drawing.replaceChildren();
    const view = viewOf(tried, {renderer: 'svg', container: drawing});
    view.tooltip(showHover);  // before it runs: it begins anew
    view.addEventListener('click', (event, item) => {
      if (item && item.datum && rows.has(item.datum.row)) {
        hideHover();
        showRows([item.datum.row], 'One point');
        foot.scrollIntoView();
      }
    });
    await view.runAsync();
    return drawing.querySelector('svg').getBoundingClientRect().width;
  };
  const whole = drawing.closest('.plots').clientWidth;
  const half = whole / 2 - 16;
  for (const room of twoColumns() && spec.marks.length === 1 ? [half, whole] : [whole]) {
    for (const form of narrow() ? [stacked(spec)] : [spec, stacked(spec)]) {
      const natural = await make(form);
      if (natural <= room) return;
      for (const more of [2, 16]) {  // labels that hang over move with the panels
        if (await make(fitted(form, natural - room + more)) <= room) return;
      }
    }
  }
  await make(narrow() ? fitted(stacked(spec), 1e6) : spec);
}

function save(plot) {
  return link('Save as SVG', async event => {
    event.preventDefault();
    const spec = Object.assign({}, plot.spec, {title: {text: plot.title, fontSize: 15}});
    const text = await viewOf(spec, {renderer: 'none'}).toSVG();
    const target = element('a');
    target.href = URL.createObjectURL(new Blob([text], {type: 'image/svg+xml'}));
    target.download = plot.title.replace(/[^\w]+/g, '-').slice(0, 60) + '.svg';
    target.click();
    setTimeout(() => URL.revokeObjectURL(target.href), 1000);
  });
}

async function draw(plot, section) {
  const drawing = section.querySelector('.drawing');
  const links = section.querySelector('.links');
  if (plot.table || plot.summary) {
    drawing.append(plot.summary ? summaryOf(plot.summary)
                                : tableOf(plot.table, plot.rows, plot.best));
    drawing.addEventListener('mousemove', event => {
      const line = event.target.closest('tr[data-row]');
      if (!line) return hideHover();
      fillHover([], Number(line.dataset.row));
      placeHover(event);
    });
    drawing.addEventListener('mouseleave', hideHover);
  } else {
    await show(plot.spec, drawing);
    links.append(save(plot));
  }
  links.prepend(link('Rows of this plot', () => showRows(plot.rows, plot.title)));
  placeSection(section);
  section.dataset.drawn = 'true';
}

async function drawAll() {
  showRows([...rows.keys()], 'All results');
  for (const [i, plot] of page.plots.entries()) {
    const section = document.getElementById('plot-' + (i + 1));
    try {
      await draw(plot, section);
    } catch (error) {
      errors.push(plot.title + ': ' + error);
      section.append(element('p', 'This plot cannot be drawn: ' + error, 'note error'));
    }
  }
  tellScrolling();
  document.documentElement.dataset.drawn = 'true';
}

// Plots are drawn anew for another width, when it has come to rest.
let drawnWidth = document.documentElement.clientWidth;
let resized = 0;
window.addEventListener('resize', () => {
  clearTimeout(resized);
  resized = setTimeout(async () => {
    await window.pageDrawn;
    if (drawnWidth === document.documentElement.clientWidth) return;
    drawnWidth = document.documentElement.clientWidth;
    window.pageDrawn = redrawAll();
  }, 200);
});

async function redrawAll() {
  for (const [i, plot] of page.plots.entries()) {
    const section = document.getElementById('plot-' + (i + 1));
    if (!section.dataset.drawn) continue;
    if (plot.spec) await show(plot.spec, section.querySelector('.drawing'));
    placeSection(section);
  }
  tellScrolling();
}

window.addEventListener('beforeprint', () => {
  for (const folded of document.querySelectorAll('details')) folded.open = true;
});

window.pageDrawn = drawAll();
})();
