#include "kernel/store/activity_row.h"

#include "kernel/base/crypto.h"
#include "kernel/base/json.h"
#include "kernel/base/text.h"

namespace tenantry::store {

ActivityRow::ActivityRow(const domain::Activity& from)
    : id(from.id.text()),
      at(millis(from.at)),
      organization(from.organization.text()),
      actor(from.actor.text()),
      actorName(storable(from.actorName)),
      address(storable(from.remoteAddress)),
      action(storable(from.action)),
      targetKind(from.targetKind),
      targetId(storable(from.targetId)),
      targetName(storable(from.targetName)),
      outcome(from.outcome),
      detail(storable(from.detail)),
      reason(storable(from.reason)),
      ticket(storable(from.ticket)),
      before(storable(from.beforeJson)),
      after(storable(from.afterJson)),
      correlation(storable(from.correlationId)) {}

domain::Activity ActivityRow::value() const {
    return {base::ActivityId(id),
            base::fromMillis(at),
            base::OrganizationId(organization),
            base::AccountId(actor),
            actorName,
            address,
            action,
            targetKind,
            targetId,
            targetName,
            outcome,
            detail,
            reason,
            ticket,
            before,
            after,
            correlation};
}

std::string searchedOf(const domain::Activity& entry) {
    return base::searchFold(entry.targetName) + '\n' + base::searchFold(entry.actorName) + '\n' +
           base::searchFold(entry.detail);
}

std::string digestOf(const ActivityRow& row, long long sequence, const std::string& previous) {
    base::JsonWriter json;
    json.beginArray().string(previous).number(std::int64_t{sequence});
    json.string(row.id).number(std::int64_t{row.at}).string(row.organization);
    json.string(row.actor).string(row.actorName).string(row.address);
    json.string(row.action).string(row.targetKind).string(row.targetId).string(row.targetName);
    json.string(row.outcome).string(row.detail).string(row.reason).string(row.ticket);
    json.string(row.before).string(row.after).string(row.correlation).endArray();
    return base::digestHex(std::move(json).take());
}

void linkEntry(Session& session, const ActivityRow& row) {
    struct {
        long long sequence = 0;
        std::string digest;
        void each(Fetch fetch) {
            fetch(sequence);
            fetch(digest);
        }
    } head;
    bool begun = false;
    select(
        session.sql(),
        std::string("SELECT sequence, digest FROM activity_chains WHERE organization_id = :c0") +
            session.forUpdate(),
        head, [&] { begun = true; }, row.organization);
    const long long next = begun ? head.sequence + 1 : 1;
    const std::string digest = digestOf(row, next, begun ? head.digest : std::string());
    const std::string none;
    const long long zero = 0;
    if (begun)
        execute(session.sql(),
                "UPDATE activity_chains SET sequence = :c0, digest = :c1 WHERE organization_id = "
                ":c2",
                next, digest, row.organization);
    else
        execute(session.sql(),
                "INSERT INTO activity_chains (organization_id, sequence, digest, floor_sequence, "
                "floor_digest) VALUES (:c0, :c1, :c2, :c3, :c4)",
                row.organization, next, digest, zero, none);
    execute(session.sql(),
            "INSERT INTO activity_links (organization_id, sequence, activity_id, digest) VALUES "
            "(:c0, :c1, :c2, :c3)",
            row.organization, next, row.id, digest);
}

}  // namespace tenantry::store
