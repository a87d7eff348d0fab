(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Narrow screens start with the contents folded away.
  const contents = document.querySelector("nav details");
  const narrow = matchMedia("(max-width: 62rem)");
  const fold = () => { contents.open = !narrow.matches; };
  narrow.addEventListener("change", fold);
  fold();
  contents.addEventListener("click", (event) => { if (narrow.matches && event.target.closest("a")) contents.open = false; });

  // Where the reader is.
  const links = new Map(all("nav a").map((link) => [link.hash.slice(1), link]));
  const headings = all("main > section > h2");
  let asked = false;
  const locate = () => {
    asked = false;
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 4);
    const current = links.get((passed.at(-1) ?? headings[0]).id);
    links.forEach((link) => link === current ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current"));
    if (narrow.matches || !current) return;
    const [bar, at] = [document.querySelector("nav").getBoundingClientRect(), current.getBoundingClientRect()];
    if (at.top < bar.top || at.bottom > bar.bottom) current.scrollIntoView({ block: "nearest" });
  };
  addEventListener("scroll", () => {
    if (!asked) requestAnimationFrame(locate);
    asked = true;
  }, { passive: true });
  locate();

  // Ticks of the checklist. A browser may refuse to keep anything for files: then they last as long as the page.
  const store = (key, value) => {
    try {
      if (value === undefined) return localStorage.getItem(key);
      localStorage.setItem(key, value);
    } catch { return null; }
  };
  all("input[data-tick]").forEach((box) => {
    const key = `luckymonaco.${box.dataset.tick}`;
    box.checked = store(key) === "1";
    box.addEventListener("change", () => store(key, box.checked ? "1" : "0"));
  });

  // Tabs: arrow keys move, the chosen language is chosen everywhere.
  const groups = all("[data-tabs]").map((group) => {
    const tabs = all(".tab", group);
    const list = document.createElement("div");
    list.className = "tablist";
    list.setAttribute("role", "tablist");
    list.setAttribute("aria-label", "Languages");
    const buttons = tabs.map((tab) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = tab.dataset.title;
      button.id = `${tab.id}-tab`;
      button.setAttribute("role", "tab");
      button.setAttribute("aria-controls", tab.id);
      tab.setAttribute("role", "tabpanel");
      tab.removeAttribute("aria-label");
      tab.setAttribute("aria-labelledby", button.id);
      list.append(button);
      return button;
    });
    const choose = (title) => {
      const index = tabs.findIndex((tab) => tab.dataset.title === title);
      if (index < 0) return;
      tabs.forEach((tab, at) => { tab.hidden = at !== index; });
      buttons.forEach((button, at) => {
        button.setAttribute("aria-selected", String(at === index));
        button.tabIndex = at === index ? 0 : -1;
      });
    };
    buttons.forEach((button, at) => {
      button.addEventListener("click", () => groups.forEach((other) => other.choose(button.textContent)));
      button.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = buttons[(at + step + buttons.length) % buttons.length];
        next.focus();
        next.click();
        event.preventDefault();
      });
    });
    group.prepend(list);
    group.classList.add("has-tabs");
    choose(tabs[0].dataset.title);
    return { choose, tabs };
  });
  const follow = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const tab = target?.closest(".tab");
    if (tab) groups.forEach((group) => group.tabs.includes(tab) && group.choose(tab.dataset.title));
  };
  addEventListener("hashchange", follow);
  follow();

  // On paper everything is open, and afterwards as it was.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("main details:not([open])");
    folded.forEach((box) => { box.open = true; });
  });
  addEventListener("afterprint", () => folded.forEach((box) => { box.open = false; }));

  // Copy buttons.
  all(".block").forEach((block) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      const whole = block.querySelector("pre").textContent;
      const commands = whole.split("\n").filter((line) => line.startsWith("$ ")).map((line) => line.slice(2));
      const text = commands.length ? commands.join("\n") : whole;
      try {
        await navigator.clipboard.writeText(text);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(block.querySelector("pre"));
        button.textContent = "Selected";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    block.append(button);
  });

  // The reference is drawn when the reader comes near it, in a frame, so that it costs nothing before and cannot touch
  // this page's styles, anchors and history.
  const place = document.getElementById("reference-frame");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const draw = () => {
    const frame = document.createElement("iframe");
    frame.title = "Reference drawn by Redoc";
    const text = (id) => document.getElementById(id).textContent;
    const inside = (code) => code.replaceAll("</" + "script", "<\\/script");
    frame.srcdoc = `<!doctype html><html lang="en"><meta charset="utf-8"><base target="_blank"><title>Reference</title>`
      + `<style>${REDOC_STYLE}</style><body><main id="redoc"></main>`
      + `<script>history.replaceState = history.pushState = () => {};</` + `script>`
      + `<script>${inside(text("renderer"))}</` + `script>`
      + `<script>(${inside(drawInside.toString())})(${inside(text("document"))}, ${dark.matches})</` + `script>`;
    frame.addEventListener("load", () => {
      const body = frame.contentDocument.body;
      const fit = () => { frame.style.height = `${Math.max(480, body.scrollHeight + 4)}px`; };
      new frame.contentWindow.ResizeObserver(fit).observe(frame.contentDocument.getElementById("redoc"));
      fit();
    });
    place.replaceChildren(frame);
  };
  const near = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) {
      near.disconnect();
      draw();
    }
  }, { rootMargin: "600px" });
  near.observe(place);
  document.getElementById("draw").addEventListener("click", draw);
  dark.addEventListener("change", () => { if (place.querySelector("iframe")) draw(); });

  const REDOC_STYLE = `body{margin:0;font-family:system-ui,sans-serif}.menu-content{display:none!important}`
    + `.api-content{width:100%!important}a{text-decoration:underline!important}.api-info{display:none}`
    + `select,select+label{max-width:100%!important;overflow:hidden!important;text-overflow:ellipsis;white-space:nowrap}`
    + `h5{color:#556274!important}h5 *{color:inherit!important}`
    + `.react-tabs__tab--selected{background:#e6ebf2!important;color:#1b2430!important}`
    + `@media(prefers-color-scheme:dark){h5{color:#a3afbf!important}td,tr,th{border-color:#2c3644!important}`
    + `svg polygon{fill:#a3afbf!important}}`;

  // Runs inside the frame: nothing of this page is in reach.
  function drawInside(document_, isDark) {
    const color = isDark
      ? { paper: "#12161c", ink: "#e6ebf2", soft: "#a3afbf", line: "#2c3644", wash: "#1a2029", link: "#7db9ff", bad: "#ff9dab", good: "#86dba8", panel: "#0c0f14" }
      : { paper: "#ffffff", ink: "#1b2430", soft: "#556274", line: "#d9dfe7", wash: "#f5f7fa", link: "#0b57a4", bad: "#a11b30", good: "#12653a", panel: "#1b2430" };
    document.body.style.background = color.paper;
    const shade = (main) => ({ main, light: main, dark: main, contrastText: color.paper });
    const response = (main, onPanel) => ({ color: main, backgroundColor: color.wash, tabTextColor: onPanel });
    const sans = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
    const mono = "ui-monospace, 'SF Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace";
    const options = {
      disableSearch: true, hideDownloadButton: true, hideDownloadButtons: true, nativeScrollbars: true, showExtensions: false,
      requiredPropsFirst: false, hideLoading: true, expandResponses: "200",
      theme: {
        breakpoints: { small: "40rem", medium: "56rem", large: "56rem" },
        spacing: { unit: 4, sectionHorizontal: 28, sectionVertical: 24 },
        colors: {
          primary: shade(color.link), success: shade(color.good), error: shade(color.bad), warning: shade(color.soft),
          gray: { 50: color.wash, 100: color.wash },
          text: { primary: color.ink, secondary: color.soft }, border: { dark: color.line, light: color.line },
          responses: { success: response(color.good, "#86dba8"), error: response(color.bad, "#ff9dab"),
            redirect: response(color.soft, "#e6ebf2"), info: response(color.link, "#7db9ff") },
        },
        schema: { linesColor: color.line, nestedBackground: color.wash, typeNameColor: color.soft, typeTitleColor: color.soft,
          requireLabelColor: color.bad, labelsTextSize: "0.9em", arrow: { color: color.soft } },
        typography: { fontSize: "15px", lineHeight: "1.55", fontFamily: sans, smoothing: "auto",
          headings: { fontFamily: sans, fontWeight: "650" }, links: { color: color.link, visited: color.link, hover: color.link },
          code: { fontFamily: mono, fontSize: "13px", color: color.ink, backgroundColor: color.wash, wrap: true } },
        sidebar: { width: "0px" },
        rightPanel: { backgroundColor: color.panel, textColor: "#ffffff", width: "42%" },
        codeBlock: { backgroundColor: "#0c0f14" },
      },
    };
    // Controls that Redoc leaves without a name, or out of the keyboard's reach.
    const name = () => {
      document.querySelectorAll("select:not([aria-label])").forEach((box) => box.setAttribute("aria-label", "Example"));
      document.querySelectorAll("pre:not([tabindex]), .redoc-json > code").forEach((box) => { box.tabIndex = 0; });
    };
    Redoc.init(document_, options, document.getElementById("redoc"), () => {
      name();
      new MutationObserver(name).observe(document.getElementById("redoc"), { childList: true, subtree: true });
      parent.document.documentElement.dataset.reference = "drawn";
    });
  }
})();
