const SVG = 'http://www.w3.org/2000/svg';

/**
 * Creates an element.
 *
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/**
 * An icon of the page's sprite. It is decoration: whoever uses it says in text what it means.
 *
 * @param {string} name the symbol's id without its prefix
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** Points an icon at another symbol. */
export function setIcon(svg, name) {
  setAttribute(svg.firstChild, 'href', `#icon-${name}`);
}

/** Sets a text only where it differs, so that screen readers and selections are left in peace. */
export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** Sets an attribute only where it differs. */
export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) {
    node.setAttribute(name, value);
  }
}

/** Parts that {@link renderList} made, by list node, then by key. */
const partsOf = new WeakMap();

/**
 * Makes the children of a node match a list, keeping the nodes of items that stay: focus, scroll
 * position and running animations survive.
 *
 * @template T
 * @param {Element} parent
 * @param {T[]} items
 * @param {(item: T) => string} keyOf
 * @param {(item: T) => {node: Element, update: (item: T) => void}} create
 */
export function renderList(parent, items, keyOf, create) {
  const old = partsOf.get(parent) ?? new Map();
  const parts = new Map(items.map((item) => [keyOf(item), old.get(keyOf(item)) ?? create(item)]));
  for (const [key, part] of old) {
    if (!parts.has(key)) {
      part.node.remove();
    }
  }
  items.forEach((item, index) => {
    const { node, update } = parts.get(keyOf(item));
    update(item);
    if (parent.children[index] !== node) {
      parent.insertBefore(node, parent.children[index] ?? null);
    }
  });
  partsOf.set(parent, parts);
}
