// Answering a questionnaire: the questions that an answer brings appear at once, those it takes away go.
// The server says which; what stands there is not touched, so that nobody loses what he types meanwhile.
// Without a network nothing appears: then the server asks them when the answers are sent.
export function followAnswers(form: HTMLFormElement) {
  const list = form.querySelector<HTMLElement>("[data-asked]");
  let asking: AbortController | null = null;
  form.addEventListener("change", async () => {
    asking?.abort();
    asking = new AbortController();
    const said = new FormData(form);
    said.set("look", "1");
    try {
      const answer = await fetch(location.href, { method: "POST", body: said, credentials: "same-origin", signal: asking.signal });
      if (answer.ok && !answer.redirected && list) settle(form, list, new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // Aborted by the next answer, or no network.
    }
  });
}

function settle(form: HTMLFormElement, list: HTMLElement, page: Document) {
  const wanted = [...page.querySelectorAll<HTMLElement>("[data-asked] > [data-q]")];
  const there = new Map([...list.querySelectorAll<HTMLElement>(":scope > [data-q]")].map((part) => [part.dataset.q, part]));
  let last: HTMLElement | null = null;
  for (const part of wanted) {
    const here: HTMLElement = there.get(part.dataset.q) ?? document.adoptNode(part);
    if (!there.delete(part.dataset.q)) {
      if (last) last.after(here);
      else list.prepend(here);
    }
    last = here;
  }
  for (const gone of there.values()) gone.remove();
  const shown = page.querySelector<HTMLInputElement>("input[name=shown]");
  const mine = form.querySelector<HTMLInputElement>("input[name=shown]");
  if (shown && mine) mine.value = shown.value;
}
