// What one instance can do of the actions its descriptor declares.
#pragma once
#include <string>
#include <string_view>

#include <tenantry/json.hpp>

namespace tny {

/// Built in schema() and handed over with `call.reply("actions", capabilities.json())`. An action
/// that is not mentioned is as the descriptor says.
class Capabilities {
  public:
    /// `reason` is shown on the greyed button: a sentence.
    Capabilities& cannot(std::string_view action, std::string_view reason) {
        all_.set(action, Json::object({{"supported", false}, {"reason", reason}}));
        return *this;
    }
    Capabilities& can(std::string_view action) {
        all_.set(action, Json::object({{"supported", true}}));
        return *this;
    }
    /// It is done in another way than the backend's own; `note` says how.
    Capabilities& emulates(std::string_view action, std::string_view note) {
        all_.set(action, Json::object({{"supported", true}, {"emulated", true}, {"note", note}}));
        return *this;
    }
    const Json& json() const noexcept { return all_; }

  private:
    Json all_ = Json::object();
};

}  // namespace tny
