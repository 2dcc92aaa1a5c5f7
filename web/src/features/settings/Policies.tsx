import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { client, unwrap, type Policies as Told } from '../../api/client';
import { ErrorFace, LoadingFace } from '../../shared/Faces';
import { t } from '../../shared/i18n';
import { OrganizationPicker } from '../../shared/OrganizationPicker';
import { useMe } from '../../shared/session';
import { toastOutcome } from '../../shared/toasts';
import { useOrganizationWithMine } from '../../shared/useRoles';
import { BOOLEANS, NUMBERS, ruleOf, rulesOf, shownRules, type BooleanRule, type NumberRule, type RuleTexts } from './policyModel';
import { Part } from './Part';

const NUMBER_WORD: Record<NumberRule, string> = {
  password_length_min: t('Shortest password, characters'),
  session_idle_minutes: t('A session ends without use after, minutes'),
  session_absolute_minutes: t('A session ends in any case after, minutes'),
  inactive_days: t('An account is suspended without a sign-in after, days'),
  activity_days: t('Entries of the activity are kept for, days (0: for ever)'),
};
const BOOLEAN_WORD: Record<BooleanRule, string> = {
  mfa_required: t('Everybody needs a second factor'),
  reason_required: t('Every action on users needs a reason'),
};

/** What an organization demands of its accounts and of actions on its users. */
export function Policies() {
  const me = useMe();
  const [slug, setSlug] = useState(me?.scope.slug ?? '');
  const policies = useQuery({
    queryKey: ['policies', slug],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/organizations/{id}/policies', { params: { path: { id: slug } }, signal })),
    enabled: slug !== '',
  });
  return (
    <Part title={t('Policies')} note={t('They hold for an organization and all below it. Below, they can only be made stricter.')}>
      <OrganizationPicker label={t('Organization')} slug={slug} onChoose={(one) => { setSlug(one.slug); }} />
      {policies.isPending ? <LoadingFace what={t('policies')} /> : null}
      {policies.error ? <ErrorFace what={t('The policies')} error={policies.error} onRetry={() => void policies.refetch()} /> : null}
      {policies.data ? <PolicyForm key={`${slug} ${JSON.stringify(policies.data.own)}`} slug={slug} told={policies.data} /> : null}
    </Part>
  );
}

function PolicyForm({ slug, told }: { slug: string; told: Told }) {
  const queries = useQueryClient();
  const organization = useOrganizationWithMine(slug);
  const may = organization.data?.permissions?.includes('policies.manage') ?? false;
  const [texts, setTexts] = useState<RuleTexts>(() => shownRules(told.own));
  const save = useMutation({
    mutationFn: () => unwrap(client.PUT('/api/v1/organizations/{id}/policies', { params: { path: { id: slug } }, body: rulesOf(texts) })),
    onSuccess: (now) => {
      queries.setQueryData(['policies', slug], now);
      toastOutcome({ outcome: 'done', text: t('The policies of {name} are saved.', { name: organization.data?.name ?? slug }) });
    },
  });
  const changed = JSON.stringify(rulesOf(texts)) !== JSON.stringify(rulesOf(shownRules(told.own)));
  const wrong = (name: string) => (save.error?.pointer === `/${name}` ? save.error.detail : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed && may && !save.isPending) save.mutate();
  };
  return (
    <form className="setform policies" onSubmit={submit} noValidate>
      {NUMBERS.map((name) => (
        <TextInput key={name} size="xs" inputMode="numeric" label={NUMBER_WORD[name]} value={texts[name]} disabled={!may} error={ruleOf(texts[name]) === undefined ? t('A whole number, or nothing.') : wrong(name)}
          placeholder={t('As above: {value}', { value: told.inherited[name] })} onChange={(event) => { setTexts({ ...texts, [name]: event.target.value }); }} />
      ))}
      {BOOLEANS.map((name) => (
        <NativeSelect key={name} size="xs" label={BOOLEAN_WORD[name]} value={texts[name]} disabled={!may} error={wrong(name)} onChange={(event) => { setTexts({ ...texts, [name]: event.target.value }); }}
          data={[{ value: '', label: t('As above: {value}', { value: told.inherited[name] ? t('yes') : t('no') }) }, { value: 'true', label: t('yes') }, ...(texts[name] === 'false' ? [{ value: 'false', label: t('no') }] : [])]} />
      ))}
      {organization.data && !may ? <p className="mute">{t('You need the permission to set policies on {name}.', { name: organization.data.name })}</p> : null}
      {save.error && !save.error.pointer ? <p className="formerror" role="alert">{save.error.detail}</p> : null}
      <div><Button size="xs" type="submit" disabled={!changed || !may || NUMBERS.some((name) => ruleOf(texts[name]) === undefined)} loading={save.isPending}>{t('Save')}</Button></div>
    </form>
  );
}
