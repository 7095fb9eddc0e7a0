// A guard's hands for the storm: one crossing after the other through the real screens, as fast as the page answers.
// Put into the page before it starts. `ahead` lets so much time pass, in s; `set` sets the clock alone; `cross` gives the reason of the verdict that the page showed last.
(() => {
  const truly = Date.now.bind(Date);
  const steadily = performance.now.bind(performance);
  const hands = { ahead: 0, set: 0 };
  Date.now = () => truly() + (hands.ahead + hands.set) * 1000;
  performance.now = () => steadily() + hands.ahead * 1000;

  // Which line was put into the queue last: what the page promises when it says that it is kept.
  const put = IDBObjectStore.prototype.put;
  let last = "";
  IDBObjectStore.prototype.put = function (value, ...key) {
    if (this.name === "queue") last = value.uid;
    return put.call(this, value, ...key);
  };

  const one = (what) => document.querySelector(what);
  const all = (what) => [...document.querySelectorAll(what)];
  const named = (words) => all("main button").find((button) => button.textContent.includes(words));
  const view = () => document.body.dataset.view;

  // Wait until something is so; the page draws when it is ready, not when a clock says.
  function until(so, what) {
    return new Promise((resolve, reject) => {
      const begun = performance.now();
      const look = () => {
        const found = so();
        if (found) resolve(found);
        else if (performance.now() - begun > 20_000) reject(new Error(`${what}: ${view()} ${one("main")?.textContent.slice(0, 200)}`));
        else setTimeout(look, 2);
      };
      look();
    });
  }
  const press = (words) => until(() => { const button = named(words); return button && !button.disabled && (button.click(), true); }, words);
  const fill = (words, text) => { const input = one(`[aria-label="${words}"]`); input.value = text; input.dispatchEvent(new Event("input", { bubbles: true })); };
  const type = (keys) => { for (const key of [...keys, "Enter"]) document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })); };
  const reason = () => one(".vd")?.dataset.reason;
  const judged = (before) => until(() => view() === "verdict" && one(".vd") !== before && reason(), "a verdict");

  async function to(where) {
    if (view() === where) one(`.gt a[href="#${where}"]`)?.click();
    else location.hash = where;
    await until(() => view() === where, where);
  }

  // Who stands there: a pass or a number as a scanner types it, a name nobody knows, a vehicle, a visitor.
  const begin = {
    text: async (said) => type(said.text),
    stranger: async (said) => { await to("find"); fill("工号或姓名", said.name); await press("名单里没有此人"); },
    vehicle: async (said) => {
      await to("vehicle");
      for (const [words, text] of [["车牌", said.plate], ["司机姓名", said.driver], ["车上几人", "2"], ["货物", said.cargo]]) fill(words, text);
      if (said.clean) await press("已消毒");
      await press("看能不能进");
    },
    visit: async (said) => { await to("visitor"); await press(said.name); await press("没有"); if (said.phone) await press("电话同意"); await press("看能不能进"); },
    walk: async (said) => {
      await to("visitor");
      await press("没有预约的访客");
      for (const [words, text] of [["来人姓名", said.name], ["来干什么", said.purpose], ["找谁（姓名或工号）", said.host]]) fill(words, text);
      named("没有").click();
      await press("电话同意");
      await press("看能不能进");
    },
  };

  async function reading(tenths) {
    const before = one(".vd");
    await until(() => { const next = one("main .bb.p"); return next && (next.click(), true); }, "a reading");
    await until(() => view() === "temp", "the keys");
    for (const digit of String(tenths)) one(`[data-k="${digit}"]`).click();
    await until(() => { const next = one("main .bb.p, main .bb.r"); return next && !next.disabled && (next.click(), true); }, "the reading");
    await judged(before);
  }

  // The second reading comes after the rest of ten minutes: meanwhile he is one of those who wait.
  async function again(name, tenths) {
    await press("去坐下");
    await until(() => view() === "scan", "the next");
    hands.ahead = 0;
    location.hash = "open";
    await until(() => view() === "open", "who waits");
    const before = one(".vd");
    named(name).click();
    await judged(before);
    await reading(tenths);
  }

  const numbers = () => new Promise((resolve, reject) => {
    const asked = indexedDB.open("diba-gate", 1);
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      const base = asked.result;
      const found = [];
      const look = base.transaction(["queue", "log"]);
      for (const name of ["queue", "log"]) look.objectStore(name).getAllKeys().onsuccess = (event) => found.push(...event.target.result);
      look.oncomplete = () => { base.close(); resolve(found); };
    };
  });

  async function cross(said) {
    await to("scan");
    if (Boolean(one(".viewer.out")) !== said.out) {
      await press(said.out ? "改为出门" : "改为进门");
      await until(() => Boolean(one(".viewer.out")) === said.out, "the direction");
    }
    await begin[said.kind](said);
    await until(() => view() === "verdict" && reason(), "a verdict");
    const [first, second] = said.readings ?? [];
    // Whoever is to be measured twice was measured eleven minutes ago: his line bears the moment of the second reading.
    if (second) hands.ahead = -660;
    if (first && reason() === "measure") await reading(first);
    if (second && reason() === "high") await again(said.name, second);
    hands.ahead = 0;
    const told = reason();
    if ((told === "enters" && first) || (told === "fever" && one(".vd").textContent.includes("已记下"))) { /* the reading was the guard's word */ }
    else if (said.force) {
      location.hash = "force";
      await press("值班长同意");
      fill("谁批的（工号或姓名）", "陈立");
      await press("特批入");
    } else if (said.refuse) { location.hash = "refuse"; await until(() => view() === "refuse", "the refusals"); await press(said.refuse); }
    else if (told === "measure") throw new Error("not measured");
    else if (one(".vd.pass")) await until(() => { const next = one("main .bb.p"); return next && (next.click(), true); }, "let through");
    else { location.hash = "refuse"; await press("其他原因"); }
    await until(() => one(".net").textContent.includes("已记下"), "kept");
    return told;
  }

  // Every crossing of a list; what came of each: the reason last shown. Stops at the first that fails and says which.
  async function each(list) {
    const told = [];
    for (const said of list) {
      try { told.push(await cross(said)); window.promised?.(last); } catch (error) { throw new Error(`${JSON.stringify(said)}: ${error.message}`); }
    }
    return told;
  }
  window.hands = Object.assign(hands, { cross, each, numbers });
})();
