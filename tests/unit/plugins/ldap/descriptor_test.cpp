// The descriptor promises only what the code does: same attributes, same states, same edits.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "plugins/ldap/edit.h"
#include "plugins/ldap/mapping.h"

namespace tenantry::ldap {
namespace {

tny::Json descriptor() {
    std::ostringstream text;
    text << std::ifstream(LDAP_DESCRIPTOR).rdbuf();
    return tny::Json::parse(text.str());
}

const Entry kFull{"uid=a,dc=x",
                  {{"uid", {"a"}},
                   {"cn", {"A"}},
                   {"sn", {"S"}},
                   {"givenname", {"G"}},
                   {"mail", {"m@x", "n@x"}},
                   {"telephonenumber", {"1"}},
                   {"title", {"T"}},
                   {"departmentnumber", {"7"}},
                   {"employeenumber", {"8"}},
                   {"entryuuid", {"e765dd9c-7a86-1041-9237-6b3247696544"}},
                   {"createtimestamp", {"20261122060838Z"}},
                   {"modifytimestamp", {"20261122060838Z"}},
                   {"pwdchangedtime", {"20261122060838Z"}},
                   {"pwdlastsuccess", {"20261122060838Z"}},
                   {"pwdaccountlockedtime", {"20261122060838Z"}}}};

TEST(Descriptor, DeclaresEveryAttributeThatIsEmitted) {
    const Settings settings = readSettings(tny::Config(R"({"url":"ldap://h","base_dn":"dc=x"})"));
    Standing standing;
    standing.cause = standing.native = "x";
    standing.lockedUntilMs = 1;
    const auto body = tny::Json::parse(userRecord(kFull, standing, settings).body());
    const tny::Json declared = descriptor()["kinds"]["user"]["attributes"];
    EXPECT_EQ(body.size(), declared.size());
    for (const auto& [name, value] : body.members()) EXPECT_TRUE(declared.has(name)) << name;
}

TEST(Descriptor, GivesEveryStateACanonicalName) {
    const tny::Json values = descriptor()["kinds"]["user"]["attributes"]["status"]["values"];
    for (const State state :
         {State::kActive, State::kStaged, State::kLocked, State::kMustChange, State::kSuspended}) {
        EXPECT_TRUE(values.has(word(state))) << word(state);
    }
}

TEST(Descriptor, OffersToEditExactlyWhatCanBeEdited) {
    const Settings settings = readSettings(tny::Config(R"({"url":"ldap://h","base_dn":"dc=x"})"));
    const tny::Json args = descriptor()["actions"]["user.edit"]["args"];
    for (const auto& [name, schema] : args["properties"]["attributes"]["properties"].members()) {
        tny::Json patch;
        patch.set(name, name == "roles" ? tny::Json(std::vector<std::string>{"new"}) : "new");
        EXPECT_FALSE(changesOf(patch, kFull, settings).empty()) << name;
    }
}

}  // namespace
}  // namespace tenantry::ldap
