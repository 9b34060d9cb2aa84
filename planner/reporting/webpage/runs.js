// The list of runs: the link compares the two that are chosen.
"use strict";

(() => {
  const link = document.getElementById("compare");
  const chosen = (side) => document.querySelector(`input[name="${side}"]:checked`);
  function update() {
    const a = chosen("a"), b = chosen("b");
    if (a && b) link.href = `/diff/${a.value}/${b.value}`;
  }
  document.getElementById("runs-rows").addEventListener("change", update);
  update();  // a browser that goes back keeps what was chosen
})();
