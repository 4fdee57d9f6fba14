// Keeps what is typed into a form marked `data-keep` in this browser, for this person, until it is saved or they log out.
// Without this script the form works all the same; the portal itself keeps what is sent after the login has ended.
const PREFIX = "draft:";
const owner = document.querySelector("[data-drafts-of]")?.dataset.draftsOf;
const forms = [...document.querySelectorAll("form[data-keep]")];

function keys() {
  return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
}

function fieldsOf(form) {
  const kept = [...form.elements].filter(
    (field) => field.name && !["hidden", "file", "submit", "button", "password"].includes(field.type),
  );
  return kept.filter((field) => !["checkbox", "radio"].includes(field.type));
}

function typed(form) {
  return Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.value]));
}

// On a shared computer the next person finds nothing of the one before.
for (const key of keys()) {
  if (owner && !key.startsWith(`${PREFIX}${owner}:`)) localStorage.removeItem(key);
}
for (const form of document.querySelectorAll("form[action$='/logout/']")) {
  form.addEventListener("submit", () => keys().forEach((key) => localStorage.removeItem(key)));
}

// A form that was sent and is not on this page again was saved.
const sent = sessionStorage.getItem("sent");
if (owner && sent && !forms.some((form) => form.dataset.keep === sent)) {
  localStorage.removeItem(`${PREFIX}${owner}:${sent}`);
  sessionStorage.removeItem("sent");
}

for (const form of forms) {
  const key = `${PREFIX}${owner}:${form.dataset.keep}`;
  const before = JSON.stringify(typed(form));
  const kept = localStorage.getItem(key);
  const offer = form.querySelector("[data-restore]");
  // What was just sent stands in the form already; only a form opened anew has lost something.
  if (kept && kept !== before && offer && "fresh" in form.dataset) {
    offer.hidden = false;
    offer.querySelector("button").addEventListener("click", () => {
      const values = JSON.parse(kept);
      for (const field of fieldsOf(form)) if (field.name in values) field.value = values[field.name];
      offer.hidden = true;
      form.querySelector("textarea").focus();
    });
  }
  let waiting;
  const keep = () => {
    const now = JSON.stringify(typed(form));
    if (now === before) return;
    try {
      localStorage.setItem(key, now);
    } catch {
      // The browser has no room for it; the form itself still holds the text.
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, 400);
  });
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    keep();
    sessionStorage.setItem("sent", form.dataset.keep);
  });
}
