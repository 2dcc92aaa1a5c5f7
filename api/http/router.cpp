#include "api/http/router.h"

#include <algorithm>

namespace tenantry::http {
namespace {

void allow(std::string& list, std::string_view method) {
    if (!list.empty()) list += ", ";
    list += method;
}

}  // namespace

void Router::add(Method method, std::string_view pattern, Handler handler) {
    Route route{method, std::string(pattern), {}, std::move(handler)};
    std::string_view rest = pattern.substr(1);
    while (!rest.empty()) {
        const std::size_t slash = rest.find('/');
        const std::string_view text = rest.substr(0, slash);
        const bool parameter = text.size() > 2 && text.front() == '{' && text.back() == '}';
        route.segments.push_back(
            {std::string(parameter ? text.substr(1, text.size() - 2) : text), parameter});
        if (slash == std::string_view::npos) break;
        rest.remove_prefix(slash + 1);
    }
    const auto at = std::find_if(routes_.begin(), routes_.end(),
                                 [&](const Route& other) { return moreLiteral(route, other); });
    routes_.insert(at, std::move(route));
}

bool Router::moreLiteral(const Route& a, const Route& b) {
    const std::size_t both = std::min(a.segments.size(), b.segments.size());
    for (std::size_t i = 0; i < both; ++i) {
        if (a.segments[i].parameter != b.segments[i].parameter) return b.segments[i].parameter;
    }
    return false;
}

bool Router::matches(const Route& route, const std::vector<std::string>& segments) {
    if (route.segments.size() != segments.size()) return false;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        if (route.segments[i].parameter ? segments[i].empty()
                                        : route.segments[i].text != segments[i]) {
            return false;
        }
    }
    return true;
}

Router::Answer Router::find(Method method, const std::vector<std::string>& segments) const {
    const Method wanted = method == Method::kHead ? Method::kGet : method;
    std::string allowed;
    const Route* first = nullptr;
    for (const Route& route : routes_) {
        if (!matches(route, segments)) continue;
        // Only the methods of the most literal pattern count: "/users/export" is no "/users/{id}".
        if (first == nullptr) first = &route;
        if (route.pattern != first->pattern) continue;
        if (route.method == wanted) {
            Found found{&route.handler, route.pattern, {}};
            for (std::size_t i = 0; i < segments.size(); ++i) {
                if (!route.segments[i].parameter) continue;
                found.parameters.emplace_back(route.segments[i].text, segments[i]);
            }
            return found;
        }
        allow(allowed, name(route.method));
        if (route.method == Method::kGet) allow(allowed, "HEAD");
    }
    if (first == nullptr) return NoSuchPath{};
    allow(allowed, "OPTIONS");
    return NoSuchMethod{allowed};
}

std::vector<std::string> Router::operations() const {
    std::vector<std::string> out;
    out.reserve(routes_.size());
    for (const Route& route : routes_) {
        out.push_back(std::string(name(route.method)) + " " + route.pattern);
    }
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace tenantry::http
