// A table with more columns than a phone has room for: each cell is told the name of its column, and site.css makes cards of its rows there.
// Without this script such a table scrolls by itself.
document.addEventListener("DOMContentLoaded", function () {
  document.querySelectorAll("table.docutils:not(.ansible-option-table)").forEach(function (table) {
    var heads = table.tHead && table.tHead.rows.length === 1 ? Array.from(table.tHead.rows[0].cells) : [];
    if (heads.length < 4) { return; }
    table.classList.add("cards");
    Array.from(table.tBodies[0].rows).forEach(function (row) {
      Array.from(row.cells).forEach(function (cell, column) { cell.dataset.label = heads[column].textContent.trim(); });
    });
  });
});
