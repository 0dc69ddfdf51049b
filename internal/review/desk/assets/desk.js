"use strict";
// What the pages do more easily with a script. Without it every form and link works
// all the same.
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const main = $("main"), page = main.dataset.page, body = document.body;
  const say = (element, text) => { element.textContent = text; element.hidden = !text; };
  const unreachable = "The program does not answer: nothing more is saved. What you typed is still in the form. Start tre-check review again, open the address that it prints in another tab of this browser, and then save here again.";

  // A typed comment outlives a reload of its tab; it goes when it was saved.
  const draftName = form => "draft " + form.dataset.draft;
  const keepDraft = form => {
    const typed = $("textarea", form), chosen = $("[name=decision]:checked", form);
    try { sessionStorage.setItem(draftName(form), JSON.stringify({ text: typed.value, decision: chosen ? chosen.value : "" })); } catch { /* a full or forbidden store keeps nothing */ }
  };
  const dropDraft = form => { try { sessionStorage.removeItem(draftName(form)); } catch { /* as above */ } form.dataset.typed = ""; };
  const restoreDraft = form => {
    let draft = null;
    try { draft = JSON.parse(sessionStorage.getItem(draftName(form))); } catch { return; }
    if (!draft) return;
    $("textarea", form).value = draft.text;
    const chosen = draft.decision && $(`[name=decision][value="${CSS.escape(draft.decision)}"]`, form);
    if (chosen && !chosen.disabled) chosen.checked = true;
    form.dataset.typed = "yes";
    status(form, "Not saved yet.", "");
  };
  const status = (form, text, kind) => {
    const line = $(".status", form);
    line.textContent = text;
    line.className = "status " + kind;
  };

  // Saving: the word appears when the program has said that it is on the disk.
  const send = (path, form) => fetch(path, { method: "POST", headers: { Accept: "application/json" }, body: form, redirect: "error" });
  const freshSecret = async () => {
    const answer = await fetch(location.href);
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").body.dataset.form;
    if (!answer.ok || !found) return false;
    body.dataset.form = found;
    $$("input[name=form]").forEach(input => { input.value = found; });
    return true;
  };
  const post = async form => {
    const fields = () => { const data = new URLSearchParams(new FormData(form)); data.set("form", body.dataset.form); return data; };
    let answer = await send(form.action, fields());
    if (answer.status === 403 && await freshSecret()) answer = await send(form.action, fields());
    if (answer.status === 403) throw new Error("turned away");
    return answer.json();
  };
  const save = async (form, button) => {
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    status(form, "Saving…", "");
    try {
      const said = await post(form);
      if (!said.saved) {
        renew(said.stamps);
        status(form, "Not saved. " + said.message + " " + (said.hint || ""), "bad");
        return;
      }
      dropDraft(form);
      say($("#lost"), "");
      saved(form, said);
    } catch {
      say($("#lost"), unreachable);
      status(form, "Not saved.", "bad");
    } finally {
      button.removeAttribute("aria-busy");
    }
  };
  const renew = stamps => {
    for (const [path, stamp] of Object.entries(stamps || {}))
      $$("[name=file]").filter(input => input.value.slice(input.value.indexOf(" ") + 1) === path).forEach(input => { input.value = stamp + " " + path; });
  };
  const saved = (form, said) => {
    if (page === "file" && form.id === "decide") {
      status(form, said.message, "good");
      $("button.main", form).focus(); // so that letters are keys again
      refresh();
      return;
    }
    sessionStorage.setItem("said", said.message);
    if (said.next && new URL(said.next, location.href).pathname === location.pathname && page === "file") location.reload();
    else location.assign(said.next || "/");
  };
  // The form must know that what it showed is no longer what is decided.
  const refresh = async () => {
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const now = new DOMParser().parseFromString(await answer.text(), "text/html");
    body.dataset.stamp = now.body.dataset.stamp;
    const own = $("#decide [name=file]"), fresh = $("#decide [name=file]", now);
    if (own && fresh) own.value = fresh.value;
    for (const part of [".bar .state", ".walk"]) {
      const old = $(part), one = $(part, now);
      if (old && one) old.replaceWith(document.adoptNode(one));
    }
  };
  $$("form.save").forEach(form => {
    form.addEventListener("submit", event => { event.preventDefault(); save(form, event.submitter || $("button:not([type=button])", form)); });
    if (!form.dataset.draft) return;
    restoreDraft(form);
    form.addEventListener("input", event => {
      if (event.target.name === "file") return;
      form.dataset.typed = "yes";
      keepDraft(form);
      if (page === "file") status(form, "Not saved yet.", "");
    });
    form.addEventListener("keydown", event => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit(); });
  });
  const told = sessionStorage.getItem("said");
  if (told) {
    sessionStorage.removeItem("said");
    const line = document.createElement("p");
    line.className = "said";
    line.setAttribute("role", "status");
    line.textContent = told;
    $(".messages").append(line);
  }

  // Which decisions need words.
  const decision = $("#decide");
  const hints = () => {
    const chosen = $("[name=decision]:checked", decision);
    $$(".hint[data-needs]", decision).forEach(hint => { hint.hidden = !chosen || !hint.dataset.needs.split(" ").includes(chosen.value); });
    const needs = Boolean(chosen && chosen.dataset.needs);
    $("textarea", decision).required = needs;
  };
  if (decision) { decision.addEventListener("change", hints); hints(); }

  // The list: filter, choose.
  const rows = $$(".files tbody tr");
  const shownRows = () => rows.filter(row => !row.hidden);
  const filter = $(".filter");
  if (filter) {
    const fields = filter.elements;
    $("button", filter).hidden = true;
    const apply = () => {
      const text = fields.q.value.toLowerCase();
      rows.forEach(row => {
        row.hidden = !(row.dataset.name.toLowerCase().includes(text) && ["verdict", "decision", "read"].every(name => !fields[name].value || fields[name].value === row.dataset[name]));
      });
      $("#matching").textContent = `${shownRows().length} of ${rows.length} files`;
      tally();
    };
    filter.addEventListener("input", apply);
    filter.addEventListener("submit", event => { event.preventDefault(); apply(); });
  }
  const picks = () => $$(".files [name=file]");
  const tally = () => {
    const line = $(".chosen");
    if (!line) return;
    const chosen = picks().filter(pick => pick.checked), unseen = chosen.filter(pick => pick.closest("tr").hidden).length;
    line.textContent = chosen.length ? `${chosen.length} chosen` + (unseen ? `, ${unseen} of them not shown` : "") : "None is chosen.";
  };
  if (page === "overview" && decision) {
    const all = $("#choose");
    all.hidden = false;
    all.addEventListener("click", () => { shownRows().forEach(row => { $("[name=file]", row).checked = true; }); tally(); });
    main.addEventListener("change", event => { if (event.target.name === "file") tally(); });
    tally();
  }

  // Long tables: only the rows in sight are in the page.
  const step = 25, margin = 12, farthest = 120;
  class Scroller {
    constructor(box) {
      this.box = box;
      this.tbody = $("tbody", box);
      this.total = Number(box.dataset.rows);
      this.pieces = new Map();
      this.asked = new Map();
      this.laid = new Map();
      this.placed = [];
      const columns = $$("col", box).length;
      [this.above, this.below] = [0, 1].map(() => {
        const row = document.createElement("tr"), cell = document.createElement("td");
        row.className = "gap";
        row.setAttribute("aria-hidden", "true");
        cell.colSpan = columns;
        row.append(cell);
        return row;
      });
      const from = Number(box.dataset.from) - 1, first = [...this.tbody.rows];
      this.height = (first[0] && first[0].getBoundingClientRect().height) || 32;
      if (from % step === 0)
        for (let i = 0; i + step <= first.length || i < first.length && from + first.length === this.total; i += step) this.pieces.set((from + i) / step, first.slice(i, i + step));
      const pager = box.parentElement.querySelector(".pager");
      $$("a", pager).forEach(link => link.remove());
      this.line = $("[role=status]", pager);
      $("form", pager).addEventListener("submit", event => { event.preventDefault(); this.go(Number(event.target.elements.row.value) - 1); });
      box.addEventListener("scroll", () => this.soon(), { passive: true });
      const details = box.closest("details");
      if (details) details.addEventListener("toggle", () => this.measure());
      this.draw();
      const wanted = Number(box.dataset.row) - 1;
      if (wanted > 0) this.go(wanted);
    }
    measure() {
      const row = $("tr:not(.gap)", this.tbody);
      if (row && row.getBoundingClientRect().height) this.height = row.getBoundingClientRect().height;
      this.draw();
    }
    soon() {
      if (this.waiting) return;
      this.waiting = requestAnimationFrame(() => { this.waiting = 0; this.draw(); });
    }
    draw() {
      const first = Math.floor(this.box.scrollTop / this.height), last = first + Math.ceil(this.box.clientHeight / this.height);
      const low = Math.max(0, Math.floor((first - margin) / step)), high = Math.min(Math.ceil(this.total / step) - 1, Math.floor((last + margin) / step));
      const wanted = [];
      for (let i = low; i <= high; i++) wanted.push(i);
      this.line.textContent = `Rows ${Math.min(first + 1, this.total)} to ${Math.min(last, this.total)} of ${this.total}`;
      wanted.filter(i => !this.pieces.has(i)).forEach(i => this.ask(i));
      const have = [];
      for (const i of wanted) if (this.pieces.has(i) && (!have.length || have.at(-1) === i - 1)) have.push(i);
      const start = have.length ? have[0] : low, rows = have.reduce((sum, i) => sum + this.pieces.get(i).length, 0);
      this.place(have);
      this.gap(this.above, start * step);
      this.gap(this.below, this.total - start * step - rows);
    }
    // Pieces that stay are not touched: the browser need not lay them out again.
    place(have) {
      if (!this.above.isConnected) this.tbody.replaceChildren(this.above, this.below);
      this.placed.filter(i => !have.includes(i)).forEach(i => this.laid.get(i).forEach(row => row.remove()));
      let next = this.below;
      for (const i of have.toReversed()) {
        const rows = this.pieces.get(i);
        if (this.laid.get(i) !== rows || !rows[0].isConnected) next.before(...rows);
        this.laid.set(i, rows);
        next = rows[0];
      }
      this.placed = have;
    }
    gap(row, count) { row.firstChild.style.height = count * this.height + "px"; row.hidden = count <= 0; }
    async ask(i) {
      if (this.asked.has(i)) return;
      this.asked.set(i, true);
      await new Promise(done => setTimeout(done, 40)); // whoever scrolls on does not need it
      const first = this.box.scrollTop / this.height;
      if (Math.abs(first / step - i) > 3) { this.asked.delete(i); this.soon(); return; }
      try {
        const answer = await fetch(`${this.box.dataset.source}&from=${i * step}&count=${step}`);
        if (!answer.ok) throw new Error((await answer.json()).message);
        const holder = document.createElement("template");
        holder.innerHTML = "<table><tbody>" + await answer.text() + "</tbody></table>";
        this.pieces.set(i, [...$("tbody", holder.content).rows]);
        for (const old of this.pieces.keys()) { if (this.pieces.size <= farthest) break; if (Math.abs(old - i) > 3) this.pieces.delete(old); }
      } catch (fault) {
        say($("#news"), fault instanceof TypeError ? unreachable : fault.message + " Open the page anew.");
      } finally {
        this.asked.delete(i);
      }
      this.soon();
    }
    go(row, then) {
      this.box.scrollTop = Math.max(0, row - 3) * this.height;
      this.draw();
      if (!then) return;
      let tries = 100;
      const look = () => { const found = document.getElementById(then); if (found) { found.focus({ preventScroll: true }); found.scrollIntoView({ block: "nearest", inline: "nearest" }); } else if (tries-- > 0) setTimeout(look, 30); };
      look();
    }
  }
  const scrollers = new Map();
  $$(".scroll[data-rows]").forEach(box => scrollers.set(box.dataset.sheet, new Scroller(box)));
  const toCell = link => {
    const id = link.hash.slice(1), scroller = scrollers.get(link.dataset.sheet);
    if (scroller) { scroller.go(Number(link.dataset.row), id); scroller.box.scrollIntoView({ block: "nearest" }); return true; }
    const found = document.getElementById(id);
    if (found) { found.focus(); found.scrollIntoView({ block: "center", inline: "nearest" }); }
    return Boolean(found);
  };
  main.addEventListener("click", event => { const link = event.target.closest("a.cell"); if (link && toCell(link)) event.preventDefault(); });

  // Keys.
  const dialog = $("#keys"), help = $("#help"), letters = $("#letters");
  if (dialog) {
    help.hidden = false;
    help.addEventListener("click", () => dialog.showModal());
    $("#keys-close").addEventListener("click", () => dialog.close());
    letters.checked = localStorage.getItem("letters") !== "no";
    letters.addEventListener("change", () => localStorage.setItem("letters", letters.checked ? "yes" : "no"));
  }
  const choose = key => {
    const radio = decision && $(`[name=decision][data-key="${key}"]`, decision);
    if (!radio || radio.disabled) return;
    if (page === "overview" && !picks().some(pick => pick.checked)) {
      const row = document.activeElement.closest(".files tbody tr");
      if (row) { $("[name=file]", row).checked = true; tally(); }
    }
    radio.checked = true;
    radio.dispatchEvent(new Event("input", { bubbles: true }));
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    const words = $("textarea", decision);
    (radio.dataset.needs || page === "overview" || words.value ? words : $("button.main", decision)).focus();
  };
  const follow = selector => { const link = $(selector); if (link) link.click(); };
  const walkRows = by => {
    const links = shownRows().map(row => $("th a", row)), row = document.activeElement.closest(".files tbody tr");
    const at = row ? links.indexOf($("th a", row)) : -1;
    const next = links[Math.max(0, Math.min(links.length - 1, at + by))];
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
  };
  const walkFindings = by => {
    const list = $$(".findings li[id]"), at = list.indexOf(document.activeElement.closest(".findings li"));
    const next = list[Math.max(0, Math.min(list.length - 1, at + by))];
    if (next) next.focus();
  };
  const actions = {
    j: () => page === "file" ? follow(".walk [rel=next]") : walkRows(1),
    k: () => page === "file" ? follow(".walk [rel=prev]") : walkRows(-1),
    a: () => choose("a"), c: () => choose("c"), r: () => choose("r"),
    x: () => { const row = document.activeElement.closest(".files tbody tr"), pick = row && $("[name=file]", row); if (pick) { pick.checked = !pick.checked; tally(); } },
    n: () => walkFindings(1), p: () => walkFindings(-1),
    g: () => { const at = document.activeElement.closest(".findings li"), link = at && $("a.cell", at); if (link) link.click(); },
    u: () => follow(".walk [rel=up]"),
    f: () => { const overall = $("#overall"); if (overall) overall.focus(); },
    s: () => { const release = $("[name=release]"); if (release) release.focus(); },
    "/": () => { const search = $("[name=q]"); if (search) search.focus(); },
    "?": () => dialog && dialog.showModal(),
  };
  addEventListener("keydown", event => {
    const typing = event.target.closest("textarea, select, dialog[open], input:not([type=checkbox], [type=radio])");
    if (event.key === "Escape" && typing && !typing.matches("dialog, dialog *")) { typing.blur(); return; }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || letters && !letters.checked) return;
    const act = actions[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  // The program is told what is open, and tells whether the page is current.
  const beat = async () => {
    const data = new URLSearchParams({ form: body.dataset.form, path: main.dataset.path || "", seen: document.visibilityState === "visible" ? "yes" : "no" });
    try {
      const answer = await send("/pulse", data);
      if (answer.status === 403) { if (!await freshSecret()) say($("#lost"), unreachable); return; }
      const now = await answer.json();
      say($("#lost"), "");
      if (now.stamp && now.stamp !== body.dataset.stamp) say($("#news"), "Something changed in the review since this page was made. Open it anew to see it; what you typed is kept.");
      const held = $("#held");
      if (held) say(held, now.held.length ? "Also open: " + now.held.join(", ") + "." : "");
    } catch {
      say($("#lost"), unreachable);
    }
  };
  if (page) { beat(); setInterval(beat, 15000); }
})();
