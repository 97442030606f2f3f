#include "sim/report/page.h"

namespace orrery::sim {

const char* const kPageStyle = R"css(
:root { color-scheme: light dark; --line: light-dark(#d8dce2, #3a4048); --paper: light-dark(#ffffff, #16191d);
  --ink: light-dark(#1c2026, #e4e7eb); --faint: light-dark(#6b7280, #9aa3af); --bad: light-dark(#b42318, #ff8a7a);
  --bar: light-dark(#f3f5f8, #1e2329); --mark: light-dark(#fff3bf, #4d4310); --at: light-dark(#dbeafe, #1e3a5f); }
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; background: var(--paper); color: var(--ink); font: 13px/1.4 system-ui, sans-serif; }
header { padding: 8px 12px; background: var(--bar); border-bottom: 1px solid var(--line); }
header .claim { font-size: 15px; }
header .bad { color: var(--bad); cursor: pointer; }
header code, pre { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 12px; }
.tools { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; margin-top: 6px; }
.tools input[type=search] { width: 22em; }
.faint { color: var(--faint); }
main { flex: 1; display: flex; min-height: 0; }
.view { flex: 1; min-width: 0; display: flex; flex-direction: column; border-right: 1px solid var(--line); }
.view h2 { margin: 0; padding: 4px 12px; font-size: 12px; font-weight: 600; border-bottom: 1px solid var(--line); }
.scroll { flex: 1; overflow-y: auto; position: relative; outline: none; }
.scroll:focus-visible { box-shadow: inset 0 0 0 2px var(--line); }
.scroll canvas { position: sticky; top: 0; display: block; }
footer { max-height: 30%; overflow: auto; padding: 6px 12px; background: var(--bar); border-top: 1px solid var(--line); }
footer pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
)css";

}  // namespace orrery::sim
