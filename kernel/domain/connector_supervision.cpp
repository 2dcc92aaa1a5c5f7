#include "kernel/domain/ports/connector_supervision.h"

namespace tenantry::domain {

std::string_view name(ConnectorState state) {
    switch (state) {
        case ConnectorState::kIdle:
            return "idle";
        case ConnectorState::kRunning:
            return "running";
        case ConnectorState::kRestarting:
            return "restarting";
        case ConnectorState::kPaused:
            return "paused";
    }
    return "";
}

std::string_view name(RescanFinding::Outcome outcome) {
    switch (outcome) {
        case RescanFinding::Outcome::kAdded:
            return "added";
        case RescanFinding::Outcome::kUpgraded:
            return "upgraded";
        case RescanFinding::Outcome::kUnchanged:
            return "unchanged";
        case RescanFinding::Outcome::kRefused:
            return "refused";
    }
    return "";
}

}  // namespace tenantry::domain
