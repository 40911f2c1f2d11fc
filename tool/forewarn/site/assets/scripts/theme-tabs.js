// Tabs of the same name open together on every page, and a link to a tab opens it.
{
  const open = __md_get("__tabs");
  for (const set of Array.isArray(open) ? document.querySelectorAll(".tabbed-set") : []) {
    const labels = [...set.querySelectorAll(":scope > .tabbed-labels > label")];
    const label = open
      .map((name) => labels.find((found) => found.innerText.trim() === name))
      .find(Boolean);
    if (label) document.getElementById(label.htmlFor).checked = true;
  }
  const target = document.getElementById(location.hash.slice(1));
  if (target?.name?.startsWith("__tabbed_")) target.checked = true;
}
