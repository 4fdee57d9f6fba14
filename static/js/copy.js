// Texts to copy: a tap selects all of it, the button copies it. Without this script the text is selected by hand.
for (const area of document.querySelectorAll("textarea[data-copy]")) {
  const button = document.getElementById(area.dataset.copy);
  const done = document.getElementById(`${area.dataset.copy}-done`);
  area.addEventListener("focus", () => area.select());
  button.hidden = false;
  button.addEventListener("click", async () => {
    area.focus();
    area.select();
    try {
      await navigator.clipboard.writeText(area.value);
    } catch {
      document.execCommand("copy");
    }
    done.hidden = false;
  });
}
