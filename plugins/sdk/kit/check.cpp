#include "plugins/sdk/kit/check.h"

#include <algorithm>

namespace tenantry::kit {

namespace {

using L = Level;

std::vector<CheckInfo> makeCatalogue() {
    return {
        {"S1", L::kLoads, "The library exports tny_entry_v1 and nothing else.",
         "Build with tenantry_connector(), or link with a version script: global: tny_entry_v1; "
         "local: *."},
        {"S2", L::kLoads,
         "The library shares nothing with others in the process and cannot be overwritten: no "
         "unique symbols, "
         "static TLS, text relocations or executable stack; RELRO and immediate binding.",
         "Compile with -fPIC -fvisibility=hidden -fno-gnu-unique, link with "
         "-Wl,-z,now,-z,relro,-z,noexecstack."},
        {"S3", L::kLoads, "The library needs no newer glibc than the systems Tenantry runs on.",
         "Build on Debian 12 or older; readelf -V shows which function wants the newer version."},
        {"S4", L::kLoads, "The descriptor is in the file and obeys every rule of the guide.",
         "The pointer names the member; the guide has the reference of the descriptor."},
        {"S5", L::kLoads,
         "The configuration's schema can be satisfied, and everything that looks like a secret is "
         "marked.",
         "Set \"x-tny-secret\": true on passwords, tokens and keys; resolve them with "
         "config.secret()."},
        {"S6", L::kLoads,
         "The schema of each action's arguments can be used, and reverse actions exist.",
         "\"args\" is a JSON Schema of an object; \"reverse\" names another declared action."},
        {"S7", L::kLoads, "Nothing that an earlier version offered or accepted is gone.",
         "Keep kinds, attributes, actions and configurations that were released, or raise the "
         "major version."},
        {"S8", L::kLoads,
         "The library is built by the SDK's rules, with the protections of the compiler on.",
         "Build with tenantry_connector(): -fstack-protector-strong, --build-id, no debugging "
         "leftovers."},

        {"L1", L::kLoads, "Opening and closing a thousand times leaves nothing behind.",
         "Close what open() opened: memory, descriptors and threads belong to the instance."},
        {"L2", L::kLoads, "Two tenants in one process never see each other's data.",
         "Keep nothing of a tenant in a static or global variable; key every cache by the "
         "instance."},
        {"L3", L::kLoads, "A wrong configuration is refused as such, and the field is named.",
         "throw tny::config(\"sentence\", \"/the/field\"), or say it in the descriptor's schema."},
        {"L4", L::kLoads, "Refused credentials are reported as such.",
         "Map 401, LDAP 49 and their like to tny::authFailed(), so that a person is asked."},
        {"L5", L::kLoads, "A backend that cannot be reached is reported as unavailable, in time.",
         "Map refused connections and name errors to tny::unavailable(); give the call's deadline "
         "to the library."},
        {"L6", L::kLoads, "After close no thread of the connector is left.",
         "Join every thread before close returns."},
        {"L7", L::kLoads, "Nothing is written to standard output.",
         "Use call.log(); remove printf and std::cout."},
        {"L8", L::kLoads,
         "The process stays as it was: environment, locale, signals, umask, folder.",
         "No setenv, setlocale, signal, umask or chdir; use the functions with an explicit "
         "locale."},

        {"R1", L::kReads, "Every record fits the attributes that the descriptor declares.",
         "Declare the attribute with its type, or emit it in the declared one; required ones are "
         "never absent."},
        {"R2", L::kReads, "A record keeps its id, and get() gives what list() gave.",
         "Use what the backend never reuses nor renames as the id."},
        {"R3", L::kReads, "A full read gives the whole directory, each time.",
         "Return TNY_OK only after the last page; look at how the end of the listing is "
         "recognized."},
        {"R4", L::kReads,
         "The set does not depend on how the read is cut into segments, and the budget is kept.",
         "Return TNY_MORE at the first page boundary after budget_records; checkpoint after each "
         "page."},
        {"R5", L::kReads, "A read resumed at any checkpoint, in a new process, gives the same set.",
         "The cursor must hold all that is needed to go on; no iterator, offset or cache of this "
         "process."},
        {"R6", L::kReads,
         "When the host says stop, the listing ends at once and says that there is more.",
         "Look at what emit() and checkpoint() return; after stop return TNY_MORE, never TNY_OK."},
        {"R7", L::kReads,
         "An attribute that is returned on request comes when it is asked for, and only then.",
         "Ask read.asks(\"name\") for each attribute with \"returned\": \"request\"."},
        {"R8", L::kReads, "A declared filter gives what filtering here gives.",
         "Declare only the operators that the backend really does, with its rules for case."},
        {"R9", L::kReads,
         "Unusual values arrive unharmed: other scripts, empty, absent, very long.",
         "Keep UTF-8 as it is; an absent value is absent, not \"null\" or \"\"."},
        {"R10", L::kReads, "An empty directory is read as complete and empty.",
         "No users is an answer, not an error."},
        {"R11", L::kReads, "A large directory is read completely in bounded memory.",
         "Emit page by page; hold no list of all users."},
        {"R12", L::kReads, "The etag changes if and only if the record does.",
         "Use the backend's version, or hash exactly what is emitted; no clock, no random number."},
        {"R13", L::kReads, "A listing below a parent gives that parent's records only.",
         "Honour read.parentKind and read.parentId."},
        {"R14", L::kReads,
         "What does not exist is refused by its name: unknown kinds and unknown ids.",
         "throw tny::unsupported() for a kind, tny::notFound() for an id."},

        {"C1", L::kReads, "A call that is cancelled returns within a second.",
         "Ask call.cancelled() in each loop, or poll call.cancelFd() beside the socket."},
        {"C2", L::kReads, "A call returns by its deadline and says that it did not finish.",
         "Give call.deadlineMs() to the library as its timeout."},

        {"F1", L::kReads, "A rate limit of the backend becomes a pause of the stated length.",
         "Map 429 to tny::rateLimited(ms) with what Retry-After says; nothing read so far is "
         "called complete."},
        {"F2", L::kReads, "A failing backend is unavailable, not empty.",
         "Map 5xx to tny::unavailable(); check the status before the body."},
        {"F3", L::kReads, "A lost connection is unavailable or late, not empty.",
         "Let the error of the HTTP call out; never treat it as the end of the list."},
        {"F4", L::kReads, "A truncated answer is refused as a whole.",
         "Parse strictly: tny::data() when the document is not whole."},
        {"F5", L::kReads, "A backend that answers drop by drop costs no more than the deadline.",
         "Bound the whole exchange by call.deadlineMs(), not each read."},
        {"F6", L::kReads, "A redirect that leads nowhere ends as an error.",
         "Follow few redirects, and none to another host."},
        {"F7", L::kReads, "A backend that repeats the token of a page does not trap the reader.",
         "Compare the next token with the last (tny::paginate does)."},
        {"F8", L::kReads, "A certificate that is not trusted is an error that names the cause.",
         "Never switch verification off; let the host's error out."},
        {"F9", L::kReads,
         "Credentials that expire in the middle of a read are renewed or reported.",
         "Map 401 to tny::authFailed() on every page, or fetch a new token and go on."},

        {"D1", L::kSyncs, "A change during the first full read is not lost.",
         "Take the delta position before the full read starts; reply(\"delta_cursor\") at its "
         "end."},
        {"D2", L::kSyncs, "Creating, changing and deleting are all seen by the next delta.",
         "Emit TNY_OP_DELETE for what is gone."},
        {"D3", L::kSyncs, "A position that the backend does not know is refused as expired.",
         "throw tny::cursorExpired() for what is garbage, too old or from the future."},
        {"D4", L::kSyncs, "Without a change a delta is empty.",
         "The delta begins after the position, not at it."},
        {"D5", L::kSyncs, "The same position twice gives the same end.",
         "A delta must not consume what it reads on the backend."},

        {"A1", L::kActs, "Each declared action works and emits the record's new state.",
         "Read the record back after the change and emit it."},
        {"A2", L::kActs, "An action that is declared idempotent can be repeated.",
         "Take \"already so\" of the backend for success; or do not declare it idempotent."},
        {"A3", L::kActs, "The reverse action restores what was.",
         "Look at which attributes differ."},
        {"A4", L::kActs, "An action does nothing to a record in a state it is not for.",
         "Check the state first; throw tny::conflict() or tny::policy()."},
        {"A5", L::kActs, "An outdated etag is refused, and nothing is changed.",
         "Compare act.expectEtag with the record's before writing, or give it to the backend as "
         "If-Match."},
        {"A6", L::kActs, "A dry run changes nothing.",
         "Return before the write when act.dryRun is set."},
        {"A7", L::kActs, "The same idempotency key takes effect once.",
         "Hand act.key to the backend, or remember it."},
        {"A8", L::kActs, "A lost answer to a write is not taken for a failure.",
         "After the request went out: tny::outcomeUnknown(), never tny::unavailable() or "
         "tny::timeout()."},
        {"A9", L::kActs, "What finishes later is found again by poll, after a restart too.",
         "The operation's id must be all that poll needs."},
        {"A10", L::kActs, "Reading the record afterwards gives what the action emitted.",
         "Emit what the backend says after the write, not what was meant."},

        {"M1", L::kCertified,
         "The connector is clean under the address and undefined-behaviour sanitizers.",
         "Run your own tests with -fsanitize=address,undefined and the SDK's fake host."},
        {"M2", L::kCertified, "The connector is clean under the thread sanitizer.",
         "Run your own tests with -fsanitize=thread when per_instance is more than 1."},
        {"M3", L::kCertified, "Reading again and again does not make the process grow.",
         "Look for what is kept per call: caches without a bound, strings appended to."},
        {"M4", L::kCertified,
         "A read whose process is killed at random moments ends with the same set.",
         "The same as R5: the cursor must be enough."},
        {"P1", L::kCertified, "No secret appears in a log, error, metric, answer or record.",
         "Log ids only; take secrets out of the backend's messages before passing them on."},
    };
}

}  // namespace

std::string_view nameOf(Level level) {
    switch (level) {
        case Level::kLoads:
            return "Loads";
        case Level::kReads:
            return "Reads";
        case Level::kSyncs:
            return "Syncs";
        case Level::kActs:
            return "Acts";
        case Level::kCertified:
            return "Certified";
    }
    return {};
}

const std::vector<CheckInfo>& catalogue() {
    static const std::vector<CheckInfo> all = makeCatalogue();
    return all;
}

const CheckInfo* findCheck(std::string_view name) {
    for (const auto& one : catalogue())
        if (one.name == name) return &one;
    return nullptr;
}

std::size_t Report::count(Outcome outcome) const {
    return static_cast<std::size_t>(std::count_if(
        results.begin(), results.end(), [&](const auto& one) { return one.outcome == outcome; }));
}

const CheckResult* Report::find(std::string_view check) const {
    for (const auto& one : results)
        if (one.check->name == check) return &one;
    return nullptr;
}

std::string_view Report::level() const {
    std::string_view reached;
    for (const Level level :
         {Level::kLoads, Level::kReads, Level::kSyncs, Level::kActs, Level::kCertified}) {
        for (const auto& info : catalogue()) {
            if (info.level != level) continue;
            const CheckResult* result = find(info.name);
            if (result == nullptr || result->outcome == Outcome::kFailed) return reached;
        }
        reached = nameOf(level);
    }
    return reached;
}

}  // namespace tenantry::kit
