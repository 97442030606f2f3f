#include "sim/report/page.h"

namespace orrery::sim {

// RUNS: timelineJson() of each run. An event is [ns, group, detail, lane, label, line], a pair [sent, arrived, lost], a span
// [from, to, lane, group, label]; all are positions in `events`, groups are timeline.cc's.
const char* const kPageScript = R"js("use strict";
const GROUPS = [
  ["segments", "#2563eb", "#7cb0ff"], ["requests", "#0f7b3f", "#6fdc9b"], ["timers", "#b45309", "#f5b761"], ["choices", "#9333ea", "#cf9bff"],
  ["sockets", "#64748b", "#94a3b8"], ["threads", "#475569", "#8b98a9"], ["files", "#475569", "#8b98a9"], ["steps", "#0e7490", "#67d3e8"]];
const [NS, GROUP, DETAIL, LANE, LABEL, LINE] = [0, 1, 2, 3, 4, 5];
const MARGIN = 176, TOP = 26;
const dark = matchMedia("(prefers-color-scheme: dark)");
const shown = { groups: GROUPS.map(() => true), details: false };
let rowHeight = 20;

const element = (name, text, parent, className) => {
  const e = document.createElement(name);
  if (text) e.textContent = text;
  if (className) e.className = className;
  if (parent) parent.append(e);
  return e;
};
const colour = (group) => GROUPS[group][dark.matches ? 2 : 1];
// light-dark() is resolved where a colour is used; a canvas has no such place.
const ink = () => (dark.matches ? { text: "#e4e7eb", faint: "#9aa3af", line: "#3a4048", at: "#1e3a5f", mark: "#4d4310", bad: "#ff8a7a", paper: "#16191d" }
  : { text: "#1c2026", faint: "#6b7280", line: "#d8dce2", at: "#dbeafe", mark: "#fff3bf", bad: "#b42318", paper: "#ffffff" });
const seconds = (ns, digits = 9) => {
  const text = String(Math.abs(ns)).padStart(10, "0");
  return (ns < 0 ? "-" : "") + text.slice(0, -9) + "." + text.slice(-9).slice(0, digits);
};
const gap = (ns) => (ns >= 1e9 ? seconds(ns, 3) + " s" : ns >= 1e6 ? (ns / 1e6).toFixed(1) + " ms" : (ns / 1e3).toFixed(1) + " us");

class View {
  constructor(run, parent) {
    this.run = run;
    this.selected = -1;
    this.matches = new Set();
    const box = element("section", "", parent, "view");
    if (RUNS.length > 1) element("h2", `${run.origin}: ${run.outcome}, hash ${run.hash}`, box);
    this.scroll = element("div", "", box, "scroll");
    this.scroll.tabIndex = 0;
    this.canvas = element("canvas", "", this.scroll);
    this.space = element("div", "", this.scroll);
    this.partner = new Map();
    run.pairs.forEach(([a, b, lost]) => { this.partner.set(a, [b, lost, true]); this.partner.set(b, [a, lost, false]); });
    this.scroll.addEventListener("scroll", () => this.ask());
    this.scroll.addEventListener("mousedown", (e) => this.pick(e));
    this.scroll.addEventListener("focus", () => { current = this; });
    this.scroll.addEventListener("wheel", (e) => { if (e.ctrlKey) { e.preventDefault(); zoom(e.deltaY < 0 ? 1 : -1); } }, { passive: false });
    new ResizeObserver(() => this.ask()).observe(this.scroll);
    this.layOut();
  }

  // Which events have a row, and in which row each event is or would be.
  layOut() {
    const { events } = this.run;
    this.rows = [];
    this.rowOf = new Int32Array(events.length + 1);
    for (let i = 0; i < events.length; ++i) {
      this.rowOf[i] = this.rows.length;
      const e = events[i];
      if (shown.groups[e[GROUP]] && (shown.details || !e[DETAIL] || this.isMarked(i))) this.rows.push(i);
    }
    this.rowOf[events.length] = this.rows.length;
    // An arrow ends in its arrival's row; where arrivals have none, in the row that is next then.
    this.arrows = shown.groups[0] ? this.run.pairs.filter(([a]) => this.hasRow(a)).map(([a, b, lost]) => ({ a, b, lost, from: this.rowOf[a], to: this.rowOf[b] })) : [];
    this.bars = this.run.spans.filter((s) => shown.groups[s[3]] || s[3] === 4).map(([a, b, lane, group, label]) => ({ from: this.rowOf[a], to: this.rowOf[b], lane, group, label }));
    this.columns();
    this.buckets = new Map();
    const put = (item, kind) => {
      for (let k = Math.floor(item.from / 64); k <= Math.floor(item.to / 64); ++k) {
        if (!this.buckets.has(k)) this.buckets.set(k, { arrows: [], bars: [] });
        this.buckets.get(k)[kind].push(item);
      }
    };
    this.arrows.forEach((a) => put(a, "arrows"));
    this.bars.forEach((b) => put(b, "bars"));
    this.ask();
  }
  hasRow(i) { return this.rows[this.rowOf[i]] === i; }
  isMarked(i) { return DIFFERENCE === i || i === this.selected || this.matches.has(i); }

