// Shortcuts only: everything works without them.
"use strict";
const places = { h: "/", g: "/grants", r: "/recipients", d: "/decisions", b: "/budgets", m: "/monitoring", p: "/papers", l: "/log" };
let went = 0;

function isTyping(target) {
  return target.closest("input, select, textarea, [contenteditable]") !== null;
}

// Pages seen as another audience, or as known earlier, lead to pages of the same.
function follow(path) {
  const same = new URLSearchParams();
  for (const name of ["audience", "known_at"]) {
    const value = new URLSearchParams(location.search).get(name);
    if (value) same.set(name, value);
  }
  location.assign(same.size > 0 ? `${path}?${same}` : path);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key === "Enter") {
    const form = event.target.closest("form[method=post]");
    if (form) form.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
  if (event.key === "/") {
    event.preventDefault();
    document.getElementById("search")?.focus();
  } else if (event.key === "g" && went === 0) {
    went = event.timeStamp;
  } else if (went > 0 && event.timeStamp - went < 1500 && places[event.key]) {
    follow(places[event.key]);
  } else {
    went = 0;
  }
});

// The summary of errors takes the focus.
document.querySelector(".summary")?.focus();

// A form is sent once.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[method=post]")) delete form.dataset.sent;
});
