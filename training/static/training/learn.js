// Through a course by keyboard: arrows to go, D when the lesson is done. A second click on "done" sends nothing.
"use strict";

const go = (id) => document.getElementById(id)?.click();

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, video, [contenteditable]");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowLeft") go("learn-previous");
  if (event.key === "ArrowRight") go("learn-next");
  if (event.key.toLowerCase() === "d") go("learn-done");
});

document.querySelector(".tr-foot")?.addEventListener("submit", (event) => {
  const button = document.getElementById("learn-done");
  if (button?.disabled) event.preventDefault();
  if (button) setTimeout(() => { button.disabled = true; });
});
