/// How plans and jobs look in JSON.
///
/// Threads: pure functions over what they are given.
#pragma once

#include <string>

#include "api/rest/routes.h"
#include "api/rest/write.h"
#include "kernel/jobs/job_desk.h"
#include "kernel/jobs/planner.h"

namespace tenantry::rest {

std::string planText(const domain::Operator& asker, const jobs::PlanView& plan);
void writePlanItem(JsonWriter& out, const domain::Operator& asker, const domain::PlanItem& item);
std::string jobText(const domain::Operator& asker, const jobs::JobView& job);
void writeJob(JsonWriter& out, const domain::Operator& asker, const jobs::JobView& job);
void writeJobItem(JsonWriter& out, const domain::Operator& asker, const domain::JobItem& item);

/// The path parameter {number}. kNotFound when it is none.
base::Result<std::uint32_t> itemNumberOf(const Call& call);

}  // namespace tenantry::rest
