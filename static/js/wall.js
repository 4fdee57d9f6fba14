// The large screen: fetches the next picture when the present one has stood long enough, and runs the clock. When the
// network fails the picture stays, and the page says so. Without this script the page refreshes itself.
const DAY = 24 * 60 * 60 * 1000;
const started = Date.now();
const pause = document.getElementById("pause");
const offline = document.getElementById("offline");
let picture = document.getElementById("picture");
let paused = "paused" in picture.dataset;
let stands = Date.now();
let fetching = false;

const part = (format) => new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: "Asia/Shanghai", ...format });
const time = part({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

async function turn() {
  fetching = true;
  const abort = new AbortController();
  const patience = setTimeout(() => abort.abort(), 10000);
  try {
    const answer = await fetch(picture.dataset.next, { cache: "no-store", signal: abort.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Once a day the page itself is loaded anew: it may have been improved meanwhile.
    if (Date.now() - started > DAY) location.replace(picture.dataset.next);
    for (const id of ["picture", "count", "day"]) {
      document.getElementById(id).replaceWith(document.adoptNode(next.getElementById(id)));
    }
    picture = document.getElementById("picture");
    picture.classList.add("next");
    offline.hidden = true;
  } catch {
    offline.hidden = false;
  }
  clearTimeout(patience);
  stands = Date.now();
  fetching = false;
}

setInterval(() => {
  const now = new Date();
  const clock = document.getElementById("clock");
  clock.textContent = time.format(now);
  clock.dateTime = now.toISOString();
  if (!paused && !fetching && now - stands >= picture.dataset.seconds * 1000) turn();
}, 1000);

pause.addEventListener("click", (event) => {
  event.preventDefault();
  paused = !paused;
  stands = Date.now();
  [pause.textContent, pause.dataset.other] = [pause.dataset.other, pause.textContent];
});
