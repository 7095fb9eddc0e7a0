/** One dialog for many rows: its form is that of the row whose button opened it. */

/** Turn a dialog's questions to the row of a button: its heading, where they are sent, and the mark that saves them once. */
export function ask(button: HTMLElement, dialog: HTMLDialogElement): void {
  const row = button.closest("form");
  const form = dialog.querySelector("form");
  const asked = row?.getAttribute("action") ?? "";
  if (!row || !form) return;
  if (dialog.dataset.asked !== asked) empty(form);
  dialog.dataset.asked = asked;
  form.action = asked;
  field(form, "uid").value = field(row, "uid").value;
  dialog.querySelector("[data-asks]")!.textContent = button.dataset.ask ?? "";
}

/** What was typed or refused for one person is not another's. */
function empty(form: HTMLFormElement): void {
  for (const error of form.querySelectorAll(".db-err")) error.remove();
  for (const box of form.querySelectorAll<HTMLInputElement>("input[type=checkbox]")) box.checked = false;
  for (const typed of form.querySelectorAll<HTMLInputElement>("input.db-in")) {
    typed.value = "";
    typed.classList.remove("bad");
  }
  for (const choice of form.querySelectorAll<HTMLSelectElement>("select")) {
    choice.selectedIndex = 0;
    choice.dispatchEvent(new Event("sync"));
  }
}

function field(form: HTMLFormElement, name: string): HTMLInputElement {
  return form.elements.namedItem(name) as HTMLInputElement;
}
