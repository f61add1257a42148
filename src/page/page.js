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
    titleFontWeight: 'normal', titlePadding: 8, labelOverlap: 'greedy', labelLimit: 160
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
  for (const column of columns) {
    const cell = element('th', column.unit ? column.name + ', ' + column.unit : column.name);
    cell.title = column.help;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const id of ids.slice(0, longestTable)) {
    const line = body.insertRow();
    line.dataset.row = id;
    for (const column of columns) {
      const value = rows.get(id)[columnAt.get(column.name)];
      const cell = line.insertCell();
      cell.textContent = shown(value, column);
      if (typeof value === 'number') cell.className = 'number';
      if (best && best[column.name] && best[column.name].includes(id)) cell.className += ' best';
    }
  }
  return table;
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
  for (const sum of summary.lines) {
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
  return table;
}

// The table at the foot: all rows, or those that were asked for.
const foot = document.getElementById('rows');

function showRows(ids, about) {
  foot.querySelector('.table').replaceChildren(tableOf(page.table, ids));
  const part = ids.length > longestTable ? 'the first ' + longestTable + ' of ' : '';
  foot.querySelector('.note').textContent = about + ': ' + part + ids.length +
      (ids.length === 1 ? ' row' : ' rows') +
      (page.rows.length < page.total ? '; this page holds ' + page.rows.length + ' of ' + page.total : '');
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
    for (const line of drawing.querySelectorAll('tr[data-row]')) {
      line.addEventListener('mousemove', event => {
        fillHover([], Number(line.dataset.row));
        placeHover(event);
      });
      line.addEventListener('mouseleave', hideHover);
    }
  } else {
    const view = viewOf(plot.spec, {renderer: 'svg', container: drawing});
    view.tooltip(showHover);
    view.addEventListener('click', (event, item) => {
      if (item && item.datum && rows.has(item.datum.row)) {
        hideHover();
        showRows([item.datum.row], 'One point');
        foot.scrollIntoView();
      }
    });
    await view.runAsync();
    links.append(save(plot));
  }
  links.prepend(link('Rows of this plot', () => showRows(plot.rows, plot.title)));
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
  document.documentElement.dataset.drawn = 'true';
}

window.addEventListener('beforeprint', () => {
  for (const folded of document.querySelectorAll('details')) folded.open = true;
});

window.pageDrawn = drawAll();
})();
