/** Reads a merchant's catalogue: the active part of its configuration, in the shape that availability works with. */
import type { Pool } from 'pg';
import { asMerchant } from '../database/tenancy';
import type { Catalogue, MinuteSpan, Named, Offer, Service, StaffMember, Week } from './catalogue';
import { type Configuration, readConfiguration } from './configuration';
import type { WeeklySpan } from './spans';

/** `null`: there is no such merchant. `now` in epoch milliseconds: older dates that differ from the week are left out. */
export async function readCatalogue(pool: Pool, merchantId: string, now: number): Promise<Catalogue | null> {
  const configuration = await asMerchant(pool, merchantId, (client) => readConfiguration(client, merchantId, now));
  return configuration && toCatalogue(merchantId, configuration);
}

export function toCatalogue(merchantId: string, configuration: Configuration): Catalogue {
  const {
    name,
    language: _language,
    reminderMinutes: _reminders,
    offerMinutes: _offer,
    ...policy
  } = configuration.settings;
  const services = new Map<string, Service>();
  for (const { active, ...service } of configuration.services) if (active) services.set(service.id, service);
  const staff = new Map<string, StaffMember>();
  for (const member of configuration.staff) {
    if (!member.active) continue;
    staff.set(member.id, {
      id: member.id,
      name: member.name,
      hours: toWeek(member.hours),
      breaks: toWeek(member.breaks),
      offers: toOffers(member.services, services),
    });
  }
  return {
    merchantId,
    name,
    policy,
    openingHours: toWeek(configuration.openingHours),
    services,
    staff,
    retired: { services: retired(configuration.services), staff: retired(configuration.staff) },
    exceptions: configuration.dateExceptions.map((exception) => ({ ...exception, spans: exception.spans.map(toSpan) })),
  };
}

function retired(all: readonly (Named & { active: boolean })[]): Named[] {
  return all.filter(({ active }) => !active).map(({ id, name }) => ({ id, name }));
}

function toWeek(spans: readonly WeeklySpan[]): Week {
  const week: Record<number, MinuteSpan[]> = {};
  for (const span of spans) (week[span.weekday] ??= []).push(toSpan(span));
  return week;
}

function toSpan({ from, to }: { from: string; to: string }): MinuteSpan {
  return { from: toMinutes(from), to: toMinutes(to) };
}

/** `HH:MM` as minutes after midnight. */
function toMinutes(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** Of services that the salon still offers. */
function toOffers(
  offers: Configuration['staff'][number]['services'],
  services: ReadonlyMap<string, Service>,
): Map<string, Offer> {
  const known = new Map<string, Offer>();
  for (const { serviceId, durationMinutes, price } of offers) {
    const service = services.get(serviceId);
    if (!service) continue;
    known.set(serviceId, {
      durationMinutes: durationMinutes ?? service.durationMinutes,
      price: price ?? service.price,
    });
  }
  return known;
}
