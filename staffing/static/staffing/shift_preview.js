"use strict";

// Shows the hours of a kind of shift while they are typed, with "+1" when it ends on the next day.
document.addEventListener("DOMContentLoaded", () => {
  const preview = document.querySelector("output.shift-preview");
  const starts = document.getElementById("id_starts");
  const ends = document.getElementById("id_ends");
  const colour = document.getElementById("id_colour");
  if (!preview || !starts || !ends) return;

  const short = (value) => value.slice(0, 5);

  function show() {
    const begins = short(starts.value);
    const finishes = short(ends.value);
    const overnight = begins && finishes && finishes <= begins ? " +1" : "";
    preview.textContent = begins && finishes ? `${begins}–${finishes}${overnight}` : "";
    if (colour) preview.style.setProperty("--shift", colour.value);
  }

  for (const field of [starts, ends, colour]) {
    // The clock beside a time field sets it without an input event; leaving the field is noticed, too.
    for (const event of ["input", "change", "focus", "blur"]) field?.addEventListener(event, show);
  }
  show();
});
