"use strict";
// What the report does with a script: one topic at a time, pickers kept in the
// address, charts whose values can be pointed at and walked through, and the table
// and the CSV behind each. Every figure is read from the tables that the page holds
// for readers without a script: none is computed here.
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const layout = JSON.parse($("#layout").textContent);
  const form = $("#pickers"), said = $("#said");
  const fullName = document.title;

  const dress = (element, attributes, children) => {
    for (const [name, value] of Object.entries(attributes))
      if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
    element.append(...children.flat());
    return element;
  };
  const make = (name, attributes = {}, ...children) => dress(document.createElement(name), attributes, children);
  const draw = (name, attributes = {}, ...children) => dress(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
  const say = (element, text) => { if (element.textContent !== text) element.textContent = text; };
  const button = (content, attributes, act) => {
    const made = make("button", { type: "button", ...attributes }, content);
    made.addEventListener("click", act);
    return made;
  };
  const upper = text => text.charAt(0).toUpperCase() + text.slice(1);
  const lower = text => text.charAt(0).toLowerCase() + text.slice(1);

  // The figures. A block is the text of one organisation's tables, which the browser
  // left as it is; a table of it is taken apart when a view first needs it.
  const entities = { "&lt;": "<", "&gt;": ">", "&amp;": "&", "&#34;": '"', "&quot;": '"', "&#39;": "'" };
  const plain = text => text.includes("&") ? text.replace(/&(?:lt|gt|amp|quot|#34|#39);/g, entity => entities[entity]) : text;
  const cellText = piece => plain(piece.slice(0, (piece + "<").indexOf("<")).trim());

  class Organisation {
    constructor(block) {
      this.level = block.dataset.level;
      this.code = block.dataset.code;
      this.name = block.dataset.name;
      this.block = block;
    }
    tables() {
      if (!this.split) {
        const tables = this.block.textContent.split("<table").slice(1);
        const rows = text => text.slice(text.indexOf("<tbody>")).split("<tr>").slice(1);
        this.split = new Map(tables.map(text => [text.match(/data-key="([^"]*)"/)[1], rows(text)]));
      }
      return this.split;
    }
    // The cells of a row, as published.
    row(table, at) {
      const rows = this.tables().get(table) || [];
      if (typeof rows[at] === "string") rows[at] = rows[at].split("<td>").slice(1).map(cellText);
      return rows[at] || [];
    }
  }

  const organisations = $$("noscript[data-code]").map(block => new Organisation(block));
  const collator = new Intl.Collator("en-GB", { numeric: true });
  const byName = (a, b) => collator.compare(a.name, b.name);
  const members = new Map(layout.levels.map(level => [level.id, organisations.filter(one => one.level === level.id).sort(byName)]));
  const found = (list, id) => list.find(one => one.id === id);
  const topics = $$(".topic").map(section => ({
    section,
    id: section.id,
    title: $("h2", section).textContent,
    charts: (found(layout.topics, section.id) || { charts: [] }).charts,
  }));
  const levelOf = id => found(layout.levels, id), kindOf = id => found(layout.kinds, id), topicOf = id => found(topics, id);
  const organisationOf = view => members.get(view.level).find(one => one.code === view.org);

  // Where a measure stands: which family of tables, which column.
  const places = (counts, others) => new Map([
    ...counts.map((id, at) => [id, ["counts", at]]),
    ...others.map((id, at) => [id, ["others", at]]),
  ]);
  const plainPlaces = places(layout.counts, layout.others), brokenPlaces = places(layout.countsBy, layout.othersBy);

  const number = /^-?\d+(\.\d+)?$/;
  const cell = (text = layout.marks[0].mark, about) => ({ ...about, text, value: number.test(text) ? Number(text) : null });
  const seriesOf = (organisation, kind, measure) => {
    const [family, at] = plainPlaces.get(measure), table = `${kind.id} ${family}`;
    return kind.ids.map((id, i) => cell(organisation.row(table, i)[at], { organisation, measure, period: kind.periods[i] }));
  };
  // The values of a variable, and what all of them come to where that is published.
  const brokenOf = (organisation, kind, period, variable, measure) => {
    const [family, place] = brokenPlaces.get(measure), counts = family === "counts";
    const column = period * (counts ? layout.countsBy : layout.othersBy).length + place;
    const before = layout.variables.slice(0, layout.variables.indexOf(variable)).reduce((sum, one) => sum + one.values.length + counts, 0);
    return [...variable.values, ...counts ? ["All shown"] : []].map((category, i) =>
      cell(organisation.row(`${kind.id} ${family} by`, before + i)[column], { organisation, measure, period: kind.periods[period], variable: variable.title, category }));
  };

  const measureOf = id => layout.measures[id];
  const grouped = text => text.replace(/^-?\d+/, whole => Number(whole).toLocaleString("en-GB"));
  const unitOf = one => measureOf(one.measure).unit, isPercent = one => unitOf(one) === "percent";
  const shortly = one => one.value === null ? one.text : grouped(one.text) + (isPercent(one) ? "%" : "");
  const spoken = one => {
    if (one.value === null) return one.text ? `masked (${one.text})` : "masked";
    return shortly(one) + (isPercent(one) ? "" : ` ${unitOf(one)}`);
  };
  const heading = measure => {
    const { label, unit } = measureOf(measure);
    if (layout.counts.includes(measure)) return label;
    return `${label} (${unit === "percent" ? "%" : unit})`;
  };

  // Periods, by their first and last days, which can be compared as text.
  const days = (kind, id) => {
    const at = kind.ids.indexOf(id);
    return [kind.from[at], kind.to[at]];
  };
  const nearest = (kind, from, id) => {
    const [first, last] = days(from, id);
    return kind.ids.findLast(one => { const [begins, ends] = days(kind, one); return begins <= last && ends >= first; }) || kind.ids.at(-1);
  };
  // The newest period with breakdowns that lies within or before the chosen one.
  const brokenPeriod = view => {
    const kind = kindOf(view.kind);
    if (kind.by) return { kind, at: kind.ids.indexOf(view.period) };
    const broken = layout.kinds.find(one => one.by), [, last] = days(kind, view.period);
    const at = broken.ids.findLastIndex(one => days(broken, one)[1] <= last);
    return { kind: broken, at: Math.max(0, at), instead: true, after: at < 0 };
  };

  // The view: what is chosen, which the address holds.
  const hasBroken = topic => topic.charts.some(chart => chart.form === "by" && !chart.variable);
  const lastOf = new Map(); // the organisation that was last looked at, a level
  const first = () => ({ topic: topics[0].id, ...layout.start, by: (layout.variables[0] || { id: "" }).id, measure: "" });
  const read = address => {
    const asked = new URLSearchParams(address), view = first(), told = [];
    const take = (name, what, known) => {
      const value = asked.get(name);
      if (!value) return;
      if (known(value)) view[name] = value;
      else told.push(`The address asks for the ${what} “${value}”, which this report does not have.`);
    };
    take("topic", "topic", topicOf);
    take("kind", "kind of period", kindOf);
    if (view.kind !== layout.start.kind) view.period = kindOf(view.kind).ids.at(-1);
    take("period", "period", id => kindOf(view.kind).ids.includes(id));
    take("level", "level", levelOf);
    if (view.level !== layout.start.level) view.org = members.get(view.level)[0].code;
    take("org", "organisation", code => members.get(view.level).some(one => one.code === code));
    take("by", "breakdown", id => found(layout.variables, id));
    take("measure", "measure", measureOf);
    return { view, told };
  };
  const write = view => new URLSearchParams(Object.entries(view).filter(([, value]) => value)).toString();

  let view = first();
  const change = wanted => {
    const next = { ...view, ...wanted };
    if (next.kind !== view.kind && !wanted.period) next.period = nearest(kindOf(next.kind), kindOf(view.kind), view.period);
    if (next.level !== view.level && !wanted.org) next.org = lastOf.get(next.level) || members.get(next.level)[0].code;
    show(next, []);
    location.hash = write(view);
  };

  // What a chart shows: rows of cells. The table, the CSV and the picture are three
  // ways to write the same rows.
  const frames = {
    line(chart) {
      const organisation = organisationOf(view), kind = kindOf(view.kind);
      const series = chart.spec.measures.map(measure => seriesOf(organisation, kind, measure));
      return {
        shown: `${organisation.name}, ` + (kind.ids.length > 1 ? `by ${lower(kind.title)}, from ${kind.periods[0]} until ${kind.periods.at(-1)}` : kind.periods[0]),
        corner: kind.title, columns: chart.spec.measures.map(heading), chosen: view.period,
        rows: kind.ids.map((id, i) => ({ key: id, label: kind.periods[i], short: kind.short[i], cells: series.map(cells => cells[i]) })),
        file: [organisation.level, organisation.code, kind.id],
      };
    },
    columns(chart) {
      const organisation = organisationOf(view), kind = kindOf(view.kind), at = kind.ids.indexOf(view.period);
      return {
        shown: `${organisation.name}, ${kind.periods[at]}`,
        corner: "Measure", columns: [kind.periods[at]],
        rows: chart.spec.measures.map(measure => ({ key: measure, label: measureOf(measure).label, cells: [seriesOf(organisation, kind, measure)[at]] })),
        file: [organisation.level, organisation.code, view.period],
      };
    },
    ranked(chart) {
      const own = levelOf(view.level), kind = kindOf(view.kind), at = kind.ids.indexOf(view.period), measure = chart.measure();
      const several = layout.levels.filter(one => members.get(one.id).length > 1), level = several.includes(own) ? own : several[0] || own;
      const rows = members.get(level.id).map(organisation => ({ key: organisation.code, label: organisation.name, cells: [seriesOf(organisation, kind, measure)[at]] }));
      const alone = level === own ? "" : ` ${organisationOf(view).name} is alone at its level, so ${lower(level.title)} are compared.`;
      const value = row => row.cells[0].value ?? -Infinity;
      return {
        shown: `${measureOf(measure).label}, ${kind.periods[at]}: ${lower(level.title)}, highest first.${alone}`,
        corner: "Organisation", columns: [heading(measure)], chosen: level === own ? view.org : undefined, level,
        rows: rows.sort((a, b) => value(b) - value(a)), // a stable sort: equals stay in the order of names
        file: [level.id, view.period, measure],
      };
    },
    by(chart) {
      const organisation = organisationOf(view), variable = found(layout.variables, chart.spec.variable || view.by), measure = chart.measure();
      const { kind, at, instead, after } = brokenPeriod(view), cells = brokenOf(organisation, kind, at, variable, measure);
      const which = after ? "first, which is after" : "newest up to";
      const why = instead ? ` Breakdowns are published by ${lower(kind.title)} only: this is the ${which} the chosen period.` : "";
      return {
        shown: `${measureOf(measure).label} by ${lower(variable.title)}: ${organisation.name}, ${kind.periods[at]}.${why}`,
        corner: variable.title, columns: [heading(measure)],
        rows: cells.map((one, i) => ({ key: String(i), label: one.category, cells: [one], total: i >= variable.values.length })),
        file: [organisation.level, organisation.code, kind.ids[at], variable.id, measure],
      };
    },
  };

  const csvText = text => number.test(text) ? text : (/^[=+\-@\t\r]/.test(text) ? "'" : "") + text;
  const csvField = text => { const safe = csvText(String(text)); return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe; };
  const csvLines = lines => lines.map(line => line.map(csvField).join(",") + "\r\n").join("");
  const csvOf = frame => {
    const cells = frame.rows.flatMap(row => row.cells), broken = Boolean(cells[0].variable);
    const head = ["Period", "Level", "Organisation code", "Organisation", "Measure id", "Measure name", "Measure", "Published value"];
    const line = one => {
      const { level, code, name } = one.organisation, measure = measureOf(one.measure);
      return [one.period, level, code, name, one.measure, measure.name, measure.label, one.text];
    };
    const added = (list, ...columns) => broken ? list.toSpliced(4, 0, ...columns) : list;
    return csvLines([added(head, "Variable", "Value of variable"), ...cells.map(one => added(line(one), one.variable, one.category))]);
  };

  const tableOf = (frame, title) => {
    const value = one => make("td", { class: one.value === null && "masked" }, one.value === null ? one.text : grouped(one.text));
    const row = one => make("tr", { class: one.total ? "total" : one.key === frame.chosen && "chosen" }, make("th", { scope: "row" }, one.label), one.cells.map(value));
    return make("table", { class: "figures" },
      make("caption", {}, make("b", {}, title), ` ${frame.shown}`),
      make("thead", {}, make("tr", {}, [frame.corner, ...frame.columns].map(text => make("th", { scope: "col" }, text)))),
      make("tbody", {}, frame.rows.map(row)));
  };

  // Drawing. Lengths are in pixels of a page whose letters have the usual size.
  const letters = document.createElement("canvas").getContext("2d");
  const family = getComputedStyle(document.body).fontFamily, widths = new Map();
  const widthOf = (text, size = 14, weight = 400) => {
    const key = `${weight} ${size}px ${text}`;
    if (!widths.has(key)) {
      letters.font = `${weight} ${size}px ${family}`;
      widths.set(key, letters.measureText(text).width);
    }
    return widths.get(key);
  };
  const fitted = (text, width, weight) => {
    if (widthOf(text, 14, weight) <= width) return text;
    let end = text.length;
    while (end && widthOf(text.slice(0, end) + "…", 14, weight) > width) end--;
    return text.slice(0, end).trimEnd() + "…";
  };
  const wrapped = (text, width, size, weight) => text.split(" ").reduce((lines, word) => {
    const longer = lines.length ? lines.at(-1) + " " + word : word;
    return lines.length && widthOf(longer, size, weight) <= width ? [...lines.slice(0, -1), longer] : [...lines, word];
  }, []);
  const ticksTo = (highest, percent) => {
    if (percent && highest > 50) return [0, 20, 40, 60, 80, 100];
    const rough = highest / 4, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].map(times => times * power).find(one => one >= rough);
    const count = Math.ceil(highest / step);
    return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(12)));
  };
  const words = (text, attributes) => draw("text", attributes, text);
  const stub = attributes => draw("rect", { class: "masked", fill: "url(#hatch)", ...attributes });
  const saidOf = row => {
    const several = row.cells.length > 1, value = one => (several ? measureOf(one.measure).label + " " : "") + spoken(one);
    return `${row.label}: ${row.cells.map(value).join("; ")}`;
  };

  // A stop is what the arrow keys halt at and the pointer finds: the values of one row.
  const stopOf = (row, hit, children, attributes = {}) => draw("g",
    { class: "stop", "data-key": row.key, role: "img", tabindex: -1, "aria-label": saidOf(row), ...attributes },
    draw("rect", { class: "hit", rx: 3, ...hit }), children);
  const plotOf = (width, height, label, children) => draw("svg",
    { class: "plot", viewBox: `0 0 ${width} ${height}`, width, height, role: "application", "aria-roledescription": "chart", "aria-label": label },
    children);

  const highestIn = rows => Math.max(0, ...rows.flatMap(row => row.cells.map(one => one.value ?? 0)));
  const scaleOf = (rows, width, wide, height) => {
    const one = rows[0].cells[0], highest = highestIn(rows), ticks = highest ? ticksTo(highest, isPercent(one)) : [0];
    const texts = ticks.map(tick => tick.toLocaleString("en-GB") + (isPercent(one) ? "%" : ""));
    const left = Math.ceil(Math.max(...texts.map(text => widthOf(text, 13)))) + 12, right = width - (wide ? 190 : 8), top = 42, bottom = height - 34;
    const band = (right - left) / rows.length, y = value => bottom - (bottom - top) * value / (ticks.at(-1) || 1);
    const lines = ticks.flatMap((tick, i) => [
      draw("line", { class: i ? "grid" : "base", x1: left, x2: right, y1: y(tick), y2: y(tick) }),
      words(texts[i], { class: "tick", x: left - 8, y: y(tick) + 4.5, "text-anchor": "end" }),
    ]);
    const axis = [words(upper(unitOf(one)), { class: "tick", x: 0, y: 14 }), ...lines];
    return { left, right, top, bottom, band, y, x: i => left + band * (i + .5), axis };
  };

  // The unbroken runs of a series: what is masked breaks it.
  const runsOf = cells => cells.reduce((runs, one, i) => {
    if (one.value === null) return runs;
    if (i && cells[i - 1].value !== null) runs.at(-1).push(i);
    else runs.push([i]);
    return runs;
  }, []);
  const endLabels = (series, scale, height) => {
    const placed = series.map((cells, at) => {
      const last = cells.findLast(one => one.value !== null);
      return last && { at, lines: wrapped(measureOf(last.measure).label, 172, 14, 600), y: scale.y(last.value) };
    }).filter(Boolean).sort((a, b) => a.y - b.y);
    const tall = one => one.lines.length * 17 + 6;
    placed.forEach((one, i) => { one.top = Math.max(one.y - tall(one) / 2, i ? placed[i - 1].top + tall(placed[i - 1]) : 0); });
    placed.toReversed().forEach((one, i, list) => { one.top = Math.min(one.top, (i ? list[i - 1].top : height - 8) - tall(one)); });
    return placed.map(({ at, lines, top }) => draw("text", { class: `label end s${at}` },
      lines.map((line, i) => draw("tspan", { x: scale.right + 14, y: top + 15 + 17 * i }, line))));
  };

  const drawSeries = (cells, at, scale, dotted) => {
    const place = i => [scale.x(i).toFixed(1), scale.y(cells[i].value).toFixed(1)];
    const dot = i => draw("circle", { class: `dot s${at}`, cx: place(i)[0], cy: place(i)[1], r: 4 });
    return runsOf(cells).flatMap(run => [
      ...run.length > 1 ? [draw("path", { class: `series s${at}`, d: "M" + run.map(i => place(i).join(" ")).join("L") })] : [],
      ...run.length === 1 || dotted ? run.map(dot) : [],
    ]);
  };
  const drawLines = (frame, width, height, label) => {
    const { rows } = frame, wide = width > 640, scale = scaleOf(rows, width, wide, height), high = { y: scale.top - 8, height: scale.bottom - scale.top + 8 };
    const series = rows[0].cells.map((_, at) => rows.map(row => row.cells[at])), broadest = Math.max(...rows.map(row => widthOf(row.short, 13))) + 14;
    const every = [1, 2, 3, 4, 6, 12, 24, 48].find(step => step * scale.band >= broadest) || rows.length, thick = Math.min(14, scale.band * .7);
    const band = i => ({ x: scale.x(i) - scale.band / 2, width: scale.band, ...high });
    const stops = rows.map((row, i) => stopOf(row, band(i), [
      draw("line", { class: "rule", x1: scale.x(i), x2: scale.x(i), y1: scale.top, y2: scale.bottom }),
      ...row.cells.flatMap((one, at) => one.value === null ? [] : [draw("circle", { class: `at s${at}`, cx: scale.x(i), cy: scale.y(one.value), r: 5 })]),
    ]));
    return plotOf(width, height, label, [
      draw("rect", { class: "period", ...band(rows.findIndex(row => row.key === frame.chosen)) }),
      ...scale.axis,
      ...rows.flatMap((row, i) => i % every ? [] : [words(row.short, { class: "tick", x: scale.x(i), y: scale.bottom + 22, "text-anchor": "middle" })]),
      ...rows.flatMap((row, i) => row.cells.some(one => one.value === null) ? [stub({ x: scale.x(i) - thick / 2, y: scale.bottom - 14, width: thick, height: 14 })] : []),
      ...series.flatMap((cells, at) => drawSeries(cells, at, scale, rows.length <= 16)),
      ...wide ? endLabels(series, scale, height) : [],
      ...stops,
    ]);
  };

  const drawColumns = (frame, width, height, label) => {
    const { rows } = frame, scale = scaleOf(rows, width, false, height - 18), broad = Math.min(72, scale.band * .72);
    const stops = rows.map((row, i) => {
      const one = row.cells[0], x = scale.x(i) - broad / 2, top = one.value === null ? scale.bottom - 14 : scale.y(one.value);
      const lines = wrapped(row.label, scale.band - 6, 13).map((line, at) => draw("tspan", { x: scale.x(i), y: scale.bottom + 20 + 16 * at }, line));
      return stopOf(row, { x: scale.left + scale.band * i, y: scale.top - 20, width: scale.band, height: height - scale.top + 20 }, [
        one.value === null ? stub({ x, y: top, width: broad, height: 14 }) : draw("rect", { class: "bar", x, y: top, width: broad, height: scale.bottom - top }),
        words(shortly(one), { class: "value", x: scale.x(i), y: top - 7, "text-anchor": "middle" }),
        draw("text", { class: "tick", "text-anchor": "middle" }, lines),
      ]);
    });
    return plotOf(width, height, label, [...scale.axis, ...stops]);
  };
  const columnsFit = (frame, width) => {
    const band = (width - 60) / frame.rows.length - 6;
    return frame.rows.every(row => wrapped(row.label, band, 13).length <= 2 && row.label.split(" ").every(word => widthOf(word, 13) <= band));
  };

  const drawBars = (frame, width, label, picks) => {
    const rows = frame.rows.filter(row => !row.total), weight = row => row.key === frame.chosen ? 700 : 400;
    const longest = Math.max(...rows.map(row => widthOf(row.label, 14, weight(row)))) + 4;
    const narrow = width < 520 || longest > width * .45, tall = narrow ? 52 : 32, names = narrow ? 0 : longest;
    const values = Math.max(...rows.map(row => widthOf(shortly(row.cells[0]), 14, 700))) + 12;
    const indent = frame.chosen === undefined ? 2 : 18, left = narrow ? indent : indent + names + 12, long = Math.max(40, width - left - values - 4);
    const highest = isPercent(rows[0].cells[0]) ? 100 : highestIn(rows) || 1;
    const role = row => picks ? { role: "button", "aria-pressed": String(row.key === frame.chosen) } : {};
    const stops = rows.map((row, i) => stopOf(row, { x: 1, y: 2 + i * tall, width: width - 2, height: tall }, [], role(row)));
    const ink = rows.map((row, i) => {
      const one = row.cells[0], chosen = row.key === frame.chosen, top = 2 + i * tall, y = top + (narrow ? 26 : 7), bold = chosen ? " chosen" : "";
      const reach = one.value === null ? 26 : long * Math.max(0, one.value) / highest;
      return draw("g", { "data-key": row.key },
        chosen ? draw("path", { class: "pointer", d: `M4 ${y + 3}l7 6l-7 6z` }) : [],
        words(fitted(row.label, narrow ? width - indent - 6 : names, weight(row)), { class: "label" + bold, x: indent, y: narrow ? top + 19 : top + 21 }),
        one.value === null ? stub({ x: left, y, width: reach, height: 18 }) : draw("rect", { class: "bar" + bold, x: left, y, width: reach.toFixed(1), height: 18 }),
        words(shortly(one), { class: "value" + bold, x: left + reach + 7, y: y + 14 }));
    });
    return plotOf(width, rows.length * tall + 4, label, [...stops, draw("g", { class: "ink", "aria-hidden": "true" }, ink)]);
  };

  // Five classes with as many areas each; fewer where the values repeat.
  const classesOf = rows => {
    const values = rows.map(row => row.cells[0].value).filter(value => value !== null).sort((a, b) => a - b);
    const starts = [...new Set([0, 1, 2, 3, 4].map(fifth => values[Math.floor(fifth * values.length / 5)]))].filter(value => value !== undefined);
    const ends = starts.map((_, i) => values.findLast(value => i === starts.length - 1 || value < starts[i + 1]));
    const colour = i => starts.length === 1 ? 3 : 1 + Math.round(i * 4 / (starts.length - 1));
    return {
      of: value => colour(starts.findLastIndex(start => start <= value)),
      list: starts.map((start, i) => ({ colour: colour(i), from: start, to: ends[i] })),
    };
  };
  const areas = layout.map ? $$("svg[hidden] path[data-key]") : [];
  const drawMap = (frame, classes, label) => {
    const cells = new Map(frame.rows.map(row => [row.key, row.cells[0]]));
    const area = path => {
      const key = path.dataset.key, one = cells.get(key), shade = !one ? "none" : one.value === null ? "masked" : `q${classes.of(one.value)}`;
      const chosen = key === frame.chosen ? " chosen" : "";
      return draw("path", { class: `area ${shade}${chosen}`, d: path.getAttribute("d"), "data-key": key, fill: shade === "masked" && "url(#hatch)" });
    };
    const isChosen = path => path.classList.contains("chosen"); // it is drawn last, so that nothing covers its edge
    return draw("svg",
      { class: "map", viewBox: `0 0 ${layout.map.width} ${layout.map.height}`, role: "img", "aria-label": `Map. ${label} The list beside the map has the same values.` },
      areas.map(area).sort((a, b) => isChosen(a) - isChosen(b)));
  };

  const swatch = children => draw("svg", { class: "swatch", viewBox: "0 0 30 14", width: 30, height: 14, "aria-hidden": "true" }, children);
  const lineSwatch = at => swatch([draw("path", { class: `series s${at}`, d: "M0 7H30" })]);
  const boxSwatch = kind => swatch([draw("rect", { class: kind, width: 30, height: 14 })]);
  const legendOf = (frame, form, direct, classes) => {
    const entry = (mark, text) => make("li", {}, mark, make("span", {}, text));
    const percent = isPercent(frame.rows[0].cells[0]) ? "%" : "", shown = value => value.toLocaleString("en-GB") + percent;
    const range = ({ from, to }) => from === to ? shown(from) : `${shown(from)} to ${shown(to)}`;
    const list = [];
    if (form === "line" && !direct) list.push(...frame.rows[0].cells.map((one, at) => entry(lineSwatch(at), measureOf(one.measure).label)));
    if (form === "line") list.push(entry(boxSwatch("period"), "The chosen period"));
    if (classes) list.push(...classes.list.map(one => entry(boxSwatch(`area q${one.colour}`), range(one))));
    const masks = new Set(frame.rows.flatMap(row => row.cells).filter(one => one.value === null).map(one => one.text));
    const meanings = layout.marks.filter(one => masks.has(one.mark)).map(one => `${one.mark || "A blank"} stands for ${one.meaning}`);
    if (masks.size) list.push(entry(swatch([stub({ x: .5, y: .5, width: 29, height: 13 })]), meanings.join("; ") || "Masked"));
    return list;
  };

  const safeName = parts => parts.map(part => part.replace(/[^A-Za-z0-9-]+/g, "-")).join("_");

  // A figure with its tools: its CSV, the whole screen. A letter works while the
  // focus is within.
  class Figure {
    constructor(figure) {
      this.figure = figure;
      this.status = make("span", { class: "news", role: "status" });
      this.fullButton = this.tool("Full screen", "f", () => this.toggleFull());
      this.fullButton.hidden = !document.fullscreenEnabled;
      this.fullButton.setAttribute("aria-pressed", "false");
      this.tools = make("div", { class: "tools", role: "group", "aria-label": $("h3", figure).textContent },
        this.tool("CSV", "c", () => this.save()), this.fullButton, this.status);
      figure.addEventListener("keydown", event => {
        if (!event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("select, input")) this.key(event);
      });
      figure.addEventListener("fullscreenchange", () => this.fullButton.setAttribute("aria-pressed", String(document.fullscreenElement === figure)));
    }
    tool(title, letter, act) {
      return button([title, make("kbd", {}, letter)], { "aria-keyshortcuts": letter, "aria-label": title }, () => { finish(); act(); });
    }
    key(event) {
      const act = { t: () => this.toggleTable(), c: () => this.save(), f: () => this.toggleFull() }[event.key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      finish();
      act();
    }
    toggleTable() {}
    toggleFull() {
      if (!document.fullscreenEnabled) return;
      if (document.fullscreenElement) document.exitFullscreen();
      else this.figure.requestFullscreen();
    }
    saveAs(name, text) {
      const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" })), download: `${name}.csv` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000); // the browser may still be asking where to put it
      say(this.status, `Saved as ${name}.csv.`);
    }
  }

  // A table that is no chart and follows no picker.
  class Still extends Figure {
    constructor(figure) {
      super(figure);
      figure.append(this.tools);
      const rows = $$("tr", figure).map(row => [...row.cells]), marks = layout.marks.map(one => one.mark);
      rows[0].forEach((_, at) => {
        const column = rows.map(row => row[at]).filter(Boolean), texts = column.slice(1).map(one => one.textContent.trim());
        if (at && texts.every(text => number.test(text) || marks.includes(text))) column.forEach(one => one.classList.add("number"));
      });
    }
    save() {
      const lines = $$("tr", this.figure).map(row => [...row.cells].map(one => one.textContent.trim()));
      this.saveAs(safeName([this.figure.dataset.key]), csvLines(lines));
    }
  }

  class Chart extends Figure {
    constructor(topic, spec, figure) {
      super(figure);
      Object.assign(this, { topic, spec });
      const known = spec.form === "by" ? brokenPlaces : plainPlaces;
      this.spec.measures = spec.measures.filter(id => known.has(id));
      this.line = $(".shown", figure);
      this.details = $("details", figure);
      this.legend = make("ul", { class: "legend" });
      this.plot = make("div", { class: "drawing" });
      this.tip = make("div", { class: "tip", "aria-hidden": "true", hidden: true });
      $(".picture", figure).replaceChildren(this.legend, this.plot, this.tip);
      if (["ranked", "by"].includes(spec.form)) this.addMeasures();
      this.tableButton = this.tool("Table", "t", () => this.toggleTable());
      this.tableButton.setAttribute("aria-expanded", "false");
      this.tools.prepend(this.tableButton);
      this.details.before(this.tools);
      this.details.open = false;
      this.details.addEventListener("toggle", () => this.fillTable());
      figure.addEventListener("fullscreenchange", () => this.paint());
      this.listen();
    }
    measure() { return this.spec.measures.includes(view.measure) ? view.measure : this.spec.measures[0]; }
    addMeasures() {
      const id = `${this.topic.id}-${this.spec.id}-measure`;
      this.select = make("select", { id }, this.spec.measures.map(measure => make("option", { value: measure }, measureOf(measure).label)));
      this.select.addEventListener("change", () => change({ measure: this.select.value }));
      this.meaning = make("p", { class: "meaning" });
      const field = make("p", { class: "field" }, make("label", { for: id }, "Measure"), this.select);
      field.hidden = this.spec.measures.length < 2;
      $(".picture", this.figure).before(make("div", { class: "choose" }, field, this.meaning));
    }
    toggleTable() {
      this.details.open = !this.details.open;
      this.fillTable();
      say(this.status, this.details.open ? "The table is open." : "The table is closed.");
    }
    fillTable() {
      this.tableButton.setAttribute("aria-expanded", String(this.details.open));
      if (!this.details.open || this.filled === this.frame) return;
      this.filled = this.frame;
      $(".scroll", this.details).replaceChildren(tableOf(this.frame, this.spec.title));
    }
    save() { this.saveAs(safeName([`${this.topic.id}-${this.spec.id}`, ...this.frame.file]), csvOf(this.frame)); }

    // Painting.
    width() { return Math.max(280, Math.floor(this.plot.clientWidth)); }
    paint(width = this.width()) {
      const active = document.activeElement, focused = this.plot.contains(active) && active.dataset.key;
      this.frame = frames[this.spec.form](this);
      say(this.line, this.frame.shown);
      say(this.status, "");
      if (this.select) {
        this.select.value = this.measure();
        say(this.meaning, measureOf(this.measure()).of || "");
      }
      this.hideTip();
      this.drawIn(width);
      if (this.details.open) this.fillTable();
      this.ready(focused);
    }
    drawIn(width) {
      const { frame, spec } = this, full = document.fullscreenElement === this.figure;
      const label = `${spec.title}. ${frame.shown}`, height = full ? Math.max(280, innerHeight - 330) : width > 640 ? 380 : 300;
      const mapped = spec.form === "ranked" && areas.length > 0 && frame.level.id === layout.map.level, classes = mapped && classesOf(frame.rows);
      const beside = mapped && width > 760, room = beside ? Math.floor(width * .58) : width;
      const pictures = {
        line: () => drawLines(frame, width, height, label),
        columns: () => columnsFit(frame, width) ? drawColumns(frame, width, height - 40, label) : drawBars(frame, width, label),
        ranked: () => make("div", { class: frame.rows.length > 20 ? "list long" : "list" }, drawBars(frame, room - 14, label, true)),
        by: () => drawBars(frame, width, label),
      };
      const where = this.place();
      this.plot.classList.toggle("beside", beside);
      this.plot.replaceChildren(...mapped ? [drawMap(frame, classes, label)] : [], pictures[spec.form]());
      this.legend.replaceChildren(...legendOf(frame, spec.form, width > 640, classes));
      this.legend.hidden = !this.legend.children.length;
      this.keep(where);
    }
    // A list stays where it was scrolled to, unless another organisation was chosen.
    place() {
      const list = $(".list", this.plot);
      return list && { top: list.scrollTop, chosen: this.placed };
    }
    keep(where) {
      const list = $(".list", this.plot);
      if (!list) return;
      this.placed = [this.frame.level.id, this.frame.chosen].join();
      const stop = this.stop(this.frame.chosen);
      if (where && where.chosen === this.placed) list.scrollTop = where.top;
      else if (stop) list.scrollTop += stop.getBoundingClientRect().top - list.getBoundingClientRect().top - list.clientHeight / 2;
      list.addEventListener("scroll", () => this.moveTip(), { passive: true });
    }
    stops() { return $$(".stop", this.plot); }
    stop(key) { return key === undefined ? undefined : this.stops().find(one => one.dataset.key === key); }
    ready(focused) {
      const stop = (focused && this.stop(focused)) || this.stop(this.frame.chosen) || this.stops()[0];
      stop.setAttribute("tabindex", 0);
      if (focused) stop.focus({ preventScroll: true });
    }

    // Values, on hover and on focus.
    listen() {
      this.plot.addEventListener("focusin", event => {
        const stop = event.target.closest(".stop");
        if (stop) this.showTip(stop);
      });
      this.plot.addEventListener("focusout", () => this.leave());
      this.plot.addEventListener("pointerover", event => {
        const found = event.target.closest(".stop, .area");
        if (found && !found.classList.contains("none")) this.showTip(found, event);
      });
      this.plot.addEventListener("pointerleave", () => this.leave());
      this.tip.addEventListener("pointerenter", () => clearTimeout(this.leaving));
      this.tip.addEventListener("pointerleave", () => this.leave());
      this.plot.addEventListener("click", event => this.pick(event.target.closest(".stop, .area")));
    }
    pick(found) {
      if (!found || this.spec.form !== "ranked" || found.classList.contains("none")) return;
      change({ level: this.frame.level.id, org: found.dataset.key });
    }
    key(event) {
      const stop = event.target.closest(".stop");
      if (event.key === "Escape" && !this.tip.hidden) { event.preventDefault(); this.hideTip(); }
      else if (stop && !event.key.match(/^[tcf]$/i)) this.walk(event, stop);
      else super.key(event);
    }
    walk(event, stop) {
      const stops = this.stops(), at = stops.indexOf(stop);
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); this.pick(stop); return; }
      const to = {
        ArrowRight: at + 1, ArrowDown: at + 1, PageDown: at + 10, End: stops.length - 1,
        ArrowLeft: at - 1, ArrowUp: at - 1, PageUp: at - 10, Home: 0,
      }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      const next = stops[Math.max(0, Math.min(stops.length - 1, to))];
      stop.setAttribute("tabindex", -1);
      next.setAttribute("tabindex", 0);
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    showTip(found, pointer) {
      const row = this.frame.rows.find(one => one.key === found.dataset.key);
      if (!row) return;
      clearTimeout(this.leaving);
      if (this.over === found) return;
      this.mark(row.key);
      Object.assign(this, { over: found, at: pointer && { x: pointer.clientX, y: pointer.clientY } });
      const { form } = this.spec, lines = row.cells.map((one, at) => make("li", {},
        form === "line" ? lineSwatch(at) : [],
        make("span", {}, form === "columns" ? one.period : measureOf(one.measure).label),
        make("b", {}, form === "line" ? shortly(one) : spoken(one))));
      this.tip.replaceChildren(make("strong", {}, row.label), make("ul", {}, lines));
      this.tip.hidden = false;
      this.moveTip();
    }
    // Beside what it tells of, touching it, so that the pointer can be moved onto it.
    moveTip() {
      if (this.tip.hidden) return;
      const box = this.tip.parentElement.getBoundingClientRect(), of = this.over.getBoundingClientRect(), own = this.tip.getBoundingClientRect();
      const bars = this.over.classList.contains("stop") && of.width > 3 * of.height;
      const point = this.at || { x: bars ? of.left + of.width * .45 : of.right, y: of.top + Math.min(of.height / 2, 60) };
      const right = (this.over.classList.contains("stop") ? of.right : point.x + 6) - box.left, left = (this.over.classList.contains("stop") ? of.left : point.x - 6) - box.left - own.width;
      let x = right + own.width <= box.width || left < 0 ? right : left, y = point.y - box.top - own.height / 2;
      if (!bars && own.width > box.width / 2 - 40) { // no room beside it
        x = (of.left + of.right) / 2 - box.left - own.width / 2;
        y = of.top - box.top - own.height;
      }
      if (bars) {
        x = point.x - box.left;
        y = of.bottom + own.height < innerHeight ? of.bottom - box.top : of.top - box.top - own.height;
      }
      this.tip.style.setProperty("left", `${Math.max(0, Math.min(x, box.width - own.width))}px`);
      this.tip.style.setProperty("top", `${Math.max(-own.height, y)}px`);
    }
    mark(key) { $$("[data-key]", this.plot).forEach(one => one.classList.toggle("on", one.dataset.key === key)); }
    hideTip() {
      clearTimeout(this.leaving);
      this.tip.hidden = true;
      this.over = undefined;
      this.mark();
    }
    leave() {
      clearTimeout(this.leaving);
      this.leaving = setTimeout(() => {
        const focused = document.activeElement.closest(".stop");
        this.hideTip();
        if (focused && this.plot.contains(focused)) this.showTip(focused);
      }, 250);
    }
  }

  // The field in which an organisation is found by typing its name or code.
  class Finder {
    constructor(id) {
      this.input = make("input", {
        id, type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-expanded": "false",
        "aria-autocomplete": "list", "aria-controls": `${id}-list`, "aria-describedby": `${id}-problem`,
      });
      this.list = make("ul", { id: `${id}-list`, class: "options", role: "listbox", "aria-label": "Organisations", hidden: true });
      this.problem = make("span", { id: `${id}-problem`, class: "problem" });
      this.count = make("span", { class: "unseen", role: "status" });
      this.box = make("div", { class: "finder" }, this.input, this.list, this.problem, this.count);
      this.input.addEventListener("focus", () => this.input.select());
      this.input.addEventListener("click", () => this.open(""));
      this.input.addEventListener("input", () => this.open(this.input.value));
      this.input.addEventListener("keydown", event => this.key(event));
      this.input.addEventListener("blur", () => this.settle());
      this.list.addEventListener("pointerdown", event => event.preventDefault()); // the field keeps the focus
      this.list.addEventListener("click", event => {
        const option = event.target.closest("[role=option]");
        if (option) this.take(option.dataset.code);
      });
    }
    renew() {
      this.close();
      this.input.value = organisationOf(view).name;
      this.complain("");
    }
    matches(text) {
      const parts = text.toLowerCase().split(/\s+/).filter(Boolean);
      return members.get(view.level).filter(one => parts.every(part => `${one.name} ${one.code}`.toLowerCase().includes(part)));
    }
    open(text) {
      const list = this.matches(text);
      this.list.replaceChildren(...list.map((one, i) => make("li",
        { id: `${this.list.id}-${i}`, role: "option", "data-code": one.code, "aria-selected": "false", class: one.code === view.org && "chosen" },
        `${one.name} `, make("small", {}, one.code))));
      this.list.hidden = !list.length;
      this.input.setAttribute("aria-expanded", String(list.length > 0));
      this.input.removeAttribute("aria-activedescendant");
      say(this.count, list.length ? `${list.length} found` : "");
      this.complain(list.length ? "" : this.unknown(text));
    }
    close() {
      this.list.hidden = true;
      this.input.setAttribute("aria-expanded", "false");
      this.input.removeAttribute("aria-activedescendant");
    }
    unknown(text) {
      return `“${text.trim()}” is in no name or code of these ${members.get(view.level).length} organisations. ${organisationOf(view).name} is still shown.`;
    }
    unclear(text, count) {
      return `“${text}” is in the names of ${count} organisations: choose one. ${organisationOf(view).name} is still shown.`;
    }
    complain(text) {
      say(this.problem, text);
      this.input.setAttribute("aria-invalid", String(Boolean(text)));
    }
    take(code) {
      this.close();
      if (code !== view.org) change({ org: code });
      this.renew();
    }
    key(event) {
      const act = { ArrowDown: () => this.move(1), ArrowUp: () => this.move(-1), Enter: () => this.settle(), Escape: () => this.renew() }[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    }
    move(by) {
      if (this.list.hidden) this.open(this.input.value === organisationOf(view).name ? "" : this.input.value);
      if (this.list.hidden) return; // nothing is found
      const options = [...this.list.children], active = options.findIndex(one => one.getAttribute("aria-selected") === "true");
      const from = active < 0 ? options.findIndex(one => one.dataset.code === view.org) : active;
      const next = options[(active < 0 && from >= 0 ? from : from + by + options.length) % options.length];
      options.forEach(one => one.setAttribute("aria-selected", String(one === next)));
      this.input.setAttribute("aria-activedescendant", next.id);
      next.scrollIntoView({ block: "nearest" });
    }
    // Whoever leaves the field or presses Enter has chosen: the option walked to, the
    // one that is left, or nothing that is known.
    settle() {
      const active = !this.list.hidden && $("[aria-selected=true]", this.list), text = this.input.value.trim();
      if (active) { this.take(active.dataset.code); return; }
      this.close();
      if (!text || text === organisationOf(view).name) { this.renew(); return; }
      const list = this.matches(text), exact = list.filter(one => [one.name, one.code].some(name => name.toLowerCase() === text.toLowerCase()));
      const one = exact.length === 1 ? exact[0] : list.length === 1 && list[0];
      if (one) this.take(one.code);
      else this.complain(list.length ? this.unclear(text, list.length) : this.unknown(text));
    }
  }

  // The pickers.
  const field = (id, title, control, wide) => make("div", { class: wide ? "field wide" : "field" }, make("label", { for: id }, title), control);
  const picker = (name, title, list) => {
    const select = make("select", { id: `pick-${name}` }, list.map(one => make("option", { value: one.id }, one.title)));
    select.addEventListener("change", () => change({ [name]: select.value }));
    return { select, field: field(select.id, title, select) };
  };
  const kindPicker = picker("kind", "Kind of period", layout.kinds), periodPicker = picker("period", "Period", []);
  const levelPicker = picker("level", "Level", layout.levels), byPicker = picker("by", "Breakdown", layout.variables);
  const finder = new Finder("pick-org"), finderField = field("pick-org", "Organisation (type to find)", finder.box, true);
  const linkNews = make("span", { class: "news", role: "status" });
  const copyLink = async () => {
    location.replace("#" + write(view));
    try {
      await navigator.clipboard.writeText(location.href);
      say(linkNews, "The link is copied.");
    } catch {
      say(linkNews, "The browser forbids copying: copy the address from its bar.");
    }
  };
  form.setAttribute("aria-label", "What is shown");
  form.append(kindPicker.field, periodPicker.field, levelPicker.field, finderField, byPicker.field,
    make("div", { class: "field link" }, button("Copy link", {}, copyLink), linkNews));
  form.addEventListener("submit", event => event.preventDefault());
  kindPicker.field.hidden = layout.kinds.length < 2;
  levelPicker.field.hidden = layout.levels.length < 2;

  const showPickers = topic => {
    const kind = kindOf(view.kind), { select } = periodPicker;
    form.hidden = !topic.charts.length;
    if (select.dataset.kind !== kind.id) {
      const newestFirst = kind.ids.map((id, i) => make("option", { value: id }, kind.periods[i])).reverse();
      select.replaceChildren(...newestFirst);
      select.dataset.kind = kind.id;
    }
    [kindPicker.select.value, select.value, levelPicker.select.value, byPicker.select.value] = [view.kind, view.period, view.level, view.by];
    const one = members.get(view.level).length < 2;
    if (one && finderField.contains(document.activeElement)) levelPicker.select.focus();
    finderField.hidden = one;
    byPicker.field.hidden = !hasBroken(topic);
    finder.renew();
    say(linkNews, "");
  };

  // The topics.
  const charts = topics.flatMap(topic => topic.charts.flatMap(spec => {
    const figure = $(`[data-key="${topic.id}-${spec.id}"]`);
    return figure ? [new Chart(topic, spec, figure)] : [];
  }));
  $$(".chart[data-form=static]").forEach(figure => new Still(figure));
  const links = $$("nav[aria-label=Contents] a");
  const pagers = topics.map((topic, i) => {
    const link = (other, rel, text) => {
      if (!other) return make("span");
      return make("a", { rel, "data-topic": other.id }, make("span", {}, text), make("b", {}, other.title));
    };
    $("h2", topic.section).setAttribute("tabindex", -1);
    const pager = make("nav", { class: "pager", "aria-label": `Before and after ${topic.title}` }, link(topics[i - 1], "prev", "Previous"), link(topics[i + 1], "next", "Next"));
    topic.section.append(pager);
    return pager;
  });
  links.forEach(link => { link.dataset.topic = link.hash.slice(1); });
  const showTopic = topic => {
    topics.forEach(one => one.section.classList.toggle("open", one === topic));
    document.title = `${topic.title} - ${fullName}`;
    for (const link of [...links, ...pagers.flatMap(pager => $$("a", pager))]) {
      link.href = "#" + write({ ...view, topic: link.dataset.topic });
      if (link.dataset.topic === topic.id) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  };
  const summary = topic => {
    const kind = kindOf(view.kind), period = kind.periods[kind.ids.indexOf(view.period)];
    return topic.charts.length ? `${topic.title}: ${organisationOf(view).name}, ${period}.` : "";
  };

  // What is in sight is painted at once, the rest of the page when that can be seen.
  let unpainted = [];
  const finish = () => {
    unpainted.splice(0).forEach(chart => chart.paint());
    $("main").removeAttribute("aria-busy");
  };
  const paint = () => {
    const list = charts.filter(chart => chart.topic.id === view.topic), widths = new Map(list.map(chart => [chart, chart.width()]));
    const boxes = new Map(list.map(chart => [chart, chart.figure.getBoundingClientRect()]));
    const far = list.filter(chart => boxes.get(chart).top > innerHeight || boxes.get(chart).bottom < 0);
    const later = () => {
      if (far !== unpainted) return; // another view was chosen meanwhile
      const chart = far.shift();
      if (chart) chart.paint(widths.get(chart));
      if (far.length) setTimeout(later);
      else finish();
    };
    unpainted = far;
    list.filter(chart => !far.includes(chart)).forEach(chart => chart.paint(widths.get(chart)));
    $("main").setAttribute("aria-busy", "true");
    requestAnimationFrame(() => setTimeout(later));
  };

  const show = (next, told) => {
    view = next;
    lastOf.set(view.level, view.org);
    const topic = topicOf(view.topic);
    showTopic(topic);
    showPickers(topic);
    say(said, [...told, summary(topic)].filter(Boolean).join(" "));
    said.classList.toggle("told", told.length > 0);
    paint();
  };

  // An address either names a view, or a place in a topic.
  const follow = () => {
    const hash = location.hash.slice(1);
    if (hash === write(view)) return;
    const place = hash && !hash.includes("=") && document.getElementById(hash);
    const topic = place && topics.find(one => one.section.contains(place));
    if (hash && !hash.includes("=") && !topic) return;
    const before = view.topic, { view: next, told } = topic ? { view: { ...view, topic: topic.id }, told: [] } : read(hash);
    show(next, told);
    if (view.topic === before) return;
    (topic && place !== topic.section ? place : $("main")).scrollIntoView();
    $("h2", topicOf(view.topic).section).focus({ preventScroll: true });
  };
  addEventListener("hashchange", follow);
  $(".skip").addEventListener("click", event => { event.preventDefault(); $("main").focus(); });

  // Paper shows the tables of the topic in sight, and then they are as they were.
  let opened = [];
  const beforePaper = () => {
    finish();
    opened.push(...charts.filter(chart => chart.topic.id === view.topic && !chart.details.open));
    opened.forEach(chart => { chart.details.open = true; chart.fillTable(); });
  };
  const afterPaper = () => { opened.splice(0).forEach(chart => { chart.details.open = false; chart.fillTable(); }); };
  addEventListener("beforeprint", beforePaper);
  addEventListener("afterprint", afterPaper);

  const hatch = draw("pattern", { id: "hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    draw("path", { class: "hatching", d: "M1.5 0V6" }));
  document.body.append(draw("svg", { class: "unseen", width: 0, height: 0, "aria-hidden": "true" }, draw("defs", {}, hatch)));
  document.documentElement.classList.add("scripted");
  const start = location.hash.includes("=") ? read(location.hash.slice(1)) : { view: first(), told: [] };
  show(start.view, start.told);
  if (location.hash && !location.hash.includes("=")) follow();
  let width = $("main").clientWidth;
  new ResizeObserver(() => {
    if (width === $("main").clientWidth) return;
    width = $("main").clientWidth;
    paint();
  }).observe($("main"));

  // While nobody waits, the tables are taken apart for whatever is looked at next.
  const waiting = [...organisations];
  const prepare = deadline => {
    while (waiting.length && deadline.timeRemaining() > 4) waiting.shift().tables();
    if (waiting.length) requestIdleCallback(prepare);
  };
  if (window.requestIdleCallback) requestIdleCallback(prepare);
})();
