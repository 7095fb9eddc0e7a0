/** Long choices are searched: hundreds of people are not scrolled through. The select stays the form's own field. */
import TomSelect from "tom-select/base";
import dropdownInput from "tom-select/plugins/dropdown_input/plugin.js";
import removeButton from "tom-select/plugins/remove_button/plugin.js";
import "./choosing.css";

TomSelect.define("dropdown_input", dropdownInput);
TomSelect.define("remove_button", removeButton);

/** Put a search field into each of these selects. */
export function search(choices: HTMLSelectElement[]): void {
  const { find = "", nothing = "", remove = "" } = document.body.dataset;
  const word = (text: string) => Object.assign(document.createElement("div"), { className: "no-results", textContent: text });
  for (const choice of choices) {
    if (choice.classList.contains("tomselected")) continue;
    const name = labelOf(choice);
    const made = new TomSelect(choice, {
      maxOptions: null,
      ...(choice.closest("dialog") ? {} : { dropdownParent: "body" }), // no panel cuts it off
      allowEmptyOption: true,
      hideSelected: choice.multiple,
      closeAfterSelect: !choice.multiple,
      searchField: ["text"],
      plugins: choice.multiple ? { remove_button: { title: remove } } : { dropdown_input: {} },
      ...(choice.multiple ? { placeholder: find } : {}),
      render: { no_results: () => word(nothing) },
    });
    choice.addEventListener("sync", () => made.sync()); // a script has chosen
    if (!choice.multiple) made.control_input.placeholder = find;
    for (const part of [choice, made.control_input, made.dropdown]) part.setAttribute("aria-label", name || find);
    made.dropdown.setAttribute("role", "dialog");
  }
}

function labelOf(choice: HTMLSelectElement): string {
  return choice.labels?.[0]?.textContent?.trim() ?? choice.getAttribute("aria-label") ?? "";
}
