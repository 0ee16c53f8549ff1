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
    if (chosen && !chosen.isCollapsed && text.contains(chosen.anchorNode)) words.value = chosen.toString().trim().slice(0, 500);
  });
}
document.addEventListener("keydown", (event) => {
  const field = document.getElementById("q");
  if (event.key === "/" && field && !event.ctrlKey && !event.metaKey && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
    event.preventDefault();
    field.focus();
  }
});
