/**
 * Events of a page with nothing in them that a browser would try to load: names of assets (CO13) are taken out of
 * elements, and stand in styles as custom properties, which get their address once it is there.
 */
import type { PageEvent } from '@alongside/sdk/shared';

type PageNode = Extract<PageEvent, { type: 2 }>['data']['node'];
type PageElement = Extract<PageNode, { type: 2 }>;
type Increment = Extract<PageEvent, { type: 3 }>['data'];
type Mutation = Extract<Increment, { source: 0 }>;
type Rule = NonNullable<Extract<Increment, { source: 8 }>['adds']>[number];
type Changes = Mutation['attributes'][number]['attributes'];

const NAME = /^asset:[a-z0-9-]+$/;
const IN_STYLE = /url\("asset:([a-z0-9-]+)"\)/g;
const FONT_FACE = /@font-face\s*\{[^{}]*url\("asset:[^{}]*\}/g;
const PICTURES = ['src', 'href', 'xlink:href'];

/** The custom property that stands for an asset. */
export const propertyOf = (asset: string): string => `--${asset.replace(':', '-')}`;

/** Hears of what a page needs. */
export interface AssetUses {
  /** Is used by a style. */
  styled(asset: string): void;
  /** A rule of a font, as it was written. */
  font(rule: string): void;
  /** An attribute of an element stands for an asset, or does not any more. */
  pictured(node: number, attribute: string, asset: string | undefined): void;
  /** Whether a node is a style sheet. */
  isSheet(node: number): boolean;
}

function styleText(text: string, uses: AssetUses): string {
  if (!text.includes('"asset:')) return text;
  for (const [rule] of text.matchAll(FONT_FACE)) uses.font(rule);
  const without = text.replace(FONT_FACE, '@font-face{}');
  return without.replace(IN_STYLE, (_all, name: string) => {
    uses.styled(`asset:${name}`);
    return `var(${propertyOf(`asset:${name}`)}, none)`;
  });
}

function elementWithout(node: PageElement, uses: AssetUses): PageElement {
  const attributes = { ...node.attributes };
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value !== 'string' || !value.includes('asset:')) continue;
    if (PICTURES.includes(name) && NAME.test(value)) {
      uses.pictured(node.id, name, value);
      Reflect.deleteProperty(attributes, name);
    } else attributes[name] = styleText(value, uses);
  }
  const isSheet = node.tagName === 'style';
  const childNodes = node.childNodes.map((child) =>
    isSheet && child.type === 3
      ? { ...child, textContent: styleText(child.textContent, uses) }
      : nodeWithout(child, uses),
  );
  return { ...node, attributes, childNodes };
}

function nodeWithout(node: PageNode, uses: AssetUses): PageNode {
  if (node.type === 2) return elementWithout(node, uses);
  if (node.type !== 0) return node;
  return { ...node, childNodes: node.childNodes.map((child) => nodeWithout(child, uses)) };
}

function changesWithout(id: number, changes: Changes, uses: AssetUses): Changes {
  const written: Record<string, Changes[string]> = {};
  for (const [name, value] of Object.entries(changes)) {
    if (PICTURES.includes(name)) {
      const asset = typeof value === 'string' && NAME.test(value) ? value : undefined;
      uses.pictured(id, name, asset);
      // The old picture goes at once: it is not what the visitor sees.
      written[name] = asset === undefined ? value : null;
    } else if (typeof value === 'string') written[name] = styleText(value, uses);
    else if (typeof value === 'object' && value !== null) {
      const properties = Object.entries(value as Readonly<Record<string, unknown>>).map(([property, set]) => {
        if (typeof set === 'string') return [property, styleText(set, uses)];
        return [property, Array.isArray(set) ? [styleText(String(set[0]), uses), 'important'] : set];
      });
      written[name] = Object.fromEntries(properties) as Changes[string];
    } else written[name] = value;
  }
  return written;
}

function mutationWithout(data: Mutation, uses: AssetUses): Mutation {
  return {
    ...data,
    adds: data.adds.map((add) => ({
      ...add,
      node:
        add.node.type === 3 && uses.isSheet(add.parentId)
          ? { ...add.node, textContent: styleText(add.node.textContent, uses) }
          : nodeWithout(add.node, uses),
    })),
    texts: data.texts.map((text) =>
      text.value !== null && text.value.includes('"asset:') && uses.isSheet(text.id)
        ? { ...text, value: styleText(text.value, uses) }
        : text,
    ),
    attributes: data.attributes.map(({ id, attributes }) => ({
      id,
      attributes: changesWithout(id, attributes, uses),
    })),
  };
}

const rulesWithout = (rules: readonly Rule[], uses: AssetUses): Rule[] =>
  rules.map((add) => ({ ...add, rule: styleText(add.rule, uses) }));

function incrementWithout(data: Increment, uses: AssetUses): Increment {
  switch (data.source) {
    case 0:
      return mutationWithout(data, uses);
    case 8: {
      const { adds, replace, replaceSync } = data;
      return {
        ...data,
        ...(adds && { adds: rulesWithout(adds, uses) }),
        ...(replace !== undefined && { replace: styleText(replace, uses) }),
        ...(replaceSync !== undefined && { replaceSync: styleText(replaceSync, uses) }),
      };
    }
    case 13: {
      const { set } = data;
      if (typeof set?.value !== 'string') return data;
      return { ...data, set: { ...set, value: styleText(set.value, uses) } };
    }
    case 15: {
      const { styles } = data;
      if (!styles) return data;
      return {
        ...data,
        styles: styles.map((style) => ({ ...style, rules: rulesWithout(style.rules, uses) })),
      };
    }
    default:
      return data;
  }
}

/** The same event without names of assets; `uses` hears of each. */
export function withoutAssets(event: PageEvent, uses: AssetUses): PageEvent {
  if (event.type === 2)
    return { ...event, data: { ...event.data, node: nodeWithout(event.data.node, uses) } };
  if (event.type === 3) return { ...event, data: incrementWithout(event.data, uses) };
  return event;
}
