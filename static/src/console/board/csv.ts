// A table as a file (RFC 4180). A cell that a spreadsheet would take for a formula
// is marked as text.

export type Cell = string | number;

export function csv(rows: Cell[][]): string {
  return rows.map((row) => row.map(written).join(",") + "\r\n").join("");
}

function written(cell: Cell): string {
  if (typeof cell === "number") return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Offers a file to the browser. The mark at its beginning has spreadsheets read UTF-8. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