  // Bars of one lane that overlap stand beside each other.
  columns() {
    this.bars.sort((a, b) => a.from - b.from || b.to - a.to);
    const ends = new Map();
    for (const bar of this.bars) {
      if (!ends.has(bar.lane)) ends.set(bar.lane, []);
      const taken = ends.get(bar.lane);
      let c = taken.findIndex((end) => end <= bar.from);
      if (c < 0) c = taken.length < 7 ? taken.length : 6;
      taken[c] = Math.max(bar.to, c < taken.length ? taken[c] : 0);
      bar.column = c;
    }
  }

  ask() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => { this.asked = false; this.draw(); });
  }
  laneX(lane, width) { return MARGIN + (lane + 0.5) * Math.max((width - MARGIN) / this.run.lanes.length, 60); }

  draw() {
    const width = this.scroll.clientWidth, height = this.scroll.clientHeight, ratio = devicePixelRatio || 1;
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    this.canvas.style.width = width + "px";
    this.canvas.style.height = height + "px";
    this.space.style.height = Math.max(0, this.rows.length * rowHeight + TOP + rowHeight - height) + "px";
    const c = this.canvas.getContext("2d"), k = ink(), top = this.scroll.scrollTop;
    c.scale(ratio, ratio);
    c.font = `${Math.min(13, Math.max(9, rowHeight - 6))}px system-ui, sans-serif`;
    c.textBaseline = "middle";
    const first = Math.max(0, Math.floor(top / rowHeight) - 1), last = Math.min(this.rows.length - 1, Math.ceil((top + height) / rowHeight));
    const y = (row) => TOP + row * rowHeight - top + rowHeight / 2;
    for (let row = first; row <= last; ++row) {
      const i = this.rows[row];
      const back = i === this.selected ? k.at : this.matches.has(i) || DIFFERENCE === i ? k.mark : null;
      if (back) { c.fillStyle = back; c.fillRect(0, y(row) - rowHeight / 2, width, rowHeight); }
    }
    this.run.lanes.forEach((name, lane) => {
      c.strokeStyle = k.line;
      c.beginPath(); c.moveTo(this.laneX(lane, width), TOP); c.lineTo(this.laneX(lane, width), height); c.stroke();
    });
    const near = new Set(), bars = new Set();
    for (let b = Math.floor(first / 64); b <= Math.floor(last / 64); ++b) {
      const bucket = this.buckets.get(b);
      if (bucket) { bucket.arrows.forEach((a) => near.add(a)); bucket.bars.forEach((x) => bars.add(x)); }
    }
    for (const bar of bars) this.drawBar(c, bar, y, width, height);
    for (const a of near) this.drawArrow(c, k, a, y, width);
    const labels = rowHeight >= 12;
    for (let row = first; row <= last; ++row) this.drawRow(c, k, row, y(row), width, labels);
    c.fillStyle = k.paper;
    c.fillRect(0, 0, width, TOP);
    c.font = "600 12px system-ui, sans-serif";
    c.textAlign = "center";
    c.fillStyle = k.text;
    this.run.lanes.forEach((name, lane) => c.fillText(name, this.laneX(lane, width), TOP / 2));
    c.textAlign = "left";
  }
  drawBar(c, bar, y, width, height) {
    const x = this.laneX(bar.lane, width) - 5 - bar.column * 5;
    const from = Math.max(y(bar.from), TOP), to = Math.min(y(bar.to), height);
    if (to < TOP || from > height) return;
    c.globalAlpha = 0.55;
    c.fillStyle = colour(bar.group);
    c.fillRect(x - 3, from, 3, Math.max(to - from, 2));
    c.globalAlpha = 1;
  }
  drawArrow(c, k, a, y, width) {
    const events = this.run.events, from = events[a.a][LANE], to = events[a.b][LANE];
    if (from < 0) return;
    const x1 = this.laneX(from, width), goal = to < 0 || to === from ? x1 + 40 : this.laneX(to, width);
    const y1 = y(a.from), y2 = this.hasRow(a.b) ? y(a.to) : a.to > a.from + 1 ? y(a.to) - rowHeight / 2 : y1;
    const part = a.lost ? 0.6 : 1, x2 = x1 + (goal - x1) * part, yEnd = y1 + (y2 - y1) * part;
    c.strokeStyle = c.fillStyle = a.lost ? k.bad : colour(0);
    c.beginPath(); c.moveTo(x1, y1); c.lineTo(x2, yEnd); c.stroke();
    const angle = Math.atan2(yEnd - y1, x2 - x1);
    c.beginPath();
    if (a.lost) {
      c.moveTo(x2 - 4, yEnd - 4); c.lineTo(x2 + 4, yEnd + 4); c.moveTo(x2 - 4, yEnd + 4); c.lineTo(x2 + 4, yEnd - 4); c.stroke();
    } else {
      c.moveTo(x2, yEnd); c.lineTo(x2 - 8 * Math.cos(angle - 0.4), yEnd - 8 * Math.sin(angle - 0.4));
      c.lineTo(x2 - 8 * Math.cos(angle + 0.4), yEnd - 8 * Math.sin(angle + 0.4)); c.fill();
    }
  }
  drawRow(c, k, row, y, width, labels) {
    const i = this.rows[row], e = this.run.events[i];
    if (labels) {
      const before = row > 0 ? this.run.events[this.rows[row - 1]][NS] : -1;
      c.fillStyle = k.faint;
      if (before >= 0 && e[NS] - before >= 1e7) c.fillText("+" + gap(e[NS] - before), 106, y);
      c.fillStyle = before === e[NS] ? k.line : k.text;
      c.fillText(seconds(e[NS]), 4, y);
    }
    if (e[LANE] < 0) return;
    const x = this.laneX(e[LANE], width), pair = this.partner.get(i);
    c.fillStyle = colour(e[GROUP]);
    if (e[GROUP] === 3) { c.beginPath(); c.moveTo(x, y - 5); c.lineTo(x + 5, y); c.lineTo(x, y + 5); c.lineTo(x - 5, y); c.fill(); }
    else { c.beginPath(); c.arc(x, y, e[DETAIL] ? 2 : 3.5, 0, 7); c.fill(); }
    if (!labels) return;
    const room = Math.max((width - MARGIN) / this.run.lanes.length, 60) - 16;
    let text = e[LABEL];
    while (text.length > 4 && c.measureText(text).width > room * 1.8) text = text.slice(0, Math.floor(text.length * 0.9) - 1) + "\u2026";
    const left = pair && pair[2] && pair[0] >= 0 && this.run.events[pair[0]][LANE] >= 0 && this.run.events[pair[0]][LANE] < e[LANE];
    c.textAlign = left || x + c.measureText(text).width + 8 > width ? "right" : "left";
    const at = c.textAlign === "right" ? x - 10 : x + 8;
    const w = c.measureText(text).width;
    c.fillStyle = i === this.selected ? k.at : k.paper;
    c.globalAlpha = 0.8;
    c.fillRect(c.textAlign === "right" ? at - w - 1 : at - 1, y - rowHeight / 2 + 2, w + 2, rowHeight - 4);
    c.globalAlpha = 1;
    c.fillStyle = colour(e[GROUP]);
    c.fillText(text, at, y);
    c.textAlign = "left";
  }

  pick(event) {
    const row = Math.floor((event.clientY - this.scroll.getBoundingClientRect().top + this.scroll.scrollTop - TOP) / rowHeight);
    if (row >= 0 && row < this.rows.length) this.select(this.rows[row]);
  }
  select(i) {
    if (i < 0 || i >= this.run.events.length) return;
    this.selected = i;
    current = this;
    if (!this.hasRow(i)) this.layOut();
    const row = this.rowOf[i], top = this.scroll.scrollTop, height = this.scroll.clientHeight;
    if (TOP + row * rowHeight < top + TOP || TOP + (row + 1) * rowHeight > top + height) this.scroll.scrollTop = Math.max(0, row * rowHeight - height / 2);
    this.ask();
    const pair = this.partner.get(i);
    footer.textContent = this.run.events[i][LINE] + (pair ? `\n${pair[2] ? "arrives" : "was sent"}: ${this.run.events[pair[0]][LINE]}` : "");
  }
  step(rows) {
    const at = this.selected < 0 ? -1 : this.rowOf[this.selected];
    this.select(this.rows[Math.min(this.rows.length - 1, Math.max(0, at + rows))]);
  }
  find(text) {
    this.matches = new Set();
    const wanted = text.toLowerCase();
    if (wanted) this.run.events.forEach((e, i) => { if (e[LINE].toLowerCase().includes(wanted) || e[LABEL].toLowerCase().includes(wanted)) this.matches.add(i); });
    this.layOut();
  }
  nextMatch(forward) {
    const all = [...this.matches];
    if (all.length === 0) return;
    const found = forward ? all.find((i) => i > this.selected) : all.filter((i) => i < this.selected).pop();
    this.select(found === undefined ? all[forward ? 0 : all.length - 1] : found);
  }
  // The last event that is not later than the failure.
  toFailure(failure) {
    let last = -1;
    this.run.events.forEach((e, i) => { if (e[NS] <= failure.at && !e[DETAIL]) last = i; });
    this.select(last);
  }
}

