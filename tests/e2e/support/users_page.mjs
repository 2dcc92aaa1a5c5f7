// The Users page as a person sees it.
import { url } from './browser.mjs';

export class UsersPage {
  constructor(page) {
    this.page = page;
    this.grid = page.getByRole('grid', { name: 'Users' });
    this.search = page.getByRole('searchbox', { name: 'Search users' });
    this.details = page.getByRole('dialog', { name: /^Details of / });
  }

  async open(query = '') {
    await this.page.goto(`${url}/users${query}`);
    await this.settled();
  }

  /** The list shows what the server answered last. */
  async settled() {
    await this.page.locator('.listbox [aria-busy="false"], .listbox .face').first().waitFor();
  }

  row(username) {
    return this.grid.getByRole('row').filter({ has: this.page.getByText(username, { exact: true }) });
  }

  rows() {
    return this.grid.locator('.tr:not(.sk)');
  }

  async total() {
    const text = await this.page.locator('.ptotal b').textContent();
    return Number((text ?? '').replace(/,/g, ''));
  }

  /** Types, and waits until the address and the list follow. */
  async find(text) {
    await this.search.fill(text);
    await this.page.waitForURL((address) => (address.searchParams.get('q') ?? '') === text);
    await this.settled();
  }

  async openMenu(username) {
    await this.row(username).getByRole('button', { name: `Actions for ${username}` }).click();
    const menu = this.page.getByRole('menu', { name: `Actions for ${username}` });
    await menu.waitFor();
    // Until the server has told what is possible every action is grey and without a reason.
    await menu.locator('.why:not(:empty), [role=menuitem]:not([aria-disabled])').first().waitFor();
    return menu;
  }

  async act(username, action) {
    const menu = await this.openMenu(username);
    await menu.getByRole('menuitem', { name: new RegExp(`^${action}`) }).click();
  }

  toast(text) {
    return this.page.locator('.mantine-Notification-root').filter({ hasText: text }).first();
  }
}
