// What the theme's own script expects to find before it starts: settings kept by the browser, apart
// for each site. A file, so that the pages' policy can forbid every script that stands in a page.
{
  // The theme makes a landmark of the buttons of each piece of code, all of them without a name.
  const unmarked = ({ addedNodes }) => {
    for (const node of addedNodes) {
      if (node.classList?.contains("md-code__nav")) node.setAttribute("role", "none");
    }
  };
  new MutationObserver((changes) => changes.forEach(unmarked)).observe(document, {
    childList: true,
    subtree: true,
  });
  const scope = new URL(document.currentScript.dataset.base, location);
  const key = (name, place) => `${place.pathname}.${name}`;
  window.__md_scope = scope;
  window.__md_get = (name, store = localStorage, place = scope) =>
    JSON.parse(store.getItem(key(name, place)));
  window.__md_set = (name, value, store = localStorage, place = scope) => {
    try {
      store.setItem(key(name, place), JSON.stringify(value));
    } catch {
      // A browser that keeps nothing shows the page all the same.
    }
  };
  window.__md_hash = (text) =>
    [...text].reduce((hash, letter) => (hash << 5) - hash + letter.charCodeAt(0), 0);
}
