/** Runs in a page or, with a selector of its frame, in the viewer: elements and texts of the body, without attributes. */
export function skeletonOf(frame?: string): string {
  const inner =
    frame === undefined ? document : document.querySelector<HTMLIFrameElement>(frame)?.contentDocument;
  const written = (node: Node): string => {
    if (node.nodeType === 3) return node.textContent ?? '';
    if (node.nodeType !== 1) return '';
    const element = node as Element;
    if (/^(?:script|noscript|meta|base|style|alongside-widget)$/.test(element.localName)) return '';
    // What is a value is masked.
    if (/^(?:output|option|textarea)$/.test(element.localName)) return `<${element.localName}></>`;
    const shadow = element.shadowRoot ? `#(${[...element.shadowRoot.childNodes].map(written).join('')})` : '';
    return `<${element.localName}>${shadow}${[...element.childNodes].map(written).join('')}</>`;
  };
  return inner?.body ? written(inner.body) : '';
}
