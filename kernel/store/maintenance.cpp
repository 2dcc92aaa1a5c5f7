#include "kernel/store/database.h"
#include "kernel/store/job_row.h"
#include "kernel/store/rows.h"
#include "kernel/store/store.h"

namespace tenantry::store {

using base::Deadline;
using base::Result;
using base::Status;

Result<std::vector<domain::JobItem>> Store::pendingOf(const base::UserId& user, Deadline deadline) {
    const std::string id = user.text();
    return database_->read(
        [&](Session& session) -> Result<std::vector<domain::JobItem>> {
            std::vector<domain::JobItem> out;
            JobItemRow row;
            // Of every organization: a user is in one alone, and the caller has asked for its user.
            select(
                session.sql(),
                "SELECT " + std::string(kJobItemColumns) +
                    " FROM job_items WHERE user_id = :c0 AND state <> 4 ORDER BY job_id, number",
                row, [&] { out.push_back(row.value()); }, id);
            return out;
        },
        deadline);
}

Result<std::map<base::OrganizationId, domain::MaintenanceWindow>> Store::maintenanceWindows(
    Deadline deadline) {
    return database_->read(
        [&](Session& session) -> Result<std::map<base::OrganizationId, domain::MaintenanceWindow>> {
            std::map<base::OrganizationId, domain::MaintenanceWindow> out;
            struct {
                std::string organization, opens;
                void each(Fetch fetch) {
                    fetch(organization);
                    fetch(opens);
                }
            } row;
            select(session.sql(), "SELECT organization_id, opens FROM maintenance_windows", row,
                   [&] {
                       if (auto window = domain::MaintenanceWindow::parse(row.opens))
                           out[base::OrganizationId(row.organization)] = std::move(*window);
                   });
            return out;
        },
        deadline);
}

Status Store::putMaintenanceWindow(const base::OrganizationId& organization,
                                   const std::optional<domain::MaintenanceWindow>& window,
                                   Deadline deadline) {
    const std::string id = organization.text();
    const std::string opens = window ? window->text() : "";
    return database_->write(
        [&](Session& session) -> Status {
            execute(session.sql(), "DELETE FROM maintenance_windows WHERE organization_id = :c0",
                    id);
            if (!window) return base::ok();
            if (!selectOne<std::string>(session.sql(),
                                        "SELECT id FROM organizations WHERE id = :c0", id))
                return base::conflict("There is no such organization any more.");
            execute(session.sql(),
                    "INSERT INTO maintenance_windows (organization_id, opens) VALUES (:c0, :c1)",
                    id, opens);
            return base::ok();
        },
        deadline);
}

}  // namespace tenantry::store
