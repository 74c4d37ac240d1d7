// Shows the number beside each slider.
"use strict";

for (const output of document.querySelectorAll(".plan-weight output")) {
    const slider = document.getElementById(output.htmlFor.value);
    slider?.addEventListener("input", () => {
        output.textContent = slider.value;
    });
}
