"use strict";
(() => {
  const table = document.querySelector("table.links");
  const tools = document.querySelector(".tools");
  if (!table || !tools) return;
  const rows = [...table.tBodies];
  const [search, verdict, layer] = ["search", "verdict", "layer"].map((id) => document.getElementById(id));
  const shown = document.getElementById("shown");
  const words = rows.map((row) => row.rows[0].textContent.toLowerCase());

  const filter = () => {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row, index) => {
      const fits = (!verdict.value || row.dataset.verdict === verdict.value)
        && (!layer.value || row.dataset.layer === layer.value)
        && wanted.every((word) => words[index].includes(word));
      row.hidden = !fits;
      count += fits ? 1 : 0;
    });
    shown.textContent = `${count} / ${rows.length} ${shown.dataset.word}`;
  };

  const sort = (heading, key) => {
    const down = heading.getAttribute("aria-sort") !== "ascending";
    table.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", down ? "ascending" : "descending");
    const order = new Intl.Collator(document.documentElement.lang, { numeric: true });
    const sorted = [...rows].sort((a, b) => order.compare(a.dataset[key], b.dataset[key]));
    table.append(...(down ? sorted : sorted.reverse()));
  };

  table.querySelectorAll("th[data-key]").forEach((heading) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    button.addEventListener("click", () => sort(heading, heading.dataset.key));
    heading.replaceChildren(button);
  });
  [search, verdict, layer].forEach((field) => field.addEventListener("input", filter));
  tools.hidden = false;
  filter();
})();
