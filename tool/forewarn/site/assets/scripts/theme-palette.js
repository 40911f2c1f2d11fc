// The colours that the reader chose, set before anything is painted.
{
  const chosen = __md_get("__palette");
  if (chosen?.color) {
    const color = { ...chosen.color };
    if (color.media === "(prefers-color-scheme)") {
      const scheme = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
      const media = `(prefers-color-scheme: ${scheme})`;
      const input = document.querySelector(`[data-md-color-media='${media}']`);
      for (const name of ["media", "scheme", "primary", "accent"]) {
        color[name] = input?.getAttribute(`data-md-color-${name}`) ?? color[name];
      }
    }
    for (const [name, value] of Object.entries(color)) {
      document.body.setAttribute(`data-md-color-${name}`, value);
    }
  }
}
