// Charts that answer to the pointer and to the arrow keys; uPlot draws them.
"use strict";

(() => {
  const COLOURS = { ink: "#1b1f24", grey: "#5c646d", rule: "#dde1e5", dark: "#17406d", band: "rgba(111,156,200,.35)", accent: "#b3261e" };
  const LOOKS = {
    line: { stroke: COLOURS.dark, width: 2 },
    low: { stroke: "rgba(111,156,200,.9)", width: 1 },
    high: { stroke: "rgba(111,156,200,.9)", width: 1 },
    simulated: { stroke: COLOURS.dark, width: 0, points: { show: true, size: 9, fill: COLOURS.dark } },
    here: { stroke: COLOURS.accent, width: 0, points: { show: true, size: 13, fill: COLOURS.accent } },
    target: { stroke: COLOURS.accent, width: 1.5, dash: [6, 4] },
  };
  const DAYS = [["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"], ["周日", "周一", "周二", "周三", "周四", "周五", "周六"]];
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const DAY_S = 86400, HEIGHT = 300, PRINTED_HEIGHT = 220;

  function number(value, digits) {
    if (value === null || value === undefined) return "\u2013";
    const text = Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    return value < 0 && /[1-9]/.test(text) ? "\u2212" + text : text;
  }

  // moments are those of the scenario's clock, whatever the reader's time zone
  function day(seconds) {
    const at = new Date(seconds * 1000), month = at.getUTCMonth(), date = at.getUTCDate();
    return page.pick([`${date} ${MONTHS[month]}`, `${month + 1}月${date}日`]);
  }
  function moment(seconds, daily) {
    const at = new Date(seconds * 1000), weekday = page.pick(DAYS)[at.getUTCDay()];
    const clock = daily ? "" : at.toISOString().slice(11, 16);
    return page.pick([`${weekday} ${day(seconds)} ${clock}`, `${day(seconds)}（${weekday}）${clock}`]).trim();
  }

  // what stands at the foot: midnights of as many days as there is room for, hours where days are few and values are of hours
  function timeTicks(plot, from, to, daily) {
    const most = Math.max(2, Math.floor(plot.bbox.width / devicePixelRatio / 75));
    const steps = [3, 6, 12, 24, 48, 72, 96, 168, 336, 672, 1344].map((h) => h * 3600);
    const step = steps.find((s) => (!daily || s >= DAY_S) && (to - from) / s <= most) || steps.at(-1);
    const ticks = [];
    for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push(at);
    return ticks;
  }
  function timeLabel(seconds) {
    return seconds % DAY_S ? new Date(seconds * 1000).toISOString().slice(11, 16) : day(seconds);
  }

  function options(spec, choice, width) {
    const daily = spec.time && choice.x.length > 1 && choice.x[1] - choice.x[0] >= DAY_S;
    const stepped = uPlot.paths.stepped({ align: 1 });
    const series = choice.series.map((one) => ({
      label: page.pick(one.label), points: { show: daily, size: 7 }, ...LOOKS[one.kind.split(" ").at(-1)],
      ...(one.kind.startsWith("step") ? { paths: stepped } : {}),
      value: (plot, value) => number(value, choice.digits ?? spec.digits),
    }));
    const place = (kind) => 1 + choice.series.findIndex((one) => one.kind.endsWith(kind));
    const bands = place("high") && place("low") ? [{ series: [place("high"), place("low")], fill: COLOURS.band }] : [];
    const text = { stroke: COLOURS.ink, font: "12px system-ui, sans-serif", grid: { stroke: COLOURS.rule, width: 1 }, ticks: { stroke: COLOURS.rule } };
    return {
      width, height: HEIGHT, bands,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      scales: { x: { time: spec.time }, y: { range: (plot, low, high) => range(spec, low, high) } },
      cursor: { y: false, drag: { x: false, y: false } },
      legend: { live: true },
      series: [{ label: page.pick(spec.axis), value: (plot, value) => value === null ? "\u2013" : spec.time ? moment(value, daily) : number(value, 0) + (spec.suffix || "") }, ...series],
      axes: [
        spec.time ? { ...text, splits: (plot, axis, from, to) => timeTicks(plot, from, to, daily), values: (plot, ticks) => ticks.map(timeLabel) }
                  : { ...text, values: (plot, ticks) => ticks.map((x) => number(x, 0) + (spec.suffix || "")) },
        { ...text, size: 64, values: (plot, ticks) => ticks.map((y) => number(y, decimals(ticks))) },
      ],
    };
  }
  function decimals(ticks) {
    const step = ticks.length > 1 ? Math.abs(ticks[1] - ticks[0]) : 1;
    return step >= 1 ? 0 : Math.min(3, Math.ceil(-Math.log10(step)));
  }
  // from zero, so that heights compare; shares of 100 from where they begin
  function range(spec, low, high) {
    if (low === null || high === null) return [0, 1];
    if (spec.share) return [Math.max(0, Math.min(low, 99) - (100 - low) * 0.1 - 0.2), 100.2];
    return [Math.min(0, low), high > 0 ? high * 1.06 : 1];
  }

  class Chart {
    constructor(box, spec) {
      this.box = box;
      this.spec = spec;
      this.at = 0;
      this.unit = page.element("p", { className: "note" });
      this.canvas = page.element("div");
      this.canvas.tabIndex = 0;
      this.canvas.setAttribute("role", "img");
      box.append(this.unit, this.canvas);
      if (spec.choices.length > 1) this.addSelect();
      this.canvas.addEventListener("keydown", (event) => this.move(event));
      page.inLanguage(() => this.draw());
      new ResizeObserver(() => this.fit(this.plot.height)).observe(box);
      window.addEventListener("beforeprint", () => this.fit(PRINTED_HEIGHT));
      window.addEventListener("afterprint", () => this.fit());
    }
    addSelect() {
      const select = page.element("select"), label = page.element("span");
      select.append(...this.spec.choices.map((_, k) => page.element("option", { value: k })));
      select.addEventListener("change", () => { this.at = Number(select.value); this.draw(); });
      this.box.prepend(page.element("label", {}, label, " ", select));
      page.inLanguage(() => {
        label.textContent = page.text("choice");
        [...select.options].forEach((option, k) => { option.textContent = page.pick(this.spec.choices[k].label); });
      });
    }
    get width() { return Math.max(240, Math.floor(this.box.clientWidth)); }
    fit(height = HEIGHT) {
      const { width } = this;
      if (this.plot.width !== width || this.plot.height !== height) this.plot.setSize({ width, height });
    }
    draw() {
      const choice = this.spec.choices[this.at];
      const unit = page.pick(choice.unit || this.spec.unit);
      if (this.plot) this.plot.destroy();
      this.unit.textContent = unit;
      this.canvas.setAttribute("aria-label", `${unit}. ${page.text("chart_help")}`);
      this.canvas.title = page.text("chart_help");
      this.plot = new uPlot(options(this.spec, choice, this.width), [choice.x, ...choice.series.map((one) => one.values)], this.canvas);
    }
    update(choices) {
      this.spec.choices = choices;
      this.draw();
    }
    move(event) {
      const step = { ArrowRight: 1, ArrowLeft: -1, PageDown: 24, PageUp: -24 }[event.key];
      if (!step) return;
      event.preventDefault();
      const x = this.plot.data[0], now = this.plot.cursor.idx;
      const next = now === null || now === undefined ? 0 : Math.min(Math.max(now + step, 0), x.length - 1);
      this.plot.setCursor({ left: this.plot.valToPos(x[next], "x"), top: 10 });
    }
  }

  page.charts = { Chart, number };
  for (const box of document.querySelectorAll("[data-chart]")) {
    const spec = page.data.charts[box.dataset.chart];
    if (spec) new Chart(box, spec);
  }
})();
