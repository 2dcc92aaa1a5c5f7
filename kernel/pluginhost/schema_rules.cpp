#include "kernel/pluginhost/schema_rules.h"

#include <algorithm>
#include <array>
#include <functional>
#include <regex>
#include <utility>
#include <vector>

namespace tenantry::pluginhost {

namespace {

using base::Json;

template <std::size_t N>
bool isOneOf(const std::string& text, const std::array<std::string_view, N>& names) {
    return std::find(names.begin(), names.end(), text) != names.end();
}

bool isReference(const std::string& key) {
    static constexpr std::array<std::string_view, 3> kNames = {"$ref", "$dynamicRef",
                                                               "$recursiveRef"};
    return isOneOf(key, kNames);
}
/// Its members are named by the author, and each is a schema.
bool isMap(const std::string& key) {
    static constexpr std::array<std::string_view, 6> kNames = {"properties",   "patternProperties",
                                                               "definitions",  "$defs",
                                                               "dependencies", "dependentSchemas"};
    return isOneOf(key, kNames);
}
/// Whatever stands there is a value, not a schema.
bool isValue(const std::string& key) {
    static constexpr std::array<std::string_view, 4> kNames = {"enum", "const", "default",
                                                               "examples"};
    return isOneOf(key, kNames);
}

struct Shape {
    int repeats = 0;
    bool unbounded = false;  ///< some repeat goes on as long as the text does
    const char* wrong = nullptr;
};

/// Whether "{2,5}" at `at` ends, and soon.
bool endsSoon(const std::string& pattern, std::size_t at) {
    const auto end = pattern.find('}', at);
    if (end == std::string::npos) return false;
    const auto comma = pattern.rfind(',', end);
    const auto first = comma == std::string::npos || comma < at ? at + 1 : comma + 1;
    const std::string most = pattern.substr(first, end - first);
    return !most.empty() && most.size() <= 2 &&
           most.find_first_not_of("0123456789") == std::string::npos;
}

/// How a pattern (ECMA 262) repeats. Only as much of the grammar as the rules need.
Shape shapeOf(const std::string& pattern) {
    Shape shape;
    std::vector<bool> groups = {false};  // does it repeat or choose?
    bool closed = false;                 // the group that just ended did
    for (std::size_t i = 0; i < pattern.size() && shape.wrong == nullptr; ++i) {
        const char c = pattern[i];
        const bool afterGroup = std::exchange(closed, false);
        if (c == '\\') {
            const char next = i + 1 < pattern.size() ? pattern[++i] : '\\';
            if (next >= '1' && next <= '9') shape.wrong = "refers back to a group";
        } else if (c == '[') {
            for (++i; i < pattern.size() && pattern[i] != ']'; ++i)
                if (pattern[i] == '\\') ++i;
        } else if (c == '(') {
            groups.push_back(false);
        } else if (c == ')' && groups.size() > 1) {
            closed = groups.back();
            groups.pop_back();
            if (closed) groups.back() = true;
        } else if (c == '|') {
            groups.back() = true;
        } else if (c == '*' || c == '+' || c == '{') {
            ++shape.repeats;
            shape.unbounded = shape.unbounded || c != '{' || !endsSoon(pattern, i);
            groups.back() = true;
            if (afterGroup) shape.wrong = "repeats a group that itself repeats or chooses";
        }
    }
    if (shape.repeats > kPatternRepeatsMax) shape.wrong = "repeats more than three times";
    return shape;
}

base::Status checkPattern(const std::string& pattern, const std::string& at) {
    if (pattern.size() > kPatternBytesMax)
        return base::invalidArgument("A pattern has at most 256 bytes.", at);
    if (const Shape shape = shapeOf(pattern); shape.wrong != nullptr)
        return base::invalidArgument(
            "This pattern " + std::string(shape.wrong) +
                ", so that a text could be found to take for ever. Say it more simply.",
            at);
    try {
        const std::regex compiled(pattern);
    } catch (const std::regex_error& e) {
        return base::invalidArgument(std::string("This pattern is not valid: ") + e.what(), at);
    }
    return base::ok();
}

/// Calls `visit(key, value, pointer)` for every keyword of the schema and of those in it.
using Visit = std::function<base::Status(const std::string&, const Json&, const std::string&)>;
base::Status eachKeyword(const Json& schema, const std::string& at, const Visit& visit) {
    for (const auto& [key, value] : schema.members()) {
        const std::string here = at + '/' + key;
        TNY_CHECKED(visit(key, value, here));
        if (isValue(key)) continue;
        if (isMap(key)) {
            for (const auto& [name, inner] : value.members())
                TNY_CHECKED(eachKeyword(inner, here + '/' + name, visit));
        } else if (value.isObject()) {
            TNY_CHECKED(eachKeyword(value, here, visit));
        } else {
            for (const auto& inner : value.items()) TNY_CHECKED(eachKeyword(inner, here, visit));
        }
    }
    return base::ok();
}

/// Whether some pattern takes more work the longer the text is.
bool anyRepeats(const Json& schema) {
    bool found = false;
    static_cast<void>(
        eachKeyword(schema, {}, [&](const std::string& key, const Json& value, const std::string&) {
            const std::string text = value.stringOr("");
            if (key == "pattern") found = found || shapeOf(text).unbounded;
            // The validator knows these by patterns of its own, which repeat.
            if (key == "format")
                found = found || text == "date" || text == "time" || text == "date-time";
            if (key == "patternProperties")
                for (const auto& [name, inner] : value.members())
                    found = found || shapeOf(name).unbounded;
            return base::ok();
        }));
    return found;
}

base::Status checkLengths(const Json& value, const std::string& at) {
    if (value.isString() && value.stringOr("").size() > kMatchedBytesMax)
        return base::invalidArgument("This text is longer than 1024 bytes.", at);
    for (const auto& [name, inner] : value.members()) {
        if (name.size() > kMatchedBytesMax)
            return base::invalidArgument("A name in it is longer than 1024 bytes.", at);
        TNY_CHECKED(checkLengths(inner, at + '/' + name));
    }
    std::size_t index = 0;
    for (const auto& inner : value.items())
        TNY_CHECKED(checkLengths(inner, at + '/' + std::to_string(index++)));
    return base::ok();
}

}  // namespace

base::Status checkSchemaRules(const Json& schema, const std::string& at) {
    return eachKeyword(
        schema, at,
        [](const std::string& key, const Json& value, const std::string& here) -> base::Status {
            if (isReference(key))
                return base::invalidArgument(
                    "The schema of a configuration says everything in its place: no references.",
                    here);
            if (key == "pattern") TNY_CHECKED(checkPattern(value.stringOr(""), here));
            if (key == "patternProperties")
                for (const auto& [name, inner] : value.members())
                    TNY_CHECKED(checkPattern(name, here + '/' + name));
            return base::ok();
        });
}

base::Status checkTextLengths(const Json& schema, const Json& config) {
    return anyRepeats(schema) ? checkLengths(config, {}) : base::ok();
}

}  // namespace tenantry::pluginhost
