/** Texts of labels with placeholders in braces: `HE {hour:2}`. */

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** What stands in braces, in order. */
export function placeholders(template: string): readonly string[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
}

/** @param value of a placeholder; null leaves it as it stands. */
export function filled(template: string, value: (name: string) => string | null): string {
  return template.replaceAll(PLACEHOLDER, (whole: string, name: string) => value(name) ?? whole);
}
