/* Runs in every page that the tests open: what a person should never meet is told to the test at once. */

(() => {
  /* Names of formats, standards and keys, and words that only exist in this form. */
  const PROPER = new Set(["SM", "SHA", "BPMN", "PDF", "OFD", "ET", "DOC", "DOCX", "PPT", "PPTX", "MP", "XLS", "XLSX", "WPS", "JPG", "JPEG", "PNG", "ZIP",
    "AIGC", "ITSS", "CMMI", "ISO", "KB", "MB", "GB", "UTC", "WCAG", "AA", "TAB", "ENTER"]);
  /* Quoted as they are: digests, codes, addresses, and the login names that a demonstration lists. */
  const QUOTED = "script, style, noscript, code, textarea.source, .digest, .verification, .doors .vh, .meta .code";

  function texts() {
    const found = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) if (!walker.currentNode.parentElement.closest(QUOTED)) found.push(walker.currentNode.data);
    for (const name of ["aria-label", "placeholder", "title", "alt"]) {
      for (const element of document.querySelectorAll(`[${name}]`)) found.push(element.getAttribute(name));
    }
    return found;
  }

  /* Addresses and codes are not words. */
  const ADDRESS = /\S+@\S+|https?:\S+|[0-9][0-9A-Z]{7,}/g;

  function isEnglish(text) {
    return (text.replace(ADDRESS, "").match(/[A-Za-z]{2,}/g) ?? []).some((word) => !PROPER.has(word.toUpperCase()));
  }

  /* How often parts of the page were drawn again, once whoever listens has heard of it; how many are still asked for. */
  window.drawings = 0;
  window.asking = 0;
  document.addEventListener("htmx:before:request", () => { window.asking += 1; });
  document.addEventListener("htmx:finally:request", () => setTimeout(() => { window.drawings += 1; window.asking -= 1; }));

  document.addEventListener("securitypolicyviolation", (event) => {
    window.complain(`content security policy: ${event.violatedDirective} ${event.blockedURI} at ${location.pathname}`);
  });
  document.addEventListener("DOMContentLoaded", () => {
    for (const text of texts().filter(isEnglish)) window.complain(`English on ${location.pathname}: ${text.trim()}`);
  });
})();