const header = element("header", "", document.body);
document.title = RUNS[0].title + " - Orrery";
element("div", RUNS[0].claim, header, "claim");
element("div", RUNS.map((r) => `${r.title}, ${r.origin}: ${r.outcome}, ${r.events.length.toLocaleString("en")} events${r.truncated ? " (the first ones)" : ""}`).join("  |  "), header, "faint");
const tools = element("div", "", header, "tools");
const main = element("main", "", document.body);
const footer = element("pre", "", element("footer", "", document.body));
footer.textContent = "Select an event: click, or the arrow keys. / searches, n and N go on, + and - zoom, f goes to the failure, d to the difference, a shows everything. Bars beside a lane last from begin to end: " + GROUPS[4][0] + " grey, " + GROUPS[1][0] + " green, " + GROUPS[2][0] + " orange.";
let current = null;
const views = RUNS.map((run) => new View(run, main));
current = views[0];
views.forEach((view) => view.run.failures.forEach((f) => {
  const line = element("div", `broken at ${seconds(f.at)} s by check ${f.check}: ${f.message}`, header, "bad");
  line.addEventListener("click", () => view.toFailure(f));
}));
RUNS.filter((r) => r.repeat).forEach((r) => element("code", "repeat: " + r.repeat, element("div", "", header)));
const search = element("input", "", tools);
search.type = "search";
search.placeholder = "search";
const found = element("span", "", tools, "faint");
search.addEventListener("input", () => {
  views.forEach((v) => v.find(search.value));
  found.textContent = search.value ? views.map((v) => v.matches.size).join(" | ") + " found" : "";
});
search.addEventListener("keydown", (e) => {
  if (e.key === "Enter") { current.nextMatch(!e.shiftKey); e.preventDefault(); }
  if (e.key === "Escape") current.scroll.focus();
  e.stopPropagation();
});
const box = (text, on, change) => {
  const label = element("label", "", tools), input = element("input", "", label);
  input.type = "checkbox";
  input.checked = on;
  input.addEventListener("change", () => { change(input.checked); views.forEach((v) => v.layOut()); });
  label.append(" " + text);
  return input;
};
GROUPS.forEach(([name], i) => { box(name, true, (on) => { shown.groups[i] = on; }).parentElement.style.color = colour(i); });
const everything = box("everything", false, (on) => { shown.details = on; });
function zoom(by) {
  const view = current, middle = (view.scroll.scrollTop + view.scroll.clientHeight / 2) / rowHeight;
  rowHeight = Math.min(40, Math.max(3, rowHeight + by * Math.max(1, Math.round(rowHeight / 8))));
  views.forEach((v) => v.draw());
  view.scroll.scrollTop = middle * rowHeight - view.scroll.clientHeight / 2;
}
addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const page = Math.max(1, Math.floor(current.scroll.clientHeight / rowHeight) - 2);
  const keys = {
    ArrowDown: () => current.step(1), j: () => current.step(1), ArrowUp: () => current.step(-1), k: () => current.step(-1),
    PageDown: () => current.step(page), PageUp: () => current.step(-page), Home: () => current.step(-1e9), End: () => current.step(1e9),
    n: () => current.nextMatch(true), N: () => current.nextMatch(false), "/": () => search.focus(), "+": () => zoom(1), "=": () => zoom(1), "-": () => zoom(-1),
    f: () => { if (current.run.failures.length) current.toFailure(current.run.failures[0]); },
    d: () => { if (DIFFERENCE !== null) views.forEach((v) => v.select(DIFFERENCE)); },
    a: () => everything.click(),
    Tab: () => { current = views[(views.indexOf(current) + 1) % views.length]; current.scroll.focus(); } };
  if (!keys[e.key]) return;
  e.preventDefault();
  keys[e.key]();
});
dark.addEventListener("change", () => views.forEach((v) => v.ask()));
if (DIFFERENCE !== null) views.forEach((v) => v.select(DIFFERENCE));
else if (RUNS[0].failures.length) views[0].toFailure(RUNS[0].failures[0]);
)js";

}  // namespace orrery::sim
