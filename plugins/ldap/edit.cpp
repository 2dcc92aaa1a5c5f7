#include "plugins/ldap/edit.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tenantry::ldap {
namespace {

using How = Change::How;

struct Field {
    const char* name;
    const std::string& attribute;
    bool removable;
};

std::string pointerTo(const std::string& field) {
    return "/attributes/" + field;
}

// The new value; empty: remove.
std::string wantedText(const tny::Json& value, const std::string& field) {
    if (value.isNull()) return {};
    if (!value.isString()) throw tny::argument("This must be text.", pointerTo(field));
    return value.text();
}

void changeFirst(const std::string& attribute, const std::string& wanted, const Entry& user,
                 std::vector<Change>& out) {
    const auto& old = user.all(attribute);
    if ((old.empty() && wanted.empty()) || (!old.empty() && old.front() == wanted)) return;
    if (old.size() <= 1) {
        out.push_back({How::kReplace, attribute, {}});
        if (!wanted.empty()) out.back().values = {wanted};
        return;
    }
    out.push_back({How::kDelete, attribute, {old.front()}});
    const bool already = std::find(old.begin(), old.end(), wanted) != old.end();
    if (!wanted.empty() && !already) out.push_back({How::kAdd, attribute, {wanted}});
}

void changeRoles(const tny::Json& value, const std::string& attribute, const Entry& user,
                 std::vector<Change>& out) {
    std::vector<std::string> wanted;
    for (const auto& item : value.items()) wanted.push_back(wantedText(item, "roles"));
    if (!value.isArray() && !value.isNull()) {
        throw tny::argument("This must be a list of texts.", pointerTo("roles"));
    }
    std::vector<std::string> old = user.all(attribute), sorted = wanted;
    std::sort(old.begin(), old.end());
    std::sort(sorted.begin(), sorted.end());
    if (old != sorted) out.push_back({How::kReplace, attribute, std::move(wanted)});
}

}  // namespace

std::vector<Change> changesOf(const tny::Json& attributes, const Entry& user,
                              const Settings& settings) {
    if (!attributes.isObject() || attributes.members().empty()) {
        throw tny::argument("There is nothing to change.", "/attributes");
    }
    const FieldNames& f = settings.fields;
    const std::array<Field, 8> fields = {{{"first_name", f.firstName, true},
                                          {"last_name", f.lastName, false},
                                          {"display_name", f.displayName, true},
                                          {"email", f.email, true},
                                          {"phone", f.phone, true},
                                          {"title", f.title, true},
                                          {"department", f.department, true},
                                          {"employee_number", f.employeeNumber, true}}};
    std::vector<Change> out;
    for (const auto& [name, value] : attributes.members()) {
        if (name == "roles") {
            changeRoles(value, f.roles, user, out);
            continue;
        }
        const auto field = std::find_if(fields.begin(), fields.end(),
                                        [&n = name](const Field& one) { return n == one.name; });
        if (field == fields.end()) {
            throw tny::argument("This field cannot be changed in an LDAP directory from here.",
                                pointerTo(name));
        }
        const std::string wanted = wantedText(value, name);
        if (wanted.empty() && !field->removable) {
            throw tny::argument("The directory's schema needs this field.", pointerTo(name));
        }
        changeFirst(field->attribute, wanted, user, out);
    }
    return out;
}

}  // namespace tenantry::ldap
