// Moving about and filtering by key.

/* Moving about by key. */

const isProblem = (finding) => {
  const stopped = finding.verdict === "" && finding.status !== "ran" && finding.status !== "skipped";
  return (finding.verdict === "refuted" || finding.verdict === "undecided" || stopped) && !finding.known;
};

let current = -1;

const move = (step, isMeant) => {
  const focused = document.activeElement?.closest?.("details");
  const at = focused ? rows.findIndex((row) => row.element === focused) : -1;
  if (at >= 0) current = at;
  for (let next = current + step; next >= 0 && next < rows.length; next += step) {
    const row = rows[next];
    if (!row.part.shown || !row.findings.some((finding) => finding.matches && isMeant(finding))) continue;
    expose(row.part.group);
    current = next;
    here?.classList.remove("here");
    here = row.element.classList.contains("bar") ? row.element : row.element.parentElement;
    here.classList.add("here");
    const summary = summaryOf(row);
    reveal(summary, "center");
    summary.focus({ preventScroll: true });
    place = here.id !== "" ? here.id : row.findings[0].id;
    write();
    return;
  }
};

const toggle = (verdict) => {
  if (!state.verdicts.delete(verdict)) state.verdicts.add(verdict);
  changed();
};

const clear = () => {
  Object.assign(state, none());
  changed();
};

const only = (verdict) => {
  const was = state.verdicts.size === 1 && state.verdicts.has(verdict);
  state.verdicts.clear();
  if (!was) state.verdicts.add(verdict);
  changed();
};

const keys = {
  j: () => move(1, () => true),
  k: () => move(-1, () => true),
  n: () => move(1, isProblem),
  p: () => move(-1, isProblem),
  r: () => only("refuted"),
  u: () => only("undecided"),
  c: () => only("confirmed"),
  x: clear,
  t: () => nextTheme(),
  "/": () => $("query").focus(),
  "?": () => $("help").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $("help").open) return;
  // A box to tick takes no letters, and keeps the focus for a moment after the help is closed.
  const field = event.target.closest?.("input:not([type=checkbox]), select, textarea");
  if (event.key === "Escape" && field === $("query")) {
    event.preventDefault();
    field.blur();
    if (state.query !== "") {
      state.query = "";
      changed();
    }
    return;
  }
  if (field !== null && field !== undefined) return;
  const act = $("keys").checked ? keys[event.key] : undefined;
  if (act === undefined) return;
  event.preventDefault();
  act();
});
