/** `Menu` and `MenuItem`: kept as the app made them, so that a test can click an item by its labels. */
import { app } from './app.ts';
import { BrowserWindow } from './browser-window.ts';
import { guarded } from './guard.ts';

interface ItemOptions {
  readonly id?: string;
  readonly label?: string;
  readonly role?: string;
  readonly type?: string;
  readonly accelerator?: string;
  readonly enabled?: boolean;
  readonly visible?: boolean;
  readonly checked?: boolean;
  readonly submenu?: readonly ItemOptions[] | Menu;
  readonly click?: (item: MenuItem, window: object | undefined, event: object) => void;
}

/** What the roles do that mean something to the host; the others are Chromium's own. */
const ROLES: Readonly<Record<string, () => void>> = {
  quit: () => app.quit(),
  close: () => BrowserWindow.getFocusedWindow()?.close(),
  reload: () => BrowserWindow.getFocusedWindow()?.reload(),
  forcereload: () => BrowserWindow.getFocusedWindow()?.reload(),
};

class MenuItem {
  readonly id: string;
  readonly role: string | undefined;
  readonly type: string;
  readonly accelerator: string | undefined;
  readonly submenu: Menu | undefined;
  label: string;
  enabled: boolean;
  visible: boolean;
  checked: boolean;
  readonly #click: ItemOptions['click'];

  constructor(options: ItemOptions) {
    this.id = options.id ?? '';
    this.role = options.role?.toLowerCase();
    this.label = options.label ?? options.role ?? '';
    this.submenu =
      options.submenu === undefined || options.submenu instanceof Menu
        ? options.submenu
        : Menu.buildFromTemplate(options.submenu);
    this.type = options.type ?? (this.submenu ? 'submenu' : 'normal');
    this.accelerator = options.accelerator;
    this.enabled = options.enabled ?? true;
    this.visible = options.visible ?? true;
    this.checked = options.checked ?? false;
    this.#click = options.click;
  }

  /** @throws {Error} where the item can do nothing. */
  click(): void {
    if (this.#click) {
      this.#click(this, BrowserWindow.getFocusedWindow() ?? undefined, { triggeredByAccelerator: false });
      return;
    }
    const act = ROLES[this.role ?? ''];
    if (!act) throw new Error(`The Electron host has no action for the menu item "${this.label}".`);
    act();
  }
}

class Menu {
  readonly items: MenuItem[] = [];
  static #application: Menu | null = null;

  static buildFromTemplate(template: readonly (ItemOptions | MenuItem)[]): Menu {
    const menu = new Menu();
    for (const item of template) menu.append(item instanceof MenuItem ? item : new MenuItem(item));
    return guarded('Menu', menu);
  }

  static setApplicationMenu(menu: Menu | null): void {
    Menu.#application = menu;
  }

  static getApplicationMenu(): Menu | null {
    return Menu.#application;
  }

  append(item: MenuItem): void {
    this.items.push(item);
  }

  insert(at: number, item: MenuItem): void {
    this.items.splice(at, 0, item);
  }

  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id);
      if (found) return found;
    }
    return null;
  }
}

/** A label as a person reads it: without the mark of its access key. */
function spoken(label: string): string {
  return label.replaceAll('&', '');
}

/**
 * Clicks an item of the application menu.
 * @param path the labels from the menu bar down.
 * @returns null where it was clicked; else the labels that there are at the step that fits none.
 * @throws {Error} where the item is disabled.
 */
export function clickMenu(path: readonly string[]): readonly string[] | null {
  let items = Menu.getApplicationMenu()?.items ?? [];
  for (const [step, label] of path.entries()) {
    const item = items.find((candidate) => candidate.visible && spoken(candidate.label) === label);
    if (!item) return items.filter(({ visible }) => visible).map((candidate) => spoken(candidate.label));
    if (step === path.length - 1) {
      if (!item.enabled) throw new Error(`The menu item "${path.join(' > ')}" is disabled.`);
      item.click();
      return null;
    }
    items = item.submenu?.items ?? [];
  }
  return [];
}

const guardedMenu = guarded('Menu', Menu);

export { guardedMenu as Menu, MenuItem };
