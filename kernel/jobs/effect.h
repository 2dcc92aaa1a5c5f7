/// How an action shows in a user: what tells that it took effect, and in which words.
///
/// Threads: pure functions.
#pragma once

#include <map>
#include <string>

#include "kernel/domain/action.h"
#include "kernel/domain/user.h"

namespace tenantry::jobs {

/// What the trail keeps of a user before and after, as JSON: no secret is in it.
std::string imageOf(const domain::User& user);

/// Whether what was read back shows that the action took effect. `wanted`: the fields that an edit
/// was to set. True for an action that shows in no field: the directory's own answer has to do.
bool tookEffect(domain::Action action, const domain::User& after,
                const std::map<std::string, std::string>& wanted);

/// Whether the outcome of a call that failed half-way can be told from the user's state alone.
bool showsInState(domain::Action action);

/// "ada is suspended."
std::string doneWords(const domain::ActionSpec& what, const domain::User& user);

}  // namespace tenantry::jobs
