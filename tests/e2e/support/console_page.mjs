// What lies over every page: the selection bar, the preview of a plan, the drawer of a job.
export class Bulk {
  constructor(page) {
    this.page = page;
    this.bar = page.getByRole('toolbar', { name: 'Selected users' });
    this.plan = page.getByRole('dialog', { name: /Preview$/ });
    this.job = page.getByRole('dialog', { name: /^Job: / });
  }

  async choose(action) {
    await this.bar.getByRole('button', { name: new RegExp(`^${action}`) }).click();
    await this.plan.getByRole('tab', { name: /will change/ }).waitFor();
  }

  /** The number on one of the three tabs. */
  async counted(words) {
    const text = await this.plan.getByRole('tab', { name: new RegExp(words) }).locator('b').textContent();
    return Number((text ?? '').replace(/,/g, ''));
  }

  async confirm() {
    const phrase = this.plan.locator('.plconfirm code');
    // Whether the phrase is asked for may depend on how large an organization is: until then the button is off.
    await phrase.or(this.plan.locator('button[type=submit]:not([disabled])')).first().waitFor();
    if (await phrase.count()) await this.plan.getByLabel(/^To confirm, type/).fill(await phrase.textContent());
    await this.plan.locator('button[type=submit]').click();
    await this.job.waitFor();
  }

  async finished() {
    await this.job.getByText(/^Finished/).waitFor({ timeout: 60_000 });
  }
}
