// What pages can do without, and do better with: copying, and a sentence that is selected as the one to quote.
const said = document.getElementById("said");
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText.trim());
    const label = button.textContent;
    button.textContent = "✓";
    if (said) said.textContent = label + " ✓";
    setTimeout(() => { button.textContent = label; }, 1500);
  });
}
const words = document.getElementById("words");
const text = document.getElementById("text");
if (words && text) {
  document.addEventListener("selectionchange", () => {
    const chosen = document.getSelection();
    if (!chosen || chosen.isCollapsed || !text.contains(chosen.anchorNode)) return;
    const part = chosen.getRangeAt(0).cloneContents();
    const pointers = part.querySelectorAll("sup");
    // Pointers to notes are no words of the sentence.
    for (const one of pointers) one.remove();
    const said = (pointers.length ? part.textContent : chosen.toString()).trim();
    words.value = said.length > 500 ? said.slice(0, 500).replace(/\s+\S*$/, "") : said;
  });
}
document.addEventListener("keydown", (event) => {
  const field = document.getElementById("q");
  if (event.key === "/" && field && !event.ctrlKey && !event.metaKey && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
    event.preventDefault();
    field.focus();
  }
});
