// What runs in a page of scores: sorts its table, finds services by their names, and opens what lost points before it is printed.

import { orderOf } from "./order-of.js";

const table = document.querySelector<HTMLTableElement>("table.fleet");
if (table !== null) start(table);

function start(fleet: HTMLTableElement): void {
  addEventListener("beforeprint", () => {
    for (const one of document.querySelectorAll<HTMLDetailsElement>("details.lost"))
      one.open = true;
  });
  const heads = [...fleet.querySelectorAll<HTMLTableCellElement>("thead th")];
  for (const [column, head] of heads.entries()) sortable(fleet, heads, head, column);
  const search = document.querySelector<HTMLInputElement>("#find");
  if (search?.parentElement == null) return;
  search.parentElement.hidden = false;
  search.addEventListener("input", () => show(fleet, search.value.trim().toLowerCase()));
}

/** Without this script a head is a word; with it, it can be pressed. */
function sortable(
  fleet: HTMLTableElement,
  heads: readonly HTMLTableCellElement[],
  head: HTMLTableCellElement,
  column: number,
): void {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = head.textContent;
  head.replaceChildren(button);
  button.addEventListener("click", () => {
    const up = head.getAttribute("aria-sort") !== "ascending";
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const [body] = fleet.tBodies;
    if (body === undefined) return;
    const rows = [...body.rows].map((row) => ({ row, key: keyOf(row.cells[column]) }));
    const sorted = rows.sort((a, b) => (up ? 1 : -1) * orderOf(a.key, b.key));
    body.append(...sorted.map(({ row }) => row));
  });
}

const keyOf = (cell: HTMLTableCellElement | undefined): string =>
  cell?.dataset.key ?? cell?.textContent ?? "";

function show(fleet: HTMLTableElement, wanted: string): void {
  for (const row of fleet.tBodies[0]?.rows ?? []) {
    row.hidden = !(row.textContent ?? "").toLowerCase().includes(wanted);
  }
}
