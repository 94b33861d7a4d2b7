/** The script of the page. It runs in browsers, so it is text: sorts tables, draws charts, follows light, dark and print. */
export const CLIENT = String.raw`'use strict';
(() => {
  // ---- tables: the head gets buttons; only the body is sorted, what sums up stays at the foot
  const keyOf = (cell) => {
    const value = cell.dataset.value;
    return value === undefined ? cell.textContent : value === '' ? null : Number(value);
  };
  const compare = (a, b) => (typeof a === 'number' ? a - b : a.localeCompare(b, 'en'));

  function sort(table, column, order) {
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => ({ row, key: keyOf(row.cells[column]) }));
    const direction = order === 'ascending' ? 1 : -1;
    // What is not known comes last in both directions.
    rows.sort((a, b) => (a.key === null || b.key === null ? (a.key === null) - (b.key === null) : direction * compare(a.key, b.key)));
    body.append(...rows.map(({ row }) => row));
  }

  for (const table of document.querySelectorAll('table.sortable')) {
    [...table.tHead.rows[0].cells].forEach((heading, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener('click', () => {
        const first = heading.className === 'text' ? 'ascending' : 'descending';
        const other = first === 'ascending' ? 'descending' : 'ascending';
        const order = heading.getAttribute('aria-sort') === first ? other : first;
        for (const cell of heading.parentElement.cells) cell.setAttribute('aria-sort', 'none');
        heading.setAttribute('aria-sort', order);
        sort(table, column, order);
      });
    });
  }

  // ---- charts
  const source = document.getElementById('chart-data');
  if (source === null || typeof Chart === 'undefined') return;
  const { currency, timeline, changes, months } = JSON.parse(source.textContent);
  const style = currency === null ? {} : { style: 'currency', currency };
  const money = new Intl.NumberFormat('en-US', { ...style, minimumFractionDigits: 2, maximumFractionDigits: 2 }).format;
  const short = new Intl.NumberFormat('en-US', { ...style, notation: 'compact', minimumFractionDigits: 0, maximumFractionDigits: 1 }).format;
  const isMonth = timeline.times[0]?.length === 7;
  const date = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', ...(isMonth ? { year: 'numeric' } : { day: 'numeric' }), month: 'short' });
  const dateOf = (time) => date.format(new Date(isMonth ? time + '-01' : time));
  const clip = (text, most) => (text.length > most ? text.slice(0, most - 1).trimEnd() + '…' : text);

  let charts = [];
  function draw() {
    for (const chart of charts) chart.destroy();
    const computed = getComputedStyle(document.documentElement);
    const color = (name) => computed.getPropertyValue('--' + name).trim();
    Chart.defaults.animation = false;
    Chart.defaults.color = color('muted');
    Chart.defaults.borderColor = color('line');
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.plugins.legend.display = false;
    Chart.defaults.maintainAspectRatio = false;
    charts = [['timeline', timelineChart], ['changes', changesChart], ['months-chart', monthsChart]].flatMap(([id, chartOf]) => {
      const canvas = document.getElementById(id);
      return canvas === null ? [] : [new Chart(canvas, chartOf(color, canvas.parentElement.clientWidth))];
    });
  }

  const axis = { border: { display: false }, grid: { display: false } };

  function timelineChart(color) {
    const { times, before, series, periods } = timeline;
    const datasets = series.map(({ name, costs }, at) => {
      const full = color('series-' + (at + 1));
      // The period before is paler.
      return { label: name, data: costs, stack: 'cost', borderWidth: 0, categoryPercentage: 1, barPercentage: 0.86, backgroundColor: costs.map((_, day) => (day < before ? full + '80' : full)) };
    });
    const label = (item) => ' ' + clip(item.dataset.label, 36) + ': ' + money(item.parsed.y);
    const footer = (items) => 'Total: ' + money(items.reduce((total, item) => total + item.parsed.y, 0));
    return {
      type: 'bar',
      data: { labels: times, datasets },
      plugins: [periodNames(color, before, periods)],
      options: {
        layout: { padding: { top: 22 } },
        interaction: { mode: 'index', intersect: false },
        plugins: { tooltip: { itemSort: (a, b) => b.parsed.y - a.parsed.y, filter: (item) => item.parsed.y !== 0, callbacks: { title: ([item]) => (item ? dateOf(item.label) : ''), label, footer } } },
        scales: {
          x: { ...axis, stacked: true, ticks: { maxRotation: 0, autoSkipPadding: 16, callback: (_, at) => dateOf(times[at]) } },
          y: { ...axis, stacked: true, grid: { color: color('line') }, ticks: { maxTicksLimit: 6, callback: (value) => short(value) } },
        },
      },
    };
  }

  /** A line between the two periods, and their names above the bars. */
  function periodNames(color, before, periods) {
    return {
      id: 'periodNames',
      afterDraw({ ctx, chartArea: { left, right, top, bottom }, data }) {
        const middle = left + ((right - left) * before) / data.labels.length;
        ctx.save();
        ctx.strokeStyle = ctx.fillStyle = color('muted');
        ctx.font = '600 12px ' + Chart.defaults.font.family;
        periods.forEach((name, at) => {
          const start = at === periods.length - 1 ? middle : left;
          ctx.fillText(name, start + (start > left ? 8 : 0), top - 9, (start === middle ? right - middle : middle - left) - 12);
        });
        if (before > 0) {
          ctx.setLineDash([3, 3]);
          ctx.beginPath();
          ctx.moveTo(middle, top - 20);
          ctx.lineTo(middle, bottom);
          ctx.stroke();
        }
        ctx.restore();
      },
    };
  }

  function changesChart(color, width) {
    const names = changes.map(({ name }) => name);
    const amounts = changes.map(({ amount }) => amount);
    return {
      type: 'bar',
      data: { labels: names, datasets: [{ data: amounts, barPercentage: 0.7, maxBarThickness: 26, borderRadius: 2, backgroundColor: amounts.map((amount) => color(amount > 0 ? 'more' : 'less')) }] },
      options: {
        indexAxis: 'y',
        interaction: { mode: 'nearest', axis: 'y', intersect: false },
        plugins: { tooltip: { callbacks: { label: (item) => ' ' + (item.parsed.x > 0 ? '+' : '') + money(item.parsed.x) } } },
        scales: {
          x: { ...axis, grid: { color: (line) => color(line.tick?.value === 0 ? 'muted' : 'line') }, ticks: { maxTicksLimit: 5, maxRotation: 0, callback: (value) => (value > 0 ? '+' : '') + short(value) } },
          y: { ...axis, ticks: { autoSkip: false, color: color('ink'), callback: (_, at) => clip(names[at], width < 420 ? 18 : 28) } },
        },
      },
    };
  }

  function monthsChart(color) {
    const full = color('series-1');
    const monthName = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', month: 'short', year: '2-digit' });
    const nameOf = (month) => monthName.format(new Date(month + '-01'));
    const bar = { grouped: false, borderWidth: 0, categoryPercentage: 1, barPercentage: 0.7 };
    const label = ({ dataset, raw }) => ' ' + dataset.label + ': ' + (Array.isArray(raw) ? raw.map((amount) => money(amount)).join(' to ') : money(raw));
    return {
      type: 'bar',
      data: {
        labels: months.names,
        datasets: [
          { ...bar, label: 'Likely range', data: months.range, barPercentage: 0.12, backgroundColor: color('muted') },
          { ...bar, label: 'Bill', data: months.costs, backgroundColor: full },
          { ...bar, label: 'Forecast', data: months.forecast, backgroundColor: full + '40', borderColor: full, borderWidth: 1 },
        ],
      },
      options: {
        interaction: { mode: 'index', intersect: false },
        plugins: { tooltip: { filter: (item) => item.raw !== null, callbacks: { title: ([item]) => (item ? nameOf(item.label) : ''), label } } },
        scales: {
          x: { ...axis, ticks: { maxRotation: 0, autoSkipPadding: 12, callback: (_, at) => nameOf(months.names[at]) } },
          y: { ...axis, beginAtZero: true, grid: { color: color('line') }, ticks: { maxTicksLimit: 5, callback: (value) => short(value) } },
        },
      },
    };
  }

  draw();
  for (const query of ['(prefers-color-scheme: dark)', 'print']) matchMedia(query).addEventListener('change', draw);
  // The colours of paper must be there before the browser takes the picture.
  const printing = (on) => () => {
    document.documentElement.classList.toggle('printing', on);
    draw();
  };
  addEventListener('beforeprint', printing(true));
  addEventListener('afterprint', printing(false));
})();
`;
