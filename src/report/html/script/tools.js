// The theme, the elements of the filters, and what happens when something is pressed or unfolds.

/* The theme, kept where the browser allows it. */

const kept = (key, value) => {
  try {
    if (value === undefined) return localStorage.getItem(`truedoc-${key}`);
    localStorage.setItem(`truedoc-${key}`, value);
  } catch {
    // A page without a place to keep things begins anew each time.
  }
  return null;
};
const themes = ["automatic", "light", "dark"];
let theme = Math.max(0, themes.indexOf(kept("theme")));
const useTheme = () => {
  if (theme === 0) delete root.dataset.theme;
  else root.dataset.theme = themes[theme];
  $("theme-name").textContent = themes[theme];
};
const nextTheme = () => {
  theme = (theme + 1) % themes.length;
  kept("theme", themes[theme]);
  useTheme();
};

/* The wiring. */

for (const chip of chips) chip.addEventListener("click", () => toggle(chip.dataset.verdict));
for (const key of selects) {
  $(key).addEventListener("change", () => {
    state[key] = $(key).value;
    changed();
  });
}
let typing = 0;
$("query").addEventListener("input", () => {
  cancelAnimationFrame(typing);
  typing = requestAnimationFrame(() => {
    state.query = $("query").value;
    changed();
  });
});
$("clear").addEventListener("click", () => {
  clear();
  $("query").focus();
});
$("theme").addEventListener("click", nextTheme);
$("help-open").addEventListener("click", () => $("help").showModal());
$("help-close").addEventListener("click", () => $("help").close());
$("keys").checked = kept("keys") !== "off";
$("keys").addEventListener("change", () => kept("keys", $("keys").checked ? "on" : "off"));

document.addEventListener("click", (event) => {
  // Whoever selects text in a line does not want it to unfold.
  const summary = event.target.closest("summary");
  if (summary !== null && event.detail > 0 && !getSelection().isCollapsed && getSelection().containsNode(summary, true)) {
    event.preventDefault();
    return;
  }
  // The number of a line is a link to it.
  if (event.target.matches(".p li") && event.target.parentElement.hasAttribute("start")) {
    const item = event.target;
    const part = item.closest(".doc");
    const line = item.parentElement.start + [...item.parentElement.children].indexOf(item);
    const style = getComputedStyle(item, "::before");
    const left = event.clientX - item.getBoundingClientRect().left;
    if (left >= parseFloat(style.left) && left <= parseFloat(style.left) + parseFloat(style.width)) {
      place = `${part.id}:${line}`;
      goTo(place);
      write();
    }
    return;
  }
  const link = event.target.closest('a[href^="#"]');
  if (link !== null && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    const name = link.getAttribute("href").slice(1);
    if (link.classList.contains("skip")) return;
    event.preventDefault();
    place = name;
    const section = sections.find((candidate) => candidate.element.id === name);
    if (section !== undefined && !section.shown) clear();
    goTo(name);
    write();
  }
});

// What unfolds gets its tools once it is seen: a link to itself, and a button to copy the command.
const furnish = (finding) => {
  if (finding.querySelector(".link") !== null) return;
  const link = document.createElement("a");
  link.className = "link";
  link.href = `#${finding.id}`;
  link.textContent = "link";
  finding.querySelector(".t").append(" ", link);
  const command = finding.querySelector("code.run");
  if (command === null || navigator.clipboard === undefined) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(command.textContent);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
  command.after(button);
};
document.addEventListener("toggle", (event) => {
  if (event.target.open) event.target.querySelectorAll(":scope > .f").forEach(furnish);
}, true);

// The document that is read is marked in the list of documents.
if ("IntersectionObserver" in window) {
  const links = new Map([...document.querySelectorAll("#contents a")].map((link) => [link.getAttribute("href").slice(1), link]));
  const seen = new Set();
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) seen.add(entry.target.id);
      else seen.delete(entry.target.id);
    }
    const first = sections.find((section) => seen.has(section.element.id));
    for (const [name, link] of links) {
      if (name === first?.element.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }, { rootMargin: "-90px 0px -70% 0px" });
  for (const section of sections) observer.observe(section.element);
}

// On paper everything is near.
addEventListener("beforeprint", exposeAll);
addEventListener("afterprint", () => apply());
addEventListener("hashchange", follow);
for (const element of document.querySelectorAll(".tools, #bar")) element.hidden = false;
useTheme();
const filters = read();
if ([...filters.keys()].length === 0) {
  for (const verdict of (root.dataset.only ?? "").split(" ")) if (verdict !== "") filters.append("verdict", verdict);
}
adopt(filters);
show();
apply();
goTo(place);
