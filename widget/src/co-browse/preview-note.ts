const CSS_TEXT = `:host{all:initial!important;position:fixed!important;inset:auto 0 16px!important;z-index:2147483647!important;display:grid!important;justify-content:center!important;pointer-events:none!important}
p{margin:0 16px;padding:8px 8px 8px 16px;display:flex;gap:12px;align-items:center;border-radius:24px;background:#1c2130;color:#fff;font:14px/1.4 system-ui;box-shadow:0 6px 24px #0004;pointer-events:auto}
button{all:unset;padding:6px 14px;border-radius:18px;background:#fff2;font-weight:600;cursor:pointer}
button:hover{background:#fff3}
button:focus-visible{outline:2px solid #fff;outline-offset:2px}
@media (forced-colors:active){p{border:1px solid}}`;

/** Says in the tab itself that it is being looked at. Its element is one that recorders leave out. */
export function showNote(document: Document, stop: () => void): () => void {
  const host = document.createElement('alongside-widget');
  const root = host.attachShadow({ mode: 'closed' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS_TEXT);
  root.adoptedStyleSheets = [sheet];
  const line = document.createElement('p');
  const words = document.createElement('span');
  words.textContent = 'The settings of Alongside look at this tab. Nothing leaves this browser.';
  words.setAttribute('role', 'status');
  const button = document.createElement('button');
  button.textContent = 'Stop';
  button.addEventListener('click', stop);
  line.append(words, button);
  root.append(line);
  document.documentElement.append(host);
  return () => {
    host.remove();
  };
}
