// Shortcuts and a running sum only: everything works without them.
"use strict";
const places = { h: "/", g: "/grants", r: "/recipients", d: "/decisions", b: "/budgets", m: "/monitoring", k: "/bank", p: "/papers", l: "/log", a: "/approvals", u: "/users" };
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

// What has been shared out so far is shown as it is typed, in whole pence or hundredths of a per cent.
function hundredths(text) {
  const plain = text.replace(/[£%,\s]/g, "");
  if (!/^\d+(\.\d{1,2})?$/.test(plain)) return null;
  const [whole, part = ""] = plain.split(".");
  return BigInt(whole + part.padEnd(2, "0"));
}
function written(number) {
  const digits = number.toString().padStart(3, "0");
  return `${digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",")}.${digits.slice(-2)}`;
}
for (const split of document.querySelectorAll(".split, .parts")) {
  const shares = [...split.querySelectorAll(".share")];
  const amount = split.closest("form").querySelector("#field-amount");
  const sum = document.createElement("p");
  sum.className = "hint";
  split.append(sum);
  const show = () => {
    const typed = shares.map((it) => it.value.trim()).filter((it) => it !== "");
    const parts = typed.map(hundredths);
    const percent = typed.filter((it) => it.endsWith("%")).length;
    if (parts.length === 0 || parts.includes(null) || (percent > 0 && percent < typed.length)) {
      sum.textContent = "";
      return;
    }
    const total = parts.reduce((one, next) => one + next, 0n);
    const whole = amount && hundredths(amount.value);
    if (percent > 0) sum.textContent = `Together ${written(total)}% of 100.00%`;
    else sum.textContent = whole ? `Together £${written(total)} of £${written(whole)}` : `Together £${written(total)}`;
  };
  for (const it of amount ? [...shares, amount] : shares) it.addEventListener("input", show);
  show();
}

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
