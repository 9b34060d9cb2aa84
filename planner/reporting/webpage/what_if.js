// What if: sliders over the grid that the run simulated; between its points values are interpolated.
"use strict";

(() => {
  const grid = page.data.whatIf;
  const section = document.getElementById("what-if");
  if (!grid || !section) return;
  const { Chart, number } = page.charts;
  const say = (key) => page.pick(grid.texts[key]);
  const controls = section.querySelector(".sliders");
  const field = (name) => section.querySelector(`[name="${name}"]`);
  const cards = [...section.querySelectorAll(".figures > div")];
  const state = section.querySelector(".point");
  const COST = 0, SHARES = [1, 2];

  // the simulated levels around a value, and how far it lies between them
  function around(levels, value) {
    let k = levels.findIndex((level) => level >= value - 1e-9);
    if (k < 0) k = levels.length - 1;
    if (k === 0 || Math.abs(levels[k] - value) < 1e-9) return { low: k, high: k, part: 0 };
    return { low: k - 1, high: k, part: (value - levels[k - 1]) / (levels[k] - levels[k - 1]) };
  }

  // what stands at a place: a point of the grid, or a mixture of two or four of them
  function at(demand, fill, pickup, promise) {
    const d = around(grid.demand, demand), f = around(grid.fill, fill);
    const point = (i, j) => grid.points[i][j][pickup][promise];
    const simulated = d.low === d.high && f.low === f.high;
    const mixed = (k) => {
      const along = (j) => point(d.low, j).values[k] * (1 - d.part) + point(d.high, j).values[k] * d.part;
      return along(f.low) * (1 - f.part) + along(f.high) * f.part;
    };
    return { simulated, point: point(d.low, f.low), values: [0, 1, 2].map(mixed) };
  }

  function money(amount) {
    const [before, after] = page.pick(grid.money);
    return before + number(amount, 0) + after;
  }
  // never 100% or 0% where it is neither
  function percent(share, digits) {
    if (share === 0 || share === 1) return `${100 * share}%`;
    for (let more = digits; more < digits + 3; more += 1) {
      const text = (100 * share).toFixed(more);
      if (![0, 100].includes(Number(text)) || more === digits + 2) return text + "%";
    }
  }
  function signed(value, digits = 0) {
    return (value > 0 ? "+" : "") + number(value, digits);
  }

  function settings() {
    const chosen = section.querySelector('[name="promise"]:checked');
    return {
      demand: Number(field("demand").value) / 100,
      fill: field("fill") ? Number(field("fill").value) / 100 : grid.now.fill,
      pickup: field("pickup") && field("pickup").checked ? 1 : 0,
      promise: Number(chosen.value),
    };
  }

  function write(index, figure, note) {
    const card = cards[index].querySelector("dd");
    card.replaceChildren(page.element("b", { textContent: figure }), note);
  }

  function show() {
    const now = settings(), found = at(now.demand, now.fill, now.pickup, now.promise);
    const usual = at(grid.now.demand, grid.now.fill, 0, grid.now.promise);
    const text = (k, made) => found.simulated ? page.pick(found.point.texts[k]) : "\u2248 " + made;
    const more = found.values[COST] - usual.values[COST];
    const against = say("against_plan").replace("{amount}", (more > 0 ? "+" : more < 0 ? "\u2212" : "") + money(Math.abs(more)));
    write(0, text(0, money(found.values[0])), Math.abs(more) < 0.5 ? "" : against);
    write(1, text(1, percent(found.values[1], 2)), page.pick(grid.target));
    write(2, text(2, percent(found.values[2], 0)), found.simulated ? page.pick(found.point.kept) : say("interpolated"));
    state.textContent = say(found.simulated ? "simulated_point" : "interpolated_point");
    state.classList.toggle("between", !found.simulated);
    outputs(now);
    draw(now);
  }

  function outputs(now) {
    const demand = signed(Math.round(100 * now.demand)) + "%";
    field("demand").setAttribute("aria-valuetext", demand);
    controls.querySelector('output[for="what-if-demand"]').textContent = demand;
    if (!field("fill")) return;
    const fill = Math.round(100 * now.fill) + "%";
    field("fill").setAttribute("aria-valuetext", fill);
    controls.querySelector('output[for="what-if-fill"]').textContent = fill;
  }

  // the three figures against demand, with everything else as it is set
  let chart = null;
  const figures = [grid.texts.cost_mean, grid.texts.on_time_mean, grid.texts.chance];
  function draw(now) {
    const levels = [...new Set([...grid.demand, now.demand])].sort((a, b) => a - b);
    const found = levels.map((level) => at(level, now.fill, now.pickup, now.promise));
    const here = levels.indexOf(now.demand);
    const choices = [0, 1, 2].map((k) => {
      const scale = SHARES.includes(k) ? 100 : 1;
      const values = found.map((one) => one.values[k] * scale);
      return {
        label: figures[k], x: levels.map((level) => Math.round(100 * level)), unit: grid.units[k], digits: k === COST ? 0 : 2,
        series: [
          { kind: "line", label: figures[k], values },
          { kind: "simulated", label: grid.texts.simulated, values: values.map((v, i) => found[i].simulated ? v : null) },
          { kind: "here", label: grid.texts.here, values: values.map((v, i) => i === here ? v : null) },
        ],
      };
    });
    if (chart) chart.update(choices);
    else chart = new Chart(section.querySelector(".chart"), { unit: grid.units[0], axis: grid.texts.demand_change, time: false, suffix: "%", digits: 0, choices });
  }

  section.querySelector(".reset").addEventListener("click", () => { start(); show(); });
  function start() {
    field("demand").value = Math.round(100 * grid.now.demand);
    if (field("fill")) field("fill").value = Math.round(100 * grid.now.fill);
    if (field("pickup")) field("pickup").checked = false;
    section.querySelector(`[name="promise"][value="${grid.now.promise}"]`).checked = true;
  }
  controls.addEventListener("input", show);
  section.querySelector(".live").hidden = false;
  start();
  page.inLanguage(show);
})();
