// Two helps for whoever writes an article: what she types is kept on the way, and what she pastes
// from a word processor becomes Markdown. Without this script the form works all the same.
"use strict";

(() => {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const state = form.querySelector("[data-draft-state]");
  const PAUSE = 3000;
  let timer = 0;
  let sent = "";

  const typed = () => {
    const data = new FormData(form);
    data.delete("picture");
    return data;
  };
  const asText = (data) => new URLSearchParams(data).toString();

  async function keep() {
    const data = typed();
    const text = asText(data);
    if (text === sent) return;
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: data });
      if (!answer.ok) throw new Error(String(answer.status));
      sent = text;
      state.textContent = form.dataset.kept;
    } catch {
      state.textContent = form.dataset.notKept;
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });
  form.addEventListener("submit", () => clearTimeout(timer));

  // --- pasting --------------------------------------------------------------------------------

  const BLOCKS = new Set(["P", "DIV", "SECTION", "ARTICLE", "BLOCKQUOTE", "UL", "OL", "TABLE", "TR"]);
  const HEADING = /^H([1-6])$/;
  const BULLET = /^[\u2022\u00b7\u25aa\u25cf\u25e6\uf0b7\uf0a7o\u00a7-][\s\u00a0]+/;
  const NUMBER = /^[0-9]{1,3}[.)][\s\u00a0]+/;

  const clean = (text) => text.replace(/[\u00a0\s]+/g, " ");
  const isWordList = (node) => /MsoListParagraph|mso-list/i.test(
    `${node.className} ${node.getAttribute("data-style") || ""}`,
  );

  function wrap(text, sign) {
    const inner = text.trim();
    return inner ? `${text.match(/^\s*/)[0]}${sign}${inner}${sign}${text.match(/\s*$/)[0]}` : text;
  }

  function inline(node) {
    if (node.nodeType === Node.TEXT_NODE) return clean(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE || /^(STYLE|SCRIPT|META|LINK|XML|IMG)$/i.test(node.tagName)) return "";
    if (node.tagName === "BR") return "\n";
    const text = [...node.childNodes].map(inline).join("");
    const style = node.getAttribute("data-style") || "";
    if (node.tagName === "A" && /^(https?:|mailto:)/i.test(node.getAttribute("href") || "")) {
      return text.trim() ? `[${text.trim()}](${node.getAttribute("href")})` : "";
    }
    if (/^(B|STRONG)$/.test(node.tagName) && !/font-weight:\s*normal/i.test(style)) return wrap(text, "**");
    if (/^(I|EM|CITE)$/.test(node.tagName)) return wrap(text, "*");
    return text;
  }

  function list(node, depth) {
    let number = 0;
    return [...node.children].map((item) => {
      if (/^(UL|OL)$/.test(item.tagName)) return list(item, depth + 1);
      number += 1;
      const inner = [...item.children].filter((each) => /^(UL|OL)$/.test(each.tagName));
      const text = [...item.childNodes].filter((each) => !inner.includes(each)).map(inline).join("").trim();
      const sign = node.tagName === "OL" ? `${number}.` : "*";
      return [`${"   ".repeat(depth)}${sign} ${text}`, ...inner.map((each) => list(each, depth + 1))].join("\n");
    }).join("\n");
  }

  function paragraph(node) {
    const text = inline(node).trim();
    if (!isWordList(node)) return text;
    if (NUMBER.test(text)) return text.replace(NUMBER, (found) => `${found.trim().replace(")", ".")} `);
    return `* ${text.replace(BULLET, "")}`;
  }

  function blocks(node, found) {
    let line = "";
    const flush = () => {
      if (line.trim()) found.push({ text: line.trim(), isItem: false });
      line = "";
    };
    for (const child of node.childNodes) {
      const name = child.tagName || "";
      const heading = HEADING.exec(name);
      if (heading) {
        flush();
        const text = inline(child).trim();
        if (text) found.push({ text: `${"#".repeat(Math.max(2, Number(heading[1])))} ${text}`, isItem: false });
      } else if (name === "UL" || name === "OL") {
        flush();
        found.push({ text: list(child, 0), isItem: false });
      } else if (name === "BLOCKQUOTE") {
        flush();
        const inner = [];
        blocks(child, inner);
        found.push({ text: inner.map((each) => each.text).join("\n\n").replace(/^/gm, "> "), isItem: false });
      } else if (BLOCKS.has(name) && [...child.children].some((each) => BLOCKS.has(each.tagName) || HEADING.test(each.tagName))) {
        flush();
        blocks(child, found);
      } else if (BLOCKS.has(name)) {
        flush();
        const text = paragraph(child);
        if (text) found.push({ text, isItem: isWordList(child) });
      } else {
        line += inline(child);
      }
    }
    flush();
  }

  function toMarkdown(html) {
    // The page's policy allows no style of others; what it says of lists is still read.
    const bare = html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/\sstyle=/gi, " data-style=");
    const page = new DOMParser().parseFromString(bare, "text/html");
    const found = [];
    blocks(page.body, found);
    return found.map((each, place) => {
      const follows = place > 0 && each.isItem && found[place - 1].isItem;
      return (place === 0 ? "" : follows ? "\n" : "\n\n") + each.text;
    }).join("");
  }

  for (const area of form.querySelectorAll("textarea[name^='body-']")) {
    area.addEventListener("paste", (event) => {
      const html = event.clipboardData.getData("text/html");
      // Out of an editor of code or a plain window the text is what it is.
      if (!/<(p|h[1-6]|ul|ol|b|strong|i|em|a|blockquote)\b/i.test(html)) return;
      const text = toMarkdown(html);
      if (!text) return;
      event.preventDefault();
      // Kept by the browser's own undo.
      if (!document.execCommand("insertText", false, text)) area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
})();
